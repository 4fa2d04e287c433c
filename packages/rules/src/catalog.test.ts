// The one catalog, and the refusal of others.

import { describe, expect, it } from 'vitest'
import { checkCatalog } from './catalog.ts'

describe('checkCatalog', () => {
  it('knows the one catalog by both of its names, and by none', () => {
    for (const name of ['', 'dli', 'DLI', 'Spark_Catalog']) expect(() => checkCatalog(name)).not.toThrow()
  })

  it('refuses every other', () => {
    expect(() => checkCatalog('hive')).toThrow('there is no catalog hive: leave it out, or use dli, spark_catalog')
    expect(() => checkCatalog('dli ')).toThrow('there is no catalog')
  })
})

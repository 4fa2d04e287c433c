// Tables and views of the catalog in a real SQLite file, credentials sealed.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database, ProjectId } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleDatabase, sampleTable } from './sample-catalog.ts'
import { Store } from './store.ts'
import type { TableFilter } from './tables.ts'

const p1 = 'p1' as ProjectId
const sealingKey = Buffer.alloc(32, 1)
let directory: string
let store: Store
let sales: Database
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tributary-tables-'))
  store = await Store.open({ path: join(directory, 'tributary.db'), sealingKey })
  sales = sampleDatabase('sales')
  await store.databases.insert(sales)
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

describe('tables', () => {
  it('are found by project, database and name', async () => {
    const orders = sampleTable(sales, 'orders')
    await store.tables.insert(orders, undefined)
    expect(await store.tables.find(p1, 'sales', 'orders')).toEqual(orders)
    expect(await store.tables.find(p1, 'other', 'orders')).toBeUndefined()
    expect(await store.tables.find('p2' as ProjectId, 'sales', 'orders')).toBeUndefined()
    await expect(store.tables.get(p1, 'sales', 't1')).rejects.toMatchObject({ kind: 'notFound', message: 'There is no table named t1' })
    await expect(store.tables.insert(sampleTable(sales, 'orders'), undefined)).rejects.toThrow(/UNIQUE/)
  })

  it('are listed by name, page by page, and counted', async () => {
    for (const name of ['c', 'a', 'b']) await store.tables.insert(sampleTable(sales, name), undefined)
    const page = await store.tables.list(sales.id, { limit: 2, offset: 1 })
    expect([page.total, page.tables.map(({ name }) => name)]).toEqual([3, ['b', 'c']])
    expect((await store.tables.list(sales.id, { keyword: 'A' })).tables.map(({ name }) => name)).toEqual(['a'])
    expect(await store.tables.count(sales.id)).toBe(3)
    await store.tables.remove((await store.tables.get(p1, 'sales', 'a')).id)
    expect(await store.tables.count(sales.id)).toBe(2)
  })

  it('are views too, which can be given another query', async () => {
    const view = { query: 'SELECT a FROM t', currentDatabase: 'sales', tables: [{ database: 'sales', name: 't' }], queryColumns: ['a'] }
    const made = { ...sampleTable(sales, 'v'), using: 'view', options: {}, properties: { k: 'v' }, view }
    await store.tables.insert(made, undefined)
    expect(await store.tables.get(p1, 'sales', 'v')).toEqual(made)
    const changed = { ...made, columns: [], comment: 'other', view: { ...view, query: 'SELECT 1 AS b', tables: [], queryColumns: ['b'] } }
    await store.tables.replaceView(changed)
    expect(await store.tables.get(p1, 'sales', 'v')).toEqual(changed)
    await store.tables.remove(made.id)
    await store.tables.insert({ ...sampleTable(sales, 'v'), id: made.id }, undefined)
    expect((await store.tables.get(p1, 'sales', 'v')).view).toBeUndefined()
  })

  it('are listed by where their rows lie', async () => {
    const view = { query: 'SELECT 1 AS a', currentDatabase: 'sales', tables: [], queryColumns: ['a'] }
    await store.tables.insert(sampleTable(sales, 'source'), undefined)
    await store.tables.insert({ ...sampleTable(sales, 'seen'), using: 'view', view }, undefined)
    const managed = { partitionColumns: [], version: 0, changedAt: 1 }
    await store.tables.insert({ ...sampleTable(sales, 'own'), using: 'parquet', managed }, undefined)
    const named = async (filter: TableFilter) => {
      const { total, tables } = await store.tables.list(sales.id, filter)
      expect(total).toBe(tables.length)
      return tables.map(({ name }) => name)
    }
    expect(await named({})).toEqual(['own', 'seen', 'source'])
    expect(await named({ kind: 'managed' })).toEqual(['own'])
    expect(await named({ kind: 'view' })).toEqual(['seen'])
    expect(await named({ kind: 'source' })).toEqual(['source'])
    expect(await named({ using: 'jdbc' })).toEqual(['source'])
    expect(await named({ kind: 'view', using: 'jdbc' })).toEqual([])
    expect(await named({ kind: 'view', keyword: 'SE' })).toEqual(['seen'])
  })

  it('give their inline credentials back, and keep them from the file', async () => {
    const orders = sampleTable(sales, 'orders')
    await store.tables.insert(orders, { user: 'canary-user', password: 'canary-password' })
    expect(await store.tables.findCredentials(orders.id)).toEqual({ user: 'canary-user', password: 'canary-password' })
    expect(JSON.stringify(await store.tables.get(p1, 'sales', 'orders'))).not.toContain('canary')
    const bare = sampleTable(sales, 'bare')
    await store.tables.insert(bare, undefined)
    expect(await store.tables.findCredentials(bare.id)).toBeUndefined()
    const files = await Promise.all(['tributary.db', 'tributary.db-wal'].map((name) => readFile(join(directory, name))))
    const everything = Buffer.concat(files)
    expect(everything.includes(orders.id)).toBe(true)
    expect(everything.includes('canary')).toBe(false)
  })
})

// A file whose reads of one turn see one state: until it is let go, or the turn is over.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SqliteFile } from './sqlite.ts'

describe('a held file', () => {
  let folder: string
  let writer: SqliteFile
  let reader: SqliteFile

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tributary-held-'))
    writer = new SqliteFile(join(folder, 'held.db'))
    writer.run('create table n (x integer) strict')
    reader = new SqliteFile(join(folder, 'held.db'))
  })

  afterEach(() => {
    reader.close()
    writer.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const count = (): unknown => reader.prepare('select count(*) as total from n').all([])[0]
  const write = (): void => writer.run('insert into n values (1)')

  it('sees what was written once it is let go', () => {
    reader.hold()
    expect(count()).toEqual({ total: 0 })
    write()
    expect(count()).toEqual({ total: 0 })
    reader.release()
    expect(count()).toEqual({ total: 1 })
  })

  it('is let go when the turn is over, so that no state is kept while nobody reads', async () => {
    reader.hold()
    expect(count()).toEqual({ total: 0 })
    write()
    await nextTurn()
    expect(count()).toEqual({ total: 1 })
    expect(writer.prepare('pragma wal_checkpoint(truncate)').all([])).toEqual([{ busy: 0, log: 0, checkpointed: 0 }])
  })

  it('may be closed while it is held', async () => {
    const other = new SqliteFile(join(folder, 'held.db'))
    other.hold()
    other.close()
    await nextTurn()
    expect(count()).toEqual({ total: 0 })
  })
})

describe('rows', () => {
  it('are plain objects with the names of their columns, whatever is in those', () => {
    const file = new SqliteFile(':memory:')
    const rows = file.prepare(`select ? as x, 'b' as "it's ""odd"" \\ \n ", null as "1" union all select 2, 'c', 1`).all(['a'])
    file.close()
    expect(rows).toStrictEqual([
      { x: 'a', 'it\'s "odd" \\ \n ': 'b', 1: null },
      { x: 2, 'it\'s "odd" \\ \n ': 'c', 1: 1 },
    ])
  })
})

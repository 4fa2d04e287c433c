// Which errors of SQLite speak of the disk: real ones, from a database that may not grow and from a file that is none.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diskErrorOf } from './disk-errors.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-disk-errors-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function errorOf(work: () => void): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

describe('an error of SQLite', () => {
  it('is unavailable where there is no room, and keeps its cause', () => {
    using database = new DatabaseSync(join(folder, 'full.db'))
    database.exec('create table t (x text); pragma max_page_count = 10')
    const error = errorOf(() => database.prepare('insert into t values (?)').run('x'.repeat(100_000)))
    expect(diskErrorOf(error)).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('full'), cause: error })
  })

  it('is unavailable where the file cannot be opened', () => {
    const error = errorOf(() => new DatabaseSync(join(folder, 'missing', 'a.db')))
    expect(diskErrorOf(error)).toMatchObject({ kind: 'unavailable', cause: error })
  })

  it('stays what it is where a statement is at fault', () => {
    using database = new DatabaseSync(':memory:')
    for (const sql of ['nonsense', 'create table t (x integer check (x > 0)); insert into t values (0)']) {
      const error = errorOf(() => database.exec(sql))
      expect(diskErrorOf(error)).toBe(error)
    }
    expect([undefined, null, 'text'].map(diskErrorOf)).toEqual([undefined, null, 'text'])
  })
})

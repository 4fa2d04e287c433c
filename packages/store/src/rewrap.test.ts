// A new sealing key: every sealed column is known, everything opens under the new key and nothing of the old seals is left.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { UserId } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { opensWith, rewrap, sealedColumns } from './rewrap.ts'
import { Seal } from './seal.ts'
import { Store } from './store.ts'
import { fillSample, sampleAuthInfo } from './store-suite.ts'

const oldKey = Buffer.alloc(32, 3)
const newKey = Buffer.alloc(32, 4)
let folder: string
let path: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-rewrap-'))
  path = join(folder, 'store.db')
  await using store = await Store.open({ path, sealingKey: oldKey })
  await fillSample(store)
  await store.authInfos.insert(sampleAuthInfo('keys'), { password: 'first' })
  await store.authInfos.insert(sampleAuthInfo('more'), { password: 'second' })
  await store.accessKeys.insert({ accessKey: 'AK', secretKey: 'third', userId: 'u1' as UserId, createdAt: 1 })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function sealedValues(): readonly string[] {
  using database = new DatabaseSync(path, { readOnly: true })
  return sealedColumns.flatMap(({ table, column }) =>
    database
      .prepare(`select ${column} as sealed from ${table} where ${column} is not null`)
      .all()
      .map(({ sealed }) => String(sealed)),
  )
}

describe('a sealing key', () => {
  it('seals the columns on the list and no others', () => {
    using database = new DatabaseSync(path, { readOnly: true })
    const columns = database
      .prepare(
        `select tables.name as "table", columns.name as "column" from sqlite_schema as tables join pragma_table_info(tables.name) as columns
         where tables.type = 'table' and columns.name like '%sealed%' order by 1`,
      )
      .all()
      .map((row) => ({ ...row }))
    expect(columns.length).toBeGreaterThan(3)
    expect(sealedColumns.map(({ table, column }) => ({ table, column })).toSorted((a, b) => (a.table < b.table ? -1 : 1))).toEqual(columns)
  })

  it('is replaced: what it sealed opens under the new one alone, as its repository reads it', async () => {
    const before = sealedValues()
    const count = before.length
    expect(count).toBeGreaterThan(2)
    expect([opensWith(path, oldKey), opensWith(path, newKey)]).toEqual([true, false])
    expect(rewrap(path, oldKey, newKey)).toBe(count)
    expect([opensWith(path, oldKey), opensWith(path, newKey)]).toEqual([false, true])
    await using store = await Store.open({ path, sealingKey: newKey })
    expect(await store.authInfos.secrets(sampleAuthInfo('more').id)).toEqual({ password: 'second' })
    expect((await store.accessKeys.find('AK'))?.secretKey).toBe('third')
  })

  it('leaves nothing of the old seals in any file', () => {
    const before = sealedValues()
    rewrap(path, oldKey, newKey)
    const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)))
    // The search works at all: what is there now is found.
    for (const value of sealedValues()) expect(bytes.some((file) => file.includes(value))).toBe(true)
    for (const value of before) expect(bytes.some((file) => file.includes(value))).toBe(false)
  })

  it('is not replaced by halves: where one value does not open, all stay as they were', () => {
    const strange = new Seal(newKey).seal('{}', `auth_infos/${sampleAuthInfo('more').id}/secrets`)
    {
      using database = new DatabaseSync(path)
      database.prepare(`update auth_infos set sealed_secrets = ? where name = 'more'`).run(strange)
    }
    const before = sealedValues()
    expect(() => rewrap(path, oldKey, newKey)).toThrow('does not open')
    expect(sealedValues()).toEqual(before)
  })
})

// The store on SQLite: the common suite, and what is its own: files, pragmas, migrations, indexes, secrets on disk.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ProjectId, UserId } from '@tributary/rules'
import { afterEach, describe, expect, it } from 'vitest'
import { migrate, readMigrations } from './migrate.ts'
import { SqliteFile } from './sqlite.ts'
import { Store } from './store.ts'
import { fillSample, sampleAuthInfo, sampleQueue, storeSuite } from './store-suite.ts'

const sealingKey = Buffer.alloc(32, 3)
const folders: string[] = []

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-store-'))
  folders.push(folder)
  return folder
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

storeSuite('SQLite in memory', () => Store.open({ path: ':memory:', sealingKey }))
storeSuite('SQLite on disk', () => Store.open({ path: join(newFolder(), 'store.db'), sealingKey }))

describe('the database', () => {
  it('is kept as it was when it is opened again', async () => {
    const path = join(newFolder(), 'store.db')
    {
      await using store = await Store.open({ path, sealingKey })
      await fillSample(store)
      await store.queues.insert(sampleQueue('q1', 1))
    }
    await using store = await Store.open({ path, sealingKey })
    expect(await store.queues.get('p1' as ProjectId, 'q1')).toEqual(sampleQueue('q1', 1))
  })

  it('writes ahead and waits for the disk', async () => {
    const file = new SqliteFile(join(newFolder(), 'store.db'))
    const pragma = (name: string) => Object.values(file.prepare(`pragma ${name}`).all([])[0] as object)[0]
    expect(['journal_mode', 'synchronous', 'foreign_keys'].map(pragma)).toEqual(['wal', 2, 1])
    file.close()
  })

  it('refuses a newer schema and changes nothing', async () => {
    const path = join(newFolder(), 'store.db')
    const raw = new DatabaseSync(path)
    raw.exec('pragma user_version = 9999')
    raw.close()
    await expect(Store.open({ path, sealingKey })).rejects.toThrow(/schema 9999, this version of Tributary knows up to \d+/)
    const again = new DatabaseSync(path)
    expect(again.prepare('select count(*) as n from sqlite_master').get()).toMatchObject({ n: 0 })
    again.close()
  })

  it('takes migrations whole or not at all', () => {
    const file = new SqliteFile(':memory:')
    const good = { number: 1, name: '0001-good.sql', sql: 'create table a (x integer);' }
    expect(() => migrate(file, [good, { number: 2, name: '0002-bad.sql', sql: 'create table b (x integer); nonsense;' }])).toThrow(
      'syntax error',
    )
    expect(file.schemaVersion).toBe(0)
    migrate(file, [good])
    migrate(file, [good])
    expect(file.schemaVersion).toBe(1)
    file.close()
  })

  it('has numbered migrations without gaps', () => {
    const numbers = readMigrations().map(({ number }) => number)
    expect(numbers.length).toBeGreaterThan(2)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  })

  it('never shares a statement between a reader that iterates and another', () => {
    const file = new SqliteFile(':memory:')
    file.run('create table n (x integer); insert into n values (1), (2), (3)')
    const seen: unknown[] = []
    for (const row of file.prepare('select x from n order by x').iterate([])) {
      seen.push([(row as { x: number }).x, file.prepare('select x from n order by x').all([]).length])
    }
    expect(seen).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ])
    file.close()
  })

  it('answers for a name with an index', () => {
    const file = new SqliteFile(':memory:')
    migrate(file, readMigrations())
    const plan = (sql: string) =>
      (file.prepare(`explain query plan ${sql}`).all([]) as { detail: string }[]).map(({ detail }) => detail).join('; ')
    const looks = [
      `select * from tokens join users on users.id = tokens.user_id join domains on domains.id = users.domain_id where tokens.hash = 'x'`,
      `select * from queues where project_id = 'p' and name = 'q'`,
      `select * from connections where id = 'x' and project_id = 'p'`,
      `select * from connections where project_id = 'p' and name = 'n' and state = 'ACTIVE'`,
      `select * from connections where project_id = 'p' and state = 'ACTIVE' order by created_at, id limit 100`,
      `select * from peerings where connection_id in ('a', 'b')`,
      `select * from peerings where queue_id = 'q'`,
      `select * from auth_infos where project_id = 'p' and name = 'n'`,
    ]
    for (const sql of looks) expect(plan(sql), sql).not.toMatch(/SCAN|TEMP B-TREE/)
    file.close()
  })
})

describe('secrets', () => {
  it('are nowhere in the files of the database', async () => {
    const folder = newFolder()
    {
      await using store = await Store.open({ path: join(folder, 'store.db'), sealingKey })
      await fillSample(store)
      await store.authInfos.insert(sampleAuthInfo('keys'), { password: 'canary-auth-info' })
      await store.accessKeys.insert({ accessKey: 'AKCANARY', secretKey: 'canary-secret-key', userId: 'u1' as UserId, createdAt: 1 })
      expect((await store.authInfos.secrets(sampleAuthInfo('keys').id)).password).toBe('canary-auth-info')
      const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)))
      expect(bytes.length).toBeGreaterThan(1)
      // The search works at all: what is not sealed is found.
      expect(bytes.some((text) => text.includes('AKCANARY'))).toBe(true)
      for (const canary of ['canary-auth-info', 'canary-secret-key']) expect(bytes.some((text) => text.includes(canary))).toBe(false)
    }
    const left = readdirSync(folder).map((name) => readFileSync(join(folder, name)))
    expect(left.some((text) => text.includes('AKCANARY'))).toBe(true)
    expect(left.some((text) => text.includes('canary-'))).toBe(false)
  })

  it('do not open in another row, or under another key', async () => {
    const path = join(newFolder(), 'store.db')
    {
      await using store = await Store.open({ path, sealingKey })
      await fillSample(store)
      await store.authInfos.insert(sampleAuthInfo('one'), { password: 'first' })
      await store.authInfos.insert(sampleAuthInfo('two'), { password: 'second' })
    }
    {
      await using store = await Store.open({ path, sealingKey: Buffer.alloc(32, 4) })
      await expect(store.authInfos.secrets(sampleAuthInfo('one').id)).rejects.toThrow('does not open')
    }
    const raw = new DatabaseSync(path)
    raw.exec(`update auth_infos set sealed_secrets = (select sealed_secrets from auth_infos where name = 'two') where name = 'one'`)
    raw.close()
    await using store = await Store.open({ path, sealingKey })
    await expect(store.authInfos.secrets(sampleAuthInfo('one').id)).rejects.toThrow('does not open')
    expect((await store.authInfos.secrets(sampleAuthInfo('two').id)).password).toBe('second')
  })
})

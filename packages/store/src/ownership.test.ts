// Whose rows are: filled in from names by the migration, shown by the present name, nobody's once the user is gone.

import { DatabaseSync } from 'node:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProjectId, UserId } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { migrate, readMigrations } from './migrate.ts'
import { ownedTables } from './ownership.ts'
import { SqliteFile } from './sqlite.ts'
import { Store } from './store.ts'
import { fillSample, sampleAuthInfo, sampleQueue } from './store-suite.ts'

const sealingKey = Buffer.alloc(32, 3)

describe('the migration', () => {
  it('finds the owner of each row by its name in the domain of its project', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tributary-ownership-'))
    const file = new SqliteFile(join(folder, 'store.db'))
    const all = readMigrations()
    const before = all.filter(({ number }) => number < 12)
    expect(before.length).toBeLessThan(all.length)
    migrate(file, before)
    const raw = new DatabaseSync(join(folder, 'store.db'))
    for (const domain of ['d1', 'd2']) {
      raw.exec(`insert into domains (id, name, created_at) values ('${domain}', '${domain}', 1);
        insert into projects (id, domain_id, name, created_at) values ('p-${domain}', '${domain}', 'p', 1);
        insert into users (id, domain_id, name, password_hash, password_version, is_owner, is_domain_admin, created_at)
          values ('ann-${domain}', '${domain}', 'ann', '', 1, 0, 0, 1)`)
    }
    const database = (id: string, project: string, owner: string) =>
      raw.exec(`insert into databases (id, project_id, name, description, owner_name, enterprise_project_id, created_at)
        values ('${id}', '${project}', '${id}', '', '${owner}', '0', 1)`)
    database('one', 'p-d1', 'ann')
    database('other', 'p-d2', 'ann')
    database('gone', 'p-d1', 'bob')
    raw.exec(`insert into source_tables (id, database_id, name, using_kind, options, columns, sealed_credentials, comment, owner_name, created_at)
      values ('t', 'other', 't', 'jdbc', '{}', '[]', null, '', 'ann', 1)`)
    migrate(file, all)
    expect(raw.prepare('select id, owner_id from databases order by id').all()).toEqual([
      { id: 'gone', owner_id: null },
      { id: 'one', owner_id: 'ann-d1' },
      { id: 'other', owner_id: 'ann-d2' },
    ])
    expect(raw.prepare('select owner_id, owner_name from source_tables').all()).toEqual([{ owner_id: 'ann-d2', owner_name: 'ann' }])
    for (const table of ownedTables) expect(() => raw.exec(`select owner_id, owner_name from ${table}`)).not.toThrow()
    raw.close()
    file.close()
    rmSync(folder, { recursive: true })
  })
})

describe('an owner', () => {
  it('is shown by its present name, and by the last one when it is gone', async () => {
    await using store = await Store.open({ path: ':memory:', sealingKey })
    await fillSample(store)
    const project = 'p1' as ProjectId
    const ann = (await store.users.list((await store.projects.find(project))?.domainId ?? ('' as never)))[0]
    if (ann === undefined) throw new Error('the sample has no user')
    const mine = { owner: ann.name, ownerId: ann.id }
    await store.queues.insert({ ...sampleQueue('mine', 90), ...mine })
    await store.queues.insert({ ...sampleQueue('other', 91), owner: ann.name, ownerId: 'somebody' as UserId })
    await store.authInfos.insert({ ...sampleAuthInfo('keys'), ...mine }, {})
    await store.users.update({ ...ann, name: 'annabel' })
    const shown = async () => [
      (await store.queues.get(project, 'mine')).owner,
      (await store.queues.get(project, 'other')).owner,
      (await store.authInfos.find(project, 'keys'))?.owner,
    ]
    expect(await shown()).toEqual(['annabel', ann.name, 'annabel'])
    await store.users.remove(ann.id)
    expect(await shown()).toEqual(['annabel', ann.name, 'annabel'])
    expect((await store.queues.get(project, 'mine')).ownerId).toBeUndefined()
    expect((await store.queues.get(project, 'other')).ownerId).toBe('somebody')
  })
})

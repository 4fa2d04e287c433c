// Rights on auth-infos, databases, tables and columns through control.

import { randomUUID } from 'node:crypto'
import { type Caller, ServiceError, type TableId } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { requireUseOf } from './object-grants.ts'
import { SampleControl } from './sample-control.ts'

async function sampleTable(sample: SampleControl, name: string) {
  const database = await sample.store.databases.get(sample.caller.project, 'default')
  const table = {
    id: randomUUID() as TableId,
    projectId: sample.caller.project,
    databaseId: database.id,
    databaseName: database.name,
    name,
    using: 'jdbc',
    options: {},
    columns: [],
    comment: '',
    owner: 'root',
    createdAt: 1,
  }
  await sample.store.tables.insert(table, undefined)
  return table
}

async function editor(sample: SampleControl, name: string): Promise<Caller> {
  const identity = { ...(await sample.enterAs(name, 'editor')), credential: 'signature', scope: undefined } as const
  return sample.control.access.enter(identity, sample.caller.project, 'editor')
}

async function kindOf(action: Promise<unknown>): Promise<string> {
  const error = await action.then(() => undefined).catch((reason: unknown) => reason)
  return error instanceof ServiceError ? error.kind : String(error)
}

describe('grants on tables', () => {
  it('are shown, change hands with their table, and end with it', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const { objectGrants } = sample.control
    const eve = await editor(sample, 'eve')
    const first = await sampleTable(sample, 'orders')
    const object = 'databases.default.tables.orders'
    const draft = { userName: 'eve', action: 'grant', privileges: [{ object, privileges: ['SELECT'] }] }
    expect(await kindOf(objectGrants.change(eve, draft))).toBe('forbidden')
    await objectGrants.change(sample.caller, draft)
    await objectGrants.change(sample.caller, { ...draft, privileges: [{ object: `${object}.columns.id`, privileges: ['SELECT'] }] })
    expect((await objectGrants.list(eve, object)).grants).toEqual([{ userName: 'eve', privileges: ['SELECT'] }])
    expect((await objectGrants.list(eve, `${object}.columns.id`)).grants).toHaveLength(1)
    expect((await objectGrants.list(eve, `${object}.columns.name`)).grants).toEqual([])
    expect(await kindOf(objectGrants.changeOwner(eve, object, 'eve'))).toBe('forbidden')
    await objectGrants.changeOwner(sample.caller, object, 'eve')
    expect((await objectGrants.list(eve, object)).owner).toBe('eve')
    await objectGrants.change(eve, { userName: 'eve', action: 'update', privileges: [{ object, privileges: ['DROP_TABLE'] }] })
    await sample.store.tables.remove(first.id)
    expect(await kindOf(objectGrants.list(eve, object))).toBe('notFound')
    await sampleTable(sample, 'orders')
    expect((await objectGrants.list(eve, object)).grants).toEqual([])
  })

  it('may be made by who was granted that', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const { objectGrants } = sample.control
    const [eve, zoe] = [await editor(sample, 'eve'), await editor(sample, 'zoe')]
    const object = 'databases.default'
    const change = (who: Caller, userName: string, action: string, privileges: readonly string[]) =>
      objectGrants.change(who, { userName, action, privileges: [{ object, privileges }] })
    await change(sample.caller, 'eve', 'grant', ['GRANT_PRIVILEGE'])
    await change(eve, 'zoe', 'grant', ['SELECT'])
    expect(await kindOf(change(eve, 'zoe', 'revoke', ['SELECT']))).toBe('forbidden')
    expect(await kindOf(change(eve, 'zoe', 'update', []))).toBe('forbidden')
    expect(await kindOf(change(zoe, 'eve', 'grant', ['SELECT']))).toBe('forbidden')
    expect(await kindOf(change(sample.caller, 'zoe', 'seize', ['SELECT']))).toBe('invalid')
    await change(sample.caller, 'zoe', 'update', [])
    expect((await objectGrants.list(zoe, object)).grants).toEqual([{ userName: 'eve', privileges: ['GRANT_PRIVILEGE'] }])
  })
})

describe('an auth-info', () => {
  it('is used by its owner, by administrators and by who was granted that', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const { authInfos, objectGrants } = sample.control
    const [eve, zoe] = [await editor(sample, 'eve'), await editor(sample, 'zoe')]
    await authInfos.create(eve, { name: 'keys', type: 'passwd', userName: 'app', password: 'canary-one' })
    for (const caller of [eve, sample.caller]) await requireUseOf(sample.store, caller, 'keys')
    await requireUseOf(sample.store, zoe, undefined)
    expect(await kindOf(requireUseOf(sample.store, zoe, 'keys'))).toBe('forbidden')
    const privileges = [{ object: 'datasourceauth.keys', privileges: ['USE_AUTH'] }]
    await objectGrants.change(eve, { userName: 'zoe', action: 'grant', privileges })
    await requireUseOf(sample.store, zoe, 'keys')
    await objectGrants.change(eve, { userName: 'zoe', action: 'revoke', privileges })
    expect(await kindOf(requireUseOf(sample.store, zoe, 'keys'))).toBe('forbidden')
  })
})

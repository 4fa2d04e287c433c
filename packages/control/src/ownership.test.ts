// Whose things are when users are renamed, when they go, and when others take their names.

import { type Caller, ServiceError } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { SampleControl } from './sample-control.ts'

async function editor(sample: SampleControl, name: string): Promise<Caller> {
  const user = await sample.control.users.create(sample.owner, { name, password: 'Correct-horse-1' })
  await sample.control.roles.grant(sample.owner, { projectId: sample.caller.project, userId: user.id }, 'editor')
  return sample.control.access.enter({ ...sample.owner, user, credential: 'signature', scope: undefined }, sample.caller.project, 'editor')
}

async function words(action: Promise<unknown>): Promise<string> {
  return String(await action.then(() => undefined).catch((reason: unknown) => reason))
}

async function kindOf(action: Promise<unknown>): Promise<string> {
  const error = await action.then(() => undefined).catch((reason: unknown) => reason)
  return error instanceof ServiceError ? error.kind : String(error)
}

const keys = { name: 'keys', type: 'passwd', userName: 'u', password: 's3cret' }

async function fill(sample: SampleControl, caller: Caller): Promise<void> {
  const { control } = sample
  await control.queues.create(caller, { name: 'q', cu: 16, resourceMode: 1 })
  await control.pools.create(caller, { name: 'p', minCu: 64, maxCu: 64 })
  await control.databases.create(caller, { name: 'db' })
  await control.authInfos.create(caller, keys)
}

async function owners({ control, caller }: SampleControl): Promise<readonly (string | undefined)[]> {
  return [
    (await control.queues.get(caller, 'q')).owner,
    (await control.pools.list(caller, {})).pools[0]?.pool.owner,
    (await control.databases.list(caller, { keyword: 'db' })).databases[0]?.owner,
    (await control.authInfos.list(caller, {})).authInfos[0]?.owner,
  ]
}

describe('what a user owns', () => {
  it('stays its own under another name', async () => {
    await using sample = await SampleControl.open()
    const ann = await editor(sample, 'ann')
    await fill(sample, ann)
    await sample.control.users.update(sample.owner, ann.user.id, { name: 'annabel' })
    expect(await owners(sample)).toEqual(['annabel', 'annabel', 'annabel', 'annabel'])
    const renamed: Caller = { ...ann, user: { ...ann.user, name: 'annabel' } }
    await sample.control.queues.scale(renamed, 'q', 16)
    await sample.control.authInfos.update(renamed, 'keys', { userName: 'other' })
    await sample.control.databases.remove(renamed, 'db', { cascade: false })
  })

  it('does not pass to whoever takes the name', async () => {
    await using sample = await SampleControl.open()
    const ann = await editor(sample, 'ann')
    await fill(sample, ann)
    await sample.control.users.update(sample.owner, ann.user.id, { name: 'annabel' })
    const other = await editor(sample, 'ann')
    expect(await kindOf(sample.control.queues.scale(other, 'q', 16))).toBe('forbidden')
    expect(await kindOf(sample.control.authInfos.remove(other, 'keys'))).toBe('forbidden')
    expect(await kindOf(sample.control.databases.remove(other, 'db', { cascade: false }))).toBe('forbidden')
  })

  it('is nobody’s when it is gone, shows its last name, and can be given away', async () => {
    await using sample = await SampleControl.open()
    const ann = await editor(sample, 'ann')
    await fill(sample, ann)
    const eve = await editor(sample, 'eve')
    expect(await words(sample.control.queues.remove(eve, 'q'))).toContain('ask ann, who owns it, or an administrator to grant it')
    await sample.control.users.remove(sample.owner, ann.user.id)
    expect(await words(sample.control.queues.remove(eve, 'q'))).toContain('ask an administrator to grant it')
    expect(await owners(sample)).toEqual(['ann', 'ann', 'ann', 'ann'])
    const heir = await editor(sample, 'ann')
    expect(await kindOf(sample.control.queues.remove(heir, 'q'))).toBe('forbidden')
    expect(await kindOf(sample.control.databases.remove(heir, 'db', { cascade: false }))).toBe('forbidden')
    await sample.control.objectGrants.changeOwner(sample.caller, 'databases.db', 'ann')
    await sample.control.databases.remove(heir, 'db', { cascade: false })
    await sample.control.queues.remove(sample.caller, 'q')
  })
})

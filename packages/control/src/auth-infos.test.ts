// Auth-infos through control: what is shown, what is kept, what is opened.

import { describe, expect, it } from 'vitest'
import { SampleControl } from './sample-control.ts'

const draft = { name: 'keys', type: 'PASSWD', userName: 'app', password: 'canary-one' }

describe('auth-infos', () => {
  it('are listed without secrets and opened for the runner of a job', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const { authInfos } = sample.control
    await authInfos.create(sample.caller, draft)
    const { total, authInfos: found } = await authInfos.list(sample.caller, {})
    expect([total, found[0]]).toEqual([
      1,
      expect.objectContaining({ name: 'keys', type: 'passwd', userName: 'app', owner: 'root', keytab: '' }),
    ])
    expect(JSON.stringify(found)).not.toContain('canary')
    expect((await authInfos.secretsFor(sample.caller.project, 'keys')).secrets).toEqual({ password: 'canary-one' })
    expect((await authInfos.list(sample.caller, { name: 'key' })).total).toBe(0)
  })

  it('keep what an update leaves out or empty', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const { authInfos } = sample.control
    await authInfos.create(sample.caller, draft)
    await authInfos.update(sample.caller, 'keys', { userName: 'other', password: '' })
    const { info, secrets } = await authInfos.secretsFor(sample.caller.project, 'keys')
    expect([info.userName, secrets.password, info.updatedAt > info.createdAt]).toEqual(['other', 'canary-one', true])
    await authInfos.update(sample.caller, 'keys', { password: 'canary-two' })
    expect((await authInfos.secretsFor(sample.caller.project, 'keys')).secrets.password).toBe('canary-two')
  })

  it('have one name each and are gone when removed', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const { authInfos } = sample.control
    await authInfos.create(sample.caller, draft)
    await expect(authInfos.create(sample.caller, draft)).rejects.toMatchObject({ kind: 'conflict' })
    await authInfos.remove(sample.caller, 'keys')
    await expect(authInfos.remove(sample.caller, 'keys')).rejects.toMatchObject({
      kind: 'notFound',
      details: { subject: { kind: 'authInfo' } },
    })
    await expect(authInfos.update(sample.caller, 'keys', {})).rejects.toMatchObject({ kind: 'notFound' })
  })
})

// The first start, tokens, access keys, roles and passwords through control.

import { ServiceError } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { hashPassword, verifyPassword } from './password.ts'
import { SampleControl, sampleBootstrap } from './sample-control.ts'

const { domainName, adminUser, adminPassword, projectName, projectId } = sampleBootstrap
const user = { name: adminUser, password: adminPassword, domain: { name: domainName } }

async function kindOf(action: Promise<unknown> | (() => unknown)): Promise<string> {
  const outcome = typeof action === 'function' ? (async () => action())() : action
  const error = await outcome.then(() => undefined).catch((reason: unknown) => reason)
  if (error instanceof ServiceError) return `${error.kind}: ${error.message}`
  throw new Error(`expected a ServiceError, got ${String(error)}`)
}

describe('the first start', () => {
  it('happens once, and keeps its credentials before it commits', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    expect(await sample.control.bootstrap.ensure({ projectName: 'other' })).toBeUndefined()
    expect(await sample.control.projects.list(sample.owner, {})).toMatchObject([{ id: projectId, name: projectName }])
    expect(await sample.control.domains.list(sample.owner)).toMatchObject([{ name: domainName }])
    expect(await sample.control.queues.list(sample.caller, {})).toMatchObject([{ name: 'default', resourceMode: 0, type: 'sql', cidr: '' }])
  })

  it('leaves nothing when its credentials cannot be kept', async () => {
    const { Store } = await import('@tributary/store')
    const { openControl } = await import('./control.ts')
    const { memoryDriver } = await import('@tributary/fabric')
    await using store = await Store.open({ path: ':memory:', sealingKey: Buffer.alloc(32) })
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    await using control = await openControl({ store, driver: memoryDriver(), log, dataDir: '.', forbidden: () => [] })
    const full = async () => {
      throw new Error('disk full')
    }
    await expect(control.bootstrap.ensure({}, full)).rejects.toThrow('disk full')
    const made = await control.bootstrap.ensure({})
    expect(made).toMatchObject({
      accessKey: expect.stringMatching(/^[A-Z0-9]{20}$/),
      secretKey: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
    })
    expect(made?.projectId).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('tokens', () => {
  it('are issued for a password and enter their project alone', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const { control } = sample
    const issued = await control.tokens.issue({ method: 'password', user, scope: { project: { name: projectName } } })
    expect(issued).toMatchObject({
      method: 'password',
      project: { id: projectId },
      identity: { user: { name: adminUser }, scope: projectId },
    })
    expect(issued.expiresAt - issued.issuedAt).toBe(24 * 3_600_000)
    const identity = await control.tokens.authenticate(issued.token)
    expect(await control.access.enter(identity, projectId, 'admin')).toMatchObject({ project: projectId, role: 'admin' })
    await control.declarations.declare(sample.owner, { projects: [{ id: 'p2', name: 'south' }], vpcs: [], subnets: [], securityGroups: [] })
    expect(await kindOf(() => control.access.enter(identity, 'p2', 'reader'))).toContain('forbidden')
    expect(await kindOf(() => control.access.enter(identity, 'nowhere', 'reader'))).toBe(
      await kindOf(() => control.access.enter(identity, 'p2', 'reader')),
    )
  })

  it('of the domain enter no project, a signature enters any of its user', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const { control } = sample
    const issued = await control.tokens.issue({ method: 'password', user })
    expect(issued.project).toBeUndefined()
    expect(await kindOf(async () => control.access.enter(await control.tokens.authenticate(issued.token), projectId, 'reader'))).toContain(
      'forbidden',
    )
    const key = await control.accessKeys.find(sampleBootstrap.accessKey)
    expect(key?.secretKey).toBe(sampleBootstrap.secretKey)
    expect(await control.accessKeys.find('AKNONE')).toBeUndefined()
    if (key === undefined) throw new Error('the key is there')
    expect(await control.access.enter(key.identity, projectId, 'admin')).toMatchObject({ role: 'admin' })
  })

  it('are refused for wrong names and passwords alike', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const { control } = sample
    const refused = 'unauthenticated: The username or password is wrong.'
    expect(await kindOf(control.tokens.issue({ method: 'password', user: { ...user, password: 'wrong' } }))).toBe(refused)
    expect(await kindOf(control.tokens.issue({ method: 'password', user: { ...user, name: 'nobody' } }))).toBe(refused)
    expect(await kindOf(control.tokens.issue({ method: 'password', user: { ...user, domain: { name: 'nowhere' } } }))).toBe(refused)
    expect(await kindOf(control.tokens.issue({ method: 'password', user: { name: adminUser, password: adminPassword } }))).toContain(
      'invalid',
    )
    for (const project of [{ id: 'nowhere' }, { name: 'nowhere' }, { name: projectName, domain: { name: 'nowhere' } }]) {
      expect(await kindOf(control.tokens.issue({ method: 'password', user, scope: { project } }))).toContain('forbidden')
    }
  })

  it('end by time and by being revoked', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const { control, store } = sample
    const scope = { project: { id: projectId } }
    const first = await control.tokens.issue({ method: 'password', user, scope })
    const second = await control.tokens.issue({ method: 'token', token: first.token, scope })
    expect(second.expiresAt).toBe(first.expiresAt)
    await control.tokens.revoke(sample.owner, first.token)
    expect(await kindOf(() => control.tokens.authenticate(first.token))).toContain('decrypt token fail')
    expect(await kindOf(control.tokens.describe(sample.owner, first.token))).toContain('notFound')
    expect(await control.tokens.describe(sample.owner, second.token)).toMatchObject({ method: 'token', project: { id: projectId } })
    sample.advance(24 * 3_600_000)
    expect(await kindOf(() => control.tokens.authenticate(second.token))).toMatch(/token expires, expires_at: /)
    await store.tokens.removeExpired(sample.now)
    expect(await kindOf(() => control.tokens.authenticate(second.token))).toContain('decrypt token fail')
  })

  it('are nowhere in the store as text', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const { token } = await sample.control.tokens.issue({ method: 'password', user })
    expect(await sample.store.tokens.find(token)).toBeUndefined()
  })
})

describe('roles', () => {
  it('are looked up at each call', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const { control, store } = sample
    const reader = await sample.enterAs('rita', 'reader')
    const signed = { ...reader, credential: 'signature', scope: undefined } as const
    expect(await control.access.enter(signed, projectId, 'reader')).toMatchObject({ role: 'reader' })
    expect(await kindOf(() => control.access.enter(signed, projectId, 'editor'))).toContain('needs the role editor')
    expect(() => control.access.requireOwner(signed)).toThrow('owner')
    expect(await control.projects.list(signed, {})).toHaveLength(1)
    await store.roles.remove(reader.user.id, sample.caller.project)
    expect(await kindOf(() => control.access.enter(signed, projectId, 'reader'))).toContain('forbidden')
    expect(await control.projects.list(signed, {})).toEqual([])
  })
})

describe('passwords', () => {
  it('are compared by hash, many at once', async () => {
    const hash = await hashPassword('right')
    expect(hash).not.toContain('right')
    expect(await Promise.all(['right', 'wrong', 'right', 'Right'].map((text) => verifyPassword(text, hash)))).toEqual([
      true,
      false,
      true,
      false,
    ])
    expect(await verifyPassword('right', undefined)).toBe(false)
  })
})

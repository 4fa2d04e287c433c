// The version of identities moves with every change that could take something from somebody, at its commit, and with nothing else.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Domain, DomainId, Project, ProjectId, User, UserId, UserProfile } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Store } from './store.ts'

const domain: Domain = { id: 'd' as DomainId, name: 'd', createdAt: 1 }
const project: Project = { id: 'p' as ProjectId, domainId: domain.id, name: 'p', createdAt: 1 }
const user: User = { id: 'u' as UserId, domainId: domain.id, name: 'u', isOwner: false, isDomainAdmin: false, createdAt: 1 }
const profile: UserProfile = { ...user, description: '', isEnabled: true }
const key = { accessKey: 'AK', secretKey: 'SK', userId: user.id, createdAt: 1 }
const keyRecord = { accessKey: 'AK', userId: user.id, description: '', isActive: true, createdAt: 1 }
const token = { userId: user.id, projectId: project.id, method: 'password', passwordVersion: 1, issuedAt: 1, expiresAt: 9 } as const

const folders: string[] = []
const places = {
  'in memory': () => ':memory:',
  'on disk': () => {
    const folder = mkdtempSync(join(tmpdir(), 'tributary-identities-'))
    folders.push(folder)
    return join(folder, 'store.db')
  },
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

describe.each(Object.entries(places))('identities %s', (_, place) => {
  let store: Store

  beforeEach(async () => {
    store = await Store.open({ path: place(), sealingKey: Buffer.alloc(32, 7) })
    await store.domains.insert(domain)
    await store.projects.insert(project)
    await store.users.insert(user, 'hash')
    await store.roles.put(user.id, project.id, 'reader')
    await store.accessKeys.insert(key)
    await store.tokens.insert({ hash: 'h', ...token })
  })

  afterEach(() => store[Symbol.asyncDispose]())

  const changes: Readonly<Record<string, () => Promise<unknown>>> = {
    'a role that is granted': () => store.roles.put('other' as UserId, project.id, 'reader'),
    'a role that is another': () => store.roles.put(user.id, project.id, 'admin'),
    'a role that is taken': () => store.roles.remove(user.id, project.id),
    'a user that is switched off': () => store.users.update({ ...profile, isEnabled: false }),
    'a password that is set': () => store.users.updatePassword(user.id, 'other'),
    'a user that is removed': () => store.users.remove(user.id),
    'a key that is switched off': () => store.accessKeys.update({ ...keyRecord, isActive: false }),
    'a key that is removed': () => store.accessKeys.remove(key.accessKey),
    'a token that is revoked': () => store.tokens.remove('h'),
    'tokens that are swept': () => store.tokens.removeExpired(10),
    'a project that is renamed': () => store.projects.update({ ...project, name: 'q' }),
    'a project that is removed': () => store.projects.remove(project.id),
  }

  it.each(Object.keys(changes))('move with %s', async (name) => {
    await store.users.insert({ ...user, id: 'other' as UserId, name: 'other' }, 'hash')
    const before = store.identityVersion
    await changes[name]?.()
    expect(store.identityVersion).toBeGreaterThan(before)
  })

  it('stay with what takes nothing from anybody', async () => {
    const before = store.identityVersion
    await store.tokens.insert({ hash: 'h2', ...token })
    await store.accessKeys.insert({ ...key, accessKey: 'AK2' })
    await store.users.insert({ ...user, id: 'u2' as UserId, name: 'u2' }, 'hash')
    await store.projects.insert({ ...project, id: 'p2' as ProjectId, name: 'p2' })
    await store.tokens.remove('not there')
    expect(await store.tokens.find('h2')).toBeDefined()
    expect(store.identityVersion).toBe(before)
  })

  it('move at the commit, not before, and before the transaction is answered', async () => {
    const before = store.identityVersion
    const after = await store.transaction(async (tx) => {
      await tx.roles.remove(user.id, project.id)
      expect(store.identityVersion).toBe(before)
      tx.afterCommit(() => expect(store.identityVersion).toBeGreaterThan(before))
      return 'done'
    })
    expect(after).toBe('done')
    expect(store.identityVersion).toBeGreaterThan(before)
  })

  it('leave nothing behind of a transaction that failed', async () => {
    const failed = store.transaction(async (tx) => {
      await tx.roles.remove(user.id, project.id)
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect((await store.projects.findGranted(project.id, user.id))?.role).toBe('reader')
  })
})

// The rules of entering a project.

import { describe, expect, it } from 'vitest'
import {
  administers,
  checkAdministrator,
  checkEntry,
  checkOwner,
  getRole,
  grantableRoles,
  type Identity,
  includesRole,
  type Project,
  type Role,
} from './identity.ts'
import type { DomainId, ProjectId, UserId } from './ids.ts'

const domain = { id: 'd1' as DomainId, name: 'acme', createdAt: 1 }
const user = { id: 'u1' as UserId, domainId: domain.id, name: 'rita', isOwner: false, isDomainAdmin: false, createdAt: 1 }
const project: Project = { id: 'p1' as ProjectId, domainId: domain.id, name: 'north', createdAt: 1 }
const signed: Identity = { user, domain, credential: 'signature', scope: undefined }

function refusal(...args: Parameters<typeof checkEntry>): string {
  try {
    checkEntry(...args)
    return ''
  } catch (error) {
    return String(error)
  }
}

describe('entering a project', () => {
  it('needs a role that includes what is asked for', () => {
    const roles: readonly Role[] = ['reader', 'editor', 'admin']
    for (const [at, held] of roles.entries()) {
      for (const [place, needed] of roles.entries()) {
        expect(refusal(signed, project, held, needed) === '').toBe(place <= at)
        expect(includesRole(held, needed)).toBe(place <= at)
      }
    }
  })

  it('is refused alike for what is not there and what is foreign', () => {
    const nothing = refusal(signed, undefined, undefined, 'reader')
    expect(nothing).not.toBe('')
    expect(refusal(signed, project, undefined, 'reader')).toBe(nothing)
    const token: Identity = { ...signed, credential: 'token' }
    expect(refusal(token, project, 'admin', 'reader')).toBe(nothing)
    expect(refusal({ ...token, scope: 'p2' as ProjectId }, project, 'admin', 'reader')).toBe(nothing)
    expect(refusal({ ...token, scope: project.id }, project, 'admin', 'reader')).toBe('')
  })

  it('is refused in words that name what to use', () => {
    expect(() => checkEntry(signed, project, undefined, 'reader')).toThrow(
      expect.objectContaining({
        kind: 'forbidden',
        message: 'the credential is not valid for this project: use its id with a token of its scope and a role in it',
      }),
    )
    expect(() => checkEntry(signed, project, 'reader', 'editor')).toThrow(
      expect.objectContaining({
        kind: 'forbidden',
        message: 'this needs the role editor in the project, the caller is reader: ask an administrator of the project',
      }),
    )
  })

  it('that is not there is refused to administrators too', () => {
    const admin: Identity = { ...signed, user: { ...user, isDomainAdmin: true } }
    const nothing = refusal(signed, undefined, undefined, 'reader')
    expect(refusal(admin, undefined, undefined, 'reader')).toBe(nothing)
    expect(refusal({ ...admin, credential: 'token', scope: project.id }, undefined, undefined, 'reader')).toBe(nothing)
  })

  it('is free for administrators of its domain alone', () => {
    const admin: Identity = { ...signed, user: { ...user, isDomainAdmin: true } }
    expect(checkEntry(admin, project, undefined, 'admin')).toBe('admin')
    expect(refusal(admin, { ...project, domainId: 'd2' as DomainId }, undefined, 'reader')).not.toBe('')
  })
})

describe('the owner', () => {
  it('is marked', () => {
    expect(() => checkOwner(signed)).toThrow(
      expect.objectContaining({ kind: 'forbidden', message: 'this is for the installation owner alone' }),
    )
    expect(checkOwner({ ...signed, user: { ...user, isOwner: true } })).toBeUndefined()
  })
})

describe('an administrator', () => {
  const other = 'd2' as DomainId

  it('has its own domain, an owner has every one', () => {
    expect([administers(user, domain.id), administers({ ...user, isDomainAdmin: true }, domain.id)]).toEqual([false, true])
    expect([administers({ ...user, isDomainAdmin: true }, other), administers({ ...user, isOwner: true }, other)]).toEqual([false, true])
  })

  it('is let in, others are told whom to ask', () => {
    expect(() => checkAdministrator(signed)).toThrow(
      expect.objectContaining({
        kind: 'forbidden',
        message: 'this is for the installation owner and the administrators of the account',
      }),
    )
    for (const more of [{ isOwner: true }, { isDomainAdmin: true }]) {
      expect(() => checkAdministrator({ ...signed, user: { ...user, ...more } })).not.toThrow()
    }
  })
})

describe('a role', () => {
  it('is known by its name', () => {
    expect(grantableRoles.map((role) => getRole(role))).toEqual(['reader', 'editor', 'admin'])
    for (const name of ['owner', 'Reader', '']) {
      expect(() => getRole(name)).toThrow(
        expect.objectContaining({ kind: 'notFound', message: `there is no role ${name}: the roles are reader, editor, admin` }),
      )
    }
  })
})

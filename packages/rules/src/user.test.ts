// Users, projects and keys: names, passwords and counts at both edges.

import { describe, expect, it } from 'vitest'
import { checkNewKey } from './access-key.ts'
import type { Project, UserProfile } from './identity.ts'
import type { DomainId, ProjectId, UserId } from './ids.ts'
import { checkNewProject, noProject, projectPartsOf } from './project.ts'
import { checkNewUser, checkPassword, noUser, type UserDraft, userPartsOf } from './user.ts'

function refusal(action: () => unknown): string {
  try {
    action()
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

describe('a user', () => {
  it.each(['a', '_', '.x', '-x', 'Ann B. Lee-2_', `a${'b'.repeat(63)}`])('may be called %s', (name) => {
    expect(userPartsOf({ name })).toEqual({ name, description: '', isEnabled: true })
  })

  it.each(['', '1a', ' a', 'a ', 'a/b', 'é', 'a\n', `a${'b'.repeat(64)}`])('may not be called %j', (name) => {
    expect(refusal(() => userPartsOf({ name }))).toContain('user.name has 1 to 64')
  })

  it('has a description of at most 255 characters', () => {
    expect(userPartsOf({ name: 'a', description: 'd'.repeat(255), isEnabled: false })).toMatchObject({ isEnabled: false })
    expect(refusal(() => userPartsOf({ name: 'a', description: 'd'.repeat(256) }))).toContain('255')
  })

  it.each(['abcd1A', 'abcde1', 'ABCDE-', '漢漢漢漢漢1', `a1${'x'.repeat(126)}`])('may have the password %s', (password) => {
    expect(refusal(() => checkPassword('rita', password))).toBe('')
  })

  it.each(['', 'abc1A', 'abcdefgh', '12345678', `a1${'x'.repeat(127)}`, 'Rita.1', '1.atir'])('may not have the password %s', (password) => {
    const reason = refusal(() => userPartsOf({ name: 'rita.1', password }))
    expect(reason).toMatch(/^a password/)
    expect(reason).not.toContain(password || 'nothing to see')
  })

  it.each<[string, UserDraft, string]>([
    [
      'a name',
      { name: '1' },
      'user.name has 1 to 64 letters, digits, blanks, _ . and -, begins with no digit or blank and ends with no blank',
    ],
    ['a description', { name: 'a', description: 'd'.repeat(256) }, 'user.description has at most 255 characters, this has 256'],
    ['a short password', { name: 'a', password: 'abc1A' }, 'a password has 6 to 128 characters'],
    [
      'a simple password',
      { name: 'a', password: 'abcdefgh' },
      'a password has at least two of: lower-case letters, upper-case letters, digits, other characters',
    ],
    [
      'its name as a password',
      { name: 'rita.1', password: 'RITA.1' },
      'a password is neither the name of its user nor that name backwards',
    ],
  ])('is refused for %s with what to change', (_title, draft, message) => {
    expect(() => userPartsOf(draft)).toThrow(expect.objectContaining({ kind: 'invalid', message }))
  })

  it('shares its name with nobody of its account but itself', () => {
    const rita = { id: 'u1' as UserId, name: 'rita' } as UserProfile
    expect(refusal(() => checkNewUser(undefined))).toBe('')
    expect(refusal(() => checkNewUser(rita, rita.id))).toBe('')
    expect(refusal(() => checkNewUser(rita))).toContain('rita already')
    expect(() => checkNewUser(rita, 'u2' as UserId)).toThrow(
      expect.objectContaining({
        kind: 'conflict',
        message: 'a user of the account has the name rita already: choose another',
        details: { subject: { kind: 'user', name: 'rita' } },
      }),
    )
    expect(noUser('u2')).toMatchObject({
      kind: 'notFound',
      message: 'there is no user u2',
      details: { subject: { kind: 'user', name: 'u2' } },
    })
  })

  it('has two access keys at most', () => {
    expect(refusal(() => checkNewKey('u1' as UserId, 1))).toBe('')
    expect(refusal(() => checkNewKey('u1' as UserId, 2))).toContain('delete one first')
  })
})

describe('a project', () => {
  it.each(['a', '1', '_-', 'x'.repeat(64)])('may be called %s', (name) => {
    expect(projectPartsOf({ name })).toEqual({ name, description: '' })
  })

  it.each(['', 'a b', 'a.b', 'é', 'a\n', 'x'.repeat(65)])('may not be called %j', (name) => {
    expect(refusal(() => projectPartsOf({ name }))).toContain('project.name has 1 to 64')
  })

  it('has a description of at most 255 characters and a name of its own', () => {
    const north: Project = { id: 'p1' as ProjectId, domainId: 'd1' as DomainId, name: 'north', createdAt: 1 }
    expect(projectPartsOf({ name: 'a', description: 'd'.repeat(255) }).description).toHaveLength(255)
    expect(refusal(() => projectPartsOf({ name: 'a', description: 'd'.repeat(256) }))).toContain('255')
    expect(refusal(() => checkNewProject(undefined))).toBe('')
    expect(refusal(() => checkNewProject(north, north.id))).toBe('')
    expect(refusal(() => checkNewProject(north))).toContain('north already')
    expect(noProject('p2')).toMatchObject({ kind: 'notFound' })
  })
})

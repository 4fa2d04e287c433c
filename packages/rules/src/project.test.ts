// What a project may be called, and what is told of one that is taken or not there.

import { describe, expect, it } from 'vitest'
import type { DomainId, ProjectId } from './ids.ts'
import type { Project } from './identity.ts'
import { checkNewProject, noProject, projectPartsOf } from './project.ts'

const north: Project = { id: 'p1' as ProjectId, domainId: 'd1' as DomainId, name: 'north', createdAt: 1 }

describe('the parts of a project', () => {
  it('are kept as they were sent, an absent description is empty', () => {
    expect(projectPartsOf({ name: 'North_1-a', description: 'x'.repeat(255) })).toEqual({ name: 'North_1-a', description: 'x'.repeat(255) })
    expect(projectPartsOf({ name: 'n'.repeat(64) })).toEqual({ name: 'n'.repeat(64), description: '' })
  })

  it.each(['', 'a b', ' a', 'a\n', 'é', 'a.b', 'n'.repeat(65)])('have no name %j', (name) => {
    expect(() => projectPartsOf({ name })).toThrow(
      expect.objectContaining({ kind: 'invalid', message: 'project.name has 1 to 64 letters, digits, _ and -' }),
    )
  })

  it('have no longer description', () => {
    expect(() => projectPartsOf({ name: 'north', description: 'x'.repeat(256) })).toThrow(
      expect.objectContaining({ kind: 'invalid', message: 'project.description has at most 255 characters, this has 256' }),
    )
  })
})

describe('the name of a project', () => {
  it('is free, or its own already', () => {
    expect(() => checkNewProject(undefined)).not.toThrow()
    expect(() => checkNewProject(north, north.id)).not.toThrow()
  })

  it.each([undefined, 'p2' as ProjectId])('is taken by another one, seen from %s', (own) => {
    expect(() => checkNewProject(north, own)).toThrow(
      expect.objectContaining({
        kind: 'conflict',
        message: 'project p1 of the account has the name north already: choose another',
        details: { subject: { kind: 'project', name: 'north' } },
      }),
    )
  })
})

describe('a project that is not there', () => {
  it('is told by its id', () => {
    expect(noProject('p9')).toMatchObject({
      kind: 'notFound',
      message: 'there is no project p9',
      details: { subject: { kind: 'project', name: 'p9' } },
    })
  })
})

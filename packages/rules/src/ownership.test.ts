// Whose a resource is: the id decides, never the name.

import { describe, expect, it } from 'vitest'
import type { UserId } from './ids.ts'
import { ownedBy, owns } from './ownership.ts'

const alice = { id: 'u1' as UserId, name: 'alice' }

describe('an owner', () => {
  it('is kept by id and shown by name', () => {
    expect(ownedBy(alice)).toEqual({ owner: 'alice', ownerId: 'u1' })
    expect(owns(alice, ownedBy(alice))).toBe(true)
  })

  it('stays the owner under another name, and whoever takes the name gets nothing', () => {
    const resource = ownedBy(alice)
    const renamed = { ...alice, name: 'alice2' }
    expect(owns(renamed, resource)).toBe(true)
    expect(owns({ ...alice, id: 'u2' as UserId }, resource)).toBe(false)
  })

  it('is nobody where no id is known', () => {
    expect(owns(alice, {})).toBe(false)
    expect(owns(alice, { ownerId: undefined })).toBe(false)
  })
})

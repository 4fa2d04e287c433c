// What can be granted on a queue, and what that changes.

import { describe, expect, it } from 'vitest'
import type { Caller } from './identity.ts'
import { changeGrant, checkGrantable, checkQueuePrivilege, grantActionOf, queuePrivileges } from './queue-grant.ts'
import type { Queue } from './queue.ts'

const queue = { name: 'q1', owner: 'ann', ownerId: 'ann' } as Queue
const caller = (name: string, role: Caller['role']) => ({ user: { id: name, name }, role }) as Caller

describe('a grant', () => {
  it('grows, shrinks and is replaced, in the order in which it was named', () => {
    expect(changeGrant(['RESTART'], 'grant', ['SUBMIT_JOB', 'RESTART'])).toEqual(['RESTART', 'SUBMIT_JOB'])
    expect(changeGrant([], 'update', ['RESTART', 'SUBMIT_JOB', 'RESTART'])).toEqual(['RESTART', 'SUBMIT_JOB'])
    expect(changeGrant(['SUBMIT_JOB', 'RESTART'], 'revoke', ['RESTART', 'DROP_QUEUE'])).toEqual(['SUBMIT_JOB'])
    expect(changeGrant(['SUBMIT_JOB'], 'update', ['SHOW_PRIVILEGE'])).toEqual(['SHOW_PRIVILEGES'])
    expect(changeGrant(['SUBMIT_JOB'], 'update', [])).toEqual([])
    // as it was kept under its other name
    expect(changeGrant(['SHOW_PRIVILEGE' as 'SHOW_PRIVILEGES', 'RESTART'], 'revoke', ['SHOW_PRIVILEGES'])).toEqual(['RESTART'])
  })

  it.each(['grant', 'revoke', 'update'])('may be made by %s', (action) => {
    expect(grantActionOf(action)).toBe(action)
  })

  it.each<[string, () => unknown, string]>([
    ['without privileges', () => changeGrant([], 'grant', []), 'privileges is empty: name at least one'],
    [
      'of a privilege that is none, shown in part,',
      () => changeGrant([], 'update', ['X'.repeat(41)]),
      `privilege ${'X'.repeat(40)} is unknown: it is one of SUBMIT_JOB, CANCEL_JOB, DROP_QUEUE, GRANT_PRIVILEGE, REVOKE_PRIVILEGE, SHOW_PRIVILEGES, RESTART, SCALE_QUEUE`,
    ],
    ['by another action', () => grantActionOf('GRANT'), 'action is one of grant, revoke, update'],
  ])('%s is refused', (_title, act, message) => {
    expect(act).toThrow(expect.objectContaining({ kind: 'invalid', message }))
  })

  it('is needed by everybody but owners and administrators, on every queue but the system’s', () => {
    for (const needed of queuePrivileges) {
      expect(() => checkQueuePrivilege(queue, caller('eve', 'editor'), [needed], needed)).not.toThrow()
      expect(() => checkQueuePrivilege(queue, caller('ann', 'editor'), [], needed)).not.toThrow()
      expect(() => checkQueuePrivilege(queue, caller('eve', 'admin'), [], needed)).not.toThrow()
      expect(() => checkQueuePrivilege({ ...queue, name: 'default' }, caller('eve', 'editor'), [], needed)).not.toThrow()
      const others = queuePrivileges.filter((one) => one !== needed)
      expect(() => checkQueuePrivilege(queue, caller('eve', 'editor'), others, needed)).toThrow(
        expect.objectContaining({
          kind: 'forbidden',
          message: expect.stringContaining(`Permission denied for resource 'queues.q1', User = 'eve', Action = '${needed}'`),
          details: { subject: { kind: 'queue', name: 'q1' } },
        }),
      )
    }
  })

  it('is not made to who holds everything', () => {
    expect(() => checkGrantable(queue, { name: 'eve', holdsAll: false })).not.toThrow()
    expect(() => checkGrantable(queue, { name: 'ann', holdsAll: true })).toThrow(
      expect.objectContaining({
        kind: 'unsupported',
        message: 'ann owns queue q1 or administers the project and holds everything on it: name another user',
        details: { subject: { kind: 'queue', name: 'q1' } },
      }),
    )
    expect(() => checkGrantable({ ...queue, name: 'default' }, { name: 'eve', holdsAll: false })).toThrow(
      expect.objectContaining({
        kind: 'unsupported',
        message: 'the system queue default is open to every user of the project: nothing is granted on it',
        details: { subject: { kind: 'queue', name: 'default' } },
      }),
    )
  })
})

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
    expect(changeGrant(['SUBMIT_JOB'], 'update', ['SHOW_PRIVILEGES'])).toEqual(['SHOW_PRIVILEGE'])
    expect(changeGrant(['SUBMIT_JOB'], 'update', [])).toEqual([])
    expect(() => changeGrant([], 'grant', [])).toThrow('privileges is empty')
    expect(() => changeGrant([], 'grant', ['ALL'])).toThrow('privilege ALL is unknown')
    expect(() => grantActionOf('GRANT')).toThrow('action is one of')
  })

  it('is needed by everybody but owners and administrators, on every queue but the system’s', () => {
    for (const needed of queuePrivileges) {
      expect(() => checkQueuePrivilege(queue, caller('eve', 'editor'), [needed], needed)).not.toThrow()
      expect(() => checkQueuePrivilege(queue, caller('ann', 'editor'), [], needed)).not.toThrow()
      expect(() => checkQueuePrivilege(queue, caller('eve', 'admin'), [], needed)).not.toThrow()
      expect(() => checkQueuePrivilege({ ...queue, name: 'default' }, caller('eve', 'editor'), [], needed)).not.toThrow()
      const others = queuePrivileges.filter((one) => one !== needed)
      expect(() => checkQueuePrivilege(queue, caller('eve', 'editor'), others, needed)).toThrow(
        `Permission denied for resource 'queues.q1', User = 'eve', Action = '${needed}'`,
      )
    }
  })

  it('is not made to who holds everything', () => {
    expect(() => checkGrantable(queue, { name: 'eve', holdsAll: false })).not.toThrow()
    expect(() => checkGrantable(queue, { name: 'ann', holdsAll: true })).toThrow('name another user')
    expect(() => checkGrantable({ ...queue, name: 'default' }, { name: 'eve', holdsAll: false })).toThrow('system queue')
  })
})

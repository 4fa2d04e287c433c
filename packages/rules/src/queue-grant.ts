// What users may do on a queue that is not theirs. Its owner and the project's administrators hold everything.

import { ServiceError } from './errors.ts'
import type { Caller } from './identity.ts'
import { grantersOf, owns } from './ownership.ts'
import { defaultQueue, type Queue } from './queue.ts'
import { say } from './text.ts'

/** Something that can be granted on a queue, as published. */
export type QueuePrivilege =
  | 'SUBMIT_JOB'
  | 'CANCEL_JOB'
  | 'DROP_QUEUE'
  | 'GRANT_PRIVILEGE'
  | 'REVOKE_PRIVILEGE'
  | 'SHOW_PRIVILEGES'
  | 'RESTART'
  | 'SCALE_QUEUE'

/** Every one. */
export const queuePrivileges: readonly QueuePrivilege[] = [
  'SUBMIT_JOB',
  'CANCEL_JOB',
  'DROP_QUEUE',
  'GRANT_PRIVILEGE',
  'REVOKE_PRIVILEGE',
  'SHOW_PRIVILEGES',
  'RESTART',
  'SCALE_QUEUE',
]

/** What one user was granted on a queue; never empty. */
export interface QueueGrant {
  readonly userName: string
  readonly privileges: readonly QueuePrivilege[]
}

/** How a call changes what a user was granted. */
export type GrantAction = 'grant' | 'revoke' | 'update'

const actions: readonly GrantAction[] = ['grant', 'revoke', 'update']

/** @throws {ServiceError} `invalid` */
export function grantActionOf(text: string): GrantAction {
  const action = actions.find((one) => one === text)
  if (action === undefined) throw new ServiceError('invalid', say`action is one of ${actions.join(', ')}`)
  return action
}

/**
 * What a user holds after a call.
 * @param privileges - as sent; `SHOW_PRIVILEGE`, as some pages have it, is taken for `SHOW_PRIVILEGES`
 * @returns in the order in which they were named, each once: clients compare it
 * @throws {ServiceError} `invalid` for an unknown one, and for none where some must be named
 */
export function changeGrant(
  held: readonly QueuePrivilege[],
  action: GrantAction,
  privileges: readonly string[],
): readonly QueuePrivilege[] {
  const named = new Set(privileges.map(privilegeOf))
  if (named.size === 0 && action !== 'update') throw new ServiceError('invalid', say`privileges is empty: name at least one`)
  const before = held.map(privilegeOf)
  if (action === 'revoke') return before.filter((one) => !named.has(one))
  return action === 'update' ? [...named] : [...new Set([...before, ...named])]
}

function privilegeOf(text: string): QueuePrivilege {
  const wanted = text === 'SHOW_PRIVILEGE' ? 'SHOW_PRIVILEGES' : text
  const found = queuePrivileges.find((one) => one === wanted)
  if (found === undefined)
    throw new ServiceError('invalid', say`privilege ${text.slice(0, 40)} is unknown: it is one of ${queuePrivileges.join(', ')}`)
  return found
}

/** Whether a caller holds everything on a queue without being granted anything. */
export function holdsQueue(queue: Pick<Queue, 'ownerId'>, caller: Caller): boolean {
  return caller.role === 'admin' || owns(caller.user, queue)
}

const actionNames: Readonly<Record<QueuePrivilege, string>> = {
  SUBMIT_JOB: 'submitJob',
  CANCEL_JOB: 'cancelJob',
  DROP_QUEUE: 'dropQueue',
  GRANT_PRIVILEGE: 'grantPrivilege',
  REVOKE_PRIVILEGE: 'revokePrivilege',
  SHOW_PRIVILEGES: 'showPrivileges',
  RESTART: 'restart',
  SCALE_QUEUE: 'scaleQueue',
}

/**
 * Lets a caller act on a queue. The system queue is everybody's.
 * @param held - what the caller was granted on it
 * @throws {ServiceError} `forbidden`, in the published words
 */
export function checkQueuePrivilege(queue: Queue, caller: Caller, held: readonly QueuePrivilege[], needed: QueuePrivilege): void {
  if (queue.name === defaultQueue || holdsQueue(queue, caller) || held.includes(needed)) return
  throw new ServiceError(
    'forbidden',
    say`Permission denied for resource 'queues.${queue.name}', User = '${caller.user.name}', Action = '${needed}' (dli:queue:${actionNames[needed]}): ask ${grantersOf(queue)} to grant it`,
    { subject: { kind: 'queue', name: queue.name } },
  )
}

/** @throws {ServiceError} `unsupported` for the system queue, and for a user who holds everything already */
export function checkGrantable(queue: Queue, user: { readonly name: string; readonly holdsAll: boolean }): void {
  const subject = { kind: 'queue', name: queue.name } as const
  if (queue.name === defaultQueue)
    throw new ServiceError('unsupported', say`the system queue default is open to every user of the project: nothing is granted on it`, {
      subject,
    })
  if (user.holdsAll)
    throw new ServiceError(
      'unsupported',
      say`${user.name} owns queue ${queue.name} or administers the project and holds everything on it: name another user`,
      { subject },
    )
}

// What users may do on a queue: shown, granted, revoked, and asked for by every use case that acts on one.

import {
  type Caller,
  changeGrant,
  checkGrantable,
  checkQueuePrivilege,
  type GrantAction,
  grantActionOf,
  noQueue,
  owns,
  type Queue,
  type QueueGrant,
  type QueuePrivilege,
  ServiceError,
  say,
} from '@tributary/rules'
import type { Repositories } from '@tributary/store'
import type { Deps } from './deps.ts'

/** A change of what a user may do. */
export interface GrantDraft {
  readonly queueName: string
  readonly userName: string
  /** `grant`, `revoke` or `update`. */
  readonly action: string
  readonly privileges: readonly string[]
}

/** The use cases of grants on queues. Names of queues come in any case. */
export function queueGrants({ store }: Deps) {
  return {
    /** By user; its owner, who holds everything, is not among them. @throws {ServiceError} `notFound` */
    async list(caller: Caller, name: string): Promise<{ readonly queue: Queue; readonly grants: readonly QueueGrant[] }> {
      const queue = await store.queues.find(caller.project, name.toLowerCase())
      if (queue === undefined) throw noQueue(name)
      return { queue, grants: await store.queueGrants.list(queue.id) }
    },

    /** @throws {ServiceError} `notFound` queue or user, `invalid`, `unsupported` for a user who holds everything, `forbidden` */
    async change(caller: Caller, draft: GrantDraft): Promise<void> {
      const action = grantActionOf(draft.action)
      await store.transaction(async (tx) => {
        const queue = await tx.queues.find(caller.project, draft.queueName.toLowerCase())
        if (queue === undefined) throw noQueue(draft.queueName)
        for (const needed of neededFor(action)) await requirePrivilege(tx, queue, caller, needed)
        const login = await tx.users.findLogin({ domainId: caller.user.domainId, name: draft.userName })
        if (login === undefined) throw noUser(draft.userName)
        const { user } = login
        const isAdmin = user.isDomainAdmin || (await tx.roles.find(user.id, caller.project)) === 'admin'
        checkGrantable(queue, { name: user.name, holdsAll: isAdmin || owns(user, queue) })
        await tx.queueGrants.put(queue.id, user.id, changeGrant(await tx.queueGrants.find(queue.id, user.id), action, draft.privileges))
      })
    },
  }
}

function neededFor(action: GrantAction): readonly QueuePrivilege[] {
  if (action === 'update') return ['GRANT_PRIVILEGE', 'REVOKE_PRIVILEGE']
  return [action === 'grant' ? 'GRANT_PRIVILEGE' : 'REVOKE_PRIVILEGE']
}

function noUser(name: string): ServiceError {
  const shown = name.slice(0, 140)
  return new ServiceError('notFound', say`There is no user named ${shown}`, { subject: { kind: 'user', name: shown } })
}

/** Lets a caller act on a queue: owner, administrator, or granted. @throws {ServiceError} `forbidden` */
export async function requirePrivilege(
  from: Pick<Repositories, 'queueGrants'>,
  queue: Queue,
  caller: Caller,
  needed: QueuePrivilege,
): Promise<void> {
  checkQueuePrivilege(queue, caller, await from.queueGrants.find(queue.id, caller.user.id), needed)
}

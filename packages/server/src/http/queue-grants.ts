// Users of queues: wire in, one use case, wire out.

import { operations } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { Door } from './door.ts'
import { success } from './envelope.ts'

/** Routes of grants on queues. */
export function queueGrantRoutes(door: Door, control: Control): void {
  door.on(operations.listQueueUsers, async ({ caller, params, query }) => {
    const { queue, grants } = await control.queueGrants.list(caller, params.queue_name)
    const users = [
      { is_admin: true, user_name: queue.owner, privileges: ['ALL'] },
      ...grants.map(({ userName, privileges }) => ({ is_admin: false, user_name: userName, privileges: [...privileges] })),
    ]
    const { offset = 0, limit = users.length } = query
    return success({ queue_name: queue.name, count: users.length, privileges: users.slice(offset, offset + limit) })
  })
  door.on(operations.authorizeQueueUser, async ({ caller, body }) => {
    await control.queueGrants.change(caller, {
      queueName: body.queue_name,
      userName: body.user_name,
      action: body.action,
      privileges: body.privileges,
    })
    return success({})
  })
}

// Properties of queues: wire in, one use case, wire out.

import { operations } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { Door } from './door.ts'
import { success } from './envelope.ts'

/** Routes of queue properties. */
export function queuePropertyRoutes(door: Door, control: Control): void {
  for (const operation of [operations.createQueueProperties, operations.updateQueueProperties]) {
    door.on(operation, async ({ caller, params, body }) => {
      await control.queueProperties.put(caller, params.queue_name, body.properties)
      return success({})
    })
  }
  door.on(operations.listQueueProperties, async ({ caller, params, query }) => {
    const found = await control.queueProperties.list(caller, params.queue_name, query)
    return success({ properties: found.map(({ key, value }) => ({ key, value })) })
  })
  door.on(operations.deleteQueueProperties, async ({ caller, params, body }) => {
    await control.queueProperties.remove(caller, params.queue_name, body.keys)
    return success({})
  })
}

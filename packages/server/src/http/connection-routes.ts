// Custom routes of enhanced connections: wire in, one use case, wire out.

import { operations } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { Door } from './door.ts'
import { success } from './envelope.ts'

/** Routes of the server for routes of connections. */
export function connectionRouteRoutes(door: Door, control: Control): void {
  door.on(operations.createRoute, async ({ caller, params, body }) => {
    await control.connectionRoutes.create(caller, params.connection_id, { name: body.name, cidr: body.cidr })
    return success({})
  })
  door.on(operations.deleteRoute, async ({ caller, params }) => {
    await control.connectionRoutes.remove(caller, params.connection_id, params.name)
    return success({}, 'Deleted')
  })
}

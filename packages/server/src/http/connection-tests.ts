// Connectivity tests: wire in, one use case, wire out.

import { operations } from '@tributary/contract'
import type { Control } from '@tributary/control'
import { testBegun, testFound } from '@tributary/rules'
import type { Door } from './door.ts'
import { success } from './envelope.ts'

/** Routes of connectivity tests. */
export function connectionTestRoutes(door: Door, control: Control): void {
  door.on(operations.createConnectionTest, async ({ caller, params, body }) => {
    const { test, address } = await control.connectionTests.create(caller, params.queue_name, body.address)
    return success({ task_id: test.number }, testBegun(address))
  })
  door.on(operations.getConnectionTest, async ({ caller, params, words }) => {
    const test = await control.connectionTests.get(caller, params.queue_name, params.task_id)
    return success({ connectivity: test.connectivity }, words(testFound(test)))
  })
}

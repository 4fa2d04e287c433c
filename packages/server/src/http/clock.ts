// The clock of rehearsals: wire in, one use case, wire out.

import { operations } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { Door } from './door.ts'
import { success } from './envelope.ts'

/** Routes of the clock. */
export function clockRoutes(door: Door, control: Control): void {
  door.on(operations.putClock, async ({ identity, body }) => {
    const { aheadMs, now } = await control.clock.put(identity, body.advance_ms)
    return success({ advance_ms: aheadMs, now })
  })
}

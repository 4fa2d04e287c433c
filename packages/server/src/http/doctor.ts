// The doctor: wire in, one use case, wire out.

import { operations } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { Door } from './door.ts'
import { success } from './envelope.ts'

/** Routes of the doctor. */
export function doctorRoutes(door: Door, control: Control): void {
  door.on(operations.examineQueue, async ({ caller, params, body, words }) => {
    const { reachable, rungs } = await control.doctor.examine(caller, params.queue_name, {
      address: body.address,
      protocol: body.protocol,
      authInfoName: body.auth_info_name,
      database: body.database,
      table: body.table,
      tls: body.tls,
    })
    return success({
      reachable,
      rungs: rungs.map(({ name, ok, ms, detail, who, remedy }) => ({
        name,
        ok,
        ms,
        detail: words(detail),
        who: words(who),
        remedy: words(remedy),
      })),
    })
  })
}

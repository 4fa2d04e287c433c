// What the installation says of itself.

import { fidelityLedger, openApiDocument, operations } from '@tributary/contract'
import { ServiceError, say, whenThere } from '@tributary/rules'
import { type Door, JsonText } from './door.ts'
import { success } from './envelope.ts'
import type { Behind } from './behind.ts'

/** Routes of the system. */
export function systemRoutes(door: Door, { about, control, printMetrics, isDraining }: Behind): void {
  let document: JsonText | undefined
  door.on(operations.livez, () => ({ status: 'alive' }))
  door.on(operations.readyz, () => {
    if (isDraining()) throw new ServiceError('unavailable', say`the server is stopping: it finishes what it has and takes nothing new`)
    return whenThere(control.checkWritable(), () => ({ status: 'ready' }))
  })
  door.on(operations.getInfo, () => {
    const { version, timing, drivers, engines } = about
    return success({ version, timing, clock_advance_ms: control.clock.aheadMs(), drivers: [...drivers], engines: [...engines] })
  })
  door.on(operations.listFidelity, () => success({ operations: fidelityLedger().map((entry) => ({ ...entry })) }))
  door.on(operations.getOpenApi, () => {
    document ??= new JsonText(JSON.stringify(openApiDocument(about.version)))
    return document
  })
  door.on(operations.getMetrics, () => printMetrics())
}

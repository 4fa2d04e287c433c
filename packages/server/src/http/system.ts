// What the installation says of itself.

import { fidelityLedger, openApiDocument, operations } from '@tributary/contract'
import { ServiceError } from '@tributary/rules'
import { type Door, JsonText } from './door.ts'
import { success } from './envelope.ts'
import type { Behind } from './behind.ts'

/** Routes of the system. */
export function systemRoutes(door: Door, { about, metrics, isDraining }: Behind): void {
  const document = new JsonText(JSON.stringify(openApiDocument(about.version)))
  const ledger = success({ operations: fidelityLedger().map((entry) => ({ ...entry })) })
  door.on(operations.livez, () => ({ status: 'alive' }))
  door.on(operations.readyz, () => {
    if (isDraining()) throw new ServiceError('unavailable', 'the server is stopping: it finishes what it has and takes nothing new')
    return { status: 'ready' }
  })
  door.on(operations.getInfo, () => {
    const { version, timing, drivers, engines } = about
    return success({ version, timing, drivers: [...drivers], engines: [...engines] })
  })
  door.on(operations.listFidelity, () => ledger)
  door.on(operations.getOpenApi, () => document)
  door.on(operations.getMetrics, () => metrics.print())
}

// Gateways: wire in, one use case, wire out.

import { operations, type ResultOf } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { Gateway } from '@tributary/rules'
import type { Door } from './door.ts'
import { success } from './envelope.ts'

/** Routes of gateways. */
export function gatewayRoutes(door: Door, control: Control): void {
  door.on(operations.putGateway, async ({ identity, params, body }) => {
    const gateway = await control.gateways.put(identity, params.project_id, params.vpc_id, {
      kind: body.kind,
      ranges: body.ranges ?? [],
      map: body.map ?? [],
      names: body.names ?? [],
      dns: body.dns,
      allowCleartextPasswords: body.allow_cleartext_passwords,
    })
    return toWire(gateway)
  })
  door.on(operations.getGateway, async ({ identity, params }) =>
    toWire(await control.gateways.get(identity, params.project_id, params.vpc_id)),
  )
  door.on(operations.deleteGateway, async ({ identity, params }) => {
    await control.gateways.remove(identity, params.project_id, params.vpc_id)
    return success({})
  })
}

function toWire(gateway: Gateway): ResultOf<typeof operations.getGateway> {
  return success({
    kind: gateway.kind,
    ranges: [...gateway.ranges],
    map: gateway.map.map(({ from, to }) => ({ from, to })),
    names: gateway.names.map(({ name = '', ip = '' }) => ({ name, ip })),
    ...(gateway.dns === undefined ? {} : { dns: gateway.dns }),
    allow_cleartext_passwords: gateway.allowCleartextPasswords,
    version: gateway.version,
  })
}

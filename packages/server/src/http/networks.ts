// Declared networks: wire in, one use case, wire out. The settings file has the same shape.

import { type BodyOf, operations } from '@tributary/contract'
import type { Control, NetworkDeclaration } from '@tributary/control'
import type { Door } from './door.ts'
import { success } from './envelope.ts'

/** Routes of declared networks. */
export function networkRoutes(door: Door, control: Control): void {
  door.on(operations.declareNetworks, async ({ identity, body }) => {
    await control.declarations.declare(identity, declarationOf(body))
    return success({})
  })
}

/** What is declared, as the use case takes it. */
export function declarationOf(body: BodyOf<typeof operations.declareNetworks>): NetworkDeclaration {
  return {
    projects: body.projects ?? [],
    vpcs: (body.vpcs ?? []).map(({ project_id: projectId, ...vpc }) => ({ ...vpc, projectId })),
    subnets: (body.subnets ?? []).map(({ vpc_id: vpcId, gateway_ip: gatewayIp, ...subnet }) => ({ ...subnet, vpcId, gatewayIp })),
    securityGroups: (body.security_groups ?? []).map(({ project_id: projectId, ...group }) => ({ ...group, projectId })),
  }
}

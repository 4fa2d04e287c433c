// Peerings of datasource connections as the VPC service shows them: wire in, one use case, wire out.

import { operations, type ResultOf } from '@tributary/contract'
import type { Control } from '@tributary/control'
import { type VpcPeering, vpcPeeringStatus } from '@tributary/rules'
import type { Door } from './door.ts'
import { vpcDate } from './envelope.ts'
import type { Words } from './messages/language.ts'

/** Routes of peerings of VPCs. */
export function vpcPeeringRoutes(door: Door, { vpcPeerings }: Control): void {
  door.on(operations.listVpcPeerings, async ({ identity, header, query, words }) => {
    const { id, limit, marker, name, status, tenant_id: tenantId, vpc_id: vpcId } = query
    const listing = { id, limit, marker, name, status, tenantId, vpcId }
    return { peerings: (await vpcPeerings.list(identity, header('x-project-id'), listing)).map((peering) => toWire(peering, words)) }
  })
  door.on(operations.getVpcPeering, async ({ identity, header, params, words }) => ({
    peering: toWire(await vpcPeerings.get(identity, header('x-project-id'), params.peering_id), words),
  }))
}

function toWire(peering: VpcPeering, words: Words): ResultOf<typeof operations.getVpcPeering>['peering'] {
  const { projectId: tenant_id } = peering
  return {
    id: peering.id,
    name: peering.name,
    status: vpcPeeringStatus(peering.state),
    description: words(peering.errMsg),
    request_vpc_info: { vpc_id: peering.sourceId, tenant_id },
    accept_vpc_info: { vpc_id: peering.vpcId, tenant_id },
    created_at: vpcDate(peering.createdAt),
    updated_at: vpcDate(peering.updatedAt),
  }
}

// Peerings of datasource connections as the VPC service shows them: two networks, and how far they are joined.

import { ServiceError } from './errors.ts'
import type { PeerId, PoolId, ProjectId, QueueId, RouteTableId, VpcId } from './ids.ts'
import type { PeeringState } from './peering.ts'
import { say, type Text } from './text.ts'

/** A peering seen from the VPC: the network of a queue or a pool asks, the VPC accepts. */
export interface VpcPeering {
  readonly id: PeerId
  /** The connection's name. */
  readonly name: string
  readonly projectId: ProjectId
  /** The queue or pool behind the asking network. */
  readonly sourceId: QueueId | PoolId
  /** The asking network's range. */
  readonly sourceCidr: string
  readonly vpcId: VpcId
  /** The table that the connection names, if it does. */
  readonly routeTableId: RouteTableId | undefined
  readonly state: PeeringState
  readonly errMsg: Text
  readonly createdAt: number
  readonly updatedAt: number
}

const statuses: Readonly<Record<PeeringState, string>> = { CREATING: 'PENDING_ACCEPTANCE', ACTIVE: 'ACTIVE', FAILED: 'REJECTED' }

/** The state in the VPC service's words. */
export function vpcPeeringStatus(state: PeeringState): string {
  return statuses[state]
}

/** The error of a peering that is not there. */
export function noVpcPeering(id: string): ServiceError {
  const name = id.slice(0, 64)
  return new ServiceError('notFound', say`Query resource by id ${name} fail.the peering could not be found.`, {
    subject: { kind: 'peering', name },
  })
}

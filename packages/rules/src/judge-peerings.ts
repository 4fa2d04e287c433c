// Which peerings and bindings of a queue may carry traffic, and why the others may not. Pure: the same facts give the same verdicts in any order.

import type { ClassicAddress } from './classic-connection.ts'
import type { Gateway } from './gateway.ts'
import type { ConnectionId, PeerId, PoolId, QueueId, SubnetId, VpcId } from './ids.ts'
import { overlaps, parseCidr } from './ipv4.ts'
import type { NetworkRoute } from './network.ts'
import type { PeeringLife, PeeringState } from './peering.ts'
import { admits, type SecurityGroupRule } from './security-group.ts'
import { inWords, isSilent, say, silence, type Text } from './text.ts'
import { missingText } from './vpc.ts'

/** Where a subnet lies. */
export interface SubnetPlace {
  readonly vpcId: VpcId
  readonly cidr: string
}

/** A peering with everything that decides whether it may be ACTIVE. */
export interface WantedPeering {
  readonly peering: PeeringLife
  readonly connectionName: string
  /** ms since the epoch. */
  readonly connectionCreatedAt: number
  /** As the connection names them. */
  readonly vpcId: VpcId
  readonly subnetId: SubnetId
  /** The subnet of that id in the connection's project, if there is one. */
  readonly subnet: SubnetPlace | undefined
  /** Of the VPC that the connection names. */
  readonly gateway: Gateway | undefined
  readonly routes: readonly NetworkRoute[]
  /** Stands for the host entries, which may be many. */
  readonly hostsDigest: string
}

/** Another queue, or a pool, that is bound into a VPC. The queues of one pool share its range and are no neighbours of each other. */
export interface Neighbour {
  readonly vpcId: VpcId
  readonly kind?: 'queue' | 'pool'
  readonly queueId: QueueId | PoolId
  readonly queueName: string
  readonly cidr: string
  /** When it was first bound into that VPC, ms since the epoch. */
  readonly boundAt: number
}

/** What a classic connection stands on. */
export interface ClassicGround {
  readonly subnetId: string
  readonly subnet: SubnetPlace | undefined
  readonly securityGroupId: string
  readonly securityGroupKnown: boolean
  /** Of the subnet's VPC. */
  readonly gateway: Gateway | undefined
}

/** A classic connection as one queue is bound to it. */
export interface WantedBinding {
  readonly peerId: PeerId
  readonly state: PeeringState
  readonly errMsg: Text
  readonly connectionId: ConnectionId
  readonly connectionName: string
  /** Of the connection, ms since the epoch. */
  readonly createdAt: number
  readonly addresses: readonly ClassicAddress[]
  readonly ground: ClassicGround
  /** Of the security group, empty where it is not there. */
  readonly groupRules: readonly SecurityGroupRule[]
}

/** The queue, or pool, that is judged. */
export interface JudgedQueue {
  readonly kind?: 'queue' | 'pool'
  readonly id: QueueId | PoolId
  readonly name: string
  readonly cidr: string
}

/**
 * Judges every peering of one queue, or of one pool.
 * @param neighbours - other queues bound into the same VPCs; the one bound first keeps its place, so binding another queue harms nobody
 * @returns by peering, the reason why it is FAILED, or silence where it may be ACTIVE
 */
export function judgePeerings(
  queue: JudgedQueue,
  peerings: readonly WantedPeering[],
  neighbours: readonly Neighbour[],
): ReadonlyMap<PeerId, Text> {
  const rivals = rivalsByVpc(queue, peerings, neighbours)
  return new Map(peerings.map((wanted) => [wanted.peering.id, judgePeering(queue, wanted, rivals.get(wanted.vpcId))]))
}

function judgePeering(queue: JudgedQueue, { vpcId, subnetId, subnet, gateway }: WantedPeering, rival: Neighbour | undefined): Text {
  if (subnet === undefined) return missingSubnet(subnetId)
  if (subnet.vpcId !== vpcId) {
    return say`subnet ${subnetId} does not belong to VPC ${vpcId}: create the connection with the VPC of its subnet, which is ${subnet.vpcId}`
  }
  if (gateway === undefined || gateway.kind === 'none') return noGateway(vpcId)
  if (meets(queue.cidr, subnet.cidr)) {
    return say`${called(queue)} has the range ${queue.cidr}, which overlaps ${subnet.cidr} of subnet ${subnetId}: bind ${another(queue)} with another range`
  }
  if (rival === undefined) return silence
  const other = called({ kind: rival.kind ?? 'queue', name: rival.queueName })
  return say`${called(queue)} has the range ${queue.cidr}, which overlaps ${rival.cidr} of ${other}, bound into VPC ${vpcId} before it: unbind one of them`
}

function called({ kind, name }: Pick<JudgedQueue, 'kind' | 'name'>): Text {
  return kind === 'pool' ? say`elastic resource pool ${name}` : say`queue ${name}`
}

function another({ kind }: Pick<JudgedQueue, 'kind'>): Text {
  return kind === 'pool' ? say`a pool` : say`a queue`
}

/** By VPC, the first queue that was bound before this one and whose range meets this one's. */
function rivalsByVpc(
  queue: JudgedQueue,
  peerings: readonly WantedPeering[],
  neighbours: readonly Neighbour[],
): ReadonlyMap<VpcId, Neighbour> {
  const mine = new Map<VpcId, Bound>()
  for (const { vpcId, peering } of peerings) keepFirst(mine, vpcId, { boundAt: peering.createdAt, queueId: queue.id })
  const rivals = new Map<VpcId, Neighbour>()
  for (const neighbour of neighbours) {
    const first = mine.get(neighbour.vpcId)
    if (first === undefined || !isBefore(neighbour, first) || !meets(queue.cidr, neighbour.cidr)) continue
    keepFirst(rivals, neighbour.vpcId, neighbour)
  }
  return rivals
}

interface Bound {
  readonly boundAt: number
  readonly queueId: QueueId | PoolId
}

/** Queues that were bound by one call are told apart by their ids, the same way seen from each. */
function isBefore(one: Bound, other: Bound): boolean {
  return one.boundAt < other.boundAt || (one.boundAt === other.boundAt && one.queueId < other.queueId)
}

function keepFirst<Place extends Bound>(places: Map<VpcId, Place>, vpcId: VpcId, place: Place): void {
  const held = places.get(vpcId)
  if (held === undefined || isBefore(place, held)) places.set(vpcId, place)
}

function meets(one: string, other: string): boolean {
  const [first, second] = [parseCidr(one), parseCidr(other)]
  return first !== undefined && second !== undefined && overlaps(first, second)
}

/** @returns why a classic connection is FAILED, or silence where it may be ACTIVE */
export function judgeClassic({ subnetId, subnet, securityGroupId, securityGroupKnown, gateway }: ClassicGround): Text {
  if (subnet === undefined) return missingSubnet(subnetId)
  if (!securityGroupKnown) {
    const body = bodyOf('VPC.0603', missingText('securityGroup', securityGroupId))
    return say`Failed to get security group ${securityGroupId}. Response code : 404, message : ${body}.`
  }
  return gateway === undefined || gateway.kind === 'none' ? noGateway(subnet.vpcId) : silence
}

/**
 * Judges a classic connection as one queue is bound to it: its ground, then whether the group lets the queue in to every port.
 * @returns why the binding is FAILED, or silence where it may be ACTIVE
 */
export function judgeBinding(
  queue: Pick<JudgedQueue, 'name' | 'cidr'>,
  { ground, addresses, groupRules }: Pick<WantedBinding, 'ground' | 'addresses' | 'groupRules'>,
): Text {
  const reason = judgeClassic(ground)
  if (!isSilent(reason)) return reason
  const shut = addresses.find(({ target }) => !admits(groupRules, queue.cidr, target.port))
  if (shut === undefined) return silence
  const { port } = shut.target
  return say`security group ${ground.securityGroupId} does not admit ${queue.cidr} of queue ${queue.name} to port ${port}: add an ingress rule for TCP port ${port} from ${queue.cidr}`
}

/** In the published words. */
function missingSubnet(subnetId: string): Text {
  const body = bodyOf('VPC.0202', missingText('subnet', subnetId))
  return say`Failed to get subnet ${subnetId}. Response code : 404, message : ${body}.`
}

/** The answer of the VPC service that is told of, which is English. */
function bodyOf(code: string, message: Text): string {
  return JSON.stringify({ code, message: inWords(message) })
}

function noGateway(vpcId: VpcId): Text {
  return say`no gateway is attached to VPC ${vpcId}: ask the installation owner`
}

// Enhanced connections: wire in, one use case, wire out.

import { type BodyOf, operations, type ResultOf } from '@tributary/contract'
import type { ConnectionView, Control, PeeringReport } from '@tributary/control'
import type { ConnectionDraft, ConnectionField, Peering, PoolPeering } from '@tributary/rules'
import type { Door } from './door.ts'
import { success } from './envelope.ts'
import { tagsOf } from './tag-pairs.ts'

/** Routes of enhanced connections. */
export function connectionRoutes(door: Door, control: Control): void {
  door.on(operations.createConnection, async ({ caller, body, header }) => {
    const connection = await control.connections.create(caller, draftOf(body), { idempotencyKey: header('idempotency-key') })
    return success({ connection_id: connection.id })
  })
  door.on(operations.listConnections, async ({ caller, query }) => {
    const { limit = 100, offset = 0, status, name } = query
    const tags = tagsOf(query.tags)
    const { total, connections } = await control.connections.list(caller, { limit, offset, status, name, tags })
    return success({ count: total, connections: connections.map(toWire) })
  })
  door.on(operations.getConnection, async ({ caller, params }) =>
    success(toWire(await control.connections.get(caller, params.connection_id))),
  )
  door.on(operations.replaceHosts, async ({ caller, params, body }) => {
    await control.connections.replaceHosts(caller, params.connection_id, body.hosts ?? [])
    return success({})
  })
  door.on(operations.deleteConnection, async ({ caller, params }) => {
    await control.connections.remove(caller, params.connection_id)
    return success({}, 'Deleted')
  })
  bindingRoutes(door, control)
  door.on(operations.checkConnection, async ({ caller, body }) => {
    const { isFine, findings, freeCidr } = await control.connectionChecks.check(caller, draftOf(body))
    return success({
      ok: isFine,
      findings: findings.map(({ severity, field, message, remedy }) => ({ severity, field: wireFields[field], message, remedy })),
      ...(freeCidr === undefined ? {} : { free_cidr: freeCidr }),
    })
  })
}

const wireFields: Readonly<Record<ConnectionField, string>> = {
  name: 'name',
  vpcId: 'dest_vpc_id',
  subnetId: 'dest_network_id',
  routeTableId: 'routetable_id',
  queues: 'queues',
  pools: 'elastic_resource_pools',
  hosts: 'hosts',
  tags: 'tags',
}

/** A create body as the use cases take it; the check takes the same. */
function draftOf(body: BodyOf<typeof operations.createConnection>): ConnectionDraft {
  return {
    name: body.name,
    vpcId: body.dest_vpc_id,
    subnetId: body.dest_network_id,
    routeTableId: body.routetable_id,
    queues: body.queues ?? [],
    pools: body.elastic_resource_pools ?? [],
    hosts: body.hosts ?? [],
    tags: body.tags ?? [],
  }
}

function bindingRoutes(door: Door, control: Control): void {
  door.on(operations.associateQueue, async ({ caller, params, body }) => {
    const { queues = [], elastic_resource_pools: pools = [] } = body
    await control.connections.bind(caller, params.connection_id, { queues, pools })
    return success({}, `associated peer connection for queues: {${[...queues, ...pools].join(',')}}.`)
  })
  door.on(operations.disassociateQueue, async ({ caller, params, body }) => {
    const { queues = [], elastic_resource_pools: pools = [] } = body
    await control.connections.unbind(caller, params.connection_id, { queues, pools })
    return success({}, `Disassociated peer connection for queues:{${[...queues, ...pools].join(',')}}.`)
  })
  door.on(operations.listPeerings, async ({ caller, params }) => {
    const peerings = await control.reachability.list(caller, params.connection_id)
    return success({ peerings: peerings.map(reported) })
  })
}

type WireConnection = ResultOf<typeof operations.listConnections>['connections'][number]

function toWire({ connection, hosts, peerings, poolPeerings, routes, shared }: ConnectionView): WireConnection {
  return {
    id: connection.id,
    name: connection.name,
    status: connection.state,
    available_queue_info: peerings.map(bound),
    elastic_resource_pools: poolsOf(peerings, poolPeerings),
    dest_vpc_id: connection.vpcId,
    dest_network_id: connection.subnetId,
    isPrivis: !shared,
    create_time: connection.createdAt,
    hosts: hosts as WireConnection['hosts'],
    routes: routes.map(({ name, cidr, createdAt }) => ({ name, cidr, create_time: createdAt })),
    ipv6_enable: false,
  }
}

/** Pools that are bound, and the pools of queues that are bound by their own names: each once. */
function poolsOf(peerings: readonly Peering[], poolPeerings: readonly PoolPeering[]): WireConnection['elastic_resource_pools'] {
  const byName = new Map(poolPeerings.map((peering) => [peering.poolName, boundPool(peering)]))
  for (const { poolName, ...peering } of peerings)
    if (poolName !== undefined && !byName.has(poolName)) byName.set(poolName, boundPool({ ...peering, poolName }))
  return [...byName.values()]
}

function boundPool({
  id,
  state,
  poolName,
  errMsg,
  updatedAt,
}: Omit<PoolPeering, 'poolId'>): WireConnection['elastic_resource_pools'][number] {
  return { peer_id: id, status: state, name: poolName, err_msg: errMsg, update_time: updatedAt }
}

function bound({ id, state, queueName, errMsg, updatedAt }: Peering): WireConnection['available_queue_info'][number] {
  return { peer_id: id, status: state, name: queueName, err_msg: errMsg, update_time: updatedAt }
}

type WirePeering = ResultOf<typeof operations.listPeerings>['peerings'][number]

function reported({ id, name, state, errMsg, reachability, traffic }: PeeringReport): WirePeering {
  return {
    peer_id: id,
    queue: name,
    status: state,
    err_msg: errMsg,
    reachability: { state: reachability.state, at: reachability.at, rung: reachability.rung, message: reachability.message },
    open_sockets: traffic.openSockets,
    bytes_in: traffic.bytesIn,
    bytes_out: traffic.bytesOut,
  }
}

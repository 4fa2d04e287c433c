// Enhanced connections: wire in, one use case, wire out.

import { type BodyOf, operations, type ResultOf } from '@tributary/contract'
import type { ConnectionView, Control, PeeringReport } from '@tributary/control'
import { adviceIn, type ConnectionDraft, type ConnectionField, type Peering, type PoolPeering, whenThere } from '@tributary/rules'
import { type Door, JsonText } from './door.ts'
import { success, successWithMember, withMember } from './envelope.ts'
import { readHostsBody } from './hosts-body.ts'
import type { Words } from './messages/language.ts'
import { tagsOf } from './tag-pairs.ts'

/** Routes of enhanced connections. */
export function connectionRoutes(door: Door, control: Control): void {
  door.on(operations.createConnection, async ({ caller, body, header }) => {
    const connection = await control.connections.create(caller, draftOf(body), { idempotencyKey: header('idempotency-key') })
    return success({ connection_id: connection.id })
  })
  door.on(operations.listConnections, async ({ caller, query, words }) => {
    const { limit = 100, offset = 0, status, name } = query
    const tags = tagsOf(query.tags)
    const { total, connections } = await control.connections.list(caller, { limit, offset, status, name, tags })
    const texts = connections.map((view) => withMember(toWire(view, words), 'hosts', view.hostsJson))
    return new JsonText(withMember(success({ count: total }), 'connections', `[${texts.join()}]`))
  })
  door.on(operations.getConnection, ({ caller, params, words }) =>
    // Host entries are kept as the wire has them, so they are not read to be written again.
    whenThere(
      control.connections.get(caller, params.connection_id),
      (view) => new JsonText(successWithMember(toWire(view, words), 'hosts', view.hostsJson)),
    ),
  )
  door.on(
    operations.replaceHosts,
    async ({ caller, params, body }) => {
      await control.connections.replaceHosts(caller, params.connection_id, body.hosts ?? [])
      return success({})
    },
    readHostsBody,
  )
  door.on(operations.deleteConnection, async ({ caller, params }) => {
    await control.connections.remove(caller, params.connection_id)
    return success({}, 'Deleted')
  })
  bindingRoutes(door, control)
  door.on(operations.checkConnection, async ({ caller, body, words }) => {
    const { isFine, findings, freeCidr } = await control.connectionChecks.check(caller, draftOf(body))
    return success({
      ok: isFine,
      findings: findings.map(({ severity, field, message, remedy }) => ({
        severity,
        field: wireFields[field],
        ...adviceIn(words(message), words(remedy)),
      })),
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
  door.on(operations.listPeerings, async ({ caller, params, words }) => {
    const { peerings, readers, waiting, breakers } = await control.reachability.list(caller, params.connection_id)
    return success({
      peerings: peerings.map((peering) => reported(peering, words)),
      readers,
      waiting,
      breakers: breakers.map(({ address, loginName, state, failures, nextTryAt }) => ({
        address,
        auth_info_name: loginName ?? '',
        state,
        failures,
        next_try_at: Math.round(nextTryAt),
      })),
    })
  })
}

type WireConnection = ResultOf<typeof operations.listConnections>['connections'][number]

function toWire({ connection, peerings, poolPeerings, routes, shared }: ConnectionView, words: Words): Omit<WireConnection, 'hosts'> {
  return {
    id: connection.id,
    name: connection.name,
    status: connection.state,
    available_queue_info: peerings.map((peering) => bound(peering, words)),
    elastic_resource_pools: poolsOf(peerings, poolPeerings, words),
    dest_vpc_id: connection.vpcId,
    dest_network_id: connection.subnetId,
    isPrivis: !shared,
    create_time: connection.createdAt,
    routes: routes.map(({ name, cidr, createdAt }) => ({ name, cidr, create_time: createdAt })),
    ipv6_enable: false,
  }
}

/** Pools that are bound, and the pools of queues that are bound by their own names: each once. */
function poolsOf(
  peerings: readonly Peering[],
  poolPeerings: readonly PoolPeering[],
  words: Words,
): WireConnection['elastic_resource_pools'] {
  // Most have none, and this is asked at every read.
  if (poolPeerings.length === 0 && peerings.every(({ poolName }) => poolName === undefined)) return []
  const byName = new Map(poolPeerings.map((peering) => [peering.poolName, boundPool(peering, peering.poolName, words)]))
  for (const peering of peerings) {
    const { poolName } = peering
    if (poolName !== undefined && !byName.has(poolName)) byName.set(poolName, boundPool(peering, poolName, words))
  }
  return [...byName.values()]
}

function boundPool(
  { id, state, errMsg, updatedAt }: Peering | PoolPeering,
  poolName: string,
  words: Words,
): WireConnection['elastic_resource_pools'][number] {
  return { peer_id: id, status: state, name: poolName, err_msg: words(errMsg), update_time: updatedAt }
}

function bound({ id, state, queueName, errMsg, updatedAt }: Peering, words: Words): WireConnection['available_queue_info'][number] {
  return { peer_id: id, status: state, name: queueName, err_msg: words(errMsg), update_time: updatedAt }
}

type WirePeering = ResultOf<typeof operations.listPeerings>['peerings'][number]

function reported({ id, name, state, errMsg, reachability, traffic }: PeeringReport, words: Words): WirePeering {
  return {
    peer_id: id,
    queue: name,
    status: state,
    err_msg: words(errMsg),
    reachability: { state: reachability.state, at: reachability.at, rung: reachability.rung, message: words(reachability.message) },
    open_sockets: traffic.openSockets,
    bytes_in: traffic.bytesIn,
    bytes_out: traffic.bytesOut,
  }
}

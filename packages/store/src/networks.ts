// What a queue's network is computed from, read in one go, and which value of it was last given to a driver.

import {
  type ClassicAddress,
  type ConnectionId,
  type Gateway,
  type JudgedQueue,
  type Neighbour,
  type PeerId,
  type PeeringState,
  type PoolId,
  type Queue,
  type QueueId,
  type SecurityGroupId,
  type SubnetId,
  textFromJson,
  type VpcId,
  type WantedBinding,
  type WantedPeering,
} from '@tributary/rules'
import { type AliasedExpression, type Compilable, type Kysely, type RawBuilder, sql } from 'kysely'
import { compiled } from './compiled.ts'
import { ConnectionRoutes } from './connection-routes.ts'
import type { Database } from './database.ts'
import { toGateway } from './gateways.ts'
import { toQueue } from './queues.ts'
import { SecurityGroupRules } from './security-group-rules.ts'
import type { Schema } from './schema.ts'
import type { PeeringTable } from './schema/connections.ts'
import type { QueueTable } from './schema/queues.ts'

/** What a pool is bound to, and who else is bound there: all its queues share it. */
export interface PoolSource {
  readonly pool: JudgedQueue
  readonly peerings: readonly WantedPeering[]
  readonly neighbours: readonly Neighbour[]
}

/** Everything that decides what a queue may reach. */
export interface NetworkSource {
  readonly queue: Queue
  readonly peerings: readonly WantedPeering[]
  readonly neighbours: readonly Neighbour[]
  /** Of the pool that the queue is in. */
  readonly pool: PoolSource | undefined
  readonly bindings: readonly WantedBinding[]
  /** Of the last value that was given to a driver, 0 and empty for none. */
  readonly version: number
  readonly digest: string
}

const lifeColumns = ['id', 'connection_id', 'project_id', 'vpc_id', 'state', 'err_msg', 'created_at', 'updated_at'] as const
/** Peerings of a queue or of a pool, by the columns they share. */
type Bound = AliasedExpression<Pick<PeeringTable, (typeof lifeColumns)[number]>, 'peerings'>

/** Whose network: one queue's, or what all queues of a pool share. */
type Kind = 'queue' | 'pool'
type Id = RawBuilder<string>
/** What a builder's query answers. */
type RowOf<Build extends (...parts: never) => Compilable> = ReturnType<Build> extends Compilable<infer Row> ? Row : never

/** `id` is the queue or the pool whose neighbours are asked for; who is that queue, or in that pool, is none. */
interface NeighbourValues {
  readonly id: string
  readonly queueId: string
  readonly poolId: string
}

const bound: Readonly<Record<Kind, (db: Kysely<Schema>, id: Id) => Bound>> = {
  queue: (db, id) => db.selectFrom('peerings').select(lifeColumns).where('queue_id', '=', id).as('peerings'),
  pool: (db, id) => db.selectFrom('pool_peerings').select(lifeColumns).where('pool_id', '=', id).as('peerings'),
}

function peeringsOf(db: Kysely<Schema>, bound: Bound) {
  return db
    .selectFrom(bound)
    .innerJoin('connections', 'connections.id', 'peerings.connection_id')
    .leftJoin('connection_hosts', 'connection_hosts.connection_id', 'connections.id')
    .leftJoin('subnets', (on) =>
      on.onRef('subnets.id', '=', 'connections.subnet_id').onRef('subnets.project_id', '=', 'connections.project_id'),
    )
    .leftJoin('gateways', (on) =>
      on.onRef('gateways.vpc_id', '=', 'connections.vpc_id').onRef('gateways.project_id', '=', 'connections.project_id'),
    )
    .selectAll('peerings')
    .select([
      'connections.name as connection_name',
      'connections.created_at as connection_created_at',
      'connections.vpc_id',
      'connections.subnet_id',
      'connection_hosts.digest as hosts_digest',
      'subnets.vpc_id as subnet_vpc_id',
      'subnets.cidr as subnet_cidr',
      'gateways.body as gateway_body',
      'gateways.version as gateway_version',
    ])
    .where('connections.state', '=', sql.lit('ACTIVE'))
    .orderBy('connections.created_at')
    .orderBy('connections.id')
}

/** The VPCs that a queue or a pool is bound into. */
function placesOf(db: Kysely<Schema>, bound: Bound) {
  return db.selectFrom(bound).select(['peerings.project_id', 'peerings.vpc_id']).distinct().as('mine')
}

function neighbourQueuesOf(db: Kysely<Schema>, bound: Bound, { queueId, poolId }: { readonly queueId: Id; readonly poolId: Id }) {
  return db
    .selectFrom(placesOf(db, bound))
    .innerJoin('peerings as theirs', (on) =>
      on.onRef('theirs.project_id', '=', 'mine.project_id').onRef('theirs.vpc_id', '=', 'mine.vpc_id'),
    )
    .innerJoin('queues', 'queues.id', 'theirs.queue_id')
    .select(['theirs.vpc_id', 'queues.id', 'queues.name', 'queues.cidr', (of) => of.fn.min<number>('theirs.created_at').as('bound_at')])
    .where('theirs.queue_id', '!=', queueId)
    .where((of) => of.or([of('queues.pool_id', 'is', null), of('queues.pool_id', '!=', poolId)]))
    .groupBy(['theirs.project_id', 'theirs.vpc_id', 'queues.id', 'queues.name', 'queues.cidr'])
    .orderBy('queues.id')
}

function neighbourPoolsOf(db: Kysely<Schema>, bound: Bound, { poolId }: { readonly poolId: Id }) {
  return db
    .selectFrom(placesOf(db, bound))
    .innerJoin('pool_peerings as theirs', (on) =>
      on.onRef('theirs.project_id', '=', 'mine.project_id').onRef('theirs.vpc_id', '=', 'mine.vpc_id'),
    )
    .innerJoin('pools', 'pools.id', 'theirs.pool_id')
    .select(['theirs.vpc_id', 'pools.id', 'pools.name', 'pools.cidr', (of) => of.fn.min<number>('theirs.created_at').as('bound_at')])
    .where('theirs.pool_id', '!=', poolId)
    .groupBy(['theirs.project_id', 'theirs.vpc_id', 'pools.id', 'pools.name', 'pools.cidr'])
    .orderBy('pools.id')
}

function bindingsOf(db: Kysely<Schema>, queueId: Id) {
  return db
    .selectFrom('classic_bindings as binding')
    .innerJoin('classic_connections as connection', 'connection.id', 'binding.connection_id')
    .leftJoin('subnets', (on) =>
      on.onRef('subnets.id', '=', 'connection.subnet_id').onRef('subnets.project_id', '=', 'connection.project_id'),
    )
    .leftJoin('security_groups', (on) =>
      on.onRef('security_groups.id', '=', 'connection.security_group_id').onRef('security_groups.project_id', '=', 'connection.project_id'),
    )
    .leftJoin('gateways', (on) =>
      on.onRef('gateways.vpc_id', '=', 'subnets.vpc_id').onRef('gateways.project_id', '=', 'connection.project_id'),
    )
    .select([
      'binding.id as peer_id',
      'binding.state',
      'binding.err_msg',
      'connection.id',
      'connection.name',
      'connection.created_at',
      'connection.addresses',
      'connection.subnet_id',
      'connection.security_group_id',
      'security_groups.id as known_group_id',
      'subnets.vpc_id as subnet_vpc_id',
      'subnets.cidr as subnet_cidr',
      'gateways.body as gateway_body',
      'gateways.version as gateway_version',
    ])
    .where('binding.queue_id', '=', queueId)
    .where('connection.state', '!=', sql.lit('DELETED'))
    .orderBy('connection.created_at')
    .orderBy('connection.id')
}

const findQueue = compiled<{ id: string }, QueueTable>((db, slot) => db.selectFrom('queues').selectAll().where('id', '=', slot('id')))

const findPool = compiled<{ id: string }, { readonly name: string; readonly cidr: string }>((db, slot) =>
  db.selectFrom('pools').select(['name', 'cidr']).where('id', '=', slot('id')),
)

const findBindings = compiled<{ queueId: string }, RowOf<typeof bindingsOf>>((db, slot) => bindingsOf(db, slot('queueId')))

const updateVersion = compiled<{ queueId: string; version: number; digest: string }, unknown>((db, slot) =>
  db
    .updateTable('queues')
    .set({ network_version: slot('version'), network_digest: slot('digest') })
    .where('id', '=', slot('queueId')),
)

const findPeerings = ofBoth((kind) =>
  compiled<{ id: string }, RowOf<typeof peeringsOf>>((db, slot) => peeringsOf(db, bound[kind](db, slot('id')))),
)

const findNeighbourQueues = ofBoth((kind) =>
  compiled<NeighbourValues, RowOf<typeof neighbourQueuesOf>>((db, slot) =>
    neighbourQueuesOf(db, bound[kind](db, slot('id')), { queueId: slot('queueId'), poolId: slot('poolId') }),
  ),
)

const findNeighbourPools = ofBoth((kind) =>
  compiled<NeighbourValues, RowOf<typeof neighbourPoolsOf>>((db, slot) =>
    neighbourPoolsOf(db, bound[kind](db, slot('id')), { poolId: slot('poolId') }),
  ),
)

function ofBoth<Query>(make: (kind: Kind) => Query): Readonly<Record<Kind, Query>> {
  return { queue: make('queue'), pool: make('pool') }
}

/** Reads what networks are made of. */
export class Networks {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** `undefined` when there is no such queue. */
  async find(queueId: QueueId): Promise<NetworkSource | undefined> {
    const [row] = await findQueue(this.#db, { id: queueId })
    if (row === undefined) return undefined
    const queue = toQueue(row)
    const peerings = await this.#peerings('queue', queueId)
    const neighbours = peerings.length === 0 ? [] : await this.#neighbours('queue', { id: queueId, queueId, poolId: queue.pool?.id ?? '' })
    return {
      queue,
      peerings,
      neighbours,
      pool: queue.pool === undefined ? undefined : await this.findPool(queue.pool.id),
      bindings: await this.#bindings(queueId),
      version: row.network_version,
      digest: row.network_digest,
    }
  }

  /** What a pool is bound to; `undefined` when there is no such pool. */
  async findPool(poolId: PoolId): Promise<PoolSource | undefined> {
    const [row] = await findPool(this.#db, { id: poolId })
    if (row === undefined) return undefined
    const peerings = await this.#peerings('pool', poolId)
    const neighbours = peerings.length === 0 ? [] : await this.#neighbours('pool', { id: poolId, queueId: '', poolId })
    return { pool: { kind: 'pool', id: poolId, name: row.name, cidr: row.cidr }, peerings, neighbours }
  }

  /** Remembers the value that is about to be given to a driver. */
  async putVersion(queueId: QueueId, version: number, digest: string): Promise<void> {
    await updateVersion(this.#db, { queueId, version, digest })
  }

  async #peerings(kind: Kind, id: string): Promise<readonly WantedPeering[]> {
    const rows = await findPeerings[kind](this.#db, { id })
    const routes = await new ConnectionRoutes(this.#db).list(rows.map((row) => row.connection_id as ConnectionId))
    return rows.map((row) => ({
      peering: {
        id: row.id as PeerId,
        connectionId: row.connection_id as ConnectionId,
        state: row.state as PeeringState,
        errMsg: textFromJson(row.err_msg),
        createdAt: row.created_at,
        updatedAt: row.updated_at,
      },
      connectionName: row.connection_name,
      connectionCreatedAt: row.connection_created_at,
      vpcId: row.vpc_id as VpcId,
      subnetId: row.subnet_id as SubnetId,
      subnet: toSubnetPlace(row.subnet_vpc_id, row.subnet_cidr),
      gateway: toGatewayOrNone(row.gateway_body, row.gateway_version),
      routes: routes.get(row.connection_id as ConnectionId) ?? [],
      hostsDigest: row.hosts_digest ?? '',
    }))
  }

  /** Who else is bound into the same VPCs, once for each VPC; whoever is in the same pool is left out. */
  async #neighbours(kind: Kind, values: NeighbourValues): Promise<readonly Neighbour[]> {
    const queues = await findNeighbourQueues[kind](this.#db, values)
    const pools = await findNeighbourPools[kind](this.#db, values)
    const toNeighbour = (kind: 'queue' | 'pool', row: (typeof queues)[number]): Neighbour => ({
      kind,
      vpcId: row.vpc_id as VpcId,
      queueId: row.id as QueueId | PoolId,
      queueName: row.name,
      cidr: row.cidr,
      boundAt: row.bound_at,
    })
    return [...queues.map((row) => toNeighbour('queue', row)), ...pools.map((row) => toNeighbour('pool', row))]
  }

  async #bindings(queueId: QueueId): Promise<readonly WantedBinding[]> {
    const rows = await findBindings(this.#db, { queueId })
    const groupIds = rows.flatMap((row) => (row.known_group_id === null ? [] : [row.known_group_id as SecurityGroupId]))
    const groupRules = await new SecurityGroupRules(this.#db).listOf([...new Set(groupIds)])
    return rows.map((row) => ({
      peerId: row.peer_id as PeerId,
      state: row.state as PeeringState,
      errMsg: textFromJson(row.err_msg),
      connectionId: row.id as ConnectionId,
      connectionName: row.name,
      createdAt: row.created_at,
      addresses: JSON.parse(row.addresses) as readonly ClassicAddress[],
      ground: {
        subnetId: row.subnet_id,
        subnet: toSubnetPlace(row.subnet_vpc_id, row.subnet_cidr),
        securityGroupId: row.security_group_id,
        securityGroupKnown: row.known_group_id !== null,
        gateway: toGatewayOrNone(row.gateway_body, row.gateway_version),
      },
      groupRules: groupRules.get(row.known_group_id as SecurityGroupId) ?? [],
    }))
  }
}

function toSubnetPlace(vpcId: string | null, cidr: string | null): { readonly vpcId: VpcId; readonly cidr: string } | undefined {
  return vpcId === null || cidr === null ? undefined : { vpcId: vpcId as VpcId, cidr }
}

function toGatewayOrNone(body: string | null, version: number | null): Gateway | undefined {
  return body === null || version === null ? undefined : toGateway(body, version)
}

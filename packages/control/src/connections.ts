// Enhanced connections: created, read, their hosts replaced, queues bound and unbound, deleted.

import { createHash } from 'node:crypto'
import {
  type Caller,
  checkBindable,
  checkConnectionDraft,
  checkIdempotencyKey,
  checkNewConnection,
  checkRemoveConnection,
  checkPoolAvailable,
  checkRepeat,
  type Connection,
  type ConnectionDraft,
  type ConnectionId,
  connectionStateOf,
  type HostEntry,
  type HostsJson,
  hostsJson,
  idempotencyKeyTtlMs,
  type NetworkRoute,
  noConnection,
  type Peering,
  type PeerId,
  type Pool,
  type PoolId,
  type PoolPeering,
  type ProjectId,
  type Queue,
  type QueueId,
  ServiceError,
  type Soon,
  type TagDraft,
  say,
  whenThere,
} from '@tributary/rules'
import type { Repositories, Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'
import { getQueue } from './queues.ts'
import { type Affected, listBound, settleBindings, settleCuts, unbindAll, wakeFailed } from './settling.ts'
import { requireQuota } from './quotas.ts'

/** A connection with everything that is shown of it. */
export interface ConnectionView {
  readonly connection: Connection
  /** The host entries as JSON text, as they are kept: there may be 20,000, and they are passed on without being read. */
  readonly hostsJson: string
  /** Oldest first. */
  readonly peerings: readonly Peering[]
  /** Of the pools that are bound as such, oldest first. */
  readonly poolPeerings: readonly PoolPeering[]
  readonly routes: readonly NetworkRoute[]
  /** True once it has been granted to another project. */
  readonly shared: boolean
}

/** Which connections a list shows; `limit` 0 is all, `status` in any case and ACTIVE unless told, `name` exact. */
export interface ConnectionListing {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly status?: string | undefined
  readonly name?: string | undefined
  readonly tags?: readonly TagDraft[] | undefined
}

/** How a create is to be taken. */
export interface CreateOptions {
  /** Makes it safe to repeat for a day: the same key and body give the same connection. */
  readonly idempotencyKey?: string | undefined
}

/** What to bind or unbind; names in any case. */
export interface BindingTargets {
  readonly queues: readonly string[]
  readonly pools: readonly string[]
}

/** The use cases of enhanced connections. */
export function connections(deps: Deps) {
  return { ...lives(deps), ...reads(deps), ...bindings(deps) }
}

function lives(deps: Deps) {
  const { store } = deps
  return {
    /**
     * Creates a connection and binds queues to it, all or nothing; waits a moment for its peerings to settle.
     * @throws {ServiceError} `invalid`, `conflict` carrying the id of the live connection of that name, `notFound` queue or pool, `unsupported` for a
     * shared queue, `conflict` for a key that came with another body, `exhausted`
     */
    async create(caller: Caller, draft: ConnectionDraft, options: CreateOptions = {}): Promise<Pick<Connection, 'id'>> {
      const parts = checkConnectionDraft(draft)
      const { connection, bound } = await store.transaction(async (tx) => {
        const created = newConnection(deps, caller.project, parts)
        const earlier = await findEarlier(deps, tx, created, options.idempotencyKey, { ...parts, queues: draft.queues, pools: draft.pools })
        if (earlier !== undefined) return { connection: { id: earlier }, bound: [] }
        checkNewConnection(parts.name, await tx.connections.findByName(caller.project, parts.name))
        const found = await getBindable(tx, caller.project, draft)
        await requireQuota(tx, caller.project, 'ENHANCED_CONNECTION', 1)
        await tx.connections.insert(created, parts.hosts)
        await tx.tags.put({ projectId: caller.project, kind: 'connection', id: created.id }, parts.tags)
        return { connection: created, bound: await bindAll(deps, tx, created, found) }
      })
      await settleBindings(deps, bound)
      return connection
    },

    /** When this answers, the paths are cut. Bound queues are no obstacle. @throws {ServiceError} `notFound`, `unsupported` while it is being created where delays are rehearsed */
    async remove(caller: Caller, id: string): Promise<void> {
      const { cut, vpcId } = await store.transaction(async (tx) => {
        const connection = await tx.connections.getLive(caller.project, id)
        if (deps.settings.timing === 'cloud') {
          checkRemoveConnection(connection, [
            ...(await tx.peerings.list([connection.id])),
            ...(await tx.poolPeerings.list([connection.id])),
          ])
        }
        await tx.connections.markDeleted(connection, deps.clock())
        await tx.connectionRoutes.remove(connection.id)
        return { cut: await unbindAll(tx, connection.id), vpcId: connection.vpcId }
      })
      await settleCuts(deps, cut)
      if (cut.length > 0) await wakeFailed(deps, caller.project, vpcId)
    },
  }
}

function reads(deps: Deps) {
  const { store } = deps
  return {
    /** Oldest first; `total` counts every match. @throws {ServiceError} `invalid` */
    async list(
      caller: Caller,
      { limit = 100, offset = 0, status, name, tags }: ConnectionListing,
    ): Promise<{ readonly total: number; readonly connections: readonly ConnectionView[] }> {
      if (!isCount(limit) || !isCount(offset)) throw new ServiceError('invalid', say`limit and offset are whole numbers from 0`)
      const found = await store.connections.list(caller.project, {
        state: connectionStateOf(status),
        name,
        tags: tags?.map(({ key, value = '' }) => ({ key, value })),
        limit: limit === 0 ? undefined : limit,
        offset,
      })
      return { total: found.total, connections: await viewAll(store, found.connections) }
    },

    /** A deleted one reads as DELETED for a while. @throws {ServiceError} `notFound` */
    get(caller: Caller, id: string): Soon<ConnectionView> {
      return whenThere(store.connections.findDetail(caller.project, id), (detail) => {
        if (detail === undefined || isForgotten(deps, detail.connection)) throw noConnection(id)
        return { ...detail, shared: false }
      })
    },

    /** @returns the peerings, oldest first. @throws {ServiceError} `notFound` */
    async peerings(caller: Caller, id: string): Promise<readonly Peering[]> {
      const connection = await getConnection(deps, caller.project, id)
      return store.peerings.list([connection.id])
    },
  }
}

function bindings(deps: Deps) {
  const { store } = deps
  return {
    /**
     * Replaces all host entries; dials that follow go by the new ones.
     * @param hosts - entries, or what was read of them in one piece
     * @throws {ServiceError} `notFound`, `invalid` naming the bad entry
     */
    async replaceHosts(caller: Caller, id: string, hosts: readonly HostEntry[] | HostsJson): Promise<void> {
      const entries = typeof hosts === 'string' ? hosts : hostsJson(hosts)
      const bound = await store.transaction(async (tx) => {
        const connection = await tx.connections.getLive(caller.project, id)
        const isChanged = await tx.connections.putHosts(connection.id, entries)
        return isChanged ? await listBound(tx, connection.id) : []
      })
      await settleCuts(deps, bound)
    },

    /** Queues that are bound already stay as they are. @throws {ServiceError} `notFound` connection, queue or pool; `unsupported` for a shared queue; `invalid` */
    async bind(caller: Caller, id: string, targets: BindingTargets): Promise<void> {
      checkTargets(targets)
      const bound = await store.transaction(async (tx) => {
        const connection = await tx.connections.getLive(caller.project, id)
        return bindAll(deps, tx, connection, await getBindable(tx, caller.project, targets))
      })
      await settleBindings(deps, bound)
    },

    /** When this answers, the paths are cut. Queues that are not bound are fine. @throws {ServiceError} `notFound` connection, queue or pool; `invalid` */
    async unbind(caller: Caller, id: string, targets: BindingTargets): Promise<void> {
      checkTargets(targets)
      const { cut, vpcId } = await store.transaction(async (tx) => {
        const connection = await tx.connections.getLive(caller.project, id)
        const { queues, pools } = await getTargets(tx, caller.project, targets)
        const removed: Affected[] = []
        for (const queue of queues) removed.push(...(await tx.peerings.remove(connection.id, queue.id)))
        for (const pool of pools) removed.push(...(await tx.poolPeerings.remove(connection.id, pool.id)).map((poolId) => ({ poolId })))
        return { cut: removed, vpcId: connection.vpcId }
      })
      await settleCuts(deps, cut)
      if (cut.length > 0) await wakeFailed(deps, caller.project, vpcId)
    },
  }
}

/** A live connection of a draft, under a new id. */
export function newConnection({ newId, clock }: Deps, projectId: ProjectId, parts: ReturnType<typeof checkConnectionDraft>): Connection {
  return {
    id: newId() as ConnectionId,
    projectId,
    name: parts.name,
    state: 'ACTIVE',
    vpcId: parts.vpcId,
    subnetId: parts.subnetId,
    routeTableId: parts.routeTableId,
    createdAt: clock(),
    deletedAt: undefined,
  }
}

/** @returns what the key made before; nothing when there is no key, or when it is taken for this connection now. @throws {ServiceError} `invalid`, `conflict` */
async function findEarlier(
  { clock }: Deps,
  tx: Transaction,
  { id: resourceId, projectId, createdAt }: Connection,
  sent: string | undefined,
  body: unknown,
): Promise<ConnectionId | undefined> {
  if (sent === undefined) return undefined
  const key = checkIdempotencyKey(sent)
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('base64url')
  const age = { at: createdAt, since: clock() - idempotencyKeyTtlMs }
  const held = await tx.idempotencyKeys.take({ projectId, operation: 'createConnection', key }, { digest, resourceId }, age)
  if (held === undefined) return undefined
  checkRepeat(digest, held)
  return held.resourceId as ConnectionId
}

async function getConnection(deps: Deps, projectId: ProjectId, id: string): Promise<Connection> {
  const connection = await deps.store.connections.find(projectId, id)
  if (connection === undefined || isForgotten(deps, connection)) throw noConnection(id)
  return connection
}

/** A tombstone that is older than it may be is gone, whether or not it has been swept. */
function isForgotten({ clock, settings }: Deps, { deletedAt }: Connection): boolean {
  return deletedAt !== undefined && deletedAt + settings.tombstoneMs <= clock()
}

async function viewAll(store: Repositories, found: readonly Connection[]): Promise<readonly ConnectionView[]> {
  const ids = found.map(({ id }) => id)
  const hosts = await store.connections.listHostsJson(ids)
  const routes = await store.connectionRoutes.list(ids)
  const peerings = Map.groupBy(await store.peerings.list(ids), ({ connectionId }) => connectionId)
  const poolPeerings = Map.groupBy(await store.poolPeerings.list(ids), ({ connectionId }) => connectionId)
  return found.map((connection) => ({
    connection,
    hostsJson: hosts.get(connection.id) ?? '[]',
    peerings: peerings.get(connection.id) ?? [],
    poolPeerings: poolPeerings.get(connection.id) ?? [],
    routes: routes.get(connection.id) ?? [],
    shared: false,
  }))
}

/** Queues and pools that are to be bound or unbound, each once. */
interface FoundTargets {
  readonly queues: readonly Queue[]
  readonly pools: readonly Pool[]
}

/** Binds inside a transaction. @returns those that were not bound before */
export async function bindAll(
  { newId, clock }: Deps,
  tx: Transaction,
  connection: Connection,
  { queues, pools }: FoundTargets,
): Promise<readonly Affected[]> {
  const createdAt = clock()
  const bound: Affected[] = []
  for (const { id: queueId } of queues) {
    if (await tx.peerings.ensure(connection, { id: newId() as PeerId, queueId, createdAt })) bound.push(queueId)
  }
  for (const { id: poolId } of pools) {
    if (await tx.poolPeerings.ensure(connection, { id: newId() as PeerId, poolId, createdAt })) bound.push({ poolId })
  }
  return bound
}

async function getBindable(tx: Transaction, projectId: ProjectId, targets: BindingTargets): Promise<FoundTargets> {
  const found = await getTargets(tx, projectId, targets)
  found.queues.forEach(checkBindable)
  found.pools.forEach(checkPoolAvailable)
  return found
}

/** Each once. @throws {ServiceError} `notFound` for the first one that is not there, before anything is changed */
async function getTargets(tx: Transaction, projectId: ProjectId, { queues, pools }: BindingTargets): Promise<FoundTargets> {
  const found = new Map<QueueId, Queue>()
  const foundPools = new Map<PoolId, Pool>()
  for (const name of queues) {
    const queue = await getQueue(tx, projectId, name)
    found.set(queue.id, queue)
  }
  for (const name of pools) {
    const pool = await tx.pools.get(projectId, name)
    foundPools.set(pool.id, pool)
  }
  return { queues: [...found.values()], pools: [...foundPools.values()] }
}

function checkTargets({ queues, pools }: BindingTargets): void {
  if (queues.length + pools.length === 0)
    throw new ServiceError('invalid', say`queues and elastic_resource_pools are both empty: name at least one`)
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

// Elastic resource pools: created, listed, resized, filled with queues, removed.

import {
  type Caller,
  checkIdle,
  checkJoinPool,
  checkNewPool,
  checkPolicies,
  checkPoolDraft,
  checkRemovePool,
  checkTags,
  noQueue,
  ownedBy,
  type Pool,
  type PoolChanges,
  type PoolDraft,
  type PoolId,
  type PoolState,
  type Queue,
  type ScaleRecord,
  type ScalingPolicy,
  ServiceError,
  type TagDraft,
  updatePool,
  say,
} from '@tributary/rules'
import type { Deps } from './deps.ts'
import { requirePrivilege } from './queue-grants.ts'
import { requireQuota } from './quotas.ts'
import { getQueue, joinPool } from './queues.ts'
import { settleCuts, wakeFailed } from './settling.ts'

/** A pool with the names of its queues. */
export interface PoolView {
  readonly pool: Pool
  readonly queues: readonly string[]
}

/** Which pools a list shows; `name` is a part of theirs. */
export interface PoolListing {
  readonly name?: string | undefined
  readonly status?: string | undefined
  readonly tags?: readonly TagDraft[] | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** A queue of a pool with its policies. */
export interface PoolQueueView {
  readonly queue: Queue
  readonly policies: readonly ScalingPolicy[]
}

/** Which changes of size a list shows; times in ms since the epoch. */
export interface ScaleRecordListing {
  readonly from?: number | undefined
  readonly until?: number | undefined
  readonly status?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

const states: readonly PoolState[] = ['AVAILABLE', 'SCALING', 'CREATING', 'FAILED']

/** The use cases of elastic resource pools. Names come in any case. */
export function pools(deps: Deps) {
  return { ...lives(deps), ...reads(deps), ...queuesOf(deps) }
}

function lives(deps: Deps) {
  const { store, clock } = deps
  return {
    /** @throws {ServiceError} `invalid`, `conflict`, `exhausted` */
    async create(caller: Caller, draft: PoolDraft & { readonly tags?: readonly TagDraft[] | undefined }): Promise<Pool> {
      const parts = checkPoolDraft(draft)
      const tags = checkTags(draft.tags ?? [])
      const pool = await store.transaction(async (tx) => {
        checkNewPool(parts.name, await tx.pools.find(caller.project, parts.name))
        await requireQuota(tx, caller.project, 'ELASTIC_RESOURCE_POOL_CU', parts.maxCu)
        const createdAt = clock()
        const made: Pool = {
          ...parts,
          id: deps.newId() as PoolId,
          number: await tx.installation.nextPoolNumber(),
          projectId: caller.project,
          ...ownedBy(caller.user),
          state: 'CREATING',
          createdAt,
          updatedAt: createdAt,
        }
        await tx.pools.insert(made)
        await tx.pools.insertScaleRecord(made.id, scaleRecord(made, 0, createdAt))
        await tx.tags.put({ projectId: caller.project, kind: 'pool', id: made.id }, tags)
        return made
      })
      await deps.settle('pool', pool.id)
      return pool
    },

    /** Its size changes at once. @throws {ServiceError} `notFound`, `invalid`, `exhausted` */
    async update(caller: Caller, name: string, changes: PoolChanges): Promise<void> {
      const id = await store.transaction(async (tx) => {
        const pool = await tx.pools.get(caller.project, name)
        const updatedAt = clock()
        const changed = { ...updatePool(pool, changes, await tx.queues.listPolicies(pool.id)), updatedAt }
        await requireQuota(tx, caller.project, 'ELASTIC_RESOURCE_POOL_CU', changed.maxCu - pool.maxCu)
        await tx.pools.update(changed)
        if (changed.actualCu !== pool.actualCu) await tx.pools.insertScaleRecord(pool.id, scaleRecord(changed, pool.actualCu, updatedAt))
        return pool.id
      })
      await deps.settle('pool', id)
    },

    /** Its bindings go with it. @throws {ServiceError} `notFound`, `busy` while it has queues */
    async remove(caller: Caller, name: string): Promise<void> {
      await store.transaction(async (tx) => {
        const pool = await tx.pools.get(caller.project, name)
        checkRemovePool(pool, await tx.queues.listInPool(pool.id))
        await tx.pools.remove(pool.id)
        await tx.tags.removeAll(pool.id)
      })
      await wakeFailed(deps, caller.project)
    },
  }
}

function reads({ store }: Deps) {
  return {
    /** By name; `total` counts every match. @throws {ServiceError} `invalid` */
    async list(
      caller: Caller,
      { name, status, tags, limit = 100, offset = 0 }: PoolListing,
    ): Promise<{ readonly total: number; readonly pools: readonly PoolView[] }> {
      const state = status === undefined ? undefined : states.find((one) => one === status.toUpperCase())
      if (status !== undefined && state === undefined) throw new ServiceError('invalid', say`status is one of ${states.join(', ')}`)
      const found = await store.pools.list(caller.project, {
        name: name?.toLowerCase(),
        state,
        tags: tags?.map(({ key, value = '' }) => ({ key, value })),
        limit,
        offset,
      })
      const queues = await store.pools.listQueueNames(found.pools.map(({ id }) => id))
      return { total: found.total, pools: found.pools.map((pool) => ({ pool, queues: queues.get(pool.id) ?? [] })) }
    },

    /** Oldest first. @throws {ServiceError} `notFound`, `invalid` */
    async scaleRecords(
      caller: Caller,
      name: string,
      { from, until, status, limit = 100, offset = 0 }: ScaleRecordListing,
    ): Promise<{ readonly total: number; readonly records: readonly ScaleRecord[] }> {
      if (status !== undefined && status !== 'success' && status !== 'fail')
        throw new ServiceError('invalid', say`status is success or fail`)
      const pool = await store.pools.get(caller.project, name)
      return store.pools.listScaleRecords(pool.id, { from, until, state: status, limit, offset })
    },
  }
}

function queuesOf(deps: Deps) {
  const { store } = deps
  return {
    /**
     * Moves a queue into a pool: it takes the pool's range and its paths.
     * @throws {ServiceError} `notFound`, `busy` (pool not AVAILABLE, jobs run), `unsupported` for a queue that cannot be moved, `invalid`, `forbidden`
     */
    async addQueue(caller: Caller, poolName: string, queueName: string): Promise<void> {
      const queue = await store.transaction(async (tx) => {
        const pool = await tx.pools.get(caller.project, poolName)
        const found = await getQueue(tx, caller.project, queueName)
        if (found.pool?.id === pool.id) return undefined
        await requirePrivilege(tx, found, caller, 'SCALE_QUEUE')
        checkJoinPool(pool, found)
        checkIdle(found, await tx.jobs.runningOn(found.id))
        await joinPool(tx, pool, found)
        return { ...found, pool }
      })
      if (queue?.pool === undefined) return
      await settleCuts(deps, [queue.id])
      await deps.settle('pool', queue.pool.id)
      await wakeFailed(deps, caller.project)
    },

    /** By name; `name` is a part of theirs. @throws {ServiceError} `notFound` */
    async listQueues(
      caller: Caller,
      poolName: string,
      {
        name = '',
        limit,
        offset = 0,
      }: { readonly name?: string | undefined; readonly limit?: number | undefined; readonly offset?: number | undefined },
    ): Promise<{ readonly total: number; readonly queues: readonly PoolQueueView[] }> {
      const pool = await store.pools.get(caller.project, poolName)
      const queues = (await store.queues.listInPool(pool.id)).filter((queue) => queue.name.includes(name.toLowerCase()))
      const policies = new Map((await store.queues.listPolicies(pool.id)).map((one) => [one.name, one.policies]))
      const page = queues.slice(offset, offset + (limit ?? 100))
      return { total: queues.length, queues: page.map((queue) => ({ queue, policies: policies.get(queue.name) ?? [] })) }
    },

    /** Replaces the scaling policies of a queue, which are in force at once. @throws {ServiceError} `notFound` pool, or queue in it; `invalid`, `forbidden` */
    async putPolicies(caller: Caller, poolName: string, queueName: string, policies: readonly ScalingPolicy[]): Promise<void> {
      const poolId = await store.transaction(async (tx) => {
        const pool = await tx.pools.get(caller.project, poolName)
        const queue = await getQueue(tx, caller.project, queueName)
        if (queue.pool?.id !== pool.id) throw noQueue(queueName)
        await requirePrivilege(tx, queue, caller, 'SCALE_QUEUE')
        const others = (await tx.queues.listPolicies(pool.id)).filter((other) => other.name !== queue.name)
        checkPolicies(pool, policies, others)
        await tx.queues.putPolicies(queue.id, policies)
        return pool.id
      })
      await deps.settle('pool', poolId)
    },
  }
}

/** A change of size that has been made. */
export function scaleRecord({ minCu, maxCu, actualCu }: Pool, originCu: number, recordedAt: number): ScaleRecord {
  return { recordedAt, minCu, maxCu, originCu, targetCu: actualCu, currentCu: actualCu, state: 'success', failReason: '' }
}

// Queues: what a caller may do with them.

import {
  type Caller,
  checkCidrChange,
  checkFits,
  checkNewQueue,
  checkQueueDraft,
  checkQueueProperties,
  checkRemoveQueue,
  checkRestart,
  checkTags,
  defaultPolicy,
  hasNetwork,
  type JobId,
  knownProperties,
  noFreeRange,
  noQueue,
  ownedBy,
  pickQueueCidr,
  policiesForSize,
  type Pool,
  type ProjectId,
  type Queue,
  type QueueDraft,
  type QueueId,
  say,
  scaledCu,
  ServiceError,
  silence,
  type TagDraft,
} from '@tributary/rules'
import type { QueueFilter, Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'
import { requirePrivilege } from './queue-grants.ts'
import { requireQuota } from './quotas.ts'
import type { JobRunner } from './reconcile/job.ts'
import { settleCuts, wakeFailed } from './settling.ts'

/** A queue as a caller asks for it, with its labels. */
export interface NewQueue extends QueueDraft {
  readonly tags?: readonly TagDraft[] | undefined
  /** Settings of a published engine, such as `computeEngine.spark.nativeEnabled`; unknown ones are passed over. */
  readonly properties?: Readonly<Record<string, unknown>> | undefined
}

/** Which queues a list shows; pages count from 1, without `pageSize` all. */
export interface QueueListing {
  /** `sql` unless told, `general` or `all`. */
  readonly type?: string | undefined
  /** All of them must be on it. */
  readonly tags?: readonly TagDraft[] | undefined
  /** `queue_name_asc` unless told, `queue_name_desc`, `cu_asc`, `cu_desc`. */
  readonly order?: string | undefined
  readonly pageSize?: number | undefined
  readonly currentPage?: number | undefined
}

const orders: Readonly<Record<string, QueueFilter['order']>> = {
  queue_name_asc: 'nameAsc',
  queue_name_desc: 'nameDesc',
  cu_asc: 'cuAsc',
  cu_desc: 'cuDesc',
}

/** What a restart has come to. */
export interface Restarted {
  readonly queue: Queue
  /** Jobs that were cancelled for it. */
  readonly cancelled: readonly JobId[]
}

/** The use cases of queues. Names come in any case. */
export function queues(deps: Deps, runner: Pick<JobRunner, 'stop'>) {
  return { ...lives(deps), ...changes(deps, runner) }
}

function lives(deps: Deps) {
  const { store } = deps
  return {
    /** @throws {ServiceError} `invalid`, `conflict`, `unsupported`, `notFound` pool, `exhausted` when the quota or the block of ranges is used up */
    async create(caller: Caller, draft: NewQueue): Promise<Queue> {
      const queue = await store.transaction((tx) => insertQueue(deps, tx, caller, draft))
      if (queue.pool !== undefined) {
        await settleCuts(deps, [queue.id])
        await deps.settle('pool', queue.pool.id)
      }
      await settleClassic(deps, queue)
      return queue.pool === undefined ? queue : getQueue(store, caller.project, queue.name)
    },

    /** By name unless told. @throws {ServiceError} `invalid` */
    async list(caller: Caller, listing: QueueListing): Promise<readonly Queue[]> {
      return store.queues.list(caller.project, filterOf(listing))
    },

    /** @throws {ServiceError} `notFound` */
    async get(caller: Caller, name: string): Promise<Queue> {
      return getQueue(store, caller.project, name)
    },

    /** Its peerings go with it, its sockets are cut. @throws {ServiceError} `notFound`, `unsupported` for `default`, `busy` while jobs run, `forbidden` */
    async remove(caller: Caller, name: string): Promise<void> {
      const queue = await store.transaction(async (tx) => {
        const found = await getQueue(tx, caller.project, name)
        await requirePrivilege(tx, found, caller, 'DROP_QUEUE')
        checkRemoveQueue(found, await tx.jobs.runningOn(found.id))
        await tx.queues.remove(found.id)
        await tx.tags.removeAll(found.id)
        return found
      })
      await settleCuts(deps, [queue.id])
      if (queue.pool !== undefined) await deps.settle('pool', queue.pool.id)
      await wakeFailed(deps, caller.project)
    },
  }
}

function changes(deps: Deps, runner: Pick<JobRunner, 'stop'>) {
  const { store, clock } = deps
  return {
    /**
     * Adds CU to a queue, or takes them away where `cu` is negative. In a pool that is the size it is given when no policy of these hours and no other
     * queue stands against it; the policy of the whole day makes room.
     * @throws {ServiceError} `notFound`, `invalid`, `unsupported` for `default`, `forbidden`, `exhausted`
     */
    async scale(caller: Caller, name: string, cu: number): Promise<Queue> {
      const poolId = await store.transaction(async (tx) => {
        const queue = await getQueue(tx, caller.project, name)
        await requirePrivilege(tx, queue, caller, 'SCALE_QUEUE')
        const pool = queue.pool === undefined ? undefined : await tx.pools.findById(queue.pool.id)
        await resize(deps, tx, queue, scaledCu(queue, cu, pool?.maxCu))
        return queue.pool?.id
      })
      if (poolId !== undefined) await deps.settle('pool', poolId)
      return getQueue(store, caller.project, name)
    },

    /**
     * Ends what runs on a queue. Idle engine processes hold nothing of jobs that have ended, and stay.
     * @throws {ServiceError} `notFound`, `unsupported` for `default`, `busy` while jobs run unless it is forced, `forbidden`
     */
    async restart(caller: Caller, name: string, { force }: { readonly force: boolean }): Promise<Restarted> {
      const { queue, cancelled } = await store.transaction(async (tx) => {
        const found = await getQueue(tx, caller.project, name)
        await requirePrivilege(tx, found, caller, 'RESTART')
        const live = await tx.jobs.listLiveOn(found.id)
        checkRestart(found, live.length, force)
        const ended: JobId[] = []
        for (const id of live) if (await tx.jobs.end(id, { state: 'CANCELLED', endedAt: clock(), message: silence })) ended.push(id)
        return { queue: found, cancelled: ended }
      })
      for (const id of cancelled) runner.stop(id)
      return { queue, cancelled }
    },

    /** Gives a queue another range. @throws {ServiceError} `notFound`, `invalid`, `unsupported` for a queue without a range of its own, `busy` while jobs run or connections are bound */
    async changeCidr(caller: Caller, name: string, cidr: string): Promise<void> {
      const queue = await store.transaction(async (tx) => {
        const found = await getQueue(tx, caller.project, name)
        await requirePrivilege(tx, found, caller, 'SCALE_QUEUE')
        checkCidrChange(found, cidr, { liveJobs: await tx.jobs.runningOn(found.id), peerings: await tx.peerings.countOn(found.id) })
        await tx.queues.putCidr(found.id, cidr)
        return found
      })
      await settleCuts(deps, [queue.id])
    },
  }
}

/** Puts a queue that is written already into a pool, with the policy it has by default. It has no CU until the pool’s reconciler has shared them anew. */
export async function joinPool(tx: Transaction, pool: Pool, queue: Queue): Promise<void> {
  const others = (await tx.queues.listPolicies(pool.id)).filter((other) => other.name !== queue.name)
  await tx.queues.putPool(queue.id, pool)
  await tx.queues.putSize(queue.id, { cu: 0 })
  await tx.queues.putPolicies(queue.id, [defaultPolicy(pool, queue.cuSpec, others)])
}

/** Gives a queue the size that is asked for; in a pool its reconciler does so. @throws {ServiceError} `exhausted` */
export async function resize({ wake }: Pick<Deps, 'wake'>, tx: Transaction, queue: Queue, cuSpec: number): Promise<void> {
  const { pool } = queue
  if (pool === undefined) {
    await requireQuota(tx, queue.projectId, 'QUEUE_CU', cuSpec - queue.cuSpec)
    await tx.queues.putSize(queue.id, { cu: cuSpec, cuSpec })
    return
  }
  const own = (await tx.queues.listPolicies(pool.id)).find(({ name }) => name === queue.name)
  await tx.queues.putSize(queue.id, { cuSpec })
  await tx.queues.putPolicies(queue.id, policiesForSize(own?.policies ?? [], cuSpec))
  tx.afterCommit(() => wake('pool', pool.id))
}

/** @param name - in any case; an unknown one is shown as it was sent. @throws {ServiceError} `notFound` */
export async function getQueue(from: Pick<Transaction, 'queues'>, projectId: ProjectId, name: string): Promise<Queue> {
  const found = await from.queues.find(projectId, name.toLowerCase())
  if (found === undefined) throw noQueue(name)
  return found
}

async function insertQueue({ clock, newId, settings }: Deps, tx: Transaction, caller: Caller, draft: NewQueue): Promise<Queue> {
  const parts = checkQueueDraft(draft)
  const pool = draft.pool === undefined || draft.pool === '' ? undefined : await tx.pools.get(caller.project, draft.pool)
  if (pool !== undefined) checkFits(pool, parts)
  const tags = checkTags(draft.tags ?? [])
  checkNewQueue(parts.name, await tx.queues.find(caller.project, parts.name))
  if (pool === undefined) await requireQuota(tx, caller.project, 'QUEUE_CU', parts.cuSpec)
  const queue: Queue = {
    ...parts,
    id: newId() as QueueId,
    number: await tx.installation.nextQueueNumber(),
    projectId: caller.project,
    ...ownedBy(caller.user),
    cidr: pool?.cidr ?? (hasNetwork(parts) ? await freeRange(tx, caller.project, settings.queueBlock) : ''),
    createdAt: clock(),
    ...(pool === undefined ? {} : { pool: { id: pool.id, name: pool.name } }),
  }
  await tx.queues.insert(queue)
  if (pool !== undefined) await joinPool(tx, pool, queue)
  const properties = knownProperties(draft.properties ?? {})
  if (Object.keys(properties).length > 0) await tx.queueProperties.put(queue.id, checkQueueProperties(queue, properties))
  await tx.tags.put({ projectId: caller.project, kind: 'queue', id: queue.id }, tags)
  return queue
}

/** Clear of every VPC of the project and every queue; where VPCs fill the whole block, of their subnets: only those can be bound. */
export async function freeRange(tx: Transaction, projectId: ProjectId, block: string): Promise<string> {
  const vpcs = await tx.vpcs.listCidrs(projectId)
  const queues = await tx.queues.listCidrs()
  const clear = pickQueueCidr(block, [...vpcs, ...queues, ...(await tx.pools.listCidrs())]) ?? pickQueueCidr(block, [...vpcs, ...queues])
  if (clear !== undefined) return clear
  const subnets = await tx.subnets.listCidrs(projectId)
  const own = await tx.queues.listCidrs(projectId)
  const range = pickQueueCidr(block, [...subnets, ...queues]) ?? pickQueueCidr(block, [...subnets, ...own])
  if (range === undefined) throw noFreeRange(block)
  return range
}

/** Classic connections bind new queues by themselves. */
async function settleClassic({ store, settle }: Deps, queue: Queue): Promise<void> {
  if (!hasNetwork(queue)) return
  const classic = await store.classicConnections.listFor(queue.projectId, queue.name)
  await Promise.all(classic.map(({ id }) => settle('classicConnection', id)))
}

function filterOf({ type = 'sql', tags, order = 'queue_name_asc', pageSize, currentPage = 1 }: QueueListing): QueueFilter {
  if (type !== 'sql' && type !== 'general' && type !== 'all') throw new ServiceError('invalid', say`queue_type is sql, general or all`)
  if (!Object.hasOwn(orders, order)) throw new ServiceError('invalid', say`order is one of ${Object.keys(orders).join(', ')}`)
  if (!isCount(pageSize ?? 1) || !isCount(currentPage))
    throw new ServiceError('invalid', say`page-size and current-page are whole numbers from 1`)
  return {
    type: type === 'all' ? undefined : type,
    tags: tags?.map(({ key, value = '' }) => ({ key, value })),
    order: orders[order],
    limit: pageSize,
    offset: pageSize === undefined ? undefined : (currentPage - 1) * pageSize,
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 1_000_000
}

// Scheduled plans of queues: made, listed, changed, removed. Firing them is reconcile/queue-plan.ts.

import {
  type Caller,
  checkNewPlan,
  checkQueuePlanDraft,
  noPlans,
  type Queue,
  type QueuePlan,
  type QueuePlanDraft,
  scaledCu,
  ServiceError,
  say,
} from '@tributary/rules'
import type { Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'
import { requirePrivilege } from './queue-grants.ts'
import { getQueue } from './queues.ts'
import { requireQuota } from './quotas.ts'

/** How many plans a queue may have. */
const mostPlans = 100

/** The use cases of scheduled plans. Names of queues come in any case. */
export function queuePlans({ store, rehearsal }: Deps) {
  /** The queue, for a caller who may give it another size. */
  async function getScalable(tx: Transaction, caller: Caller, name: string): Promise<Queue> {
    const queue = await getQueue(tx, caller.project, name)
    await requirePrivilege(tx, queue, caller, 'SCALE_QUEUE')
    return queue
  }
  /** A size that the quota would not allow is refused before its time comes. */
  async function requireRoom(tx: Transaction, queue: Queue, { targetCu }: QueuePlan): Promise<void> {
    if (queue.pool === undefined) await requireQuota(tx, queue.projectId, 'QUEUE_CU', targetCu - queue.cuSpec)
  }
  return {
    /** @throws {ServiceError} `notFound`, `invalid`, `conflict`, `exhausted`, `unsupported` for the system queue, `forbidden` */
    async create(caller: Caller, queueName: string, draft: QueuePlanDraft): Promise<QueuePlan> {
      return store.transaction(async (tx) => {
        const queue = await getScalable(tx, caller, queueName)
        // Refuses the queue that has one size for good.
        scaledCu(queue, 16, Number.MAX_SAFE_INTEGER)
        const plans = await tx.queuePlans.list(queue.id)
        checkNewPlan(draft.name, plans)
        if (plans.length >= mostPlans)
          throw new ServiceError('exhausted', say`queue ${queue.name} has ${mostPlans} plans: delete one first`)
        const parts = checkQueuePlanDraft(draft, rehearsal.now())
        const plan: QueuePlan = { ...parts, id: await tx.installation.nextPlanNumber(), queueId: queue.id, lastExecutedAt: undefined }
        await requireRoom(tx, queue, plan)
        await tx.queuePlans.insert(plan)
        return plan
      })
    },

    /** Oldest first. @throws {ServiceError} `notFound` */
    async list(caller: Caller, queueName: string): Promise<readonly QueuePlan[]> {
      const queue = await getQueue(store, caller.project, queueName)
      return store.queuePlans.list(queue.id)
    },

    /** Replaces a plan as a whole. @throws {ServiceError} `notFound`, `invalid`, `conflict`, `forbidden`, `exhausted` */
    async update(
      caller: Caller,
      queueName: string,
      id: string,
      draft: QueuePlanDraft,
    ): Promise<{ readonly queue: Queue; readonly plan: QueuePlan }> {
      return store.transaction(async (tx) => {
        const queue = await getScalable(tx, caller, queueName)
        const plans = await tx.queuePlans.list(queue.id)
        const existing = plans.find((plan) => String(plan.id) === id)
        if (existing === undefined) throw noPlans([id.slice(0, 20)])
        checkNewPlan(draft.name, plans, existing.id)
        const plan: QueuePlan = { ...existing, ...checkQueuePlanDraft(draft, rehearsal.now()) }
        await requireRoom(tx, queue, plan)
        await tx.queuePlans.update(plan)
        return { queue, plan }
      })
    },

    /** All of them or none. @throws {ServiceError} `notFound` naming those that are not there, `invalid` without any, `forbidden` */
    async remove(caller: Caller, queueName: string, ids: readonly string[]): Promise<void> {
      if (ids.length === 0) throw new ServiceError('invalid', say`plan_ids is empty: name at least one plan`)
      await store.transaction(async (tx) => {
        const queue = await getScalable(tx, caller, queueName)
        const known = new Set((await tx.queuePlans.list(queue.id)).map((plan) => String(plan.id)))
        const missing = ids.filter((id) => !known.has(id))
        if (missing.length > 0) throw noPlans(missing.slice(0, mostPlans).map((id) => id.slice(0, 20)))
        await tx.queuePlans.remove(ids.map(Number))
      })
    },
  }
}

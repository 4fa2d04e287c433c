// Fires one scheduled plan whose time has come: its queue gets the size, and the plan its next time, together or not at all.

import { firedPlan, type Queue, ServiceError } from '@tributary/rules'
import type { Transaction } from '@tributary/store'
import type { Deps } from '../deps.ts'
import { resize } from '../queues.ts'

/** A plan that was missed while no server ran fires once, late. */
export async function reconcileQueuePlan(deps: Pick<Deps, 'store' | 'rehearsal' | 'wake' | 'log'>, id: number): Promise<void> {
  await deps.store.transaction(async (tx) => {
    const plan = await tx.queuePlans.find(id)
    const now = deps.rehearsal.now()
    if (plan?.nextAt === undefined || plan.nextAt > now) return
    const queue = await tx.queues.findById(plan.queueId)
    if (queue !== undefined) await fire(deps, tx, queue, plan.targetCu)
    await tx.queuePlans.update(firedPlan(plan, now))
  })
}

/** A size that the quota does not allow any more leaves the queue as it is. */
async function fire(deps: Pick<Deps, 'wake' | 'log'>, tx: Transaction, queue: Queue, targetCu: number): Promise<void> {
  const pool = queue.pool === undefined ? undefined : await tx.pools.findById(queue.pool.id)
  try {
    await resize(deps, tx, queue, Math.min(targetCu, pool?.maxCu ?? targetCu))
  } catch (error) {
    if (!(error instanceof ServiceError) || error.kind !== 'exhausted') throw error
    deps.log.warn({ queueId: queue.id, targetCu, err: error }, 'a plan asked for more than the quota allows')
  }
}

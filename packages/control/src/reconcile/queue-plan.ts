// Fires one scheduled plan whose time has come: its queue gets the size, and the plan its next time, together or not at all.

import { firedPlan } from '@tributary/rules'
import type { Deps } from '../deps.ts'

/** A plan that was missed while no server ran fires once, late. */
export async function reconcileQueuePlan({ store, clock }: Pick<Deps, 'store' | 'clock'>, id: number): Promise<void> {
  await store.transaction(async (tx) => {
    const plan = await tx.queuePlans.find(id)
    const now = clock()
    if (plan?.nextAt === undefined || plan.nextAt > now) return
    const queue = await tx.queues.findById(plan.queueId)
    const pool = queue?.pool === undefined ? undefined : await tx.pools.findById(queue.pool.id)
    await tx.queues.putCu(plan.queueId, Math.min(plan.targetCu, pool?.maxCu ?? plan.targetCu))
    await tx.queuePlans.update(firedPlan(plan, now))
  })
}

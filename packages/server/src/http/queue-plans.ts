// Scheduled plans of queues: wire in, one use case, wire out.

import { type BodyOf, operations, type ResultOf } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { QueuePlan, QueuePlanDraft } from '@tributary/rules'
import type { Door } from './door.ts'
import { success } from './envelope.ts'

/** Routes of scheduled plans. */
export function queuePlanRoutes(door: Door, control: Control): void {
  door.on(operations.createQueuePlan, async ({ caller, params, body }) => {
    await control.queuePlans.create(caller, params.queue_name, draftOf(body))
    return success({})
  })
  door.on(operations.listQueuePlans, async ({ caller, params }) => {
    const plans = await control.queuePlans.list(caller, params.queue_name)
    return success({ plans: plans.map(toWire) })
  })
  door.on(operations.updateQueuePlan, async ({ caller, params, body }) => {
    const { queue, plan } = await control.queuePlans.update(caller, params.queue_name, params.plan_id, draftOf(body))
    return success({ queue_name: queue.name, plan_id: plan.id })
  })
  door.on(operations.deleteQueuePlan, async ({ caller, params }) => {
    await control.queuePlans.remove(caller, params.queue_name, [params.plan_id])
    return success({})
  })
  door.on(operations.deleteQueuePlans, async ({ caller, params, body }) => {
    await control.queuePlans.remove(caller, params.queue_name, body.plan_ids.map(String))
    return success({})
  })
}

function draftOf(body: BodyOf<typeof operations.createQueuePlan>): QueuePlanDraft {
  return {
    name: body.plan_name,
    targetCu: body.target_cu,
    startHour: body.start_hour,
    startMinute: body.start_minute,
    repeatDays: body.repeat_day,
    validFrom: body.valid_date_begin,
    validUntil: body.valid_date_end,
    isActive: body.activate,
  }
}

function toWire(plan: QueuePlan): ResultOf<typeof operations.listQueuePlans>['plans'][number] {
  return {
    id: plan.id,
    plan_name: plan.name,
    target_cu: plan.targetCu,
    start_hour: plan.startHour,
    start_minute: plan.startMinute,
    repeat_day: [...plan.repeatDays],
    ...(plan.validFrom === undefined ? {} : { valid_date_begin: plan.validFrom }),
    ...(plan.validUntil === undefined ? {} : { valid_date_end: plan.validUntil }),
    activate: plan.isActive,
    ...(plan.lastExecutedAt === undefined ? {} : { last_execute_time: plan.lastExecutedAt }),
  }
}

// Scheduled plans of queues on the wire.

import { Type } from 'typebox'
import { answer, envelope, inProject, members } from './envelope.ts'
import { operation } from './operation.ts'

const base = '/v1/{project_id}/queues/{queue_name}/plans'
const queueParams = Type.Object({ ...inProject, queue_name: Type.String({ description: 'in any case' }) })
const planParams = Type.Object({ ...inProject, queue_name: Type.String({ description: 'in any case' }), plan_id: Type.String() })
const plan = Type.Object({
  plan_name: Type.String({ description: '1 to 128 letters, digits, _; not only digits, not starting with _' }),
  target_cu: Type.Integer({ description: 'a multiple of 16' }),
  start_hour: Type.Integer({ description: '0 to 23, UTC' }),
  start_minute: Type.Integer({ description: '0 to 59' }),
  repeat_day: Type.Optional(Type.Array(Type.String(), { description: 'MONDAY to SUNDAY; empty: once at the next such time' })),
  valid_date_begin: Type.Optional(Type.Integer({ description: 'ms since 1970-01-01 UTC' })),
  valid_date_end: Type.Optional(Type.Integer({ description: 'ms since 1970-01-01 UTC' })),
  activate: Type.Optional(Type.Boolean({ description: 'default true; others never fire' })),
})
const fidelity = { state: 'real', note: '', witness: 'plans of a queue are made, listed, changed and deleted as published' } as const

/** `POST /v1/{project_id}/queues/{queue_name}/plans` */
const createQueuePlan = operation({
  id: 'createQueuePlan',
  noun: 'queue-plans',
  method: 'POST',
  path: base,
  summary: 'Schedule another size of a queue.',
  action: 'dli:queue:scaleQueue',
  needs: 'editor',
  family: 'dli',
  params: queueParams,
  body: plan,
  response: { status: 200, schema: envelope },
  fidelity,
})

/** `GET /v1/{project_id}/queues/{queue_name}/plans` */
const listQueuePlans = operation({
  id: 'listQueuePlans',
  noun: 'queue-plans',
  method: 'GET',
  path: base,
  summary: 'List the scheduled plans of a queue, oldest first.',
  action: 'dli:queue:getQueue',
  needs: 'reader',
  family: 'dli',
  params: queueParams,
  response: {
    status: 200,
    schema: answer({
      plans: Type.Array(
        members({
          id: Type.Integer(),
          plan_name: Type.String(),
          target_cu: Type.Integer(),
          start_hour: Type.Integer(),
          start_minute: Type.Integer(),
          repeat_day: Type.Array(Type.String()),
          valid_date_begin: Type.Optional(Type.Integer()),
          valid_date_end: Type.Optional(Type.Integer()),
          activate: Type.Boolean(),
          last_execute_time: Type.Optional(Type.Integer({ description: 'ms since 1970-01-01 UTC; absent until it has fired' })),
        }),
      ),
    }),
  },
  fidelity: { ...fidelity, note: 'an unknown queue answers DLI.0002, as in every other call; older pages print DLI.0008 for this one' },
})

/** `PUT /v1/{project_id}/queues/{queue_name}/plans/{plan_id}` */
const updateQueuePlan = operation({
  id: 'updateQueuePlan',
  noun: 'queue-plans',
  method: 'PUT',
  path: `${base}/{plan_id}`,
  summary: 'Replace a scheduled plan as a whole.',
  action: 'dli:queue:scaleQueue',
  needs: 'editor',
  family: 'dli',
  params: planParams,
  body: plan,
  response: { status: 200, schema: answer({ queue_name: Type.String(), plan_id: Type.Integer() }) },
  fidelity,
})

/** `DELETE /v1/{project_id}/queues/{queue_name}/plans/{plan_id}` */
const deleteQueuePlan = operation({
  id: 'deleteQueuePlan',
  noun: 'queue-plans',
  method: 'DELETE',
  path: `${base}/{plan_id}`,
  summary: 'Delete a scheduled plan.',
  action: 'dli:queue:scaleQueue',
  needs: 'editor',
  family: 'dli',
  params: planParams,
  response: { status: 200, schema: envelope },
  fidelity,
})

/** `POST /v1/{project_id}/queues/{queue_name}/plans/batch-delete` */
const deleteQueuePlans = operation({
  id: 'deleteQueuePlans',
  noun: 'queue-plans',
  method: 'POST',
  path: `${base}/batch-delete`,
  summary: 'Delete several scheduled plans, all or none.',
  action: 'dli:queue:scaleQueue',
  needs: 'editor',
  family: 'dli',
  params: queueParams,
  body: Type.Object({ plan_ids: Type.Array(Type.Integer()) }),
  response: { status: 200, schema: envelope },
  fidelity,
})

/** Operations of scheduled plans, by id. */
export const queuePlanOperations = { createQueuePlan, listQueuePlans, updateQueuePlan, deleteQueuePlan, deleteQueuePlans }

// Properties of queues on the wire.

import { Type } from 'typebox'
import { answer, envelope, inProject, members, offset } from './envelope.ts'
import { operation } from './operation.ts'

const path = '/v3/{project_id}/queues/{queue_name}/properties'
const params = Type.Object({ ...inProject, queue_name: Type.String({ description: 'in any case' }) })
const body = Type.Object({
  properties: Type.Record(Type.String(), Type.Unknown(), { description: 'numbers, booleans or texts; the rest of the properties stays' }),
})
const fidelity = {
  state: 'partial',
  note: 'checked, kept and shown; the engines here have no such settings',
  witness: 'properties of a queue read back when they were set, and only then',
} as const

/** `POST /v3/{project_id}/queues/{queue_name}/properties` */
const createQueueProperties = operation({
  id: 'createQueueProperties',
  noun: 'queue-properties',
  method: 'POST',
  path,
  summary: 'Set properties of a queue.',
  action: 'dli:queue:updateQueue',
  needs: 'editor',
  family: 'dli',
  params,
  body,
  response: { status: 200, schema: envelope },
  fidelity,
})

/** `PUT /v3/{project_id}/queues/{queue_name}/properties` */
const updateQueueProperties = operation({
  id: 'updateQueueProperties',
  noun: 'queue-properties',
  method: 'PUT',
  path,
  summary: 'Set properties of a queue, as POST does.',
  action: 'dli:queue:updateQueue',
  needs: 'editor',
  family: 'dli',
  params,
  body,
  response: { status: 200, schema: envelope },
  fidelity,
})

/** `GET /v3/{project_id}/queues/{queue_name}/properties` */
const listQueueProperties = operation({
  id: 'listQueueProperties',
  noun: 'queue-properties',
  method: 'GET',
  path,
  summary: 'List the properties of a queue that have been set.',
  action: 'dli:queue:getQueue',
  needs: 'reader',
  family: 'dli',
  params,
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 1, description: 'default 100' })),
    offset: Type.Optional(offset),
  }),
  response: {
    status: 200,
    schema: answer({ properties: Type.Array(members({ key: Type.String(), value: Type.String() })) }),
  },
  fidelity,
})

/** `DELETE /v3/{project_id}/queues/{queue_name}/properties` */
const deleteQueueProperties = operation({
  id: 'deleteQueueProperties',
  noun: 'queue-properties',
  method: 'DELETE',
  path,
  summary: 'Unset properties of a queue; the keys are in the body, those that were never set are fine.',
  action: 'dli:queue:updateQueue',
  needs: 'editor',
  family: 'dli',
  params,
  body: Type.Object({ keys: Type.Array(Type.String()) }),
  response: { status: 200, schema: envelope },
  fidelity,
})

/** Operations of queue properties, by id. */
export const queuePropertyOperations = { createQueueProperties, updateQueueProperties, listQueueProperties, deleteQueueProperties }

// Users of queues and what they may do, on the wire.

import { Type } from 'typebox'
import { answer, envelope, inProject, members, offset } from './envelope.ts'
import { operation } from './operation.ts'

const witness = 'a user is granted what to do on a queue, and held to it'

/** `GET /v1.0/{project_id}/queues/{queue_name}/users` */
const listQueueUsers = operation({
  id: 'listQueueUsers',
  noun: 'queue-grants',
  method: 'GET',
  path: '/v1.0/{project_id}/queues/{queue_name}/users',
  summary: 'List who may do what on a queue; administrators of the project, who may do everything, are not listed.',
  action: 'dli:queue:showPrivileges',
  needs: 'reader',
  family: 'dli',
  params: Type.Object({ ...inProject, queue_name: Type.String({ description: 'in any case' }) }),
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 1, description: 'default: all' })),
    offset: Type.Optional(offset),
  }),
  response: {
    status: 200,
    schema: answer({
      queue_name: Type.String(),
      count: Type.Integer({ description: 'before paging' }),
      privileges: Type.Array(
        members({
          is_admin: Type.Boolean({ description: 'true for the owner, who holds everything' }),
          user_name: Type.String(),
          privileges: Type.Array(Type.String()),
        }),
      ),
    }),
  },
  fidelity: { state: 'real', note: '', witness },
})

/** `PUT /v1.0/{project_id}/queues/user-authorization` */
const authorizeQueueUser = operation({
  id: 'authorizeQueueUser',
  noun: 'queue-grants',
  method: 'PUT',
  path: '/v1.0/{project_id}/queues/user-authorization',
  summary: 'Grant a user what to do on a queue, revoke it, or replace it.',
  action: 'dli:queue:grantPrivilege',
  needs: 'editor',
  family: 'dli',
  params: Type.Object(inProject),
  body: Type.Object({
    queue_name: Type.String({ description: 'in any case' }),
    user_name: Type.String({ description: 'a user of the caller’s account' }),
    action: Type.String({ description: 'grant, revoke or update; an update with an empty list removes everything' }),
    privileges: Type.Array(Type.String(), {
      description:
        'SUBMIT_JOB, CANCEL_JOB, DROP_QUEUE, GRANT_PRIVILEGE, REVOKE_PRIVILEGE, SHOW_PRIVILEGES (or SHOW_PRIVILEGE), RESTART, SCALE_QUEUE',
    }),
  }),
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness },
})

/** Operations of grants on queues, by id. */
export const queueGrantOperations = { listQueueUsers, authorizeQueueUser }

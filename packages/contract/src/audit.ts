// The audit on the wire: who did what.

import { Type } from 'typebox'
import { answer, members, milliseconds } from './envelope.ts'
import { operation } from './operation.ts'

const text = (description: string) => Type.Optional(Type.String({ description }))

const entry = members({
  id: Type.Integer({ description: 'grows with time' }),
  at: milliseconds('when'),
  kind: Type.String({ description: 'change, signIn, denial or read' }),
  user_id: Type.String({ description: 'empty for who was not known' }),
  user_name: Type.String({ description: 'as it was then' }),
  action: Type.String({ description: 'as permissions name it, dli:queue:createQueue' }),
  project_id: Type.String({ description: 'empty for calls outside any project' }),
  resource: Type.String({ description: 'what was acted on' }),
  outcome: Type.String({ description: 'ok, or the status that was answered' }),
  request_id: Type.String({ description: 'X-Request-Id of the call; of a read the id of the job' }),
  address: Type.String({ description: 'where the call came from; empty for a job' }),
})

/** `GET /tributary/v1/audit` */
const listAudit = operation({
  id: 'listAudit',
  noun: 'audit',
  method: 'GET',
  path: '/tributary/v1/audit',
  summary:
    'List changes, sign-ins, denials and reads of sources, newest first: all for the installation owner, of one project for its administrators.',
  action: 'tributary:audit:list',
  needs: 'identity',
  family: 'tributary',
  query: Type.Object({
    project_id: text('only in this project; needed by all but the installation owner'),
    user: text('only by this user, by name or id'),
    action: text('only this action'),
    kind: Type.Optional(Type.Enum(['change', 'signIn', 'denial', 'read'])),
    from: Type.Optional(Type.Integer({ description: 'ms since 1970-01-01 UTC, inclusive' })),
    to: Type.Optional(Type.Integer({ description: 'ms since 1970-01-01 UTC, exclusive' })),
    marker: Type.Optional(Type.Integer({ minimum: 0, description: 'the id that the page before ended with' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'how many; default 100' })),
  }),
  response: { status: 200, schema: answer({ entries: Type.Array(entry) }) },
  fidelity: { state: 'real', note: '', witness: 'changes, sign-ins, denials and reads are listed to who may see them' },
})

/** Operations of the audit, by id. */
export const auditOperations = { listAudit }

// The doctor on the wire: the way from a queue to an address, rung by rung.

import { Type } from 'typebox'
import { answer, inProject, members } from './envelope.ts'
import { operation } from './operation.ts'

/** `POST /tributary/v1/projects/{project_id}/queues/{queue_name}/doctor` */
const examineQueue = operation({
  id: 'examineQueue',
  noun: 'doctor',
  method: 'POST',
  path: '/tributary/v1/projects/{project_id}/queues/{queue_name}/doctor',
  summary: 'Climb from a queue to an address rung by rung, up to the first that fails; each says who can mend it.',
  action: 'tributary:queue:doctor',
  needs: 'editor',
  family: 'tributary',
  params: Type.Object({ ...inProject, queue_name: Type.String({ description: 'in any case' }) }),
  body: Type.Object(
    {
      address: Type.String({ description: 'host:port' }),
      protocol: Type.Optional(
        Type.String({ description: 'a kind of source, for instance postgresql, mysql or mariadb; without it nothing beyond TCP is tried' }),
      ),
      auth_info_name: Type.Optional(Type.String({ description: 'what to log in with; without it the climb ends at TLS' })),
      database: Type.Optional(
        Type.String({ description: 'default: the one that every source of its kind has, for instance postgres or mysql' }),
      ),
      table: Type.Optional(
        Type.String({ description: 'name or schema.name (mysql: database.name); without it the climb ends at the login' }),
      ),
      tls: Type.Optional(Type.String({ description: 'disable, prefer (default), require or verify-full' })),
    },
    { additionalProperties: false },
  ),
  response: {
    status: 200,
    schema: answer({
      reachable: Type.Boolean({ description: 'every rung that was asked for went well' }),
      rungs: Type.Array(
        members({
          name: Type.String({ description: 'name, route, gateway, tcp, tls, login or object' }),
          ok: Type.Boolean(),
          ms: Type.Number(),
          detail: Type.String(),
          who: Type.String({ description: 'who can mend it: user, installation owner or database owner; empty when all is well' }),
          remedy: Type.String(),
        }),
      ),
    }),
  },
  fidelity: {
    state: 'partial',
    note: 'beyond TCP for the kinds of sources that tables are read from; other protocols answer 501',
    witness: 'the doctor climbs to a table and says who can mend what',
  },
})

/** Operations of the doctor, by id. */
export const doctorOperations = { examineQueue }

// The clock of timing profiles and plans: set ahead by the installation owner, for rehearsals.

import { Type } from 'typebox'
import { answer } from './envelope.ts'
import { operation } from './operation.ts'

/** `PUT /tributary/v1/clock` */
const putClock = operation({
  id: 'putClock',
  noun: 'clock',
  method: 'PUT',
  path: '/tributary/v1/clock',
  summary:
    'Set the clock of timing profiles and scheduled plans ahead, where the server was started with --allow-clock; tokens, signatures, tombstones and the audit go by the real one.',
  action: 'tributary:clock:put',
  needs: 'owner',
  family: 'tributary',
  body: Type.Object(
    {
      advance_ms: Type.Integer({ description: 'how far ahead of the real clock, in all; not less than it is now, at most ten years' }),
    },
    { additionalProperties: false },
  ),
  response: {
    status: 200,
    schema: answer({
      advance_ms: Type.Integer(),
      now: Type.Integer({ description: 'what that clock says, in ms since the epoch' }),
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'the clock is set ahead, and what was due fires' },
})

/** Operations of the clock, by id. */
export const clockOperations = { putClock }

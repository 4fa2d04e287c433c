// The clock of rehearsals. The installation owner's.

import { operationVerb } from '../operation-verb.ts'
import type { Verb } from '../verb.ts'

/** Verbs of `clock`. */
export const clockVerbs: readonly Verb[] = [
  operationVerb('putClock', {
    words: 'clock set',
    brief: 'Set the clock of timing and scheduled plans ahead of the real one, in ms',
    detail: [
      'For rehearsals on a server that was started with --allow-clock: plans fire, and queues that --timing cloud is still making are there. It goes only forward. Tokens, tombstones and the audit go by the real clock.',
    ],
    positionals: ['advance_ms'],
    said: ({ body }) => `clock ${String(body['advance_ms'])} ms ahead`,
    examples: [{ line: 'tributary clock set 600000', brief: 'Ten minutes ahead, when every new queue is there:' }],
  }),
]

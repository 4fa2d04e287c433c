// The audit: who did what.

import { operationVerb } from '../operation-verb.ts'
import { column } from '../show.ts'
import type { Verb } from '../verb.ts'

/** Verbs of `audit`. */
export const auditVerbs: readonly Verb[] = [
  operationVerb('listAudit', {
    words: 'audit list',
    columns: [column('at'), column('user_name', 'user'), column('action'), column('resource'), column('outcome')],
    examples: [
      {
        line: 'tributary audit list --kind change --action dli:queue:createQueue --limit 1',
        brief: 'Who made the newest queue:',
      },
    ],
  }),
]

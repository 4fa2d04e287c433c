// Quotas: how much of each kind a project may have.

import { operationVerb } from '../operation-verb.ts'
import type { Verb } from '../verb.ts'

/** Verbs of `quota`. */
export const quotaVerbs: readonly Verb[] = [
  operationVerb('listQuotas', {
    words: 'quota list',
    examples: [{ line: 'tributary quota list', brief: 'By the published call: the CU of queues alone:' }],
  }),
  operationVerb('getProjectQuotas', {
    words: 'quota get',
    isList: true,
    examples: [{ line: 'tributary quota get', brief: 'Every kind:' }],
  }),
  operationVerb('putProjectQuotas', {
    words: 'quota set',
    isList: true,
    positionals: ['quotas'],
    examples: [
      { line: 'tributary quota set QUEUE_CU=640 SQL_JOB=1000', brief: 'For the installation owner; what is there already stays:' },
    ],
  }),
]

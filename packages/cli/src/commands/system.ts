// The server itself: whether it is there, what it is, what it offers.

import { operationVerb } from '../operation-verb.ts'
import { column, printJson } from '../show.ts'
import type { Verb } from '../verb.ts'

/** Verbs of `system`. */
export const systemVerbs: readonly Verb[] = [
  operationVerb('getInfo', { examples: [{ line: 'tributary system info', brief: 'Version, drivers, engines:' }] }),
  operationVerb('livez', { examples: [{ line: 'tributary system live', brief: 'Whether the process answers:' }] }),
  operationVerb('readyz', { examples: [{ line: 'tributary system ready', brief: 'Whether it takes work; for scripts:' }] }),
  operationVerb('listFidelity', {
    columns: [column('state'), column('method'), column('path'), column('note')],
    examples: [{ line: 'tributary system fidelity', brief: 'How far each published call is real:' }],
  }),
  operationVerb('getOpenApi', {
    show: ({ terminal }, answer) => printJson(terminal, answer),
    examples: [{ line: 'tributary system openapi > openapi.json', brief: 'Every call, for other tools:' }],
  }),
  operationVerb('getMetrics', { examples: [{ line: 'tributary system metrics', brief: 'In the form of Prometheus:' }] }),
  operationVerb('listRegions', { examples: [{ line: 'tributary system regions', brief: 'There is one:' }] }),
  operationVerb('listVersions', { examples: [{ line: 'tributary system versions', brief: 'Of the IAM calls:' }] }),
]

// Elastic resource pools: compute that several queues share, with one network.

import { operationVerb } from '../operation-verb.ts'
import { poolSettles, waitFlags } from '../settled.ts'
import { column } from '../show.ts'
import type { Verb } from '../verb.ts'

/** Verbs of `pool`. */
export const poolVerbs: readonly Verb[] = [
  operationVerb('createPool', {
    positionals: ['elastic_resource_pool_name'],
    flags: { cidr_in_vpc: { name: 'range' } },
    moreFlags: waitFlags,
    moreOperations: ['listPools'],
    after: (call, session, { answer }) => poolSettles(call, session, String(answer['elastic_resource_pool_name'])),
    said: (_input, { elastic_resource_pool_name: name }) => `pool ${String(name)} created`,
    examples: [{ line: 'tributary pool create shared --min-cu 64 --max-cu 128', brief: 'Waits until it is AVAILABLE:' }],
  }),
  operationVerb('listPools', {
    columns: [
      column('elastic_resource_pool_name', 'name'),
      column('status'),
      column('current_cu', 'cu'),
      column('min_cu', 'least'),
      column('max_cu', 'most'),
      column('cidr_in_vpc', 'range'),
    ],
    examples: [{ line: 'tributary pool list', brief: 'All of the project:' }],
  }),
  operationVerb('updatePool', {
    moreFlags: waitFlags,
    moreOperations: ['listPools'],
    after: (call, session, { input }) => poolSettles(call, session, String(input.params['name'])),
    said: ({ params }) => `pool ${String(params['name'])} changed`,
    examples: [{ line: 'tributary pool update shared --max-cu 160', brief: 'Waits until it has that size:' }],
  }),
  operationVerb('deletePool', {
    said: ({ params }) => `pool ${String(params['name'])} deleted`,
    examples: [{ line: 'tributary pool delete old', brief: 'One without queues:' }],
  }),
  operationVerb('addPoolQueue', {
    positionals: ['queue_name'],
    said: ({ body }) => `queue ${String(body['queue_name'])} is in the pool`,
    examples: [{ line: 'tributary pool add-queue shared spare', brief: 'An existing queue:' }],
  }),
  operationVerb('listPoolQueues', {
    columns: [column('queue_name', 'name'), column('queue_type', 'type'), column('owner'), column('create_time', 'created')],
    examples: [{ line: 'tributary pool list-queues shared', brief: 'What is in it:' }],
  }),
  operationVerb('putPoolQueuePolicies', {
    said: () => 'policies set',
    flags: { queue_scaling_policies: { name: 'policies' } },
    examples: [
      {
        line: `tributary pool set-queue-policies shared spare --policies '[{"priority": 1, "impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": 16, "max_cu": 64}]'`,
        brief: 'How much of the pool a queue may have, and when:',
      },
    ],
  }),
  operationVerb('listScaleRecords', {
    columns: [
      column('record_time', 'time'),
      column('status'),
      column('origin_cu', 'from'),
      column('target_cu', 'to'),
      column('fail_reason', 'reason'),
    ],
    examples: [{ line: 'tributary pool list-scale-records shared', brief: 'How its size went:' }],
  }),
]

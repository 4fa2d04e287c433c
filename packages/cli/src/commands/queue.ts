// Queues: named compute that runs jobs; their users, their scheduled sizes and their properties.

import { operationVerb } from '../operation-verb.ts'
import { column } from '../show.ts'
import type { Verb } from '../verb.ts'

const userColumns = [column('user_name', 'user'), column('is_admin', 'owner'), column('privileges')]
const modes: Readonly<Record<string, string>> = { 0: 'shared', 1: 'dedicated' }

/** Verbs of `queue`. */
export const queueVerbs: readonly Verb[] = [
  operationVerb('createQueue', {
    brief: 'Create a queue: dedicated, so that it can use connections, unless --resource-mode 0 is given',
    positionals: ['queue_name'],
    flags: { cu_count: { name: 'cu', letter: 'c' }, elastic_resource_pool_name: { name: 'pool' } },
    assumed: { resource_mode: 1 },
    said: (_input, { queue_name: name }) => `queue ${String(name)} created`,
    examples: [{ line: 'tributary queue create analytics --cu 16', brief: 'The smallest that can be bound to connections:' }],
  }),
  operationVerb('listQueues', {
    assumed: { queue_type: 'all' },
    columns: [
      column('queue_name', 'name'),
      column('cu_count', 'cu'),
      { title: 'mode', of: (row) => modes[String(row['resource_mode'])] },
      column('cidr_in_vpc', 'range'),
      column('elastic_resource_pool_name', 'pool'),
      column('owner'),
    ],
    examples: [{ line: 'tributary queue list', brief: 'All of the project, the system queue default among them:' }],
  }),
  operationVerb('getQueue', { examples: [{ line: 'tributary queue get analytics', brief: 'One of them:' }] }),
  operationVerb('deleteQueue', {
    said: ({ params }) => `queue ${String(params['queue_name'])} deleted`,
    examples: [{ line: 'tributary queue delete old', brief: 'It leaves every connection:' }],
  }),
  operationVerb('actOnQueue', {
    words: 'queue restart',
    brief: 'Restart a queue; --force cancels the jobs that run',
    fixed: { action: 'restart' },
    hidden: ['cu_count'],
    said: ({ params }) => `queue ${String(params['queue_name'])} restarted`,
    examples: [{ line: 'tributary queue restart analytics --force', brief: 'Also while jobs run:' }],
  }),
  operationVerb('actOnQueue', {
    words: 'queue grow',
    brief: 'Add compute units to a queue',
    fixed: { action: 'scale_out' },
    hidden: ['force'],
    flags: { cu_count: { name: 'by', brief: 'how many CU, a multiple of 16', isRequired: true } },
    said: ({ params, body }) => `queue ${String(params['queue_name'])} has ${String(body['cu_count'])} CU more`,
    examples: [{ line: 'tributary queue grow analytics --by 16', brief: 'Room for one job more at a time:' }],
  }),
  operationVerb('actOnQueue', {
    words: 'queue shrink',
    brief: 'Take compute units away from a queue',
    fixed: { action: 'scale_in' },
    hidden: ['force'],
    flags: { cu_count: { name: 'by', brief: 'how many CU, a multiple of 16', isRequired: true } },
    said: ({ params, body }) => `queue ${String(params['queue_name'])} has ${String(body['cu_count'])} CU less`,
    examples: [{ line: 'tributary queue shrink analytics --by 16', brief: 'Back again:' }],
  }),
  operationVerb('changeQueueCidr', {
    flags: { cidr_in_vpc: { name: 'range' } },
    said: ({ params }) => `queue ${String(params['queue_name'])} has another range`,
    examples: [{ line: 'tributary queue change-range spare --range 172.30.0.0/18', brief: 'Away from a network that it would meet:' }],
  }),
  operationVerb('authorizeQueueUser', {
    positionals: ['queue_name', 'user_name'],
    flags: { action: { values: ['grant', 'revoke', 'update'] } },
    said: () => 'privileges changed',
    examples: [
      {
        line: 'tributary queue authorize-user analytics ann --action grant --privileges SUBMIT_JOB,CANCEL_JOB',
        brief: 'Let a user run jobs on it:',
      },
    ],
  }),
  operationVerb('listQueueUsers', {
    columns: userColumns,
    examples: [{ line: 'tributary queue list-users analytics', brief: 'Who may do what:' }],
  }),
]

const planFlags = {
  target_cu: { name: 'cu' },
  start_hour: { name: 'hour' },
  start_minute: { name: 'minute' },
  repeat_day: { name: 'days' },
}

/** Verbs of `queue-plan`. */
export const queuePlanVerbs: readonly Verb[] = [
  operationVerb('createQueuePlan', {
    positionals: ['plan_name'],
    flags: planFlags,
    said: () => 'plan created',
    examples: [
      {
        line: 'tributary queue-plan create analytics mornings --cu 32 --hour 6 --minute 0 --days MONDAY,FRIDAY',
        brief: 'Larger at six (UTC):',
      },
    ],
  }),
  operationVerb('listQueuePlans', {
    columns: [
      column('id'),
      column('plan_name', 'name'),
      column('target_cu', 'cu'),
      column('start_hour', 'hour'),
      column('start_minute', 'minute'),
      column('repeat_day', 'days'),
      column('activate', 'active'),
    ],
    examples: [{ line: 'tributary queue-plan list analytics', brief: 'Those of one queue:' }],
  }),
  operationVerb('updateQueuePlan', {
    flags: planFlags,
    said: () => 'plan changed',
    examples: [
      {
        line: 'tributary queue-plan update analytics PLAN_ID --plan-name mornings --cu 48 --hour 6 --minute 30',
        brief: 'A plan is sent as a whole:',
      },
    ],
  }),
  operationVerb('deleteQueuePlan', {
    said: () => 'plan deleted',
    examples: [{ line: 'tributary queue-plan delete analytics PLAN_ID', brief: 'One:' }],
  }),
  operationVerb('deleteQueuePlans', {
    positionals: ['plan_ids'],
    said: () => 'plans deleted',
    examples: [{ line: 'tributary queue-plan delete-several analytics OLD_PLAN_ID', brief: 'Several, each named by its id:' }],
  }),
]

/** Verbs of `queue-property`. */
export const queuePropertyVerbs: readonly Verb[] = [
  operationVerb('createQueueProperties', {
    words: 'queue-property create',
    positionals: ['properties'],
    said: () => 'properties set',
    examples: [
      { line: 'tributary queue-property create analytics job.maxConcurrent=4', brief: 'As name=value, several with blanks between them:' },
    ],
  }),
  operationVerb('updateQueueProperties', {
    words: 'queue-property update',
    positionals: ['properties'],
    said: () => 'properties changed',
    examples: [{ line: 'tributary queue-property update analytics job.maxConcurrent=8', brief: 'The others stay:' }],
  }),
  operationVerb('listQueueProperties', {
    words: 'queue-property list',
    examples: [{ line: 'tributary queue-property list analytics', brief: 'What is set:' }],
  }),
  operationVerb('deleteQueueProperties', {
    words: 'queue-property delete',
    positionals: ['keys'],
    said: () => 'properties removed',
    examples: [{ line: 'tributary queue-property delete analytics job.maxConcurrent', brief: 'Back to what the queue does by itself:' }],
  }),
]

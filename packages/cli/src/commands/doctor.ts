// The doctor and the connection test: whether a queue reaches an address, and who must act if not.

import { Failure } from '../failure.ts'
import { operationVerb } from '../operation-verb.ts'
import { timeoutOf, waitFlags } from '../settled.ts'
import { column, listIn, printRows, type Row } from '../show.ts'
import type { Verb } from '../verb.ts'
import { waitFor } from '../wait.ts'

/** What is wrong with an address that can be connected to, by the step that failed. */
const beyondTcp: Readonly<Record<string, string>> = {
  tls: 'reachable, and TLS with it failed',
  login: 'reachable, and the login failed',
  object: 'reachable, and the table was not found or may not be read',
}

function endOfClimb(rungs: unknown): string {
  const failed = Array.isArray(rungs) ? (rungs as readonly Row[]).find(({ ok }) => ok === false) : undefined
  return beyondTcp[String(failed?.['name'])] ?? 'not reachable'
}

const doctor = operationVerb('examineQueue', {
  brief: 'Climb from a queue to an address, step by step up to the first that fails, and say who must act',
  detail: [
    'Steps are name, route, gateway and tcp; with --protocol (a kind of source, for instance postgresql or mysql) also tls, login (with --auth-info) and object (with --table). The exit code is 0 only when all that was asked for went well.',
  ],
  positionals: ['address'],
  flags: {
    auth_info_name: { name: 'auth-info' },
    tls: { values: ['disable', 'prefer', 'require', 'verify-full'] },
  },
  show: ({ terminal }, answer) => {
    const rungs = listIn(answer) ?? []
    printRows(terminal, rungs, [
      column('name', 'step'),
      { title: 'ok', of: ({ ok }) => (ok === true ? 'yes' : 'no') },
      { title: 'ms', of: ({ ms }) => Number(ms).toFixed(1) },
      column('who', 'who must act'),
      column('detail'),
    ])
    for (const { who, remedy } of rungs) if (remedy !== '') terminal.out(`\n${String(who)}: ${String(remedy)}\n`)
  },
  verdict: ({ reachable, rungs }, { body }) =>
    reachable === true ? undefined : new Failure('failed', `${String(body['address'])} is ${endOfClimb(rungs)}`),
  examples: [
    { line: 'tributary doctor analytics shop-db:5432', brief: 'As far as TCP:' },
    {
      line: 'tributary doctor analytics shop-db:5432 --protocol postgresql --auth-info shop_login --database shop --table orders',
      brief: 'As far as a table:',
    },
  ],
})

/** `doctor`. */
export const doctorVerbs: readonly Verb[] = [doctor]

/** Verbs of `connection-test`. */
export const connectionTestVerbs: readonly Verb[] = [
  operationVerb('createConnectionTest', {
    brief: 'Test whether a queue reaches an address, and wait for the answer',
    positionals: ['address'],
    moreFlags: waitFlags,
    moreOperations: ['getConnectionTest'],
    show: () => {},
    after: async (call, { client, projectId }, { input, answer }) => {
      const { terminal, given } = call
      const timeoutSeconds = timeoutOf(call)
      if (timeoutSeconds === undefined) return given.isOn('json') ? undefined : terminal.out(`${String(answer['task_id'])}\n`)
      const params = { project_id: projectId, queue_name: String(input.params['queue_name']), task_id: String(answer['task_id']) }
      const look = async () => {
        const { connectivity, message } = await client.getConnectionTest({ params })
        return connectivity === '' ? undefined : { connectivity, message }
      }
      const { connectivity, message } = await waitFor({ terminal, what: 'the test', look, timeoutSeconds })
      if (!given.isOn('json')) terminal.out(`${connectivity}\n`)
      if (connectivity !== 'REACHABLE') throw new Failure('failed', message === '' ? 'not reachable' : message)
    },
    examples: [
      { line: 'tributary connection-test create analytics shop-db:5432', brief: 'The published test; tributary doctor tells more:' },
    ],
  }),
  operationVerb('getConnectionTest', { examples: [{ line: 'tributary connection-test get analytics TASK_ID', brief: 'Its answer:' }] }),
]

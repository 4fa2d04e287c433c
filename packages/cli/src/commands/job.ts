// Jobs: statements that run or ran on queues.

import { Failure } from '../failure.ts'
import { printCrossings } from '../crossings.ts'
import { jobEnds, type JobStatus, readPages, resultOf } from '../job.ts'
import { operationVerb, type Shape } from '../operation-verb.ts'
import { type Format, formats, printAll, printResult } from '../result.ts'
import { column, printJson } from '../show.ts'
import type { Terminal } from '../terminal.ts'
import type { Verb } from '../verb.ts'
import { defaultTimeoutSeconds } from '../wait.ts'

const sqlFlags = {
  sql: { letter: 'e', brief: 'one statement of Spark SQL' },
  currentdb: { name: 'database' },
  queue_name: { name: 'queue', letter: 'q' },
}

const longestStatement = 80

function shortened(statement: string): string {
  return statement.length > longestStatement ? `${statement.slice(0, longestStatement - 1)}…` : statement
}

const wait: Verb = {
  words: 'job wait',
  brief: 'Wait until a job has ended; exit code 0 only when it FINISHED',
  operations: ['getJobStatus'],
  positionals: [{ name: 'job', brief: 'id of the job' }],
  flags: [{ name: 'timeout', kind: 'number', brief: `how many seconds at most, ${defaultTimeoutSeconds} unless given` }],
  examples: [{ line: 'tributary job wait JOB_ID --timeout 60', brief: 'In a script, between submit and preview:' }],
  async run({ terminal, given, session }) {
    const [id = ''] = given.args
    const end = await jobEnds(await session(), {
      terminal,
      id,
      cancels: false,
      timeoutSeconds: given.number('timeout') ?? defaultTimeoutSeconds,
    })
    if (given.isOn('json')) printJson(terminal, end)
    else terminal.out(`${end.status}\n`)
    if (end.status !== 'FINISHED') throw new Failure('failed', end.message === '' ? `the job ended ${end.status}` : end.message)
  },
}

/** How a job stands, on two lines or three. */
function printStatus(
  { out }: Terminal,
  { status, message, job_type: type, queue_name: queue, duration, result_count: rows, statement }: JobStatus,
): void {
  const why = message === '' ? '' : `\n${message}`
  out(`${status} after ${duration} ms: ${type} on queue ${queue}, ${rows} rows${why}\n${statement}\n`)
}

const show: Verb = {
  words: 'job show',
  brief: 'Show how a job stands and what crossed to and from its sources',
  detail: [
    'For each reading or writing of a source: what it was asked, rows, bytes at the socket, times,',
    'and what stays here and why, in the words of EXPLAIN. While the job runs the figures move.',
  ],
  operations: ['getJobCrossings', 'getJobStatus'],
  positionals: [{ name: 'job', brief: 'id of the job' }],
  flags: [],
  examples: [{ line: 'tributary job show SOURCE_JOB_ID', brief: 'What a query asked of its sources:' }],
  async run({ terminal, given, session }) {
    const { client, projectId } = await session()
    const params = { project_id: projectId, job_id: given.args[0] ?? '' }
    const status = await client.getJobStatus({ params })
    const { crossings } = await client.getJobCrossings({ params })
    if (given.isOn('json')) return printJson(terminal, { ...status, crossings })
    printStatus(terminal, status)
    terminal.out('\n')
    printCrossings(terminal, crossings)
  },
}

const rows: Verb = {
  words: 'job rows',
  brief: 'Print every row of a finished query',
  operations: ['getResultPage'],
  positionals: [{ name: 'job', brief: 'id of the job' }],
  flags: [{ name: 'format', kind: 'text', values: formats, brief: 'how rows are printed; csv unless given, a table has the first 100' }],
  examples: [{ line: 'tributary job rows JOB_ID > rows.csv', brief: 'For a spreadsheet:' }],
  async run({ terminal, given, session }) {
    const [id = ''] = given.args
    const format = given.isOn('json') ? 'json' : ((given.text('format') as Format | undefined) ?? 'csv')
    await printAll(terminal, await readPages(await session(), id), format)
  },
}

/** With `--wait` such a verb answers when its job has ended. */
function waitingFor(what: 'export' | 'import'): Pick<Shape, 'moreFlags' | 'moreOperations' | 'after' | 'said'> {
  return {
    moreFlags: [{ name: 'wait', kind: 'switch', brief: `answer when the ${what} has ended; exit code 0 only when it FINISHED` }],
    moreOperations: ['getJobStatus'],
    after: async ({ terminal, given }, session, { answer }) => {
      if (!given.isOn('wait')) return
      const end = await jobEnds(session, { terminal, id: String(answer['job_id']), cancels: true })
      if (end.status !== 'FINISHED') throw new Failure('failed', end.message === '' ? `the ${what} ended ${end.status}` : end.message)
    },
    said: (_input, { job_id: id }) => String(id),
  }
}

const tableFiles = {
  positionals: ['database_name', 'table_name', 'data_path'],
  flags: { data_type: { name: 'type' }, queue_name: { name: 'queue', letter: 'q' } },
  assumed: { data_type: 'csv' },
} as const

/** Verbs of `job`, and those of `table` that are jobs. */
export const jobVerbs: readonly Verb[] = [
  operationVerb('submitJob', {
    brief: 'Submit a statement and answer at once; tributary sql waits for its rows',
    flags: sqlFlags,
    said: (_input, { job_id: id }) => String(id),
    examples: [
      { line: 'tributary job submit --queue analytics --sql "SELECT 1 AS one"', brief: 'Prints the id of the job:' },
      {
        line: 'tributary job submit --conf "spark.sql.session.timeZone = Asia/Shanghai" --sql "SELECT current_timezone() AS zone"',
        brief: 'Clocks of another zone than UTC:',
      },
    ],
  }),
  operationVerb('listJobs', {
    columns: [
      column('job_id', 'id'),
      column('status'),
      column('job_type', 'type'),
      column('queue_name', 'queue'),
      column('start_time', 'start time'),
      { title: 'statement', of: ({ statement }) => shortened(String(statement)) },
    ],
    examples: [
      { line: 'tributary job list --page-size 5', brief: 'The newest:' },
      { line: 'tributary job list --job-status FAILED --queue-name analytics', brief: 'What went wrong on one queue:' },
    ],
  }),
  operationVerb('getJobStatus', {
    brief: 'Read how a job stands, and why it failed',
    show: ({ terminal }, answer) => printStatus(terminal, answer as JobStatus),
    examples: [{ line: 'tributary job get JOB_ID', brief: 'By its id:' }],
  }),
  show,
  wait,
  operationVerb('previewJob', {
    show: ({ terminal }, answer) => {
      const {
        schema,
        rows,
        row_count: total,
      } = answer as { schema: Readonly<Record<string, string>>[]; rows: unknown[][]; row_count: number }
      printResult(terminal, resultOf(schema, rows, total), 'table')
    },
    examples: [{ line: 'tributary job preview JOB_ID', brief: 'The first thousand rows of a finished query:' }],
  }),
  rows,
  operationVerb('exportResult', {
    detail: ['obs://bucket/folder is the folder bucket/folder in the export directory of the server.'],
    positionals: ['data_path'],
    flags: { data_type: { name: 'type' }, queue_name: { name: 'queue', letter: 'q' } },
    assumed: { data_type: 'csv' },
    ...waitingFor('export'),
    examples: [
      { line: 'tributary job export JOB_ID obs://reports/one --with-column-header --wait', brief: 'As CSV, and wait for it:' },
      {
        line: 'tributary job export JOB_ID obs://reports/one --type json --compress gzip --export-mode Overwrite --wait',
        brief: 'In place of it:',
      },
    ],
  }),
  operationVerb('exportTable', {
    ...tableFiles,
    ...waitingFor('export'),
    detail: ['obs://bucket/folder is the folder bucket/folder in the export directory of the server.'],
    examples: [
      { line: 'tributary table export shop visits obs://reports/visits --with-column-header --wait', brief: 'A managed table as CSV:' },
    ],
  }),
  operationVerb('importTable', {
    ...tableFiles,
    ...waitingFor('import'),
    detail: [
      'obs://bucket/path is PROJECT_ID/bucket/path in the import directory of the server, a file or a folder of files, or what the project has exported.',
      'csv, json or parquet; whole or not at all. Records that cannot be read go to --bad-records-path, or stay with NULL where a value is no value.',
    ],
    examples: [
      {
        line: 'tributary table import shop visits obs://reports/visits --with-column-header --overwrite --wait',
        brief: 'What was exported, in place of the rows:',
      },
    ],
  }),
  operationVerb('getJobDetail', { examples: [{ line: 'tributary job detail JOB_ID', brief: 'What it was asked to do:' }] }),
  operationVerb('getJobProgress', { examples: [{ line: 'tributary job progress JOB_ID', brief: 'From 0 to 1:' }] }),
  operationVerb('getJobProgressWhole', { examples: [{ line: 'tributary job progress-whole JOB_ID', brief: '0 or 1:' }] }),
  operationVerb('checkSql', {
    flags: sqlFlags,
    said: (_input, { job_type: type }) => `fine: ${String(type)}`,
    examples: [{ line: 'tributary job check --sql "SELECT 1 AS one"', brief: 'Without running it:' }],
  }),
  operationVerb('cancelJob', {
    said: () => 'cancelled',
    examples: [{ line: 'tributary job cancel RUNNING_JOB_ID', brief: 'One that runs:' }],
  }),
]

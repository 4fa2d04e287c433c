// SQL from the command line: one statement, a file of them, standard input, or a conversation.

import { resolve } from 'node:path'
import { Failure } from '../failure.ts'
import { endOf, runStatement } from '../job.ts'
import { type Format, formats, printAll } from '../result.ts'
import { converse } from '../sql-shell.ts'
import { splitStatements } from '../statements.ts'
import { textOfFile } from '../values.ts'
import type { Call, Verb } from '../verb.ts'

const sql: Verb = {
  words: 'sql',
  brief: 'Run SQL on a queue: a statement, a file, or a conversation',
  detail: [
    'Without -e and -f it reads standard input, or talks at a terminal. Several statements are separated by semicolons; the first that fails ends it. Ctrl-C cancels the job that runs. As csv and json every row is printed; a table has the first 1000, and says so.',
  ],
  operations: ['submitJob', 'getJobStatus', 'previewJob', 'getResultPage', 'cancelJob', 'listQueues', 'listDatabases'],
  positionals: [],
  flags: [
    { name: 'execute', letter: 'e', kind: 'text', brief: 'the statement, or several' },
    { name: 'file', letter: 'f', kind: 'text', brief: 'a file of statements, - for standard input' },
    { name: 'queue', letter: 'q', kind: 'text', brief: 'where it runs; the system queue default reaches no source' },
    { name: 'database', letter: 'd', kind: 'text', brief: 'database of names without one' },
    { name: 'conf', kind: 'list', brief: 'settings of the job, each "key = value", such as the time zone of its clocks' },
    { name: 'format', kind: 'text', values: formats, brief: 'how rows are printed; table unless given' },
  ],
  examples: [
    { line: 'tributary sql -q analytics -e "SELECT count(*) AS orders FROM shop.orders"', brief: 'One statement:' },
    { line: 'tributary sql -q analytics -d shop -f report.sql --format csv > report.csv', brief: 'A file, for a spreadsheet:' },
    { line: 'echo "SELECT 1 AS one" | tributary sql -q analytics --format json', brief: 'Standard input, for a program:' },
    {
      line: `tributary sql --conf "spark.sql.session.timeZone = Asia/Shanghai" -e "SELECT CAST('2024-01-01T00:00:00Z' AS TIMESTAMP) AS opens"`,
      brief: 'Clocks of another zone than UTC:',
    },
  ],
  async run(call) {
    const { terminal, given } = call
    const text = await textOf(call)
    if (text === undefined) return converse(call)
    const { statements, rest } = splitStatements(text)
    const all = rest === '' ? statements : [...statements, rest]
    if (all.length === 0) throw new Failure('usage', 'there is no statement', { next: 'tributary sql -e "SELECT 1 AS one"' })
    const session = await call.session()
    for (const statement of all) {
      const outcome = await runStatement(session, terminal, {
        sql: statement,
        queue: given.text('queue'),
        database: given.text('database'),
        conf: given.list('conf'),
      })
      if (outcome.result === undefined) terminal.err(endOf(outcome))
      else await printAll(terminal, outcome.result, formatOf(call))
    }
  },
}

function formatOf({ given }: Call): Format {
  return given.isOn('json') ? 'json' : ((given.text('format') as Format | undefined) ?? 'table')
}

/** The statements that were given; `undefined` when somebody wants to talk. @throws {Failure} `usage` with both -e and -f */
async function textOf({ terminal, given }: Call): Promise<string | undefined> {
  const [execute, file] = [given.text('execute'), given.text('file')]
  if (execute !== undefined && file !== undefined) throw new Failure('usage', '-e and -f do not go together')
  if (execute !== undefined) return execute
  if (file !== undefined && file !== '-') return textOfFile(resolve(terminal.cwd, file))
  if (file === undefined && terminal.isTTY.stdin) return undefined
  const chunks: Buffer[] = []
  for await (const chunk of terminal.stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString('utf8')
}

/** `sql`. */
export const sqlVerbs: readonly Verb[] = [sql]

// Two real PostgreSQL servers with the tables of this folder, and one engine before them.

import type { OpenableTable } from '../../../packages/query/src/source.ts'
import { type PostgresServer, startPostgres } from '../../servers/postgres.ts'
import { openableOf, tableOf } from '../../servers/sources.ts'
import { firstSetup, firstTables, secondSetup, secondTables } from './tables.ts'
import { besideLog, openWays, type Outcome, type Way } from './ways.ts'

/** The servers and the engine. */
export interface Stage extends AsyncDisposable {
  readonly first: PostgresServer
  /** Tells what the first server was sent. */
  run(sql: string, way: Way): Promise<Outcome>
}

/** Starts everything; a second or two. */
export async function openStage(): Promise<Stage> {
  const settings = { log_statement: 'all' }
  const [first, second] = await Promise.all([
    startPostgres({ databases: { shop: firstSetup }, settings }),
    startPostgres({ databases: { shop: secondSetup }, settings }),
  ])
  const tables = [...opened(firstTables, first, '10.71.0.5'), ...opened(secondTables, second, '10.72.0.5')]
  const ways = await openWays({ servers: [first, second], tables })
  return { first, run: besideLog(ways, first.logPath, copiedOut), [Symbol.asyncDispose]: () => ways[Symbol.asyncDispose]() }
}

function opened(tables: typeof firstTables, server: PostgresServer, host: string): readonly OpenableTable[] {
  return Object.entries(tables).map(([name, columns]) => openableOf({ ...tableOf(name, columns, { host }), login: 'login' }, server))
}

/** What the server was asked to copy out; a statement may have several lines. */
function copiedOut(log: string): readonly string[] {
  return [...log.matchAll(/statement: (COPY .*? TO STDOUT \(FORMAT binary\))$/gms)].map(([, text]) => text as string)
}

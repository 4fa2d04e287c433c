// Two real PostgreSQL servers and one engine, which runs a query as it would for a user, and once more with every source asked for rows of tables alone.

import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { formatColumnType } from '@tributary/rules'
import { Engine } from '../../../packages/query/src/engines/duckdb/engine.ts'
import type { OpenableTable } from '../../../packages/query/src/source.ts'
import { type PostgresServer, startPostgres } from '../../servers/postgres.ts'
import { networkTo, openableOf, tableOf } from '../../servers/sources.ts'
import { firstSetup, firstTables, secondSetup, secondTables } from './tables.ts'

/** What a query answered, in the order of its rows, cells as text; and what the first server was sent for it. */
export interface Outcome {
  /** As `name type`. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  readonly inputRows: number
  readonly sent: readonly string[]
}

/** How a query is run. */
export type Way = 'pushed' | 'unpushed'

/** The servers and the engine. */
export interface Stage extends AsyncDisposable {
  readonly first: PostgresServer
  run(sql: string, way: Way): Promise<Outcome>
}

/** Starts everything; a second or two. */
export async function openStage(): Promise<Stage> {
  const settings = { log_statement: 'all' }
  const [first, second] = await Promise.all([
    startPostgres({ databases: { shop: firstSetup }, settings }),
    startPostgres({ databases: { shop: secondSetup }, settings }),
  ])
  const [scratch, directory] = [mkdtempSync(join(tmpdir(), 'tributary-pushdown-')), mkdtempSync(join(tmpdir(), 'tributary-pushdown-'))]
  const engine = new Engine()
  await engine.warm()
  const limits = { memoryBytes: 2 ** 29, threads: 1, spillBytes: 2 ** 30, scratchDirectory: scratch }
  await engine.assign({ kind: 'assign', network: networkTo([first, second]), limits })
  const reader = await DuckDBInstance.create(':memory:')
  const tables = [...opened(firstTables, first, '10.71.0.5'), ...opened(secondTables, second, '10.72.0.5')]
  let jobs = 0
  const run = async (sql: string, way: Way): Promise<Outcome> => {
    const before = statementsOf(first).length
    const order = {
      kind: 'run',
      jobId: `job-${(jobs += 1)}`,
      sql,
      currentDatabase: 'db1',
      tables,
      directory,
      pushes: way === 'pushed',
    } as const
    const ran = await engine.run(order, new AbortController().signal, () => undefined)
    const connection = await reader.connect()
    const rows = (await connection.runAndReadAll(`from '${join(directory, 'result.parquet')}'`)).getRows().map((row) => row.map(cell))
    connection.closeSync()
    const columns = ran.columns.map(({ name, type }) => `${name} ${formatColumnType(type)}`)
    return { columns, rows, inputRows: ran.inputRows, sent: statementsOf(first).slice(before) }
  }
  const dispose = async (): Promise<void> => {
    reader.closeSync()
    await Promise.all([first[Symbol.asyncDispose](), second[Symbol.asyncDispose]()])
    await Promise.all([scratch, directory].map((path) => rm(path, { recursive: true, force: true })))
  }
  return { first, run, [Symbol.asyncDispose]: dispose }
}

function opened(tables: typeof firstTables, server: PostgresServer, host: string): readonly OpenableTable[] {
  return Object.entries(tables).map(([name, columns]) => openableOf({ ...tableOf(name, columns, { host }), login: 'login' }, server))
}

/** What a server was asked to copy out, as its log tells it; a statement may have several lines. */
function statementsOf({ logPath }: PostgresServer): readonly string[] {
  return [...readFileSync(logPath, 'utf8').matchAll(/statement: (COPY .*? TO STDOUT \(FORMAT binary\))$/gms)].map(
    ([, text]) => text as string,
  )
}

/** Doubles with twelve digits: sums of them depend on the order of adding. */
function cell(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : value.toPrecision(12)
  return value === null || typeof value === 'boolean' ? value : (value as { toString(): string }).toString()
}

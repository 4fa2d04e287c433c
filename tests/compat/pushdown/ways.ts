// One engine before real servers, which runs a query as it would for a user, and once more with every source asked for rows of tables alone.

import { closeSync, mkdtempSync, openSync, readSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { type Crossing, formatColumnType } from '@tributary/rules'
import { Engine } from '../../../packages/query/src/engines/duckdb/engine.ts'
import type { KeyRule } from '../../../packages/query/src/engines/duckdb/key-order.ts'
import type { OpenableTable } from '../../../packages/query/src/source.ts'
import { networkTo } from '../../servers/sources.ts'

/** How a query is run. */
export type Way = 'pushed' | 'unpushed'

/** What a query answered, in the order of its rows, cells as text; and what crossed for it. */
export interface Answer {
  /** As `name type`. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  readonly inputRows: number
  readonly crossings: readonly Crossing[]
}

/** What a query answered, and what the server whose log is read was sent for it. */
export interface Outcome extends Omit<Answer, 'crossings'> {
  readonly sent: readonly string[]
}

/** The engine; disposing it ends the servers, too. */
export interface Ways extends AsyncDisposable {
  run(sql: string, way: Way, signal?: AbortSignal): Promise<Answer>
}

/** What the engine reads. */
export interface WaysOptions {
  /** The first is reached as 10.71.0.5, the second as 10.72.0.5. */
  readonly servers: readonly ({ readonly port: number } & AsyncDisposable)[]
  readonly tables: readonly OpenableTable[]
  /** When keys are sent: the usual rule where absent. */
  readonly rule?: KeyRule
}

/** Starts the engine. */
export async function openWays({ servers, tables, rule }: WaysOptions): Promise<Ways> {
  const [scratch, directory] = [mkdtempSync(join(tmpdir(), 'tributary-ways-')), mkdtempSync(join(tmpdir(), 'tributary-ways-'))]
  const engine = new Engine(undefined, rule)
  await engine.warm()
  const limits = { memoryBytes: 2 ** 29, threads: 1, spillBytes: 2 ** 30, scratchDirectory: scratch }
  await engine.assign({ kind: 'assign', network: networkTo(servers), limits })
  const reader = await DuckDBInstance.create(':memory:')
  let jobs = 0
  const run = async (sql: string, way: Way, signal = new AbortController().signal): Promise<Answer> => {
    const jobId = `job-${(jobs += 1)}`
    let crossings: readonly Crossing[] = []
    const order = { kind: 'run', jobId, sql, currentDatabase: 'db1', tables, directory, pushes: way === 'pushed' } as const
    const ran = await engine.run(order, signal, (progress) => {
      crossings = progress.crossings ?? crossings
    })
    const rows = await rowsOf(reader, join(directory, 'result.parquet'))
    const columns = ran.columns.map(({ name, type }) => `${name} ${formatColumnType(type)}`)
    return { columns, rows, inputRows: ran.inputRows, crossings }
  }
  const dispose = async (): Promise<void> => {
    reader.closeSync()
    await Promise.all([...new Set(servers)].map((server) => server[Symbol.asyncDispose]()))
    await Promise.all([scratch, directory].map((path) => rm(path, { recursive: true, force: true })))
  }
  return { run, [Symbol.asyncDispose]: dispose }
}

/** Runs queries one after another and reads in a server's log what each had it do. @param statementsIn - those in a part of the log */
export function besideLog(
  ways: Ways,
  logPath: string,
  statementsIn: (log: string) => readonly string[],
): (sql: string, way: Way) => Promise<Outcome> {
  return async (sql, way) => {
    const before = statSync(logPath).size
    const { columns, rows, inputRows } = await ways.run(sql, way)
    return { columns, rows, inputRows, sent: statementsIn(readFrom(logPath, before)) }
  }
}

/** The log grows to many megabytes: it is read from where it ended before. */
function readFrom(path: string, start: number): string {
  const part = Buffer.alloc(statSync(path).size - start)
  const file = openSync(path, 'r')
  try {
    return part.subarray(0, readSync(file, part, 0, part.length, start)).toString('utf8')
  } finally {
    closeSync(file)
  }
}

async function rowsOf(reader: DuckDBInstance, path: string): Promise<readonly (readonly unknown[])[]> {
  const connection = await reader.connect()
  const rows = (await connection.runAndReadAll(`from '${path}'`)).getRows().map((row) => row.map(cell))
  connection.closeSync()
  return rows
}

/** Doubles with twelve digits: sums of them depend on the order of adding. */
function cell(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : value.toPrecision(12)
  // oxlint-disable-next-line typescript/no-base-to-string -- DuckDB's values all print themselves
  return value === null || typeof value === 'boolean' ? value : String(value)
}

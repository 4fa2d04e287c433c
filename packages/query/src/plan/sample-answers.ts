// The tables of the recorded cases in a DuckDB of their own, and queries over them answered as plan and engine answer together.

import { readFileSync } from 'node:fs'
import {
  DuckDBBlobValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api'
import { formatColumnType, formatInterval, type ValueType } from '@tributary/rules'
import type { SourceTable } from '../source.ts'
import { registerOwnFunctions } from './functions/own-functions.ts'
import type { Plan } from './plan.ts'
import { isMisfit } from './quick.ts'
import { planningDatabase, sampleTable } from './sample-planning.ts'
import { duckType, quoteName } from './spark-types.ts'
import { planQuery } from './steps.ts'

/** What a query answers: names and types of columns, rows of cells as JSON has them, or as text what JSON cannot say. */
export interface Answered {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly unknown[])[]
}

/** The head of the recorded cases. */
export interface RecordedTables {
  readonly sparkVersion: string
  readonly ansiMode: string
  /** Rows are text, as CAST reads it. */
  readonly tables: Readonly<
    Record<
      string,
      {
        readonly columns: readonly { readonly name: string; readonly type: string }[]
        readonly rows: readonly (readonly (string | null)[])[]
      }
    >
  >
}

/** The folder of the recorded cases. */
export const casesFolder = new URL('spark-cases/', import.meta.url)

/** The tables as Spark was given them. */
export function readTables(): RecordedTables {
  return JSON.parse(readFileSync(new URL('tables.json', casesFolder), 'utf8')) as RecordedTables
}

/** An engine over the recorded tables; `close` ends it. */
export interface CaseEngine {
  /** @param zone - of the session, UTC where absent. @param how - by the quick plan, and the exact one where a value does not fit it; or by the exact plan at once */
  readonly answer: (sql: string, how?: 'quick' | 'exact', zone?: string) => Promise<Answered>
  readonly close: () => void
}

/** Opens an engine; DuckDB's own session is in UTC. */
export async function openCaseEngine(): Promise<CaseEngine> {
  const recorded = readTables()
  const tables = Object.entries(recorded.tables).map(([name, { columns }]) =>
    sampleTable('cases', name, Object.fromEntries(columns.map((column) => [column.name, column.type]))),
  )
  const planning = await planningDatabase()
  const instance = await DuckDBInstance.create(':memory:')
  const engine = await instance.connect()
  await engine.run("SET TimeZone = 'UTC'")
  registerOwnFunctions(engine)
  for (const table of tables) await engine.run(tableSql(table, recorded))
  const answer = async (sql: string, how: 'quick' | 'exact' = 'quick', timeZone?: string): Promise<Answered> => {
    const planned = (isQuick: boolean): Promise<Plan> =>
      planQuery({ sql, currentDatabase: 'cases', timeZone, tables, isQuick, database: planning.database })
    const plan = await planned(how === 'quick')
    const rows = await runPlan(engine, plan).catch(async (error: unknown) => {
      if (plan.isQuick !== true || !isMisfit(error)) throw error
      return runPlan(engine, await planned(false))
    })
    return { columns: plan.columns.map(({ name, type }) => ({ name, type: formatColumnType(type) })), rows }
  }
  const close = (): void => {
    engine.closeSync()
    instance.closeSync()
    planning.close()
  }
  return { answer, close }
}

function tableSql(table: SourceTable, recorded: RecordedTables): string {
  const rows = recorded.tables[table.name.name]?.rows ?? []
  const cells = rows.map(
    (row) =>
      `(${row.map((text, index) => (text === null ? 'NULL' : `CAST('${text.replaceAll("'", "''")}' AS ${duckType(table.columns[index]!.type)})`)).join(', ')})`,
  )
  return `CREATE TABLE ${quoteName(table.name.name)} AS SELECT * FROM (VALUES ${cells.join(', ')}) AS v(${table.columns.map((column) => quoteName(column.name)).join(', ')})`
}

/** Gives each scan just the columns that it asked for, as a source would, then runs the plan. */
async function runPlan(engine: DuckDBConnection, plan: Plan): Promise<readonly (readonly unknown[])[]> {
  for (const scan of plan.scans) {
    const columns = scan.columns.map((index) => quoteName(scan.table.columns[index]!.name))
    await engine.run(`CREATE TEMP VIEW ${quoteName(scan.handle)} AS SELECT ${columns.join(', ')} FROM ${quoteName(scan.table.name.name)}`)
  }
  const reader = await engine.runAndReadAll(plan.sql)
  const [types, planned] = [reader.columnTypes().map(String), plan.columns.map((column) => duckType(column.type))]
  if (types.join() !== planned.join()) throw new Error(`DuckDB answers ${types.join()} where ${planned.join()} was planned`)
  return reader.getRows().map((row) => row.map((value, index) => shown(value, plan.columns[index]!.type)))
}

/** An interval as its text, like the preview's; what nested values hold of them is not looked at. */
function shown(value: DuckDBValue, type: ValueType): unknown {
  const isCount = typeof value === 'bigint' || typeof value === 'number'
  return type.kind === 'interval' && isCount ? formatInterval(BigInt(value), type) : printed(value)
}

function printed(value: DuckDBValue): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  if (value instanceof DuckDBListValue) return value.items.map(printed)
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([name, part]) => [name, printed(part)]))
  if (value instanceof DuckDBMapValue) return value.entries.map((entry) => [printed(entry.key), printed(entry.value)]).toSorted(byText)
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64')
  return value === null || typeof value === 'boolean' ? value : value.toString().replace(/^0001(-\d\d-\d\d) \(BC\)/, '0000$1')
}

/** The entries of a map have no order. */
function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1
}

/** Without ORDER BY rows may come in any order. */
export function inOrder(sql: string, rows: Answered['rows']): Answered['rows'] {
  return /order by/i.test(sql) ? rows : rows.toSorted(byText)
}

/** What Spark prints, as DuckDB's own text has it: without the plus before years after 9999. */
export function withoutPlus({ rows, columns }: Answered): Answered['rows'] {
  const isTime = columns.map(({ type }) => type === 'date' || type === 'timestamp')
  return rows.map((row) =>
    row.map((value, index) => (isTime[index] === true && typeof value === 'string' ? value.replace(/^\+/, '') : value)),
  )
}

/** Doubles cut to what is the same on every machine. */
export function fourteenDigits(rows: Answered['rows']): Answered['rows'] {
  return rows.map((row) => row.map((value) => (typeof value === 'number' ? Number(value.toPrecision(14)) : value)))
}

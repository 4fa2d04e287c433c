// Every query of spark-cases.sql gives on DuckDB what Spark gave: names, types and rows.

import { readFileSync } from 'node:fs'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { formatColumnType } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SourceTable } from '../source.ts'
import { aggregates, functions } from './functions.ts'
import type { Plan } from './plan.ts'
import { planningDatabase, sampleTable } from './sample-planning.ts'
import { duckType, quoteName } from './spark-types.ts'
import { planQuery } from './steps.ts'

interface Case {
  readonly about: string
  readonly sql: string
  readonly columns?: readonly { readonly name: string; readonly type: string }[]
  readonly rows?: readonly (readonly unknown[])[]
  readonly error?: string
}
interface Recorded {
  readonly sparkVersion: string
  readonly ansiMode: string
  readonly tables: Readonly<
    Record<
      string,
      {
        readonly columns: readonly { readonly name: string; readonly type: string }[]
        readonly rows: readonly (readonly (string | null)[])[]
      }
    >
  >
  readonly cases: readonly Case[]
}

const recorded = JSON.parse(readFileSync(new URL('spark-cases.json', import.meta.url), 'utf8')) as Recorded
const tables = Object.entries(recorded.tables).map(([name, { columns }]) =>
  sampleTable('cases', name, Object.fromEntries(columns.map((column) => [column.name, column.type]))),
)

let instance: DuckDBInstance
let engine: DuckDBConnection
const planning = await planningDatabase()

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:')
  engine = await instance.connect()
  await engine.run("SET TimeZone = 'UTC'")
  for (const table of tables) await engine.run(fixtureSql(table))
})
afterAll(() => {
  engine.closeSync()
  instance.closeSync()
  planning.close()
})

function fixtureSql(table: SourceTable): string {
  const rows = recorded.tables[table.name.name]?.rows ?? []
  const cells = rows.map(
    (row) =>
      `(${row.map((text, index) => (text === null ? 'NULL' : `CAST('${text.replaceAll("'", "''")}' AS ${duckType(table.columns[index]!.type)})`)).join(', ')})`,
  )
  return `CREATE TABLE ${quoteName(table.name.name)} AS SELECT * FROM (VALUES ${cells.join(', ')}) AS v(${table.columns.map((column) => quoteName(column.name)).join(', ')})`
}

/** Gives each scan just the columns that it asked for, as a source would, then runs the plan. */
async function run(plan: Plan): Promise<readonly (readonly unknown[])[]> {
  for (const scan of plan.scans) {
    const columns = scan.columns.map((index) => quoteName(scan.table.columns[index]!.name))
    await engine.run(`CREATE TEMP VIEW ${quoteName(scan.handle)} AS SELECT ${columns.join(', ')} FROM ${quoteName(scan.table.name.name)}`)
  }
  const reader = await engine.runAndReadAll(plan.sql)
  const types = reader.columnTypes().map((type) => String(type))
  expect(types).toEqual(plan.columns.map((column) => duckType(column.type)))
  return reader.getRows().map((row) => row.map(printed))
}

function printed(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  return value === null || typeof value === 'boolean' ? value : (value as { toString(): string }).toString()
}

/** Without ORDER BY rows may come in any order. */
function inOrder(sql: string, rows: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] {
  return /order by/i.test(sql) ? rows : rows.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
}

/** Spark prints years after 9999 with a plus; DuckDB's own text, which stands for the value here, has none. */
function withoutPlus({ rows = [], columns = [] }: Case): readonly (readonly unknown[])[] {
  return rows.map((row) =>
    row.map((value, index) => (columns[index]?.type === 'date' && typeof value === 'string' ? value.replace(/^\+/, '') : value)),
  )
}

const answered = recorded.cases.filter((one) => one.error === undefined)

describe('values are those of Spark', () => {
  it('was recorded with the version and mode that is the standard', () => {
    expect(recorded).toMatchObject({ sparkVersion: '3.3.1', ansiMode: 'false' })
    expect(recorded.cases.length).toBeGreaterThan(120)
  })

  it.each(recorded.cases.filter((one) => one.error !== undefined))('refuses what Spark refuses: $sql', async ({ sql }) => {
    await expect(planQuery({ sql, currentDatabase: 'cases', tables, database: planning.database })).rejects.toMatchObject({
      name: 'ServiceError',
    })
  })

  it('has cases for every function on offer', () => {
    const text = recorded.cases.map((one) => one.sql.toLowerCase()).join('\n')
    const without = [...Object.keys(functions), ...Object.keys(aggregates)].filter(
      (name) => (text.match(new RegExp(`\\b${name}\\s*\\(`, 'g'))?.length ?? 0) < 1,
    )
    expect(without).toEqual([])
  })

  it.each(answered.map((one) => [one.about, one.sql, one] as const))('%s: %s', async (_about, sql, one) => {
    const planned = planQuery({ sql, currentDatabase: 'cases', tables, database: planning.database })
    const plan = await planned
    expect(plan.columns.map((column) => ({ name: column.name, type: formatColumnType(column.type) }))).toEqual(one.columns)
    expect(inOrder(sql, await run(plan))).toEqual(inOrder(sql, withoutPlus(one)))
  })
})

// A quick plan gives what the exact plan gives, or ends with a misfit: over values at the edges of their types, and never with anything else.

import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { ServiceError } from '@tributary/rules'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Plan } from './plan.ts'
import { isMisfit } from './quick.ts'
import { planningDatabase, sampleTable } from './sample-planning.ts'
import { duckType, quoteName } from './spark-types.ts'
import { planQuery } from './steps.ts'

const columns = {
  a: 'decimal(15,2)',
  b: 'decimal(18,0)',
  c: 'decimal(9,6)',
  w: 'decimal(30,4)',
  t: 'tinyint',
  i: 'int',
  l: 'bigint',
} as const
const edges: Readonly<Record<keyof typeof columns, readonly (string | null)[]>> = {
  a: ['9999999999999.99', '-9999999999999.99', '0.01', '0', null, '104949.50'],
  b: ['999999999999999999', '-999999999999999999', '1', '7', null, '-3'],
  c: ['999.999999', '-0.000001', '0.5', '0', null, '1.25'],
  w: ['99999999999999999999999999.9999', '-1', '0.0001', '12', null, '3.5'],
  t: ['127', '-128', '0', '-1', null, '5'],
  i: ['2147483647', '-2147483648', '0', '-1', null, '42'],
  l: ['9223372036854775807', '-9223372036854775808', '0', '-1', null, '1000000'],
}
const table = sampleTable('d', 'v', columns)

let planning: Awaited<ReturnType<typeof planningDatabase>>
let instance: DuckDBInstance
let connection: DuckDBConnection

beforeAll(async () => {
  planning = await planningDatabase()
  instance = await DuckDBInstance.create(':memory:')
  connection = await instance.connect()
  const rows = edges.a.map((_value, row) => `(${table.columns.map((column) => cell(column, row)).join(', ')})`)
  await connection.run(
    `CREATE TABLE v AS FROM (VALUES ${rows.join(', ')}) AS v(${table.columns.map(({ name }) => quoteName(name)).join(', ')})`,
  )
})
afterAll(() => {
  connection.closeSync()
  instance.closeSync()
  planning.close()
})

function cell({ name, type }: (typeof table.columns)[number], row: number): string {
  const value = edges[name as keyof typeof columns][row]
  return `CAST(${value === null || value === undefined ? 'NULL' : `'${value}'`} AS ${duckType(type)})`
}

type Outcome = { readonly rows: string; readonly plan: Plan } | { readonly error: unknown }

async function outcome(sql: string, isQuick: boolean): Promise<Outcome> {
  try {
    const plan = await planQuery({ sql, currentDatabase: 'd', tables: [table], isQuick, database: planning.database })
    for (const { handle, columns: read } of plan.scans) {
      const names = read.map((index) => quoteName(table.columns[index]?.name ?? ''))
      await connection.run(`CREATE OR REPLACE TEMP VIEW ${quoteName(handle)} AS SELECT ${names.join(', ')} FROM v`)
    }
    const reader = await connection.runAndReadAll(plan.sql)
    return { rows: JSON.stringify([reader.columnTypes().map(String), reader.getRowsJson()]), plan }
  } catch (error) {
    return { error }
  }
}

const expression = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom(...Object.keys(columns), '1', '-7', '0.5', '100.00', '3L', '1000000'),
    fc.tuple(tie('any'), fc.constantFrom('+', '-', '*', '%'), tie('any')).map(([one, op, other]) => `(${one} ${op} ${other})`),
    tie('any').map((one) => `(- ${one})`),
    fc.tuple(tie('any'), tie('any'), tie('any')).map(([one, two, three]) => `CASE WHEN ${one} > 0 THEN ${two} ELSE ${three} END`),
    tie('any').map((one) => `CAST(${one} AS DECIMAL(20,3))`),
    tie('any').map((one) => `coalesce(${one}, 1)`),
  ),
})).any
const shapes = fc.constantFrom('plain', 'group', 'where', 'derived', 'sums')
// Rows in the middle of their types' ranges fit more often than those at the edges.
const rows = fc.constantFrom('v', '(SELECT * FROM v WHERE i IN (0, 42)) AS v')
const query = fc.tuple(expression, expression, shapes, rows).map(([one, other, shape, from]) => {
  switch (shape) {
    case 'plain':
      return `SELECT ${one} AS x, ${other} AS y FROM ${from} ORDER BY i, l`
    case 'group':
      return `SELECT ${one} AS x, sum(${other}) AS y, (${one}) + 1 AS z FROM ${from} GROUP BY ${one} ORDER BY x`
    case 'where':
      return `SELECT i FROM ${from} WHERE ${one} > ${other} ORDER BY i, l`
    case 'derived':
      return `SELECT sum(x) AS s, avg(x) AS m, max(x * 2) AS p FROM (SELECT ${one} AS x FROM ${from}) AS d`
    default:
      return `SELECT sum(${one}) AS s, min(${other}) AS n, max(${one}) AS m, count(${other}) AS c FROM ${from}`
  }
})

/** `narrower`: the same rows by another text. */
type Verdict = 'same' | 'narrower' | 'misfit' | 'refused' | 'different'

function verdictOf(quick: Outcome, exact: Outcome): Verdict {
  if ('rows' in quick) {
    if (!('rows' in exact) || quick.rows !== exact.rows) return 'different'
    return quick.plan.sql.length === exact.plan.sql.length ? 'same' : 'narrower'
  }
  if (isMisfit(quick.error)) return 'misfit'
  if ('rows' in exact) return 'different'
  const [one, other] = [quick.error, exact.error]
  if (one instanceof ServiceError && other instanceof ServiceError) return one.kind === other.kind ? 'refused' : 'different'
  return String(one).split(':')[0] === String(other).split(':')[0] ? 'refused' : 'different'
}

describe('a quick plan', () => {
  it('gives what the exact one gives, or a misfit', async () => {
    const seen: Record<Verdict, number> = { same: 0, narrower: 0, misfit: 0, refused: 0, different: 0 }
    await fc.assert(
      fc.asyncProperty(query, async (sql) => {
        const verdict = verdictOf(await outcome(sql, true), await outcome(sql, false))
        seen[verdict] += 1
        return verdict !== 'different'
      }),
      { numRuns: 500 },
    )
    expect(seen.same).toBeGreaterThan(50)
    expect(seen.narrower).toBeGreaterThan(40)
    expect(seen.misfit).toBeGreaterThan(2)
  }, 120_000)

  it('computes a product of narrow columns in 64 bits, and a plain sum of it', async () => {
    const sql = 'SELECT sum(a * (1 - c)) AS s FROM v'
    const plan = await planQuery({ sql, currentDatabase: 'd', tables: [table], isQuick: true, database: planning.database })
    expect(plan.isQuick).toBe(true)
    expect(plan.sql).toMatch(/sum\(\(r0\.c0 \* \(CAST\('1' AS DECIMAL\(1,0\)\) - r0\.c2\)\)\)/)
  })

  it('is exact at once where an error would become NULL', async () => {
    const sql = 'SELECT CAST(w AS DECIMAL(30,2)) * a AS p FROM v'
    const plan = await planQuery({ sql, currentDatabase: 'd', tables: [table], isQuick: true, database: planning.database })
    expect(plan.sql).toContain('TRY(')
    expect(plan.isQuick).toBe(false)
  })
})

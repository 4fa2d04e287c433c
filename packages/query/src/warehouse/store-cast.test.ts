// What a column keeps of a value is what Spark 3.3.1 keeps, as recorded in spark-inserts.json.

import { readFileSync } from 'node:fs'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { isStored, parseValueType, type ResultColumn, ServiceError } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { planningDatabase } from '../plan/sample-planning.ts'
import { type PlanningDatabase, planQuery } from '../plan/steps.ts'
import { duckType, quoteString } from '../plan/spark-types.ts'
import { storeSql } from './store-cast.ts'

interface Recorded {
  readonly spark: string
  readonly assignments: readonly { readonly from: string; readonly to: string; readonly accepted: boolean }[]
  readonly conversions: readonly { readonly to: string; readonly value: string; readonly refused?: true; readonly kept?: string | null }[]
}

const recorded = JSON.parse(readFileSync(new URL('./spark-inserts.json', import.meta.url), 'utf8')) as Recorded

describe('types', () => {
  it('are taken where Spark takes them, and nowhere else', () => {
    expect(recorded.spark).toBe('3.3.1')
    expect(recorded.assignments.length).toBe(27 * 27)
    for (const { from, to, accepted } of recorded.assignments)
      expect([from, to, isStored(parseValueType(from), parseValueType(to))]).toEqual([from, to, accepted])
  })
})

type Conversion = Recorded['conversions'][number]
type Outcome = 'same' | 'other' | 'refused' | 'not offered'

async function convert({ to, value, kept }: Conversion, database: PlanningDatabase, connection: DuckDBConnection): Promise<Outcome> {
  const type = parseValueType(to)
  try {
    const { sql, columns } = await planQuery({ sql: `SELECT ${value}`, currentDatabase: 'd', tables: [], database })
    const from = (columns[0] as ResultColumn).type
    if (!isStored(from, type)) return 'refused'
    const stored = storeSql({ sql: 'g0', from, to: type, column: 'c' })
    const wanted = kept === null || kept === undefined ? 'NULL' : quoteString(kept)
    const reader = await connection.runAndReadAll(
      `SELECT stored IS NOT DISTINCT FROM CAST(${wanted} AS ${duckType(type)}) AND typeof(stored) = '${duckType(type)}' FROM (SELECT ${stored} AS stored FROM (${sql}) AS g(g0))`,
    )
    return reader.getRows()[0]?.[0] === true ? 'same' : 'other'
  } catch (error) {
    if (error instanceof ServiceError && error.kind === 'unsupported') return 'not offered'
    if ((error as Error).message.includes('misfit-by-plan')) return 'refused'
    throw error
  }
}

describe('values', () => {
  it('are kept or refused as Spark does; what is not offered yet is refused by name', async () => {
    const { database, close } = await planningDatabase()
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    const outcomes = new Map<Outcome, string[]>()
    for (const conversion of recorded.conversions) {
      const outcome = await convert(conversion, database, connection)
      const { to, value, refused = false } = conversion
      const wanted = outcome === 'not offered' ? outcome : refused ? 'refused' : 'same'
      expect([to, value, outcome]).toEqual([to, value, wanted])
      outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), `${value} to ${to}`])
    }
    connection.closeSync()
    instance.closeSync()
    close()
    expect(outcomes.get('same')?.length).toBeGreaterThanOrEqual(27)
    expect(outcomes.get('refused')).toHaveLength(recorded.conversions.filter(({ refused }) => refused === true).length)
    expect(outcomes.get('not offered')?.length ?? 0).toBeLessThanOrEqual(7)
  })
})

// Every query of spark-cases/ gives on DuckDB what Spark gave: names, types and rows.

import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { higherOrderFunctions } from './functions/lambdas.ts'
import { aggregates, functions } from './functions/offered.ts'
import {
  type Answered,
  casesFolder,
  type CaseEngine,
  fourteenDigits,
  inOrder,
  openCaseEngine,
  readTables,
  withoutPlus,
} from './sample-answers.ts'

interface Case extends Partial<Answered> {
  readonly about: string
  readonly sql: string
  readonly error?: string
  /** The session's time zone, where it is not UTC. */
  readonly zone?: string
  /** The last digits of doubles depend on the machine, in Spark too. */
  readonly isApproximate: boolean
}

const cases: readonly Case[] = readdirSync(casesFolder)
  .filter((name) => name.endsWith('.json') && name !== 'tables.json' && name !== 'functions.json')
  .flatMap((name) =>
    (JSON.parse(readFileSync(new URL(name, casesFolder), 'utf8')) as readonly Case[]).map((one) => ({
      ...one,
      isApproximate: name === 'approximate.json',
    })),
  )
const refused = cases.filter((one) => one.error !== undefined)
const answered = cases.filter((one) => one.error === undefined)

let engine: CaseEngine

beforeAll(async () => {
  engine = await openCaseEngine()
})
afterAll(() => engine.close())

describe('values are those of Spark', () => {
  it('was recorded with the version and mode that is the standard', () => {
    expect(readTables()).toMatchObject({ sparkVersion: '3.3.1', ansiMode: 'false' })
    expect(cases.length).toBeGreaterThan(600)
  })

  it('has cases for every function on offer', () => {
    const text = answered.map((one) => one.sql.toLowerCase()).join('\n')
    const names = [functions, higherOrderFunctions, aggregates].flatMap((table) => Object.keys(table))
    const without = names.filter((name) => !new RegExp(`\\b${name}\\s*\\(`).test(text))
    expect(names.length).toBeGreaterThan(280)
    expect(without).toEqual([])
  })

  it.each(refused)('refuses what Spark refuses: $sql', async ({ sql, zone }) => {
    await expect(engine.answer(sql, 'quick', zone)).rejects.toBeInstanceOf(Error)
  })

  it.each(answered.map((one) => [one.zone ?? 'UTC', one.about, one.sql, one] as const))(
    '%s, %s: %s',
    async (_zone, _about, sql, { columns = [], rows = [], isApproximate, zone }) => {
      const kept = isApproximate ? fourteenDigits : (every: Answered['rows']): Answered['rows'] => every
      for (const how of ['quick', 'exact'] as const) {
        const answer = await engine.answer(sql, how, zone)
        expect(answer.columns).toEqual(columns)
        expect(inOrder(sql, kept(answer.rows))).toEqual(inOrder(sql, kept(withoutPlus({ columns, rows }))))
      }
    },
  )
})

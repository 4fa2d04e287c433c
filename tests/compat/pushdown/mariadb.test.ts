// What MariaDB is asked whole gives the same rows as reading its tables: each type, conditions on it, and random queries; what was sent is told by the server's own log.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mariadbAbsence } from '../../servers/mariadb.ts'
import { compare } from './compare.ts'
import { functions, subqueries, subqueriesOfTexts } from './conditions.ts'
import { type MariadbStage, openMariadbStage } from './mariadb-stage.ts'
import { randomFrom, randomQuery } from './queries.ts'
import type { Outcome } from './ways.ts'

let stage: MariadbStage

const linesOf = (rows: readonly (readonly unknown[])[]): readonly string[] => rows.map((row) => JSON.stringify(row)).toSorted()

async function bothWays(sql: string): Promise<Outcome> {
  const [pushed, unpushed] = [await stage.run(sql, 'pushed'), await stage.run(sql, 'unpushed')]
  expect(pushed.columns).toEqual(unpushed.columns)
  expect({ sql, rows: linesOf(pushed.rows) }).toEqual({ sql, rows: linesOf(unpushed.rows) })
  return pushed
}

const exact = ['id', 'k', 's', 'i', 'l', 'd', 'w', 'n'] as const
/** `g` is a TEXT, which MySQL sorts by its beginning. */
const texts = ['t', 'v', 'c', 'x', 'm', 'u'] as const
const times = ['day', 'ts', 'tz'] as const
const all = [...exact, ...texts, ...times, 'b'] as const

const conditions: readonly string[] = [
  ...exact.flatMap((column) => ['=', '<>', '<', '<=', '>', '>=', '<=>'].map((op) => `${column} ${op} 1`)),
  ...[...texts, 'g'].flatMap((column) =>
    ['=', '<>', '<', '>=', '<=>'].flatMap((op) =>
      ["'abc'", "'ABC'", "'abc '", "''", "'Z'", "'äpfel'"].map((value) => `${column} ${op} ${value}`),
    ),
  ),
  ...[...texts, 'g'].flatMap((column) => [`${column} LIKE 'a%'`, `${column} NOT LIKE '_b%'`, `${column} LIKE '%c'`, `${column} LIKE '_'`]),
  ...times.flatMap((column) =>
    ['=', '<', '>=', '<>'].flatMap((op) =>
      ["date'2024-02-29'", "timestamp'2024-02-29 12:34:56.789'"].map((value) => `${column} ${op} ${value}`),
    ),
  ),
  ...all.flatMap((column) => [`${column} IS NULL`, `NOT (${column} IS NULL OR k = 3)`]),
  'i * 46341 < 0',
  'l + 1 < 0',
  'l * 3 > 0',
  's * s = 4',
  '- i < 0',
  'd * 1.5 > 10',
  'w - d > 0',
  'd + i > 10',
  'b',
  'NOT b',
  'b = true',
  'i = s',
  'l = d',
  't = v',
  't < x',
  'c = t',
  'day = ts',
  "CASE WHEN k = 1 THEN t ELSE v END = 'abc'",
  'd BETWEEN -0.01 AND 12.5',
  'k NOT IN (1, 2)',
  "t IN ('abc', '😀')",
  "v IN ('abc', '😀')",
]

/** A dozen at a time: each query costs two runs. */
function together(every: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(every.length / 12) }, (_none, at) => every.slice(at * 12, (at + 1) * 12))
}

// Skipped where no mariadb-server is installed.
describe.skipIf(mariadbAbsence() !== undefined)('asking MariaDB whole', () => {
  beforeAll(async () => {
    stage = await openMariadbStage()
  }, 90_000)
  afterAll(() => stage[Symbol.asyncDispose]())

  it.each(all)('groups, counts and tells apart: %s', async (column) => {
    const pushed = await bothWays(`SELECT ${column}, count(*) FROM edges GROUP BY ${column}`)
    expect(pushed.sent).toEqual([expect.stringContaining('GROUP BY')])
    expect(pushed.inputRows).toBe(pushed.rows.length)
    const distinct = await bothWays(`SELECT count(DISTINCT ${column}), count(${column}), count(*) FROM edges`)
    expect(distinct.sent).toEqual([expect.stringContaining('COUNT(DISTINCT')])
  })

  it.each(all.filter((column) => column !== 'b'))('has one smallest and one largest value: %s', async (column) => {
    const { sent } = await bothWays(`SELECT k, min(${column}), max(${column}) FROM edges GROUP BY k`)
    expect(sent).toEqual([expect.stringMatching(/MIN\(.*MAX\(.*GROUP BY/)])
  })

  it.each(exact)('adds up and wraps as Spark does: %s', async (column) => {
    const { sent } = await bothWays(`SELECT k, sum(${column}), sum(DISTINCT ${column}) FROM edges GROUP BY k`)
    expect(sent).toEqual([expect.stringContaining('SUM(DISTINCT')])
  })

  it.each([...all, 'f', 'e'])('comes first and last where Spark has it: %s', async (column) => {
    for (const order of ['', ' DESC', ' ASC NULLS LAST', ' DESC NULLS FIRST']) {
      const sql = `SELECT ${column} FROM edges ORDER BY ${column}${order} LIMIT 9`
      const [pushed, unpushed] = [await stage.run(sql, 'pushed'), await stage.run(sql, 'unpushed')]
      const zeros = (rows: Outcome['rows']): unknown => rows.map(([value]) => (value === '-0' ? '0' : value))
      expect(zeros(pushed.rows)).toEqual(zeros(unpushed.rows))
      expect(pushed.sent).toEqual([expect.stringMatching(/ORDER BY .* LIMIT 9$/)])
    }
  })

  it.each(all)('meets itself in a join, and nothing else: %s', async (column) => {
    const { sent } = await bothWays(
      `SELECT a.id, b.id FROM edges a JOIN edges b ON a.${column} = b.${column} LEFT JOIN parts p ON p.id = a.id AND p.k <> b.k`,
    )
    expect(sent).toEqual([expect.stringMatching(/AS t0.*AS t1/)])
  })

  it.each(['q', 'r', 'z', 'ub', 'ui', 'm', 'st'])('knows what MySQL alone has: %s', async (column) => {
    for (const sql of [
      `SELECT max(${column}), min(${column}), count(DISTINCT ${column}) FROM odds`,
      `SELECT k, max(${column}), min(${column}) FROM odds GROUP BY k`,
      `SELECT ${column}, count(*) FROM odds GROUP BY ${column} HAVING max(${column}) > '1'`,
      `SELECT max(CASE WHEN id > 2 THEN ${column} END), min(CASE WHEN id < 9 THEN ${column} END) FROM odds`,
      `SELECT ${column} FROM odds ORDER BY ${column} DESC LIMIT 3`,
    ])
      expect((await bothWays(sql)).sent).toEqual([expect.stringContaining(' AS t0')])
    const largest = await bothWays(`SELECT id FROM odds WHERE ${column} = (SELECT max(${column}) FROM odds)`)
    expect(largest.rows.length).toBeGreaterThan(0)
  })

  it.each(['q', 'r', 'z', 'ub', 'ui'])('computes below 0 and beyond 64 bits: %s', async (column) => {
    for (const value of ['- 2', '* 2', '+ 9223372036854775807', '* 30', `- (id - ${column})`].map((rest) => `${column} ${rest}`))
      for (const sql of [
        `SELECT sum(${value}), max(${value}), min(- ${column}) FROM odds`,
        `SELECT count(*) FROM odds WHERE ${value} > 0`,
        `SELECT k, max(${column}) - 2, sum(CASE WHEN k = 1 THEN ${column} ELSE -3 END - 4) FROM odds GROUP BY k`,
      ])
        expect((await bothWays(sql)).sent).toEqual([expect.stringContaining(' AS t0')])
  })

  it.each([...subqueries, ...functions])('holds for the same rows: %s', async (condition) => {
    const { sent } = await bothWays(`SELECT e.id, count(*) FROM edges e WHERE ${condition} GROUP BY e.id`)
    expect(sent).toEqual([expect.stringContaining(' AS t0')])
  })

  it.each(subqueriesOfTexts)('looks here for what meets by texts: %s', async (condition) => {
    const { sent } = await bothWays(`SELECT e.id, count(*) FROM edges e WHERE ${condition} GROUP BY e.id`)
    expect(sent.join()).not.toMatch(/EXISTS|IN \(SELECT/)
  })

  it('makes averages, sums of many digits and filtered aggregates', async () => {
    const { sent } = await bothWays(
      'SELECT k, avg(d), avg(w), avg(DISTINCT d), sum(n), sum(d * d * 1.5), sum(d) FILTER (WHERE b), count_if(b) FROM edges GROUP BY k',
    )
    expect(sent).toEqual([expect.stringContaining('GROUP BY')])
  })

  it('reads the table where it cannot be asked', async () => {
    expect((await bothWays('SELECT g, count(*) FROM edges GROUP BY g')).sent.join()).not.toContain('GROUP BY')
  })

  it.each(together(conditions))(
    'holds for the same rows: %s',
    async (...batch) => {
      const sums = batch.map((condition) => `sum(CASE WHEN ${condition} THEN id WHEN NOT (${condition}) THEN 1000 ELSE 1000000 END)`)
      await bothWays(`SELECT ${sums.join(', ')} FROM edges`)
      for (const condition of batch)
        expect((await bothWays(`SELECT id, count(*) FROM edges WHERE ${condition} GROUP BY id`)).sent).toHaveLength(1)
    },
    60_000,
  )

  it('gives the same to 150 random queries', async () => {
    const random = randomFrom(7)
    const verdicts = []
    for (let made = 0; made < 150; made += 1) {
      const query = randomQuery(random)
      verdicts.push({ sql: query.sql, ...(await compare(stage, query)) })
    }
    expect(verdicts.filter(({ kind }) => kind === 'different')).toEqual([])
    expect(verdicts.filter(({ isPushed }) => isPushed).length).toBeGreaterThan(50)
  }, 300_000)
})

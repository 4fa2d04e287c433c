// What sources are asked whole gives the same rows as reading the tables, and as asking by hand; what was sent is told by the server's own log.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compare } from './compare.ts'
import { functions, subqueries, subqueriesOfTexts } from './conditions.ts'
import { randomFrom, randomQuery } from './queries.ts'
import { openStage, type Stage } from './stage.ts'
import type { Outcome } from './ways.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
}, 60_000)
afterAll(() => stage[Symbol.asyncDispose]())

const linesOf = (rows: readonly (readonly unknown[])[]): readonly string[] => rows.map((row) => JSON.stringify(row)).toSorted()

async function bothWays(sql: string): Promise<Outcome> {
  const [pushed, unpushed] = [await stage.run(sql, 'pushed'), await stage.run(sql, 'unpushed')]
  expect(pushed.columns).toEqual(unpushed.columns)
  expect(linesOf(pushed.rows)).toEqual(linesOf(unpushed.rows))
  return pushed
}

/** Rows of a query written for PostgreSQL itself, every cell as text. */
async function byHand(sql: string): Promise<readonly (readonly unknown[])[]> {
  const rows = await stage.first.query('shop', sql)
  return rows.map((row) =>
    Object.values(row).map((value) => (value === null || typeof value === 'boolean' ? value : `${value as number | string | bigint}`)),
  )
}

const exact = ['id', 'k', 's', 'i', 'l', 'd', 'w', 'n'] as const
const texts = ['t', 'v', 'c', 'x', 'g', 'm', 'u'] as const
const times = ['day', 'ts', 'tz'] as const
const all = [...exact, ...texts, ...times] as const

describe('each type', () => {
  it.each([...all, 'b'])('groups, counts and tells apart: %s', async (column) => {
    const pushed = await bothWays(`SELECT ${column}, count(*) FROM edges GROUP BY ${column}`)
    expect(pushed.sent).toEqual([expect.stringContaining('GROUP BY')])
    expect(pushed.inputRows).toBe(pushed.rows.length)
    const distinct = await bothWays(`SELECT count(DISTINCT ${column}), count(${column}), count(*) FROM edges`)
    expect(distinct.sent).toEqual([expect.stringContaining('count(DISTINCT')])
    // Byte for byte, whatever collation or padding the column has there.
    const plain = column === 'c' ? 'textin(bpcharout(c))' : `${column}::text`
    expect(distinct.rows[0]?.[0]).toBe((await byHand(`select count(distinct ${plain} collate "C") from edges`))[0]?.[0])
  })

  it.each(all)('has one smallest and one largest value: %s', async (column) => {
    const { sent } = await bothWays(`SELECT k, min(${column}), max(${column}) FROM edges GROUP BY k`)
    expect(sent).toEqual([expect.stringMatching(/min\(.*max\(.*GROUP BY/)])
  })

  it.each(exact)('adds up, wraps and divides as Spark does: %s', async (column) => {
    const { sent } = await bothWays(`SELECT k, sum(${column}), sum(DISTINCT ${column}) FROM edges GROUP BY k`)
    expect(sent).toEqual([expect.stringContaining('sum(DISTINCT')])
  })

  it.each(exact.filter((column) => column !== 'n'))('has an average: %s', async (column) => {
    const { sent } = await bothWays(`SELECT avg(${column}) FROM edges WHERE id <> 0 GROUP BY k`)
    expect(sent[0]?.includes('sum(')).toBe(column !== 'l')
  })

  it.each([...all, 'b', 'f', 'e'])('comes first and last where Spark has it: %s', async (column) => {
    for (const order of ['', ' DESC', ' ASC NULLS LAST', ' DESC NULLS FIRST']) {
      const sql = `SELECT ${column} FROM edges ORDER BY ${column}${order} LIMIT 9`
      const [pushed, unpushed] = [await stage.run(sql, 'pushed'), await stage.run(sql, 'unpushed')]
      const zeros = (rows: Outcome['rows']): unknown => rows.map(([value]) => (value === '-0' ? '0' : value))
      expect(zeros(pushed.rows)).toEqual(zeros(unpushed.rows))
      expect(pushed.sent).toEqual([expect.stringMatching(/ORDER BY .* NULLS (FIRST|LAST) LIMIT 9\) TO/)])
      expect(pushed.inputRows).toBe(9)
    }
  })

  it.each([...all, 'b'])('meets itself in a join, and nothing else: %s', async (column) => {
    const { sent } = await bothWays(
      `SELECT a.id, b.id FROM edges a JOIN edges b ON a.${column} = b.${column} LEFT JOIN parts p ON p.id = a.id AND p.k <> b.k`,
    )
    expect(sent).toEqual([expect.stringMatching(/AS t0.*AS t1/)])
  })

  it.each(['f', 'e'])('in floating point is handed on and counted, and computed here: %s', async (column) => {
    expect((await bothWays(`SELECT k, count(${column}) FROM edges GROUP BY k`)).sent).toEqual([expect.stringContaining('GROUP BY')])
    for (const asked of [`sum(${column})`, `max(${column})`, `count(DISTINCT ${column})`])
      expect((await bothWays(`SELECT ${asked} FROM edges WHERE ${column} < 100`)).sent).toEqual([expect.not.stringContaining('AS t0')])
  })
})

const conditions = [
  ...exact.flatMap((column) => ['=', '<>', '<', '<=', '>', '>=', '<=>'].map((op) => `${column} ${op} 1`)),
  ...texts.flatMap((column) =>
    ['=', '<>', '<', '>=', '<=>'].flatMap((op) =>
      ["'abc'", "'ABC'", "'abc '", "'a'", "''", "'Z'"].map((value) => `${column} ${op} ${value}`),
    ),
  ),
  ...texts.flatMap((column) => [
    `${column} LIKE 'a%'`,
    `${column} NOT LIKE '_b%'`,
    `${column} LIKE '%c'`,
    `${column} IN ('abc', 'Apfel', 'c0    ')`,
  ]),
  ...times.flatMap((column) =>
    ['=', '<', '>='].flatMap((op) =>
      ["date'2024-02-29'", "timestamp'2024-02-29 12:34:56.789'", "'1970-01-01'"].map((value) => `${column} ${op} ${value}`),
    ),
  ),
  ...all.flatMap((column) => [`${column} IS NULL`, `NOT (${column} IS NULL OR k = 3)`]),
  'i * 46341 = 2147488281',
  'i * 46341 < 0',
  'l + 1 < 0',
  'l * 3 > 0',
  's * s = 4',
  '- i < 0',
  '- l > 0',
  'd * 1.5 > 10',
  'w - d > 0',
  'd + i > 10',
  'i - 1.5 < 0',
  'b',
  'NOT b',
  'b = true',
  'i = s',
  'i = l',
  'l = d',
  't = v',
  't < g',
  'x = t',
  'c = t',
  'day = ts',
  'ts = tz',
  'k = s OR k IS NULL',
  "CASE WHEN k = 1 THEN t ELSE v END = 'abc'",
  "CASE WHEN k >= 0 THEN c END = 'abc'",
  "CASE WHEN k >= 0 THEN c ELSE 'x' END = 'c0    '",
  "CASE WHEN k >= 0 THEN CASE WHEN s = 0 THEN c ELSE v END ELSE t END < 'c1 '",
  'CASE WHEN k >= 0 THEN c END = v',
  'CASE k WHEN 1 THEN d WHEN 2 THEN i ELSE 0 END > 1',
  'd BETWEEN -0.01 AND 12.5',
  'k IN (1, 2)',
  'k NOT IN (1, 2)',
  "t BETWEEN 'a' AND 'b'",
]

/** Of one query: each costs two runs. */
const together = 12

describe('conditions', () => {
  it(`hold for the same rows, ${conditions.length} of them`, async () => {
    const batches = Array.from({ length: Math.ceil(conditions.length / together) }, (_none, at) =>
      conditions.slice(at * together, (at + 1) * together),
    )
    for (const batch of batches) {
      const sums = batch.map((condition) => `sum(CASE WHEN ${condition} THEN id WHEN NOT (${condition}) THEN 1000 ELSE 1000000 END)`)
      const { sent } = await bothWays(`SELECT ${sums.join(', ')} FROM edges`)
      expect(sent).toEqual([expect.stringContaining('sum((CASE WHEN')])
    }
  }, 300_000)

  it.each([
    ["c = 'abc'", 'false'],
    ["c = 'abc   '", "c = 'abc'"],
    ["x = 'abc'", `x collate "C" = 'abc'`],
    ["g < 'a'", `g collate "C" < 'a'`],
    ["t = 'abc '", "t = 'abc '"],
    ['i * 46341 < 0', 'id in (2, 5, 6, 7)'],
    ['l + 1 < -9223372036854775807', 'id in (1, 8)'],
    ["tz >= timestamp'2024-02-29 17:34:56.789'", "tz >= '2024-02-29 12:34:56.789-05'"],
  ])('%s is what is meant by %s there', async (condition, hand) => {
    const { rows, sent } = await bothWays(`SELECT id, count(*) FROM edges WHERE ${condition} GROUP BY id`)
    expect(sent).toEqual([expect.stringContaining('WHERE')])
    expect(linesOf(rows)).toEqual(linesOf(await byHand(`select id, 1 from edges where ${hand}`)))
  })
})

describe('subqueries and functions', () => {
  it.each([...subqueries, ...subqueriesOfTexts, ...functions])('%s', async (condition) => {
    const { sent } = await bothWays(`SELECT e.id, count(*) FROM edges e WHERE ${condition} GROUP BY e.id`)
    expect(sent).toEqual([expect.stringContaining(' AS t0')])
  })

  it('make averages, sums of many digits and filtered aggregates', async () => {
    const { sent } = await bothWays(
      'SELECT k, avg(d), avg(w), avg(DISTINCT d), sum(n), sum(d * d * 1.5), sum(d) FILTER (WHERE b), count_if(b) FROM edges GROUP BY k',
    )
    expect(sent).toEqual([expect.stringContaining('GROUP BY')])
  })
})

describe('padding', () => {
  const padded = "CASE WHEN id > 1 THEN c ELSE 'x' END"

  it('stays where a CASE gives it', async () => {
    const { rows, sent } = await bothWays(`SELECT max(${padded}), min(${padded}), count(DISTINCT ${padded}) FROM edges WHERE id <> 1`)
    expect(sent).toEqual([expect.stringMatching(/max\(+CASE/)])
    expect(rows[0]?.slice(0, 2)).toEqual(['x', '      '])
    const alone = await bothWays('SELECT max(CASE WHEN id > 1 THEN c END) FROM edges')
    expect([alone.sent, alone.rows]).toEqual([[expect.stringMatching(/max\(+CASE/)], [['lead  ']]])
  })

  it.each([padded, 'CASE WHEN id > 0 THEN c END'])('meets no text without it: %s', async (value) => {
    const joined = await bothWays(
      `SELECT count(*) FROM edges a JOIN edges b ON ${value.replace('id', 'a.id').replace('THEN c', 'THEN a.c')} = b.v`,
    )
    expect(joined.sent).toEqual([expect.stringMatching(/AS t0.*AS t1/)])
    expect(joined.rows).toEqual([['0']])
    const found = await bothWays(`SELECT k, count(*) FROM edges WHERE ${value} = 'abc' GROUP BY k`)
    expect([found.sent, found.rows]).toEqual([[expect.stringContaining('WHERE')], []])
  })
})

describe('random queries', () => {
  it('150 of them give the same both ways', async () => {
    const random = randomFrom(7)
    const verdicts = []
    for (let made = 0; made < 150; made += 1) {
      const query = randomQuery(random)
      verdicts.push({ sql: query.sql, ...(await compare(stage, query)) })
    }
    expect(verdicts.filter(({ kind }) => kind === 'different')).toEqual([])
    expect(verdicts.filter(({ isPushed }) => isPushed).length).toBeGreaterThan(60)
  }, 300_000)
})

// Lines of exports as another program reads them, whatever the texts and the signs.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { DuckDBDecimalValue, DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planningDatabase } from '../../plan/sample-planning.ts'
import { planQuery } from '../../plan/steps.ts'
import { type CsvSigns, csvHeader, csvLineOf, jsonLineOf } from './export-lines.ts'

const texts = [
  { name: 'a', type: { kind: 'string' } },
  { name: 'b', type: { kind: 'string' } },
] as const

function pythonRows(text: string, { quote, escape }: CsvSigns): unknown {
  const script = `import csv, io, json, sys
signs = dict(quotechar=sys.argv[1], doublequote=True) if sys.argv[1] == sys.argv[2] else dict(quotechar=sys.argv[1], escapechar=sys.argv[2], doublequote=False)
text = io.TextIOWrapper(sys.stdin.buffer, encoding='utf-8', newline='')
print(json.dumps(list(csv.reader(text, **signs))))`
  return JSON.parse(execFileSync('python3', ['-c', script, quote, escape], { input: text, maxBuffer: 2 ** 26 }).toString())
}

describe('csvLineOf', () => {
  it.each([
    { quote: '"', escape: '\\' },
    { quote: '"', escape: '"' },
    { quote: "'", escape: '!' },
    { quote: '|', escape: '^' },
    { quote: '$', escape: '&' },
  ])('is read back by Python with %j', (signs) => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '\r', '\n', ' ', '中', '"', '\\', signs.quote, signs.escape), maxLength: 6 })
    const rows = fc.sample(fc.tuple(cell, cell), { numRuns: 2000, seed: 1 })
    const text = csvHeader(['a', 'b,c'], signs) + rows.map(csvLineOf(texts, signs)).join('')
    expect(rows.some(([one]) => one.includes(signs.escape + signs.quote))).toBe(true)
    expect(pythonRows(text, signs)).toEqual([['a', 'b,c'], ...rows])
  })

  it('tells nothing from an empty text', () => {
    expect(csvLineOf(texts, { quote: '"', escape: '\\' })([null, ''])).toBe(',""\n')
  })
})

describe('jsonLineOf', () => {
  it('leaves out what is NULL, and keeps digits', () => {
    const columns = [
      { name: 'n', type: { kind: 'bigint' } },
      { name: 'd', type: { kind: 'decimal', precision: 38, scale: 2 } },
      { name: 'f', type: { kind: 'double' } },
      { name: 's "x"', type: { kind: 'string' } },
    ] as const
    const line = jsonLineOf(columns, ['n', 'd', 'f', 's "x"'])
    expect(line([2n ** 63n - 1n, new DuckDBDecimalValue(-(10n ** 37n), 38, 2), Number.NaN, 'a"\n'])).toBe(
      '{"n":9223372036854775807,"d":-100000000000000000000000000000000000.00,"f":"NaN","s \\"x\\"":"a\\"\\n"}\n',
    )
    expect(line([null, null, null, null])).toBe('{}\n')
  })
})

describe('nested values', () => {
  const recorded = JSON.parse(readFileSync(new URL('spark-exports.json', import.meta.url), 'utf8')) as {
    readonly spark: string
    readonly cases: readonly { readonly sql: string; readonly lines: readonly [string] }[]
  }

  it('are the lines that Spark 3.3.1 writes, decimals as numbers and NULL fields left out at every depth', async () => {
    const planning = await planningDatabase()
    const instance = await DuckDBInstance.create(':memory:')
    const engine = await instance.connect()
    expect(recorded).toMatchObject({ spark: '3.3.1' })
    expect(recorded.cases.length).toBeGreaterThan(7)
    for (const { sql, lines } of recorded.cases) {
      const { columns, ...plan } = await planQuery({ sql, currentDatabase: 'db', tables: [], database: planning.database })
      const reader = await engine.runAndReadAll(plan.sql)
      const line = jsonLineOf(
        columns,
        columns.map(({ name }) => name),
      )
      // A key that is a date is a count of days there, which no reader takes for a date: it stays one here.
      expect(reader.getRows().map(line)).toEqual([`${lines[0].replace('"19727"', '"2024-01-05"')}\n`])
    }
    engine.closeSync()
    instance.closeSync()
    planning.close()
  })
})

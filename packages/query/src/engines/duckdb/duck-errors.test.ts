// What DuckDB throws reaches the owner of a job in words of the query, by running what makes it throw.

import { DuckDBInstance } from '@duckdb/node-api'
import { ServiceError } from '@tributary/rules'
import { afterAll, describe, expect, it } from 'vitest'
import { planningDatabase, sampleTable } from '../../plan/sample-planning.ts'
import { planQuery } from '../../plan/steps.ts'
import { tellDuckError } from './duck-errors.ts'
import type { EngineLimits } from './messages.ts'

const planning = await planningDatabase()
const instance = await DuckDBInstance.create(':memory:')
const engine = await instance.connect()
afterAll(() => {
  engine.closeSync()
  instance.closeSync()
  planning.close()
})

const limits = { memoryBytes: 2 ** 20, spillBytes: 2 ** 20 } as EngineLimits
const big = '9'.repeat(38)
await engine.run(
  `create table t as select * from (values ('Σας', cast('${big}' as decimal(38,0)), '0x1p3', date '9999-12-31', 1.5::double), ('b', '${big}', '2', date '2000-01-01', 1e300)) v(s, n, h, d, f)`,
)
const table = sampleTable('db1', 't', { s: 'string', n: 'decimal(38,0)', h: 'string', d: 'date', f: 'double' })

async function run(sql: string): Promise<readonly unknown[]> {
  const plan = await planQuery({ sql, currentDatabase: 'db1', tables: [table], database: planning.database })
  for (const scan of plan.scans) {
    const columns = scan.columns.map((index) => `"${scan.table.columns[index]?.name}"`)
    await engine.run(`create temp view "${scan.handle}" as select ${columns.join(', ')} from t`)
  }
  return (await engine.runAndReadAll(plan.sql)).getRows().flat().map(String)
}

describe('errors of values', () => {
  it.each([
    ['SELECT lower(s) FROM t', 'unsupported', /^lower of text with letters whose other case depends on their place/],
    ["SELECT lower('ΑΣ')", 'unsupported', /^lower of text/],
    ["SELECT upper('ŉ')", 'unsupported', /^upper of text/],
    ['SELECT CAST(h AS DOUBLE) FROM t', 'unsupported', /^reading hexadecimal floating-point text is not offered$/],
    ['SELECT n / 3.0 FROM t', 'unsupported', /^a quotient needs more than 38 digits: cast the sides to fewer$/],
    ['SELECT (n / 3.0) * CAST(2 AS DECIMAL(3,0)) FROM t', 'unsupported', /^a quotient needs more than 38 digits/],
    ['SELECT map(s, 1, s, 2) FROM t', 'semantic', /^a map has a key twice, or NULL as a key: it takes each key once$/],
    ['SELECT element_at(array(1), length(s) - 3) FROM t', 'unsupported', /^SQL array indices start at 1$/],
    [
      "SELECT to_date(concat('2024-02-29', s), 'yyyy-MM-dd') FROM t",
      'unsupported',
      /^the text does not follow the date pattern 'yyyy-MM-dd' exactly/,
    ],
    ['SELECT initcap(s) FROM t', 'unsupported', /^initcap of text with letters whose other case depends/],
    ['SELECT (SELECT s FROM t)', 'semantic', /^a subquery used as a value gave more than one row; aggregate it/],
    ['SELECT sum(n) FROM t', 'semantic', /more than 38 digits; cast what it is made of to fewer digits/],
    ['SELECT date_add(d, 2147483647) FROM t', 'semantic', /^a date lies outside of the calendar/],
  ])('%s', async (sql, kind, message) => {
    const thrown: unknown = await run(sql).catch((error: unknown) => error)
    const told = tellDuckError(thrown, limits)
    expect(told).toBeInstanceOf(ServiceError)
    expect([(told as ServiceError).kind, (told as ServiceError).message]).toEqual([kind, expect.stringMatching(message)])
    expect((told as ServiceError).message).not.toMatch(/HUGEINT|INT128|INT32|\bSET\b|LINE|refused-by-plan|9{9}/)
  })

  it.each([
    [
      "Conversion Error: Type INT32 with value 99999 can't be cast because the value is out of range for the destination type INT16",
      'wider type',
    ],
    ['Conversion Error: Could not cast value 1e300 to DECIMAL(10,2)', 'a number does not fit decimal(10,2)'],
    ['Out of Range Error: Overflow in HUGEINT addition: 9 + 9', 'more than 38 digits'],
  ])('%s', (text, message) => {
    const told = tellDuckError(new Error(`${text}\n\nLINE 1: SELECT secret`), limits)
    expect(told).toMatchObject({ kind: 'semantic', message: expect.stringContaining(message) })
    expect((told as Error).message).not.toMatch(/INT\d|HUGEINT|99999|1e300|LINE/)
  })

  it('leaves what can only be a bug of ours as it is', () => {
    const bug = new Error('Binder Error: no such thing')
    expect(tellDuckError(bug, limits)).toBe(bug)
    expect(tellDuckError(new Error('Invalid Input Error: a value says refused-by-plan: x'), limits)).not.toBeInstanceOf(ServiceError)
  })
})

describe('letters that become several', () => {
  it.each([
    ["upper('straße')", 'STRASSE'],
    ["upper('ﬁn ﬀ ﬂ ﬃ ﬄ ﬅ ﬆ')", 'FIN FF FL FFI FFL ST ST'],
    ["lower('İX')", 'i\u0307x'],
    ["lower('Ä')", 'ä'],
  ])('%s', async (expression, text) => expect(await run(`SELECT ${expression} AS x`)).toEqual([text]))
})

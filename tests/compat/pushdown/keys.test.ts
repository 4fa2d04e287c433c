// Joins of PostgreSQL with MariaDB give the same rows whether one side is asked for the keys of the other or read whole; what was asked is told by the servers' own logs.

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServiceError, say } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { usualKeyRule } from '../../../packages/query/src/engines/duckdb/key-order.ts'
import { mariadbAbsence } from '../../servers/mariadb.ts'
import { compare } from './compare.ts'
import { type KeyedOutcome, type KeysStage, openKeysStage } from './keys-stage.ts'
import { randomFrom, randomQuery } from './queries.ts'

/** Both servers hold the same values; MariaDB has them from the second on, and some more. */
const values = [
  `0, 0, 0, 0, 0, 0, 'abc', 'abc', 'abc', 'abc', date '2024-02-29'`,
  `1, 1, 1, 9007199254740993, 1.50, 1.5000, 'ABC', 'ABC', 'ABC', 'ABC', date '1970-01-01'`,
  `2, 32767, 2147483647, 9223372036854775807, 9999999999.99, 9999999999.9900, 'abc ', 'abc ', 'abc ', 'abc ', date '9999-12-31'`,
  `3, -32768, -2147483648, -9223372036854775808, -0.01, -0.0100, 'äpfel', 'ä', 'ä', 'Ä', date '0001-01-01'`,
  `4, 2, 3, 9007199254740992, 3, 3.0001, 'it''s "so" \\ {a,b}', '', '', '', date '2024-03-01'`,
  `5, null, null, null, null, null, null, null, null, null, null`,
  `6, 1, 1, 1, 1, 1, '😀', 'null', 'NULL', 'zz', date '2024-02-29'`,
]
const types = {
  id: 'int',
  s: 'smallint',
  i: 'int',
  l: 'bigint',
  d: 'decimal(12,2)',
  w: 'decimal(20,4)',
  t: 'string',
  v: 'string',
  c: 'string',
  x: 'string',
  day: 'date',
}
const inserts = (table: string, rows: readonly string[]): string =>
  `insert into ${table} values ${rows.map((row) => `(${row})`).join(', ')};`
const manyRows = 60_000
const postgres = {
  setup: `
create table pairs (id int, s int2, i int4, l int8, d numeric(12,2), w numeric(20,4), t text, v varchar(12), c char(6), x text collate loose, day date);
${inserts('pairs', values)}
create table large (id int primary key, part int, quarter int, note text);
insert into large select i, i % 5000, i % 4, 'note ' || i from generate_series(1, ${manyRows}) i;
create table wants (id int); insert into wants values (7), (70), (700), (null), (7);
create view slow as select 1 as id, pg_sleep(60)::text as note;
analyze large; analyze wants;`,
  tables: {
    pairs: types,
    large: { id: 'int', part: 'int', quarter: 'int', note: 'string' },
    wants: { id: 'int' },
    slow: { id: 'int', note: 'string' },
  },
}
const mariadb = {
  setup: `
set sql_mode = 'NO_BACKSLASH_ESCAPES';
create table twins (id int, s smallint, i int, l bigint, d decimal(12,2), w decimal(20,4), t varchar(40) collate utf8mb4_general_ci, v varchar(12) character set latin1, c char(6), x varchar(12) collate utf8mb4_unicode_ci, day date);
${inserts('twins', values.slice(1))}
create table people (id int primary key, grp int, kind int, block int, name varchar(40), key (grp));
insert into people select seq, seq % 100, seq % 100, seq div 1000, concat('name ', seq) from seq_1_to_${manyRows};
analyze table people;`,
  tables: { twins: types, people: { id: 'int', grp: 'int', kind: 'int', block: 'int', name: 'string' } },
}

const linesOf = (rows: readonly (readonly unknown[])[]): readonly string[] => rows.map((row) => JSON.stringify(row)).toSorted()

async function bothWays(stage: KeysStage, sql: string): Promise<KeyedOutcome> {
  const [pushed, unpushed] = [await stage.run(sql, 'pushed'), await stage.run(sql, 'unpushed')]
  expect(unpushed.sent.join()).not.toContain('keys from')
  expect(pushed.columns).toEqual(unpushed.columns)
  expect({ sql, rows: linesOf(pushed.rows) }).toEqual({ sql, rows: linesOf(unpushed.rows) })
  return pushed
}

/** Which tables were asked for keys of which. */
const keyed = ({ crossings }: KeyedOutcome): readonly string[] =>
  crossings.flatMap(({ tables, text }) => {
    const from = /keys from ([\w.]+) \(([\d,]+)\)/.exec(text)
    return from === null ? [] : [`${tables.join()} by ${from[2]} of ${from[1]}`]
  })

// Skipped where no mariadb-server is installed.
describe.skipIf(mariadbAbsence() !== undefined)('keys wherever they can be asked for', () => {
  let stage: KeysStage
  beforeAll(async () => {
    stage = await openKeysStage({ postgres, mariadb })
  }, 120_000)
  afterAll(() => stage?.[Symbol.asyncDispose]())

  const sameTypes = Object.keys(types).map((name) => [name, name] as const)
  const numbers = ['s', 'i', 'l', 'd', 'w']
  const mixed = numbers.flatMap((one) => numbers.filter((other) => other !== one).map((other) => [one, other] as const))

  it.each([...sameTypes, ...mixed])('meet by the same values as everywhere: %s = %s', { timeout: 30_000 }, async (one, other) => {
    const join = `FROM pairs p JOIN twins q ON p.${one} = q.${other}`
    const said: string[] = []
    for (const where of ['', ' WHERE p.id IN (1, 2, 3, 4, 5)', ' WHERE q.id > 2', ' WHERE p.id = 5'])
      said.push(...keyed(await bothWays(stage, `SELECT p.id, q.id, p.${one}, q.${other} ${join}${where}`)))
    expect(said.length).toBeGreaterThan(0)
  })

  it.each([
    ['SELECT * FROM wants w LEFT JOIN people p ON p.id = w.id', ['db1.people by 3 of db1.wants']],
    ['SELECT * FROM people p RIGHT JOIN wants w ON p.id = w.id', ['db1.people by 3 of db1.wants']],
    ['SELECT * FROM wants w SEMI JOIN people p ON p.id = w.id AND p.grp > 5', ['db1.people by 3 of db1.wants']],
    ['SELECT * FROM wants w ANTI JOIN people p ON p.id = w.id AND p.grp > 5', ['db1.people by 3 of db1.wants']],
    ['SELECT count(*) FROM wants w FULL JOIN people p ON p.id = w.id', []],
    ['SELECT count(*), max(p.name) FROM wants w, people p WHERE p.id = w.id', ['db1.people by 3 of db1.wants']],
    [
      'SELECT p.name, count(*) FROM wants w JOIN people p ON p.id = w.id GROUP BY p.name ORDER BY 1 LIMIT 2',
      ['db1.people by 3 of db1.wants'],
    ],
    ['SELECT * FROM (SELECT id AS k FROM wants WHERE id > 10) w JOIN (SELECT id, name FROM people) p ON p.id = w.k', []],
    // What one gives was asked for keys itself: three in a row.
    [
      'SELECT w.id, p.name, l.note FROM wants w JOIN people p ON p.id = w.id JOIN large l ON l.part = p.id',
      ['db1.large by 3 of db1.people', 'db1.people by 3 of db1.wants'],
    ],
    [
      'SELECT a.id, b.name, c.name FROM wants a JOIN people b ON b.id = a.id JOIN people c ON c.id = a.id',
      ['db1.people by 3 of db1.wants'],
    ],
  ])('%s', { timeout: 30_000 }, async (sql, expected) => {
    const outcome = await bothWays(stage, sql)
    expect(keyed(outcome)).toEqual(expect.arrayContaining([...expected]))
    expect(outcome.inputRows).toBeLessThan(expected.length > 0 ? 200 : 2 * manyRows)
  })

  it('do not ask for rows where there are none, nor for a table that nobody can meet', { timeout: 30_000 }, async () => {
    for (const sql of [
      'SELECT * FROM nothing n JOIN large l ON l.id = n.id',
      'SELECT l.id FROM large l SEMI JOIN nothing n ON l.id = n.id',
    ]) {
      const outcome = await bothWays(stage, sql)
      expect(outcome.inputRows).toBe(0)
      expect(outcome.crossings.map(({ statements }) => statements).toSorted((one, other) => one - other)).toEqual([0, 1])
    }
  })

  it('are sent as they are, and shown by where they come from', { timeout: 30_000 }, async () => {
    const { crossings } = await stage.run(`SELECT p.id FROM pairs p JOIN twins q ON p.t = q.t WHERE p.id = 4`, 'pushed')
    expect(crossings.map(({ text }) => text).join()).toContain('`t` IN (keys from db1.pairs (1))')
    expect(crossings.map(({ text }) => text).join()).not.toContain('so"')
    expect(readFileSync(stage.mariadb.logPath, 'utf8')).toContain(`IN ('it''s "so" \\ {a,b}')`)
  })

  it('give the same to 60 random joins of both', { timeout: 300_000 }, async () => {
    const random = randomFrom(11)
    const verdicts = []
    for (let made = 0; made < 60; made += 1) {
      const query = randomQuery(random)
      verdicts.push({ sql: query.sql, ...(await compare(stage, query)) })
    }
    expect(verdicts.filter(({ kind }) => kind === 'different')).toEqual([])
    expect(verdicts.filter(({ isKeyed }) => isKeyed).length).toBeGreaterThan(5)
  })

  it('are waited for no longer than the job', { timeout: 30_000 }, async () => {
    const stop = new AbortController()
    const running = stage.run('SELECT * FROM slow s JOIN people p ON p.id = s.id', 'pushed', stop.signal)
    const ended = running.then(
      () => 'rows',
      (error: unknown) => error,
    )
    const asleep = async (): Promise<number> =>
      (
        await stage.postgres.query(
          'postgres',
          "select 1 from pg_stat_activity where state = 'active' and query like '%pg_sleep%' or query like '%\"slow\"%' and state = 'active'",
        )
      ).length
    for (const until = Date.now() + 10_000; (await asleep()) < 2 && Date.now() < until; ) await sleep(20)
    stop.abort(new ServiceError('unavailable', say`the job was cancelled`))
    expect(await ended).toMatchObject({ message: 'the job was cancelled' })
    expect((await stage.run('SELECT count(*) FROM wants', 'pushed')).rows).toEqual([['5']])
  })
})

describe.skipIf(mariadbAbsence() !== undefined)('keys where they pay', () => {
  let stage: KeysStage
  beforeAll(async () => {
    stage = await openKeysStage({ postgres, mariadb, rule: { ...usualKeyRule, mostRows: 2_000, mostKeys: 1_000 } })
  }, 120_000)
  afterAll(() => stage?.[Symbol.asyncDispose]())

  it.each([
    // MariaDB knows nothing of `kind`, which has no index: what it may be is read first, and turns out to be few.
    ['p.kind = 7', ['db1.large by 600 of db1.people']],
    ['p.grp = 7', ['db1.large by 600 of db1.people']],
    ["l.note = 'note 77'", ['db1.people by 1 of db1.large']],
    // More than can be listed: a range of them.
    ['p.block < 2', ['db1.large by 1,999 of db1.people']],
    // More than is waited for: what was read stands in for the beginning.
    ['p.kind < 50', []],
    ['l.id > 0', []],
  ])('%s', { timeout: 30_000 }, async (where, expected) => {
    const outcome = await bothWays(
      stage,
      `SELECT count(*), min(l.note), max(p.name) FROM large l JOIN people p ON l.id = p.id WHERE ${where}`,
    )
    expect(keyed(outcome)).toEqual(expected)
    const isRange = outcome.sent.join().includes('least to greatest')
    expect(isRange).toBe(where.includes('block'))
    expect(outcome.inputRows < 4_100).toBe(expected.length > 0)
  })

  it('are none where a source says that they would leave nothing out', { timeout: 30_000 }, async () => {
    const [few, all] = ['part', 'quarter'].map((column) => `SELECT count(*), max(l.id) FROM large l JOIN buyers b ON l.${column} = b.id`)
    expect(keyed(await bothWays(stage, few as string))).toEqual(['db1.large by 5 of db1.buyers'])
    const outcome = await bothWays(stage, all as string)
    expect(keyed(outcome)).toEqual([])
    expect(outcome.rows).toEqual([[String(manyRows), String(manyRows)]])
  })
})

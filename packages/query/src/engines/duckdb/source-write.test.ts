// Rows on their way out: what DuckDB computes stands at a real PostgreSQL as it was.

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { Column } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../../../tests/servers/postgres.ts'
import { columnsOf, openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import type { Plan, Scan } from '../../plan/plan.ts'
import type { SourceTable } from '../../source.ts'
import type { Ran } from './messages.ts'
import { rejection, rowSql, type WriteOptions, WriteStage } from './sample-writes.ts'

const setup = `
create type mood as enum ('sad', 'glad');
create domain price as numeric(12,2) check (value >= 0);
create table kinds (id int, a bool, b int2, c int4, d int8, e float4, f float8, g numeric(38,10), h numeric(4,2), i numeric(9), j numeric(18,6), k text, l bytea, m date, n timestamp, o timestamptz,
  p numeric, q numeric(15,3), r varchar(10), s json, t jsonb, u mood, v price, w int8, x numeric(20));
create table texts (id int, a int[], b interval, c inet, d uuid, e int4range, f numeric, g int, h text, i date, j text[], k xml, l bytea, m float8, n timestamp, o bool, p numeric(10,3));
create table plain (id int, name text);
create table tight (v varchar(3), c char(3), box inet);
create table made (id int generated always as identity, name text default 'nobody', twice text generated always as (name || name) stored, at timestamptz default '2024-01-01 00:00:00+00');
create table long (id int, name text, part int, amount numeric(12,2));
create table points (n int8);
insert into points select i from generate_series(1, 1000) i;
`

let server: PostgresServer
let stage: WriteStage

beforeAll(async () => {
  server = await startPostgres({ databases: { shop: setup } })
  stage = await WriteStage.open([server])
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await stage[Symbol.asyncDispose]()
})

async function write(
  name: string,
  columns: Record<string, string>,
  sql: string,
  { truncate, ...options }: WriteOptions & { readonly truncate?: boolean } = {},
): Promise<Ran> {
  const table = tableOf(name, columns)
  const settings = { ...table.settings, truncate }
  const tables = (options.scans ?? []).map((scan) => openableOf(scan.table as SourceTable, server))
  return await stage.write(openableOf({ ...table, settings }, server), sql, { ...options, tables })
}

async function rowsOf(name: string): Promise<number> {
  const [row] = await server.query('shop', `select count(*)::int as n from ${name}`)
  return row?.['n'] as number
}

const scanOf = (handle: string, table: SourceTable): Scan => ({
  handle,
  table,
  columns: table.columns.map((_, index) => index),
  filters: [],
})

/** What our own reader makes of a table, as DuckDB prints it, in the order of the first column. */
async function readBack(name: string, columns: Record<string, string>): Promise<readonly (readonly unknown[])[]> {
  const table = tableOf(name, columns)
  const texts: readonly Column[] = table.columns.map((column) => ({ name: column.name, type: { kind: 'string' } }))
  const list = table.columns.map((column) =>
    column.type.kind === 'binary' ? `hex("${column.name}")` : `CAST("${column.name}" AS VARCHAR)`,
  )
  const sql = `SELECT ${list.join(', ')} FROM "h1" ORDER BY "${table.columns[0]?.name ?? ''}"`
  return await stage.texts({ sql, columns: texts, scans: [scanOf('h1', table)] }, [openableOf(table, server)])
}

const kinds = {
  id: 'int',
  a: 'boolean',
  b: 'smallint',
  c: 'int',
  d: 'bigint',
  e: 'float',
  f: 'double',
  g: 'decimal(38,10)',
  h: 'decimal(4,2)',
  i: 'decimal(9,0)',
  j: 'decimal(18,6)',
  k: 'string',
  l: 'binary',
  m: 'date',
  n: 'timestamp',
  o: 'timestamp',
  p: 'decimal(38,18)',
  q: 'decimal(15,3)',
  r: 'string',
  s: 'string',
  t: 'string',
  u: 'string',
  v: 'decimal(12,2)',
  w: 'int',
  x: 'bigint',
}

describe('values', () => {
  it.each([
    ['COPY in binary', { v: 'string', c: 'string' }, ''],
    ['COPY as text', { v: 'string', c: 'string', box: 'string' }, ", '10.0.0.1'"],
  ])('lose no space at their end without a word: %s', async (_, columns, rest) => {
    await server.query('shop', 'truncate tight')
    await write('tight', columns, `SELECT 'ab ', 'ab '${rest} UNION ALL SELECT 'äöü', 'a'${rest} UNION ALL SELECT NULL, NULL${rest}`)
    const kept = 'select v, c::text || \'|\' as c from tight order by v collate "C"'
    expect(await server.query('shop', kept)).toEqual([
      { v: 'ab ', c: 'ab|' },
      { v: 'äöü', c: 'a|' },
      { v: null, c: null },
    ])
    for (const [v, c, why] of [
      ['abc ', 'a', 'column v: PostgreSQL would cut off spaces behind 3 characters'],
      ['äöü  ', 'a', 'column v: PostgreSQL would cut off spaces behind 3 characters'],
      ['    ', 'a', 'column v: PostgreSQL would cut off spaces behind 3 characters'],
      ['a', 'äb  ', 'column c: PostgreSQL would cut off spaces behind 3 characters'],
      ['abcd ', 'a', 'value too long'],
    ] as const)
      expect((await rejection(write('tight', columns, `SELECT '${v}', '${c}'${rest}`))).message).toContain(why)
    expect(await rowsOf('tight')).toBe(3)
  })

  it('stand at the source as they were, at both edges of every type', async () => {
    const rows = [
      ['0'],
      [
        '1',
        'true',
        '32767',
        '2147483647',
        '9223372036854775807',
        '3.4028235e38',
        '1.7976931348623157e308',
        '9999999999999999999999999999.9999999999',
        '99.99',
        '999999999',
        '999999999999.999999',
        'short',
        '00FF',
        '9999-12-31',
        '9999-12-31 23:59:59.999999',
        '9999-12-31 23:59:59.999999',
        '12345678901234567890.123456789012345678',
        '999999999999.999',
        '汉字é🦆',
        '{"a": [1]}',
        '{"b": 2}',
        'glad',
        '9999999999.99',
        '2147483647',
        '9223372036854775807',
      ],
      [
        '2',
        'false',
        '-32768',
        '-2147483648',
        '-9223372036854775808',
        '-1.1754944e-38',
        '5e-324',
        '-9999999999999999999999999999.9999999999',
        '-99.99',
        '-999999999',
        '-999999999999.999999',
        '',
        '',
        '0001-01-01',
        '0001-01-01 00:00:00',
        '0001-01-01 00:00:00',
        '-0.000000000000000001',
        '-999999999999.999',
        '',
        'null',
        '[]',
        'sad',
        '0.00',
        '-2147483648',
        '-9223372036854775808',
      ],
      [
        '3',
        'true',
        '0',
        '0',
        '0',
        '-0',
        '-0',
        '0.0000000001',
        '0.01',
        '10000',
        '0.000001',
        'exactly 12 b',
        '000102030405060708090A0B',
        '1970-01-01',
        '1970-01-01 00:00:00',
        '1969-12-31 23:59:59.999999',
        '10000',
        '0.001',
        'x',
        '"t"',
        '1',
        'sad',
        '10000.50',
        '0',
        '10000',
      ],
      [
        '4',
        'true',
        '1',
        '1',
        '9007199254740993',
        'nan',
        'infinity',
        '100000000',
        '10',
        '100000000',
        '100000000',
        'exactly 13 by',
        '000102030405060708090A0B0C',
        '2000-02-29',
        '1999-12-31 23:59:59.5',
        '2024-02-29 12:34:56.789',
        '0.5',
        '10000.5',
        'tab\tnew',
        '{}',
        '{}',
        'glad',
        '1.10',
        '1',
        '-1',
      ],
    ]
    const sql = rows.map((values) => rowSql(kinds, values)).join('\nUNION ALL\n')
    expect((await write('kinds', kinds, sql)).rowCount).toBe(5)
    const back = await readBack('kinds', kinds)
    const texts = columnsOf(kinds).map(({ type }, index) => (type.kind === 'binary' ? `hex(c${index})` : `CAST(c${index} AS VARCHAR)`))
    const names = texts.map((_, index) => `c${index}`)
    const plan: Plan = {
      sql: `SELECT ${texts.join(', ')} FROM (${sql}) AS t(${names.join(', ')}) ORDER BY c0`,
      columns: names.map((name) => ({ name, type: { kind: 'string' } as const })),
      scans: [],
    }
    const meant = await stage.texts(plan, [])
    expect(meant).toHaveLength(5)
    expect(back.map((row) => row.toSpliced(20, 1))).toEqual(meant.map((row) => row.toSpliced(20, 1)))
    expect(
      await server.query('shop', 'select g::text, p::text, e::text, t::text, scale(q) as shown, u::text, x::text from kinds where id = 3'),
    ).toEqual([{ g: '0.0000000001', p: '10000.000000000000000000', e: '-0', t: '1', shown: 3, u: 'sad', x: '10000' }])
    expect(readFileSync(server.logPath, 'utf8')).toMatch(/statement: COPY "public"\."kinds" \("id", "a", .*\) FROM STDIN \(FORMAT binary\)/)
  })

  it('go as text where only the source can read them', async () => {
    const texts = {
      id: 'int',
      a: 'string',
      b: 'string',
      c: 'string',
      d: 'string',
      e: 'string',
      f: 'string',
      g: 'string',
      h: 'string',
      i: 'string',
      j: 'string',
      k: 'string',
      l: 'binary',
      m: 'double',
      n: 'timestamp',
      o: 'boolean',
      p: 'decimal(10,3)',
    }
    const one = [
      '1',
      '{1,NULL,3}',
      '1 day 02:03:04',
      '10.0.0.0/8',
      '00000000-0000-0000-0000-00000000000a',
      '[1,5)',
      '1.50',
      '42',
      'tab\t, \\N, new\nline, \\. and 汉字',
      '2024-02-29',
      '{"a,b","c\\\\d"}',
      '<x>é</x>',
      '005C0A',
      '-0',
      '0001-01-01 00:00:00.000001',
      'true',
      '-12.345',
    ]
    const sql = `${rowSql(texts, one)} UNION ALL ${rowSql(texts, ['2'])} UNION ALL ${rowSql(texts, ['3', ...Array<null>(11).fill(null), '', 'nan', '9999-12-31 23:59:59', 'false', '0.1'])}`
    expect((await write('texts', texts, sql)).rowCount).toBe(3)
    const [row] = await server.query(
      'shop',
      `select a::text, b::text, c::text, d::text, e::text, f::text, g, h, i::text, j[2] as j, k::text, encode(l, 'hex') as l, m::text, n::text, o, p::text from texts where id = 1`,
    )
    expect(row).toEqual({
      a: '{1,NULL,3}',
      b: '1 day 02:03:04',
      c: '10.0.0.0/8',
      d: one[4],
      e: '[1,5)',
      f: '1.50',
      g: 42,
      h: one[8],
      i: '2024-02-29',
      j: 'c\\d',
      k: '<x>é</x>',
      l: '005c0a',
      m: '-0',
      n: '0001-01-01 00:00:00.000001',
      o: true,
      p: '-12.345',
    })
    expect(
      await server.query('shop', 'select num_nonnulls(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p) as n from texts where id = 2'),
    ).toEqual([{ n: 0 }])
    expect(readFileSync(server.logPath, 'utf8')).toMatch(/COPY "public"\."texts" .* FROM STDIN \(FORMAT text\)/)
  })

  it('come back as they went, whatever they are', async () => {
    const columns = {
      id: 'int',
      k: 'string',
      l: 'binary',
      g: 'decimal(38,10)',
      j: 'decimal(18,6)',
      d: 'bigint',
      f: 'double',
      m: 'date',
      n: 'timestamp',
    }
    const decimal = (digits: number, scale: number) =>
      fc.bigInt({ min: -(10n ** BigInt(digits)) + 1n, max: 10n ** BigInt(digits) - 1n }).map((unscaled) => {
        const text = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
        return `${unscaled < 0n ? '-' : ''}${text.slice(0, -scale)}.${text.slice(-scale)}`
      })
    const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map((date) => date.toISOString())
    const maybe = (values: fc.Arbitrary<string>): fc.Arbitrary<string | null> => fc.option(values, { freq: 6 })
    const rowValues = fc.tuple(
      maybe(fc.string({ unit: fc.constantFrom('a', '汉', '🦆', "'", '\\', '\t', '\n', ' ', 'ß'), maxLength: 40 })),
      maybe(fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString('hex').toUpperCase())),
      maybe(decimal(38, 10)),
      maybe(decimal(18, 6)),
      maybe(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)),
      maybe(fc.double({ noNaN: true }).map((value) => (Object.is(value, -0) ? '-0' : String(value)))),
      maybe(day.map((text) => text.slice(0, 10))),
      maybe(day.map((text) => text.slice(0, 23).replace('T', ' '))),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(rowValues, { minLength: 1, maxLength: 30 }), async (rows) => {
        await server.query('shop', 'truncate kinds')
        const sql = rows.map((values, index) => rowSql(columns, [String(index), ...values])).join('\nUNION ALL\n')
        expect((await write('kinds', columns, sql)).rowCount).toBe(rows.length)
        const asked = await server.query(
          'shop',
          `select k, upper(encode(l, 'hex')) as l, g::text, j::text, d::text, f, m::text, n::text from kinds order by id`,
        )
        const numbers = (value: string | null, scale: number) =>
          value === null ? null : Number(value).toFixed(scale) === (-0).toFixed(scale) ? value.replace('-', '') : value
        expect(asked.map(({ k, l, g, j, d, f }) => [k, l, g, j, d, f])).toEqual(
          rows.map(([k, l, g, j, d, f]) => [k, l, numbers(g, 10), numbers(j, 6), d, f === null ? null : Number(f)]),
        )
        expect(asked.map(({ m }) => m)).toEqual(rows.map((values) => values[6]))
        const back = await readBack('kinds', columns)
        expect(back.map((row) => row.slice(1, 3))).toEqual(rows.map((values) => values.slice(0, 2)))
        expect(back.map((row) => row[5])).toEqual(rows.map((values) => values[4]))
      }),
      { numRuns: process.env['CI'] === 'true' ? 25 : 12 },
    )
  }, 120_000)

  it('of many batches come whole and in order, long and short, with and without NULL', async () => {
    const columns = { id: 'int', name: 'string', part: 'int', amount: 'decimal(12,2)' }
    const sql = `SELECT CAST(i AS INTEGER), 'name ' || (i % 777) || repeat('xy', CAST(i % 40 AS INTEGER)) || CASE WHEN i % 9999 = 0 THEN repeat('é', 300000) ELSE '' END,
      CASE WHEN i % 7 = 0 THEN NULL ELSE CAST(i % 1000 AS INTEGER) END, CAST(i * 7919 % 100003 AS DECIMAL(12,2)) / 8 FROM range(50000) AS t(i) WHERE i % 3 <> 1`
    const typed = sql.replace('CAST(i * 7919 % 100003 AS DECIMAL(12,2)) / 8', 'CAST((i * 7919 % 100003) / 8 AS DECIMAL(12,2))')
    const ran = await write('long', columns, typed)
    const [row] = await server.query(
      'shop',
      `select count(*)::int as n, count(part)::int as parts, sum(length(name))::int as letters, count(distinct id)::int as ids,
      bool_and(name = 'name ' || (id % 777) || repeat('xy', id % 40) || case when id % 9999 = 0 then repeat('é', 300000) else '' end) as same,
      bool_and(part is not distinct from case when id % 7 = 0 then null else id % 1000 end) as parted from long`,
    )
    expect(row).toMatchObject({ n: ran.rowCount, ids: ran.rowCount, same: true, parted: true })
    expect(ran.rowCount).toBe(33_333)
  })
})

describe('columns that are not given', () => {
  it('get what the source gives them; what it generates is not given', async () => {
    await write('made', { name: 'string' }, "SELECT 'ab' UNION ALL SELECT NULL")
    await write('made', { at: 'timestamp' }, "SELECT TIMESTAMP '2025-01-01 00:00:00'")
    expect(await server.query('shop', 'select id, name, twice, extract(year from at)::int as year from made order by id')).toEqual([
      { id: 1, name: 'ab', twice: 'abab', year: 2024 },
      { id: 2, name: null, twice: null, year: 2024 },
      { id: 3, name: 'nobody', twice: 'nobodynobody', year: 2025 },
    ])
    for (const column of ['id', 'twice']) {
      const columns: Record<string, string> = column === 'id' ? { id: 'int' } : { twice: 'string' }
      const error = await rejection(write('made', columns, column === 'id' ? 'SELECT 9' : "SELECT 'x'"))
      expect(error.message).toMatch(new RegExp(`column ${column} of public.made is generated at the source`))
    }
  })
})

describe('overwriting', () => {
  it('replaces every row at once: readers see the old ones until then', async () => {
    await server.query('shop', "truncate plain; insert into plain select i, 'old' from generate_series(1, 1000) i")
    const seen: unknown[] = []
    const ran = await write('plain', { id: 'int', name: 'string' }, "SELECT CAST(i AS INTEGER), 'new' FROM range(10) AS t(i)", {
      overwrite: true,
    })
    seen.push(...(await server.query('shop', 'select name, count(*)::int as n from plain group by name')))
    expect(ran.rowCount).toBe(10)
    expect(seen).toEqual([{ name: 'new', n: 10 }])
    expect((await rejection(write('plain', { id: 'int', name: 'string' }, "SELECT 1, 'x' || chr(0)", { overwrite: true }))).kind).toBe(
      'semantic',
    )
    expect(await rowsOf('plain')).toBe(10)
  })

  it('tells what the source refused however much is still under way to it', { timeout: 60_000 }, async () => {
    await server.query('shop', 'create table checked (id int constraint not_777 check (id <> 777), name text)')
    const rows = "SELECT CAST(i AS INTEGER), repeat('n', 200) FROM range(700, 60000) AS t(i)"
    for (let round = 0; round < 20; round += 1) {
      const error = await rejection(write('checked', { id: 'int', name: 'string' }, rows, { overwrite: round % 2 === 0 }))
      expect(error.message).toContain('not_777')
    }
    expect(await rowsOf('checked')).toBe(0)
  })

  it('by TRUNCATE where the table says so, rolled back all the same', async () => {
    await write('plain', { id: 'int' }, 'SELECT 1 UNION ALL SELECT 2', { overwrite: true, truncate: true })
    expect(await rowsOf('plain')).toBe(2)
    expect(readFileSync(server.logPath, 'utf8')).toContain('statement: truncate table "public"."plain"')
    await rejection(write('plain', { id: 'int', name: 'string' }, "SELECT 1, 'x' || chr(0)", { overwrite: true, truncate: true }))
    expect(await rowsOf('plain')).toBe(2)
  })

  it('and adding read the table that they write to as it was', async () => {
    const table = tableOf('points', { n: 'bigint' })
    const scans = [scanOf('h1', table)]
    expect((await write('points', { n: 'bigint' }, 'SELECT n + 1000 FROM "h1"', { scans })).rowCount).toBe(1000)
    expect(
      (await write('points', { n: 'bigint' }, 'SELECT n FROM "h1" WHERE n <= 5', { scans, overwrite: true, truncate: true })).rowCount,
    ).toBe(5)
    expect(await rowsOf('points')).toBe(5)
  })
})

// Execution with hand-written plans: every value survives the way from PostgreSQL to the preview, and every way of stopping stops.

import { mkdtempSync, readFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServiceError, say } from '@tributary/rules'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../../../tests/servers/postgres.ts'
import { columnsOf, networkTo, openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import type { Filter, Plan, Scan } from '../../plan/plan.ts'
import type { OpenableTable, SourceTable } from '../../source.ts'
import { Engine } from './engine.ts'
import type { Progress, Ran } from './messages.ts'

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
  p: 'string',
  q: 'decimal(15,3)',
  r: 'decimal(38,18)',
}
const setup = `
create table kinds (id int, a bool, b int2, c int4, d int8, e float4, f float8, g numeric(38,10), h numeric(4,2), i numeric(9), j numeric(18,6), k text, l bytea, m date, n timestamp,
  o timestamptz, p uuid, q numeric(15,3), r numeric);
insert into kinds (id) values (0);
insert into kinds values
 (1, true, 32767, 2147483647, 9223372036854775807, 3.4028235e38, 1.7976931348623157e308, 9999999999999999999999999999.9999999999, 99.99, 999999999, 999999999999.999999,
  'short', '\\x00ff', '9999-12-31', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999+00', '00000000-0000-0000-0000-000000000000', 999999999999.999, 12345678901234567890.123456789012345678),
 (2, false, -32768, -2147483648, -9223372036854775808, -1.1754944e-38, 5e-324, -9999999999999999999999999999.9999999999, -99.99, -999999999, -999999999999.999999,
  '', '', '0001-01-01', '0001-01-01 00:00:00', '0001-01-01 00:00:00+00', 'ffffffff-ffff-ffff-ffff-ffffffffffff', -999999999999.999, -0.000000000000000001),
 (3, true, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'exactly 12 b', '\\x000102030405060708090a0b', '1970-01-01', '1970-01-01 00:00:00', '1970-01-01 02:00:00+02', gen_random_uuid(), 0, 0),
 (4, true, 1, -1, 9007199254740993, 0.1, 0.1, 0.0000000001, 0.01, 10000, 0.000001, 'exactly 13 by', '\\x000102030405060708090a0b0c', '1969-12-31', '1969-12-31 23:59:59.999999',
  '2024-02-29 12:34:56.789-05', gen_random_uuid(), 0.001, 1e19),
 (5, true, 1, 1, -9007199254740993, -0.0, -0.0, 100000000, 10, 100000000, 100000000, 'emoji 🦆 and 汉字 and é', decode(repeat('ab', 100), 'hex'), '2000-01-01', '1999-12-31 23:59:59.5',
  '2000-01-01 00:00:00+00', gen_random_uuid(), 10000.5, 0.5);
create table floats (f float8, e float4);
insert into floats values ('NaN', 'NaN'), ('Infinity', 'Infinity'), ('-Infinity', '-Infinity'), (1.5, 16777216);
create table rows100k as select i as id, 'name ' || (i % 777) || repeat('x', i % 30) as name, (i * 7919 % 100003)::float8 / 8 as amount, case when i % 7 = 0 then null else i % 1000 end as part
  from generate_series(1, 100000) i;
create table empty (id int, name text);
create table wide (id int, body text);
insert into wide select i, repeat(chr(97 + i), 1048576) from generate_series(0, 19) i;
create view endless as select i as id, 'row number ' || i as name from (select generate_series(1, 2000000000) as i) s;
create view asleep as select 1 as id, pg_sleep(60)::text as name;
`

let first: PostgresServer
let second: PostgresServer
const scratch = mkdtempSync(join(tmpdir(), 'tributary-engine-'))
const directory = mkdtempSync(join(tmpdir(), 'tributary-job-'))
const engine = new Engine()
let version = 1

beforeAll(async () => {
  const servers = [
    startPostgres({ databases: { shop: setup } }),
    startPostgres({ databases: { shop: "create table labels as select i as id, 'label ' || i as label from generate_series(1, 1000) i" } }),
  ]
  ;[first, second] = (await Promise.all(servers)) as [PostgresServer, PostgresServer]
  await engine.warm()
  const limits = { memoryBytes: 2 ** 29, threads: 2, spillBytes: 2 ** 30, scratchDirectory: scratch }
  await engine.assign({ kind: 'assign', network: networkTo([first, second]), limits })
})
beforeEach(async () => {
  version += 1
  await engine.applyNetwork(networkTo([first, second], version))
})
afterAll(async () => {
  await Promise.all([first[Symbol.asyncDispose](), second[Symbol.asyncDispose]()])
  await Promise.all([scratch, directory].map((path) => rm(path, { recursive: true, force: true })))
})

const scanOf = (handle: string, table: SourceTable, columns?: readonly number[], filters: readonly Filter[] = []): Scan => ({
  handle,
  table,
  columns: columns ?? table.columns.map((_, index) => index),
  filters,
})

interface Outcome extends Ran {
  readonly schema: readonly Record<string, string>[]
  readonly rows: readonly (readonly (string | number | boolean | null)[])[]
  readonly text: string
}

async function run(
  plan: Plan,
  options: { signal?: AbortSignal; tables?: readonly OpenableTable[]; onProgress?: (progress: Progress) => void } = {},
): Promise<Outcome> {
  const tables = options.tables ?? plan.scans.map(({ table }) => openableOf(table as SourceTable, first))
  const ran = await engine.execute(
    plan,
    { tables, directory },
    options.signal ?? new AbortController().signal,
    options.onProgress ?? (() => undefined),
  )
  const text = readFileSync(join(directory, 'preview.json'), 'utf8')
  return { ...ran, ...(JSON.parse(text) as Pick<Outcome, 'schema' | 'rows'>), text }
}

async function rejection(work: Promise<unknown>): Promise<ServiceError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ServiceError)
  return error as ServiceError
}

const backends = async (server: PostgresServer): Promise<number> =>
  (await server.query('postgres', "select 1 from pg_stat_activity where application_name = 'tributary'")).length

/** Looks until it holds. Takes milliseconds; the limit is for a machine that does ten other things. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 5_000
  while (!(await holds())) {
    if (Date.now() > until) throw new Error('it did not come to hold within 5 s')
    await sleep(20)
  }
}

const nextWorks = async (): Promise<void> => {
  const table = tableOf('rows100k', { id: 'int' })
  const { rows } = await run({ sql: 'select count(*) as n from "h"', scans: [scanOf('h', table)], columns: columnsOf({ n: 'bigint' }) })
  expect(rows).toEqual([[100000]])
}

describe('values', () => {
  it('come through as PostgreSQL prints them', async () => {
    const table = tableOf('kinds', kinds)
    const { rows, schema, text } = await run({ sql: 'select * from "h" order by id', scans: [scanOf('h', table)], columns: table.columns })
    expect(schema).toEqual(Object.entries(kinds).map(([name, type]) => ({ [name]: type })))
    const expected = await first.query(
      'shop',
      `select id::text, a::text, b::text, c::text, d::text, e::text, f::text, g::text, h::text, i::text, j::text, k, translate(encode(l, 'base64'), E'\\n', '') as l, m::text, n::text,
       (o at time zone 'UTC')::text as o, p::text, q::text, r::numeric(38,18)::text as r from kinds order by id`,
    )
    const numbers = new Set(['id', 'b', 'c', 'd', 'e', 'f'])
    const names = Object.keys(kinds)
    const shown = rows.map((row) => row.map((cell) => (cell === null ? null : String(cell))))
    const wanted = expected.map((row) =>
      names.map((name) => (row[name] === null ? null : numbers.has(name) ? String(Number(row[name])) : row[name])),
    )
    expect(shown).toHaveLength(6)
    expect(shown).toEqual(wanted)
    expect(shown[0]).toEqual(['0', ...names.slice(1).map(() => null)])
    expect(text).toContain('9223372036854775807')
    expect(text).toContain('9007199254740993')
    expect(text).toContain('-0.0')
  })

  it('keep NaN and infinities apart from numbers', async () => {
    const table = tableOf('floats', { f: 'double', e: 'float' })
    const { rows } = await run({ sql: 'select * from "h"', scans: [scanOf('h', table)], columns: table.columns })
    expect(rows).toEqual([
      ['NaN', 'NaN'],
      ['Infinity', 'Infinity'],
      ['-Infinity', '-Infinity'],
      [1.5, 16777216],
    ])
  })

  it('add up to what PostgreSQL adds up, over many batches', async () => {
    const table = tableOf('rows100k', { id: 'int', name: 'string', amount: 'double', part: 'int' })
    const sql =
      'select count(*) as n, sum(id)::bigint as ids, sum(amount) as amount, count(part) as parts, count(distinct name) as names, sum(length(name))::bigint as letters, max(name) as last from "h"'
    const columns = columnsOf({
      n: 'bigint',
      ids: 'bigint',
      amount: 'double',
      parts: 'bigint',
      names: 'bigint',
      letters: 'bigint',
      last: 'string',
    })
    const { rows, inputRows, inputBytes } = await run({ sql, scans: [scanOf('h', table)], columns })
    const [expected] = await first.query(
      'shop',
      'select count(*) as n, sum(id) as ids, sum(amount) as amount, count(part) as parts, count(distinct name) as names, sum(length(name)) as letters, max(name collate "C") as last from rows100k',
    )
    expect(rows[0]?.map(String)).toEqual(Object.values(expected ?? {}).map(String))
    expect(inputRows).toBe(100_000)
    expect(inputBytes).toBeGreaterThan(2_000_000)
  })

  it('of any length', async () => {
    const table = tableOf('wide', { id: 'int', body: 'string' })
    const sql = 'select id, length(body) as n, md5(body) as hash from "h" order by id'
    const { rows } = await run({ sql, scans: [scanOf('h', table)], columns: columnsOf({ id: 'int', n: 'bigint', hash: 'string' }) })
    const expected = await first.query('shop', 'select id, length(body) as n, md5(body) as hash from wide order by id')
    expect(rows).toEqual(expected.map(({ id, n, hash }) => [id, n, hash]))
    expect(rows).toHaveLength(20)
  })

  it('may be none', async () => {
    const table = tableOf('empty', { id: 'int', name: 'string' })
    expect((await run({ sql: 'select * from "h"', scans: [scanOf('h', table)], columns: table.columns })).text).toBe(
      '{"schema":[{"id":"int"},{"name":"string"}],"rows":[]}',
    )
    const people = tableOf('rows100k', { id: 'int' })
    const filter: Filter = { kind: 'comparison', op: '<', column: 0, value: { type: { kind: 'int' }, value: 0 } }
    const { rowCount, inputRows } = await run({
      sql: 'select * from "h" where id < 0',
      scans: [scanOf('h', people, [0], [filter])],
      columns: people.columns,
    })
    expect([rowCount, inputRows]).toEqual([0, 0])
  })
})

describe('results', () => {
  it('keep their order, and preview the first thousand', async () => {
    const table = tableOf('rows100k', { id: 'int' })
    const { rows, rowCount } = await run({
      sql: 'select id from "h" order by id desc',
      scans: [scanOf('h', table)],
      columns: table.columns,
    })
    expect(rowCount).toBe(100_000)
    expect(rows).toEqual(Array.from({ length: 1000 }, (_, index) => [100_000 - index]))
    const back = await run({
      sql: 'select row_number() over () as place, id from "h" order by id desc',
      scans: [scanOf('h', table)],
      columns: columnsOf({ place: 'bigint', id: 'int' }),
    })
    expect(back.rowCount).toBe(100_000)
  })

  it('may name two columns alike', async () => {
    const columns = [...columnsOf({ id: 'int' }), ...columnsOf({ id: 'int' }), ...columnsOf({ ID: 'string' })]
    const { text } = await run({ sql: "select 1 as id, 2 as id, 'x' as ID", scans: [], columns })
    expect(text).toBe('{"schema":[{"id":"int"},{"id":"int"},{"ID":"string"}],"rows":[[1,2,"x"]]}')
  })

  it('are refused when they are not what was planned', async () => {
    const error = await rejection(run({ sql: 'select 1::hugeint as a', scans: [], columns: columnsOf({ a: 'int' }) }))
    expect([error.kind, error.message]).toEqual(['internal', 'column a was planned as int and came as DOUBLE'])
  })

  it('leave nothing in the scratch directory', async () => {
    await nextWorks()
    expect(await readdir(join(scratch, 'output'))).toEqual([])
    expect((await readdir(directory)).toSorted()).toEqual(['preview.json', 'result.parquet'])
  })
})

describe('the sandbox', () => {
  it.each([
    "select * from read_csv('/etc/passwd')",
    "select * from glob('/etc/*')",
    "select * from read_text('/etc/hostname')",
    "select * from tributary_scan('other')",
  ])('refuses %s', async (sql) => {
    await rejection(run({ sql, scans: [], columns: columnsOf({ a: 'string' }) }))
  })

  it('tells what is used up', async () => {
    const sql = "select string_agg(repeat('x', 1000) || i, ',') as a from range(10000000) t(i)"
    const error = await rejection(run({ sql, scans: [], columns: columnsOf({ a: 'string' }) }))
    expect([error.kind, error.message]).toEqual([
      'exhausted',
      expect.stringContaining('the query needs more than the 512 MiB of its engine'),
    ])
    await nextWorks()
  })
})

describe('several scans', () => {
  it('join two servers', async () => {
    const rows = tableOf('rows100k', { id: 'int', name: 'string', amount: 'double' })
    const labels = tableOf('labels', { id: 'int', label: 'string' }, { host: '10.72.0.5' })
    const plan: Plan = {
      sql: 'select l.label as label, r.amount as amount from "h1" r join "h2" l on l.id = r.id order by r.id desc',
      scans: [scanOf('h1', rows, [0, 2]), scanOf('h2', labels)],
      columns: columnsOf({ label: 'string', amount: 'double' }),
    }
    const outcome = await run(plan, { tables: [openableOf(rows, first), openableOf(labels, second)] })
    expect(outcome.rowCount).toBe(1000)
    expect(outcome.rows[0]).toEqual(['label 1000', ((1000 * 7919) % 100003) / 8])
  })

  it('of one source do not wait for each other', async () => {
    const table = tableOf('rows100k', { id: 'int', name: 'string' })
    const sql = 'select count(*) as n from "h1" a join "h2" b on a.id = b.id join "h3" c on c.id = a.id where a.name = b.name'
    const { rows } = await run({
      sql,
      scans: [scanOf('h1', table), scanOf('h2', table), scanOf('h3', table, [0])],
      columns: columnsOf({ n: 'bigint' }),
    })
    expect(rows).toEqual([[100_000]])
  })

  it('may be one that DuckDB reads twice', async () => {
    const table = tableOf('rows100k', { id: 'int' })
    const { rows } = await run({
      sql: 'select (select count(*) from "h") + (select max(id) from "h") as n',
      scans: [scanOf('h', table)],
      columns: columnsOf({ n: 'bigint' }),
    })
    expect(rows).toEqual([[200_000]])
  })
})

describe('stopping', () => {
  const endless = tableOf('endless', { id: 'int', name: 'string' })
  const countEndless: Plan = {
    sql: 'select count(*) as n, max(name) as m from "h"',
    scans: [scanOf('h', endless)],
    columns: columnsOf({ n: 'bigint', m: 'string' }),
  }

  it('happens by itself when enough rows are there', async () => {
    const { rowCount, inputRows } = await run({
      sql: 'select * from "h" limit 10',
      scans: [scanOf('h', endless)],
      columns: endless.columns,
    })
    expect(rowCount).toBe(10)
    expect(inputRows).toBeLessThan(1_000_000)
    await eventually(async () => (await backends(first)) === 0)
  })

  it('holds the source back while the engine is busy elsewhere', async () => {
    let most = 0
    // The join's other side takes about a second before the first row of the scan is asked for.
    const sql =
      'select count(*) as n from (select * from "h" limit 100000) a join (select sum(sin(i)) as s from range(20000000) t(i)) b on b.s is not null'
    const { rows } = await run(
      { sql, scans: [scanOf('h', endless)], columns: columnsOf({ n: 'bigint' }) },
      {
        onProgress: ({ inputRows }) => {
          most = Math.max(most, inputRows)
        },
      },
    )
    expect(rows).toEqual([[100_000]])
    expect(most).toBeLessThan(400_000)
  })

  it('happens when the job is cancelled, and the source feels it', async () => {
    const cancel = new AbortController()
    const reason = new ServiceError('unavailable', say`cancelled by its owner`)
    const running = rejection(run(countEndless, { signal: cancel.signal }))
    await eventually(async () => (await backends(first)) === 1)
    await sleep(200)
    const started = Date.now()
    cancel.abort(reason)
    expect(await running).toBe(reason)
    expect(Date.now() - started).toBeLessThan(5_000)
    await eventually(async () => (await backends(first)) === 0)
    await nextWorks()
  })

  it('happens while the source sends nothing', async () => {
    const cancel = new AbortController()
    const asleep = tableOf('asleep', { id: 'int', name: 'string' })
    const running = rejection(run({ ...countEndless, scans: [scanOf('h', asleep)] }, { signal: cancel.signal }))
    await eventually(async () => (await backends(first)) === 1)
    cancel.abort(new ServiceError('unavailable', say`cancelled by its owner`))
    expect((await running).message).toBe('cancelled by its owner')
    await eventually(async () => (await backends(first)) === 0)
  })

  it('happens in the middle of pure computing too', async () => {
    const cancel = new AbortController()
    const plan: Plan = {
      sql: 'select sum(sin(a.i * b.i)) as s from range(1000000) a(i), range(1000000) b(i)',
      scans: [],
      columns: columnsOf({ s: 'double' }),
    }
    const running = rejection(run(plan, { signal: cancel.signal }))
    await sleep(300)
    const started = Date.now()
    cancel.abort(new ServiceError('unavailable', say`cancelled by its owner`))
    expect((await running).message).toBe('cancelled by its owner')
    expect(Date.now() - started).toBeLessThan(5_000)
    await nextWorks()
  })

  it('happens between the chunks of our own functions', async () => {
    const hashed = {
      sql: "select tributary_murmur3_bytes(encode('Spark'), 42) as h, tributary_xxh64_bytes(encode('Spark'), 42) as x",
      scans: [],
    }
    const { text } = await run({ ...hashed, columns: columnsOf({ h: 'int', x: 'bigint' }) })
    // What Spark 3.3.1 answers to hash('Spark') and xxhash64('Spark').
    expect(text).toContain('[[228093765,-4294468057691064905]]')
    const quoted = { sql: `select tributary_from_json('{''a'': 1}', '[{"name":"a","type":{"kind":"int"}}]')[1] as m`, scans: [] }
    expect(await rejection(run({ ...quoted, columns: columnsOf({ m: 'string' }) }))).toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('single quotation marks'),
    })
    const cancel = new AbortController()
    const endless = { sql: 'select sum(tributary_xxh64_long(i, 42)) % 2 as s from range(10000000000) t(i)', scans: [] }
    const running = rejection(run({ ...endless, columns: columnsOf({ s: 'bigint' }) }, { signal: cancel.signal }))
    await sleep(300)
    const started = Date.now()
    cancel.abort(new ServiceError('unavailable', say`cancelled by its owner`))
    expect((await running).message).toBe('cancelled by its owner')
    expect(Date.now() - started).toBeLessThan(5_000)
    await nextWorks()
  })

  it('tells why when the way is cut', async () => {
    const running = rejection(run(countEndless))
    await eventually(async () => (await backends(first)) === 1)
    await sleep(200)
    version += 1
    await engine.applyNetwork(networkTo([first, second], version, (index) => index !== 0))
    const error = await running
    expect([error.kind, error.message]).toEqual(['unavailable', expect.stringMatching(/connection1/)])
    await eventually(async () => (await backends(first)) === 0)
    const refused = await rejection(run(countEndless))
    expect(refused.message).toMatch(/q1/)
  })

  it('tells why when the source goes away', async () => {
    const running = rejection(run(countEndless))
    await eventually(async () => (await backends(first)) === 1)
    await first.query('postgres', "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tributary'")
    const error = await running
    expect([error.kind, error.message]).toEqual([
      'unavailable',
      expect.stringMatching(/^public.endless at 10.71.0.5:5432: .*terminating connection/),
    ])
    await nextWorks()
  })

  it('tells why when the source refuses', async () => {
    const missing = tableOf('nowhere', { id: 'int' })
    const error = await rejection(run({ sql: 'select * from "h"', scans: [scanOf('h', missing)], columns: missing.columns }))
    expect([error.kind, error.message]).toEqual(['semantic', expect.stringContaining('public.nowhere does not exist')])
  })
})

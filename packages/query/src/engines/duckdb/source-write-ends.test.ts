// Rows on their way out that do not arrive: what the source refuses, what stops a write, and what is known of it then.

import { ServiceError, say } from '@tributary/rules'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../../../tests/servers/postgres.ts'
import { openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import type { Scan } from '../../plan/plan.ts'
import type { SourceTable } from '../../source.ts'
import type { Ran } from './messages.ts'
import { rejection, rowSql, until, type WriteOptions, WriteStage } from './sample-writes.ts'

const setup = `
create type mood as enum ('sad', 'glad');
create domain price as numeric(12,2) check (value >= 0);
create table kinds (id int, a bool, b int2, c int4, d int8, e float4, f float8, g numeric(38,10), h numeric(4,2), i numeric(9), j numeric(18,6), k text, l bytea, m date, n timestamp, o timestamptz,
  p numeric, q numeric(15,3), r varchar(10), s json, t jsonb, u mood, v price, w int8, x numeric(20));
create table plain (id int, name text);
create table strict (id int primary key, name varchar(5) not null, amount numeric(6,2) check (amount < 100));
create table deferred (id int references strict (id) deferrable initially deferred);
create table watched (id int);
create function refuse() returns trigger language plpgsql as $$ begin if new.id = 7 then raise exception 'seven is not welcome'; end if; return new; end $$;
create trigger watching before insert on watched for each row execute function refuse();
create table small (n int2);
create table rounded (n numeric(10,1));
create role reader login password 'Reader-1';
grant select on plain to reader;
`

let server: PostgresServer
let other: PostgresServer
let stage: WriteStage

beforeAll(async () => {
  ;[server, other] = await Promise.all([
    startPostgres({ databases: { shop: setup } }),
    startPostgres({ databases: { shop: 'create view endless as select generate_series(1, 2000000000) as id' } }),
  ])
  stage = await WriteStage.open([server, other])
})
beforeEach(() => stage.bind())
afterAll(async () => {
  await Promise.all([server, other].map((each) => each[Symbol.asyncDispose]()))
  await stage[Symbol.asyncDispose]()
})

async function write(
  name: string,
  columns: Record<string, string>,
  sql: string,
  { user, ...options }: WriteOptions & { readonly user?: { readonly user: string; readonly password: string } } = {},
): Promise<Ran> {
  const tables = (options.scans ?? []).map((scan) => openableOf(scan.table as SourceTable, other))
  return await stage.write(openableOf(tableOf(name, columns), user ?? server), sql, { ...options, tables })
}

async function rowsOf(name: string): Promise<number> {
  const [row] = await server.query('shop', `select count(*)::int as n from ${name}`)
  return row?.['n'] as number
}

/** Sessions of ours at the source. */
async function sessions(): Promise<number> {
  const [row] = await server.query('shop', "select count(*)::int as n from pg_stat_activity where application_name like 'tributary%'")
  return row?.['n'] as number
}

const scanOf = (handle: string, table: SourceTable): Scan => ({
  handle,
  table,
  columns: table.columns.map((_, index) => index),
  filters: [],
})

describe('what the source does not take', () => {
  const strict = { id: 'int', name: 'string', amount: 'decimal(6,2)' }
  const row = (id: number, name: string | null, amount = '1.00') => rowSql(strict, [String(id), name, amount])

  it.each([
    [
      'NULL',
      [row(1, 'a'), row(2, null)],
      /null value in column "name".*Failing row contains \(2, null, 1\.00\).*COPY strict, line 2.*23502/,
    ],
    [
      'a key twice',
      [row(1, 'a'), row(1, 'b')],
      /duplicate key value violates unique constraint "strict_pkey"\. Key \(id\)=\(1\) already exists\..*23505/,
    ],
    ['what a check refuses', [row(1, 'a', '99.99'), row(2, 'b', '100.00')], /violates check constraint "strict_amount_check".*23514/],
    ['what is too long', [row(1, 'a'), row(2, 'b'), row(3, 'sixsix')], /value too long.*line 3, column name.*22001/],
    [
      'a character that it has not',
      [row(1, 'a'), `SELECT 2, 'x' || chr(0), CAST(1 AS DECIMAL(6,2))`],
      /invalid byte sequence.*line 2, column name.*22021/,
    ],
  ])('ends the job whole and says which row: %s', async (_what, rows, says) => {
    const error = await rejection(write('strict', strict, rows.join(' UNION ALL ')))
    expect(error.message).toMatch(says)
    expect(error.message).toMatch(/^public\.strict at 10\.71\.0\.5:5432: .*; nothing was written$/)
    expect(error.kind).toBe('semantic')
    expect(await rowsOf('strict')).toBe(0)
  })

  it('ends it at the commit too', async () => {
    const error = await rejection(write('deferred', { id: 'int' }, 'SELECT 5'))
    expect(error).toMatchObject({
      kind: 'semantic',
      message: expect.stringMatching(/violates foreign key constraint.*Key \(id\)=\(5\).*nothing was written$/) as string,
    })
    expect(error.details.outcome).toBeUndefined()
    expect(await rowsOf('deferred')).toBe(0)
  })

  it('ends it by a trigger', async () => {
    const error = await rejection(write('watched', { id: 'int' }, 'SELECT CAST(i AS INTEGER) FROM range(100) AS t(i)'))
    expect(error.message).toContain('seven is not welcome')
    expect(await rowsOf('watched')).toBe(0)
  })

  it('ends it where a number has no room', async () => {
    const error = await rejection(write('small', { n: 'int' }, 'SELECT 1 UNION ALL SELECT 32768'))
    expect(error.message).toBe(
      "column n: the value 32768 does not fit the source's integer of 2 bytes; filter such rows out, or widen the column at the source",
    )
    expect((await rejection(write('rounded', { n: 'decimal(10,2)' }, 'SELECT CAST(1.25 AS DECIMAL(10,2))'))).message).toContain(
      'declare it as decimal(10,1)',
    )
    expect((await rejection(write('kinds', { a: 'int' }, 'SELECT 1'))).message).toContain('declare it as boolean')
    expect((await rejection(write('plain', { nothing: 'int' }, 'SELECT 1'))).message).toContain('has no column nothing')
    expect(await rowsOf('small')).toBe(0)
  })

  it('is told before anything is sent where a right is missing', async () => {
    const error = await rejection(write('plain', { id: 'int' }, 'SELECT 1', { user: { user: 'reader', password: 'Reader-1' } }))
    expect(error).toMatchObject({ kind: 'forbidden', message: expect.stringContaining('permission denied for table plain') as string })
  })

  it('an error of the query leaves nothing', async () => {
    const error = await rejection(
      write(
        'plain',
        { id: 'int' },
        "SELECT CASE WHEN i = 40000 THEN CAST('x' || i AS INTEGER) ELSE CAST(i AS INTEGER) END FROM range(50000) AS t(i)",
      ),
    )
    expect(error.kind).not.toBe('unavailable')
    expect(await rowsOf('plain')).toBe(0)
    await until(async () => (await sessions()) === 0)
  })
})

describe('stopping', () => {
  const endless = () => [scanOf('h1', tableOf('endless', { id: 'int' }, { host: '10.72.0.5' }))]

  it('rolls back and leaves no session', async () => {
    await server.query('shop', 'truncate plain')
    const controller = new AbortController()
    const work = rejection(write('plain', { id: 'int' }, 'SELECT id FROM "h1"', { scans: endless(), signal: controller.signal }))
    await until(async () => (await server.query('shop', 'select 1 from pg_stat_progress_copy where tuples_processed > 1000')).length > 0)
    controller.abort(new ServiceError('conflict', say`stopped by the test`))
    expect((await work).kind).toBe('conflict')
    await until(async () => (await sessions()) === 0)
    expect(await rowsOf('plain')).toBe(0)
    expect((await write('plain', { id: 'int' }, 'SELECT 1')).rowCount).toBe(1)
  })

  it('rolls back when the path is cut', async () => {
    await server.query('shop', 'truncate plain')
    const work = rejection(write('plain', { id: 'int' }, 'SELECT id FROM "h1"', { scans: endless() }))
    await until(async () => (await server.query('shop', 'select 1 from pg_stat_progress_copy where tuples_processed > 1000')).length > 0)
    await stage.bind((index) => index === 1)
    expect((await work).kind).toBe('unavailable')
    await until(async () => (await sessions()) === 0)
    expect(await rowsOf('plain')).toBe(0)
  })

  it('rolls back when the source ends the session, and says so', async () => {
    await server.query('shop', 'truncate plain')
    const work = rejection(write('plain', { id: 'int' }, 'SELECT id FROM "h1"', { scans: endless() }))
    await until(async () => (await server.query('shop', 'select 1 from pg_stat_progress_copy where tuples_processed > 1000')).length > 0)
    await server.query('shop', "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'tributary%'")
    expect(await work).toMatchObject({ kind: 'unavailable', message: expect.stringMatching(/nothing was written$/) as string })
    expect(await rowsOf('plain')).toBe(0)
  })

  it('waits for a lock no longer than the job may take, and can be stopped meanwhile', async () => {
    const holder = new pg.Client(`${server.url}/shop`)
    await holder.connect()
    onTestFinished(() => holder.end())
    await holder.query('begin; lock table plain in access exclusive mode')
    const error = await rejection(write('plain', { id: 'int' }, 'SELECT 1', { timeLimitMs: 500 }))
    expect(error.message).toMatch(
      /canceling statement due to statement timeout \[.*\(57014\); nothing was written$|canceling statement due to statement timeout \(57014\); nothing was written$/,
    )
    const controller = new AbortController()
    const work = rejection(write('plain', { id: 'int' }, 'SELECT 1', { signal: controller.signal }))
    await until(async () => (await server.query('shop', "select 1 from pg_stat_activity where wait_event_type = 'Lock'")).length > 0)
    controller.abort(new ServiceError('conflict', say`stopped by the test`))
    expect((await work).kind).toBe('conflict')
  })

  it('knows nothing of rows whose commit was not answered', async () => {
    await server.query(
      'shop',
      `truncate plain; create or replace function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(20); return null; end $$;
      create constraint trigger slowly after insert on plain deferrable initially deferred for each row execute function slow()`,
    )
    const controller = new AbortController()
    const work = rejection(write('plain', { id: 'int' }, 'SELECT 1', { signal: controller.signal }))
    await until(
      async () => (await server.query('shop', "select 1 from pg_stat_activity where query = 'commit' and state = 'active'")).length > 0,
    )
    controller.abort(new ServiceError('conflict', say`stopped by the test`))
    const error = await work
    expect(error.kind).toBe('conflict')
    expect(error.details.outcome).toBe('unknown')
    await server.query('shop', 'drop trigger slowly on plain')
  })
})

describe('a session that writes', () => {
  it('is ended by the source when its client is lost, and may take as long as the job', async () => {
    await server.query(
      'shop',
      `create table seen (name text, value text); create table told (id int);
      create function tell() returns trigger language plpgsql as $$ begin insert into seen select name, setting from pg_settings where name in
        ('statement_timeout', 'idle_in_transaction_session_timeout', 'tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count', 'transaction_read_only'); return new; end $$;
      create trigger telling before insert on told for each row execute function tell()`,
    )
    await write('told', { id: 'int' }, 'SELECT 1', { timeLimitMs: 7_000 })
    expect(
      Object.fromEntries((await server.query('shop', 'select name, value from seen')).map(({ name, value }) => [name, value])),
    ).toEqual({
      statement_timeout: '7000',
      idle_in_transaction_session_timeout: '60000',
      tcp_keepalives_idle: '30',
      tcp_keepalives_interval: '10',
      tcp_keepalives_count: '3',
      transaction_read_only: 'off',
    })
  })
})

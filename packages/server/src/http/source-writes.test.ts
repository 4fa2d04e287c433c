// INSERT into tables of a source over HTTP, with a real engine and a real PostgreSQL: who may, what is written, what is told and kept of it.

import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PostgresServer } from '../../../../tests/servers/postgres.ts'
import type { SamplePerson } from '../sample-people.ts'
import type { SampleServer, Sent } from '../sample-server.ts'
import { type SampleShop, sampleShop, shopOptions } from '../sample-shop.ts'

const canary = 'canary-Writes-1'
let shop: SampleShop
let server: SampleServer
let source: PostgresServer
let eve: SamplePerson
const setup = `
create table orders (id bigint primary key, amount numeric(12,2) not null, note text default 'none', at timestamp default '2026-01-01');
create table slow (id bigint);
create function wait() returns trigger language plpgsql as $$ begin perform pg_sleep(0.2); return new; end $$;
create trigger waiting before insert on slow for each row execute function wait();
`

beforeAll(async () => {
  shop = await sampleShop({ password: canary, setup })
  ;({ server, source } = shop)
  const { status, text } = await server.ask('createDatabase', { body: { database_name: 'shop' } })
  if (status >= 300) throw new Error(text)
  eve = await shop.editor('eve')
  await done(`CREATE TABLE orders USING JDBC ${shopOptions('orders')}`)
  await done(`CREATE TABLE slow USING JDBC ${shopOptions('slow')}`)
  await done('CREATE TABLE stock (id BIGINT, amount DECIMAL(12,2), note STRING)')
  await done("INSERT INTO stock VALUES (1, 10.50, 'one'), (2, 20.25, NULL), (3, 30.00, '三')")
}, 180_000)
afterAll(() => shop?.[Symbol.asyncDispose]())

/** Submits in database `shop`; on a busy machine again, as an engine that still starts reads no statement. */
async function submit(sql: string, sent: Sent = {}, changes: object = {}) {
  const body = { sql, queue_name: 'q1', currentdb: 'shop', conf: ['dli.sql.sqlasync.enabled = false'], ...changes }
  for (let tried = 1; ; tried += 1) {
    const answer = await server.ask('submitJob', { ...sent, body })
    if (answer.status !== 503 || tried === 4) return answer
  }
}

/** How a job stands once it has ended. */
async function ended(job_id: string) {
  for (let asked = 0; asked < 1_000; asked += 1) {
    const read = await server.ask('getJobStatus', { params: { job_id } })
    if (['FINISHED', 'FAILED', 'CANCELLED'].includes(read.body.status)) return read.body
    await sleep(20)
  }
  throw new Error('the job did not end')
}

/** A statement that has to work. @returns its job, where it has one that runs */
async function done(sql: string): Promise<Record<string, unknown>> {
  const submitted = await submit(sql)
  if (submitted.status !== 200) throw new Error(`${sql}: ${submitted.text}`)
  if (submitted.body.job_mode === 'sync') return submitted.body
  const job = await ended(submitted.body.job_id)
  if (job.status !== 'FINISHED') throw new Error(`${sql}: ${job.message}`)
  return job
}

/** Why a statement did not work. */
async function refusal(sql: string, sent: Sent = {}, body: object = {}): Promise<string> {
  const submitted = await submit(sql, sent, body)
  if (submitted.status !== 200) return submitted.body.error_msg
  const job = await ended(submitted.body.job_id)
  if (job.status !== 'FAILED') throw new Error(`${sql} is ${job.status}`)
  return job.message
}

const orders = () => source.query('shop', 'select id::int, amount::text, note, extract(year from at)::int as year from orders order by id')

describe('INSERT into a table of a source', () => {
  it('adds what a managed table gives, and tells how many', async () => {
    const job = await done('INSERT INTO orders (id, amount, note) SELECT id, amount, note FROM stock')
    expect(job).toMatchObject({ job_type: 'INSERT', result_count: 3 })
    await done('INSERT INTO orders (amount, id) VALUES (1.005, 9)')
    expect(await orders()).toEqual([
      { id: 1, amount: '10.50', note: 'one', year: 2026 },
      { id: 2, amount: '20.25', note: null, year: 2026 },
      { id: 3, amount: '30.00', note: '三', year: 2026 },
      { id: 9, amount: '1.01', note: 'none', year: 2026 },
    ])
  })

  it('replaces all rows by what it reads from the same table', async () => {
    await done(
      'INSERT OVERWRITE TABLE orders SELECT o.id, o.amount * 2, s.note, o.at FROM orders o LEFT JOIN stock s ON s.id = o.id WHERE o.id < 3',
    )
    expect(await orders()).toEqual([
      { id: 1, amount: '21.00', note: 'one', year: 2026 },
      { id: 2, amount: '40.50', note: null, year: 2026 },
    ])
  })

  it('ends whole where one row is refused, and says which', async () => {
    expect(await refusal('INSERT INTO orders SELECT id, amount, note, NULL FROM stock')).toMatch(
      /^public\.orders at 192\.168\.0\.1:5432: the source answered: duplicate key value .*Key \(id\)=\(1\) already exists.* \(23505\); nothing was written$/,
    )
    expect(await refusal('INSERT INTO orders (id) VALUES (77)')).toMatch(/null value in column "amount"/)
    expect(await refusal('INSERT INTO orders (id, amount) VALUES (78, 99999999999)')).toMatch(
      /decimal\(12,2\) type column amount due to an overflow/,
    )
    expect(await orders()).toHaveLength(2)
  })

  it('is refused before it runs where it does not suit', async () => {
    expect(await refusal('INSERT INTO orders VALUES (1, 2)')).toMatch(/target table has 4 column\(s\) but the inserted data has 2/)
    expect(await refusal("INSERT INTO orders (id, amount) SELECT 'a', 1")).toMatch(/Cannot safely cast 'id': string to bigint/)
    expect(await refusal("INSERT INTO orders PARTITION (id = 1) SELECT 1, 'a', NULL")).toMatch(/leave PARTITION out|partition/i)
    expect(await refusal('INSERT INTO shop.orders (id, amount) VALUES (1, 1)', {}, { queue_name: 'default' })).toMatch(
      /queue default|default/,
    )
    expect(await refusal('TRUNCATE TABLE orders')).toMatch(/empty it at its source/)
    expect(await refusal('ALTER TABLE orders ADD COLUMNS (more int)')).toMatch(
      /^ALTER TABLE \.\.\. ADD COLUMNS changes managed tables alone, and shop\.orders is none: change it at its source/,
    )
    const imported = { data_path: 'obs://b/f', data_type: 'csv', database_name: 'shop', table_name: 'orders' }
    expect((await server.ask('importTable', { body: imported })).text).toMatch(/import into a managed table, .* INSERT INTO shop\.orders/)
    expect(await refusal(`CREATE TABLE made USING JDBC ${shopOptions('made')} AS SELECT 1 AS a`)).toMatch(/JDBC/)
  })

  it('is explained without being run', async () => {
    const { status, body, text } = await submit('EXPLAIN INSERT INTO orders SELECT id, amount, note, NULL FROM stock')
    expect([status, text]).toEqual([200, text])
    expect(JSON.stringify(body.rows)).toMatch(/insert into shop\.orders, at postgresql 192\.168\.0\.1:5432\\n.*stock/)
    const overwrite = await submit('EXPLAIN FORMATTED INSERT OVERWRITE orders SELECT id, amount, note, NULL FROM stock')
    expect(JSON.stringify(overwrite.body.rows)).toMatch(/insert overwrite shop\.orders, at postgresql 192\.168\.0\.1:5432\\n/)
    const managed = await submit('EXPLAIN INSERT OVERWRITE stock SELECT * FROM stock')
    expect(JSON.stringify(managed.body.rows)).toMatch(/insert overwrite shop\.stock\\n/)
    expect(await orders()).toHaveLength(2)
  })

  it('is for those who were granted it, with the auth-info too', async () => {
    const sql = 'INSERT INTO shop.orders (id, amount) VALUES (50, 1)'
    expect(await refusal(sql, { as: eve })).toMatch(
      /Permission denied for resource 'databases\.shop\.tables\.orders', User = 'eve', Action = 'INSERT_INTO_TABLE'/,
    )
    const grant = (object: string, privileges: readonly string[]) =>
      server.ask('authorizeUser', { body: { user_name: 'eve', action: 'grant', privileges: [{ object, privileges }] } })
    expect((await grant('databases.shop.tables.orders', ['INSERT_INTO_TABLE'])).status).toBe(200)
    expect(await refusal(sql, { as: eve })).toMatch(/login/)
    expect((await grant('datasourceauth.login', ['USE_AUTH'])).status).toBe(200)
    const submitted = await submit(sql, { as: eve })
    expect(submitted.status).toBe(200)
    expect(await ended(submitted.body.job_id)).toMatchObject({ status: 'FINISHED' })
    expect(await refusal(sql.replace('INTO', 'OVERWRITE'), { as: eve })).toMatch(/INSERT_OVERWRITE_TABLE/)
  })

  it('is told to the audit with its place, and the password is nowhere', async () => {
    const { text } = await server.ask('listAudit', { query: { limit: 500 } })
    expect(text).toMatch(/dli:table:insertIntoTable/)
    expect(text).toContain('tables shop.orders at 192.168.0.1:5432 by queue q1')
    expect(text).not.toContain(canary)
  })

  it('is rolled back by a cancel and by a time limit', async () => {
    const { body } = await submit('INSERT INTO slow SELECT id FROM stock CROSS JOIN (SELECT explode(sequence(1, 100)) AS n)')
    for (let asked = 0; asked < 500; asked += 1) {
      if ((await source.query('shop', "select 1 from pg_stat_activity where wait_event = 'PgSleep'")).length > 0) break
      await sleep(20)
    }
    expect((await server.ask('cancelJob', { params: { job_id: body.job_id } })).status).toBe(200)
    expect((await ended(body.job_id)).status).toBe('CANCELLED')
    const limit = { conf: ['dli.sql.job.timeout = 1'] }
    expect(await refusal('INSERT INTO slow SELECT id FROM stock CROSS JOIN (SELECT explode(sequence(1, 100)) AS n)', {}, limit)).toMatch(
      /^timed out after 1 s \(dli\.sql\.job\.timeout\)$/,
    )
    for (let asked = 0; asked < 500; asked += 1) {
      if ((await source.query('shop', "select 1 from pg_stat_activity where application_name like 'tributary%'")).length === 0) break
      await sleep(20)
    }
    expect(await source.query('shop', 'select count(*)::int as n from slow')).toEqual([{ n: 0 }])
  })
})

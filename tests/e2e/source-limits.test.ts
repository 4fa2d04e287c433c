// What sources are spared: no more sessions read than may, no job reads more than it may, and what does not answer is left alone until it does.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Api } from '../../examples/quickstart/api.ts'
import { Procedure, sites, tableSql } from '../../examples/quickstart/procedure.ts'
import { mariadbTableSql } from '../bench/installation.ts'
import { Jobs } from '../bench/jobs.ts'
import { Wire } from '../bench/wire.ts'
import { FaultGate } from '../servers/fault-gate.ts'
import { type MariadbServer, mariadbAbsence, startMariadb } from '../servers/mariadb.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'

const longMs = 240_000
/** Small, so that their edges are near. */
const readers = 2
const mostRows = 1_000
const failures = 3
const pauseMs = 4_000
const limits = [`--connection-readers=${readers}`, `--breaker-failures=${failures}`, `--breaker-pause=${pauseMs / 1000}`]

const postgresSql = `
  create table goods as select i as id, 'good ' || i as name from generate_series(1, ${mostRows}) i;
  create table more as select i as id, 'good ' || i as name from generate_series(1, ${mostRows + 1}) i;
  create table single as select 1 as id, 'one' as name;
  create function wait_for(i int) returns int language plpgsql as 'begin perform pg_sleep(0.5); return i; end';
  create view slow as select wait_for(i) as id, 'slow ' || i as name from generate_series(1, 12) i;
  create table hold (id int);
  create function wait_open(i int) returns int language plpgsql as 'begin while exists (select from hold) loop perform pg_sleep(0.05); end loop; return i; end';
  create view held as select wait_open(i) as id, 'held ' || i as name from generate_series(1, 3) i;
  create view stuck as select 1 as id, pg_sleep(600)::text as name;`
const mariadbSql = `
  create table goods as select seq as id, concat('good ', seq) as name from seq_1_to_${mostRows};
  create table more as select seq as id, concat('good ', seq) as name from seq_1_to_${mostRows + 1};`

/** No source can be asked this: every row crosses. */
const readAll = (table: string): string => `SELECT max(sha2(name, 256)) AS most FROM ${table}`

const directory = mkdtempSync(join(tmpdir(), 'tributary-limits-'))
const spare: AsyncDisposable[] = []
let source: PostgresServer
let gate: FaultGate
let server: TributaryServer
let wire: Wire
let steps: Procedure
let connection: string
let queues: readonly Jobs[]
let first: Jobs

/** Starts the server on the same data with other limits. */
async function serve(args: readonly string[]): Promise<void> {
  if (server !== undefined) await server[Symbol.asyncDispose]()
  server = await startTributary({ dataDir: directory, args: [...limits, ...args] })
  steps = new Procedure(await Api.signIn(server), server.account.projectId)
  wire = await Wire.signIn(server, 4)
  queues = ['one', 'two', 'three'].map((name) => new Jobs(wire, server.account.projectId, name))
  first = queues[0] as Jobs
}

async function attach(): Promise<void> {
  for (const name of ['one', 'two', 'three']) await steps.createQueue(name)
  await steps.declare(sites.sales, gate)
  connection = await steps.createConnection(sites.sales, ['one', 'two', 'three'])
  await steps.untilActive(connection)
  await steps.createAuthInfo('sales_login', source)
  await steps.createAuthInfo('bad_login', { user: source.user, password: 'Wrong-1' })
  for (const jobs of queues) await eventually('the engine is up', () => jobs.run('SELECT 1').then(isYes, isNo))
  for (const table of ['goods', 'more', 'single', 'slow', 'held', 'stuck'])
    await first.run(tableSql(table, sites.sales, table, 'sales_login'))
  // The columns are given: this login reads none.
  await first.run(tableSql('barred (id INT, name STRING)', sites.sales, 'goods', 'bad_login'))
  const parts = `'partitionColumn' = 'id', 'lowerBound' = '1', 'upperBound' = '12', 'numPartitions' = '6', 'encryption'`
  await first.run(tableSql('parted', sites.sales, 'slow', 'sales_login').replace("'encryption'", parts))
}

const isYes = (): boolean => true
const isNo = (): boolean => false

/** Looks until it holds. */
async function eventually(what: string, holds: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const until = Date.now() + withinMs
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`not within ${withinMs} ms: ${what}`)
    await sleep(50)
  }
}

/** Sessions of ours that read rows now, as the source sees them. */
async function reading(): Promise<number> {
  const [row] = await source.query(
    'sales',
    "select count(*)::int as n from pg_stat_activity where application_name = 'tributary' and state = 'active' and query like 'COPY%'",
  )
  return Number(row?.['n'])
}

/** How many sessions read at most while some work goes on. */
async function mostReading(work: Promise<unknown>): Promise<number> {
  let most = 0
  const over = work.then(isYes, isYes)
  while (!(await Promise.race([over, sleep(30, false)]))) most = Math.max(most, await reading())
  await work
  return most
}

/** Rows of the table `held` come when this is undone. */
const hold = (): Promise<unknown> => source.query('sales', 'insert into hold values (1)')
const release = (): Promise<unknown> => source.query('sales', 'delete from hold')

const project = (): string => server.account.projectId

interface State {
  readonly readers: number
  readonly waiting: number
  readonly breakers: readonly Record<string, unknown>[]
}

async function state(): Promise<State> {
  const answer = await wire.json('GET', `/tributary/v1/projects/${project()}/connections/${connection}/peerings`)
  return answer as unknown as State
}

async function metric(name: string): Promise<number | undefined> {
  const text = await wire.call('GET', '/metrics')
  const found = text.split('\n').find((line) => line.startsWith(`${name}{`) && line.includes(connection))
  return found === undefined ? undefined : Number(found.split(' ').at(-1))
}

async function failureOf(jobs: Jobs, sql: string, conf: readonly string[] = []): Promise<string> {
  const submitted = await wire.json('POST', `/v1.0/${project()}/jobs/submit-job`, { sql, queue_name: 'one', conf })
  const { status, message } = await jobs.untilEnded(String(submitted['job_id']))
  expect(status).toBe('FAILED')
  return message
}

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { readonly port: number }
  await new Promise((resolve) => listener.close(resolve))
  return port
}

beforeAll(async () => {
  source = await startPostgres({ databases: { sales: postgresSql } })
  gate = await FaultGate.start(source.port)
  await serve([])
  await attach()
}, longMs)
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  for (const one of [gate, source, ...spare]) await one?.[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
}, longMs)

describe('readers over a connection', () => {
  it('are no more than may read, of all queues together: the next job waits and says for what', { timeout: longMs }, async () => {
    await hold()
    const two = await Promise.all([first.submit(readAll('held')), (queues[1] as Jobs).submit(readAll('held'))])
    await eventually('two read', async () => (await reading()) === readers)
    const third = await (queues[2] as Jobs).submit(readAll('held'))
    await eventually('the third waits', async () => (await state()).waiting === 1)
    const { message, status } = await wire.json('GET', `/v1.0/${project()}/jobs/${third}/status`)
    expect([status, message]).toEqual([
      'RUNNING',
      'waits for a reader of connection sales: other jobs use all that may read over it (connection-readers)',
    ])
    expect(await state()).toMatchObject({ readers, waiting: 1 })
    expect([await metric('tributary_connection_readers'), await metric('tributary_connection_waiting_jobs')]).toEqual([readers, 1])
    expect(await reading()).toBe(readers)
    const ends = Promise.all([...two, third].map((id) => first.untilEnded(id)))
    await release()
    expect(await mostReading(ends)).toBeLessThanOrEqual(readers)
    for (const { status: end, message: told } of await ends) expect([end, told]).toEqual(['FINISHED', ''])
    expect(await state()).toMatchObject({ readers: 0, waiting: 0 })
  })

  it('are as many as are free where a table is read in parts, and every row is read once', { timeout: longMs }, async () => {
    const rows = first.rows('SELECT count(sha2(name, 256)) AS n, sum(length(sha2(name, 256))) AS l FROM parted')
    expect(await mostReading(rows)).toBe(readers)
    expect((await rows).flat().map(String)).toEqual(['12', String(12 * 64)])
  })

  it('are refused to a query that needs more at once than there are', { timeout: longMs }, async () => {
    const parts = Array.from({ length: readers + 1 }, () => readAll('goods'))
    await first.run(parts.slice(0, readers).join(' UNION ALL '))
    expect(await failureOf(first, parts.join(' UNION ALL '))).toBe(
      'the query reads by 3 sessions at once over connection sales, which 2 may use: split it, or ask the installation owner for more (connection-readers)',
    )
    expect(await state()).toMatchObject({ readers: 0, waiting: 0 })
  })

  it('are given back by a job that is cancelled while it waits', { timeout: longMs }, async () => {
    await hold()
    const two = await Promise.all([first.submit(readAll('held')), (queues[1] as Jobs).submit(readAll('held'))])
    await eventually('two read', async () => (await state()).readers === readers)
    const third = await (queues[2] as Jobs).submit(readAll('goods'))
    await eventually('the third waits', async () => (await state()).waiting === 1)
    await wire.json('DELETE', `/v1.0/${project()}/jobs/${third}`)
    await eventually('nobody waits', async () => (await state()).waiting === 0)
    for (const id of two) await wire.json('DELETE', `/v1.0/${project()}/jobs/${id}`)
    await eventually('nobody reads', async () => (await state()).readers === 0)
    await release()
    await first.run(readAll('goods'))
  })
})

describe('a source that says nothing', () => {
  it('is named with its connection by the job whose time is over', { timeout: longMs }, async () => {
    expect(await failureOf(first, readAll('stuck'), ['dli.sql.job.timeout=5'])).toMatch(
      /^timed out after 5 s \(dli\.sql\.job\.timeout\): default\.stuck at sales-db:5432 over connection sales has sent nothing for [345] s/,
    )
  })
})

describe('a source that does not answer', () => {
  it('is left alone after some tries, and tried again by one job when the time is up', { timeout: longMs }, async () => {
    gate.sourcePort = await closedPort()
    await source.query('sales', "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tributary'")
    for (let index = 0; index < failures; index += 1) expect(await failureOf(first, readAll('goods'))).not.toContain('for now')
    const { taken } = gate
    const message = await failureOf(first, readAll('single'))
    expect(message).toMatch(
      /^sales-db:5432 is not dialled over connection sales for now, as 3 tries in a row failed; the next try is at \S+Z, in [1-4] s: start the source/,
    )
    expect(gate.taken).toBe(taken)
    expect((await state()).breakers).toMatchObject([{ address: 'sales-db:5432', auth_info_name: '', state: 'open', failures }])
    expect(await metric('tributary_connection_breakers')).toBe(1)
    gate.sourcePort = source.port
    await eventually('its time is up', async () => (await state()).breakers[0]?.['state'] === 'half-open')
    await first.run(readAll('goods'))
    expect((await state()).breakers).toEqual([])
    expect(await metric('tributary_connection_breakers')).toBeUndefined()
  })

  it('is asked by the doctor whenever he is, whose login lets jobs go on', { timeout: longMs }, async () => {
    gate.sourcePort = await closedPort()
    await source.query('sales', "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tributary'")
    await eventually('it is left alone', async () => (await failureOf(first, readAll('goods'))).includes('for now'))
    gate.sourcePort = source.port
    const patient = { address: 'sales-db:5432', protocol: 'postgresql', auth_info_name: 'sales_login', database: 'sales' }
    expect(await wire.json('POST', `/tributary/v1/projects/${project()}/queues/one/doctor`, patient)).toMatchObject({ reachable: true })
    expect((await state()).breakers).toEqual([])
    await first.run(readAll('goods'))
  })

  it('is another one when its gateway leads elsewhere', { timeout: longMs }, async () => {
    const dead = await closedPort()
    await steps.declare(sites.sales, { port: dead })
    await eventually('the way has changed', async () => /refused/.test(await failureOf(first, readAll('goods')).catch(() => '')), 30_000)
    await eventually('it is left alone', async () => (await failureOf(first, readAll('goods'))).includes('for now'))
    await steps.declare(sites.sales, gate)
    await eventually('it is tried at once', () => first.run(readAll('goods')).then(isYes, isNo), pauseMs)
    expect((await state()).breakers).toEqual([])
  })

  it('is left alone by the login that it refuses, and by no other', { timeout: longMs }, async () => {
    for (let index = 0; index < failures; index += 1)
      expect(await failureOf(first, readAll('barred'))).toContain('give the auth-info the new one')
    expect(await failureOf(first, readAll('barred'))).toMatch(
      /^auth-info bad_login is not tried at sales-db:5432 over connection sales for now, as 3 logins in a row were refused/,
    )
    expect((await state()).breakers).toMatchObject([{ address: 'sales-db:5432', auth_info_name: 'bad_login', state: 'open' }])
    await first.run(readAll('goods'))
    const change = { auth_info_name: 'bad_login', user_name: source.user, password: source.password }
    await wire.json('PUT', `/v3/${project()}/datasource/auth-infos`, change)
    await first.run(readAll('barred'))
  })
})

describe('what one job may read over a connection', () => {
  it('are so many rows, and not one more', { timeout: longMs }, async () => {
    await serve([`--connection-job-rows=${mostRows}`])
    await first.run(readAll('goods'))
    const told = (table: string): RegExp =>
      new RegExp(
        `^default\\.${table} at sales-db:5432: the job reads more than the 1000 rows that it may read over connection sales \\(\\d+ of them here\\): filter`,
      )
    expect(await failureOf(first, readAll('more'))).toMatch(told('more'))
    expect(await failureOf(first, `${readAll('goods')} UNION ALL ${readAll('single')}`)).toMatch(told('(goods|single)'))
    // What the source adds up itself is one row.
    expect((await first.rows('SELECT count(*) FROM more')).flat().map(String)).toEqual([String(mostRows + 1)])
  })

  it('are so many bytes, and not one more', { timeout: longMs }, async () => {
    const id = await first.run(readAll('goods'))
    const { input_size: bytes } = await wire.json('GET', `/v1.0/${project()}/jobs/${id}/preview`)
    expect(Number(bytes)).toBeGreaterThan(mostRows)
    await serve([`--connection-job-bytes=${Number(bytes)}`])
    await first.run(readAll('goods'))
    await serve([`--connection-job-bytes=${Number(bytes) - 1}`])
    expect(await failureOf(first, readAll('goods'))).toMatch(
      /^default\.goods at sales-db:5432: the job reads more than the \d+ bytes that it may read/,
    )
    await first.run(readAll('single'))
  })

  // Skipped where no mariadb-server is installed.
  it.skipIf(mariadbAbsence() !== undefined)('are counted for MariaDB as well', { timeout: longMs }, async () => {
    const maria: MariadbServer = await startMariadb({ databases: { crm: mariadbSql } })
    spare.push(maria)
    await serve([`--connection-job-rows=${mostRows}`])
    await steps.declare(sites.crm, maria)
    await steps.untilActive(await steps.createConnection(sites.crm, ['one']))
    await steps.createAuthInfo('crm_login', maria)
    for (const table of ['goods', 'more']) await first.run(mariadbTableSql('crm')(`crm_${table}`, sites.crm, `crm.${table}`, 'crm_login'))
    await first.run(readAll('crm_goods'))
    expect(await failureOf(first, readAll('crm_more'))).toMatch(/^default\.crm_more at crm-db:5432: the job reads more than the 1000 rows/)
    // Each connection has a budget of its own.
    await first.run(`${readAll('crm_goods')} UNION ALL ${readAll('goods')}`)
  })
})

// Jobs on the real engine against real PostgreSQL servers: the way from a statement to rows, and every way of stopping.

import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { UserspaceDriver } from '@tributary/fabric'
import { EngineHost } from '@tributary/query'
import { type Job, type QueueId, type QueueNetwork, ServiceError } from '@tributary/rules'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../../tests/servers/postgres.ts'
import { networkTo } from '../../../../tests/servers/sources.ts'
import { sampleCaller, sampleDirectory, sampleQueueIds, SampleServer } from '../sample-jobs.ts'

const orders = `
create table orders as select i as id, i % 3 as customer, (i * 1.25)::numeric(12,2) as amount from generate_series(1, 300) i;
create view endless as select i as id, 'row number ' || i as name from (select generate_series(1, 2000000000) as i) s;
`
const customers = `create table customers as select i as id, 'customer ' || i as name from generate_series(0, 9) i`

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const networks = new Map<QueueId, QueueNetwork>()
const driver = new UserspaceDriver()
let sources: readonly PostgresServer[]
let directory: Awaited<ReturnType<typeof sampleDirectory>>
let engine: EngineHost
let server: SampleServer<EngineHost>
let version = 0

/** Gives queue q1 the network of its bindings: `10.71.0.5` through connection1, `10.72.0.5` through connection2. */
async function bind(bound: readonly boolean[] = [true, true]): Promise<void> {
  version += 1
  const network = { ...networkTo(sources, version, (index) => bound[index] === true), queueId: sampleQueueIds.q1 }
  networks.set(network.queueId, network)
  await driver.apply(network.queueId, network)
}

beforeAll(async () => {
  const options = { user: 'reader', password: 'canary-stored' }
  sources = await Promise.all([
    startPostgres({ ...options, databases: { shop: orders } }),
    startPostgres({ ...options, databases: { crm: customers } }),
  ])
  directory = await sampleDirectory()
  engine = new EngineHost({
    logger: log,
    scratchDirectory: join(directory.path, 'scratch'),
    currentNetwork: async (id) => networks.get(id) ?? { ...networkTo([]), queueId: id },
    join: (id, member) => driver.join(id, member),
  })
  await engine.warm()
  server = await SampleServer.startWith(directory.path, { engine, networks })
  await bind()
  await declare('orders', '10.71.0.5:5432/shop', 'public.orders')
  await declare('endless', '10.71.0.5:5432/shop', 'public.endless')
  await declare('customers', '10.72.0.5:5432/crm', 'public.customers')
})
beforeEach(() => bind())
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await engine[Symbol.asyncDispose]()
  await driver[Symbol.asyncDispose]()
  await Promise.all(sources.map((source) => source[Symbol.asyncDispose]()))
  await directory[Symbol.asyncDispose]()
})

async function declare(name: string, place: string, table: string): Promise<void> {
  const options = `'url'='jdbc:postgresql://${place}', 'driver'='org.postgresql.Driver', 'dbtable'='${table}', 'passwdauth'='keys', 'encryption'='true'`
  const { job } = await server.submit(`CREATE TABLE IF NOT EXISTS ${name} USING JDBC OPTIONS (${options})`)
  expect(await server.ended(job.id)).toMatchObject({ state: 'FINISHED', message: '' })
}

async function rowsOf(sql: string): Promise<{ readonly job: Omit<Job, 'message'>; readonly schema: unknown; readonly rows: unknown }> {
  const { job } = await server.submit(sql)
  const ended = await server.ended(job.id)
  expect(ended).toMatchObject({ state: 'FINISHED', message: '' })
  const { body } = await server.jobs.preview(sampleCaller, job.id, {})
  return { job: ended, ...(JSON.parse(`{${body}}`) as { schema: unknown; rows: unknown }) }
}

/** A job that reads without end, once rows have crossed. */
async function reading(): Promise<Job> {
  const { job } = await server.submit('select count(*) from endless where length(reverse(name)) > 0')
  for (;;) {
    const now = await server.jobs.get(sampleCaller, job.id)
    if (now.inputRows > 0 || now.endedAt !== undefined) return now
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function backends(): Promise<number> {
  const found = await sources[0]?.query(
    'postgres',
    "select 1 from pg_stat_activity where application_name = 'tributary' and state = 'active'",
  )
  return found?.length ?? -1
}

describe('a source table', () => {
  it('has the columns of its source', async () => {
    const table = await server.tables.get(sampleCaller, 'default', 'orders')
    expect(table.columns).toMatchObject([
      { name: 'id', type: { kind: 'int' } },
      { name: 'customer', type: { kind: 'int' } },
      { name: 'amount', type: { kind: 'decimal', precision: 12, scale: 2 } },
    ])
  })

  it('is not made when the source has no such table', async () => {
    const options = `'url'='jdbc:postgresql://10.71.0.5:5432/shop', 'dbtable'='public.nope', 'passwdauth'='keys', 'encryption'='true'`
    const { job } = await server.submit(`create table nope using jdbc options (${options})`)
    expect(await server.ended(job.id)).toMatchObject({ state: 'FAILED', message: expect.stringContaining('nope') })
    await expect(server.tables.get(sampleCaller, 'default', 'nope')).rejects.toMatchObject({ kind: 'notFound' })
  })
})

describe('a query', () => {
  it('joins two sources', async () => {
    const sql = `select c.name, count(*) as orders, sum(o.amount) as total from orders o join customers c on c.id = o.customer
      where o.id <= 30 group by c.name order by c.name`
    const { job, schema, rows } = await rowsOf(sql)
    expect(schema).toEqual([{ name: 'string' }, { orders: 'bigint' }, { total: 'decimal(22,2)' }])
    expect(rows).toEqual([
      ['customer 0', 10, '206.25'],
      ['customer 1', 10, '181.25'],
      ['customer 2', 10, '193.75'],
    ])
    expect(job).toMatchObject({ resultRows: 3, inputRows: 40 })
    expect(job.inputBytes).toBeGreaterThan(0)
    const reads = await server.deps.store.audit.list({ kind: 'read', limit: 1000 })
    const told = reads.filter(({ requestId }) => requestId === job.id)
    expect(told.map(({ resource }) => resource.replace(/ at .*/, '')).toSorted()).toEqual(['default.customers', 'default.orders'])
    for (const { resource, userName } of told) {
      expect(resource).toMatch(/ at \d+\.\d+\.\d+\.\d+:\d+ by queue \w+$/)
      expect(userName).toBe(sampleCaller.user.name)
    }
  })

  it('keeps rows of sources in a managed table, which is then read without them', async () => {
    const finish = async (sql: string): Promise<void> => {
      const { job } = await server.submit(sql)
      expect(await server.ended(job.id)).toMatchObject({ state: 'FINISHED', message: '' })
    }
    await finish('CREATE TABLE totals (name STRING, total DECIMAL(12,2), n INT) PARTITIONED BY (n)')
    const joined = 'FROM orders o JOIN customers c ON o.customer = c.id GROUP BY c.id, c.name'
    await finish(`INSERT INTO totals SELECT c.name, sum(o.amount), c.id ${joined}`)
    await bind([false, false])
    expect((await rowsOf('SELECT name, total FROM totals WHERE n < 2 ORDER BY name')).rows).toEqual([
      ['customer 0', '18937.50'],
      ['customer 1', '18687.50'],
    ])
    const { job } = await server.submit('SELECT count(*) FROM totals', { queueName: 'default' })
    expect(await server.ended(job.id)).toMatchObject({ state: 'FINISHED' })
  })

  it('runs without any source as well', async () => {
    expect((await rowsOf('select 1 as one')).rows).toEqual([[1]])
  })

  it('waits its turn when others came first', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, (_, at) => rowsOf(`select id from orders where id = ${at + 1}`)))
    expect(all.map(({ rows }) => rows)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((id) => [[id]]))
  })

  it('is refused for what only its plan can tell, and leaves no job behind', async () => {
    const { total } = await server.jobs.list(sampleCaller)
    await expect(server.submit('select missing from orders')).rejects.toMatchObject({ kind: 'semantic' })
    await expect(server.submit('selekt 1')).rejects.toMatchObject({ kind: 'syntax' })
    await expect(server.submit("select * from read_parquet('/etc/passwd')")).rejects.toMatchObject({ name: 'ServiceError' })
    expect((await server.jobs.list(sampleCaller)).total).toBe(total)
  })

  it('is refused where its queue is not bound', async () => {
    await bind([true, false])
    await expect(server.submit('select * from orders join customers on orders.customer = customers.id')).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('queue q1 is not bound to a connection that reaches 10.72.0.5:5432 (table default.customers)'),
    })
  })
})

describe('a password in a statement', () => {
  const options = `'url'='jdbc:postgresql://10.71.0.5:5432/shop', 'dbtable'='public.orders', 'user'='reader', 'password'='canary-inline'`

  it.each([
    `create tabel t using jdbc options (${options})`,
    `create table t using jdbc options (${options}`,
    `create table t using jdbc options (${options.slice(0, -1)})`,
    `create table t using jdbc options (${options.replace('5432/shop', '5432/shop?password=canary-inline')})`,
    `create table t using nothing options (${options})`,
    `select * from t where password = 'canary-inline' and`,
  ])('is not in the refusal of %#', async (sql) => {
    const error: unknown = await server.submit(sql).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ServiceError)
    expect(inspect(error, { depth: 9 })).not.toContain('canary')
  })

  it('is not in the reason of a failure at the source', async () => {
    const { job } = await server.submit(`create table t using jdbc options (${options})`)
    const ended = await server.ended(job.id)
    expect(ended).toMatchObject({ state: 'FAILED', message: expect.stringContaining('reader') })
    expect(JSON.stringify(ended)).not.toContain('canary')
  })

  it('is nowhere on disk', async () => {
    expect((await rowsOf('select count(*) as n from orders')).rows).toEqual([[300]])
    const entries = await readdir(directory.path, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    expect(files.some((path) => path.endsWith('.db-wal'))).toBe(true)
    for (const path of files) expect((await readFile(path)).includes('canary'), path).toBe(false)
  })
})

describe('a running query', () => {
  it('fails when its connection is cut, naming it', async () => {
    const job = await reading()
    const cutAt = Date.now()
    await bind([false, true])
    const ended = await server.ended(job.id)
    expect(ended).toMatchObject({ state: 'FAILED', message: expect.stringContaining('connection1') })
    expect(Date.now() - cutAt).toBeLessThan(2000)
    expect((await rowsOf('select count(*) as n from customers')).rows).toEqual([[10]])
  })

  it('is cancelled within a second, at the source too', async () => {
    const job = await reading()
    await server.jobs.cancel(sampleCaller, job.id)
    expect((await server.jobs.get(sampleCaller, job.id)).state).toBe('CANCELLED')
    const until = Date.now() + 1000
    while ((await backends()) > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await backends()).toBe(0)
    expect((await rowsOf('select count(*) as n from orders')).rows).toEqual([[300]])
    expect(server.log).toEqual([])
  })

  it('ends when its time is up', async () => {
    const { job } = await server.submit('select count(*) from endless where length(reverse(name)) > 0', { conf: ['dli.sql.job.timeout=1'] })
    expect(await server.ended(job.id)).toMatchObject({ state: 'FAILED', message: expect.stringContaining('timed out after 1 s') })
  })

  it('that has ended has its rows when its server is back, though the disk had not taken the files', async () => {
    const { job } = await server.submit('select id from orders where id = 7')
    expect(await server.ended(job.id)).toMatchObject({ state: 'FINISHED', resultRows: 1 })
    await server[Symbol.asyncDispose]()
    await rm(join(directory.path, 'jobs', job.id), { recursive: true })
    server = await SampleServer.startWith(directory.path, { engine, networks })
    const { body } = await server.jobs.preview(sampleCaller, job.id, {})
    expect(JSON.parse(`{${body}}`)).toMatchObject({ rows: [[7]] })
    expect(server.log).toEqual([])
  })

  it('has failed when its server was killed, while one that had not begun runs', async () => {
    const ran = await reading()
    // What a dead process leaves: nobody writes for it any more.
    await server.deps.store[Symbol.asyncDispose]()
    server.runner.stop(ran.id)
    const before = await SampleServer.startWith(directory.path, { engine, networks })
    const failed = await before.ended(ran.id)
    expect(failed).toMatchObject({ state: 'FAILED', message: 'the server restarted while the job ran; run it again' })
    await before.runner.drain(0)
    const { job: waiting } = await before.submit('select count(*) as n from customers')
    expect(waiting.state).toBe('LAUNCHING')
    await before[Symbol.asyncDispose]()
    server = await SampleServer.startWith(directory.path, { engine, networks })
    expect((await server.ended(waiting.id)).state).toBe('FINISHED')
    expect(server.log).toEqual([])
  })
})

// The published procedure against real processes: server, engine children and two PostgreSQL servers; what survives kill -9, what is cut, what is gone.

import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Api, textOf } from '../../examples/quickstart/api.ts'
import { Procedure, sites, tableSql, until } from '../../examples/quickstart/procedure.ts'
import { openSessions } from '../../examples/quickstart/sources.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'

const canary = 'canary-Ph0sphorus-7'
const salesSql = `
  create table public.orders as select g as id, 1 + g % 10 as customer_id, (g % 100)::numeric(10,2) as amount from generate_series(1, 10000) g;
  create view public.endless as select g as id, md5(g::text) as noise from generate_series(1, 2000000000) g;`
const crmSql = `create table public.customers as select g as id, 'Customer ' || g as name from generate_series(1, 10) g`
const joinSql =
  'SELECT c.name, count(*) AS orders, sum(o.amount) AS revenue FROM shop.orders o JOIN shop.customers c ON o.customer_id = c.id WHERE c.id <= 2 GROUP BY c.name ORDER BY c.name'
const joined = [
  ['Customer 1', 1000, '45000.00'],
  ['Customer 2', 1000, '46000.00'],
]

async function signIn(server: TributaryServer): Promise<Procedure> {
  return new Procedure(await Api.signIn(server), server.account.projectId)
}

/** The children of a process that run an engine. */
function enginesOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}

function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe('the published procedure', () => {
  let dataDir: string
  let sales: PostgresServer
  let crm: PostgresServer
  let server: TributaryServer
  let steps: Procedure
  let salesId: string
  let crmId: string
  let firstJob: string

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tributary-e2e-'))
    ;[sales, crm] = await Promise.all([
      startPostgres({ databases: { sales: salesSql }, password: canary }),
      startPostgres({ databases: { crm: crmSql }, password: canary }),
    ])
    server = await startTributary({ dataDir })
    steps = await signIn(server)
    await steps.declare(sites.sales, sales)
    await steps.declare(sites.crm, crm)
  }, 60_000)

  afterAll(async () => {
    await server?.[Symbol.asyncDispose]()
    await sales?.[Symbol.asyncDispose]()
    await crm?.[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('ends in joined rows', async () => {
    await steps.createQueue('analytics')
    salesId = await steps.createConnection(sites.sales, ['analytics'])
    crmId = await steps.createConnection(sites.crm, [])
    await steps.bind(crmId, 'analytics')
    await steps.untilActive(salesId)
    await steps.untilActive(crmId)
    await steps.createAuthInfo('sales_login', sales)
    await steps.createAuthInfo('crm_login', crm)
    await steps.createDatabase('shop')
    await steps.run('analytics', tableSql('shop.orders', sites.sales, 'public.orders', 'sales_login'))
    await steps.run('analytics', tableSql('shop.endless', sites.sales, 'public.endless', 'sales_login'))
    await steps.run('analytics', tableSql('shop.customers', sites.crm, 'public.customers', 'crm_login'))
    firstJob = await steps.run('analytics', joinSql)
    const { columns, rows } = await steps.preview(firstJob)
    expect(columns).toEqual(['name', 'orders', 'revenue'])
    expect(rows).toEqual(joined)
  })

  it('sends each source only the columns and rows that it needs, by the source’s own log', async () => {
    const log = await readFile(crm.logPath, 'utf8')
    const scans = log.split('\n').filter((line) => /copy \(/i.test(line) && line.includes('customers'))
    expect(scans.length).toBeGreaterThan(0)
    expect(scans.at(-1)).toMatch(/where .*"?id"? ?<= ?/i)
    const orders = (await readFile(sales.logPath, 'utf8')).split('\n').filter((line) => /copy \(/i.test(line) && line.includes('"orders"'))
    expect(orders.length).toBeGreaterThan(0)
    expect(orders.at(-1)).not.toMatch(/"id"/)
  })

  it('keeps DuckDB, drivers and parsers out of the server process', () => {
    const engines = enginesOf(server.pid)
    expect(engines.length).toBeGreaterThan(0)
    const hasDuckdb = (pid: number) => readFileSync(`/proc/${pid}/maps`, 'utf8').includes('duckdb')
    expect(engines.some(hasDuckdb)).toBe(true)
    expect(hasDuckdb(server.pid)).toBe(false)
  })

  it('survives kill -9: engines end with the server, and a restart has everything', async () => {
    const engines = enginesOf(server.pid)
    await server.kill()
    await until(async () => !engines.some(isRunning))
    server = await startTributary({ dataDir })
    steps = await signIn(server)
    await steps.untilActive(salesId)
    await steps.untilActive(crmId)
    expect((await steps.preview(firstJob)).rows).toEqual(joined)
    expect((await steps.preview(await steps.run('analytics', joinSql))).rows).toEqual(joined)
  })

  /** Sessions of jobs before are kept for a while, so one that is open is not yet one that reads. */
  function untilScanning(): Promise<void> {
    const sql = `select count(*)::int as scanning from pg_stat_activity where application_name = 'tributary' and state = 'active'`
    return until(async () => Number((await sales.query('sales', sql))[0]?.['scanning']) > 0)
  }

  it('cuts a running scan when its queue is unbound, and nothing else', async () => {
    const { answer } = await steps.submit('analytics', 'SELECT count(*) AS n, max(reverse(noise)) AS m FROM shop.endless')
    const job = textOf(answer, 'job_id')
    await untilScanning()
    await steps.unbind(salesId, 'analytics')
    const end = await steps.untilEnded(job)
    expect(end['status']).toBe('FAILED')
    expect(end['message']).toMatch(/queue analytics .* connection sales/)
    await until(async () => (await openSessions(sales, 'sales')) === 0)
    const rows = await steps.preview(await steps.run('analytics', 'SELECT count(*) AS n FROM shop.customers'))
    expect(rows.rows).toEqual([[10]])
    const refused = await steps.submit('analytics', 'SELECT count(*) FROM shop.orders')
    expect(refused.status).toBe(400)
    await steps.bind(salesId, 'analytics')
    await steps.untilActive(salesId)
    expect((await steps.preview(await steps.run('analytics', joinSql))).rows).toEqual(joined)
  })

  it('turns a job that was running into FAILED after kill -9, and runs it no second time', async () => {
    const { answer } = await steps.submit('analytics', 'SELECT count(*) AS n, max(reverse(noise)) AS m FROM shop.endless')
    const job = textOf(answer, 'job_id')
    await untilScanning()
    await server.kill()
    await until(async () => (await openSessions(sales, 'sales')) === 0)
    server = await startTributary({ dataDir })
    steps = await signIn(server)
    const end = await steps.untilEnded(job)
    expect(end['status']).toBe('FAILED')
    expect(end['message']).toMatch(/the server restarted/)
    expect(await openSessions(sales, 'sales')).toBe(0)
  })

  it('leaves a source’s password nowhere: data directory, log, arguments', async () => {
    const { answer } = await steps.submit(
      'analytics',
      `CREATE TABLE shop.bad USING JDBC OPTIONS ('url'='jdbc:postgresql://sales-db:5432/sales', 'password'='${canary}' oops`,
    )
    expect(JSON.stringify(answer)).not.toContain(canary)
    const inline = tableSql('shop.inline', sites.sales, 'public.orders', 'sales_login').replace(
      "'passwdauth' = 'sales_login', 'encryption' = 'true'",
      `'user'='${sales.user}', 'password'='${canary}'`,
    )
    expect(inline).toContain(canary)
    await steps.run('analytics', inline)
    expect((await steps.preview(await steps.run('analytics', 'SELECT count(*) AS n FROM shop.inline'))).rows).toEqual([[10000]])
    await server.stop()
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.length).toBeGreaterThan(2)
    for (const file of files) expect(readFileSync(join(file.parentPath, file.name)).includes(canary), file.name).toBe(false)
    expect(server.log().length).toBeGreaterThan(100)
    expect(server.log()).not.toContain(canary)
    server = await startTributary({ dataDir })
  })

  it('ends on SIGTERM with exit code 0', async () => {
    expect(await server.stop()).toBe(0)
  })
})

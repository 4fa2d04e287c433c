// What a job says that crossed, held against the sources' own logs and against the bytes that a forwarder in between has counted.

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { operations, ResultOf } from '@tributary/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Api } from '../../examples/quickstart/api.ts'
import { Procedure, sites } from '../../examples/quickstart/procedure.ts'
import { CountingGate } from '../bench/counting-gate.ts'
import { Jobs } from '../bench/jobs.ts'
import { Wire } from '../bench/wire.ts'
import { type MariadbServer, mariadbAbsence, startMariadb } from '../servers/mariadb.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'

type Crossing = ResultOf<typeof operations.getJobCrossings>['crossings'][number]

const longMs = 120_000
const passwords = { sales: 'Canary-Sales-1', crm: 'Canary-Crm-1' } as const

const postgresSql = `
  create table goods as select i as id, 'good ' || i as name, (i % 7)::int as kind from generate_series(1, 5000) i;
  create table many as select i as id, repeat('good ' || i, 10) as name from generate_series(1, 300000) i;
  create table kept (id int, name text);
  create view endless as select i as id, 'row number ' || i as name from (select generate_series(1, 2000000000) as i) s;`
const mariadbSql = `
  create table goods as select cast(seq as int) as id, concat('good ', seq) as name, cast(seq % 7 as int) as kind from seq_1_to_5000;
  create table many as select cast(seq as int) as id, repeat(concat('good ', seq), 10) as name from seq_1_to_300000;
  create table kept (id int, name varchar(50));
  create view endless as select cast(seq as int) as id, concat('row number ', seq) as name from seq_1_to_2000000000;`

/** A source with a gate before it. */
interface Ground {
  readonly kind: 'postgresql' | 'mysql'
  readonly site: 'sales' | 'crm'
  readonly gate: CountingGate
  readonly server: PostgresServer | MariadbServer
  readonly connectionId: string
}

let pg: Ground
let maria: Ground
let server: TributaryServer
let wire: Wire
let jobs: Jobs

/** Names a table of a source in the catalog. @param more - options besides */
function named(name: string, { kind, site }: Pick<Ground, 'kind' | 'site'>, table: string, more = ''): string {
  const schema = kind === 'mysql' ? site : 'public'
  return `CREATE TABLE ${name} USING JDBC OPTIONS ('url' = 'jdbc:${kind}://${site}-db:5432/${site}', 'dbtable' = '${schema}.${table}',
    'passwdauth' = '${site}_login', 'encryption' = 'true'${more})`
}

async function attach(steps: Procedure, ground: Omit<Ground, 'connectionId'>): Promise<Ground> {
  const site = sites[ground.site]
  await steps.declare(site, ground.gate)
  const connectionId = await steps.createConnection(site, ['q'])
  await steps.untilActive(connectionId)
  await steps.createAuthInfo(`${ground.site}_login`, ground.server)
  const prefix = ground.kind === 'mysql' ? 'maria' : 'pg'
  for (const table of ['goods', 'kept', 'endless']) await jobs.run(named(`${prefix}_${table}`, ground, table))
  return { ...ground, connectionId }
}

async function crossingsOf(id: string): Promise<readonly Crossing[]> {
  const answer = await wire.json('GET', `/tributary/v1/projects/${server.account.projectId}/jobs/${id}/crossings`)
  return answer['crossings'] as readonly Crossing[]
}

/** Looks until it holds. */
async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const until = Date.now() + 60_000
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`not within a minute: ${what}`)
    await sleep(20)
  }
}

/** What the gates have counted. */
function counted(ground: Ground): { readonly bytes_in: number; readonly bytes_out: number } {
  return { bytes_in: ground.gate.bytes, bytes_out: ground.gate.bytesToSource }
}

/** Ends sessions that were kept from before, so that what a job moves is all that moves. */
async function quiet(ground: Ground): Promise<void> {
  await endSessions(ground, 'all')
  await eventually('no session is open', () => ground.gate.open === 0)
}

/** How often the source's own log has a statement; MariaDB writes down that it is prepared, and that it runs. */
function timesRun({ kind, server: { logPath } }: Ground, text: string): number {
  const lines = readFileSync(logPath, 'utf8').split('\n')
  return lines.filter((line) => line.includes(text) && (kind === 'postgresql' || line.includes('Execute'))).length
}

/** Runs a statement whose only crossings are of one source. @returns them, and what the gate has counted */
async function run(ground: Ground, sql: string): Promise<{ readonly crossings: readonly Crossing[]; readonly moved: object }> {
  await quiet(ground)
  const before = counted(ground)
  const id = await jobs.run(sql)
  const crossings = await crossingsOf(id)
  const after = counted(ground)
  return { crossings, moved: { bytes_in: after.bytes_in - before.bytes_in, bytes_out: after.bytes_out - before.bytes_out } }
}

/** Ends sessions of ours at a source: those that run something, or all. @returns how many */
async function endSessions({ kind, server }: Ground, which: 'busy' | 'all'): Promise<number> {
  if (kind === 'postgresql') {
    const busy = which === 'busy' ? "and state <> 'idle'" : ''
    const ours = `application_name = 'tributary' ${busy}`
    return (await server.query('sales', `select pg_terminate_backend(pid) from pg_stat_activity where ${ours}`)).length
  }
  const busy = which === 'busy' ? "and INFO like '/* tributary%'" : ''
  const ours = `USER = '${server.user}' and ID <> connection_id() ${busy}`
  const found = await server.query('crm', `select ID as id from information_schema.PROCESSLIST where ${ours}`)
  // One may have ended by itself meanwhile.
  for (const { id } of found) await server.query('crm', `kill connection ${Number(id)}`).catch(() => undefined)
  return found.length
}

const both = ['pg', 'maria'] as const
const groundOf = (name: (typeof both)[number]): Ground => (name === 'pg' ? pg : maria)

/** One scan of a source: every figure of it against the gate, its text against the log. */
async function checkScan(name: (typeof both)[number]): Promise<void> {
  const ground = groundOf(name)
  const sql = `SELECT max(sha2(name, 256)) AS most FROM ${name}_goods WHERE id > 1000 AND lower(name) <> 'x'`
  const { crossings, moved } = await run(ground, sql)
  expect(crossings).toHaveLength(1)
  const [crossing] = crossings as readonly [Crossing]
  expect(crossing).toMatchObject({
    kind: 'scan',
    state: 'done',
    connection_id: ground.connectionId,
    connection_name: ground.site,
    source: ground.kind,
    endpoint: `${ground.site}-db:5432`,
    tables: [`default.${name}_goods`],
    statements: 1,
    readers: 1,
    rows: 4000,
    ...moved,
  })
  expect(timesRun(ground, crossing.text)).toBe(1)
  const { connect_ms: connect = 0, first_row_ms: first = 0, total_ms: total } = crossing
  expect(connect).toBeGreaterThan(0)
  expect(first).toBeGreaterThan(connect)
  expect(total).toBeGreaterThanOrEqual(first)
  expect(crossing.notes).toEqual([
    expect.stringMatching(/^not asked for more: /),
    'filtered by the source: id > 1000',
    expect.stringMatching(/^filtered here, over name: it computes/),
  ])
  const order = { sql: `EXPLAIN ${sql}`, queue_name: 'q' }
  const explained = JSON.stringify(await wire.json('POST', `/v1.0/${server.account.projectId}/jobs/submit-job`, order))
  for (const line of crossing.notes) expect(explained).toContain(line.replace('filtered here', 'here'))
}

// Skipped where no mariadb-server is installed.
describe.skipIf(mariadbAbsence() !== undefined)('what crossed for a job', () => {
  beforeAll(async () => {
    const [sales, crm] = await Promise.all([
      startPostgres({ databases: { sales: postgresSql }, password: passwords.sales }),
      startMariadb({ databases: { crm: mariadbSql }, password: passwords.crm }),
    ])
    server = await startTributary()
    wire = await Wire.signIn(server)
    const steps = new Procedure(await Api.signIn(server), server.account.projectId)
    jobs = new Jobs(wire, server.account.projectId, 'q')
    await steps.createQueue('q')
    pg = await attach(steps, { kind: 'postgresql', site: 'sales', gate: await CountingGate.start(sales.port), server: sales })
    maria = await attach(steps, { kind: 'mysql', site: 'crm', gate: await CountingGate.start(crm.port), server: crm })
    const parts = `, 'partitionColumn' = 'id', 'lowerBound' = '1', 'upperBound' = '300001', 'numPartitions' = '4'`
    for (const [name, ground] of [['pg_parts', pg] as const, ['maria_parts', maria] as const])
      await jobs.run(named(name, ground, 'many', parts))
  }, longMs)
  afterAll(async () => {
    await wire?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
    for (const one of [pg?.gate, maria?.gate, pg?.server, maria?.server]) await one?.[Symbol.asyncDispose]()
  }, longMs)

  it('a job tells what crossed to and from its source', { timeout: longMs }, async () => {
    for (const name of both) await checkScan(name)
  })

  it.each(both)('of a query that %s answers whole', { timeout: longMs }, async (name) => {
    const ground = groundOf(name)
    const { crossings, moved } = await run(ground, `SELECT kind, count(*) AS n FROM ${name}_goods WHERE id > 7 GROUP BY kind`)
    expect(crossings).toMatchObject([
      { kind: 'query', state: 'done', rows: 7, statements: 1, notes: ['done by the source: filter, groups'], ...moved },
    ])
    expect(timesRun(ground, crossings[0]?.text ?? '')).toBe(1)
  })

  it.each(both)('of a table that is read in parts: %s', { timeout: longMs }, async (name) => {
    const ground = groundOf(name)
    const { crossings, moved } = await run(ground, `SELECT max(sha2(name, 256)) AS most FROM ${name}_parts`)
    expect(crossings).toMatchObject([{ kind: 'scan', state: 'done', rows: 300_000, ...moved }])
    const [{ statements, readers, text }] = crossings as readonly [Crossing]
    expect(statements).toBe(4)
    expect(readers).toBeGreaterThan(1)
    expect(timesRun(ground, text)).toBe(1)
    // Up to the condition of its part each of them is the same.
    expect(timesRun(ground, text.slice(0, text.lastIndexOf(' WHERE ') + 7))).toBe(statements)
  })

  it('of two sources that are joined', { timeout: longMs }, async () => {
    await Promise.all([pg, maria].map(quiet))
    const before = [counted(pg), counted(maria)]
    const id = await jobs.run('SELECT sum(p.id) AS n FROM pg_goods p JOIN maria_goods m ON lower(p.name) = lower(m.name) WHERE p.id <= 50')
    const crossings = await crossingsOf(id)
    const after = [counted(pg), counted(maria)]
    const moved = after.map(({ bytes_in, bytes_out }, at) => ({
      bytes_in: bytes_in - (before[at]?.bytes_in ?? 0),
      bytes_out: bytes_out - (before[at]?.bytes_out ?? 0),
    }))
    const bySource = ['postgresql', 'mysql'].map((source) => crossings.filter((crossing) => crossing.source === source))
    expect(bySource).toMatchObject([
      [{ connection_id: pg.connectionId, rows: 50, ...moved[0] }],
      [{ connection_id: maria.connectionId, rows: 5000, ...moved[1] }],
    ])
  })

  it('of a table that is asked for the keys of another, which are named and not listed', { timeout: longMs }, async () => {
    await Promise.all([pg, maria].map(quiet))
    const sql =
      "SELECT count(*) AS n FROM pg_goods p JOIN maria_parts m ON m.id = p.id WHERE p.name IN ('good 4321', 'good 77', 'good 1234')"
    const crossings = await crossingsOf(await jobs.run(sql))
    const [small, large] = ['postgresql', 'mysql'].map((source) => crossings.find((crossing) => crossing.source === source))
    expect([small?.rows, large?.rows]).toEqual([3, 3])
    expect(large?.text).toContain('keys from default.pg_goods (3)')
    expect(large?.notes.join('\n')).toContain('keys from default.pg_goods (3)')
    expect(JSON.stringify(large)).not.toMatch(/4321|1234/)
    expect(readFileSync(maria.server.logPath, 'utf8')).toMatch(/4321/)
  })

  it.each(both)('of rows that are written to %s', { timeout: longMs }, async (name) => {
    const ground = groundOf(name)
    const { crossings, moved } = await run(
      ground,
      `INSERT INTO ${name}_kept SELECT id, concat('n', id) FROM (SELECT explode(sequence(1, 2000)) AS id) s`,
    )
    expect(crossings).toMatchObject([
      { kind: 'write', state: 'done', connection_id: ground.connectionId, tables: [`default.${name}_kept`], rows: 2000, ...moved },
    ])
    const [{ text, first_row_ms: first }] = crossings as readonly [Crossing]
    expect(timesRun(ground, text.replace(/[ (]*…[)]*$/, ''))).toBeGreaterThanOrEqual(1)
    expect(first).toBeUndefined()
  })

  it.each(both)('moves while the job runs, and stays when it is cancelled: %s', { timeout: longMs }, async (name) => {
    const id = await jobs.submit(`SELECT max(sha2(name, 256)) AS most FROM ${name}_endless`)
    let seen: readonly Crossing[] = []
    const rowsAbove = (least: number) => async (): Promise<boolean> => {
      seen = await crossingsOf(id)
      return (seen[0]?.rows ?? 0) > least
    }
    await eventually('rows are told', rowsAbove(0))
    await eventually('more rows are told', rowsAbove(seen[0]?.rows ?? 0))
    expect(seen).toMatchObject([{ state: 'running' }])
    const soFar = seen[0]?.bytes_in ?? 0
    await wire.json('DELETE', `/v1.0/${server.account.projectId}/jobs/${id}`)
    await eventually('it is told that it was stopped', async () => {
      seen = await crossingsOf(id)
      return seen[0]?.state === 'stopped' && seen[0].bytes_in > soFar
    })
    expect((await jobs.untilEnded(id)).status).toBe('CANCELLED')
  })

  it.each(both)('stays when the job fails: %s', { timeout: longMs }, async (name) => {
    const ground = groundOf(name)
    const id = await jobs.submit(`SELECT max(sha2(name, 256)) AS most FROM ${name}_endless`)
    await eventually('rows are told', async () => ((await crossingsOf(id))[0]?.rows ?? 0) > 0)
    expect(await endSessions(ground, 'busy')).toBe(1)
    expect((await jobs.untilEnded(id)).status).toBe('FAILED')
    expect(await crossingsOf(id)).toMatchObject([{ state: 'failed', connection_id: ground.connectionId }])
  })

  it('is nothing for a job that went to no source', async () => {
    expect(await crossingsOf(await jobs.run('SELECT 1 AS one'))).toEqual([])
  })

  it('is counted for each connection, and names no secret', { timeout: longMs }, async () => {
    const metrics = await wire.call('GET', '/metrics')
    const valueOf = (name: string, labels: string): number => {
      const line = metrics.split('\n').find((each) => each.startsWith(`${name}{${labels}}`))
      if (line === undefined) throw new Error(`${name} ${labels} is not among the metrics`)
      return Number(line.split(' ').at(-1))
    }
    for (const { connectionId } of [pg, maria]) {
      const of = `connection_id="${connectionId}"`
      expect(valueOf('tributary_connection_rows_total', `${of},direction="out"`)).toBe(2000)
      expect(valueOf('tributary_connection_rows_total', `${of},direction="in"`)).toBeGreaterThan(10_000)
      expect(valueOf('tributary_connection_bytes_total', `${of},direction="in"`)).toBeGreaterThan(100_000)
      for (const outcome of ['failed', 'stopped'])
        expect(valueOf('tributary_connection_crossings_total', `${of},outcome="${outcome}"`)).toBeGreaterThanOrEqual(1)
      expect(valueOf('tributary_connection_crossings_total', `${of},outcome="done"`)).toBeGreaterThanOrEqual(4)
    }
    const { jobs: all } = (await wire.json('GET', `/v1.0/${server.account.projectId}/jobs?page-size=100`)) as { jobs: { job_id: string }[] }
    const told = JSON.stringify(await Promise.all(all.map(({ job_id: id }) => crossingsOf(id))))
    expect(told).toContain('COPY (SELECT')
    for (const secret of Object.values(passwords)) expect(told + metrics).not.toContain(secret)
  })
})

// What goes wrong at a source while a job reads it: that job fails and says where and what helps; others, and the queue, go on.

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Api } from '../../examples/quickstart/api.ts'
import { Procedure, sites, tableSql } from '../../examples/quickstart/procedure.ts'
import { mariadbTableSql } from '../bench/installation.ts'
import { Jobs } from '../bench/jobs.ts'
import { Wire } from '../bench/wire.ts'
import { FaultGate } from '../servers/fault-gate.ts'
import { type MariadbServer, mariadbAbsence, startMariadb } from '../servers/mariadb.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'

const abortedScans = Number(process.env['ABORTED_SCANS'] ?? 50)
const longMs = 240_000

const postgresSql = `
  create view endless as select i as id, 'row number ' || i as name from (select generate_series(1, 2000000000) as i) s;
  create table goods as select i as id, 'good ' || i as name from generate_series(1, 1000) i;`
const mariadbSql = `
  create view endless as select seq as id, concat('row number ', seq) as name from seq_1_to_2000000000;
  create table goods as select seq as id, concat('good ', seq) as name from seq_1_to_1000;`

/** As texts: MariaDB's numbers are of another width. */
const goods = Array.from({ length: 1000 }, (_, index) => [`${index + 1}`, `good ${index + 1}`])

/** No source can be asked this: every row crosses. */
const readAll = (table: string): string => `SELECT max(sha2(name, 256)) AS most FROM ${table}`
/** As little as can be streaming for a job to count as one that reads. */
const streaming = 2 ** 20

/** A source with a gate before it. */
interface Ground {
  readonly server: PostgresServer | MariadbServer
  readonly gate: FaultGate
  /** The first part of its tables' names in the catalog, and the database where they are. */
  readonly prefix: 'pg' | 'maria'
  readonly database: 'sales' | 'crm'
  /** Sessions of ours that are at work there, or all. */
  sessions(working?: boolean): Promise<readonly number[]>
  /** Ends one session at the source. */
  end(session: number): Promise<unknown>
}

let pg: Ground
let maria: Ground
let server: TributaryServer
let wire: Wire
/** Both of the same sources. */
let victims: Jobs
let others: Jobs

const spare: AsyncDisposable[] = []

async function startGrounds(): Promise<void> {
  const [one, two] = await Promise.all([
    startPostgres({ databases: { sales: postgresSql } }),
    startMariadb({ databases: { crm: mariadbSql }, settings: { 'lock-wait-timeout': '1' } }),
  ])
  pg = {
    server: one,
    gate: await FaultGate.start(one.port),
    prefix: 'pg',
    database: 'sales',
    sessions: async (working = false) => {
      const where = working ? "and state <> 'idle'" : ''
      const rows = await one.query('postgres', `select pid as id from pg_stat_activity where application_name = 'tributary' ${where}`)
      return rows.map(({ id }) => Number(id))
    },
    end: (session) => one.query('postgres', `select pg_terminate_backend(${session})`),
  }
  maria = {
    server: two,
    gate: await FaultGate.start(two.port),
    prefix: 'maria',
    database: 'crm',
    sessions: async (working = false) => {
      const where = working ? "and INFO like '/* tributary%'" : ''
      const rows = await two.query(
        undefined,
        `select ID as id from information_schema.PROCESSLIST where ID <> connection_id() and USER = '${two.user}' ${where}`,
      )
      return rows.map(({ id }) => Number(id))
    },
    end: (session) => two.query(undefined, `kill connection ${session}`),
  }
}

async function attachAll(): Promise<void> {
  const steps = new Procedure(await Api.signIn(server), server.account.projectId)
  wire = await Wire.signIn(server)
  victims = new Jobs(wire, server.account.projectId, 'victims')
  others = new Jobs(wire, server.account.projectId, 'others')
  for (const queue of ['victims', 'others']) await steps.createQueue(queue)
  for (const jobs of [victims, others]) await eventually('the engine is up', () => jobs.run('SELECT 1').then(isYes, isNo), longMs / 2)
  for (const { site, ground, nameTable } of [
    { site: sites.sales, ground: pg, nameTable: tableSql },
    { site: sites.crm, ground: maria, nameTable: mariadbTableSql('crm') },
  ]) {
    await steps.declare(site, ground.gate)
    await steps.untilActive(await steps.createConnection(site, ['victims', 'others']))
    await steps.createAuthInfo(`${site.name}_login`, ground.server)
    const schema = ground === pg ? 'public' : 'crm'
    for (const table of ['endless', 'goods'])
      await victims.run(nameTable(`${ground.prefix}_${table}`, site, `${schema}.${table}`, `${site.name}_login`))
  }
}

const isYes = (): boolean => true
const isNo = (): boolean => false

/** @param conf - settings of the job, as `key=value` */
async function submit(sql: string, conf: readonly string[] = []): Promise<string> {
  const order = { sql, queue_name: 'victims', conf }
  return String((await wire.json('POST', `/v1.0/${server.account.projectId}/jobs/submit-job`, order))['job_id'])
}

/** On a machine that does ten other things an engine may take longer to stop than it is given: another is started then, and the statement sent again. */
async function submitPatiently(sql: string): Promise<string> {
  let job = ''
  await eventually('the engine takes the statement', async () => {
    job = await submit(sql).catch((error: Error) => {
      if (error.message.includes('answered 503')) return ''
      throw error
    })
    return job !== ''
  })
  return job
}

/** Looks until it holds. */
async function eventually(what: string, holds: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const until = Date.now() + withinMs
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`not within ${withinMs} ms: ${what}`)
    await sleep(20)
  }
}

/** Submits a job that would read for ever, and resolves when rows of it stream. */
async function reading(ground: Ground, conf: readonly string[] = []): Promise<string> {
  const before = ground.gate.bytes
  const job = await submit(readAll(`${ground.prefix}_endless`), conf)
  await eventually('rows stream', () => ground.gate.bytes > before + streaming)
  return job
}

async function failedJobs(): Promise<number> {
  const answer = await wire.json('GET', `/v1.0/${server.account.projectId}/jobs?job-status=FAILED&page-size=100`)
  return Number(answer['job_count'])
}

const readGoods = (ground: Ground): string => `SELECT id, name FROM ${ground.prefix}_goods ORDER BY id`

/** That a fault fails the job in hand and no other, while one that reads the other source goes on, and that the queue reads the same source next. */
async function harms(ground: Ground, job: string, fault: () => unknown): Promise<string> {
  const other = ground === pg ? maria : pg
  const before = await failedJobs()
  const seen = other.gate.bytes
  const bystander = await others.submit(readAll(`${other.prefix}_endless`))
  await eventually('the other job streams', () => other.gate.bytes > seen + streaming)
  await fault()
  const { status, message } = await victims.untilEnded(job)
  expect([status, await failedJobs()]).toEqual(['FAILED', before + 1])
  const soFar = other.gate.bytes
  await eventually('the other job still streams', () => other.gate.bytes > soFar + streaming)
  await wire.json('DELETE', `/v1.0/${server.account.projectId}/jobs/${bystander}`)
  expect((await others.untilEnded(bystander)).status).toBe('CANCELLED')
  expect(message).not.toContain(ground.server.password)
  return message
}

/** The queue that had the fault reads the same source. */
async function worksAgain(ground: Ground): Promise<void> {
  const rows = await victims.rows(readGoods(ground))
  expect(rows.map((row) => row.map(String))).toEqual(goods)
}

function killServer(ground: Ground): void {
  const home = dirname(ground.server.logPath)
  const file = ground === pg ? join(home, 'data', 'postmaster.pid') : join(home, 'pid')
  process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGKILL')
}

// Skipped where no mariadb-server is installed.
describe.skipIf(mariadbAbsence() !== undefined)('a source at fault', () => {
  beforeAll(async () => {
    await startGrounds()
    server = await startTributary()
    await attachAll()
  }, longMs)
  beforeEach(() => {
    for (const { gate } of [pg, maria]) gate.mood = 'open'
  })
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]()
    for (const one of [pg?.gate, maria?.gate, pg?.server, maria?.server, ...spare]) await one?.[Symbol.asyncDispose]()
  }, longMs)

  it.each(['pg', 'maria'] as const)('that ends a session in the middle of a scan: %s', { timeout: longMs }, async (kind) => {
    const ground = kind === 'pg' ? pg : maria
    const job = await reading(ground)
    const working = await ground.sessions(true)
    expect(working).toHaveLength(1)
    const message = await harms(ground, job, () => ground.end(working[0] as number))
    expect(message).toMatch(/endless at \S+:5432: .*ended the session: run the job again/)
    await worksAgain(ground)
  })

  it.each(['pg', 'maria'] as const)('whose connection is cut: %s', { timeout: longMs }, async (kind) => {
    const ground = kind === 'pg' ? pg : maria
    const message = await harms(ground, await reading(ground), () => ground.gate.cut())
    expect(message).toMatch(/endless at \S+:5432: the connection was lost: .*run the job again, and ask the doctor/)
    await worksAgain(ground)
  })

  it.each(['pg', 'maria'] as const)(
    'that falls silent while its socket stays, until the time of the job is up: %s',
    { timeout: longMs },
    async (kind) => {
      const ground = kind === 'pg' ? pg : maria
      const job = await reading(ground, ['dli.sql.job.timeout=5'])
      const message = await harms(ground, job, () => {
        ground.gate.mood = 'silent'
      })
      expect(message).toContain('timed out after 5 s')
      await eventually('no socket is left', () => ground.gate.open === 0)
      ground.gate.mood = 'open'
      await eventually('no session is left', async () => (await ground.sessions(true)).length === 0)
      await worksAgain(ground)
    },
  )

  it.each(['pg', 'maria'] as const)('that is slow, and still right: %s', { timeout: longMs }, async (kind) => {
    const ground = kind === 'pg' ? pg : maria
    ground.gate.mood = 'slow'
    const begun = performance.now()
    await worksAgain(ground)
    // A thousand rows of at least eight bytes, 64 at a time.
    expect(performance.now() - begun).toBeGreaterThan(1_000)
  })

  it.each(['pg', 'maria'] as const)('whose table is locked: %s', { timeout: longMs }, async (kind) => {
    const ground = kind === 'pg' ? pg : maria
    if (ground === pg) await pg.server.query('sales', `alter role ${pg.server.user} set lock_timeout = '1s'`)
    for (const session of await ground.sessions()) await ground.end(session)
    const lock =
      ground === pg
        ? 'begin; lock table goods in access exclusive mode; select pg_sleep(300)'
        : 'lock tables crm.goods write; select sleep(300)'
    const held = ground.server.query(ground.database, lock).catch(() => undefined)
    const asleep =
      ground === pg
        ? "select pid as id from pg_stat_activity where query like 'begin; lock%' and wait_event = 'PgSleep'"
        : "select ID as id from information_schema.PROCESSLIST where INFO = 'select sleep(300)'"
    const holders = (): Promise<readonly Record<string, unknown>[]> => ground.server.query(ground.database, asleep)
    await eventually('the lock is held', async () => (await holders()).length === 1)
    const message = await harms(ground, await submit(readGoods(ground)), () => undefined)
    expect(message).toMatch(
      /goods at \S+:5432: the source answered: .*lock.* another session at the source holds a lock: run the job again/i,
    )
    await ground.end(Number((await holders())[0]?.['id']))
    await held
    await worksAgain(ground)
  })

  it.each(['pg', 'maria'] as const)('whose password was changed: %s', { timeout: longMs }, async (kind) => {
    const ground = kind === 'pg' ? pg : maria
    const { user, password } = ground.server
    const change = (to: string): string =>
      ground === pg ? `alter role ${user} password '${to}'` : `alter user '${user}'@'%' identified by '${to}'`
    // Queries of the test itself sign in, too.
    await ground.server.query(
      ground.database,
      ground === pg
        ? "create role keeper superuser login password 'Keeper-1'"
        : "create user keeper identified by 'Keeper-1'; grant all on *.* to keeper with grant option",
    )
    const keeper = await keeperOf(ground)
    // One that is kept open from before would go on.
    for (const session of await ground.sessions()) await ground.end(session)
    await keeper(change('Changed-2'))
    await keeper(ground === pg ? "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tributary'" : 'select 1')
    const message = await harms(ground, await submit(readGoods(ground)), () => undefined)
    expect(message).toMatch(/:5432: the source answered: .*if the password has changed at the source, give the auth-info the new one/)
    expect(message).not.toMatch(/Changed-2|Keeper-1/)
    await keeper(change(password))
    await worksAgain(ground)
  })

  it.each(['pg', 'maria'] as const)(
    `whose scans are aborted, ${abortedScans} of them: %s`,
    { timeout: 60_000 + abortedScans * 6_000 },
    async (kind) => {
      const ground = kind === 'pg' ? pg : maria
      await eventually('sessions of the past are gone', async () => (await ground.sessions()).length === 0)
      const failed = await failedJobs()
      let streamed = 0
      for (let done = 0; done < abortedScans; done += 1) {
        const before = ground.gate.bytes
        const job = await submitPatiently(readAll(`${ground.prefix}_endless`))
        await eventually('rows stream', () => ground.gate.bytes > before + 65_536)
        streamed += 1
        await wire.json('DELETE', `/v1.0/${server.account.projectId}/jobs/${job}`)
      }
      expect(streamed).toBe(abortedScans)
      await eventually('no session and no socket is left', async () => ground.gate.open === 0 && (await ground.sessions()).length === 0)
      expect(await failedJobs()).toBe(failed)
      await worksAgain(ground)
    },
  )

  it.each(['pg', 'maria'] as const)('that is killed: %s', { timeout: longMs }, async (kind) => {
    const ground = kind === 'pg' ? pg : maria
    const next =
      ground === pg ? await startPostgres({ databases: { sales: postgresSql } }) : await startMariadb({ databases: { crm: mariadbSql } })
    spare.push(next)
    const job = await reading(ground)
    const message = await harms(ground, job, () => killServer(ground))
    expect(message).toMatch(/endless at \S+:5432: .*run the job again/)
    const refused = await victims.untilEnded(await submit(readGoods(ground)))
    expect(refused).toMatchObject({ status: 'FAILED' })
    ground.gate.sourcePort = next.port
    await worksAgain(ground)
  })
})

/** Runs SQL as somebody whose password stays. */
async function keeperOf(ground: Ground): Promise<(sql: string) => Promise<unknown>> {
  if (ground === pg) {
    const { default: pgDriver } = await import('pg')
    const client = new pgDriver.Client({ connectionString: `postgres://keeper:Keeper-1@127.0.0.1:${ground.server.port}/sales` })
    await client.connect()
    spare.unshift({ [Symbol.asyncDispose]: () => client.end() })
    client.on('error', () => undefined)
    return (sql) => client.query(sql)
  }
  const mysql = await import('mysql2/promise')
  const client = await mysql.createConnection({ host: '127.0.0.1', port: ground.server.port, user: 'keeper', password: 'Keeper-1' })
  spare.unshift({ [Symbol.asyncDispose]: () => client.end().catch(() => undefined) })
  return (sql) => client.query(sql)
}

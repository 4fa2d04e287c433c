// What a job says whose way was cut while it read, at real servers: encrypted or not, dialled by its own process or through a door.

import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Door } from '@tributary/fabric'
import type { QueueNetwork, ServiceError } from '@tributary/rules'
import { isCut } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { CountingGate } from '../bench/counting-gate.ts'
import { type MariadbServer, mariadbAbsence, startMariadb } from '../servers/mariadb.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { columnsOf, networkTo, openableOf, type TableOptions, tableOf } from '../servers/sources.ts'
import type { Asked } from '../../packages/query/src/engines/duckdb/admission.ts'
import { Engine } from '../../packages/query/src/engines/duckdb/engine.ts'

/** A server of either kind, as these tests need it. */
interface Source {
  readonly port: number
  readonly user: string
  readonly password: string
  /** How many sessions are in the middle of our statement there. */
  readonly readers: () => Promise<number>
}

const ways = (['disable', 'require'] as const).flatMap((tls) => [
  { tls, through: 'its own dial' },
  { tls, through: 'a door' },
])

const scratch = mkdtempSync(join(tmpdir(), 'tributary-cut-'))
const certificate = { certFile: join(scratch, 'cert.pem'), keyFile: join(scratch, 'key.pem') }

beforeAll(() => {
  const made = ['-keyout', certificate.keyFile, '-out', certificate.certFile]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=source', ...made], {
    stdio: 'ignore',
  })
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

/** An engine on a network, which every change reaches as it does in the server: the door first. */
async function engineOn(
  network: QueueNetwork,
  through: string,
): Promise<{ readonly engine: Engine; readonly apply: (newer: QueueNetwork) => Promise<void> }> {
  const engine = new Engine()
  const path = join(mkdtempSync(join(scratch, 'd-')), 'door')
  const door = through === 'a door' ? await Door.open({ path, network }) : undefined
  onTestFinished(() => door?.[Symbol.asyncDispose]())
  await engine.warm()
  const limits = { memoryBytes: 2 ** 28, threads: 1, spillBytes: 2 ** 30, scratchDirectory: scratch }
  await engine.assign({ kind: 'assign', network, limits, ...(door === undefined ? {} : { door: path }) })
  const apply = async (newer: QueueNetwork): Promise<void> => {
    door?.apply(newer)
    await engine.applyNetwork(newer)
  }
  return { engine, apply }
}

/** Unbinds while an endless scan reads. @returns what the job said, and what its server was told of the source */
async function cutWhileReading(
  source: Source,
  table: TableOptions,
  through: string,
): Promise<{ error: ServiceError; told: readonly Asked[] }> {
  const { engine, apply } = await engineOn(networkTo([source]), through)
  const told: Asked[] = []
  engine.admit = async (asked) => {
    told.push(asked)
    return 0
  }
  const endless = tableOf('endless', { id: 'bigint' }, table)
  const plan = {
    sql: 'select max(id) as n from "h"',
    scans: [{ handle: 'h', table: endless, columns: [0], filters: [] }],
    columns: columnsOf({ n: 'bigint' }),
  }
  let rows = 0
  const running = engine
    .execute(plan, { tables: [openableOf(endless, source)], directory: scratch }, new AbortController().signal, ({ inputRows }) => {
      rows = inputRows
    })
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )
  await expect.poll(() => rows, { timeout: 20_000 }).toBeGreaterThan(0)
  await expect.poll(source.readers, { timeout: 20_000 }).toBe(1)
  await sleep(100)
  await apply(networkTo([source], 2, () => false))
  const error = (await running) as ServiceError
  await expect.poll(source.readers, { timeout: 20_000 }).toBe(0)
  return { error, told }
}

/**
 * Two sources, one read after the other, so that the later one is held back: the way to the one is cut, and then the other breaks off.
 * @param first - which of them is read first
 * @returns what the job said
 */
async function cutAmongLosses(
  source: Source,
  { through, first }: { readonly through: string; readonly first: 'cut' | 'broken' },
): Promise<unknown> {
  await using gate = await CountingGate.start(source.port)
  const { engine, apply } = await engineOn(networkTo([source, gate]), through)
  const tables = ['10.71.0.5', '10.72.0.5'].map((host) => tableOf('endless', { id: 'bigint' }, { host }))
  const scans = tables.map((table, index) => ({ handle: `h${index}`, table, columns: [0], filters: [] }))
  const [one, other] = first === 'cut' ? ['h0', 'h1'] : ['h1', 'h0']
  const sql = `select max(id) as n from (select id from "${one}" union all select id from "${other}")`
  const plan = { sql, scans, columns: columnsOf({ n: 'bigint' }) }
  const opened = tables.map((table) => openableOf(table, source))
  const running = engine
    .execute(plan, { tables: opened, directory: scratch }, new AbortController().signal, () => undefined)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )
  await expect.poll(source.readers, { timeout: 20_000 }).toBe(2)
  await sleep(300)
  const applied = apply(networkTo([source, gate], 2, (index) => index !== 0))
  await gate[Symbol.asyncDispose]()
  await applied
  const error = await running
  await expect.poll(source.readers, { timeout: 20_000 }).toBe(0)
  return error
}

function checkCut({ error, told }: { readonly error: ServiceError; readonly told: readonly Asked[] }): void {
  expect(error.message).toMatch(/^the path to 10\.71\.0\.5:5432 was cut: queue q1 is no longer bound to connection connection1/)
  expect([error.kind, isCut(error)]).toEqual(['unavailable', true])
  // The source has not failed: nothing of it is counted against it.
  expect(told.filter(({ kind }) => kind === 'opened')).toMatchObject([{ opening: 'open' }])
}

describe('a job whose way to PostgreSQL is cut', () => {
  let server: PostgresServer
  beforeAll(async () => {
    const setup = 'create view endless as select g as id from (select generate_series(1, 2000000000) as g) s'
    server = await startPostgres({ databases: { shop: setup }, tls: certificate })
  }, 60_000)
  afterAll(() => server[Symbol.asyncDispose]())

  const readers = async (): Promise<number> => {
    const mine = `application_name = 'tributary' and state = 'active'`
    const [row] = await server.query('shop', `select count(*)::int as open from pg_stat_activity where ${mine}`)
    return Number(row?.['open'])
  }

  it.each(ways)(
    'says so: sslmode=$tls, by $through',
    async ({ tls, through }) => {
      checkCut(await cutWhileReading({ ...server, readers }, { tls }, through))
    },
    60_000,
  )

  const losses = ['its own dial', 'a door'].flatMap((through) => (['cut', 'broken'] as const).map((first) => ({ through, first })))

  it.each(losses)(
    'says so though another of its sources broke off: by $through, the $first one read first',
    async (how) => {
      const error = (await cutAmongLosses({ ...server, readers }, how)) as ServiceError
      expect(error.message).toMatch(/^the path to 10\.71\.0\.5:5432 was cut/)
    },
    60_000,
  )
})

const absence = mariadbAbsence()

// Skipped where no mariadb-server is installed.
describe.skipIf(absence !== undefined && process.env['CI'] !== 'true')('a job whose way to MariaDB is cut', () => {
  let server: MariadbServer
  beforeAll(async () => {
    server = await startMariadb({
      databases: { shop: 'create view endless as select seq as id from seq_1_to_2000000000' },
      tls: certificate,
    })
  }, 60_000)
  afterAll(() => server[Symbol.asyncDispose]())

  const readers = async (): Promise<number> => {
    const [row] = await server.query(
      undefined,
      `select count(*) as open from information_schema.processlist where info like '/* tributary%endless%'`,
    )
    return Number(row?.['open'])
  }

  it.each(ways)(
    'says so: sslMode=$tls, by $through',
    async ({ tls, through }) => {
      checkCut(await cutWhileReading({ ...server, readers }, { connector: 'mysql', schema: 'shop', tls }, through))
    },
    60_000,
  )
})

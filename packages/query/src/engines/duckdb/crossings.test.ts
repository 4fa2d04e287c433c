// What crosses as an engine tells it, against what a forwarder counts: encrypted or not, read twice, read in part, and refused.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Crossing } from '@tributary/rules'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CountingGate } from '../../../../../tests/bench/counting-gate.ts'
import { type PostgresServer, startPostgres } from '../../../../../tests/servers/postgres.ts'
import { columnsOf, networkTo, openableOf, tableOf, type TableOptions } from '../../../../../tests/servers/sources.ts'
import type { Plan } from '../../plan/plan.ts'
import { crossingsOf } from './crossings.ts'
import { Engine } from './engine.ts'

const setup = `create table rows100k as select i as id, 'name ' || i as name from generate_series(1, 100000) i;
create view endless as select i as id, 'row number ' || i as name from (select generate_series(1, 2000000000) as i) s;`

const scratch = mkdtempSync(join(tmpdir(), 'tributary-crossings-'))
const directory = mkdtempSync(join(tmpdir(), 'tributary-crossings-job-'))
const engine = new Engine()
let server: PostgresServer
let gate: CountingGate
let version = 1

beforeAll(async () => {
  server = await startPostgres({ databases: { shop: setup }, tls: selfSigned() })
  gate = await CountingGate.start(server.port)
  await engine.warm()
  const limits = { memoryBytes: 2 ** 29, threads: 2, spillBytes: 2 ** 30, scratchDirectory: scratch }
  await engine.assign({ kind: 'assign', network: networkTo([gate]), limits })
}, 60_000)
beforeEach(async () => {
  // Ends the sessions that were kept.
  version += 1
  await engine.applyNetwork(networkTo([gate], version))
})
afterAll(async () => {
  await gate[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  await Promise.all([scratch, directory].map((path) => rm(path, { recursive: true, force: true })))
})

function selfSigned(): { certFile: string; keyFile: string } {
  const files = { certFile: join(scratch, 'cert.pem'), keyFile: join(scratch, 'key.pem') }
  const out = ['-keyout', files.keyFile, '-out', files.certFile]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=source', ...out], {
    stdio: 'ignore',
  })
  return files
}

/** A plan over one table. */
function planOf(table: string, sql: string, options: TableOptions = {}): Plan {
  const scanned = tableOf(table, { id: 'int', name: 'string' }, options)
  return { sql, scans: [{ handle: 'h', table: scanned, columns: [0, 1], filters: [] }], columns: columnsOf({ n: 'bigint' }) }
}

/** Runs a plan. @returns what was told last, and what the gate has seen */
async function run(plan: Plan, password = server.password): Promise<{ readonly told: readonly Crossing[]; readonly moved: object }> {
  const before = { bytesIn: gate.bytes, bytesOut: gate.bytesToSource }
  let told: readonly Crossing[] = []
  const tables = plan.scans.map(({ table }) => openableOf(table as ReturnType<typeof tableOf>, { user: server.user, password }))
  const signal = new AbortController().signal
  await engine.execute(plan, { tables, directory }, signal, ({ crossings = [] }) => void (told = crossings)).catch(() => undefined)
  return { told, moved: { bytesIn: gate.bytes - before.bytesIn, bytesOut: gate.bytesToSource - before.bytesOut } }
}

const most = 'select max(id) as n from "h" where length(name) > 0'

describe('what crosses', () => {
  it.each(['disable', 'require'] as const)('is what the forwarder counts, to the byte: sslmode=%s', async (tls) => {
    const { told, moved } = await run(planOf('rows100k', most, { tls }))
    const connection = { connectionId: 'connection-0', connectionName: 'connection1' }
    expect(told).toMatchObject([
      { kind: 'scan', state: 'done', rows: 100_000, ...connection, endpoint: '10.71.0.5:5432', tables: ['db1.rows100k'], ...moved },
    ])
    expect(readFileSync(server.logPath, 'utf8')).toContain(told[0]?.text)
    expect(told[0]?.bytesIn).toBeGreaterThan(1_000_000)
  })

  it('over a session that is open from before is what it moves from then on, with no time to connect', async () => {
    const first = await run(planOf('rows100k', most))
    const second = await run(planOf('rows100k', most))
    expect(second.told).toMatchObject([{ state: 'done', connectMs: 0, connectionName: 'connection1', rows: 100_000, ...second.moved }])
    expect(first.told[0]?.connectMs).toBeGreaterThan(0)
    expect(second.told[0]?.bytesOut).toBeLessThan(first.told[0]?.bytesOut ?? 0)
  })

  it('is one crossing of a scan that DuckDB reads twice', async () => {
    const { told, moved } = await run(planOf('rows100k', 'select (select count(*) from "h") + (select max(id) from "h") as n'))
    expect(told).toMatchObject([{ state: 'done', statements: 2, rows: 200_000, ...moved }])
  })

  it('is stopped where nobody wants more rows', async () => {
    const { told } = await run(planOf('endless', 'select id as n from "h" limit 10'))
    expect(told).toMatchObject([{ state: 'stopped', statements: 1 }])
    expect(told[0]?.rows).toBeGreaterThanOrEqual(10)
  })

  it('is told of what fails, and over which connection', async () => {
    const refused = await run(planOf('rows100k', most), 'wrong')
    expect(refused.told).toMatchObject([
      { state: 'failed', text: '', statements: 0, rows: 0, connectionName: 'connection1', ...refused.moved },
    ])
    expect(refused.told[0]?.bytesIn).toBeGreaterThan(0)
    expect(refused.told[0]).toMatchObject({ connectMs: undefined, firstRowMs: undefined })
    const nowhere = await run(planOf('rows100k', most, { host: '10.99.0.5' }))
    expect(nowhere.told).toMatchObject([{ state: 'failed', connectionId: undefined, connectionName: '', bytesIn: 0, bytesOut: 0 }])
  })

  it('says how long all of them waited, where that was more than asking takes', async () => {
    const { told } = await run(planOf('rows100k', most))
    const tasks = [{ crossed: () => ({ key: 'h', crossing: told[0] as Crossing }) }, { crossed: () => undefined }]
    expect(crossingsOf(tasks, 19).map(({ waitMs }) => waitMs)).toEqual([0])
    expect(crossingsOf(tasks, 250.4).map(({ waitMs }) => waitMs)).toEqual([250])
    expect(crossingsOf([], 250)).toEqual([])
  })
})

// Engine children seen from the server: jobs, turns, ends; with real children and a real PostgreSQL.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type QueueId, ServiceError, say } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../../../tests/servers/postgres.ts'
import { networkTo, openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import { EngineHost, type EngineHostOptions, type EngineQueue, type NetworkMember } from './host.ts'
import type { Ran } from './messages.ts'

const setup = `
create table orders as select i as id, i % 100 as customer, i * 1.5::float8 as amount from generate_series(1, 10000) i;
create table customers as select i as id, 'customer ' || i as name from generate_series(0, 99) i;
create view endless as select i as id, 'row number ' || i as name from (select generate_series(1, 2000000000) as i) s;
`
const orders = tableOf('orders', { id: 'int', customer: 'int', amount: 'double' })
const customers = tableOf('customers', { id: 'int', name: 'string' })
const endless = tableOf('endless', { id: 'int', name: 'string' })
const endlessSql = 'SELECT count(*), max(name) FROM endless'

let server: PostgresServer
let host: EngineHost
const lines: { readonly level: string; readonly fields: object; readonly message: string }[] = []
const members = new Map<string, NetworkMember>()
const scratch = mkdtempSync(join(tmpdir(), 'tributary-host-'))

const log =
  (level: string) =>
  (fields: object, message: string): void =>
    void lines.push({ level, fields, message })
const optionsOf = (more: Partial<EngineHostOptions> = {}): EngineHostOptions => ({
  logger: { info: log('info'), warn: log('warn'), error: log('error') },
  scratchDirectory: scratch,
  currentNetwork: () => Promise.resolve(networkTo([server])),
  join: (queueId, member) => {
    members.set(queueId, member)
    return () => void members.delete(queueId)
  },
  ...more,
})

beforeAll(async () => {
  process.env['TRIBUTARY_CANARY'] = 'canary'
  server = await startPostgres({ databases: { shop: setup } })
  host = new EngineHost(optionsOf())
  await host.warm()
})
afterAll(async () => {
  await host[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  await rm(scratch, { recursive: true, force: true })
})

const queueOf = (name: string, cu = 16): EngineQueue => ({ id: `queue-${name}` as QueueId, name, cu })
const never = new AbortController().signal

async function run(
  on: EngineHost,
  queue: EngineQueue,
  sql: string,
  signal = never,
  onStarted: () => Promise<void> = async () => undefined,
): Promise<Ran & { readonly rows: readonly (readonly unknown[])[] }> {
  const directory = mkdtempSync(join(tmpdir(), 'tributary-job-'))
  try {
    const tables = [orders, customers, endless].map((table) => openableOf(table, server))
    const ran = await on.run(
      queue,
      { jobId: directory, sql, currentDatabase: 'db1', tables, directory },
      { signal, onStarted: async () => onStarted().then(() => []) },
    )
    expect((await readdir(directory)).toSorted()).toEqual(['preview.json', 'result.parquet'])
    const { rows } = JSON.parse(readFileSync(join(directory, 'preview.json'), 'utf8')) as { rows: unknown[][] }
    return { ...ran, rows }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function rejection(work: Promise<unknown>): Promise<ServiceError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ServiceError)
  return error as ServiceError
}

const childOf = (on: EngineHost, queue: EngineQueue): number => on.children().find((child) => child.queueId === queue.id)?.pid ?? -1

const backends = async (): Promise<number> =>
  (await server.query('postgres', "select 1 from pg_stat_activity where application_name = 'tributary'")).length

async function eventually(holds: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
  const until = Date.now() + withinMs
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`it did not come to hold within ${withinMs} ms`)
    await sleep(20)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('a queue', () => {
  const queue = queueOf('q1')

  it('parses, plans, describes and runs', async () => {
    const sql =
      'SELECT c.name, count(*) AS n, sum(o.amount) AS total FROM orders o JOIN customers c ON c.id = o.customer WHERE c.id < 3 GROUP BY c.name ORDER BY c.name'
    expect(await host.parse(queue, sql, 'db1', never)).toMatchObject({
      kind: 'query',
      tables: [
        { database: 'db1', name: 'orders' },
        { database: 'db1', name: 'customers' },
      ],
    })
    const planned = await host.plan(queue, { sql, currentDatabase: 'db1', tables: [orders, customers] }, never)
    expect(planned.columns.map(({ name, type }) => [name, type.kind])).toEqual([
      ['name', 'string'],
      ['n', 'bigint'],
      ['total', 'double'],
    ])
    expect(planned.scans.map(({ table, columns }) => [table, columns])).toEqual([
      ['db1.orders', ['customer', 'amount']],
      ['db1.customers', ['id', 'name']],
    ])
    expect((await host.describe(queue, openableOf(customers, server), { signal: never })).map(({ name }) => name)).toEqual(['id', 'name'])
    const { rows, inputRows } = await run(host, queue, sql)
    expect(rows).toEqual([
      ['customer 0', 100, 757500],
      ['customer 1', 100, 742650],
      ['customer 2', 100, 742800],
    ])
    expect(inputRows).toBeLessThanOrEqual(303)
    expect(readFileSync(server.logPath, 'utf8')).toMatch(/statement: COPY \(SELECT "id", "name" FROM "public"."customers" WHERE .*"id" < 3/)
  })

  it('tells what is wrong with a statement, and runs the next', async () => {
    expect((await rejection(host.parse(queue, 'SELEKT 1', 'db1', never))).kind).toBe('syntax')
    expect((await rejection(run(host, queue, 'SELECT nothing FROM orders'))).kind).toBe('semantic')
    expect((await run(host, queue, 'SELECT 1')).rows).toEqual([[1]])
  })

  it('has a child with nothing of the server in it', () => {
    if (process.platform !== 'linux') return
    const pid = childOf(host, queue)
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
    expect(environment).not.toContain('canary')
    expect(environment.split('\0').filter((entry) => !/^(PWD|NODE_CHANNEL_\w+|NODE_COMPILE_CACHE)=|^$/.test(entry))).toEqual([])
    expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/Max core file size +0 +0/)
  })

  it('answers questions while a job runs, and stops the job when told', async () => {
    const cancel = new AbortController()
    const running = rejection(run(host, queue, endlessSql, cancel.signal))
    await eventually(async () => (await backends()) === 1)
    expect(host.children().find((child) => child.queueId === queue.id)?.isBusy).toBe(true)
    expect((await host.parse(queue, 'SELECT 2', 'db1', never)).kind).toBe('query')
    expect(await host.describe(queue, openableOf(customers, server), { signal: never })).toHaveLength(2)
    const reason = new ServiceError('unavailable', say`its owner cancelled it`)
    const pid = childOf(host, queue)
    cancel.abort(reason)
    expect(await running).toBe(reason)
    await eventually(async () => (await backends()) === 0)
    expect((await run(host, queue, 'SELECT 3')).rows).toEqual([[3]])
    expect(childOf(host, queue)).toBe(pid)
  })

  it('refuses what is too large to be planned, and plans the next one', async () => {
    for (const length of [30_000_000, 200_000_000]) {
      const sql = `SELECT length(x) FROM (SELECT repeat('x', ${length}) AS x)`
      const error = await rejection(host.plan(queue, { sql, currentDatabase: 'db1', tables: [] }, never))
      expect([error.kind, error.message]).toEqual(['exhausted', expect.stringContaining('planning the statement needs more memory')])
      const planned = await host.plan(queue, { sql: `SELECT ${length} AS n`, currentDatabase: 'db1', tables: [] }, never)
      expect(planned.columns.map(({ name }) => name)).toEqual(['n'])
    }
  })

  it('takes jobs one after the other, and lets go of those who wait', async () => {
    const cancel = new AbortController()
    const stopWaiting = new AbortController()
    const running = rejection(run(host, queue, endlessSql, cancel.signal))
    await eventually(async () => (await backends()) === 1)
    const started: string[] = []
    const waiting = run(host, queue, 'SELECT 4', never, async () => void started.push('SELECT 4'))
    const leaving = rejection(run(host, queue, 'SELECT 5', stopWaiting.signal))
    stopWaiting.abort(new ServiceError('unavailable', say`waited long enough`))
    expect((await leaving).message).toBe('waited long enough')
    expect(started).toEqual([])
    cancel.abort(new ServiceError('unavailable', say`cancelled`))
    await running
    expect((await waiting).rows).toEqual([[4]])
    expect(started).toEqual(['SELECT 4'])
    expect(host.children().filter((child) => child.queueId === queue.id)).toHaveLength(1)
  })

  it('follows its network', async () => {
    const running = rejection(run(host, queue, endlessSql))
    await eventually(async () => (await backends()) === 1)
    const started = Date.now()
    await members.get(queue.id)?.apply(networkTo([server], 2, () => false))
    expect(Date.now() - started).toBeLessThan(5_000)
    expect((await running).message).toMatch(/connection1/)
    await eventually(async () => (await backends()) === 0)
    expect((await rejection(run(host, queue, 'SELECT count(*) FROM orders'))).message).toMatch(/q1/)
    await members.get(queue.id)?.apply(networkTo([server], 3))
    expect((await run(host, queue, 'SELECT count(*) FROM orders')).rows).toEqual([[10_000]])
  })

  it('loses one job with a child that dies, and goes on with another', async () => {
    const running = rejection(run(host, queue, endlessSql))
    await eventually(async () => (await backends()) === 1)
    const pid = childOf(host, queue)
    process.kill(pid, 'SIGKILL')
    const error = await running
    expect([error.kind, error.message]).toEqual([
      'unavailable',
      expect.stringMatching(/^the engine of queue q1 was killed .SIGKILL.*: run the job again/),
    ])
    expect(members.has(queue.id)).toBe(false)
    expect((await run(host, queue, 'SELECT count(*) FROM orders')).rows).toEqual([[10_000]])
    expect(childOf(host, queue)).not.toBe(pid)
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', message: 'engine ended unexpectedly' }))
  })
})

describe('children', () => {
  it('are as many as the queue has CU for', async () => {
    const queue = queueOf('q2', 32)
    const cancel = new AbortController()
    const jobs = [1, 2].map(() => rejection(run(host, queue, endlessSql, cancel.signal)))
    await eventually(async () => (await backends()) === 2, 25_000)
    expect(host.children().filter((child) => child.queueId === queue.id)).toHaveLength(2)
    cancel.abort(new ServiceError('unavailable', say`cancelled`))
    await Promise.all(jobs)
  }, 60_000)

  it('run as many jobs as the queue has CU for now, with the memory of that', async () => {
    await using large = new EngineHost(
      optionsOf({ memoryBytes: 2 ** 40, scratchDirectory: mkdtempSync(join(tmpdir(), 'tributary-large-')) }),
    )
    const pids = () => large.children().flatMap(({ queueId, pid }) => (queueId === 'queue-q6' ? [pid] : []))
    const [first, second] = [new AbortController(), new AbortController()]
    const jobs = [first, second].map(({ signal }) => rejection(run(large, queueOf('q6', 32), endlessSql, signal)))
    await eventually(async () => (await backends()) === 2, 25_000)
    first.abort(new ServiceError('unavailable', say`cancelled`))
    await jobs[0]
    expect(pids()).toHaveLength(2)
    const started: string[] = []
    const waiting = run(large, queueOf('q6', 16), 'SELECT 1', never, async () => void started.push('SELECT 1'))
    await sleep(300)
    expect(started).toEqual([])
    second.abort(new ServiceError('unavailable', say`cancelled`))
    await Promise.all(jobs)
    expect((await waiting).rows).toEqual([[1]])
    const before = pids()
    expect((await run(large, queueOf('q6', 4), 'SELECT 2')).rows).toEqual([[2]])
    expect(pids()).toHaveLength(1)
    expect(before).not.toContain(pids()[0])
  }, 60_000)

  it('make room for another queue when they are idle, and end when they stay so', async () => {
    await using small = new EngineHost(
      optionsOf({ memoryBytes: 2 ** 28, idleEndMs: 500, scratchDirectory: mkdtempSync(join(tmpdir(), 'tributary-small-')) }),
    )
    expect((await run(small, queueOf('q3'), 'SELECT 1')).rows).toEqual([[1]])
    const pid = childOf(small, queueOf('q3'))
    expect((await run(small, queueOf('q4'), 'SELECT 1')).rows).toEqual([[1]])
    expect(small.children().map((child) => child.queueId)).toEqual(['queue-q4'])
    await eventually(() => !isAlive(pid))
    await eventually(() => small.children().length === 0)
  })

  it('are at hand before they are needed', async () => {
    await eventually(() => host.children().some((child) => child.queueId === undefined))
  })

  it.skipIf(process.getuid?.() !== 0)(
    'load code that was compiled for them, and that they cannot change (children have users of their own under root)',
    () => {
      const compiled = join(scratch, 'compiled')
      const folders = readdirSync(compiled, { withFileTypes: true })
      const [own] = folders.filter((entry) => entry.isDirectory())
      expect(own?.name).toMatch(/-0$/)
      const files = readdirSync(join(compiled, own?.name ?? ''))
      expect(files.length).toBeGreaterThan(100)
      const stats = files.map((file) => statSync(join(compiled, own?.name ?? '', file)))
      expect(stats.filter(({ uid, mode }) => uid !== 0 || (mode & 0o777) !== 0o644)).toEqual([])
      const pid = host.children().find(({ queueId }) => queueId === undefined)?.pid ?? 0
      const user = /^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      expect(folders.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name.split('-').at(-1))).toContain(user)
    },
  )

  it('end with a host that is closed, and leave nothing', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tributary-closed-'))
    const other = new EngineHost(optionsOf({ scratchDirectory: directory }))
    const running = rejection(run(other, queueOf('q5'), endlessSql))
    await eventually(async () => (await backends()) === 1, 25_000)
    const pid = childOf(other, queueOf('q5'))
    await other[Symbol.asyncDispose]()
    expect((await running).message).toMatch(/the engine of queue q5 ended/)
    expect(isAlive(pid)).toBe(false)
    expect(await readdir(directory)).toEqual(['compiled'])
    await eventually(async () => (await backends()) === 0)
  })

  it('end at once when the server is killed, even inside a query', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tributary-killed-'))
    const source = openableOf(endless, server)
    const script = `
      const { EngineHost } = await import(${JSON.stringify(new URL('./host.ts', import.meta.url).href)})
      const quiet = () => undefined
      const host = new EngineHost({ logger: { info: quiet, warn: quiet, error: quiet }, scratchDirectory: ${JSON.stringify(directory)},
        currentNetwork: async () => (${JSON.stringify(networkTo([server]))}), join: () => () => undefined })
      const run = host.run({ id: 'q', name: 'q6', cu: 16 }, { jobId: 'j', sql: ${JSON.stringify(endlessSql)}, currentDatabase: 'db1',
        tables: [${JSON.stringify(source)}], directory: ${JSON.stringify(directory)} }, { signal: new AbortController().signal })
      await host.parse({ id: 'r', name: 'q7', cu: 16 }, 'SELECT 1', 'db1', new AbortController().signal)
      console.log(host.children().map((child) => child.pid).join())
      await run`
    const parent = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string]
    const pids = line.split(',').map(Number)
    await eventually(async () => (await backends()) === 1, 25_000)
    expect(pids.map(isAlive)).toEqual([true, true])
    parent.kill('SIGKILL')
    await eventually(() => pids.every((pid) => !isAlive(pid) || !existsSync(`/proc/${pid}/exe`)))
    await eventually(async () => (await backends()) === 0)
    await rm(directory, { recursive: true, force: true })
  })
})

describe('the server process', () => {
  it('loads no DuckDB with the host', () => {
    const script = `
      await import(${JSON.stringify(new URL('./host.ts', import.meta.url).href)})
      const { sharedObjects } = process.report.getReport()
      console.log(JSON.stringify({ loaded: sharedObjects.filter((path) => path.includes('duckdb')), count: sharedObjects.length }))`
    const said = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      encoding: 'utf8',
    })
    const { loaded, count } = JSON.parse(said) as { loaded: string[]; count: number }
    expect(loaded).toEqual([])
    expect(count).toBeGreaterThan(0)
  })

  it('imports none of them either, however far one follows', () => {
    const seen = new Set<string>()
    const packages = new Set<string>()
    const follow = (url: URL): void => {
      if (seen.has(url.href)) return
      seen.add(url.href)
      for (const [, kind, target] of readFileSync(url, 'utf8').matchAll(/^(?:import|export)( type)? [^'"]*?from '([^']+)'/gm)) {
        if (kind !== undefined || target === undefined) continue
        if (target.startsWith('.')) follow(new URL(target, url))
        else packages.add(target)
      }
    }
    follow(new URL('./host.ts', import.meta.url))
    expect(seen.size).toBeGreaterThan(3)
    expect([...packages].filter((name) => !name.startsWith('node:')).toSorted()).toEqual([
      '@tributary/fabric/through-door',
      '@tributary/rules',
    ])
  })
})

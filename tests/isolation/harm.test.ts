// Nothing that one job does harms the rest: it fails with its reason, its queue goes on, and nothing is left behind. Real children, a real small disk.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type QueueId, type QueueNetwork, ServiceError, say } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Door } from '../../packages/fabric/src/index.ts'
import { EngineHost, type EngineHostOptions, type EngineQueue } from '../../packages/query/src/engines/duckdb/host.ts'
import { MemoryGroup, whyNoMemoryGroup } from '../durability/memory-group.ts'
import { mountSmallDisk, whyNoSmallDisk } from '../durability/small-disk.ts'
import { startPostgres, type PostgresServer } from '../servers/postgres.ts'
import { networkTo, openableOf, tableOf } from '../servers/sources.ts'

const mebibyte = 2 ** 20
const never = new AbortController().signal
const numbers = tableOf('numbers', { id: 'int', name: 'string' })
/** A million rows by itself; a million million by another. */
const million = (alias: string): string => `(SELECT a.id * 1000 + b.id AS id, a.name FROM numbers a CROSS JOIN numbers b) ${alias}`
const endless = `SELECT count(*) FROM ${million('x')} CROSS JOIN ${million('y')} WHERE x.id * y.id = -1`
const huge = `SELECT x.id, y.id AS other, md5(concat(x.name, y.id)) AS name FROM ${million('x')} CROSS JOIN ${million('y')}`
const greedy = `SELECT count(*) FROM (SELECT DISTINCT concat(x.name, cast(x.id * 7 + y.id AS STRING)) AS k FROM ${million('x')} CROSS JOIN numbers y) s`

let source: PostgresServer

interface Ran {
  readonly rows: readonly (readonly unknown[])[]
  readonly ms: number
}

/** A host with its directories, and queues that run on it. */
class Site implements AsyncDisposable {
  readonly host: EngineHost
  readonly path: string
  #jobs = 0

  constructor(path: string, options: Partial<EngineHostOptions> = {}) {
    this.path = path
    mkdirSync(join(path, 'jobs'), { recursive: true, mode: 0o700 })
    const quiet = (): void => undefined
    this.host = new EngineHost({
      logger: { info: quiet, warn: quiet, error: quiet },
      scratchDirectory: join(path, 'scratch'),
      currentNetwork: () => Promise.resolve(networkTo([source]) satisfies QueueNetwork),
      join: () => quiet,
      openDoor: (door) => Door.open(door),
      memoryBytes: 1024 * mebibyte,
      ...options,
    })
  }

  async run(
    queue: EngineQueue,
    sql: string,
    {
      signal = never,
      userId = '',
      onStarted = async () => [],
      onNoMemory = () => undefined,
    }: Partial<Parameters<EngineHost['run']>[2]> = {},
  ): Promise<Ran> {
    const directory = join(this.path, 'jobs', String(this.#jobs++))
    mkdirSync(directory, { mode: 0o700 })
    const begun = performance.now()
    try {
      const request = { jobId: directory, sql, currentDatabase: 'db1', tables: [openableOf(numbers, source)], directory }
      await this.host.run(queue, request, { signal, userId, onStarted, onNoMemory })
      const { rows } = JSON.parse(readFileSync(join(directory, 'preview.json'), 'utf8')) as { rows: Ran['rows'] }
      return { rows, ms: performance.now() - begun }
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  }

  pidOf(queue: EngineQueue): number {
    return this.host.children().find(({ queueId }) => queueId === queue.id)?.pid ?? -1
  }

  sparePid(): number | undefined {
    return this.host.children().find(({ queueId }) => queueId === undefined)?.pid
  }

  /** Files that jobs left in the berths; DuckDB keeps its spill file for the next job, within its quota. */
  leftOvers(): readonly string[] {
    return this.#berthFiles().filter((path) => !path.includes('/spill/'))
  }

  spilledBytes(): number {
    return this.#berthFiles().reduce(
      (sum, path) => sum + (path.includes('/spill/') ? (statSync(path, { throwIfNoEntry: false })?.size ?? 0) : 0),
      0,
    )
  }

  #berthFiles(): readonly string[] {
    return readdirSync(join(this.path, 'scratch'), { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && !entry.parentPath.includes('compiled') && entry.name !== 'door')
      .map((entry) => join(entry.parentPath, entry.name))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]()
    rmSync(this.path, { recursive: true, force: true })
  }
}

const siteOf = (options?: Partial<EngineHostOptions>): Site => new Site(mkdtempSync(join(tmpdir(), 'tributary-harm-')), options)
const queueOf = (name: string, cu = 16): EngineQueue => ({ id: `queue-${name}` as QueueId, name, cu })

async function failure(work: Promise<unknown>): Promise<ServiceError> {
  const error: unknown = await work.then(
    (value) => value,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ServiceError)
  return error as ServiceError
}

beforeAll(async () => {
  const setup = `create table numbers as select i as id, 'name ' || i as name from generate_series(0, 999) i`
  source = await startPostgres({ databases: { shop: setup } })
})
afterAll(() => source[Symbol.asyncDispose]())

describe('a job that', () => {
  const queue = queueOf('q1')
  const other = queueOf('q2')
  let site: Site

  beforeAll(async () => {
    site = siteOf({ spillBytes: 32 * mebibyte, fileBytes: 32 * mebibyte })
    await site.host.warm()
    await site.run(other, 'SELECT 1')
  })
  afterAll(() => site[Symbol.asyncDispose]())

  /** One job fails as told; beside it and behind it, jobs run. */
  async function harms(sql: string): Promise<ServiceError> {
    const failing = failure(site.run(queue, sql))
    expect((await site.run(other, 'SELECT count(*) FROM numbers')).rows).toEqual([[1000]])
    const error = await failing
    const { rows, ms } = await site.run(queue, 'SELECT count(*) FROM numbers')
    expect(rows).toEqual([[1000]])
    expect(ms).toBeLessThan(5_000)
    expect(site.leftOvers()).toEqual([])
    return error
  }

  it('needs more memory and more disk than there is', async () => {
    const { kind, message } = await harms(greedy)
    expect(kind).toBe('exhausted')
    expect(message).toMatch(/spilled more than 32 MiB|needs more than the 256 MiB|writes a larger file/)
    expect(site.spilledBytes()).toBeLessThanOrEqual(32 * mebibyte)
  }, 120_000)

  it('has a terabyte of result', async () => {
    const { kind, message } = await harms(huge)
    expect([kind, message]).toEqual(['exhausted', expect.stringContaining('writes a larger file than an engine may')])
  }, 120_000)

  it('never ends, until it is stopped', async () => {
    const stop = new AbortController()
    const reason = new ServiceError('exhausted', say`its time was up`)
    const failing = failure(site.run(queue, endless, { signal: stop.signal }))
    await sleep(1_000)
    const pid = site.pidOf(queue)
    stop.abort(reason)
    const begun = performance.now()
    expect(await failing).toBe(reason)
    expect(performance.now() - begun).toBeLessThan(6_000)
    expect((await site.run(queue, 'SELECT 1')).rows).toEqual([[1]])
    expect(site.pidOf(queue)).toBe(pid)
  }, 60_000)

  it('is killed with its process, which the system does first when memory runs out', async () => {
    await expect.poll(() => site.sparePid(), { timeout: 20_000 }).toBeDefined()
    const spare = site.sparePid()
    const failing = failure(site.run(queue, endless))
    await sleep(500)
    process.kill(site.pidOf(queue), 'SIGKILL')
    const { kind, message } = await failing
    expect([kind, message]).toEqual([
      'unavailable',
      expect.stringMatching(/^the engine of queue q1 was killed .SIGKILL.*: run the job again/),
    ])
    expect((await site.run(queue, 'SELECT count(*) FROM numbers')).rows).toEqual([[1000]])
    // Loaded before its predecessor was killed: nobody waits for a process to start.
    expect(site.pidOf(queue)).toBe(spare)
    await expect.poll(() => site.leftOvers()).toEqual([])
  }, 60_000)
})

const whyNoGroup = whyNoMemoryGroup()

describe.skipIf(whyNoGroup !== '')(`memory that the system has not${whyNoGroup === '' ? '' : ` (skipped: ${whyNoGroup})`}`, () => {
  it('ends the child, and its job says so', async () => {
    const path = mkdtempSync(join(tmpdir(), 'tributary-harm-'))
    using group = new MemoryGroup(160)
    await using site = new Site(path, { memoryBytes: 4096 * mebibyte })
    const queue = queueOf('q9')
    await site.run(queue, 'SELECT 1')
    group.admit(site.pidOf(queue))
    const { kind, message } = await failure(site.run(queue, greedy))
    expect([kind, message]).toEqual([
      'unavailable',
      expect.stringMatching(/^the system killed the engine of queue q9 for want of memory: /),
    ])
    expect((await site.run(queue, 'SELECT 1')).rows).toEqual([[1]])
  }, 240_000)
})

const whyNot = whyNoSmallDisk()

describe.skipIf(whyNot !== '')(`a full disk${whyNot === '' ? '' : ` (${whyNot})`}`, () => {
  it('fails the job that fills it, with its reason, and the next one runs', async () => {
    using disk = mountSmallDisk(24)
    await using site = new Site(join(disk.path, 'data'))
    const queue = queueOf('q3')
    expect((await site.run(queue, 'SELECT 1')).rows).toEqual([[1]])
    const { kind, message } = await failure(site.run(queue, huge))
    expect([kind, message]).toEqual(['exhausted', expect.stringContaining('the disk of the installation is full')])
    expect((await site.run(queue, 'SELECT count(*) FROM numbers')).rows).toEqual([[1000]])
    expect(site.leftOvers()).toEqual([])
  }, 120_000)
})

describe('users of a queue', () => {
  it('take turns: one with many jobs does not keep another waiting', async () => {
    await using site = siteOf()
    const queue = queueOf('q4')
    const order: string[] = []
    const run = (userId: string): Promise<Ran> =>
      site.run(queue, 'SELECT 1', {
        userId,
        onStarted: async () => {
          order.push(userId)
          return []
        },
      })
    const jobs = Array.from({ length: 20 }, () => run('ann'))
    await expect.poll(() => order.length, { timeout: 20_000 }).toBeGreaterThan(0)
    const before = order.length
    jobs.push(run('bob'))
    await Promise.all(jobs)
    expect(order).toHaveLength(21)
    expect(order.indexOf('bob') - before).toBeLessThanOrEqual(2)
  }, 60_000)
})

describe('the memory of all engines', () => {
  it('is waited for by name, while what runs there runs on', async () => {
    await using site = siteOf({ memoryBytes: 256 * mebibyte })
    const stop = new AbortController()
    const waits: string[] = []
    const running = failure(site.run(queueOf('q5'), endless, { signal: stop.signal }))
    await expect.poll(() => site.host.children().some(({ isBusy }) => isBusy), { timeout: 20_000 }).toBe(true)
    const same = site.run(queueOf('q5'), 'SELECT 1', { onNoMemory: () => waits.push('q5') })
    const other = site.run(queueOf('q6'), 'SELECT 1', { onNoMemory: () => waits.push('q6') })
    expect(waits).toEqual(['q6'])
    stop.abort(new ServiceError('unavailable', say`cancelled`))
    await running
    expect((await Promise.all([same, other])).map(({ rows }) => rows)).toEqual([[[1]], [[1]]])
  }, 60_000)

  it('leaves room for questions of other queues: what they submit is read while jobs use the rest', async () => {
    await using site = siteOf({ memoryBytes: 4096 * mebibyte })
    const stop = new AbortController()
    const four = ['r1', 'r2', 'r3', 'r4'].map((name) => failure(site.run(queueOf(name), endless, { signal: stop.signal })))
    await expect.poll(() => site.host.children().filter(({ isBusy }) => isBusy).length, { timeout: 60_000 }).toBe(4)
    const waits: string[] = []
    const fifth = failure(site.run(queueOf('r5'), endless, { signal: stop.signal, onNoMemory: () => waits.push('r5') }))
    expect(waits).toEqual(['r5'])
    expect((await site.host.parse(queueOf('r5'), 'SELECT 1', 'db1', never)).kind).toBe('query')
    stop.abort(new ServiceError('unavailable', say`cancelled`))
    await Promise.all([...four, fifth])
  }, 180_000)
})

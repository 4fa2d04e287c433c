// Many jobs and many queues: no socket, file or memory stays behind, and memory keeps to its budget. STORM_JOBS and STORM_QUEUES say how many.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { QueueId } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Door } from '../../packages/fabric/src/index.ts'
import { ownBytesOf } from '../../packages/query/src/engines/duckdb/host-memory.ts'
import { EngineHost, type EngineHostOptions, type EngineQueue } from '../../packages/query/src/engines/duckdb/host.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { networkTo, openableOf, tableOf } from '../servers/sources.ts'

const jobs = Number(process.env['STORM_JOBS'] ?? 300)
const queues = Number(process.env['STORM_QUEUES'] ?? 12)
const mebibyte = 2 ** 20
const isLinux = process.platform === 'linux'
const numbers = tableOf('numbers', { id: 'int' })

let source: PostgresServer
const path = mkdtempSync(join(tmpdir(), 'tributary-storm-'))

beforeAll(async () => {
  source = await startPostgres({ databases: { shop: 'create table numbers as select i as id from generate_series(1, 1000) i' } })
})
afterAll(async () => {
  await source[Symbol.asyncDispose]()
  rmSync(path, { recursive: true, force: true })
})

function hostOf(options: Partial<EngineHostOptions> = {}): EngineHost {
  const quiet = (): void => undefined
  return new EngineHost({
    logger: { info: quiet, warn: quiet, error: quiet },
    scratchDirectory: join(path, 'scratch'),
    currentNetwork: () => Promise.resolve(networkTo([source])),
    join: () => quiet,
    openDoor: (door) => Door.open(door),
    ...options,
  })
}

async function run(host: EngineHost, queue: EngineQueue, sql: string): Promise<void> {
  const directory = mkdtempSync(join(path, 'job-'))
  const request = { jobId: directory, sql, currentDatabase: 'db1', tables: [openableOf(numbers, source)], directory }
  const { rowCount } = await host.run(queue, request, { signal: new AbortController().signal })
  expect(rowCount).toBe(1)
  rmSync(directory, { recursive: true })
}

/** What a process holds: open files and sockets, and resident memory in MiB. */
function holdings(pid: number | 'self'): { readonly files: number; readonly sockets: number; readonly mebibytes: number } {
  const descriptors = readdirSync(`/proc/${pid}/fd`)
  const sockets = readFileSync(`/proc/${pid}/net/unix`, 'utf8')
    .split('\n')
    .filter((line) => line.includes(path)).length
  const resident = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  return { files: descriptors.length, sockets, mebibytes: Math.round(resident / 1024) }
}

const filesInScratch = (): number =>
  readdirSync(join(path, 'scratch'), { recursive: true, withFileTypes: true }).filter(
    (entry) => !join(entry.parentPath, entry.name).includes('compiled'),
  ).length

describe.skipIf(!isLinux)(`${jobs} jobs on one queue${isLinux ? '' : ' (descriptors are counted on Linux alone)'}`, () => {
  it('leave no socket, file or memory behind', async () => {
    mkdirSync(join(path, 'scratch'), { recursive: true })
    await using host = hostOf()
    const queue: EngineQueue = { id: 'queue-storm' as QueueId, name: 'storm', cu: 16 }
    const some = (count: number): Promise<unknown> =>
      Promise.all(
        Array.from({ length: count }, (_, index) => run(host, queue, index % 5 === 0 ? 'SELECT max(id) FROM numbers' : 'SELECT 1')),
      )
    await some(Math.ceil(jobs / 3))
    await sleep(500)
    const pid = host.children()[0]?.pid ?? -1
    const before = { host: holdings('self'), child: holdings(pid), files: filesInScratch() }
    for (let done = 0; done < jobs; done += 100) await some(Math.min(100, jobs - done))
    await sleep(500)
    const after = { host: holdings('self'), child: holdings(pid), files: filesInScratch() }
    expect(host.children()[0]?.pid).toBe(pid)
    console.log(JSON.stringify({ jobs, before, after }))
    expect(after.host.files).toBeLessThanOrEqual(before.host.files + 2)
    expect(after.host.sockets).toBeLessThanOrEqual(before.host.sockets)
    expect(after.child.files).toBeLessThanOrEqual(before.child.files + 2)
    expect(after.files).toBeLessThanOrEqual(before.files)
    // Heaps breathe; what leaks a kilobyte for each job does not stay below this with many jobs.
    expect(after.child.mebibytes).toBeLessThan(before.child.mebibytes + 64)
    expect(after.host.mebibytes).toBeLessThan(before.host.mebibytes + 64)
    const sessions = () => source.query('postgres', "select 1 from pg_stat_activity where application_name = 'tributary'")
    // Of those that the last scans left for the next, none stays for long.
    await expect.poll(sessions, { timeout: 20_000 }).toHaveLength(0)
  }, 1_800_000)
})

describe.skipIf(!isLinux)(`${queues} queues with a job each, again and again`, () => {
  it('keep to the memory of all engines', async () => {
    const memoryBytes = 1024 * mebibyte
    await using host = hostOf({ memoryBytes, idleEndMs: 1_000 })
    const all = Array.from({ length: queues }, (_, index): EngineQueue => ({ id: `queue-${index}` as QueueId, name: `q${index}`, cu: 16 }))
    const most = { jobs: 0, bytes: 0 }
    const watch = setInterval(() => {
      const children = host.children()
      most.jobs = Math.max(most.jobs, children.filter(({ isBusy }) => isBusy).length)
      most.bytes = Math.max(
        most.bytes,
        children.reduce((sum, { pid }) => sum + (ownBytesOf(pid) ?? 0), 0),
      )
    }, 20)
    for (let round = 0; round < 2; round++) await Promise.all(all.map((queue) => run(host, queue, 'SELECT 1')))
    clearInterval(watch)
    console.log(JSON.stringify(most))
    // Each job is promised a quarter of the budget, which is the least; children without work count for what they hold.
    expect(most.jobs).toBeGreaterThan(1)
    expect(most.jobs).toBeLessThanOrEqual(4)
    expect(most.bytes).toBeGreaterThan(100 * mebibyte)
    expect(most.bytes).toBeLessThanOrEqual(memoryBytes)
    await expect.poll(() => host.children().length, { timeout: 10_000 }).toBe(0)
    await expect.poll(() => filesInScratch(), { timeout: 10_000 }).toBe(0)
  }, 1_800_000)
})

// Writes of managed tables that are struck while they run: an engine killed, a job cancelled, a time limit. Nothing of them is seen, nothing is left.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineHost } from '@tributary/query'
import type { Job, JobId } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { networkTo } from '../../../../tests/servers/sources.ts'
import { sampleCaller, sampleDirectory, SampleServer } from '../sample-jobs.ts'

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
let directory: Awaited<ReturnType<typeof sampleDirectory>>
let engine: EngineHost
let server: SampleServer<EngineHost>

beforeAll(async () => {
  directory = await sampleDirectory()
  engine = new EngineHost({
    logger: log,
    scratchDirectory: join(directory.path, 'scratch'),
    currentNetwork: async (id) => ({ ...networkTo([]), queueId: id }),
    join: () => () => undefined,
  })
  await engine.warm()
  server = await SampleServer.startWith(directory.path, { engine })
  const numbers = Array.from({ length: 100 }, (_none, n) => `(${n})`).join(', ')
  await ended(await submit(`CREATE TABLE numbers AS SELECT col1 AS n FROM (VALUES ${numbers})`))
  await ended(await submit('CREATE TABLE heavy AS SELECT 1.5D AS x'))
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await engine[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

async function submit(sql: string, conf: readonly string[] = []): Promise<JobId> {
  return (await server.submit(sql, { queueName: 'default', conf })).job.id
}

async function ended(id: JobId): Promise<Omit<Job, 'message'> & { readonly message: string }> {
  return server.ended(id)
}

/** A write of a hundred million rows that has begun. */
async function heavyWrite(verb: string, conf: readonly string[] = []): Promise<JobId> {
  const from = ['a', 'b', 'c', 'd'].map((name) => `numbers ${name}`).join(' CROSS JOIN ')
  const id = await submit(`${verb} SELECT a.n * 1.37D + b.n / 7.1D + c.n * d.n * 0.0013D AS x FROM ${from}`, conf)
  while ((await server.jobs.get(sampleCaller, id)).state === 'LAUNCHING') await new Promise((resolve) => setTimeout(resolve, 2))
  return id
}

/** Files of the warehouse, of jobs that have no result, and of engines' outputs. */
async function filesLeft(): Promise<readonly string[]> {
  const names = await readdir(directory.path, { recursive: true })
  return names.filter((name) => name.endsWith('.parquet') && !name.endsWith('result.parquet')).toSorted()
}

async function count(): Promise<unknown> {
  const id = await submit('SELECT count(*) AS n FROM heavy')
  expect(await ended(id)).toMatchObject({ state: 'FINISHED', message: '' })
  return (JSON.parse(`{${(await server.jobs.preview(sampleCaller, id, {})).body}}`) as { rows: unknown[][] }).rows[0]?.[0]
}

describe('a write that is struck', () => {
  it.each([
    ['INSERT INTO heavy', 'killed'],
    ['INSERT OVERWRITE heavy', 'killed'],
    ['INSERT INTO heavy', 'cancelled'],
    ['CREATE TABLE heavier AS', 'cancelled'],
  ])('is as if it had never been: %s is %s', async (verb, how) => {
    const before = await filesLeft()
    const id = await heavyWrite(verb)
    if (how === 'cancelled') await server.jobs.cancel(sampleCaller, id)
    else for (const { pid, isBusy } of engine.children()) if (isBusy && pid !== undefined) process.kill(pid, 'SIGKILL')
    expect((await ended(id)).state).toBe(how === 'killed' ? 'FAILED' : 'CANCELLED')
    expect(await count()).toBe(1)
    await expect.poll(filesLeft, { timeout: 10_000 }).toEqual(before)
    expect(await server.deps.store.tables.find(sampleCaller.project, 'default', 'heavier')).toBeUndefined()
  })

  it('by its time limit says so', async () => {
    const id = await heavyWrite('INSERT INTO heavy', ['dli.sql.job.timeout = 1'])
    expect(await ended(id)).toMatchObject({ state: 'FAILED', message: 'timed out after 1 s (dli.sql.job.timeout)' })
    expect(await count()).toBe(1)
  })
})

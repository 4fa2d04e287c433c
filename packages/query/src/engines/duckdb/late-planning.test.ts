// A planning that nobody waits for any more, seen from the server: it ends in its child, and the job that runs there goes on.

import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type QueueId, ServiceError, say } from '@tributary/rules'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { networkTo } from '../../../../../tests/servers/sources.ts'
import { EngineHost, type EngineQueue } from './host.ts'

const scratch = mkdtempSync(join(tmpdir(), 'tributary-late-planning-'))
const queue: EngineQueue = { id: 'queue-late' as QueueId, name: 'late', cu: 16 }
const ignore = (): void => undefined
let host: EngineHost
beforeAll(async () => {
  host = new EngineHost({
    logger: { info: ignore, warn: ignore, error: ignore },
    scratchDirectory: scratch,
    currentNetwork: () => Promise.resolve(networkTo([])),
    join: () => ignore,
  })
  await host.warm()
})
afterAll(async () => {
  await host[Symbol.asyncDispose]()
  await rm(scratch, { recursive: true, force: true })
})

it('ends alone: its child, the job that runs there and the next planning go on', async () => {
  const directory = mkdtempSync(join(scratch, 'job-'))
  const steps = Array.from({ length: 20 }, (_, at) => `, c${at + 1} AS (SELECT a.x FROM c${at} a JOIN c${at} b ON a.x = b.x)`)
  const sql = `WITH c0 AS (SELECT 1 AS x)${steps.join('')} SELECT x FROM c20`
  const request = { currentDatabase: 'default', tables: [] }
  const first = await host.plan(queue, { ...request, sql: 'SELECT 1 AS one' }, AbortSignal.timeout(30_000))
  expect(first.columns).toHaveLength(1)
  const [before] = host.children().filter(({ queueId }) => queueId === queue.id)
  const counting = 'SELECT count(*) AS n FROM (SELECT explode(sequence(1, 3000)) AS a) CROSS JOIN (SELECT explode(sequence(1, 30000)) AS b)'
  const running = host.run(queue, { ...request, jobId: 'j', sql: counting, directory }, { signal: new AbortController().signal })
  const late = new ServiceError('unavailable', say`nobody waits any more`)
  const controller = new AbortController()
  setTimeout(() => controller.abort(late), 1_000)
  await expect(host.plan(queue, { ...request, sql }, controller.signal)).rejects.toBe(late)
  const next = await host.plan(queue, { ...request, sql: 'SELECT 2 AS two' }, AbortSignal.timeout(30_000))
  expect(next.columns).toHaveLength(1)
  expect((await running).rowCount).toBe(1)
  // What was given up would have been killed five seconds later, and the child with it.
  await new Promise((resolve) => setTimeout(resolve, 5_500))
  expect(host.children().filter(({ queueId }) => queueId === queue.id)[0]?.pid).toBe(before?.pid)
}, 90_000)

// What crossed for jobs, in a real SQLite file: written as they go, read by their project alone, gone with them.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionId, type Crossing, type JobId, type ProjectId, silence } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleCrossing } from '../../rules/src/sample-crossing.ts'
import { sampleJob } from './sample-catalog.ts'
import { Store } from './store.ts'

const crossing = sampleCrossing({ totalMs: 0.4, notes: ['filtered by the source: id > 1'] })
const later: Crossing = { ...crossing, connectionId: 'c1' as ConnectionId, connectMs: 1, firstRowMs: 2, rows: 3 }
let directory: string
let store: Store
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tributary-crossings-'))
  store = await Store.open({ path: join(directory, 'tributary.db'), sealingKey: Buffer.alloc(32, 1) })
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

describe('crossings of jobs', () => {
  it('are as they were last written, whatever has become of the job, for its project alone', async () => {
    const job = sampleJob()
    await store.jobs.insert(job, { sql: 'select 1', timeLimitMs: undefined })
    expect(await store.jobCrossings.list(job.projectId, job.id)).toEqual([])
    await store.jobCrossings.put(job.id, [crossing])
    expect(await store.jobCrossings.list(job.projectId, job.id)).toStrictEqual([crossing])
    await store.jobs.end(job.id, { state: 'CANCELLED', endedAt: 9, message: silence })
    await store.jobCrossings.put(job.id, [later, crossing])
    expect(await store.jobCrossings.list(job.projectId, job.id)).toStrictEqual([later, crossing])
    expect(await store.jobCrossings.list('p2' as ProjectId, job.id)).toEqual([])
  })

  it('go with their job, and do not come without one', async () => {
    const job = sampleJob()
    await store.jobs.insert(job, { sql: 'select 1', timeLimitMs: undefined })
    await store.jobCrossings.put(job.id, [crossing])
    await store.jobs.end(job.id, { state: 'CANCELLED', endedAt: 9, message: silence })
    expect((await store.jobs.forget(10, 10)).size).toBe(1)
    expect(await store.jobCrossings.list(job.projectId, job.id)).toEqual([])
    await store.jobCrossings.put('nobody' as JobId, [crossing])
    await store.jobs.insert({ ...job, id: 'nobody' as JobId }, undefined)
    expect(await store.jobCrossings.list(job.projectId, 'nobody' as JobId)).toEqual([])
  })
})

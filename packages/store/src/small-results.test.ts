// Files of small results, in a real SQLite file: kept byte by byte, listed page by page, gone with their job or when they are forgotten.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type JobId, silence } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleJob } from './sample-catalog.ts'
import { Store } from './store.ts'

let directory: string
let store: Store
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tributary-small-results-'))
  store = await Store.open({ path: join(directory, 'tributary.db'), sealingKey: Buffer.alloc(32, 1) })
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const files = [
  { name: 'a.json', bytes: new TextEncoder().encode('{"é":1}') },
  { name: 'b.parquet', bytes: Uint8Array.from({ length: 256 }, (_, at) => at) },
]

/** A job that is there, with these files. */
async function kept(id: string): Promise<JobId> {
  const job = { ...sampleJob(), id: id as JobId }
  await store.jobs.insert(job, { sql: 'select 1', timeLimitMs: undefined })
  await store.smallResults.put(job.id, files)
  return job.id
}

describe('files of small results', () => {
  it('are kept byte by byte until they are forgotten', async () => {
    const id = await kept('j1')
    expect((await store.smallResults.list(id)).map(({ name, bytes }) => ({ name, bytes: new Uint8Array(bytes) }))).toEqual(files)
    await store.smallResults.forget([])
    expect(await store.smallResults.list(id)).toHaveLength(2)
    await store.smallResults.forget([id])
    expect(await store.smallResults.list(id)).toEqual([])
  })

  it('are listed by job, each once, page by page', async () => {
    for (const id of ['j3', 'j1', 'j2']) await kept(id)
    expect(await store.smallResults.listJobs({ most: 2 })).toEqual(['j1', 'j2'])
    expect(await store.smallResults.listJobs({ after: 'j2' as JobId, most: 2 })).toEqual(['j3'])
    expect(await store.smallResults.listJobs({ after: 'j3' as JobId, most: 2 })).toEqual([])
  })

  it('stand or fall with the end of their job, and go with it', async () => {
    const job = sampleJob()
    await store.jobs.insert(job, { sql: 'select 1', timeLimitMs: undefined })
    const rolledBack = store.transaction(async (tx) => {
      await tx.smallResults.put(job.id, files)
      throw new Error('not ended')
    })
    await expect(rolledBack).rejects.toThrow('not ended')
    expect(await store.smallResults.listJobs({ most: 9 })).toEqual([])
    await store.smallResults.put(job.id, files)
    await store.smallResults.put(job.id, [])
    await store.jobs.end(job.id, { state: 'CANCELLED', endedAt: 9, message: silence })
    await store.jobs.forget(10, 10)
    expect(await store.smallResults.listJobs({ most: 9 })).toEqual([])
  })
})

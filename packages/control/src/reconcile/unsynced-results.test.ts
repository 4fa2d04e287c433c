// Small results whose files a falling machine has taken: the store gives them back, until the disk has them.

import { mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JobId } from '@tributary/rules'
import { Store } from '@tributary/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleJob } from '../../../store/src/sample-catalog.ts'
import { Results } from '../results.ts'
import { UnsyncedResults } from './unsynced-results.ts'

let dataDir: string
let store: Store
let results: Results
let unsynced: UnsyncedResults
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tributary-unsynced-'))
  store = await Store.open({ path: join(dataDir, 'tributary.db'), sealingKey: Buffer.alloc(32, 1) })
  results = new Results(dataDir)
  const fail = (_fields: object, message: string): never => {
    throw new Error(message)
  }
  unsynced = new UnsyncedResults({ store, results, log: { info: fail, warn: fail, error: fail } })
})
afterEach(async () => {
  await unsynced.idle()
  await store[Symbol.asyncDispose]()
  await rm(dataDir, { recursive: true, force: true })
})

const files = [
  { name: 'preview.json', bytes: Buffer.from('{"schema":[],"rows":[]}') },
  { name: 'result.parquet', bytes: Buffer.from([0x50, 0x41, 0x52, 0x31, 0]) },
]
const pathOf = (id: string, name: string): string => join(dataDir, 'jobs', id, name)

/** A job with a result as its run leaves it: files that are not synced, and their bytes in the store. */
async function leave(id: string): Promise<JobId> {
  const job = { ...sampleJob(), id: id as JobId }
  await store.jobs.insert(job, undefined)
  await results.create(job.id)
  for (const { name, bytes } of files) await writeFile(pathOf(id, name), bytes)
  await store.smallResults.put(job.id, files)
  return job.id
}

const isWhole = async (id: string): Promise<boolean> =>
  (await Promise.all(files.map(async ({ name, bytes }) => bytes.equals(await readFile(pathOf(id, name)))))).every(Boolean)

describe('small results', () => {
  it('are written again where they are gone, empty or cut short, for this user alone', async () => {
    for (const id of ['gone', 'empty', 'whole']) await leave(id)
    await rm(join(dataDir, 'jobs', 'gone'), { recursive: true })
    await truncate(pathOf('empty', 'result.parquet'), 0)
    await truncate(pathOf('empty', 'preview.json'), 3)
    const before = await stat(pathOf('whole', 'preview.json'))
    await unsynced.restore()
    expect(await Promise.all(['gone', 'empty', 'whole'].map(isWhole))).toEqual([true, true, true])
    expect((await stat(pathOf('whole', 'preview.json'))).mtimeMs).toBe(before.mtimeMs)
    expect((await stat(join(dataDir, 'jobs', 'gone'))).mode & 0o777).toBe(0o700)
    expect((await stat(pathOf('gone', 'preview.json'))).mode & 0o777).toBe(0o600)
    // A second fall finds them in the store still.
    expect(await store.smallResults.listJobs({ most: 9 })).toHaveLength(3)
  })

  it('are forgotten by the store when the disk has them, those of expired jobs too', async () => {
    for (const id of ['one', 'two']) await leave(id)
    await rm(join(dataDir, 'jobs', 'two'), { recursive: true })
    unsynced.settleSoon()
    await unsynced.idle()
    expect(await store.smallResults.listJobs({ most: 9 })).toEqual([])
    expect(await isWhole('one')).toBe(true)
  })

  it('are brought to disk when there are many', async () => {
    await leave('one')
    for (let job = 1; job < 100; job += 1) unsynced.note()
    await unsynced.idle()
    expect(await store.smallResults.listJobs({ most: 9 })).toEqual(['one'])
    unsynced.note()
    await unsynced.idle()
    expect(await store.smallResults.listJobs({ most: 9 })).toEqual([])
  })

  it('of a data directory without any job are none', async () => {
    await mkdir(join(dataDir, 'jobs'), { recursive: true })
    await unsynced.restore()
    unsynced.settleSoon()
    await unsynced.idle()
    expect(await results.list()).toEqual([])
  })
})

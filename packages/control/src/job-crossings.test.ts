// Who sees what crossed for a job: its owner and administrators all of it, others the figures, other projects nothing.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Caller, Crossing, UserId } from '@tributary/rules'
import { silence } from '@tributary/rules'
import { Store } from '@tributary/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleCrossing } from '../../rules/src/sample-crossing.ts'
import type { Deps } from './deps.ts'
import { jobCrossings } from './job-crossings.ts'
import { sampleRunningJob } from './sample-crossing.ts'
import { sampleCaller, strangerCaller } from './sample-jobs.ts'

const crossing = sampleCrossing({
  text: 'SELECT hidden',
  statements: 1,
  readers: 1,
  rows: 7,
  bytesIn: 100,
  bytesOut: 10,
  connectMs: 1,
  firstRowMs: 2,
  totalMs: 3,
  notes: ['filtered by the source: hidden > 1'],
})
const job = sampleRunningJob({
  projectId: sampleCaller.project,
  statement: 'SELECT * FROM a_view',
  tableName: 'a_view',
  owner: 'ann',
  ownerId: 'ann-id' as UserId,
})

let directory: string
let store: Store
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tributary-seen-crossings-'))
  store = await Store.open({ path: join(directory, 'tributary.db'), sealingKey: Buffer.alloc(32, 1) })
  await store.jobs.insert(job, { sql: 'SELECT 1', timeLimitMs: undefined })
  await store.jobCrossings.put(job.id, [crossing])
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const callerOf = (id: string, role: Caller['role']): Caller => ({
  ...sampleCaller,
  role,
  user: { ...sampleCaller.user, id: id as UserId, isDomainAdmin: false },
})

describe('what crossed for a job', () => {
  it('is shown whole to its owner and to administrators, and without words to others of the project', async () => {
    const seen = jobCrossings({ store } as Deps)
    const seenBy = async (caller: Caller): Promise<readonly Crossing[]> => (await seen.crossings(caller, job.id)).crossings
    expect(await seenBy(callerOf('ann-id', 'editor'))).toEqual([crossing])
    expect(await seenBy(callerOf('boss-id', 'admin'))).toEqual([crossing])
    for (const role of ['editor', 'reader'] as const)
      expect(await seenBy(callerOf('bob-id', role))).toEqual([{ ...crossing, text: '', notes: [] }])
    await expect(seen.crossings(strangerCaller, job.id)).rejects.toMatchObject({ kind: 'notFound' })
  })

  it('does not run any more when the job has ended, whatever was written last', async () => {
    await store.jobs.end(job.id, { state: 'FAILED', endedAt: 9, message: silence })
    const shown = await jobCrossings({ store } as Deps).crossings(callerOf('ann-id', 'reader'), job.id)
    expect([shown.job.state, shown.crossings.map(({ state }) => state)]).toEqual(['FAILED', ['stopped']])
  })
})

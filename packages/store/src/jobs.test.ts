// Jobs in a real SQLite file: one start, one end, a text sealed until then.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  checkExport,
  checkJobFilter,
  type DomainId,
  type JobFilterDraft,
  type JobId,
  type ProjectId,
  type QueueId,
  say,
  silence,
} from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleJob } from './sample-catalog.ts'
import { Store } from './store.ts'

const p1 = 'p1' as ProjectId
const sealingKey = Buffer.alloc(32, 1)
const order = { sql: "create table t using jdbc options ('password'='canary')", timeLimitMs: 5000, dynamicOverwrite: true }
const done = { state: 'FINISHED', endedAt: 2, columns: [], resultRows: 3, inputRows: 4, inputBytes: 5, outputBytes: 6, cpuMs: 7 } as const
let directory: string
let store: Store
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tributary-jobs-'))
  store = await Store.open({ path: join(directory, 'tributary.db'), sealingKey })
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

describe('jobs', () => {
  it('come back as they were written, to their project alone', async () => {
    const job = sampleJob()
    await store.jobs.insert(job, order)
    expect(await store.jobs.get(p1, job.id)).toEqual(job)
    await expect(store.jobs.get('p2' as ProjectId, job.id)).rejects.toMatchObject({ kind: 'notFound' })
  })

  it('say where they write, and what was known too late to stop them', async () => {
    const job = sampleJob({ type: 'INSERT', writesTo: 'orders-db:5432' })
    await store.jobs.insert(job, order)
    expect((await store.jobs.findOrder(job.id))?.job.writesTo).toBe('orders-db:5432')
    await store.jobs.start(job.id, 'gone')
    expect((await store.jobs.listAbandoned('other')).map(({ writesTo }) => writesTo)).toEqual(['orders-db:5432'])
    await store.jobs.noteAfterCancel(job.id, say`too early`)
    expect(await store.jobs.get(p1, job.id)).toMatchObject({ state: 'RUNNING', message: silence })
    await store.jobs.end(job.id, { state: 'CANCELLED', endedAt: 9, message: silence })
    await store.jobs.noteAfterCancel(job.id, say`rows are there`)
    expect((await store.jobs.get(p1, job.id)).message).toEqual(say`rows are there`)
  })

  it('are listed newest first', async () => {
    for (const startedAt of [1, 3, 2]) await store.jobs.insert(sampleJob({ startedAt, owner: `u${startedAt}` }), order)
    await store.jobs.insert(sampleJob({ projectId: 'p2' as ProjectId }), order)
    const page = await store.jobs.list(p1, checkJobFilter({}), { limit: 2, offset: 0, now: 10 })
    expect([page.total, page.jobs.map(({ owner }) => owner)]).toEqual([3, ['u3', 'u2']])
  })

  it('are found by each filter, and by all of them together', async () => {
    await store.projects.insert({ id: p1, domainId: 'd1' as DomainId, name: 'p', createdAt: 1 }).catch(() => {})
    const one = sampleJob({ startedAt: 1, endedAt: 9, state: 'FINISHED', statement: 'SELECT 50% _x', owner: 'ann' })
    const two = sampleJob({ startedAt: 2, type: 'DDL', queueName: 'q9', currentDatabase: 'sales', tableName: 'orders' })
    const three = sampleJob({ startedAt: 3, endedAt: 4, state: 'FAILED', message: say`no` })
    for (const job of [one, two, three]) await store.jobs.insert(job, job.endedAt === undefined ? order : undefined)
    const ids = async (draft: JobFilterDraft) => {
      const found = await store.jobs.list(p1, checkJobFilter(draft), { limit: 10, offset: 0, now: 100 })
      expect(found.total).toBe(found.jobs.length)
      return found.jobs.map(({ id }) => ({ [one.id]: 1, [two.id]: 2, [three.id]: 3 })[id])
    }
    expect(await ids({})).toEqual([3, 2, 1])
    expect(await ids({ order: 'start_time_asc' })).toEqual([1, 2, 3])
    expect(await ids({ order: 'duration_desc' })).toEqual([2, 1, 3])
    expect(await ids({ order: 'duration_asc' })).toEqual([3, 1, 2])
    expect(await ids({ type: 'DDL' })).toEqual([2])
    expect(await ids({ types: 'DDL,QUERY' })).toEqual([3, 2, 1])
    expect(await ids({ type: 'DDL', types: 'QUERY' })).toEqual([])
    expect(await ids({ status: 'failed' })).toEqual([3])
    expect(await ids({ status: 'SCALING' })).toEqual([])
    expect(await ids({ id: one.id })).toEqual([1])
    expect(await ids({ queueName: 'Q9' })).toEqual([2])
    expect(await ids({ databaseName: 'SALES' })).toEqual([2])
    expect(await ids({ tableName: 'orders' })).toEqual([2])
    expect(await ids({ owner: 'ann' })).toEqual([1])
    expect(await ids({ statementPart: 'select 50% _X' })).toEqual([1])
    expect(await ids({ statementPart: '5%0' })).toEqual([])
    expect(await ids({ from: 2 })).toEqual([3, 2])
    expect(await ids({ until: 2 })).toEqual([2, 1])
    expect(await ids({ from: 2, until: 2 })).toEqual([2])
    expect(await ids({ status: 'FINISHED', owner: 'ann', from: 1, until: 1 })).toEqual([1])
    expect(await ids({ status: 'FINISHED', owner: 'bob' })).toEqual([])
  })

  it('are started once, with their text and their limit', async () => {
    const job = sampleJob()
    await store.jobs.insert(job, order)
    expect(await store.jobs.listLaunching()).toEqual([job.id])
    await store.jobs.noteWait(job.id, say`waits for ${'q1'}`)
    expect(await store.jobs.findOrder(job.id)).toEqual({ job: { ...job, message: say`waits for ${'q1'}` }, ...order })
    expect(await store.jobs.start(job.id, 'server-a')).toEqual({ job: { ...job, state: 'RUNNING', tasks: 1 }, ...order })
    expect(await store.jobs.start(job.id, 'server-a')).toBeUndefined()
    expect(await store.jobs.listLaunching()).toEqual([])
    await store.jobs.noteWait(job.id, say`waits for ${'q1'}`)
    expect((await store.jobs.get(p1, job.id)).message).toEqual(silence)
    expect(await store.jobs.findOrder(job.id)).toBeUndefined()
  })

  it('end once: the first end stays', async () => {
    const job = sampleJob()
    await store.jobs.insert(job, order)
    await store.jobs.start(job.id, 'server-a')
    expect(await store.jobs.end(job.id, { state: 'CANCELLED', endedAt: 9, message: silence })).toBe(true)
    expect(await store.jobs.end(job.id, done)).toBe(false)
    expect(await store.jobs.get(p1, job.id)).toMatchObject({ state: 'CANCELLED', endedAt: 9, resultRows: 0 })
    expect(await store.jobs.start(job.id, 'server-a')).toBeUndefined()
  })

  it('write figures when they finish, and progress only while they run', async () => {
    const job = sampleJob()
    await store.jobs.insert(job, order)
    const halfway = { inputRows: 10, inputBytes: 20, fraction: 0.5, tasks: 2, finishedTasks: 1 }
    await store.jobs.progress(job.id, halfway)
    expect((await store.jobs.get(p1, job.id)).progress).toBe(0)
    await store.jobs.start(job.id, 'server-a')
    await store.jobs.progress(job.id, halfway)
    expect(await store.jobs.get(p1, job.id)).toMatchObject({ inputRows: 10, inputBytes: 20, progress: 0.5, tasks: 2, finishedTasks: 1 })
    await store.jobs.progress(job.id, { ...halfway, fraction: 0.25 })
    expect((await store.jobs.get(p1, job.id)).progress).toBe(0.5)
    await store.jobs.end(job.id, done)
    await store.jobs.progress(job.id, halfway)
    expect(await store.jobs.get(p1, job.id)).toMatchObject({
      state: 'FINISHED',
      endedAt: 2,
      resultRows: 3,
      inputRows: 4,
      inputBytes: 5,
      outputBytes: 6,
      cpuMs: 7,
      progress: 1,
      finishedTasks: 2,
    })
  })

  it('that are over before it was written that they began have done their one task, and wait for nothing', async () => {
    const job = sampleJob()
    await store.jobs.insert(job, order)
    await store.jobs.noteWait(job.id, say`waits for an engine of queue ${'q1'}`)
    expect(await store.jobs.end(job.id, done)).toBe(true)
    const { state, message, tasks, finishedTasks } = await store.jobs.get(p1, job.id)
    expect({ state, message, tasks, finishedTasks }).toEqual({ state: 'FINISHED', message: silence, tasks: 1, finishedTasks: 1 })
  })

  it('are forgotten some at a time when their time is over, with their tags, and live ones never', async () => {
    await store.domains.insert({ id: 'd1' as DomainId, name: 'd', createdAt: 1 })
    await store.projects.insert({ id: p1, domainId: 'd1' as DomainId, name: 'p', createdAt: 1 })
    const old = [1, 2, 3].map((endedAt) => sampleJob({ state: 'FINISHED', startedAt: 1, endedAt }))
    const live = sampleJob({ startedAt: 1 })
    for (const job of old) await store.jobs.insert(job, undefined)
    await store.jobs.insert(live, order)
    for (const { id } of [...old, live])
      await store.transaction((tx) => tx.tags.put({ projectId: p1, kind: 'job', id }, [{ key: 'k', value: id }]))
    expect(await store.jobs.forget(3, 1)).toEqual(new Map([[p1, 1]]))
    expect(await store.jobs.forget(3, 10)).toEqual(new Map([[p1, 1]]))
    expect(await store.jobs.forget(3, 10)).toEqual(new Map())
    const left = await store.jobs.list(p1, checkJobFilter({}), { limit: 10, offset: 0, now: 10 })
    expect([left.total, new Set(left.jobs.map(({ id }) => id))]).toEqual([2, new Set([old[2]?.id, live.id])])
    const tagged = await store.jobs.list(p1, checkJobFilter({ tags: [{ key: 'k', value: old[0]?.id ?? '' }] }), {
      limit: 10,
      offset: 0,
      now: 10,
    })
    expect(tagged.total).toBe(0)
  })

  it('keep what they export, and a bucket the project that came first', async () => {
    const job = sampleJob({ type: 'EXPORT', export: checkExport({ source: 'j1' as JobId }, { dataPath: 'obs://b/f', dataType: 'json' }) })
    await store.jobs.insert(job, { sql: '', timeLimitMs: undefined })
    expect(await store.jobs.get(p1, job.id)).toEqual(job)
    expect(await store.jobs.findOrder(job.id)).toMatchObject({ sql: '', job: { export: { dataPath: 'obs://b/f' } } })
    expect(await store.exportBuckets.findOwner('B')).toBeUndefined()
    await store.exportBuckets.claim('B', p1)
    await store.exportBuckets.claim('b', 'p2' as ProjectId)
    expect(await store.exportBuckets.findOwner('b')).toBe(p1)
  })

  it('are told apart from those of a dead server', async () => {
    const [mine, theirs] = [sampleJob(), sampleJob()]
    for (const job of [mine, theirs]) await store.jobs.insert(job, order)
    await store.jobs.start(mine.id, 'me')
    await store.jobs.start(theirs.id, 'dead')
    expect((await store.jobs.listAbandoned('me')).map(({ id }) => id)).toEqual([theirs.id])
  })

  it('keep a queue busy until they end', async () => {
    const job = sampleJob()
    await store.jobs.insert(job, order)
    expect(await store.jobs.runningOn(job.queueId)).toBe(1)
    expect(await store.jobs.runningOn('other' as QueueId)).toBe(0)
    await store.jobs.end(job.id, { state: 'FAILED', endedAt: 2, message: say`no` })
    expect(await store.jobs.runningOn(job.queueId)).toBe(0)
  })

  it('keep the directories of live jobs and of fresh results', async () => {
    const [live, fresh, old, failed] = [sampleJob(), sampleJob(), sampleJob(), sampleJob()]
    for (const job of [live, fresh, old, failed]) await store.jobs.insert(job, order)
    await store.jobs.end(fresh.id, { ...done, endedAt: 100 })
    await store.jobs.end(old.id, { ...done, endedAt: 99 })
    await store.jobs.end(failed.id, { state: 'FAILED', endedAt: 100, message: silence })
    const asked = [live.id, fresh.id, old.id, failed.id, 'unknown']
    expect([...(await store.jobs.listKept(asked, 100))].toSorted()).toEqual([live.id, fresh.id].toSorted())
    expect(await store.jobs.listKept([], 100)).toEqual(new Set())
  })

  it('seal their text, and forget it at the end', async () => {
    const job = sampleJob()
    await store.jobs.insert(job, order)
    await store[Symbol.asyncDispose]()
    const files = await readFile(join(directory, 'tributary.db'))
    expect(files.includes(job.id)).toBe(true)
    expect(files.includes('canary')).toBe(false)
    store = await Store.open({ path: join(directory, 'tributary.db'), sealingKey })
    expect((await store.jobs.start(job.id, 'next'))?.sql).toBe(order.sql)
    await store.jobs.end(job.id, done)
    await expect(store.jobs.insert({ ...job, id: `${job.id}x` as typeof job.id, state: 'FINISHED', endedAt: 1 }, order)).rejects.toThrow(
      /CHECK/,
    )
  })
})

// Jobs by use case, over a small engine written by hand: submit, follow, preview, cancel, restart.

import { execFile } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Job, type JobId, say, ServiceError } from '@tributary/rules'
import { Store } from '@tributary/store'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { forgetOldJobs } from './old-jobs.ts'
import { sampleColumns, sampleDigits } from './sample-engine.ts'
import { mayWaitUnread } from './submit.ts'
import { sampleCaller, sampleDirectory, sampleSealingKey, SampleServer, strangerCaller } from './sample-jobs.ts'

let directory: Awaited<ReturnType<typeof sampleDirectory>>
let server: SampleServer
beforeEach(async () => {
  directory = await sampleDirectory()
  server = await SampleServer.start(directory.path)
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

const url = "'url'='jdbc:postgresql://10.71.0.5:5432/shop', 'driver'='org.postgresql.Driver'"
const withKeys = `${url}, 'dbtable'='public.orders', 'passwdauth'='keys', 'encryption'='true'`
const inline = `${url}, 'dbtable'='public.orders', 'user'='shop_reader', 'password'='canary-inline'`

async function createOrders(): Promise<void> {
  const { job } = await server.submit(`create table orders using jdbc options (${withKeys})`)
  expect((await server.ended(job.id)).state).toBe('FINISHED')
}

/** A promise for `engine.gate`, and how it opens. */
function closeGate(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.engine.gate = promise
  return resolve
}

async function running(id: JobId): Promise<Job> {
  for (;;) {
    const job = await server.jobs.get(sampleCaller, id)
    if (job.state === 'RUNNING' && job.progress > 0) return job
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('a statement that no engine has the time to read', () => {
  /** Submits one whose first reading waits for an engine until its patience is over. */
  async function submitLate(sql: string): Promise<Awaited<ReturnType<SampleServer['submit']>>> {
    const asked = Promise.withResolvers<void>()
    vi.spyOn(server.engine, 'parse').mockImplementationOnce((...args: readonly unknown[]) => {
      const signal = args[3] as AbortSignal
      asked.resolve()
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const submitted = server.submit(sql)
    submitted.catch(() => undefined)
    await asked.promise
    vi.advanceTimersByTime(30_000)
    vi.useRealTimers()
    return await submitted
  }

  it('is a job that waits, where it is a plain query, and ends like all others', async () => {
    const { job } = await submitLate('select 1')
    expect(job).toMatchObject({ type: 'QUERY', mode: 'async', state: 'LAUNCHING', statement: 'select 1', queueName: 'q1' })
    expect(await server.ended(job.id)).toMatchObject({ state: 'FINISHED', columns: sampleColumns, resultRows: 2 })
  })

  it('fails with what is wrong with it, once an engine has read it', async () => {
    const { job } = await submitLate('select * from default.nope')
    expect(await server.ended(job.id)).toMatchObject({ state: 'FAILED', message: expect.stringContaining('nope') })
  })

  it('is refused where it is anything else, and leaves no job behind', async () => {
    await expect(submitLate('create table t (a int)')).rejects.toMatchObject({ kind: 'unavailable', message: /did not answer in 30 s/ })
    expect((await server.jobs.list(sampleCaller)).total).toBe(0)
  })

  it('is told from what only looks like a query by its first word', () => {
    for (const sql of ['SELECT 1', ' /* a */ ((values (1)))', '--x\nselect 1']) expect(mayWaitUnread(sql)).toBe(true)
    for (const sql of ['with t as (select 1) insert into a select 1', 'from a insert into b select 1', 'selected', '--select 1', ''])
      expect(mayWaitUnread(sql)).toBe(false)
  })
})

describe('submitting a query', () => {
  it('answers a job that runs, finishes and shows its rows with every digit', async () => {
    const { job } = await server.submit('select 1', { tags: [{ key: 'a', value: 'b' }] })
    expect(job).toMatchObject({
      type: 'QUERY',
      mode: 'async',
      queueName: 'q1',
      owner: 'tenant1',
      columns: sampleColumns,
      tags: [{ key: 'a', value: 'b' }],
    })
    expect(await server.ended(job.id)).toMatchObject({
      state: 'FINISHED',
      resultRows: 2,
      inputRows: 2,
      inputBytes: 16,
      progress: 1,
      message: '',
    })
    const { body } = await server.jobs.preview(sampleCaller, job.id, { pageSize: 1 })
    expect(body.replaceAll(/\s/g, '')).toBe(`"schema":[{"n":"bigint"}],"rows":[[${sampleDigits}]]`)
    expect((await stat(join(directory.path, 'jobs', job.id))).mode & 0o777).toBe(0o700)
  })

  it('opens the tables it names with the keys of their auth-info', async () => {
    await createOrders()
    const { job } = await server.submit('select * from default.orders')
    expect((await server.ended(job.id)).state).toBe('FINISHED')
    expect(server.engine.opened.at(-1)).toMatchObject({
      table: {
        name: { database: 'default', name: 'orders' },
        settings: { endpoint: { host: '10.71.0.5', port: 5432 } },
        columns: sampleColumns,
      },
      credentials: { user: 'reader', password: 'canary-stored' },
      allowCleartextPasswords: true,
    })
  })

  it.each([
    ['an engine that is not offered', { engine: 'hetuEngine' }, 'unsupported'],
    ['an unknown queue', { queueName: 'nope' }, 'notFound'],
    ['a general queue', { queueName: 'g1' }, 'unsupported'],
    ['an unknown database', { currentDatabase: 'nope' }, 'notFound'],
    ['a conf entry without a value', { conf: ['nonsense'] }, 'invalid'],
    ['an empty text', { sql: ' ' }, 'invalid'],
    ['bad SQL', { sql: 'selekt' }, 'syntax'],
    ['a column that nothing has', { sql: 'select missing' }, 'semantic'],
    ['a table that is not there', { sql: 'select * from default.nope' }, 'semantic'],
  ])('refuses %s, and leaves no job behind', async (_, over, kind) => {
    await expect(server.submit('select 1', over)).rejects.toMatchObject({ name: 'ServiceError', kind })
    expect((await server.jobs.list(sampleCaller)).total).toBe(0)
  })

  it('tells where a table is out of reach, and what to do', async () => {
    await createOrders()
    await expect(server.submit('select * from orders', { queueName: 'Q2' })).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(
        /^queue q2 is not bound to a connection that reaches 10\.71\.0\.5:5432 \(table default\.orders\): bind it/,
      ),
    })
    await expect(server.submit('select * from orders', { queueName: '' })).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('dedicated queue bound to a connection'),
    })
    const { job } = await server.submit('select 1', { queueName: 'default' })
    expect((await server.ended(job.id)).state).toBe('FINISHED')
  })

  it('shows jobs, results and cancels to their project alone', async () => {
    const { job } = await server.submit('select 1')
    await server.ended(job.id)
    await expect(server.jobs.get(strangerCaller, job.id)).rejects.toMatchObject({ kind: 'notFound' })
    await expect(server.jobs.preview(strangerCaller, job.id, {})).rejects.toMatchObject({ kind: 'notFound' })
    await expect(server.jobs.cancel(strangerCaller, job.id)).rejects.toMatchObject({ kind: 'notFound' })
  })

  it('fails with the engine’s own words, less any password in them', async () => {
    await createOrders()
    server.engine.failure = new ServiceError('unavailable', say`connection c1 was cut: queue q1 was unbound (password ${'canary-stored'})`)
    const { job } = await server.submit('select * from orders')
    expect(await server.ended(job.id)).toMatchObject({
      state: 'FAILED',
      message: 'connection c1 was cut: queue q1 was unbound (password ***)',
    })
    expect(await readdir(join(directory.path, 'jobs'))).toEqual([])
    await expect(server.jobs.preview(sampleCaller, job.id, {})).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('tells nothing of a failure of ours but where to look', async () => {
    server.engine.failure = new TypeError('undefined is not a function')
    const { job } = await server.submit('select 1')
    const { message } = await server.ended(job.id)
    expect(message).not.toContain('undefined')
    expect(server.log).toMatchObject([{ level: 'error', fields: { jobId: job.id } }])
  })
})

describe('a running job', () => {
  it('says how far it is, and has no result yet', async () => {
    const open = closeGate()
    const { job } = await server.submit('select 1')
    expect(await running(job.id)).toMatchObject({ progress: 0.5, inputRows: 1, inputBytes: 8 })
    await expect(server.jobs.preview(sampleCaller, job.id, {})).rejects.toMatchObject({ kind: 'busy' })
    expect(await server.deps.store.jobs.runningOn(job.queueId)).toBe(1)
    open()
    expect((await server.ended(job.id)).state).toBe('FINISHED')
    expect(await server.deps.store.jobs.runningOn(job.queueId)).toBe(0)
  })

  it('is cancelled at once, and stays so', async () => {
    const open = closeGate()
    const { job } = await server.submit('select 1')
    await running(job.id)
    await server.jobs.cancel(sampleCaller, job.id)
    expect((await server.jobs.get(sampleCaller, job.id)).state).toBe('CANCELLED')
    await expect(server.jobs.cancel(sampleCaller, job.id)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('CANCELLED'),
    })
    open()
    await server.runner.drain(2000)
    expect((await server.jobs.get(sampleCaller, job.id)).state).toBe('CANCELLED')
    expect(await readdir(join(directory.path, 'jobs'))).toEqual([])
  })

  it('is cancelled before it started as well', async () => {
    await server.runner.drain(0)
    const { job } = await server.submit('select 1')
    await server.jobs.cancel(sampleCaller, job.id)
    await server[Symbol.asyncDispose]()
    server = await SampleServer.start(directory.path)
    expect((await server.jobs.get(sampleCaller, job.id)).state).toBe('CANCELLED')
  })

  it('ends when its time is up', async () => {
    closeGate()
    const { job } = await server.submit('select 1', { conf: ['dli.sql.job.timeout = 1'] })
    expect(await server.ended(job.id)).toMatchObject({ state: 'FAILED', message: expect.stringContaining('timed out after 1 s') })
  })

  it('gets the time of a drain, then fails with the reason', async () => {
    closeGate()
    const { job } = await server.submit('select 1')
    await running(job.id)
    await server.runner.drain(10)
    expect(await server.ended(job.id)).toMatchObject({
      state: 'FAILED',
      message: expect.stringContaining('the server was stopped'),
    })
  })
})

describe('a job that waits for an engine', () => {
  it('is LAUNCHING, says what it waits for, and runs when it is its turn', async () => {
    closeGate()
    const { job: first } = await server.submit('select 1')
    await running(first.id)
    const { promise, resolve } = Promise.withResolvers<void>()
    server.engine.child = promise
    server.engine.gate = Promise.resolve()
    const { job } = await server.submit('select 2')
    await expect.poll(() => server.jobs.get(sampleCaller, job.id)).toMatchObject({ message: say`waits for another job on queue ${'q1'}` })
    expect((await server.jobs.get(sampleCaller, job.id)).state).toBe('LAUNCHING')
    resolve()
    expect(await server.ended(job.id)).toMatchObject({ state: 'FINISHED', message: '' })
  })

  it('survives the end of its server, and is run by the next one', async () => {
    server.engine.child = new Promise(() => undefined)
    const { job } = await server.submit('select 2')
    await expect.poll(() => server.jobs.get(sampleCaller, job.id)).toMatchObject({ message: say`waits for an engine of queue ${'q1'}` })
    await server[Symbol.asyncDispose]()
    server = await SampleServer.start(directory.path)
    expect(await server.ended(job.id)).toMatchObject({ state: 'FINISHED', message: '' })
  })

  it('is cancelled like any other', async () => {
    server.engine.child = new Promise(() => undefined)
    const { job } = await server.submit('select 2')
    await server.jobs.cancel(sampleCaller, job.id)
    await server.runner.drain(2000)
    expect((await server.jobs.get(sampleCaller, job.id)).state).toBe('CANCELLED')
    expect(await readdir(join(directory.path, 'jobs'))).toEqual([])
  })
})

describe('after a crash', () => {
  it('what ran has failed and is not run again, what had not begun runs', async () => {
    closeGate()
    const { job: ran } = await server.submit('select 1')
    await running(ran.id)
    // The runner of a dead process does nothing more: its gate stays closed and its store is gone.
    await server.deps.store[Symbol.asyncDispose]()
    const store = await Store.open({ path: join(directory.path, 'tributary.db'), sealingKey: sampleSealingKey })
    const waiting: Job = { ...ran, id: 'b1c0ffee-0000-4000-8000-000000000001' as JobId }
    await store.jobs.insert(waiting, { sql: 'select 2', timeLimitMs: undefined })
    await store[Symbol.asyncDispose]()
    server = await SampleServer.start(directory.path)
    expect(await server.ended(ran.id)).toMatchObject({
      state: 'FAILED',
      message: 'the server restarted while the job ran; run it again',
    })
    expect((await server.ended(waiting.id)).state).toBe('FINISHED')
    expect(await readdir(join(directory.path, 'jobs'))).toEqual([waiting.id])
  })
})

describe('an answered submit', () => {
  it('survives the death of its process in the same moment', async () => {
    await server[Symbol.asyncDispose]()
    const script = `
      const { SampleServer } = await import(${JSON.stringify(new URL('./sample-jobs.ts', import.meta.url).href)})
      const server = await SampleServer.start(${JSON.stringify(directory.path)})
      server.engine.gate = new Promise(() => undefined)
      await server.submit('select 1')
      await server.runner.drain(0)
      const { job } = await server.submit('select 2')
      process.stdout.write(job.id, () => process.kill(process.pid, 'SIGKILL'))`
    const { stdout, signal } = await new Promise<{ stdout: string; signal: string | undefined }>((resolve) => {
      execFile(process.execPath, ['--input-type=module', '-e', script], (error, stdout) =>
        resolve({ stdout, signal: error?.signal ?? undefined }),
      )
    })
    expect(signal).toBe('SIGKILL')
    server = await SampleServer.start(directory.path)
    expect((await server.ended(stdout as JobId)).state).toBe('FINISHED')
    expect((await server.jobs.list(sampleCaller)).total).toBe(2)
  })
})

describe('DDL', () => {
  it('has happened when it is answered, whatever the mode', async () => {
    const { job } = await server.submit('create database Sales')
    expect(job).toMatchObject({ type: 'DDL', mode: 'async', state: 'FINISHED', progress: 1 })
    expect(await server.jobs.get(sampleCaller, job.id)).toEqual(job)
    const sync = await server.submit('create database if not exists sales', { conf: ['dli.sql.sqlasync.enabled = false'] })
    expect(sync).toMatchObject({ job: { mode: 'sync', state: 'FINISHED' }, schema: [], rows: [] })
    await expect(server.submit('create database sales')).rejects.toMatchObject({ kind: 'conflict' })
    expect((await server.jobs.list(sampleCaller)).total).toBe(2)
    expect((await server.databases.list(sampleCaller, {})).databases.map(({ name }) => name)).toEqual(['default', 'sales'])
  })

  it('drops databases and tables', async () => {
    await server.submit('create database sales')
    const { job } = await server.submit(`create table orders using jdbc options (${withKeys})`, { currentDatabase: 'SALES' })
    await server.ended(job.id)
    await expect(server.submit('drop database sales')).rejects.toMatchObject({ kind: 'conflict' })
    await expect(server.submit('drop database default cascade')).rejects.toMatchObject({ kind: 'unsupported' })
    await server.submit('drop table sales.orders')
    await expect(server.submit('drop table sales.orders')).rejects.toMatchObject({ kind: 'notFound' })
    await server.submit('drop table if exists sales.orders')
    await server.submit('drop database sales')
    await server.submit('drop database if exists sales')
    await expect(server.submit('drop database sales')).rejects.toMatchObject({ kind: 'notFound' })
  })

  it('reads the columns of a table at its source, in the background', async () => {
    const open = closeGate()
    const { job } = await server.submit(`create table orders using jdbc options (${withKeys})`)
    expect(job).toMatchObject({ type: 'DDL', mode: 'async', state: 'LAUNCHING' })
    await expect(server.tables.get(sampleCaller, 'default', 'orders')).rejects.toMatchObject({ kind: 'notFound' })
    open()
    expect((await server.ended(job.id)).state).toBe('FINISHED')
    expect(await server.tables.get(sampleCaller, 'Default', 'Orders')).toMatchObject({
      columns: sampleColumns,
      using: 'jdbc',
      owner: 'tenant1',
    })
    expect((await server.tables.list(sampleCaller, 'default')).total).toBe(1)
    await expect(server.submit(`create table orders using jdbc options (${withKeys})`)).rejects.toMatchObject({ kind: 'conflict' })
    expect((await server.submit(`create table if not exists orders using jdbc options (${withKeys})`)).job.state).toBe('FINISHED')
  })

  it('waits for the source where conf says so, and answers its failure', async () => {
    const conf = ['dli.sql.sqlasync.enabled=false']
    const sync = await server.submit(`create table orders using jdbc options (${withKeys})`, { conf })
    expect(sync).toMatchObject({ job: { mode: 'sync', state: 'FINISHED' }, rows: [] })
    server.engine.failure = new ServiceError('semantic', say`there is no table public.orders at the source`)
    await expect(server.submit(`create table other using jdbc options (${withKeys})`, { conf })).rejects.toMatchObject({ kind: 'semantic' })
    await expect(server.tables.get(sampleCaller, 'default', 'other')).rejects.toMatchObject({ kind: 'notFound' })
  })

  it('keeps the columns that were declared, without asking', async () => {
    const { job } = await server.submit(`create table orders (n bigint) using jdbc options (${withKeys})`)
    expect(job.state).toBe('FINISHED')
    expect(server.engine.opened).toEqual([])
    expect((await server.tables.get(sampleCaller, 'default', 'orders')).columns).toEqual(sampleColumns)
  })

  it.each([
    ['an auth-info that is not there', withKeys.replace("'keys'", "'nope'"), 'q1', 'notFound'],
    ['an auth-info of another kind', withKeys.replace("'keys'", "'search'"), 'q1', 'invalid'],
    ['a source out of reach', withKeys, 'q2', 'unavailable'],
    ['the shared queue', withKeys, 'default', 'unsupported'],
  ])('refuses %s', async (_, options, queueName, kind) => {
    await expect(server.submit(`create table orders using jdbc options (${options})`, { queueName })).rejects.toMatchObject({ kind })
    expect((await server.jobs.list(sampleCaller)).total).toBe(0)
  })

  it('makes no table when it was cancelled meanwhile', async () => {
    closeGate()
    const { job } = await server.submit(`create table orders using jdbc options (${withKeys})`)
    await server.jobs.cancel(sampleCaller, job.id)
    await server.runner.drain(2000)
    await expect(server.tables.get(sampleCaller, 'default', 'orders')).rejects.toMatchObject({ kind: 'notFound' })
    expect((await server.jobs.get(sampleCaller, job.id)).state).toBe('CANCELLED')
  })
})

describe('secrets', () => {
  it('in options are nowhere but in the hands of the engine', async () => {
    closeGate()
    const { job: waiting } = await server.submit(`create table waiting using jdbc options (${inline})`)
    server.engine.gate = Promise.resolve()
    const { job } = await server.submit(`create table orders using jdbc options (${inline})`)
    await server.ended(job.id)
    const query = await server.submit('select * from orders')
    await server.ended(query.job.id)
    expect(server.engine.opened.at(-1)?.credentials).toEqual({ user: 'shop_reader', password: 'canary-inline' })
    const broken = await server.submit(`create tabel orders using jdbc options (${inline})`).catch((error: unknown) => error)
    const shown = [
      await server.jobs.list(sampleCaller),
      await server.tables.list(sampleCaller, 'default'),
      server.log,
      String(broken),
      JSON.stringify(broken),
      await everyFile(directory.path),
    ]
    expect(JSON.stringify(shown)).toContain(waiting.id)
    expect(JSON.stringify(shown)).toContain('***')
    expect(JSON.stringify(shown)).not.toContain('canary')
  })
})

/** What lies on disk, as one text; the write-ahead log is part of it. */
async function everyFile(path: string): Promise<string> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const texts = await Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
  )
  expect(texts.length).toBeGreaterThan(1)
  return texts.join('\n')
}

describe('jobs whose time is over', () => {
  it('are forgotten, and the audit says how many; what runs and what can still be read stays', async () => {
    const { job: old } = await server.submit('select 1')
    await server.ended(old.id)
    server.advancedMs = server.deps.settings.jobsMs - 60_000
    const { job: young } = await server.submit('select 1')
    await server.ended(young.id)
    await forgetOldJobs(server.deps)
    expect((await server.jobs.list(sampleCaller)).total).toBe(2)
    server.advancedMs += 120_000
    await forgetOldJobs(server.deps)
    expect((await server.jobs.list(sampleCaller)).jobs.map(({ id }) => id)).toEqual([young.id])
    await expect(server.jobs.get(sampleCaller, old.id)).rejects.toMatchObject({ kind: 'notFound' })
    const [told, ...others] = await server.deps.store.audit.list({ action: 'dli:jobs:forget', limit: 10 })
    expect([told?.projectId, told?.resource, others]).toEqual([sampleCaller.project, 'jobs 1 that ended more than 1 days ago', []])
  })
})

describe('results', () => {
  it('expire, and say so', async () => {
    const { job } = await server.submit('select 1')
    await server.ended(job.id)
    await server.runner.sweepResults()
    await server.jobs.preview(sampleCaller, job.id, {})
    server.advancedMs = server.deps.settings.resultTtlMs + 1000
    await server.runner.sweepResults()
    await expect(server.jobs.preview(sampleCaller, job.id, {})).rejects.toMatchObject({ kind: 'absent' })
    expect((await server.jobs.get(sampleCaller, job.id)).state).toBe('FINISHED')
  })

  it('that belong to no job are removed at start', async () => {
    await server.deps.results.create('orphan' as JobId)
    await server[Symbol.asyncDispose]()
    server = await SampleServer.start(directory.path)
    expect(await readdir(join(directory.path, 'jobs'))).toEqual([])
  })
})

// EXPORT jobs and result pages over a real store: what survives the end of a server, and what a cancel leaves.

import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Caller, exportFileName, type ExportOrder, type Job, type JobId, silence } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exports, type ExportWish } from './exports.ts'
import { resultPages } from './result-pages.ts'
import { sampleDigits } from './sample-engine.ts'
import { sampleCaller, sampleDirectory, SampleServer, strangerCaller } from './sample-jobs.ts'

let directory: Awaited<ReturnType<typeof sampleDirectory>>
let server: SampleServer
let source: JobId
beforeEach(async () => {
  directory = await sampleDirectory()
  server = await SampleServer.start(directory.path)
  source = (await server.ended((await server.submit('select 1')).job.id)).id
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

const wish: ExportWish = { dataPath: 'obs://b/f', dataType: 'csv', queueName: 'q1' }
const start = (over: Partial<ExportWish> = {}): Promise<Job> => exports(server.deps).start(sampleCaller, source, { ...wish, ...over })

async function filesIn(folder: string): Promise<readonly string[]> {
  return readdir(join(directory.path, 'exports', folder)).catch(() => [])
}

/** The server goes without a word, and another takes its place. */
async function restart(): Promise<void> {
  await server[Symbol.asyncDispose]()
  server = await SampleServer.start(directory.path)
}

/** As a dead server left it: RUNNING for an owner that is gone. */
async function abandoned(over: Partial<ExportWish> = {}): Promise<Job & { readonly export: ExportOrder }> {
  const gate = Promise.withResolvers<void>()
  server.engine.child = gate.promise
  const job = await start(over)
  await server.deps.store.jobs.start(job.id, 'dead')
  if (job.export === undefined) throw new Error('an export has its order')
  return { ...job, export: job.export }
}

async function deliver(job: Job & { readonly export: ExportOrder }): Promise<void> {
  const from = join(directory.path, 'from')
  await mkdir(from)
  await writeFile(join(from, exportFileName(job.id, job.export)), 'whole\n')
  await server.deps.exportFolders.deliver(job.id, job.export, from)
}

describe('an export', () => {
  it('runs as a job, and leaves its folder', async () => {
    const job = await start()
    expect(job).toMatchObject({
      type: 'EXPORT',
      mode: 'async',
      queueName: 'q1',
      statement: `EXPORT RESULT OF JOB ${source} TO 'obs://b/f' AS CSV`,
    })
    expect(await server.ended(job.id)).toMatchObject({ state: 'FINISHED', resultRows: 2, outputBytes: sampleDigits.length + 3 })
    expect(await filesIn('b/f')).toEqual(['_SUCCESS', exportFileName(job.id, { type: 'csv', compress: 'none' })])
    expect(await server.deps.store.exportBuckets.findOwner('b')).toBe(sampleCaller.project)
  })

  it('that is cancelled leaves nothing', async () => {
    const gate = Promise.withResolvers<void>()
    server.engine.gate = gate.promise
    const job = await start()
    await expect.poll(async () => (await server.jobs.get(sampleCaller, job.id)).state).toBe('RUNNING')
    await server.jobs.cancel(sampleCaller, job.id)
    gate.resolve()
    expect(await server.ended(job.id)).toMatchObject({ state: 'CANCELLED' })
    await restart()
    expect(await filesIn('b')).toEqual([])
  })

  it('is refused where its result is gone, and for who may not read it', async () => {
    await server.deps.results.remove(source)
    await expect(start()).rejects.toMatchObject({ kind: 'absent' })
    const other: Caller = { ...sampleCaller, role: 'editor', user: { ...sampleCaller.user, id: 'u2' as never, name: 'other' } }
    await expect(exports(server.deps).start(other, source, wish)).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(exports(server.deps).start(strangerCaller, source, wish)).rejects.toMatchObject({ kind: 'notFound' })
    await expect(start({ queueName: 'g1' })).rejects.toMatchObject({ kind: 'unsupported' })
  })
})

describe('after the end of a server', () => {
  it('what had not begun is run', async () => {
    server.engine.child = new Promise(() => undefined)
    const job = await start()
    await restart()
    expect(await server.ended(job.id)).toMatchObject({ state: 'FINISHED' })
    expect(await filesIn('b/f')).toHaveLength(2)
  })

  it('what was written whole is FINISHED, for only that was not written down', async () => {
    const job = await abandoned()
    await deliver(job)
    await restart()
    expect(await server.ended(job.id)).toMatchObject({ state: 'FINISHED', resultRows: 2, outputBytes: 6, message: '' })
    expect(await filesIn('b/f')).toHaveLength(2)
    expect(await filesIn('.pending')).toEqual([])
  })

  it('what was half done has not happened', async () => {
    const first = await start()
    await server.ended(first.id)
    const job = await abandoned({ mode: 'Overwrite' })
    await restart()
    expect(await server.ended(job.id)).toMatchObject({ state: 'FAILED', message: expect.stringContaining('nothing of it was written') })
    expect(await filesIn('b/f')).toContain(exportFileName(first.id, { type: 'csv', compress: 'none' }))
  })

  it('what was cancelled is taken back, though it was written', async () => {
    const first = await start()
    await server.ended(first.id)
    const job = await abandoned({ mode: 'Overwrite' })
    await deliver(job)
    await server.deps.store.jobs.end(job.id, { state: 'CANCELLED', endedAt: 1, message: silence })
    await restart()
    expect(await filesIn('b/f')).toContain(exportFileName(first.id, { type: 'csv', compress: 'none' }))
    expect(await filesIn('.pending')).toEqual([])
  })
})

describe('a result page', () => {
  it('is read without an engine while its rows are at hand, and by one behind them', async () => {
    const pages = resultPages(server.deps)
    expect((await pages.read(sampleCaller, source, { pageSize: 1 })).body).toBe(`"schema":[{"n":"bigint"}],"rows":[\n[${sampleDigits}]]`)
    expect((await pages.read(sampleCaller, source, { pageSize: 1, currentPage: 2 })).body).toContain('[2]')
    expect((await pages.read(sampleCaller, source, { pageSize: 100, currentPage: 11 })).body).toBe('"schema":[{"n":"bigint"}],"rows":[]')
    await server.deps.results.remove(source)
    for (const currentPage of [1, 11])
      await expect(pages.read(sampleCaller, source, { pageSize: 100, currentPage })).rejects.toMatchObject({ kind: 'absent' })
  })
})

// Runs an EXPORT job: an engine child writes the file, the server puts it in its place, whole or not at all.

import type { Progress } from '@tributary/query'
import { type ExportOrder, type Job, noJob, type Queue } from '@tributary/rules'
import { callerOfJob } from '../sql-rights.ts'
import type { Deps } from '../deps.ts'
import type { RunContext } from './job-reads.ts'

/** What the runner of jobs lends to one export. */
export interface ExportRun {
  readonly context: RunContext
  readonly queue: Queue
  readonly order: ExportOrder
  /** Moves the job to RUNNING; waited for before anything is written. */
  readonly start: () => Promise<void>
  readonly onProgress: (progress: Progress) => void
  readonly onNoMemory: () => void
}

/**
 * Exports the result of another job. The end of the job and the folder are there together: a crash between them is mended by {@link settleExports}.
 * @throws {ServiceError} `absent` when the result has expired, `conflict` for a folder that is there, and what the engine says
 */
export async function runExport(deps: Deps, { context, queue, order, start, onProgress, onNoMemory }: ExportRun): Promise<void> {
  const { store, results, engine, exportFolders } = deps
  const { job } = context.order
  await callerOfJob(store, job)
  const source = await store.jobs.find(job.projectId, order.source)
  if (source === undefined) throw noJob(order.source)
  const path = await results.fileOf(source.id)
  const directory = await results.create(job.id)
  const exported = await engine.exportResult(
    queue,
    { path, columns: source.columns, rowCount: source.resultRows, format: order, directory, name: job.id },
    { signal: context.signal, onProgress, onNoMemory, onStarted: () => start().then(() => []), userId: job.ownerId },
  )
  context.signal.throwIfAborted()
  await using delivery = await exportFolders.deliver(job.id, order, directory)
  const { rowCount, bytes, cpuMs } = exported
  const figures = { columns: [], resultRows: rowCount, inputRows: rowCount, inputBytes: source.outputBytes ?? 0, outputBytes: bytes, cpuMs }
  if (await store.jobs.end(job.id, { state: 'FINISHED', endedAt: deps.clock(), ...figures })) await delivery.keep()
  await results.remove(job.id)
}

/** Ends an EXPORT job that a dead server left RUNNING, if its folder was in place by then: nothing but this was still to be done. */
export async function endDelivered({ store, clock, exportFolders }: Deps, job: Job): Promise<boolean> {
  if (job.export === undefined) return false
  const bytes = await exportFolders.sizeOf(job.id, job.export)
  if (bytes === undefined) return false
  const source = await store.jobs.find(job.projectId, job.export.source)
  const all = source?.resultRows ?? 0
  const rows = job.export.limit === 0 ? all : Math.min(all, job.export.limit)
  const figures = { columns: [], resultRows: rows, inputRows: rows, inputBytes: source?.outputBytes ?? 0, outputBytes: bytes }
  return await store.jobs.end(job.id, { state: 'FINISHED', endedAt: clock(), ...figures })
}

/** Ends what deliveries of a dead server left half done: forwards where the job is FINISHED, backwards elsewhere. */
export async function settleExports({ store, exportFolders }: Deps): Promise<void> {
  const ids = await exportFolders.listPending()
  const kept = await store.jobs.listKept(ids, 0)
  for (const id of ids) await exportFolders.settle(id, kept.has(id))
}

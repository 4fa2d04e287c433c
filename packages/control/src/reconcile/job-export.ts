// Runs an EXPORT job: an engine child writes the file, the server puts it in its place, whole or not at all.

import { join } from 'node:path'
import type { Progress, Ran } from '@tributary/query'
import { type ExportOrder, type Job, noJob, type Queue, type ResultColumn } from '@tributary/rules'
import type { Deps } from '../deps.ts'
import { callerOfJob } from '../sql-rights.ts'
import type { RunContext } from './job-reads.ts'

/** The name of a result's file in the directory of its job. */
const resultFile = 'result.parquet'

/** What the runner of jobs lends to one export. */
export interface ExportRun {
  readonly context: RunContext
  readonly queue: Queue
  readonly order: ExportOrder
  /** Moves the job to RUNNING; waited for before anything is written. */
  readonly start: () => Promise<void>
  readonly onProgress: (progress: Progress) => void
  readonly onNoMemory: () => void
  /** Reads the table that is exported, which moves the job to RUNNING, into a result in a directory. */
  readonly readTable: (directory: string) => Promise<Ran>
}

/** The rows that are exported, and where they lie. */
interface Rows {
  readonly path: string
  readonly columns: readonly ResultColumn[]
  readonly rowCount: number
  readonly bytes: number
  /** What reading them has taken of the processors. */
  readonly cpuMs: number
}

/**
 * Exports the result of another job, or a table. The end of the job and the folder are there together: a crash between them is mended by {@link settleExports}.
 * @throws {ServiceError} `absent` when the result has expired, `conflict` for a folder that is there, and what the engine says
 */
export async function runExport(deps: Deps, { context, queue, order, start, onProgress, onNoMemory, readTable }: ExportRun): Promise<void> {
  const { store, results, engine, exportFolders } = deps
  const { job } = context.order
  await callerOfJob(store, job)
  const directory = await results.create(job.id)
  const { path, columns, ...source } = await (order.table === undefined ? findRows(deps, job, order) : tableRows(directory, readTable))
  const exported = await engine.exportResult(
    queue,
    { path, columns, rowCount: source.rowCount, format: order, directory, name: job.id },
    { signal: context.signal, onProgress, onNoMemory, onStarted: () => start().then(() => []), userId: job.ownerId },
  )
  context.signal.throwIfAborted()
  await exportFolders.requireRoom(order, exported.bytes)
  // Were there a crash behind the delivery, this is what is known of the rows.
  await store.jobs.progress(job.id, { ...progressOf(exported.rowCount, source.bytes), fraction: 0.99 })
  await using delivery = await exportFolders.deliver(job.id, order, directory)
  const { rowCount, bytes } = exported
  const cpuMs = exported.cpuMs + source.cpuMs
  const figures = { columns: [], resultRows: rowCount, inputRows: rowCount, inputBytes: source.bytes, outputBytes: bytes, cpuMs }
  if (await store.jobs.end(job.id, { state: 'FINISHED', endedAt: deps.clock(), ...figures })) await delivery.keep()
  await results.remove(job.id)
}

async function findRows({ store, results }: Deps, job: Job, { source: id }: ExportOrder): Promise<Rows> {
  const source = id === undefined ? undefined : await store.jobs.find(job.projectId, id)
  if (source === undefined) throw noJob(id ?? '')
  const { columns, resultRows: rowCount, outputBytes: bytes = 0 } = source
  return { path: await results.fileOf(source.id), columns, rowCount, bytes, cpuMs: 0 }
}

async function tableRows(directory: string, read: ExportRun['readTable']): Promise<Rows> {
  const { columns, rowCount, inputBytes: bytes, cpuMs } = await read(directory)
  return { path: join(directory, resultFile), columns, rowCount, bytes, cpuMs }
}

function progressOf(inputRows: number, inputBytes: number) {
  return { inputRows, inputBytes, tasks: 1, finishedTasks: 0 }
}

/** Ends an EXPORT job that a dead server left RUNNING, if its folder was in place by then: nothing but this was still to be done. */
export async function endDelivered({ store, clock, exportFolders }: Deps, job: Job): Promise<boolean> {
  if (job.export === undefined) return false
  const bytes = await exportFolders.sizeOf(job.id, job.export)
  if (bytes === undefined) return false
  const { source: id, limit } = job.export
  const source = id === undefined ? undefined : await store.jobs.find(job.projectId, id)
  const all = source?.resultRows ?? job.inputRows
  const rows = limit === 0 ? all : Math.min(all, limit)
  const inputBytes = source?.outputBytes ?? job.inputBytes
  const figures = { columns: [], resultRows: rows, inputRows: rows, inputBytes, outputBytes: bytes }
  return await store.jobs.end(job.id, { state: 'FINISHED', endedAt: clock(), ...figures })
}

/** Ends what deliveries of a dead server left half done: forwards where the job is FINISHED, backwards elsewhere. */
export async function settleExports({ store, exportFolders }: Deps): Promise<void> {
  const ids = await exportFolders.listPending()
  const kept = await store.jobs.listKept(ids, 0)
  for (const id of ids) await exportFolders.settle(id, kept.has(id))
}

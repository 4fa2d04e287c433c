// The thread that owns the queue's DuckDB instance and runs one job at a time. Its callbacks may sleep, so nothing else lives here.

import { flushCompileCache } from 'node:module'
import { parentPort } from 'node:worker_threads'
import type { DuckDBConnection } from '@duckdb/node-api'
import { type Column, type ResultColumn, ServiceError, say } from '@tributary/rules'
import { answerAll } from './calls.ts'
import { type ChannelEnd, createChannel } from './channel.ts'
import { isMisfit } from '../../plan/quick.ts'
import type { Keys } from '../../plan/push/key-list.ts'
import { quoteName } from '../../plan/spark-types.ts'
import type { WarehouseScan } from '../../warehouse/read-sql.ts'
import { writeFiles, type WrittenFile } from '../../warehouse/write-files.ts'
import { tellDuckError } from './duck-errors.ts'
import { openInstance } from './instance.ts'
import { type GatherLimits, type KeyQuestion, readKeys } from './key-gather.ts'
import type { EngineLimits } from './messages.ts'
import { outputDirectory } from './places.ts'
import { writeResult } from './result-files.ts'
import { failRows, streamRows } from './row-stream.ts'
import { createScanFunction, type Reading, Scans } from './scan-function.ts'
import { scanFunctionName } from './scan-name.ts'

/** What the main thread asks of the DuckDB thread. */
export type DuckRequest =
  | { readonly kind: 'open'; readonly limits: EngineLimits }
  | (JobRequest & { readonly kind: 'execute'; readonly columns: readonly ResultColumn[] })
  | (JobRequest & { readonly kind: 'write'; readonly partitionColumns: readonly string[]; readonly tellsBadness: boolean })
  | (JobRequest & { readonly kind: 'deliver'; readonly columns: readonly Column[]; readonly channel: ChannelEnd })
  | GatherRequest
  | OwnKeysRequest
  | { readonly kind: 'drop' }
  | { readonly kind: 'interrupt' }

/** Reads rows of a scan of the job to come, answered with {@link Ahead}. */
export interface GatherRequest {
  readonly kind: 'gather'
  readonly reading: Reading
  readonly limits: GatherLimits
  /** The columns whose keys are wanted, by their positions in the reading's. */
  readonly keyColumns: readonly number[]
  readonly mostKeys: number
}

/** Reads keys of what DuckDB reads by itself, answered with {@link Keys}. */
export interface OwnKeysRequest extends KeyQuestion {
  readonly kind: 'ownKeys'
}

/** What was read ahead; keys only where that is all there is, in the order in which they were asked for. */
export interface Ahead {
  readonly rows: number
  readonly keys: readonly Keys[] | undefined
}

/** What every job brings; relations of its SQL are named by the handles of `readings` and `views`. */
interface JobRequest {
  readonly sql: string
  readonly readings: readonly Reading[]
  readonly views: readonly WarehouseScan[]
  readonly directory: string
  /** Of the plan: whether a value that does not fit is no failure of the job. */
  readonly isQuick: boolean
}

/** What came of a job: `unfit` when a quick plan met a value that it cannot compute with, and nothing was kept. */
export type Executed = Kept | 'unfit'

/** What is on disk now. */
interface Kept {
  readonly rowCount: number
  /** Of a write. */
  readonly files: readonly WrittenFile[]
}

/** What it says without being asked: a scan is to be read once more, into this channel; or how far the statement is, 0 to 1. */
export type DuckNews =
  | { readonly kind: 'openAgain'; readonly handle: string; readonly channel: ChannelEnd }
  | { readonly kind: 'progress'; readonly fraction: number }

/** How often it says how far it is. */
const progressEveryMs = 250

/** Time for the answer to leave before the thread does. */
const fatalDelayMs = 50

type ExecuteRequest = Extract<DuckRequest, { kind: 'execute' | 'write' | 'deliver' }>

const port = parentPort
if (port === null) throw new Error('duckdb-thread.ts runs as a worker thread')

const scans = new Scans(openAgain)
let opened: { readonly connection: DuckDBConnection; readonly limits: EngineLimits } | undefined
let running: DuckDBConnection | undefined
let isInterrupted = false

answerAll(port, handle)
flushCompileCache()

function handle(request: DuckRequest): Promise<unknown> {
  switch (request.kind) {
    case 'open':
      return openOnce(request.limits)
    case 'execute':
    case 'write':
    case 'deliver':
      return execute(request)
    case 'gather':
      return ahead((connection) => gather(request, connection))
    case 'ownKeys':
      return ahead((connection) => readKeys(connection, request))
    case 'drop':
      scans.end()
      return Promise.resolve()
    case 'interrupt':
      return interrupt()
  }
}

/** Works for a job that has not begun. */
async function ahead<Answer>(work: (connection: DuckDBConnection) => Promise<Answer>): Promise<Answer> {
  if (opened === undefined) throw new ServiceError('internal', say`a job came before the instance was built`)
  const { connection, limits } = opened
  running = connection
  isInterrupted = false
  try {
    return await work(connection)
  } catch (error) {
    if (isFatal(error)) setTimeout(() => process.exit(1), fatalDelayMs)
    throw isInterrupted ? new ServiceError('unavailable', say`the job was cancelled`) : tellDuckError(scans.failure ?? error, limits)
  } finally {
    running = undefined
    isInterrupted = false
  }
}

async function gather({ reading, limits, keyColumns, mostKeys }: GatherRequest, connection: DuckDBConnection): Promise<Ahead> {
  const { isWhole, rows } = scans.gather(reading, limits)
  if (!isWhole) return { rows, keys: undefined }
  const keys: Keys[] = []
  for (const position of keyColumns) {
    const column = quoteName((reading.columns[position] as Column).name)
    keys.push(await readKeys(connection, { relation: `${scanFunctionName}('${reading.handle}')`, column, mostKeys }))
  }
  return { rows, keys }
}

async function openOnce(limits: EngineLimits): Promise<void> {
  const connection = await openInstance(limits)
  connection.registerTableFunction(createScanFunction(scans))
  opened = { connection, limits }
}

async function execute(request: ExecuteRequest): Promise<Executed> {
  if (opened === undefined) throw new ServiceError('internal', say`a job came before the instance was built`)
  const { connection, limits } = opened
  scans.begin(request.readings)
  running = connection
  isInterrupted = false
  const teller = setInterval(() => tellProgress(connection), progressEveryMs)
  try {
    return await keepRows(connection, { ...request, sql: withScans(request) }, outputDirectory(limits.scratchDirectory))
  } catch (error) {
    if (request.isQuick && scans.failure === undefined && isMisfit(error)) return 'unfit'
    if (isFatal(error)) setTimeout(() => process.exit(1), fatalDelayMs)
    const told = isInterrupted ? new ServiceError('unavailable', say`the job was cancelled`) : tellDuckError(scans.failure ?? error, limits)
    if (request.kind === 'deliver') failRows(request.channel, told)
    throw told
  } finally {
    clearInterval(teller)
    running = undefined
    isInterrupted = false
    scans.end()
  }
}

/** Scans stand in the query itself: a view takes a millisecond to make and to drop, and opens each file once more. */
function withScans({ sql, views }: JobRequest): string {
  const files = views.map(({ handle, sql: text }) => ({ handle, text: `(${text})` }))
  const channels = scans.handles.map((handle) => ({ handle, text: `${scanFunctionName}('${handle}')` }))
  return [...files, ...channels].reduce((whole, { handle, text }) => whole.replaceAll(`"${handle}"`, () => text), sql)
}

/** DuckDB says -1 of what it cannot measure: rows that come down a channel. */
function tellProgress(connection: DuckDBConnection): void {
  const { percentage } = connection.progress
  if (percentage > 0) port?.postMessage({ kind: 'progress', fraction: Math.min(1, percentage / 100) } satisfies DuckNews)
}

async function keepRows(connection: DuckDBConnection, request: ExecuteRequest, directory: string): Promise<Kept> {
  if (request.kind === 'execute') return { rowCount: await writeResult(connection, { ...request, outputDirectory: directory }), files: [] }
  if (request.kind === 'deliver') return { rowCount: await streamRows(connection, request), files: [] }
  const files = await writeFiles(connection, { ...request, outputDirectory: directory })
  return { rowCount: files.reduce((sum, { rows }) => sum + rows, 0), files }
}

/** An instance that DuckDB itself gave up answers nothing any more: its thread ends, the child with it, and the next job gets a fresh one. */
function isFatal(error: unknown): boolean {
  return error instanceof Error && /^(FATAL|INTERNAL) Error/.test(error.message)
}

/** An interrupt between two statements is lost, so it is repeated until the job is over. */
function interrupt(): Promise<void> {
  isInterrupted = true
  const repeat = (): void => {
    if (running === undefined || !isInterrupted) return
    running.interrupt()
    setTimeout(repeat, 20)
  }
  repeat()
  return Promise.resolve()
}

function openAgain(handle: string): ChannelEnd {
  const { reader, writer } = createChannel()
  const news: DuckNews = { kind: 'openAgain', handle, channel: writer }
  port?.postMessage(news, [writer.port])
  return reader
}

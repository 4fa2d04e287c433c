// The thread that owns the queue's DuckDB instance and runs one job at a time. Its callbacks may sleep, so nothing else lives here.

import { flushCompileCache } from 'node:module'
import { parentPort } from 'node:worker_threads'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { type ResultColumn, ServiceError, say } from '@tributary/rules'
import { answerAll } from './calls.ts'
import { type ChannelEnd, createChannel } from './channel.ts'
import type { WarehouseScan } from '../../warehouse/read-sql.ts'
import { writeFiles, type WrittenFile } from '../../warehouse/write-files.ts'
import { tellDuckError } from './duck-errors.ts'
import { openInstance } from './instance.ts'
import type { EngineLimits } from './messages.ts'
import { outputDirectory } from './places.ts'
import { writeResult } from './result-files.ts'
import { createScanFunction, type Reading, Scans, scanFunctionName } from './scan-function.ts'

/** What the main thread asks of the DuckDB thread. */
export type DuckRequest =
  | { readonly kind: 'open'; readonly limits: EngineLimits }
  | (JobRequest & { readonly kind: 'execute'; readonly columns: readonly ResultColumn[] })
  | (JobRequest & { readonly kind: 'write'; readonly partitionColumns: readonly string[] })
  | { readonly kind: 'interrupt' }

/** What every job brings; relations of its SQL are named by the handles of `readings` and `views`. */
interface JobRequest {
  readonly sql: string
  readonly readings: readonly Reading[]
  readonly views: readonly WarehouseScan[]
  readonly directory: string
}

/** What came of a job. */
export interface Executed {
  readonly rowCount: number
  /** Of a write. */
  readonly files: readonly WrittenFile[]
}

/** What it says without being asked: a scan is to be read once more, into this channel. */
export interface DuckNews {
  readonly kind: 'openAgain'
  readonly handle: string
  readonly channel: ChannelEnd
}

/** Time for the answer to leave before the thread does. */
const fatalDelayMs = 50

type ExecuteRequest = Extract<DuckRequest, { kind: 'execute' | 'write' }>

const port = parentPort
if (port === null) throw new Error('duckdb-thread.ts runs as a worker thread')

const scans = new Scans(openAgain)
let opened: { readonly instance: DuckDBInstance; readonly limits: EngineLimits } | undefined
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
      return execute(request)
    case 'interrupt':
      return interrupt()
  }
}

async function openOnce(limits: EngineLimits): Promise<void> {
  const instance = await openInstance(limits)
  const connection = await instance.connect()
  connection.registerTableFunction(createScanFunction(scans))
  connection.closeSync()
  opened = { instance, limits }
}

async function execute(request: ExecuteRequest): Promise<Executed> {
  if (opened === undefined) throw new ServiceError('internal', say`a job came before the instance was built`)
  const { instance, limits } = opened
  const connection = await instance.connect()
  scans.begin(request.readings)
  running = connection
  isInterrupted = false
  try {
    for (const { handle } of request.readings)
      await connection.run(`create temp view "${handle}" as select * from ${scanFunctionName}('${handle}')`)
    for (const { handle, sql } of request.views) await connection.run(`create temp view "${handle}" as ${sql}`)
    return await keepRows(connection, request, outputDirectory(limits.scratchDirectory))
  } catch (error) {
    if (isFatal(error)) setTimeout(() => process.exit(1), fatalDelayMs)
    throw isInterrupted ? new ServiceError('unavailable', say`the job was cancelled`) : tellDuckError(scans.failure ?? error, limits)
  } finally {
    running = undefined
    scans.end()
    // The views were the connection's own and go with it.
    connection.closeSync()
  }
}

async function keepRows(connection: DuckDBConnection, request: ExecuteRequest, directory: string): Promise<Executed> {
  if (request.kind === 'execute') return { rowCount: await writeResult(connection, { ...request, outputDirectory: directory }), files: [] }
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

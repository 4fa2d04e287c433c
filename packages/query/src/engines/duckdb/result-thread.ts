// Reads kept results, page by page or whole into files for others, apart from the instance that runs jobs: a long job keeps no page waiting.

import { flushCompileCache } from 'node:module'
import { parentPort } from 'node:worker_threads'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { quoteString } from '../../plan/spark-types.ts'
import { answerAll } from './calls.ts'
import { type ExportProgress, writeExport } from './export-file.ts'
import { type ParquetShape, readParquetShape } from '../../files/parquet-columns.ts'
import type { ExportRequest, PageRequest, ShapesRequest } from './messages.ts'
import { tablesDirectory } from './places.ts'
import { printPreview } from './preview.ts'

/** What the main thread asks of the thread that reads results. */
export type ResultThreadRequest =
  | { readonly kind: 'open'; readonly scratchDirectory: string }
  | PageRequest
  | ExportRequest
  | ShapesRequest
  | { readonly kind: 'stop' }

const port = parentPort
if (port === null) throw new Error('result-thread.ts runs as a worker thread')

let opened: Promise<DuckDBConnection> | undefined
let exporting: AbortController | undefined

answerAll(port, handle)
flushCompileCache()

async function handle(request: ResultThreadRequest): Promise<unknown> {
  switch (request.kind) {
    case 'open':
      opened = open(request.scratchDirectory)
      return void (await opened)
    case 'page':
      return await readPage(request)
    case 'export':
      return await exportAll(request)
    case 'shapes':
      return await readShapes(request)
    case 'stop':
      exporting?.abort()
      return undefined
  }
}

/** Reads the files that are lent to the child and nothing else; it writes nothing. */
async function open(scratchDirectory: string): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: '256MB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  await connection.run("set global TimeZone = 'UTC'")
  await connection.run(`set allowed_directories = [${quoteString(tablesDirectory(scratchDirectory))}]`)
  await connection.run('set enable_external_access = false')
  await connection.run('set lock_configuration = true')
  return connection
}

/** By the number of the row in its file, which leaves the row groups before it unread: an OFFSET would read them. */
async function readPage({ path, columns, offset, limit }: PageRequest): Promise<string> {
  const connection = await opened
  if (connection === undefined) throw new Error('a page was asked for before the instance was built')
  const rows = `read_parquet(${quoteString(path)}, file_row_number = true)`
  const page = `WHERE file_row_number >= ${BigInt(offset)} AND file_row_number < ${BigInt(offset) + BigInt(limit)}`
  const read = await connection.runAndReadAll(`SELECT * EXCLUDE (file_row_number) FROM ${rows} ${page} ORDER BY file_row_number`)
  return printPreview(columns, read.getRows())
}

async function readShapes({ files }: ShapesRequest): Promise<readonly ParquetShape[]> {
  const connection = await opened
  if (connection === undefined) throw new Error('files were looked at before the instance was built')
  const shapes: ParquetShape[] = []
  for (const { path, name } of files) shapes.push(await readParquetShape(connection, path, name))
  return shapes
}

async function exportAll(request: ExportRequest): Promise<unknown> {
  const connection = await opened
  if (connection === undefined) throw new Error('an export was asked for before the instance was built')
  const controller = new AbortController()
  exporting = controller
  try {
    const limit = request.format.limit === 0 ? '' : ` LIMIT ${BigInt(request.format.limit)}`
    const result = await connection.stream(`SELECT * FROM read_parquet(${quoteString(request.path)})${limit}`)
    return await writeExport(result, request, { signal: controller.signal, onProgress: tellProgress })
  } finally {
    exporting = undefined
  }
}

function tellProgress(progress: ExportProgress): void {
  port?.postMessage({ kind: 'progress', ...progress })
}

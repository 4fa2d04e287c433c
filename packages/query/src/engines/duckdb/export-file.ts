// Writes the rows of a result as one CSV or JSON file for other programs: every value exact, in the encoding and compression that was asked for.

import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createDeflate, createGzip } from 'node:zlib'
import type { DuckDBResult } from '@duckdb/node-api'
import { type ExportFormat, exportFileName, ServiceError, say } from '@tributary/rules'
import { encoderOf } from './export-encoding.ts'
import { csvHeader, csvLineOf, jsonLineOf } from './export-lines.ts'
import type { Exported, ExportRequest } from './messages.ts'

/** How many rows have been written. */
export interface ExportProgress {
  readonly rows: number
}

/** When to stop, and who hears how far it is. */
export interface ExportWatch {
  readonly signal: AbortSignal
  readonly onProgress: (progress: ExportProgress) => void
}

/**
 * Writes all rows in their order; the file is on disk when this resolves.
 * @throws {ServiceError} `unsupported` for a character that the encoding has not, `exhausted` when the disk or the file is full
 * @throws the signal's reason
 */
export async function writeExport(result: DuckDBResult, request: ExportRequest, watch: ExportWatch): Promise<Omit<Exported, 'cpuMs'>> {
  const path = join(request.directory, exportFileName(request.name, request.format))
  const count = { rows: 0 }
  const stages: Transform[] = [compressorOf(request.format)].filter((stage) => stage !== undefined)
  try {
    const lines = Readable.from(linesOf(result, request, { ...watch, count }), { objectMode: false })
    await pipeline([lines, ...stages, createWriteStream(path, { mode: 0o600 })], { signal: watch.signal })
  } catch (error) {
    throw watch.signal.aborted ? watch.signal.reason : tellFull(error)
  }
  // Node's permissions let a handle sync, and not a stream.
  await using file = await open(path, 'r')
  await file.sync()
  const { size } = await file.stat()
  return { rowCount: count.rows, bytes: size }
}

/** The text of the file in pieces of a few thousand rows. */
async function* linesOf(
  result: DuckDBResult,
  { columns, format }: ExportRequest,
  { count, onProgress }: ExportWatch & { readonly count: { rows: number } },
): AsyncIterable<Buffer> {
  const encode = encoderOf(format.encoding)
  const names = result.columnNames()
  const lineOf = format.type === 'json' ? jsonLineOf(columns, names) : csvLineOf(columns, format)
  if (format.type === 'csv' && format.withHeader) yield encode(csvHeader(names, format))
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return
    yield encode(chunk.getRows().map(lineOf).join(''))
    count.rows += chunk.rowCount
    onProgress({ rows: count.rows })
  }
}

function compressorOf({ compress }: ExportFormat): Transform | undefined {
  if (compress === 'gzip') return createGzip()
  // What Hadoop calls deflate has the header of zlib.
  return compress === 'deflate' ? createDeflate() : undefined
}

function tellFull(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EFBIG')
    return new ServiceError(
      'exhausted',
      say`the exported file is larger than the installation allows (max-engine-file): export fewer rows with limit_num, or compress them`,
      { cause: error },
    )
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new ServiceError('exhausted', say`the disk of the installation is full, nothing was exported: try again when there is room`, {
    cause: error,
  })
}

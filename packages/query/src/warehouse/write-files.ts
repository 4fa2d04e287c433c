// Runs a write: the rows go to Parquet files, one or more for each partition, on disk before anyone hears of them.

import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { ServiceError, say, tableFileName } from '@tributary/rules'
import { runAsleep } from '../engines/duckdb/statement-run.ts'
import { quoteName, quoteString } from '../plan/spark-types.ts'
import { keyNames } from './write-sql.ts'

/** What is written, and where. */
export interface WriteRequest {
  readonly sql: string
  readonly partitionColumns: readonly string[]
  /** Whether the query says of each row whether it is of a bad record, see `badAt` of a write order. */
  readonly tellsBadness?: boolean | undefined
  /** Where the engine may write. */
  readonly outputDirectory: string
  /** Where the files go in the end. */
  readonly directory: string
}

/** How many files are brought to disk side by side: a disk takes several in the time of one. */
const syncsAtOnce = 16

/** One file of a write, in the job's directory. */
export interface WrittenFile {
  /** A UUID, of which `tableFileName` makes the file's name. */
  readonly id: string
  /** A value for each partition column, as text; `null` for NULL. */
  readonly partition: readonly (string | null)[]
  readonly rows: number
  readonly bytes: number
  /** Whether its rows are those of bad records. */
  readonly isBad?: true
}

/**
 * Runs the query once and writes its rows in order; no rows make no file.
 * @returns the files, moved to the job's directory and synced
 * @throws {ServiceError} `unsupported` for partitions that have no name on disk; whatever DuckDB throws
 */
export async function writeFiles(connection: DuckDBConnection, request: WriteRequest): Promise<readonly WrittenFile[]> {
  const output = join(request.outputDirectory, `write-${randomUUID()}`)
  try {
    await mkdir(output)
    const copied = await runAsleep(connection, copySql(request, output))
    const rows = copied.getRowObjectsJson().filter((row) => Number(row['count']) > 0)
    const files: WrittenFile[] = []
    for (let at = 0; at < rows.length; at += syncsAtOnce) {
      const some = rows.slice(at, at + syncsAtOnce)
      const kept = some.map((row) => keep(row['filename'] as string, readRow(row, request), request.directory))
      files.push(...(await Promise.all(kept)))
    }
    await syncPath(request.directory)
    return files
  } catch (error) {
    throw tellWriteError(error)
  } finally {
    await rm(output, { recursive: true, force: true })
  }
}

/**
 * Spark refuses dates before 1582 in files that do not say whose calendar they follow: this one says that it is that of Spark 3. Timestamps are microseconds
 * of UTC, which Spark 3.3 takes for the same instants.
 */
const calendar = "KV_METADATA {'org.apache.spark.version': '3.3.1'}"

/** Snappy as Spark writes it: a third larger than zstd, and read in half the time. */
function copySql({ sql, partitionColumns, tellsBadness }: WriteRequest, output: string): string {
  const options = ['FORMAT parquet', 'COMPRESSION snappy', 'RETURN_STATS true', calendar]
  if (tellsBadness === true)
    options.push(`PARTITION_BY (${keyNames(partitionColumns).map(quoteName).join(', ')})`, 'WRITE_PARTITION_COLUMNS false')
  else if (partitionColumns.length === 0) return `COPY (${sql}) TO ${quoteString(join(output, 'rows.parquet'))} (${options.join(', ')})`
  else options.push(`PARTITION_BY (${partitionColumns.map(quoteName).join(', ')})`, 'WRITE_PARTITION_COLUMNS true')
  return `COPY (${sql}) TO ${quoteString(join(output, 'parts'))} (${options.join(', ')})`
}

function readRow(row: Readonly<Record<string, unknown>>, { partitionColumns, tellsBadness }: WriteRequest): Omit<WrittenFile, 'id'> {
  const keys = (row['partition_keys'] ?? []) as readonly { readonly key: string; readonly value: string | null }[]
  const values = new Map(keys.map(({ key, value }) => [key, value]))
  const [badness = '', ...names] = tellsBadness === true ? keyNames(partitionColumns) : ['', ...partitionColumns]
  return {
    partition: names.map((name) => values.get(name) ?? null),
    rows: Number(row['count']),
    bytes: Number(row['file_size_bytes']),
    ...(values.get(badness) === 'true' ? { isBad: true } : {}),
  }
}

async function keep(written: string, file: Omit<WrittenFile, 'id'>, directory: string): Promise<WrittenFile> {
  const id = randomUUID()
  await syncPath(written)
  await rename(written, join(directory, tableFileName(id)))
  return { id, ...file }
}

function tellWriteError(error: unknown): unknown {
  const words = error instanceof Error ? error.message : ''
  if (/No space left|Disk quota exceeded/.test(words))
    return new ServiceError('exhausted', say`the disk of the installation is full, nothing was written: try again when there is room`, {
      cause: error,
    })
  if (/File name too long/.test(words))
    return new ServiceError('unsupported', say`a value of a partition column is too long: partition by a shorter one`, { cause: error })
  return error
}

async function syncPath(path: string): Promise<void> {
  await using file = await open(path, 'r')
  await file.sync()
}

// The files a finished job leaves: result.parquet with every row, preview.json with the first; on disk before anyone hears of them, small ones excepted.

import { copyFile, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { formatColumnType, type ResultColumn, ServiceError, say } from '@tributary/rules'
import { previewRows, printPreview } from './preview.ts'
import { smallResultBytes } from './result-size.ts'
import { runAsleep } from './statement-run.ts'
import { duckTypeOf } from './vectors.ts'

/** The name of the file with every row. */
export const resultFile = 'result.parquet'
const previewFile = 'preview.json'

/** What to write, and where. */
export interface ResultRequest {
  readonly sql: string
  readonly columns: readonly ResultColumn[]
  /** Where the engine may write. */
  readonly outputDirectory: string
  /** Where the files go in the end. */
  readonly directory: string
}

/**
 * Runs the query once and keeps its rows in order.
 * @returns the number of rows
 * @throws {ServiceError} `internal` when the rows have other types than the plan says; whatever DuckDB throws
 */
export async function writeResult(
  connection: DuckDBConnection,
  { sql, columns, outputDirectory, directory }: ResultRequest,
): Promise<number> {
  const written = join(outputDirectory, resultFile)
  const query = `SELECT * FROM (\n${sql}\n) AS result(${fileNames(columns).map(quote).join(', ')})`
  try {
    const copied = await runAsleep(connection, `COPY (${query}) TO ${quoteText(written)} (FORMAT parquet, COMPRESSION zstd)`)
    const rowCount = Number(copied.getRows()[0]?.[0] ?? 0)
    const { size } = await stat(written)
    // The disk has the rows while the first of them are read back.
    const [preview] = await Promise.all([
      readPreview(connection, written, { columns, rowCount }),
      size > smallResultBytes ? syncPath(written) : undefined,
    ])
    await keep(written, preview, { size, directory })
    return rowCount
  } finally {
    await rm(written, { force: true })
  }
}

/** Whoever keeps the files syncs the directory that they are kept in. */
async function keep(
  written: string,
  preview: string,
  { size, directory }: Pick<ResultRequest, 'directory'> & { readonly size: number },
): Promise<void> {
  const isSmall = size + Buffer.byteLength(preview) <= smallResultBytes
  if (!isSmall && size <= smallResultBytes) await syncPath(written)
  await Promise.all([
    move(written, join(directory, resultFile), !isSmall),
    writeFile(join(directory, previewFile), preview, { flush: !isSmall }),
  ])
}

interface Expected {
  readonly columns: readonly ResultColumn[]
  readonly rowCount: number
}

/** A LIMIT doubles what reading a few rows takes, so it is written where it is needed. */
async function readPreview(connection: DuckDBConnection, path: string, { columns, rowCount }: Expected): Promise<string> {
  const limit = rowCount > previewRows ? ` LIMIT ${previewRows}` : ''
  const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet(${quoteText(path)})${limit}`)
  checkTypes(reader.columnTypes().map(String), columns)
  return printPreview(columns, reader.getRows())
}

/** What was kept must be what was planned: DuckDB keeps a column of a type that files have not as another without a word. */
function checkTypes(kept: readonly string[], columns: readonly ResultColumn[]): void {
  for (const [index, { name, type }] of columns.entries())
    if (duckTypeOf(type).toString() !== kept[index])
      throw new ServiceError('internal', say`column ${name} was planned as ${formatColumnType(type)} and came as ${kept[index] ?? ''}`)
}

/** A result may name two columns alike; a file may not. */
function fileNames(columns: readonly ResultColumn[]): readonly string[] {
  const taken = new Set<string>()
  return columns.map(({ name }) => {
    let unique = name
    for (let count = 1; taken.has(unique.toLowerCase()); count += 1) unique = `${name}_${count}`
    taken.add(unique.toLowerCase())
    return unique
  })
}

/** @param isSynced - whether what is moved has been synced, and shall be where it comes to lie */
async function move(from: string, to: string, isSynced: boolean): Promise<void> {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error
    await copyFile(from, to)
    if (isSynced) await syncPath(to)
  })
}

async function syncPath(path: string): Promise<void> {
  await using file = await open(path, 'r')
  await file.sync()
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

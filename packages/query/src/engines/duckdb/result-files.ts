// The files a finished job leaves: result.parquet with every row, preview.json with the first; both on disk before anyone hears of them.

import { copyFile, open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { formatColumnType, type ResultColumn, ServiceError, say } from '@tributary/rules'
import { previewRows, printPreview } from './preview.ts'
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
    await checkTypes(connection, query, columns)
    const copied = await connection.runAndReadAll(`COPY (${query}) TO ${quoteText(written)} (FORMAT parquet, COMPRESSION zstd)`)
    const preview = await readPreview(connection, written, columns)
    await moveSynced(written, join(directory, resultFile))
    await writeSynced(join(directory, previewFile), preview)
    await syncPath(directory)
    return Number(copied.getRows()[0]?.[0] ?? 0)
  } finally {
    await rm(written, { force: true })
  }
}

/** What DuckDB would answer must be what was planned: a column of another type would be kept as something else without a word. */
async function checkTypes(connection: DuckDBConnection, query: string, columns: readonly ResultColumn[]): Promise<void> {
  const prepared = await connection.prepare(query)
  try {
    for (const [index, { name, type }] of columns.entries()) {
      const actual = prepared.columnType(index).toString()
      if (duckTypeOf(type).toString() !== actual)
        throw new ServiceError('internal', say`column ${name} was planned as ${formatColumnType(type)} and came as ${actual}`)
    }
  } finally {
    prepared.destroySync()
  }
}

async function readPreview(connection: DuckDBConnection, path: string, columns: readonly ResultColumn[]): Promise<string> {
  const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet(${quoteText(path)}) LIMIT ${previewRows}`)
  return printPreview(columns, reader.getRows())
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

async function moveSynced(from: string, to: string): Promise<void> {
  await syncPath(from)
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error
    await copyFile(from, to)
    await syncPath(to)
  })
}

async function writeSynced(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flush: true })
}

/** Files and directories alike: a name is on disk once its directory is. */
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

// The tables of both benchmarks: TPC-H made by SQL at any scale, TPC-DS from files that make-tpcds.py made, scale 0.01 halved.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DuckDBConnection } from '@duckdb/node-api'

/** The benchmarks. */
export type Benchmark = 'tpch' | 'tpcds'

/** Scale of TPC-H at which the answers were recorded: 600,000 lines of orders. */
export const recordedScale = 0.1

const tpcdsFolder = new URL('tpcds/', import.meta.url)

/** Parquet files of a benchmark, one for each table, which is called as its file is. */
export interface BenchmarkFiles {
  readonly folder: string
  readonly names: readonly string[]
}

/**
 * Has the tables of a benchmark as files: those of TPC-H are made and written, those of TPC-DS are there.
 * @param folder - for TPC-H; empty, and the caller's to remove
 */
export async function filesOf(benchmark: Benchmark, connection: DuckDBConnection, folder: string): Promise<BenchmarkFiles> {
  if (benchmark === 'tpcds') return listed(fileURLToPath(tpcdsFolder), 24)
  await writeTpch(connection, folder, recordedScale)
  return listed(folder, 8)
}

function listed(folder: string, count: number): BenchmarkFiles {
  const names = readdirSync(folder).filter((name) => name.endsWith('.parquet'))
  if (names.length !== count) throw new Error(`${count} tables are expected in ${folder}, and ${names.length} files are there`)
  return { folder, names: names.map((name) => name.replace('.parquet', '')) }
}

/** Makes the tables of TPC-H and writes them to a folder. @param scale - 1 makes 1,500,000 orders */
export async function writeTpch(connection: DuckDBConnection, folder: string, scale: number): Promise<void> {
  const sql = readFileSync(new URL('tpch-tables.sql', import.meta.url), 'utf8').replaceAll('{scale}', String(scale))
  await connection.run(sql)
  const names = (await connection.runAndReadAll('SELECT table_name FROM duckdb_tables()')).getRows().map(([name]) => String(name))
  for (const name of names)
    await connection.run(`COPY ${name} TO '${join(folder, `${name}.parquet`).replaceAll("'", "''")}' (FORMAT parquet); DROP TABLE ${name}`)
}

/** A query of a benchmark as Spark reads it. */
export interface BenchmarkQuery {
  readonly number: number
  readonly sql: string
}

/** Reads the queries of a benchmark, in their order. */
export function queriesOf(benchmark: Benchmark): readonly BenchmarkQuery[] {
  const text = readFileSync(new URL(`${benchmark}-queries.sql`, import.meta.url), 'utf8')
  return [...text.matchAll(/^-- query (\d+)\n([\s\S]*?);$/gm)].map(([, number, sql]) => ({ number: Number(number), sql: sql as string }))
}

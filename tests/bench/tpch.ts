// The 22 queries of TPC-H on managed tables, through the whole service, in turn with bare DuckDB and Spark on the very same Parquet files.

import { mkdir, readdir, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { sites } from '../../examples/quickstart/procedure.ts'
import { startPostgres } from '../servers/postgres.ts'
import { fillWhole, split, splitDatabase } from '../tpc/split.ts'
import { queriesOf } from '../tpc/tables.ts'
import { type Bench, type Figure, inTurn, timed } from './harness.ts'
import { attach, type Installation } from './installation.ts'
import type { Jobs } from './jobs.ts'
import type { Peer } from './peers/peer.ts'
import { startSparkOnFiles } from './spark-on-files.ts'

const tables = Object.keys({ ...split.postgresql, ...split.mariadb })
const rounds = 3
const longestQueryMs = 600_000
const gibibyte = 2 ** 30
// A child of 16 CU has as many threads as the machine has processors, and far more memory than these queries take at scale 1.
const bareMemory = 2 * gibibyte

/** Files of each table, as the warehouse has them. */
export type TableFiles = Readonly<Record<string, readonly string[]>>

/** Times are to the rows in the caller's hands, ours over HTTP. Every round runs each query once by each system, one after the other. */
export async function benchTpch(bench: Bench, installation: Installation): Promise<readonly Figure[]> {
  const { say, lifetimes, scale, peers } = bench
  say(`sql: TPC-H at scale ${scale}: making the rows, in a PostgreSQL first and then in tables of ours`)
  const { jobs, files } = await fillTables(bench, installation)
  const ours: Peer = {
    name: 'job',
    rows: (sql) => jobs.rows(sql, { database: 'tpch', limitMs: longestQueryMs }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const others = [await lifetimes.start(() => startBareDuckdb(files))]
  const { python } = peers
  if (python !== undefined) others.push(await lifetimes.start(() => startSparkOnFiles(python, files)))
  const times = new Map<string, readonly number[]>()
  const figures: Figure[] = []
  for (const { number, sql } of queriesOf('tpch')) {
    await checkCounts([ours, ...others], number, sql)
    const measures = Object.fromEntries([ours, ...others].map((peer) => [peer.name, () => timed(() => peer.rows(sql))]))
    const values = await inTurn(say, `sql: TPC-H Q${number}`, rounds, measures)
    for (const [name, of] of Object.entries(values)) times.set(`${name} ${number}`, of)
    figures.push(...besides(`TPC-H scale ${scale}, Q${number}, to rows`, others, (name) => values[name] ?? []))
  }
  const all = (name: string): readonly (readonly number[])[] => queriesOf('tpch').map(({ number }) => times.get(`${name} ${number}`) ?? [])
  return [
    ...besides(`TPC-H scale ${scale}, all 22 queries, to rows`, others, (name) => perRound(all(name), sum)).map(withGoal),
    ...besides(`TPC-H scale ${scale}, geometric mean of 22 queries`, others, (name) => perRound(all(name), geometricMean)),
    ...figures,
  ]
}

/** The share of bare DuckDB's speed that is left when 15 % go into being a service. */
function withGoal(figure: Figure, index: number): Figure {
  return index === 0 ? { ...figure, goal: { ratio: 0.87 } } : figure
}

function besides(what: string, others: readonly Peer[], valuesOf: (name: string) => readonly number[]): readonly Figure[] {
  return others.map(({ name }) => ({ what, unit: 'ms', ours: valuesOf('job'), baseline: { what: name, values: valuesOf(name) } }))
}

function perRound(times: readonly (readonly number[])[], of: (values: readonly number[]) => number): readonly number[] {
  return Array.from({ length: rounds }, (_none, round) => of(times.map((values) => values[round] as number)))
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(sum(values.map(Math.log)) / values.length)
}

/** A fast wrong answer is no figure; a preview has 1,000 rows at most. It warms everybody up, too. */
async function checkCounts(peers: readonly Peer[], number: number, sql: string): Promise<void> {
  const counts: number[] = []
  for (const peer of peers) counts.push(Math.min(1000, (await peer.rows(sql)).length))
  if (new Set(counts).size !== 1) throw new Error(`Q${number} gave ${counts.join(', ')} rows`)
}

async function fillTables(bench: Bench, installation: Installation): Promise<{ readonly jobs: Jobs; readonly files: TableFiles }> {
  const { lifetimes, directory, scale } = bench
  const settings = { shared_buffers: '1GB', log_statement: 'none' }
  const source = await lifetimes.start(() => startPostgres({ settings, databases: { [splitDatabase]: '' } }))
  const folder = join(directory, 'tpch-rows')
  await mkdir(folder)
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await fillWhole(connection, source, { folder, scale })
  connection.closeSync()
  instance.closeSync()
  await rm(folder, { recursive: true })
  const named = Object.fromEntries(tables.map((name) => [`shop.${name}`, `public.${name}`]))
  const jobs = await attach(installation, 'tpch', [{ site: { ...sites.sales, name: splitDatabase }, server: source, tables: named }])
  await installation.steps.createDatabase('tpch')
  const files: Record<string, readonly string[]> = {}
  for (const name of tables) {
    const before = new Set(await filesBelow(installation))
    await jobs.run(`CREATE TABLE tpch.${name} AS SELECT * FROM shop.${name}`, { limitMs: longestQueryMs })
    files[name] = (await filesBelow(installation)).filter((path) => !before.has(path))
    if (files[name].length === 0) throw new Error(`table ${name} has no files`)
  }
  await source[Symbol.asyncDispose]()
  return { jobs, files }
}

async function filesBelow({ server }: Installation): Promise<readonly string[]> {
  const root = join(server.dataDir, 'warehouse')
  const names = await readdir(root, { recursive: true }).catch(() => [])
  return names.filter((name) => name.endsWith('.parquet')).map((name) => join(root, name))
}

/** DuckDB and nothing else, in this process: the same threads, every answer read whole. */
async function startBareDuckdb(files: TableFiles): Promise<Peer> {
  const options = { threads: String(availableParallelism()), memory_limit: `${bareMemory}B` }
  const instance = await DuckDBInstance.create(':memory:', options)
  const connection = await instance.connect()
  for (const [name, paths] of Object.entries(files)) {
    const list = paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ')
    await connection.run(`CREATE VIEW ${name} AS FROM read_parquet([${list}])`)
  }
  return {
    name: 'bare DuckDB',
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRows(),
    async [Symbol.asyncDispose]() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

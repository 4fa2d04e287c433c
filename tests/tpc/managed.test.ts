// TPC-H at scale 0.1 through the whole service: rows come from a PostgreSQL behind a connection into managed tables, and the 22 queries over those give what Spark gave.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { publishedProject, type SampleServer, sampleServer } from '../../packages/server/src/sample-server.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { hashOf, recordedAnswers, sortedLines, type Answer } from './answers.ts'
import { queriesOf, recordedScale, writeTpch } from './tables.ts'

const tables: Readonly<Record<string, string>> = {
  region: 'r_regionkey bigint, r_name text, r_comment text',
  nation: 'n_nationkey bigint, n_name text, n_regionkey bigint, n_comment text',
  supplier: 's_suppkey bigint, s_name text, s_address text, s_nationkey bigint, s_phone text, s_acctbal numeric(15,2), s_comment text',
  part: 'p_partkey bigint, p_name text, p_mfgr text, p_brand text, p_type text, p_size int, p_container text, p_retailprice numeric(15,2), p_comment text',
  partsupp: 'ps_partkey bigint, ps_suppkey bigint, ps_availqty int, ps_supplycost numeric(15,2), ps_comment text',
  customer:
    'c_custkey bigint, c_name text, c_address text, c_nationkey bigint, c_phone text, c_acctbal numeric(15,2), c_mktsegment text, c_comment text',
  orders:
    'o_orderkey bigint, o_custkey bigint, o_orderstatus text, o_totalprice numeric(15,2), o_orderdate date, o_orderpriority text, o_clerk text, o_shippriority int, o_comment text',
  lineitem:
    'l_orderkey bigint, l_partkey bigint, l_suppkey bigint, l_linenumber int, l_quantity numeric(15,2), l_extendedprice numeric(15,2), l_discount numeric(15,2), l_tax numeric(15,2), l_returnflag text, l_linestatus text, l_shipdate date, l_commitdate date, l_receiptdate date, l_shipinstruct text, l_shipmode text, l_comment text',
}

/** A preview has 1,000 rows at most: longer answers are read in parts, by a column and the number of parts. */
const parts: Readonly<Record<number, readonly [column: string, count: number]>> = {
  3: ['l_orderkey', 3],
  10: ['c_custkey', 8],
  11: ['ps_partkey', 5],
  16: ['p_size', 6],
}

const folder = mkdtempSync(join(tmpdir(), 'tributary-tpc-rows-'))
let server: SampleServer
let source: PostgresServer

beforeAll(async () => {
  chmodSync(folder, 0o755)
  await writeRows()
  const filled = Object.entries(tables).map(
    ([name, columns]) => `create table ${name} (${columns}); copy ${name} from '${join(folder, `${name}.csv`)}' csv`,
  )
  ;[server, source] = await Promise.all([sampleServer(), startPostgres({ databases: { tpch: filled.join('; ') } })])
  await connect()
  for (const name of Object.keys(tables)) {
    const options = `'url'='jdbc:postgresql://192.168.0.1:5432/tpch', 'driver'='org.postgresql.Driver', 'dbtable'='public.${name}', 'passwdauth'='login', 'encryption'='true'`
    await run(`CREATE TABLE source_${name} USING JDBC OPTIONS (${options})`, 'q1')
    await run(`CREATE TABLE ${name} AS SELECT * FROM source_${name}`, 'q1')
  }
}, 600_000)
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await server[Symbol.asyncDispose]()
  await source[Symbol.asyncDispose]()
})

async function writeRows(): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await writeTpch(connection, folder, recordedScale)
  for (const name of Object.keys(tables)) {
    const file = join(folder, name)
    await connection.run(`COPY (FROM '${file}.parquet') TO '${file}.csv' (FORMAT csv, HEADER false)`)
  }
  connection.closeSync()
  instance.closeSync()
}

async function connect(): Promise<void> {
  const networks = {
    vpcs: [{ id: 'v1', project_id: publishedProject, name: 'prod', cidr: '192.168.0.0/16' }],
    subnets: [{ id: 's1', vpc_id: 'v1', name: 'db', cidr: '192.168.0.0/24' }],
  }
  const gateway = { kind: 'map', ranges: ['127.0.0.0/8'], map: [{ from: '192.168.0.1:5432', to: `127.0.0.1:${source.port}` }] }
  const login = { auth_info_name: 'login', datasource_type: 'passwd', user_name: source.user, password: source.password }
  for (const answered of [
    await server.ask('declareNetworks', { body: networks }),
    await server.ask('putGateway', { params: { vpc_id: 'v1' }, body: gateway }),
    await server.ask('createQueue', { body: { queue_name: 'q1', cu_count: 16, resource_mode: 1 } }),
    await server.ask('createAuthInfo', { body: login }),
    await server.ask('createConnection', { body: { name: 'tpch', dest_vpc_id: 'v1', dest_network_id: 's1', queues: ['q1'] } }),
    await server.ask('createDatabase', { body: { database_name: 'tpch' } }),
  ])
    if (answered.status >= 300) throw new Error(answered.text)
}

/** Submits a statement and waits for its end. @returns the job's id */
async function run(sql: string, queue: string): Promise<string> {
  const { body, text } = await server.ask('submitJob', { body: { sql, queue_name: queue, currentdb: 'tpch' } })
  if (body.job_id === undefined) throw new Error(`${sql}: ${text}`)
  const params = { job_id: body.job_id as string }
  for (let asked = 0; asked < 6_000; asked += 1) {
    const told = await server.ask('getJobStatus', { params })
    if (told.body.status === 'FAILED') throw new Error(`${sql}: ${told.text}`)
    if (told.body.status === 'FINISHED') return params.job_id
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`${sql} did not end`)
}

const whole = /^(?:tinyint|smallint|int|bigint)$/

/** Rows as the recorder writes them: whole numbers as numbers, all else as text. The `default` queue runs on managed tables alone. */
async function rowsOf(sql: string): Promise<readonly (readonly unknown[])[]> {
  const { body } = await server.ask('previewJob', { params: { job_id: await run(sql, 'default') } })
  const types = (body.schema as readonly Readonly<Record<string, string>>[]).map((column) => Object.values(column)[0] as string)
  const cell = (value: string | number | null, index: number): string | number | null =>
    value === null ? null : whole.test(types[index] as string) ? Number(value) : String(value)
  return (body.rows as readonly (readonly (string | number | null)[])[]).map((row) => row.map(cell))
}

async function wholeAnswer(number: number, sql: string): Promise<readonly (readonly unknown[])[]> {
  const part = parts[number]
  if (part === undefined) return rowsOf(sql)
  const [column, count] = part
  const rows: (readonly unknown[])[] = []
  for (let rest = 0; rest < count; rest += 1) rows.push(...(await rowsOf(`SELECT * FROM (${sql}) WHERE ${column} % ${count} = ${rest}`)))
  return rows
}

it('has all rows in its tables', async () => {
  const counts = await rowsOf('SELECT (SELECT count(*) FROM lineitem), (SELECT count(*) FROM orders), (SELECT count(*) FROM partsupp)')
  expect(counts).toEqual([[600_628, 150_000, 80_000]])
}, 60_000)

it('gives 22 of 22 answers as Spark gave them', async () => {
  const { answers } = recordedAnswers('tpch')
  const differing: number[] = []
  const queries = queriesOf('tpch')
  for (const { number, sql } of queries) {
    const lines = sortedLines(await wholeAnswer(number, sql.replace(/\nLIMIT \d+\s*$/i, '')))
    const answer = answers.find((each) => each.query === number) as Answer
    if (lines.length !== answer.count || hashOf(lines) !== answer.sha256) differing.push(number)
  }
  expect([queries.length, differing]).toEqual([22, []])
}, 600_000)

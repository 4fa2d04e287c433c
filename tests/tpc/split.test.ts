// TPC-H at scale 0.1 over two sources: what customers order lies in a PostgreSQL, what suppliers have in a MariaDB, and the 22 queries over both give what Spark gave.

import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { formatColumnType, type ResultColumn } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../../packages/query/src/engines/duckdb/engine.ts'
import type { Ran } from '../../packages/query/src/engines/duckdb/messages.ts'
import type { OpenableTable, SourceTable } from '../../packages/query/src/source.ts'
import { type MariadbServer, mariadbAbsence, startMariadb } from '../servers/mariadb.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { networkTo, openableOf, tableOf } from '../servers/sources.ts'
import { type Answer, hashOf, recordedAnswers, sortedLines } from './answers.ts'
import { fillSplit, splitDatabase } from './split.ts'
import { queriesOf, recordedScale } from './tables.ts'

/** Columns as `name type, …`; `money` has two digits behind the point. */
function columns(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(text.split(', ').map((column) => column.replace('money', 'decimal(15,2)').split(' ') as [string, string]))
}

type Tables = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What lies in PostgreSQL. */
const sold: Tables = {
  customer: columns(
    'c_custkey bigint, c_name string, c_address string, c_nationkey bigint, c_phone string, c_acctbal money, c_mktsegment string, c_comment string',
  ),
  orders: columns(
    'o_orderkey bigint, o_custkey bigint, o_orderstatus string, o_totalprice money, o_orderdate date, o_orderpriority string, o_clerk string, o_shippriority int, o_comment string',
  ),
  lineitem: columns(
    'l_orderkey bigint, l_partkey bigint, l_suppkey bigint, l_linenumber int, l_quantity money, l_extendedprice money, l_discount money, l_tax money, l_returnflag string, l_linestatus string, l_shipdate date, l_commitdate date, l_receiptdate date, l_shipinstruct string, l_shipmode string, l_comment string',
  ),
}

/** What lies in MariaDB. */
const supplied: Tables = {
  region: columns('r_regionkey bigint, r_name string, r_comment string'),
  nation: columns('n_nationkey bigint, n_name string, n_regionkey bigint, n_comment string'),
  supplier: columns(
    's_suppkey bigint, s_name string, s_address string, s_nationkey bigint, s_phone string, s_acctbal money, s_comment string',
  ),
  part: columns(
    'p_partkey bigint, p_name string, p_mfgr string, p_brand string, p_type string, p_size int, p_container string, p_retailprice money, p_comment string',
  ),
  partsupp: columns('ps_partkey bigint, ps_suppkey bigint, ps_availqty int, ps_supplycost money, ps_comment string'),
}

const folders = ['rows', 'scratch', 'job'].map((name) => mkdtempSync(join(tmpdir(), `tributary-split-${name}-`))) as [
  string,
  string,
  string,
]
const [rowsFolder, scratch, directory] = folders
const engine = new Engine()
let reader: DuckDBInstance
let postgres: PostgresServer
let mariadb: MariadbServer
let tables: readonly OpenableTable[]

const absence = mariadbAbsence()
if (absence !== undefined && process.env['CI'] === 'true') throw new Error(absence)

describe.skipIf(absence !== undefined)(`TPC-H over two sources${absence === undefined ? '' : ` (${absence})`}`, () => {
  const recorded = recordedAnswers('tpch')
  const queries = queriesOf('tpch')

  beforeAll(async () => {
    reader = await DuckDBInstance.create(':memory:')
    ;[postgres, mariadb] = await Promise.all([
      startPostgres({ databases: { [splitDatabase]: '' } }),
      startMariadb({ databases: { [splitDatabase]: '' }, settings: { 'local-infile': '1' } }),
    ])
    const connection = await reader.connect()
    await fillSplit(connection, { postgres, mariadb }, { folder: rowsFolder, scale: recordedScale })
    connection.closeSync()
    await engine.warm()
    const limits = { memoryBytes: 2 ** 30, threads: 2, spillBytes: 2 ** 30, scratchDirectory: scratch }
    await engine.assign({ kind: 'assign', network: networkTo([postgres, mariadb]), limits })
    tables = [
      ...Object.entries(sold).map(([name, types]) => openableOf(declared(name, types), postgres)),
      ...Object.entries(supplied).map(([name, types]) => openableOf(atMariadb(declared(name, types)), mariadb)),
    ]
  }, 600_000)
  afterAll(async () => {
    reader.closeSync()
    await Promise.all([postgres[Symbol.asyncDispose](), mariadb[Symbol.asyncDispose]()])
    await Promise.all(folders.map((path) => rm(path, { recursive: true })))
  })

  it.each(queries)(
    'query $number',
    async ({ number, sql }) => {
      const answer = recorded.answers.find((each) => each.query === number) as Answer
      const { names, rows } = await answered(sql.replace(/\nLIMIT \d+\s*$/i, ''))
      expect(names).toEqual(answer.columns)
      const lines = sortedLines(rows)
      expect(lines).toHaveLength(answer.count)
      expect(hashOf(lines)).toBe(answer.sha256)
      const limit = Number(/\nLIMIT (\d+)\s*$/i.exec(sql)?.[1] ?? rows.length)
      expect((await answered(sql)).rows).toHaveLength(Math.min(limit, rows.length))
    },
    120_000,
  )
})

function declared(name: string, types: Readonly<Record<string, string>>): SourceTable {
  const table = tableOf(name, types, { database: splitDatabase })
  return { ...table, name: { database: 'tpch', name }, login: 'login' }
}

function atMariadb(table: SourceTable): SourceTable {
  const settings = { ...table.settings, endpoint: { host: '10.72.0.5', port: 5432 }, schema: undefined }
  return { ...table, id: `${table.id}-2` as SourceTable['id'], connector: 'mysql', settings }
}

async function answered(sql: string): Promise<{ readonly names: readonly string[]; readonly rows: readonly (readonly unknown[])[] }> {
  const order = { kind: 'run', jobId: 'job', sql, currentDatabase: 'tpch', tables, directory } as const
  const ran: Ran = await engine.run(order, new AbortController().signal, () => undefined)
  const connection = await reader.connect()
  try {
    const found = await connection.runAndReadAll(`from '${join(directory, 'result.parquet')}'`)
    const rows = found.getRows().map((row) => row.map((value, index) => cell(value, ran.columns[index])))
    return { names: ran.columns.map(({ name, type }) => `${name} ${formatColumnType(type)}`), rows }
  } finally {
    connection.closeSync()
  }
}

/** As the recorder writes cells: doubles with nine digits, since sums of them depend on the order of adding. */
function cell(value: unknown, column: ResultColumn | undefined): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return column?.type.kind === 'double' ? value.toExponential(8) : value
  return value === null || typeof value === 'boolean' ? value : (value as { toString(): string }).toString()
}

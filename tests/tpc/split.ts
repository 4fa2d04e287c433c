// TPC-H over two servers: who bought what in PostgreSQL, what there is to buy and from whom in MariaDB.

import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { MariadbServer } from '../servers/mariadb.ts'
import type { PostgresServer } from '../servers/postgres.ts'
import { writeTpch } from './tables.ts'

/** Where each table lies, with the columns of its primary key. */
export const split = {
  postgresql: { customer: 'c_custkey', orders: 'o_orderkey', lineitem: 'l_orderkey, l_linenumber' },
  mariadb: { part: 'p_partkey', partsupp: 'ps_partkey, ps_suppkey', supplier: 's_suppkey', nation: 'n_nationkey', region: 'r_regionkey' },
} as const

/** The database of both servers that holds the tables; the caller creates it. */
export const splitDatabase = 'tpch'

/** What {@link fillSplit} fills. */
export interface SplitServers {
  readonly postgres: PostgresServer
  readonly mariadb: MariadbServer
}

/**
 * Makes the tables and fills them; both servers know afterwards how large they are.
 * @param connection - of a DuckDB that holds nothing else
 * @param folder - empty, the caller's to remove: the rows pass through files in it
 */
export async function fillSplit(connection: DuckDBConnection, servers: SplitServers, { folder, scale }: { folder: string; scale: number }) {
  await writeTpch(connection, folder, scale)
  for (const [table, key] of Object.entries(split.postgresql)) {
    const { columns, file } = await unload(connection, folder, table)
    await fillPostgres(servers.postgres, table, { columns, key, file })
  }
  for (const [table, key] of Object.entries(split.mariadb)) {
    const { columns, file } = await unload(connection, folder, table)
    await fillMariadb(servers.mariadb, table, { columns, key, file })
  }
}

/** Makes all eight tables in one PostgreSQL and fills them, as {@link fillSplit} does in two. */
export async function fillWhole(
  connection: DuckDBConnection,
  postgres: PostgresServer,
  { folder, scale }: { folder: string; scale: number },
) {
  await writeTpch(connection, folder, scale)
  for (const [table, key] of Object.entries({ ...split.postgresql, ...split.mariadb }))
    await fillPostgres(postgres, table, { ...(await unload(connection, folder, table)), key })
}

interface Filling {
  readonly columns: readonly (readonly [name: string, type: string])[]
  readonly key: string
  readonly file: string
}

async function unload(connection: DuckDBConnection, folder: string, table: string): Promise<Omit<Filling, 'key'>> {
  const path = (ending: string): string => join(folder, `${table}.${ending}`).replaceAll("'", "''")
  await connection.run(
    `COPY (FROM '${path('parquet')}') TO '${path('tsv')}' (FORMAT csv, DELIMITER '\t', QUOTE '', ESCAPE '', HEADER false)`,
  )
  const described = (await connection.runAndReadAll(`DESCRIBE FROM '${path('parquet')}'`)).getRows()
  return { columns: described.map(([name, type]) => [String(name), String(type)] as const), file: join(folder, `${table}.tsv`) }
}

/** Both databases read DuckDB's names of types but for its text, which has no limit. */
function definition({ columns, key }: Filling, text: string): string {
  return `${columns.map(([name, type]) => `${name} ${type === 'VARCHAR' ? text : type} NOT NULL`).join(', ')}, PRIMARY KEY (${key})`
}

async function fillPostgres(server: PostgresServer, table: string, filling: Filling): Promise<void> {
  const client = new pg.Client({ connectionString: `${server.url}/${splitDatabase}` })
  await client.connect()
  try {
    await client.query(`CREATE TABLE ${table} (${definition(filling, 'VARCHAR(200)')})`)
    await pipeline(createReadStream(filling.file), client.query(copyFrom(`COPY ${table} FROM STDIN`)))
    await client.query(`ANALYZE ${table}`)
  } finally {
    await client.end()
  }
}

async function fillMariadb({ port, user, password }: MariadbServer, table: string, filling: Filling): Promise<void> {
  const client = await mysql.createConnection({ host: '127.0.0.1', port, user, password, database: splitDatabase, flags: ['+LOCAL_FILES'] })
  try {
    await client.query(`CREATE TABLE ${table} (${definition(filling, 'VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin')})`)
    await client.query({
      sql: `LOAD DATA LOCAL INFILE '${table}' INTO TABLE ${table} CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY ''`,
      infileStreamFactory: () => createReadStream(filling.file),
    })
    await client.query(`ANALYZE TABLE ${table}`)
  } finally {
    await client.end()
  }
}

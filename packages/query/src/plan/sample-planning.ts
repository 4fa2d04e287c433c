// Tables and a DuckDB of its own for planning, as tests need them.

import { DuckDBInstance } from '@duckdb/node-api'
import { parseColumnType } from '@tributary/rules'
import type { SourceTable } from '../source.ts'
import { registerOwnFunctions } from './functions/own-functions.ts'
import type { PlanningDatabase } from './stand-ins.ts'

/** A planning database in memory; `close` ends it. */
export async function planningDatabase(): Promise<{ readonly database: PlanningDatabase; readonly close: () => void }> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  registerOwnFunctions(connection)
  const database: PlanningDatabase = {
    run: async (sql) => {
      await connection.run(sql)
    },
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS(),
  }
  const close = (): void => {
    connection.closeSync()
    instance.closeSync()
  }
  return { database, close }
}

/** A PostgreSQL table of a database; columns as `{ id: 'int' }`. */
export function sampleTable(database: string, name: string, columns: Readonly<Record<string, string>>): SourceTable {
  return {
    id: `${database}-${name}` as SourceTable['id'],
    name: { database, name },
    connector: 'postgresql',
    settings: {
      endpoint: { host: '10.0.0.1', port: 5432 },
      database: 'd',
      schema: undefined,
      table: name,
      tls: 'disable',
      fetchSize: 1000,
    },
    columns: Object.entries(columns).map(([column, type]) => ({ name: column, type: parseColumnType(type) })),
  }
}

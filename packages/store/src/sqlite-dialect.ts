// How Kysely speaks to SQLite: writes go to one connection and follow each other in groups, reads go to another and see what is committed.

import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Soon } from '@tributary/rules'
import type { GroupCommit } from './group-commit.ts'
import type { SqliteFile } from './sqlite.ts'

/** Runs a compiled query with its parameters to its end: at once, or when its turn has come. @throws {Error} for a query that must not be asked here */
export type RunQuery = (query: CompiledQuery, parameters: readonly unknown[]) => Soon<QueryResult<unknown>>

/** Inside transactions: every query goes to the file at once. @param check - throws for a query that is not of the transaction whose turn it is */
export function runInside(file: SqliteFile, check: () => void): RunQuery {
  return (query, parameters) => {
    check()
    return execute(file, query, parameters)
  }
}

/**
 * Outside transactions: a write is a transaction of its own.
 * @param reader - for reads; absent where there is no file that two could open, reads then wait for their turn
 * @param check - throws for a query inside a transaction
 */
export function runOutside(
  writer: SqliteFile,
  reader: SqliteFile | undefined,
  groups: Pick<GroupCommit, 'run'>,
  check: () => void,
): RunQuery {
  return (query, parameters) => {
    check()
    if (reader !== undefined && SelectQueryNode.is(query.query)) {
      reader.hold()
      return execute(reader, query, parameters)
    }
    return groups.run(async () => execute(writer, query, parameters))
  }
}

function execute(file: SqliteFile, { sql }: CompiledQuery, parameters: readonly unknown[]): QueryResult<unknown> {
  const statement = file.prepare(sql)
  if (statement.reader) return { rows: statement.all(parameters) }
  return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) }
}

/** Hands what Kysely asks to a runner. */
export function dialectOf(run: RunQuery): Dialect {
  const connection: DatabaseConnection = {
    executeQuery: async <Row>(query: CompiledQuery) => (await run(query, query.parameters)) as QueryResult<Row>,
    streamQuery: refuse,
  }
  return {
    createDriver: () => driverOf(connection),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new FreeAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}

/** Nobody waits for the connection itself: what must wait, waits for its turn. */
class FreeAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

function driverOf(connection: DatabaseConnection): Driver {
  const nothing = async (): Promise<void> => {}
  return {
    init: nothing,
    acquireConnection: async () => connection,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: nothing,
    destroy: nothing,
  }
}

function refuse(): never {
  throw new Error('transactions begin at the store, and nothing is streamed')
}

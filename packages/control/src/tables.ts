// Source tables: what a caller may do with them; SQL creates them.

import type { Caller, ProjectId, Table } from '@tributary/rules'
import type { Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'
import { requireTableRight } from './sql-rights.ts'

/** Which tables a list shows: `keyword` is part of the name; without `limit` all from `offset` on. */
export interface TableListing {
  readonly keyword?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** The use cases of tables; names come in any case. */
export function tables({ store }: Deps) {
  return {
    /** By name; `total` counts every match. @throws {ServiceError} `notFound` database */
    async list(
      caller: Caller,
      database: string,
      listing: TableListing = {},
    ): Promise<{ readonly total: number; readonly tables: readonly Table[] }> {
      const { id } = await store.databases.get(caller.project, database.toLowerCase())
      return store.tables.list(id, listing)
    },

    /** Options hold `***` in place of secrets. @throws {ServiceError} `notFound` database or table */
    async get(caller: Caller, database: string, name: string): Promise<Table> {
      return getTable(store, caller.project, database.toLowerCase(), name.toLowerCase())
    },

    /** The rows at the source stay. @throws {ServiceError} `notFound` database or table, `forbidden` */
    async remove(caller: Caller, database: string, name: string): Promise<void> {
      await store.transaction(async (tx) => {
        const table = await getTable(tx, caller.project, database.toLowerCase(), name.toLowerCase())
        await requireTableRight(tx, caller, table, 'DROP_TABLE')
        await tx.tables.remove(table.id)
      })
    },
  }
}

/** Drops a table inside a transaction. @throws {ServiceError} `notFound` database or table */
export async function dropTable(tx: Transaction, projectId: ProjectId, database: string, name: string): Promise<void> {
  const table = await getTable(tx, projectId, database, name)
  await tx.tables.remove(table.id)
}

async function getTable(
  from: Pick<Transaction, 'databases' | 'tables'>,
  projectId: ProjectId,
  database: string,
  name: string,
): Promise<Table> {
  await from.databases.get(projectId, database)
  return from.tables.get(projectId, database, name)
}

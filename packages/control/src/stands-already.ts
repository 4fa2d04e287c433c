// Whether a table that a statement makes is there, and whether the statement minds.

import type { TableName } from '@tributary/query'
import { checkNewTable, noDatabase, type ProjectId, tableNameOf } from '@tributary/rules'
import type { Repositories } from '@tributary/store'

/**
 * True when the table is there and the statement says that this is fine.
 * @throws {ServiceError} `notFound` database, `invalid` name, `conflict` when the table is there and the statement does not expect it
 */
export async function standsAlready(
  from: Pick<Repositories, 'databases' | 'tables'>,
  projectId: ProjectId,
  { table: { database, name }, ifNotExists }: { readonly table: TableName; readonly ifNotExists: boolean },
): Promise<boolean> {
  if ((await from.databases.find(projectId, database)) === undefined) throw noDatabase(database)
  const existing = await from.tables.find(projectId, database, tableNameOf(name))
  if (existing !== undefined && ifNotExists) return true
  checkNewTable(`${database}.${name}`, existing)
  return false
}

// What parsed statements mean for the catalog: the tables that a query names, and what a DDL statement changes.

import type { Credentials, Statement, TableName } from '@tributary/query'
import {
  checkNewTable,
  type Column,
  noDatabase,
  type ProjectId,
  redactOptions,
  ServiceError,
  type Table,
  type TableId,
  tableNameOf,
  say,
} from '@tributary/rules'
import type { Repositories, Transaction } from '@tributary/store'
import { createDatabase, dropDatabase, type Maker } from './databases.ts'
import { catalogSource, type Source } from './sources.ts'
import { dropTable } from './tables.ts'

/** A statement that changes the catalog. */
export type Ddl = Exclude<Statement, { readonly kind: 'query' }>

/** A statement that declares a source table. */
export type CreateTable = Extract<Statement, { readonly kind: 'createTable' }>

/** What is known of a table only once its declaration has been read, and its source where it had to be asked. */
export interface TableParts {
  readonly columns: readonly Column[]
  readonly credentials: Credentials | undefined
}

/** The tables that a query names, from the catalog. @throws {ServiceError} `semantic` for one that is not there */
export async function sourcesOf(
  store: Pick<Repositories, 'tables'>,
  projectId: ProjectId,
  names: readonly TableName[],
): Promise<readonly Source[]> {
  const sources: Source[] = []
  for (const { database, name } of names) {
    const table = await store.tables.find(projectId, database, name)
    if (table === undefined)
      throw new ServiceError('semantic', say`Table or view not found: ${database}.${name}`, { subject: { kind: 'table', name } })
    sources.push(catalogSource(table))
  }
  return sources
}

/**
 * Changes the catalog as a statement says, inside a transaction.
 * @param parts - for `createTable`
 * @throws {ServiceError} `invalid`, `notFound`, `conflict`, `unsupported`
 */
export async function applyDdl(tx: Transaction, maker: Maker, ddl: Ddl, parts?: TableParts): Promise<void> {
  const { projectId } = maker
  switch (ddl.kind) {
    case 'createDatabase':
      if (ddl.ifNotExists && (await tx.databases.find(projectId, ddl.database)) !== undefined) return
      await createDatabase(tx, maker, { name: ddl.database, description: ddl.comment })
      return
    case 'dropDatabase':
      if (ddl.ifExists && (await tx.databases.find(projectId, ddl.database)) === undefined) return
      await dropDatabase(tx, projectId, ddl.database, { cascade: ddl.cascade })
      return
    case 'createTable':
      await createTable(tx, maker, ddl, parts)
      return
    case 'dropTable':
      if (ddl.ifExists && (await tx.tables.find(projectId, ddl.table.database, ddl.table.name)) === undefined) return
      await dropTable(tx, projectId, ddl.table.database, ddl.table.name)
  }
}

async function createTable(tx: Transaction, maker: Maker, ddl: CreateTable, parts: TableParts | undefined): Promise<void> {
  if (await standsAlready(tx, maker.projectId, ddl)) return
  if (parts === undefined)
    throw new ServiceError('conflict', say`table ${ddl.table.database}.${ddl.table.name} was dropped meanwhile: run the statement again`)
  const database = await tx.databases.get(maker.projectId, ddl.table.database)
  const table: Table = {
    id: maker.newId() as TableId,
    projectId: maker.projectId,
    databaseId: database.id,
    databaseName: database.name,
    name: tableNameOf(ddl.table.name),
    using: ddl.using,
    options: redactOptions(ddl.options),
    columns: parts.columns,
    comment: ddl.comment,
    owner: maker.owner,
    ownerId: maker.ownerId,
    createdAt: maker.now,
  }
  await tx.tables.insert(table, parts.credentials)
}

/**
 * True when the table is there and the statement says that this is fine.
 * @throws {ServiceError} `notFound` database, `invalid` name, `conflict` when the table is there and the statement does not expect it
 */
export async function standsAlready(
  from: Pick<Repositories, 'databases' | 'tables'>,
  projectId: ProjectId,
  ddl: CreateTable,
): Promise<boolean> {
  const { database, name } = ddl.table
  if ((await from.databases.find(projectId, database)) === undefined) throw noDatabase(database)
  const existing = await from.tables.find(projectId, database, tableNameOf(name))
  if (existing !== undefined && ddl.ifNotExists) return true
  checkNewTable(`${database}.${name}`, existing)
  return false
}

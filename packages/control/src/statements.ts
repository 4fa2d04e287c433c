// What a DDL statement changes in the catalog, inside one transaction.

import { type Credentials, managedFormat, type Statement } from '@tributary/query'
import {
  checkIsTable,
  type ProjectId,
  redactOptions,
  type ResultColumn,
  ServiceError,
  type Table,
  type TableId,
  tableNameOf,
  say,
} from '@tributary/rules'
import type { Transaction } from '@tributary/store'
import { alterTable, createTableLike } from './alter-table.ts'
import { createDatabase, dropDatabase, type Maker } from './databases.ts'
import type { Ddl } from './statement-names.ts'
import { truncateTable } from './managed-tables.ts'
import { dropTable } from './tables.ts'
import { alterView, createView, getView, type ViewParts } from './views.ts'
import { standsAlready } from './stands-already.ts'

/** A statement that declares a source table. */
export type CreateTable = Extract<Statement, { readonly kind: 'createTable' }>

/** What is known of a table only once its declaration has been read, and its source where it had to be asked. */
export interface TableParts {
  readonly columns: readonly ResultColumn[]
  readonly credentials: Credentials | undefined
}

/** What a statement needs beside its text: `table` for a source table, `view` for a view. */
export interface DdlParts {
  readonly table?: TableParts | undefined
  readonly view?: ViewParts | undefined
}

/**
 * Changes the catalog as a statement says, inside a transaction.
 * @throws {ServiceError} `invalid`, `notFound`, `conflict`, `semantic`, `unsupported`
 */
export async function applyDdl(tx: Transaction, maker: Maker, ddl: Ddl, parts: DdlParts = {}): Promise<void> {
  const { projectId } = maker
  switch (ddl.kind) {
    case 'createDatabase':
      if (ddl.ifNotExists && (await tx.databases.find(projectId, ddl.database)) !== undefined) return
      await createDatabase(tx, maker, { name: ddl.database, description: ddl.comment })
      return
    case 'dropDatabase':
      if (ddl.ifExists && (await tx.databases.find(projectId, ddl.database)) === undefined) return
      return dropDatabase(tx, projectId, ddl.database, { cascade: ddl.cascade })
    case 'createTable':
      return createTable(tx, maker, ddl, parts.table)
    case 'dropTable':
      return dropTableOf(tx, projectId, ddl)
    case 'createView':
      return createView(tx, maker, ddl, viewPartsOf(parts))
    case 'alterView':
      return alterView(tx, projectId, ddl, viewPartsOf(parts))
    case 'dropView':
      if (ddl.ifExists && (await tx.tables.find(projectId, ddl.view.database, ddl.view.name)) === undefined) return
      return tx.tables.remove((await getView(tx, projectId, ddl.view, 'DROP VIEW')).id)
    case 'truncate':
      return truncateTable(tx, maker, ddl)
    case 'alterTable':
      return alterTable(tx, maker, ddl)
    case 'createTableLike':
      return createTableLike(tx, maker, ddl)
    case 'insert':
    case 'createTableAs':
      throw new Error('rows are written by the runner of a job')
  }
}

function viewPartsOf({ view }: DdlParts): ViewParts {
  if (view === undefined) throw new Error('a view is made before its query is planned')
  return view
}

async function dropTableOf(tx: Transaction, projectId: ProjectId, ddl: Extract<Statement, { kind: 'dropTable' }>): Promise<void> {
  const { database, name } = ddl.table
  const found = await tx.tables.find(projectId, database, name)
  if (found === undefined && ddl.ifExists) return
  if (found !== undefined) checkIsTable(found, 'DROP TABLE')
  await dropTable(tx, projectId, database, name)
}

async function createTable(tx: Transaction, maker: Maker, ddl: CreateTable, parts: TableParts | undefined): Promise<void> {
  if (await standsAlready(tx, maker.projectId, ddl)) return
  const isManaged = ddl.using === managedFormat
  const columns = isManaged ? ddl.columns : parts?.columns
  if (columns === undefined)
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
    columns,
    comment: ddl.comment,
    properties: redactOptions(ddl.properties),
    owner: maker.owner,
    ownerId: maker.ownerId,
    createdAt: maker.now,
    ...(isManaged ? { managed: { partitionColumns: ddl.partitionedBy, version: 0, changedAt: maker.now } } : {}),
  }
  await tx.tables.insert(table, parts?.credentials)
}

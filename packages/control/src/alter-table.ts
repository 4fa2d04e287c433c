// ALTER TABLE and CREATE TABLE LIKE: what changes of a catalog entry while its rows stay, inside one transaction.

import type { AlterTableStatement, CreateTableLikeStatement, TableChange } from '@tributary/query'
import {
  arrangeColumns,
  checkIsTable,
  checkIsView,
  checkManaged,
  checkNewTable,
  isManaged,
  isView,
  lies,
  type ManagedTable,
  noDatabase,
  noRelation,
  type PartitionValue,
  partitionName,
  type ProjectId,
  redactOptions,
  type ResultColumn,
  ServiceError,
  say,
  type Table,
  tableNameOf,
} from '@tributary/rules'
import type { Transaction } from '@tributary/store'
import type { Maker } from './databases.ts'
import { insertManagedTable, readValues } from './managed-tables.ts'
import { standsAlready } from './stands-already.ts'

type Changed = Pick<Maker, 'projectId' | 'now'>

/**
 * Changes a table or a view as a statement says.
 * @throws {ServiceError} `semantic` for what is not there or of the other kind, `conflict` for a name that is taken, `unsupported` for a source table's columns
 */
export async function alterTable(tx: Transaction, by: Changed, { table: name, of, change }: AlterTableStatement): Promise<void> {
  const table = await tx.tables.find(by.projectId, name.database, name.name)
  if (table === undefined) throw noRelation(name)
  const verb = `ALTER ${of.toUpperCase()} ... ${verbs[change.kind]}`
  if (of === 'view') checkIsView(table, verb)
  else checkIsTable(table, verb)
  if (change.kind === 'dropPartitions') return dropPartitions(tx, by, table, change)
  if (change.kind === 'rename') return rename(tx, by.projectId, table, change.to)
  await tx.tables.update({ ...table, ...changedParts(table, change, verb) })
}

const verbs: Readonly<Record<TableChange['kind'], string>> = {
  rename: 'RENAME TO',
  setProperties: 'SET TBLPROPERTIES',
  unsetProperties: 'UNSET TBLPROPERTIES',
  addColumns: 'ADD COLUMNS',
  commentColumn: 'CHANGE COLUMN',
  dropPartitions: 'DROP PARTITION',
}

function changedParts(
  table: Table,
  change: Exclude<TableChange, { kind: 'rename' | 'dropPartitions' }>,
  verb: string,
): Partial<Pick<Table, 'columns' | 'comment' | 'properties'>> {
  switch (change.kind) {
    case 'setProperties':
      return withProperties(table, { ...table.properties, ...redactOptions(change.properties) })
    case 'unsetProperties':
      return withoutProperties(table, change)
    case 'commentColumn':
      return { columns: commented(table, change) }
    case 'addColumns':
      checkManaged(table, verb)
      return { columns: extended(table, change.columns) }
  }
}

/** The property `comment` is the comment of the table, as in Spark. */
function withProperties(table: Table, { comment, ...properties }: Readonly<Record<string, string>>): Pick<Table, 'comment' | 'properties'> {
  return { comment: comment ?? table.comment, properties }
}

function withoutProperties(
  table: Table,
  { keys, ifExists }: Extract<TableChange, { kind: 'unsetProperties' }>,
): Pick<Table, 'comment' | 'properties'> {
  const { properties = {} } = table
  const missing = keys.filter((key) => key !== 'comment' && !Object.hasOwn(properties, key))
  if (missing.length > 0 && !ifExists)
    throw new ServiceError(
      'semantic',
      say`Attempted to unset non-existent properties [${missing.join(', ')}] in table ${table.databaseName}.${table.name}`,
    )
  const kept = Object.entries(properties).filter(([key]) => !keys.includes(key))
  return { comment: keys.includes('comment') ? '' : table.comment, properties: Object.fromEntries(kept) }
}

function commented(table: Table, { column, comment }: Extract<TableChange, { kind: 'commentColumn' }>): readonly ResultColumn[] {
  const at = table.columns.findIndex(({ name }) => name.toLowerCase() === column.toLowerCase())
  if (at < 0)
    throw new ServiceError(
      'semantic',
      say`Column '${column}' does not exist. Did you mean one of the following? [${table.columns.map(({ name }) => name).join(', ')}]`,
    )
  return table.columns.map((one, index) => (index === at ? { ...one, comment } : one))
}

/** New columns stand before those of the partitions. */
function extended(table: ManagedTable, added: readonly ResultColumn[]): readonly ResultColumn[] {
  const name = `${table.databaseName}.${table.name}`
  return arrangeColumns(name, [...table.columns, ...added], table.managed.partitionColumns).columns
}

async function rename(tx: Transaction, projectId: ProjectId, table: Table, to: AlterTableStatement['table']): Promise<void> {
  if (to.database !== table.databaseName)
    throw new ServiceError(
      'semantic',
      say`a table stays in its database when it is renamed: ${table.databaseName} and ${to.database} are two; leave the database out of the new name`,
    )
  const name = tableNameOf(to.name)
  checkNewTable(`${to.database}.${name}`, await tx.tables.find(projectId, to.database, name))
  await tx.tables.update({ ...table, name })
}

async function dropPartitions(
  tx: Transaction,
  { projectId, now }: Changed,
  table: Table,
  { partitions, ifExists }: Extract<TableChange, { kind: 'dropPartitions' }>,
): Promise<void> {
  checkManaged(table, 'ALTER TABLE ... DROP PARTITION')
  const files = await tx.tableVersions.listFiles(table.id)
  const gone = partitions.flatMap((partition) => {
    const wanted = readValues(table, partition)
    const found = files.filter((file) => lies(table.managed, file, wanted))
    if (found.length === 0 && !ifExists) throw noPartition(table, wanted)
    return found
  })
  const removed = [...new Set(gone.map(({ id }) => id))]
  if (removed.length > 0) await tx.tableVersions.commit(table.id, { projectId, added: [], removed, at: now })
}

function noPartition(table: ManagedTable, wanted: readonly PartitionValue[]): ServiceError {
  const named = wanted.filter(({ value }) => value !== undefined)
  const shown = partitionName(
    named.map(({ column }) => column),
    named.map(({ value }) => value ?? null),
  )
  return new ServiceError('semantic', say`Partition not found in table ${`${table.databaseName}.${table.name}`}: ${shown}`)
}

/**
 * Makes a managed table with the columns of another table or view.
 * @throws {ServiceError} `semantic` for one that is not there, `unsupported` for a source table, `notFound`, `conflict` as {@link standsAlready}
 */
export async function createTableLike(tx: Transaction, maker: Maker, statement: CreateTableLikeStatement): Promise<void> {
  const { source: from, table, properties } = statement
  if ((await tx.databases.find(maker.projectId, table.database)) === undefined) throw noDatabase(table.database)
  const source = await tx.tables.find(maker.projectId, from.database, from.name)
  if (source === undefined) throw noRelation(from)
  if (await standsAlready(tx, maker.projectId, statement)) return
  if (!isManaged(source) && !isView(source))
    throw new ServiceError(
      'unsupported',
      say`CREATE TABLE … LIKE takes a managed table or a view, and ${`${from.database}.${from.name}`} lies at a source: declare it again with its OPTIONS, or write CREATE TABLE … AS SELECT`,
    )
  const partitionedBy = source.managed?.partitionColumns ?? []
  await insertManagedTable(tx, maker, { table, columns: source.columns, partitionedBy, comment: '', properties: redactOptions(properties) })
}

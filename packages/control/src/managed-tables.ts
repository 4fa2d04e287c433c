// Managed tables in the catalog: made, emptied, moved on to their next version, each inside the transaction of whoever asks.

import type { TableName } from '@tributary/query'
import {
  arrangeColumns,
  checkIsTable,
  checkManaged,
  isManaged,
  lies,
  type Managed,
  type ManagedTable,
  noDatabase,
  noRelation,
  type PartitionValue,
  partitionText,
  type ProjectId,
  readPartition,
  type ResultColumn,
  ServiceError,
  say,
  type Table,
  type TableFile,
  type TableFileId,
  type TableId,
  tableNameOf,
} from '@tributary/rules'
import type { Store, Transaction } from '@tributary/store'
import type { Maker } from './databases.ts'
import { requireTableRoom } from './quotas.ts'
import type { PinnedTable } from './warehouse.ts'

/** A managed table as a statement or a call declares it. */
export interface ManagedDraft {
  /** Decided beforehand where files are written before the table is there. */
  readonly id?: TableId
  readonly table: TableName
  readonly columns: readonly ResultColumn[]
  readonly partitionedBy: readonly string[]
  readonly comment: string
  readonly properties?: Readonly<Record<string, string>>
}

/** Makes a managed table without a row; the caller has checked that its name is free. @throws {ServiceError} `notFound` database, `invalid` name, `semantic` columns */
export async function insertManagedTable(tx: Transaction, maker: Maker, draft: ManagedDraft): Promise<ManagedTable> {
  const { database: databaseName, name } = draft.table
  const database = await tx.databases.find(maker.projectId, databaseName)
  if (database === undefined) throw noDatabase(databaseName)
  const { columns, partitionColumns } = arrangeColumns(`${databaseName}.${name}`, draft.columns, draft.partitionedBy)
  const managed: Managed = { partitionColumns, version: 0, changedAt: maker.now }
  const table: Table = {
    id: draft.id ?? (maker.newId() as TableId),
    projectId: maker.projectId,
    databaseId: database.id,
    databaseName,
    name: tableNameOf(name),
    using: 'parquet',
    options: {},
    columns,
    comment: draft.comment,
    properties: draft.properties ?? {},
    owner: maker.owner,
    ownerId: maker.ownerId,
    createdAt: maker.now,
  }
  await tx.tables.insert({ ...table, managed }, undefined)
  return { ...table, managed }
}

/** The managed table that a statement writes to. @throws {ServiceError} `semantic` when it is not there, `unsupported` when it is of another kind */
export async function getWritten(
  from: Pick<Transaction, 'tables'>,
  projectId: ProjectId,
  name: TableName,
  verb: string,
): Promise<ManagedTable> {
  const table = await from.tables.find(projectId, name.database, name.name)
  if (table === undefined) throw noRelation(name)
  checkIsTable(table, verb)
  checkManaged(table, verb)
  return table
}

/**
 * Empties a table, or the partitions that are named.
 * @throws {ServiceError} `semantic`, `unsupported`; `semantic` too where no partition is of that name
 */
export async function truncateTable(
  tx: Transaction,
  { projectId, now }: Pick<Maker, 'projectId' | 'now'>,
  { table: name, partition }: { readonly table: TableName; readonly partition: readonly PartitionValue[] },
): Promise<void> {
  const table = await getWritten(tx, projectId, name, 'TRUNCATE TABLE')
  const wanted = readValues(table, partition)
  const files = await tx.tableVersions.listFiles(table.id)
  const removed = files.filter((file) => lies(table.managed, file, wanted))
  if (removed.length === 0 && partition.length > 0 && wanted.every(({ value }) => value !== undefined))
    throw new ServiceError('semantic', say`Partition not found in table '${table.name}' database '${table.databaseName}'`)
  if (removed.length > 0) await tx.tableVersions.commit(table.id, { projectId, added: [], removed: idsOf(removed), at: now })
}

/** What a statement says of partitions, in the form in which files are listed. @throws {ServiceError} `semantic` */
export function readValues(table: ManagedTable, partition: readonly PartitionValue[]): readonly PartitionValue[] {
  const name = `${table.databaseName}.${table.name}`
  if (partition.length > 0 && table.managed.partitionColumns.length === 0)
    throw new ServiceError('semantic', say`table ${name} is not partitioned: leave PARTITION out`)
  return readPartition(name, table.managed.partitionColumns, partition).map(({ column, value }) => {
    const declared = table.columns.find((one) => one.name === column) as ResultColumn
    return { column, value: value === undefined ? undefined : partitionText(declared, value) }
  })
}

/**
 * The newest versions of tables, all of one moment.
 * @throws {ServiceError} `semantic` for one that was dropped, or made anew under its name
 */
export async function pinTables(store: Store, tables: readonly ManagedTable[]): Promise<readonly PinnedTable[]> {
  if (tables.length === 0) return []
  return store.transaction(async (tx) => {
    const pinned: PinnedTable[] = []
    for (const table of tables) {
      const managed = await tx.tableVersions.find(table.id)
      if (managed === undefined)
        throw new ServiceError('semantic', say`table ${table.databaseName}.${table.name} was dropped meanwhile: run the statement again`)
      pinned.push({ table: { ...table, managed }, files: await tx.tableVersions.listFiles(table.id) })
    }
    return pinned
  })
}

/** Files that are added to a table, and those whose place they take. */
export interface FileChange {
  readonly added: readonly TableFile[]
  readonly removed: readonly TableFile[]
  readonly at: number
  /** What the managed tables of all projects may take together, in bytes. */
  readonly room: number
}

/** Moves a table on to its next version, within the room of its project and of the installation. @throws {ServiceError} `exhausted`, `conflict` */
export async function commitFiles(tx: Transaction, table: ManagedTable, { added, removed, at, room }: FileChange): Promise<void> {
  const { projectId, id } = table
  if (added.length === 0 && removed.length === 0) return
  await requireTableRoom(tx, projectId, bytesOf(added) - bytesOf(removed), room)
  await tx.tableVersions.commit(id, { projectId, added, removed: idsOf(removed), at })
}

/** The table under a name as it is now, where it is still the one that a statement began with. @throws {ServiceError} `conflict` */
export async function getUnchanged(tx: Transaction, table: ManagedTable): Promise<ManagedTable> {
  const now = await tx.tables.find(table.projectId, table.databaseName, table.name)
  if (now !== undefined && now.id === table.id && isManaged(now)) return now
  throw new ServiceError('conflict', say`table ${table.databaseName}.${table.name} was dropped meanwhile: run the statement again`)
}

function bytesOf(files: readonly TableFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

function idsOf(files: readonly TableFile[]): readonly TableFileId[] {
  return files.map(({ id }) => id)
}

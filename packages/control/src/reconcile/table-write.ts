// Writes of managed tables: what a query's rows are to become, and the one transaction in which they do, together with the end of their job.

import type { Ran, WriteOrder } from '@tributary/query'
import {
  arrangeColumns,
  assignColumns,
  type ResultColumn,
  storableColumn,
  type Job,
  lies,
  type ManagedTable,
  type ProjectId,
  redactOptions,
  replacedFiles,
  ServiceError,
  say,
  type TableFile,
  type TableFileId,
  type TableId,
} from '@tributary/rules'
import type { Transaction } from '@tributary/store'
import type { Deps } from '../deps.ts'
import { commitFiles, getUnchanged, getWritten, insertManagedTable, readValues } from '../managed-tables.ts'
import { tableRoom } from '../quotas.ts'
import { askRights, Refusals } from '../refusals.ts'
import { callerOfJob } from '../sql-rights.ts'
import type { Write } from '../statement-names.ts'
import { standsAlready } from '../stands-already.ts'

/** A write before it runs. */
export interface PreparedWrite {
  readonly statement: Write
  /** Where its files go; of `CREATE TABLE … AS` the id that the table will have. */
  readonly place: { readonly projectId: ProjectId; readonly tableId: TableId }
  /** What the engine does with the rows. */
  readonly order: WriteOrder
  /** The table that is written to, where it is there already. */
  readonly table: ManagedTable | undefined
}

/** What a write came to. */
export interface Written {
  readonly job: Job
  /** Whether an overwrite replaces the partitions alone that it writes to. */
  readonly isDynamic: boolean
  readonly ran: Ran
  /** Versions of the tables that were read. */
  readonly versions: ReadonlyMap<TableId, number>
  /** Of an import: records that could not be read. */
  readonly badRows?: number
}

/**
 * Whether there is nothing to do: `IF NOT EXISTS`, and it does.
 * @throws {ServiceError} `notFound` database, `conflict` for a table that is there, `semantic`, `unsupported` for one that cannot be written to
 */
export async function isWriteNeedless({ store }: Deps, projectId: ProjectId, statement: Write): Promise<boolean> {
  if (statement.kind === 'createTableAs') return standsAlready(store, projectId, statement)
  if (!statement.ifNotExists) return false
  const table = await getWritten(store, projectId, statement.table, 'INSERT')
  return holdsPartition(table, await store.tableVersions.listFiles(table.id), statement)
}

/**
 * Decides what becomes of a query's columns.
 * @param given - the query's columns
 * @throws {ServiceError} `semantic` where they do not suit the table, `exhausted` where the project has no room
 */
export async function prepareWrite(
  deps: Deps,
  projectId: ProjectId,
  statement: Write,
  given: readonly ResultColumn[],
): Promise<PreparedWrite> {
  const room = await tableRoom(deps.store, projectId, deps.settings.warehouseBytes)
  if (statement.kind === 'createTableAs') {
    const made = given.map(storableColumn)
    const { columns, partitionColumns } = arrangeColumns(nameOf(statement), made, statement.partitionedBy)
    const assigned = columns.map((column) => ({ kind: 'given', position: made.indexOf(column) }) as const)
    const place = { projectId, tableId: deps.newId() as TableId }
    return { statement, place, table: undefined, order: { columns, partitionColumns, assigned, given, mostBytes: room } }
  }
  const table = await getWritten(deps.store, projectId, statement.table, 'INSERT')
  const { columns, managed } = table
  const { partitionColumns } = managed
  const assigned = assignColumns({ name: nameOf(statement), columns, partitionColumns }, statement, given)
  const freed = statement.overwrite ? (await deps.store.tableVersions.measure(table.id)).bytes : 0
  const order = { columns, partitionColumns, assigned, given, mostBytes: room + freed }
  return { statement, place: { projectId, tableId: table.id }, table, order }
}

/**
 * Makes a write visible, whole, and ends its job, in one transaction. What others have added to the table meanwhile stays; an overwrite replaces it too,
 * unless the statement itself has read the table.
 * @returns false where `IF NOT EXISTS` has come true meanwhile: the job is FINISHED and its rows are nobody's
 * @throws {ServiceError} `conflict` when the table was dropped, or changed under a statement that overwrites what it reads, or the job has ended
 */
export async function commitWrite(deps: Deps, prepared: PreparedWrite, written: Written): Promise<boolean> {
  const { job, ran } = written
  return deps.store.transaction(async (tx) => {
    const at = deps.clock()
    await requireWrite(tx, job, prepared.statement)
    const applied: Applied = { ...written, at, newId: deps.newId, room: deps.settings.warehouseBytes }
    const isKept = await (prepared.statement.kind === 'insert' ? applyInsert(tx, prepared, applied) : applyCreate(tx, prepared, applied))
    if (isKept) await tellOfWrite(tx, job, prepared, at)
    const { rowCount, inputRows, inputBytes, cpuMs } = ran
    const outputBytes = isKept ? ran.files.reduce((sum, { bytes }) => sum + bytes, 0) : 0
    const figures = {
      columns: [],
      resultRows: isKept ? rowCount : 0,
      inputRows,
      inputBytes,
      outputBytes,
      cpuMs,
      badRows: written.badRows ?? 0,
    }
    if (!(await tx.jobs.end(job.id, { state: 'FINISHED', endedAt: at, ...figures })))
      throw new ServiceError('conflict', say`the job ended before its rows were written`)
    return isKept
  })
}

/** A background job is no call, so that the audit hears of the change here. */
async function tellOfWrite(tx: Transaction, job: Job, { statement }: PreparedWrite, at: number): Promise<void> {
  const action =
    statement.kind === 'createTableAs'
      ? 'dli:database:createTable'
      : statement.overwrite
        ? 'dli:table:insertOverwriteTable'
        : 'dli:table:insertIntoTable'
  const who = { userId: job.ownerId ?? '', userName: job.owner, projectId: job.projectId, address: '' }
  await tx.audit.insert({ ...who, at, kind: 'change', action, resource: `tables ${nameOf(statement)}`, outcome: 'ok', requestId: job.id })
}

interface Applied extends Written {
  readonly at: number
  readonly newId: () => string
  readonly room: number
}

async function applyCreate(tx: Transaction, prepared: PreparedWrite, applied: Applied): Promise<boolean> {
  const { statement, order, place } = prepared
  if (await standsAlready(tx, place.projectId, statement)) return false
  const { job, at, newId, room } = applied
  const maker = { projectId: place.projectId, owner: job.owner, ownerId: job.ownerId, now: at, newId }
  const { columns, partitionColumns: partitionedBy } = order
  const { table: name, comment, properties } = statement as Extract<Write, { kind: 'createTableAs' }>
  const draft = { id: place.tableId, table: name, columns, partitionedBy, comment, properties: redactOptions(properties) }
  await commitFiles(tx, await insertManagedTable(tx, maker, draft), { added: filesOf(applied, prepared), removed: [], at, room })
  return true
}

async function applyInsert(tx: Transaction, prepared: PreparedWrite, applied: Applied): Promise<boolean> {
  const { statement, table } = prepared
  const insert = statement as Extract<Write, { kind: 'insert' }>
  const { overwrite, ifNotExists } = insert
  const { at, room, isDynamic } = applied
  const now = await getUnchanged(tx, table as ManagedTable)
  checkUnread(now, insert, applied.versions)
  const files = overwrite ? await tx.tableVersions.listFiles(now.id) : []
  if (ifNotExists && holdsPartition(now, files, insert)) return false
  const added = filesOf(applied, prepared)
  const removed = replacedFiles(now.managed, files, { overwrite, partition: readValues(now, insert.partition), isDynamic }, added)
  await commitFiles(tx, now, { added, removed, at, room })
  return true
}

function filesOf({ ran, at }: Applied, { order }: PreparedWrite): readonly TableFile[] {
  return ran.files.map((file) => ({ ...file, id: file.id as TableFileId, columnCount: order.columns.length, createdAt: at }))
}

/** Rights may have ended while the job ran. @throws {ServiceError} `forbidden` */
async function requireWrite(tx: Transaction, job: Job, statement: Write): Promise<void> {
  const refusals = new Refusals()
  // What was read has been read: the right to write is what counts now.
  await askRights(tx, await callerOfJob(tx, job), { ...statement, tables: [] }, refusals)
  refusals.throw()
}

/** Rows that came in between would be lost unseen. */
function checkUnread(
  { id, managed, databaseName, name }: ManagedTable,
  { overwrite }: { readonly overwrite: boolean },
  versions: Written['versions'],
): void {
  const read = versions.get(id)
  if (!overwrite || read === undefined || read === managed.version) return
  throw new ServiceError(
    'conflict',
    say`table ${databaseName}.${name} was written to while the statement read it to overwrite it: run the statement again`,
  )
}

function holdsPartition(table: ManagedTable, files: readonly TableFile[], { partition }: Extract<Write, { kind: 'insert' }>): boolean {
  const wanted = readValues(table, partition)
  return files.some((file) => lies(table.managed, file, wanted))
}

function nameOf({ table: { database, name } }: Write): string {
  return `${database}.${name}`
}

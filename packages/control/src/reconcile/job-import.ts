// Runs an IMPORT job: its files are taken, an engine child makes rows of them, and they become part of the table together with the end of the job.

import {
  badRecordsQuery,
  fileColumns,
  filesRelation,
  type ImportedFiles,
  importQuery,
  parquetQuery,
  type Ran,
  type WarehouseTable,
} from '@tributary/query'
import {
  badRecordsFolder,
  checkExport,
  type ImportOrder,
  isColumnType,
  type Job,
  type ManagedTable,
  type Queue,
  type ResultColumn,
  ServiceError,
  say,
  type TableId,
} from '@tributary/rules'
import type { Deps } from '../deps.ts'
import type { DeliveredExport } from '../export-folders.ts'
import type { TakenFile } from '../import-folders.ts'
import { isBucketOf } from '../imports.ts'
import { getWritten } from '../managed-tables.ts'
import { callerOfJob } from '../sql-rights.ts'
import type { Write } from '../statement-names.ts'
import type { RunContext } from './job-reads.ts'
import { commitWrite, type PreparedWrite, prepareWrite } from './table-write.ts'

/** What an engine runs of an import. */
export interface ImportRequest {
  readonly sql: string
  readonly directory: string
  readonly imported?: ImportedFiles
  readonly foreign?: WarehouseTable
  readonly prepared?: PreparedWrite
}

/** What the runner of jobs lends to one import. */
export interface ImportRun {
  readonly context: RunContext
  readonly queue: Queue
  readonly order: ImportOrder
  /** Runs a part on an engine of the queue; the first moves the job to RUNNING before anything runs. */
  readonly run: (request: ImportRequest) => Promise<Ran>
}

/** How the files of one import are read. */
interface Reading extends Pick<ImportRequest, 'sql' | 'imported' | 'foreign'> {
  /** Of the query that {@link Reading.sql} is. */
  readonly given: readonly ResultColumn[]
  /** Where in them a row is called bad; absent where none can be. */
  readonly badAt?: number
}

type Insert = Extract<Write, { kind: 'insert' }>

/**
 * Imports files into a table, whole or not at all.
 * @throws {ServiceError} `invalid` where the files are gone, `conflict`, `semantic`, `unsupported`, `exhausted`, and what the engine says
 */
export async function runImport(deps: Deps, { context, queue, order, run }: ImportRun): Promise<void> {
  const { store, results, warehouse } = deps
  const { order: jobOrder, signal } = context
  const { job } = jobOrder
  const caller = await callerOfJob(store, job)
  const directory = await results.create(job.id)
  const isOwnBucket = await isBucketOf(deps, caller, order.dataPath)
  const files = await deps.importFolders.take({ projectId: job.projectId, order, isOwnBucket, directory, signal })
  const table = await getWritten(store, job.projectId, order.table, 'IMPORT')
  const statement = insertOf(order)
  const reading = await readingOf(deps, { queue, order, table, files, signal })
  const prepared = flagged(await prepareWrite(deps, job.projectId, statement, withoutFlag(reading)), reading)
  const ran = await run({ ...reading, directory, prepared })
  const bad = ran.files.filter(({ isBad }) => isBad === true)
  const badRows = bad.reduce((sum, { rows }) => sum + rows, 0)
  const parts = { job, directory, badRecordsPath: order.badRecordsPath }
  await using badRecords = badRows === 0 ? undefined : await deliverBadRecords(deps, { queue, signal, order, run, reading, table }, parts)
  const kept = order.badRecordsPath === undefined ? ran.files : ran.files.filter(({ isBad }) => isBad !== true)
  await using delivery = await warehouse.take(
    prepared.place,
    directory,
    kept.map(({ id }) => id),
  )
  const written: Ran = { ...ran, files: kept, rowCount: kept.reduce((sum, { rows }) => sum + rows, 0) }
  const isDynamic = jobOrder.dynamicOverwrite
  if (await commitWrite(deps, prepared, { job, isDynamic, ran: written, versions: new Map(), badRows })) delivery.keep()
  await badRecords?.keep()
  await results.remove(job.id)
}

function insertOf({ table, overwrite, partition }: ImportOrder): Insert {
  return { kind: 'insert', table, overwrite, partition, ifNotExists: false, columns: undefined, query: '', tables: [] }
}

interface ReadingParts {
  readonly queue: Queue
  readonly order: ImportOrder
  readonly table: ManagedTable
  readonly files: readonly TakenFile[]
  readonly signal: AbortSignal
}

async function readingOf(deps: Deps, parts: ReadingParts): Promise<Reading> {
  return parts.order.type === 'parquet' ? await parquetReading(deps, parts) : await textReading(deps, parts)
}

/** The columns that the records have values for: those that the order does not fix. */
function openColumns({ columns }: ManagedTable, { partition }: ImportOrder): readonly ResultColumn[] {
  const fixed = new Set(partition.flatMap(({ column, value }) => (value === undefined ? [] : [column])))
  return columns.filter(({ name }) => !fixed.has(name.toLowerCase()))
}

async function textReading(deps: Deps, { queue, order, table, files, signal }: ReadingParts): Promise<Reading> {
  const columns = openColumns(table, order)
  const nested = columns.find(({ type }) => !isColumnType(type))
  if (nested !== undefined)
    throw new ServiceError(
      'unsupported',
      say`column ${nested.name} holds nested values, which are imported from parquet alone: send data_type parquet`,
    )
  const settings = { format: order, files, columns }
  const imported: ImportedFiles = { table: { id: 'files' as TableId, name: filesRelation, columns: fileColumns(settings) }, settings }
  const sql = importQuery(columns, order)
  const request = { sql, currentDatabase: table.databaseName, tables: [imported.table], views: [], isWritten: true }
  const { columns: given } = await deps.engine.plan(queue, request, signal)
  return { sql, imported, given, badAt: given.length - 1 }
}

async function parquetReading(deps: Deps, { queue, order, table, files, signal }: ReadingParts): Promise<Reading> {
  const shapes = await deps.engine.shapes(queue, files, signal)
  const held = shapes[0]?.columns ?? []
  const other = shapes.findIndex(({ columns }) => JSON.stringify(columns) !== JSON.stringify(held))
  if (other > 0)
    throw new ServiceError(
      'unsupported',
      say`${files[other]?.name ?? ''} has other columns than ${files[0]?.name ?? ''}: import files with other columns by themselves`,
    )
  const foreign: WarehouseTable = {
    id: 'files' as TableId,
    name: filesRelation,
    columns: held,
    partitionColumns: [],
    files: files.map(({ path, bytes }, index) => ({ path, bytes, partition: [], rows: shapes[index]?.rows ?? 0 })),
    isForeign: true,
  }
  const sql = parquetQuery(openColumns(table, order), held)
  const request = { sql, currentDatabase: table.databaseName, tables: [foreign], views: [], isWritten: true }
  const { columns: given } = await deps.engine.plan(queue, request, signal)
  return { sql, foreign, given }
}

function withoutFlag({ given, badAt }: Reading): readonly ResultColumn[] {
  return badAt === undefined ? given : given.slice(0, badAt)
}

function flagged(prepared: PreparedWrite, { given, badAt }: Reading): PreparedWrite {
  return { ...prepared, order: { ...prepared.order, given, badAt } }
}

/** Writes the bad records to their folder, where one was named. Without one they stay in the table, NULL where nothing could be read. */
async function deliverBadRecords(
  deps: Deps,
  { queue, signal, order, run, reading, table }: Omit<ReadingParts, 'files'> & Pick<ImportRun, 'run'> & { readonly reading: Reading },
  { job, directory, badRecordsPath }: { readonly job: Job; readonly directory: string; readonly badRecordsPath: string | undefined },
): Promise<DeliveredExport | undefined> {
  if (badRecordsPath === undefined || reading.imported === undefined) return undefined
  const sql = badRecordsQuery(openColumns(table, order), order)
  const ran = await run({ sql, imported: reading.imported, directory })
  const format = checkExport({}, { dataPath: badRecordsFolder(badRecordsPath, job.id), dataType: 'json' })
  const path = `${directory}/result.parquet`
  await deps.engine.exportResult(
    queue,
    { path, columns: ran.columns, rowCount: ran.rowCount, format, directory, name: job.id },
    { signal, userId: job.ownerId },
  )
  return await deps.exportFolders.deliver(job.id, format, directory)
}

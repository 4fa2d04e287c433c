// Exports of results and of tables: taken in, checked and written down as jobs. Running them is reconcile/job-export.ts.

import {
  type Caller,
  checkExport,
  checkExportedColumns,
  checkResult,
  checkResultReader,
  type ExportDraft,
  exportExists,
  type ExportOrder,
  exportStatement,
  isManaged,
  isView,
  type Job,
  parseExportPlace,
  ServiceError,
  say,
  type Table,
} from '@tributary/rules'
import type { Deps } from './deps.ts'
import { checkBucket, getTransferQueue, launchTransfer } from './launch-transfer.ts'
import type { JobContent } from './new-job.ts'
import { requireTableRight } from './sql-rights.ts'

/** What is asked for, and the queue that does it: the project's default unless told. */
export interface ExportWish extends ExportDraft {
  readonly queueName?: string | undefined
}

/** The same of a whole table; names come in any case. */
export interface TableExportWish extends ExportWish {
  readonly database: string
  readonly table: string
}

/** The use cases of exports. */
export function exports(deps: Deps) {
  const { store } = deps
  return {
    /**
     * Writes down the job that exports the result of another; an answered one survives a crash.
     * @throws {ServiceError} `notFound` job or queue, `invalid`, `unsupported`, `busy`; `absent` when the result has expired; `conflict` for a folder that
     * is there; `forbidden` for somebody else’s result or bucket
     */
    async start(caller: Caller, sourceId: string, { queueName, ...draft }: ExportWish): Promise<Job> {
      const source = await store.jobs.get(caller.project, sourceId)
      checkResultReader(source, caller)
      checkResult(source)
      const order = checkExport({ source: source.id }, draft)
      checkExportedColumns(order, source.columns)
      const queue = await getTransferQueue(deps, caller, queueName)
      await deps.results.fileOf(source.id)
      const bucket = await checkFolder(deps, caller, order)
      const { currentDatabase, sentDatabase, tableName } = source
      return await launchTransfer(deps, {
        caller,
        queue,
        bucket,
        sql: '',
        content: { ...contentOf(order), currentDatabase, sentDatabase, tableName },
      })
    },

    /**
     * Writes down the job that exports a managed table, as it is when the job starts.
     * @throws {ServiceError} `notFound` database, table or queue, `invalid`, `unsupported` for a view or a source table, `conflict`, `forbidden`
     */
    async startTable(caller: Caller, { queueName, database, table: name, ...draft }: TableExportWish): Promise<Job> {
      const { name: databaseName } = await store.databases.get(caller.project, database.toLowerCase())
      const table = await store.tables.get(caller.project, databaseName, name.toLowerCase())
      const order = checkExport({ table: { database: databaseName, name: table.name } }, draft)
      checkIsManaged(table)
      checkExportedColumns(order, table.columns)
      await requireTableRight(store, caller, table, 'SELECT')
      const queue = await getTransferQueue(deps, caller, queueName)
      const bucket = await checkFolder(deps, caller, order)
      return await launchTransfer(deps, {
        caller,
        queue,
        bucket,
        sql: `SELECT * FROM ${quoted(databaseName)}.${quoted(table.name)}`,
        content: { ...contentOf(order), currentDatabase: databaseName, sentDatabase: database, tableName: table.name },
      })
    },
  }
}

/** @returns the bucket. @throws {ServiceError} `forbidden` for one of another project, `conflict` for a folder that is there */
async function checkFolder(deps: Deps, caller: Caller, { dataPath, mode }: ExportOrder): Promise<string> {
  const { bucket } = parseExportPlace(dataPath)
  await checkBucket(deps.store, caller.project, bucket)
  if (mode === 'ErrorIfExists' && (await deps.exportFolders.isThere(dataPath))) throw exportExists(dataPath)
  return bucket
}

function checkIsManaged(table: Table): void {
  if (isManaged(table)) return
  const what = isView(table) ? say`a view` : say`a source table`
  throw new ServiceError(
    'unsupported',
    say`table ${table.name} is ${what}: only managed tables are exported, run a query and export its result`,
    {
      subject: { kind: 'table', name: table.name },
    },
  )
}

function contentOf(order: ExportOrder): Omit<JobContent, 'currentDatabase' | 'sentDatabase' | 'tableName'> {
  return { type: 'EXPORT', mode: 'async', statement: exportStatement(order), tags: [], export: order }
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

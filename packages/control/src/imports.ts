// Imports of files into managed tables: taken in, checked and written down as jobs. Running them is reconcile/job-import.ts.

import {
  type Caller,
  checkImport,
  checkIsTable,
  checkManaged,
  type ImportDraft,
  importStatement,
  type Job,
  parseExportPlace,
  checkUtc,
  parseJobConf,
} from '@tributary/rules'
import type { Deps } from './deps.ts'
import { checkBucket, getTransferQueue, launchTransfer } from './launch-transfer.ts'
import { readValues } from './managed-tables.ts'
import { requireTableRight } from './sql-rights.ts'

/** What is asked for; names come in any case. */
export interface ImportWish extends ImportDraft {
  /** The project's default unless told. */
  readonly queueName?: string | undefined
  /** Texts like `dli.sql.dynamicPartitionOverwrite.enabled = true`. */
  readonly conf?: readonly string[] | undefined
}

/** The use cases of imports. */
export function imports(deps: Deps) {
  const { store } = deps
  return {
    /**
     * Writes down the job that imports files; an answered one survives a crash, and what is imported is there whole or not at all.
     * @throws {ServiceError} `notFound` database, table or queue, `invalid`, `unsupported`, `conflict` for what is no plain file, `forbidden`
     */
    async start(caller: Caller, { queueName, conf = [], ...draft }: ImportWish): Promise<Job> {
      const order = checkImport(draft)
      const settings = parseJobConf(conf.map(asSparkKey))
      checkUtc(settings)
      const { dynamicOverwrite } = settings
      const { name: databaseName } = await store.databases.get(caller.project, order.table.database)
      const table = await store.tables.get(caller.project, databaseName, order.table.name)
      checkIsTable(table, 'IMPORT')
      checkManaged(table, 'IMPORT')
      await requireTableRight(store, caller, table, order.overwrite ? 'INSERT_OVERWRITE_TABLE' : 'INSERT_INTO_TABLE')
      readValues(table, order.partition)
      const queue = await getTransferQueue(deps, caller, queueName)
      const bucket = order.badRecordsPath === undefined ? undefined : parseExportPlace(order.badRecordsPath).bucket
      if (bucket !== undefined) await checkBucket(store, caller.project, bucket)
      const isOwnBucket = await isBucketOf(deps, caller, order.dataPath)
      await deps.importFolders.check({ projectId: caller.project, order, isOwnBucket })
      return await launchTransfer(deps, {
        caller,
        queue,
        bucket,
        sql: '',
        dynamicOverwrite,
        content: {
          type: 'IMPORT',
          mode: 'async',
          statement: importStatement(order),
          currentDatabase: databaseName,
          sentDatabase: draft.database,
          tableName: table.name,
          tags: [],
          importOrder: order,
        },
      })
    },
  }
}

/** Whether a project reads back what it has exported: a bucket that another one exports to is not there for it. */
export async function isBucketOf({ store }: Pick<Deps, 'store'>, { project }: Pick<Caller, 'project'>, dataPath: string): Promise<boolean> {
  return (await store.exportBuckets.findOwner(parseExportPlace(dataPath).bucket)) === project
}

/** The published name of the key, which is Spark's here. */
function asSparkKey(line: string): string {
  return line.replace(/^\s*dli[.]sql[.](?=dynamicPartitionOverwrite[.])/, 'spark.sql.')
}

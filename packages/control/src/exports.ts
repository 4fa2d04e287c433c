// Exports of results: taken in, checked and written down as jobs. Running them is reconcile/job-export.ts.

import {
  type Caller,
  checkExport,
  checkQueueRunsSql,
  checkResult,
  checkResultReader,
  defaultQueue,
  type ExportDraft,
  exportExists,
  type ExportOrder,
  exportStatement,
  type Job,
  noQueue,
  parseExportPlace,
  type ProjectId,
  type Queue,
  ServiceError,
  say,
} from '@tributary/rules'
import type { Repositories } from '@tributary/store'
import type { Deps } from './deps.ts'
import { type JobContent, newJob } from './new-job.ts'
import { requirePrivilege } from './queue-grants.ts'
import { requireQuota } from './quotas.ts'

/** What is asked for, and the queue that does it: the project's default unless told. */
export interface ExportWish extends ExportDraft {
  readonly queueName?: string | undefined
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
    async start(caller: Caller, sourceId: string, { queueName = '', ...draft }: ExportWish): Promise<Job> {
      const source = await store.jobs.get(caller.project, sourceId)
      checkResultReader(source, caller)
      checkResult(source)
      const order = checkExport(source.id, draft)
      const queue = await store.queues.get(caller.project, queueName === '' ? defaultQueue : queueName.toLowerCase())
      checkQueueRunsSql(queue)
      await requirePrivilege(store, queue, caller, 'SUBMIT_JOB')
      await deps.results.fileOf(source.id)
      const { bucket } = parseExportPlace(order.dataPath)
      await checkBucket(store, caller.project, bucket)
      if (order.mode === 'ErrorIfExists' && (await deps.exportFolders.isThere(order.dataPath))) throw exportExists(order.dataPath)
      return await launch(deps, { caller, queue, source, order, bucket })
    },
  }
}

/** A bucket is the project's that exported to it first. @throws {ServiceError} `forbidden` */
async function checkBucket(from: Pick<Repositories, 'exportBuckets'>, projectId: ProjectId, bucket: string): Promise<void> {
  const owner = await from.exportBuckets.findOwner(bucket)
  if (owner === undefined || owner === projectId) return
  throw new ServiceError('forbidden', say`bucket ${bucket} belongs to another project: export to a bucket of another name`)
}

interface Launch {
  readonly caller: Caller
  readonly queue: Queue
  readonly source: Job
  readonly order: ExportOrder
  readonly bucket: string
}

async function launch(deps: Deps, { caller, queue, source, order, bucket }: Launch): Promise<Job> {
  const job = newJob(deps, { caller, queue }, contentOf({ source, order }))
  await deps.store.transaction(async (tx) => {
    // Removed since it was looked up: a job without a queue would never run.
    if ((await tx.queues.findById(queue.id)) === undefined) throw noQueue(queue.name)
    await requireQuota(tx, caller.project, 'SQL_JOB', 1)
    await tx.exportBuckets.claim(bucket, caller.project)
    await checkBucket(tx, caller.project, bucket)
    await tx.jobs.insert(job, { sql: '', timeLimitMs: undefined })
    tx.afterCommit(() => deps.wake('job', job.id))
    if (queue.pool !== undefined) {
      const { id } = queue.pool
      tx.afterCommit(() => deps.wake('pool', id))
    }
  })
  return job
}

function contentOf({ source, order }: Pick<Launch, 'source' | 'order'>): JobContent {
  const { currentDatabase, sentDatabase, tableName } = source
  return {
    type: 'EXPORT',
    mode: 'async',
    statement: exportStatement(order),
    currentDatabase,
    sentDatabase,
    tableName,
    tags: [],
    export: order,
  }
}

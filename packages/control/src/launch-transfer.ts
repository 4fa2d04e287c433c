// Jobs that move files in and out, as they are written down: with the bucket that they write to, which is the project's from then on.

import {
  type Caller,
  defaultQueue,
  checkQueueRunsSql,
  type Job,
  noQueue,
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

/** One job that moves files. */
export interface Transfer {
  readonly caller: Caller
  readonly queue: Queue
  readonly content: JobContent
  /** The bucket that it writes to; absent where it writes to none. */
  readonly bucket?: string | undefined
  /** What its runner reads of the tables of the project; empty where it reads none. */
  readonly sql: string
  readonly dynamicOverwrite?: boolean
}

/** The queue that a transfer runs on: the project's default unless told. @throws {ServiceError} `notFound`, `unsupported`, `forbidden` */
export async function getTransferQueue({ store }: Deps, caller: Caller, name: string | undefined): Promise<Queue> {
  const wanted = name === undefined || name === '' ? defaultQueue : name.toLowerCase()
  const queue = await store.queues.get(caller.project, wanted)
  checkQueueRunsSql(queue)
  await requirePrivilege(store, queue, caller, 'SUBMIT_JOB')
  return queue
}

/** A bucket is the project's that exported to it first. @throws {ServiceError} `forbidden` */
export async function checkBucket(from: Pick<Repositories, 'exportBuckets'>, projectId: ProjectId, bucket: string): Promise<void> {
  const owner = await from.exportBuckets.findOwner(bucket)
  if (owner === undefined || owner === projectId) return
  throw new ServiceError('forbidden', say`bucket ${bucket} belongs to another project: export to a bucket of another name`)
}

/** Writes the job down; a runner takes it up as soon as it is on disk. @throws {ServiceError} `notFound` queue, `exhausted`, `forbidden` bucket */
export async function launchTransfer(deps: Deps, { caller, queue, content, bucket, sql, dynamicOverwrite }: Transfer): Promise<Job> {
  const job = newJob(deps, { caller, queue }, content)
  await deps.store.transaction(async (tx) => {
    // Removed since it was looked up: a job without a queue would never run.
    if ((await tx.queues.findById(queue.id)) === undefined) throw noQueue(queue.name)
    await requireQuota(tx, caller.project, 'SQL_JOB', 1)
    if (bucket !== undefined) {
      await tx.exportBuckets.claim(bucket, caller.project)
      await checkBucket(tx, caller.project, bucket)
    }
    await tx.jobs.insert(job, { sql, timeLimitMs: undefined, ...(dynamicOverwrite === undefined ? {} : { dynamicOverwrite }) })
    tx.afterCommit(() => deps.wake('job', job.id))
    if (queue.pool !== undefined) {
      const { id } = queue.pool
      tx.afterCommit(() => deps.wake('pool', id))
    }
  })
  return job
}

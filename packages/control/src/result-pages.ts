// Pages of whole results, by any of which a caller can read all rows in their order; the rows after the first thousand are nowhere else to be seen.

import {
  type Caller,
  checkResultPage,
  checkResultReader,
  defaultQueue,
  type Job,
  noJob,
  type Queue,
  ServiceError,
  say,
} from '@tributary/rules'
import type { Deps } from './deps.ts'

/** How long reading a page may take, an engine's start included. */
const pageMs = 60_000

/** Which page: counted from 1, of 1 to 100 rows, 50 unless told. */
export interface PageWish {
  readonly pageSize?: number | undefined
  readonly currentPage?: number | undefined
  /** The queue that the caller says the job was on, in any case. */
  readonly queueName?: string | undefined
}

/** The use cases of result pages. */
export function resultPages(deps: Deps) {
  return {
    /**
     * Rows of a query's result; a page behind the last one has none.
     * @returns `body`: JSON text of the members `"schema":[…],"rows":[…]`, numbers with every digit
     * @throws {ServiceError} `notFound`, also on another queue; `invalid`, `unsupported`, `busy`; `absent` when the result has expired; `forbidden` for
     * somebody else’s; `unavailable`
     */
    async read(
      caller: Caller,
      id: string,
      { pageSize = 50, currentPage = 1, queueName }: PageWish,
    ): Promise<{ readonly job: Job; readonly body: string }> {
      const job = await deps.store.jobs.get(caller.project, id)
      if (queueName !== undefined && queueName.toLowerCase() !== job.queueName) throw noJob(id)
      checkResultReader(job, caller)
      checkResultPage(job, { pageSize, currentPage })
      const offset = (currentPage - 1) * pageSize
      if (offset + pageSize <= deps.results.previewRows)
        return { job, body: await deps.results.readRows(job.id, { offset, limit: pageSize }) }
      const path = await deps.results.fileOf(job.id)
      const queue = await queueFor(deps, job)
      const late = new ServiceError('unavailable', say`the engine of queue ${queue.name} did not answer in ${pageMs / 1000} s: ask again`)
      const text = await deps.engine.page(queue, { path, columns: job.columns, offset, limit: pageSize }, abortsAfter(pageMs, late))
      return { job, body: text.slice(1, -1) }
    },
  }
}

/** A result outlives its queue; the project's default queue is always there. */
async function queueFor({ store }: Deps, job: Job): Promise<Queue> {
  return (await store.queues.findById(job.queueId)) ?? (await store.queues.get(job.projectId, defaultQueue))
}

function abortsAfter(ms: number, reason: ServiceError): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(reason), ms).unref()
  return controller.signal
}

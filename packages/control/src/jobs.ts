// SQL jobs: taken in, checked, written down, cancelled, and their results shown. Running them is reconcile/job.ts.

import {
  type Caller,
  checkCancel,
  checkCatalog,
  checkJobEngine,
  checkJobFilter,
  checkJobTags,
  checkPreview,
  checkQueueRunsSql,
  checkResultReader,
  checkStatementText,
  defaultDatabase,
  defaultQueue,
  isFinal,
  type Job,
  type JobFilterDraft,
  type JobType,
  noJob,
  owns,
  parseJobConf,
  silence,
} from '@tributary/rules'
import type { Deps } from './deps.ts'
import { jobCrossings } from './job-crossings.ts'
import { requirePrivilege } from './queue-grants.ts'
import { type JobDraft, NoAnswer, type Order, parse } from './plan-reading.ts'
import type { JobRunner } from './reconcile/job.ts'
import { askRights, Refusals } from './refusals.ts'
import { checkStatement, mayWaitUnread, type SubmittedJob, submitStatement, submitUnread } from './submit.ts'

/** Which jobs a list shows, and in what order: pages count from 1, newest first unless told. */
export interface JobListing extends JobFilterDraft {
  readonly pageSize?: number | undefined
  readonly currentPage?: number | undefined
}

/** The use cases of jobs. */
export function jobs(deps: Deps, runner: JobRunner) {
  const { store } = deps
  return {
    ...jobCrossings(deps),

    /**
     * Checks a statement and writes its job down; an answered submit survives a crash. A query is run later; a change of the catalog that needs no source
     * has happened when this answers; `CREATE TABLE` without columns asks the source, in the background unless `conf` says otherwise. A plain query that no
     * engine has the time to read is taken in unread, and its job waits.
     * @throws {ServiceError} `invalid`, `notFound` (queue, database, auth-info), `syntax`, `semantic`, `unsupported`, `conflict`, `unavailable`, `forbidden`
     */
    async submit(caller: Caller, draft: JobDraft): Promise<SubmittedJob> {
      return submitOrder(deps, runner, await readOrder(deps, caller, draft))
    },

    /**
     * Reads a statement as a submit would, without a job: nothing is run and no source is asked.
     * @returns the type that its job would have
     * @throws {ServiceError} `invalid`, `notFound` database, `syntax`, `semantic`, `unsupported`, `unavailable`, `forbidden`
     */
    async check(caller: Caller, draft: Pick<JobDraft, 'sql' | 'currentDatabase'>): Promise<JobType> {
      const order = await readOrder(deps, caller, { ...draft, queueName: '', conf: [], engine: '', tags: [] })
      return checkStatement(deps, order, await parse(deps, order))
    },

    /** @throws {ServiceError} `notFound` */
    async get(caller: Caller, id: string): Promise<Job> {
      return store.jobs.get(caller.project, id)
    },

    /** As `get`, once the job has ended or so many ms have passed; sooner while the server stops, or has many waiting. @throws {ServiceError} `notFound` */
    async awaitEnd(caller: Caller, id: string, waitMs: number): Promise<Job> {
      return endOf(runner, () => store.jobs.get(caller.project, id), waitMs)
    },

    /** Newest first unless told; `total` counts every match. @throws {ServiceError} `invalid` */
    async list(
      caller: Caller,
      { pageSize = 50, currentPage = 1, ...filter }: JobListing = {},
    ): Promise<{ readonly total: number; readonly jobs: readonly Job[] }> {
      const page = { limit: pageSize, offset: (currentPage - 1) * pageSize, now: deps.clock() }
      return store.jobs.list(caller.project, checkJobFilter(filter), page)
    },

    /**
     * The first rows of a query's result, on `queueName` if told.
     * @returns `body`: JSON text of the members `"schema":[…],"rows":[…]`, numbers with every digit
     * @throws {ServiceError} `notFound`, `invalid`, `unsupported`, `busy`; `absent` when the result has expired; `forbidden` for somebody else’s
     */
    async preview(
      caller: Caller,
      id: string,
      { pageSize = 1000, queueName = '' }: { readonly pageSize?: number; readonly queueName?: string | undefined },
    ): Promise<{ readonly job: Job; readonly body: string }> {
      const job = await store.jobs.get(caller.project, id)
      if (queueName !== '' && queueName.toLowerCase() !== job.queueName) throw noJob(id)
      checkResultReader(job, caller)
      checkPreview(job, pageSize)
      return { job, body: await deps.results.readPreview(job.id, pageSize) }
    },

    /** Ends a job that has not ended, on `queueName` if told: it is CANCELLED when this answers, and its engine has been told. @throws {ServiceError} `notFound`, `invalid`, `forbidden` */
    async cancel(caller: Caller, id: string, queueName?: string): Promise<void> {
      const job = await store.jobs.get(caller.project, id)
      if (queueName !== undefined && queueName.toLowerCase() !== job.queueName) throw noJob(id)
      await cancelJob(deps, runner, caller, job)
    },
  }
}

async function submitOrder(deps: Deps, runner: JobRunner, order: Order): Promise<SubmittedJob> {
  try {
    return await submitStatement(deps, runner, order, await parse(deps, order))
  } catch (error) {
    if (!(error instanceof NoAnswer) || !mayWaitUnread(order.draft.sql)) throw error
    return await submitUnread(deps, order)
  }
}

/** A job whose end is waited for, looked at again once somebody listens: it may have ended in between. */
async function endOf(runner: JobRunner, find: () => Promise<Job>, waitMs: number): Promise<Job> {
  const known = await find()
  if (isFinal(known.state)) return known
  using expected = runner.ends.expect(known.id, waitMs)
  const job = await find()
  if (isFinal(job.state)) return job
  await expected.come
  return await find()
}

async function cancelJob(deps: Deps, runner: JobRunner, caller: Caller, job: Job): Promise<void> {
  const { store } = deps
  checkCancel(job)
  await checkMayCancel(deps, caller, job)
  const ended = await store.jobs.end(job.id, { state: 'CANCELLED', endedAt: deps.clock(), message: silence })
  if (!ended) checkCancel(await store.jobs.get(job.projectId, job.id))
  runner.stop(job.id)
}

/** Whoever submitted a job may cancel it; others as they may on its queue. A queue that is gone is nobody's. */
async function checkMayCancel({ store }: Deps, caller: Caller, job: Job): Promise<void> {
  if (owns(caller.user, job)) return
  const queue = await store.queues.findById(job.queueId)
  if (queue !== undefined) await requirePrivilege(store, queue, caller, 'CANCEL_JOB')
}

async function readOrder(deps: Deps, caller: Caller, draft: JobDraft): Promise<Order> {
  const { store } = deps
  checkStatementText(draft.sql)
  checkJobEngine(draft.engine)
  checkJobTags(draft.tags)
  checkCatalog(draft.currentCatalog ?? '')
  const settings = parseJobConf(draft.conf)
  const queue = await store.queues.get(caller.project, draft.queueName === '' ? 'default' : draft.queueName.toLowerCase())
  checkQueueRunsSql(queue)
  const refusals = new Refusals()
  await refusals.ask(() => requirePrivilege(store, queue, caller, 'SUBMIT_JOB'))
  if (refusals.any) await refuseWithAll(deps, caller, draft, refusals)
  const wanted = draft.currentDatabase === '' ? defaultDatabase : draft.currentDatabase.toLowerCase()
  const { name: currentDatabase } = await store.databases.get(caller.project, wanted)
  return { caller, queue, currentDatabase, settings, draft }
}

/** A refusal on the queue tells too what the statement would be refused for next; it is read on the queue that is open to everybody. */
async function refuseWithAll(deps: Deps, caller: Caller, draft: JobDraft, refusals: Refusals): Promise<void> {
  const queue = await deps.store.queues.find(caller.project, defaultQueue)
  const currentDatabase = draft.currentDatabase === '' ? defaultDatabase : draft.currentDatabase.toLowerCase()
  const statement = queue && (await parse(deps, { queue, currentDatabase, draft }).catch(() => undefined))
  // Whatever else is wrong with it is told once its caller may submit it.
  if (statement !== undefined) await askRights(deps.store, caller, statement, refusals).catch(() => undefined)
  refusals.throw()
}

// SQL jobs: taken in, checked, written down, cancelled, and their results shown. Running them is reconcile/job.ts.

import type { Statement } from '@tributary/query'
import {
  type Caller,
  checkCancel,
  checkJobEngine,
  checkJobFilter,
  checkJobTags,
  checkPreview,
  checkQueueReadsSources,
  checkQueueRunsSql,
  checkResultReader,
  checkStatementText,
  type Column,
  defaultDatabase,
  type Job,
  type JobFilterDraft,
  type JobId,
  type JobSettings,
  type JobTag,
  type JobType,
  noQueue,
  ownedBy,
  owns,
  parseJobConf,
  type Queue,
  redactStatement,
  say,
  ServiceError,
  silence,
} from '@tributary/rules'
import type { Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'
import { requireUseOf } from './object-grants.ts'
import { requirePrivilege } from './queue-grants.ts'
import { requireQuota } from './quotas.ts'
import type { JobRunner } from './reconcile/job.ts'
import { checkSource, declaredSource, explainingWay, type Source } from './sources.ts'
import { applyDdl, type CreateTable, type Ddl, sourcesOf, standsAlready, type TableParts } from './statements.ts'
import { checkScans, requireDdlRight, requireSelect } from './sql-rights.ts'

/** A job as a caller asks for it. Names come in any case; an empty one means `default`. */
export interface JobDraft {
  readonly sql: string
  readonly currentDatabase: string
  readonly queueName: string
  /** Texts like `dli.sql.job.timeout = 60`. */
  readonly conf: readonly string[]
  readonly engine: string
  readonly tags: readonly JobTag[]
}

/** What a submit answers; `schema` and `rows` come with a statement that has run already. */
export interface SubmittedJob {
  readonly job: Job
  readonly schema?: readonly Column[]
  readonly rows?: readonly (readonly (string | null)[])[]
}

/** Which jobs a list shows, and in what order: pages count from 1, newest first unless told. */
export interface JobListing extends JobFilterDraft {
  readonly pageSize?: number | undefined
  readonly currentPage?: number | undefined
}

/** A draft whose parts have been checked one by one, and the statement in it. */
interface Order {
  readonly caller: Caller
  readonly queue: Queue
  readonly currentDatabase: string
  readonly settings: JobSettings
  readonly draft: JobDraft
}

/** How long an engine may take to read and plan a statement, its start included. */
const planningMs = 30_000

/** The use cases of jobs. */
export function jobs(deps: Deps, runner: JobRunner) {
  const { store } = deps
  return {
    /**
     * Checks a statement and writes its job down; an answered submit survives a crash. A query is run later; a change of the catalog that needs no source
     * has happened when this answers; `CREATE TABLE` without columns asks the source, in the background unless `conf` says otherwise.
     * @throws {ServiceError} `invalid`, `notFound` (queue, database, auth-info), `syntax`, `semantic`, `unsupported`, `conflict`, `unavailable`, `forbidden`
     */
    async submit(caller: Caller, draft: JobDraft): Promise<SubmittedJob> {
      const order = await readOrder(deps, caller, draft)
      const statement = await deps.engine.parse(order.queue, draft.sql, order.currentDatabase, planningSignal(order.queue))
      if (statement.kind === 'query') return submitQuery(deps, order, statement)
      if (statement.kind === 'createTable') return submitTable(deps, runner, order, statement)
      return runAtOnce(deps, order, statement)
    },

    /**
     * Reads a statement as a submit would, without a job: nothing is run and no source is asked.
     * @returns the type that its job would have
     * @throws {ServiceError} `invalid`, `notFound` database, `syntax`, `semantic`, `unsupported`, `unavailable`, `forbidden`
     */
    async check(caller: Caller, draft: Pick<JobDraft, 'sql' | 'currentDatabase'>): Promise<JobType> {
      const order = await readOrder(deps, caller, { ...draft, queueName: '', conf: [], engine: '', tags: [] })
      return checkStatement(deps, order)
    },

    /** @throws {ServiceError} `notFound` */
    async get(caller: Caller, id: string): Promise<Job> {
      return store.jobs.get(caller.project, id)
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
     * The first rows of a query's result.
     * @returns `body`: JSON text of the members `"schema":[…],"rows":[…]`, numbers with every digit
     * @throws {ServiceError} `notFound`, `invalid`, `unsupported`, `busy`; `absent` when the result has expired; `forbidden` for somebody else’s
     */
    async preview(
      caller: Caller,
      id: string,
      { pageSize = 1000 }: { readonly pageSize?: number },
    ): Promise<{ readonly job: Job; readonly body: string }> {
      const job = await store.jobs.get(caller.project, id)
      checkResultReader(job, caller)
      checkPreview(job, pageSize)
      return { job, body: await deps.results.readPreview(job.id, pageSize) }
    },

    /** Ends a job that has not ended: it is CANCELLED when this answers, and its engine has been told. @throws {ServiceError} `notFound`, `invalid`, `forbidden` */
    async cancel(caller: Caller, id: string): Promise<void> {
      const job = await store.jobs.get(caller.project, id)
      checkCancel(job)
      await checkMayCancel(deps, caller, job)
      const ended = await store.jobs.end(job.id, { state: 'CANCELLED', endedAt: deps.clock(), message: silence })
      if (!ended) checkCancel(await store.jobs.get(caller.project, id))
      runner.stop(job.id)
    },
  }
}

/** Whoever submitted a job may cancel it; others as they may on its queue. A queue that is gone is nobody's. */
async function checkMayCancel({ store }: Deps, caller: Caller, job: Job): Promise<void> {
  if (owns(caller.user, job)) return
  const queue = await store.queues.findById(job.queueId)
  if (queue !== undefined) await requirePrivilege(store, queue, caller, 'CANCEL_JOB')
}

async function readOrder({ store }: Deps, caller: Caller, draft: JobDraft): Promise<Order> {
  checkStatementText(draft.sql)
  checkJobEngine(draft.engine)
  checkJobTags(draft.tags)
  const settings = parseJobConf(draft.conf)
  const queue = await store.queues.get(caller.project, draft.queueName === '' ? 'default' : draft.queueName.toLowerCase())
  checkQueueRunsSql(queue)
  await requirePrivilege(store, queue, caller, 'SUBMIT_JOB')
  const wanted = draft.currentDatabase === '' ? defaultDatabase : draft.currentDatabase.toLowerCase()
  const { name: currentDatabase } = await store.databases.get(caller.project, wanted)
  return { caller, queue, currentDatabase, settings, draft }
}

/** Ends a question to an engine that does not answer. */
function planningSignal(queue: Queue): AbortSignal {
  const controller = new AbortController()
  const late = new ServiceError(
    'unavailable',
    say`the engine of queue ${queue.name} did not answer in ${planningMs / 1000} s: submit the statement again`,
  )
  setTimeout(() => controller.abort(late), planningMs).unref()
  return controller.signal
}

async function checkStatement({ engine, store }: Deps, { caller, queue, currentDatabase, draft }: Order): Promise<JobType> {
  const signal = planningSignal(queue)
  const statement = await engine.parse(queue, draft.sql, currentDatabase, signal)
  if (statement.kind === 'createTable') declaredSource(statement.table, statement)
  if (statement.kind !== 'query') {
    await requireDdlRight(store, caller, statement)
    return 'DDL'
  }
  const limited = await requireSelect(store, caller, statement.tables)
  const sources = await sourcesOf(store, caller.project, statement.tables)
  const { scans } = await engine.plan(queue, { sql: draft.sql, currentDatabase, tables: sources.map(({ table }) => table) }, signal)
  checkScans(caller, limited, scans)
  return 'QUERY'
}

async function submitQuery(deps: Deps, order: Order, statement: Extract<Statement, { kind: 'query' }>): Promise<SubmittedJob> {
  const { caller, queue, currentDatabase, draft } = order
  const limited = await requireSelect(deps.store, caller, statement.tables)
  const sources = await sourcesOf(deps.store, caller.project, statement.tables)
  await checkSources(deps, order, sources)
  const request = { sql: draft.sql, currentDatabase, tables: sources.map((source) => source.table) }
  const { columns, scans } = await deps.engine.plan(queue, request, planningSignal(queue))
  checkScans(caller, limited, scans)
  return { job: await launch(deps, order, { ...newJob(deps, order, statement), columns }) }
}

async function submitTable(deps: Deps, runner: JobRunner, order: Order, statement: CreateTable): Promise<SubmittedJob> {
  const { store } = deps
  await requireDdlRight(store, order.caller, statement)
  if (await standsAlready(store, order.caller.project, statement)) return runAtOnce(deps, order, statement)
  const declared = declaredSource(statement.table, statement)
  await checkSources(deps, order, [declared])
  if (statement.columns !== undefined)
    return runAtOnce(deps, order, statement, { columns: statement.columns, credentials: declared.credentials })
  const job = await launch(deps, order, newJob(deps, order, statement))
  return job.mode === 'async' ? { job } : ended(await runner.settle(job))
}

async function checkSources(deps: Deps, { caller, queue }: Order, sources: readonly Source[]): Promise<void> {
  for (const { table } of sources) checkQueueReadsSources(queue, `${table.name.database}.${table.name.name}`)
  if (sources.length === 0) return
  const network = await deps.networkOf(queue.id)
  for (const source of sources) {
    await requireUseOf(deps.store, caller, source.authInfoName)
    await explainingWay(deps, queue, source, () => checkSource(deps.store, caller.project, network, source))
  }
}

/** Writes a job that a runner takes up as soon as it is on disk. */
async function launch(deps: Deps, { draft, settings }: Order, job: Job): Promise<Job> {
  await deps.store.transaction(async (tx) => {
    // Removed since it was looked up: a job without a queue would never run.
    const queue = await tx.queues.findById(job.queueId)
    if (queue === undefined) throw noQueue(job.queueName)
    await requireQuota(tx, job.projectId, 'SQL_JOB', 1)
    await tx.jobs.insert(job, { sql: draft.sql, timeLimitMs: settings.timeLimitMs })
    await tagJob(tx, job)
    tx.afterCommit(() => deps.wake('job', job.id))
    // A pool may give a queue more while jobs are on it; the sweep takes that back.
    if (queue.pool !== undefined) {
      const { id } = queue.pool
      tx.afterCommit(() => deps.wake('pool', id))
    }
  })
  return job
}

/** A job shows its own tags; filters and the tag calls look among those of every resource. */
async function tagJob(tx: Transaction, { id, projectId, tags }: Job): Promise<void> {
  await tx.tags.put({ projectId, kind: 'job', id }, tags)
}

/** Changes the catalog and writes the job that did it, together or not at all. */
async function runAtOnce(deps: Deps, order: Order, ddl: Ddl, parts?: TableParts): Promise<SubmittedJob> {
  const started = newJob(deps, order, ddl)
  const job: Job = { ...started, state: 'FINISHED', endedAt: started.startedAt, progress: 1 }
  await deps.store.transaction(async (tx) => {
    await requireDdlRight(tx, order.caller, ddl)
    await applyDdl(
      tx,
      { projectId: job.projectId, owner: job.owner, ownerId: job.ownerId, now: job.startedAt, newId: deps.newId },
      ddl,
      parts,
    )
    await tx.jobs.insert(job, undefined)
    await tagJob(tx, job)
  })
  return ended(job)
}

function ended(job: Job): SubmittedJob {
  return job.mode === 'sync' && job.state === 'FINISHED' ? { job, schema: [], rows: [] } : { job }
}

function newJob({ clock, newId }: Deps, { caller, queue, currentDatabase, settings, draft }: Order, statement: Statement): Job {
  const type = statement.kind === 'query' ? 'QUERY' : 'DDL'
  return {
    id: newId() as JobId,
    projectId: caller.project,
    queueId: queue.id,
    queueName: queue.name,
    type,
    mode: type === 'DDL' && !settings.ddlAsync ? 'sync' : 'async',
    state: 'LAUNCHING',
    statement: redactStatement(draft.sql),
    currentDatabase,
    sentDatabase: draft.currentDatabase,
    tableName: tableOf(statement),
    ...ownedBy(caller.user),
    tags: draft.tags,
    message: silence,
    startedAt: clock(),
    endedAt: undefined,
    columns: [],
    resultRows: 0,
    inputRows: 0,
    inputBytes: 0,
    progress: 0,
  }
}

/** The first table that a statement names, empty where it names none. */
function tableOf(statement: Statement): string {
  if (statement.kind === 'query') return statement.tables[0]?.name ?? ''
  return statement.kind === 'createTable' || statement.kind === 'dropTable' ? statement.table.name : ''
}

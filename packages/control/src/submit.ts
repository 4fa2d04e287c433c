// From a checked order to a job: what its statement reads is looked up, authorised and planned, and it runs at once or is left to the runner.

import { managedFormat, type Planned, type Statement } from '@tributary/query'
import {
  arrangeColumns,
  assignColumns,
  assignSourceColumns,
  checkIsTable,
  checkManaged,
  checkQueueReadsSources,
  checkUtcView,
  formatEndpoint,
  isManaged,
  type ResultColumn,
  type Job,
  type JobType,
  noQueue,
  redactStatement,
  storableColumn,
} from '@tributary/rules'
import type { Transaction } from '@tributary/store'
import { answerLook } from './answer-look.ts'
import type { Deps } from './deps.ts'
import { getRelation } from './look.ts'
import { newJob } from './new-job.ts'
import { requireUseOf } from './object-grants.ts'
import { checkWays, type Order, planReading, requireRights } from './plan-reading.ts'
import { requireQuota } from './quotas.ts'
import type { JobRunner } from './reconcile/job.ts'
import { Refusals } from './refusals.ts'
import { catalogSource, declaredSource } from './sources.ts'
import { requireDdlRight } from './sql-rights.ts'
import { type Ddl, isLook, type Look, mainTable, type Write } from './statement-names.ts'
import { applyDdl, type CreateTable, type DdlParts } from './statements.ts'
import { standsAlready } from './stands-already.ts'

/** What a submit answers; `schema` and `rows` come with a statement that has run already. */
export interface SubmittedJob {
  readonly job: Job
  readonly schema?: readonly ResultColumn[]
  readonly rows?: readonly (readonly (string | null)[])[]
}

type Query = Extract<Statement, { kind: 'query' }>

/** Most rows that a submit answers with. */
const mostRows = 1_000

/**
 * Runs a statement or leaves it to the runner.
 * @throws {ServiceError} `invalid`, `notFound`, `syntax`, `semantic`, `unsupported`, `conflict`, `unavailable`, `forbidden`
 */
export async function submitStatement(deps: Deps, runner: JobRunner, order: Order, statement: Statement): Promise<SubmittedJob> {
  switch (statement.kind) {
    case 'query':
      return submitQuery(deps, runner, order, statement)
    case 'insert':
    case 'createTableAs':
      return submitWrite(deps, runner, order, statement)
    case 'createTable':
      return submitTable(deps, runner, order, statement)
    case 'createView':
    case 'alterView': {
      checkUtcView(order.settings)
      const { columns } = await planReading(deps, order, statement)
      return runAtOnce(deps, order, statement, { view: { columns, currentDatabase: order.currentDatabase } })
    }
    default:
      return isLook(statement) ? submitLook(deps, order, statement) : runAtOnce(deps, order, statement)
  }
}

/** Reads a statement as {@link submitStatement} would: nothing is changed and no source is asked. @returns the type that its job would have */
export async function checkStatement(deps: Deps, order: Order, statement: Statement): Promise<JobType> {
  const { store } = deps
  const { project } = order.caller
  if (isLook(statement)) await answerLook(deps, order, statement)
  else if ('tables' in statement) {
    const { columns } = await planReading(deps, order, statement)
    if (statement.kind === 'insert' || statement.kind === 'createTableAs') await checkWrite(deps, order, statement, columns)
  } else {
    await requireRights(deps, order.caller, statement)
    if (statement.kind === 'createTable' && statement.using !== managedFormat) declaredSource(statement.table, statement)
    if (statement.kind === 'truncate')
      checkManaged(await getRelation({ store, projectId: project, currentDatabase: '' }, statement.table), 'TRUNCATE TABLE')
  }
  return typeOf(statement)
}

/** A text that can be nothing but a query, whatever else is in it; many queries are not told so. Nothing here reads SQL. */
const plainQuery = /^(?:\s|[(]|--[^\n]*\n|\/[*][^*]*[*]\/)*(?:select|values)\b/i

/**
 * Whether a statement may be taken in that no engine has read: a plain query, whose run reads it, asks for all rights and follows all ways again in any case.
 * @param sql - as it was sent
 */
export function mayWaitUnread(sql: string): boolean {
  return plainQuery.test(sql)
}

/**
 * Takes a query in as a job that waits for an engine, where none had the time to read it; what is wrong with it, its job fails with.
 * @throws {ServiceError} `notFound` for a queue that was removed meanwhile, `exhausted`
 */
export async function submitUnread(deps: Deps, order: Order): Promise<SubmittedJob> {
  return { job: await launch(deps, order, jobAs(deps, order, { type: 'QUERY', tableName: '' })) }
}

async function submitQuery(deps: Deps, runner: JobRunner, order: Order, statement: Query): Promise<SubmittedJob> {
  const { columns } = await planReading(deps, order, statement, { reaches: true })
  const job = { ...jobOf(deps, order, statement), columns }
  runner.foresee(job.id, statement)
  return { job: await launch(deps, order, job) }
}

async function submitWrite(deps: Deps, runner: JobRunner, order: Order, statement: Write): Promise<SubmittedJob> {
  const { columns } = await planReading(deps, order, statement, { reaches: true })
  if (!(await checkWrite(deps, order, statement, columns))) return finishAtOnce(deps, order, statement)
  return launchAndSettle(deps, runner, order, statement, await reachTarget(deps, order, statement))
}

/** Follows the way to the source that an INSERT writes to; nothing is dialled. @returns the place, `undefined` for a managed table */
async function reachTarget(deps: Deps, order: Order, { kind, table }: Write): Promise<string | undefined> {
  if (kind !== 'insert') return undefined
  const target = await getRelation({ store: deps.store, projectId: order.caller.project, currentDatabase: '' }, table)
  if (isManaged(target)) return undefined
  const source = catalogSource(target)
  const refusals = new Refusals()
  checkQueueReadsSources(order.queue, `${table.database}.${table.name}`)
  await refusals.ask(() => requireUseOf(deps.store, order.caller, source.authInfoName))
  await checkWays(deps, order, [source], refusals)
  return formatEndpoint(source.table.settings.endpoint)
}

/** @returns false where there is nothing to write: the table stands already. @throws {ServiceError} `semantic`, `unsupported`, `conflict`, `notFound` database */
async function checkWrite(deps: Deps, { caller }: Order, statement: Write, columns: Planned['columns']): Promise<boolean> {
  const { store } = deps
  const name = `${statement.table.database}.${statement.table.name}`
  if (statement.kind === 'createTableAs') {
    if (await standsAlready(store, caller.project, statement)) return false
    arrangeColumns(name, columns.map(storableColumn), statement.partitionedBy)
    return true
  }
  const target = await getRelation({ store, projectId: caller.project, currentDatabase: '' }, statement.table)
  checkIsTable(target, 'INSERT')
  if (!isManaged(target)) {
    assignSourceColumns({ name, columns: target.columns }, statement, columns)
    return true
  }
  assignColumns({ name, columns: target.columns, partitionColumns: target.managed.partitionColumns }, statement, columns)
  return true
}

async function submitTable(deps: Deps, runner: JobRunner, order: Order, statement: CreateTable): Promise<SubmittedJob> {
  const { store } = deps
  await requireRights(deps, order.caller, statement)
  if (statement.using === managedFormat || (await standsAlready(store, order.caller.project, statement)))
    return runAtOnce(deps, order, statement)
  const declared = declaredSource(statement.table, statement)
  const refusals = new Refusals()
  await refusals.ask(() => requireUseOf(store, order.caller, declared.authInfoName))
  await checkWays(deps, order, [declared], refusals)
  if (statement.columns !== undefined)
    return runAtOnce(deps, order, statement, { table: { columns: statement.columns, credentials: declared.credentials } })
  return launchAndSettle(deps, runner, order, statement)
}

/** @param writesTo - the place of a source that it writes to */
async function launchAndSettle(deps: Deps, runner: JobRunner, order: Order, statement: Ddl, writesTo?: string): Promise<SubmittedJob> {
  const draft = { ...jobOf(deps, order, statement), writesTo }
  runner.foresee(draft.id, statement)
  const job = await launch(deps, order, draft)
  return job.mode === 'async' ? { job } : ended(await runner.settle(job))
}

/** Answers what only tells, and writes down that it was asked. */
async function submitLook(deps: Deps, order: Order, look: Look): Promise<SubmittedJob> {
  const { columns, rows } = await answerLook(deps, order, look)
  const started = jobOf(deps, order, look)
  const job: Job = { ...started, mode: 'sync', state: 'FINISHED', endedAt: deps.clock(), progress: 1, columns, resultRows: rows.length }
  await deps.store.transaction((tx) => insertEnded(tx, job))
  return { job, schema: columns, rows: rows.slice(0, mostRows) }
}

/** Writes a job that a runner takes up as soon as it is on disk. */
async function launch(deps: Deps, { draft, settings }: Order, job: Job): Promise<Job> {
  await deps.store.transaction(async (tx) => {
    // Removed since it was looked up: a job without a queue would never run.
    const queue = await tx.queues.findById(job.queueId)
    if (queue === undefined) throw noQueue(job.queueName)
    await requireQuota(tx, job.projectId, 'SQL_JOB', 1)
    const { timeLimitMs, dynamicOverwrite, timeZone } = settings
    await tx.jobs.insert(job, { sql: draft.sql, timeLimitMs, dynamicOverwrite, timeZone })
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

async function insertEnded(tx: Transaction, job: Job): Promise<void> {
  await tx.jobs.insert(job, undefined)
  await tagJob(tx, job)
}

/** Changes the catalog and writes the job that did it, together or not at all. */
async function runAtOnce(deps: Deps, order: Order, ddl: Ddl, parts?: DdlParts): Promise<SubmittedJob> {
  const job = endedJob(deps, order, ddl)
  await deps.store.transaction(async (tx) => {
    await requireDdlRight(tx, order.caller, ddl)
    await applyDdl(
      tx,
      { projectId: job.projectId, owner: job.owner, ownerId: job.ownerId, now: job.startedAt, newId: deps.newId },
      ddl,
      parts,
    )
    await insertEnded(tx, job)
  })
  return ended(job)
}

/** Writes a job that had nothing to do. */
async function finishAtOnce(deps: Deps, order: Order, ddl: Ddl): Promise<SubmittedJob> {
  const job = endedJob(deps, order, ddl)
  await deps.store.transaction((tx) => insertEnded(tx, job))
  return ended(job)
}

function endedJob(deps: Deps, order: Order, statement: Statement): Job {
  const started = jobOf(deps, order, statement)
  return { ...started, state: 'FINISHED', endedAt: started.startedAt, progress: 1 }
}

function ended(job: Job): SubmittedJob {
  return job.mode === 'sync' && job.state === 'FINISHED' ? { job, schema: [], rows: [] } : { job }
}

function jobOf(deps: Deps, order: Order, statement: Statement): Job {
  return jobAs(deps, order, { type: typeOf(statement), tableName: mainTable(statement)?.name ?? '' })
}

function jobAs(deps: Deps, order: Order, { type, tableName }: Pick<Job, 'type' | 'tableName'>): Job {
  const { currentDatabase, settings, draft } = order
  return newJob(deps, order, {
    type,
    mode: type === 'DDL' && !settings.ddlAsync ? 'sync' : 'async',
    statement: redactStatement(draft.sql),
    currentDatabase,
    sentDatabase: draft.currentDatabase,
    tableName,
    tags: draft.tags,
  })
}

function typeOf({ kind }: Statement): JobType {
  return kind === 'query' ? 'QUERY' : kind === 'insert' ? 'INSERT' : 'DDL'
}

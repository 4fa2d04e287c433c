// What jobs do, by kind: a query, rows for a table of ours or of a source, a table that is declared, an export, an import.

import type { Ran, Statement } from '@tributary/query'
import { type ExportOrder, noQueue, type Queue, ServiceError, say, type Table } from '@tributary/rules'
import type { Deps } from '../deps.ts'
import { forPlanning } from '../relations.ts'
import { sizeOfRows } from '../results.ts'
import { declaredSource, explainingWay, openDeclared } from '../sources.ts'
import { callerOfJob, requireDdlRight } from '../sql-rights.ts'
import { isWrite, type Write } from '../statement-names.ts'
import { applyDdl, type CreateTable, type TableParts } from '../statements.ts'
import { standsAlready } from '../stands-already.ts'
import type { EngineRun, JobEngine } from './job-engine.ts'
import { runExport } from './job-export.ts'
import { type ImportRequest, runImport } from './job-import.ts'
import { openReads, type Reads, type RunContext } from './job-reads.ts'
import { findSourceTarget, type Insert, isUncertain, openTarget } from './source-write.ts'
import { commitWrite, isWriteNeedless, prepareWrite } from './table-write.ts'

/** An import reads files alone. */
const nothingRead: Reads = { uses: [], sources: [], managed: [], views: [], tables: [], acts: [] }

/** One job at work: what it is, where it runs, and what it is lent. */
interface Work {
  readonly deps: Deps
  readonly engine: JobEngine
  readonly context: RunContext
  readonly queue: Queue
}

/** Does what a job is for, up to its end as FINISHED. @throws whatever keeps it from that */
export async function doJob(deps: Deps, engine: JobEngine, context: RunContext): Promise<void> {
  const { job } = context.order
  const queue = await deps.store.queues.findById(job.queueId)
  if (queue === undefined) throw noQueue(job.queueName)
  const work: Work = { deps, engine, context, queue }
  if (job.export !== undefined) return await exportRows(work, job.export)
  if (job.importOrder !== undefined) {
    const run = (request: ImportRequest): Promise<Ran> => runPart(work, { ...request, reads: nothingRead })
    return await runImport(deps, { context, queue, order: job.importOrder, run })
  }
  const statement = context.statement ?? (await read(work))
  if (statement.kind === 'query') await query(work, statement)
  else if (isWrite(statement)) await write(work, statement)
  else if (statement.kind === 'createTable') await describe(work, statement)
  else throw new Error(`a ${statement.kind} is no background job`)
}

/** Reads a statement that no submit has read in this process; until it has an engine, the job says what it waits for. */
async function read({ deps, engine, context, queue }: Work): Promise<Statement> {
  const { job, sql } = context.order
  using _waiting = engine.noteWaits(job.id, queue)
  return await deps.engine.parse(queue, sql, job.currentDatabase, context.signal)
}

async function exportRows(work: Work, order: ExportOrder): Promise<void> {
  const { deps, engine, context, queue } = work
  const { id } = context.order.job
  using waiting = engine.noteWaits(id, queue)
  await runExport(deps, {
    context,
    queue,
    order,
    start: () => engine.start(context, queue),
    onProgress: engine.progressWriter(id, context.signal),
    onNoMemory: waiting.onNoMemory,
    readTable: async (directory) => {
      const { sql } = context.order
      const statement = { kind: 'query', tables: order.table === undefined ? [] : [order.table] } as const
      return await runPart(work, { sql, directory, reads: await openReads(deps, context, queue, { statement, sql }) })
    },
  })
}

/** Runs what is a part of its job alone. */
async function runPart({ engine, context, queue }: Work, run: EngineRun): Promise<Ran> {
  return (await engine.run(context, queue, run)).ran
}

async function query({ deps, engine, context, queue }: Work, statement: Statement): Promise<void> {
  const { store, results, clock } = deps
  const { job, sql } = context.order
  const [reads, directory] = await both(openReads(deps, context, queue, { statement, sql }), results.create(job.id))
  const { ran } = await engine.run(context, queue, { sql, reads, directory, isWhole: true })
  const { columns, rowCount: resultRows, inputRows, inputBytes, cpuMs, small = [] } = ran
  const outputBytes = sizeOfRows(small) ?? (await results.sizeOf(job.id))
  const figures = { columns, resultRows, inputRows, inputBytes, outputBytes, cpuMs }
  const hasEnded = await store.transaction(async (tx) => {
    if (!(await tx.jobs.end(job.id, { state: 'FINISHED', endedAt: clock(), ...figures }))) return false
    await tx.smallResults.put(job.id, small)
    return true
  })
  if (!hasEnded) await results.remove(job.id)
}

/** Waits for both, also where one fails: what the other makes is there by then, and can be removed. */
async function both<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<readonly [One, Other]> {
  await Promise.allSettled([one, other])
  return await Promise.all([one, other])
}

/** Rows for a managed table: they and the end of the job are visible together or not at all. */
async function write(work: Work, statement: Write): Promise<void> {
  const { deps, engine, context, queue } = work
  const { results, warehouse } = deps
  const { order, signal } = context
  const { job } = order
  const target = await findSourceTarget(deps, context, statement)
  if (target !== undefined) return await writeToSource(work, { statement: statement as Insert, table: target })
  if (await isWriteNeedless(deps, job.projectId, statement)) return await endIdle(work)
  const reads = await openReads(deps, context, queue, { statement, sql: statement.query })
  const request = { sql: statement.query, currentDatabase: job.currentDatabase, ...forPlanning(reads), isWritten: true }
  const { columns } = await deps.engine.plan(queue, request, signal)
  const prepared = await prepareWrite(deps, job.projectId, statement, columns)
  const directory = await results.create(job.id)
  const { ran, versions } = await engine.run(context, queue, { sql: statement.query, reads, directory, prepared })
  const ids = ran.files.map(({ id }) => id)
  await using delivery = await warehouse.take(prepared.place, directory, ids)
  if (await commitWrite(deps, prepared, { job, isDynamic: order.dynamicOverwrite, ran, versions })) delivery.keep()
  await results.remove(job.id)
}

/** Rows for a table of a source: it has all of them or none, and what is known of that is told with the end of the job. */
async function writeToSource(
  { deps, engine, context, queue }: Work,
  { statement, table }: { readonly statement: Insert; readonly table: Table },
): Promise<void> {
  const { results, store, clock } = deps
  const { job } = context.order
  const reads = await openReads(deps, context, queue, { statement, sql: statement.query })
  const request = { sql: statement.query, currentDatabase: job.currentDatabase, ...forPlanning(reads), isWritten: true }
  const { columns: given } = await deps.engine.plan(queue, request, context.signal)
  const target = await openTarget(deps, context, queue, { statement, table, given })
  const directory = await results.create(job.id)
  const { ran } = await engine.run(context, queue, { sql: statement.query, reads, directory, target }).catch((error: unknown) => {
    if (!isUncertain(error)) context.atSource.state = 'none'
    throw error
  })
  context.atSource.state = 'written'
  const { rowCount, inputRows, inputBytes, cpuMs } = ran
  const figures = { columns: [], resultRows: rowCount, inputRows, inputBytes, cpuMs }
  if (!(await store.jobs.end(job.id, { state: 'FINISHED', endedAt: clock(), ...figures })))
    await store.jobs.noteAfterCancel(job.id, say`the job was cancelled when its rows had been written at ${job.writesTo ?? ''}`)
  await results.remove(job.id)
}

/** `IF NOT EXISTS`, and it does: the job has nothing to do. */
async function endIdle({ deps, engine, context, queue }: Work): Promise<void> {
  await engine.start(context, queue)
  const figures = { columns: [], resultRows: 0, inputRows: 0, inputBytes: 0 }
  await deps.store.jobs.end(context.order.job.id, { state: 'FINISHED', endedAt: deps.clock(), ...figures })
}

/** Reads the columns of a declared table at its source; the table and the end of its job are written together. */
async function describe(work: Work, statement: CreateTable): Promise<void> {
  const { store, clock, newId } = work.deps
  const { order, signal } = work.context
  const { job } = order
  const parts = (await standsAlready(store, job.projectId, statement)) ? undefined : await readParts(work, statement)
  signal.throwIfAborted()
  await store.transaction(async (tx) => {
    const now = clock()
    await requireDdlRight(tx, await callerOfJob(tx, job), statement)
    await applyDdl(tx, { projectId: job.projectId, owner: job.owner, ownerId: job.ownerId, now, newId }, statement, { table: parts })
    const figures = { columns: [], resultRows: 0, inputRows: 0, inputBytes: 0 }
    if (!(await tx.jobs.end(job.id, { state: 'FINISHED', endedAt: now, ...figures })))
      throw new ServiceError('conflict', say`the job ended before its table was made`)
  })
}

async function readParts({ deps, engine, context, queue }: Work, statement: CreateTable): Promise<TableParts> {
  await engine.start(context, queue)
  const { signal, secrets } = context
  const declared = declaredSource(statement.table, statement)
  const network = await deps.networkOf(queue.id)
  const open = () => openDeclared(deps.store, queue.projectId, network, declared)
  const source = await explainingWay(deps, queue, declared, open)
  if (source.credentials !== undefined) secrets.push(source.credentials.password)
  using admission = await engine.admit(context, queue, [source])
  const columns = await deps.engine.describe(queue, source, { signal, admit: admission.admit })
  return { columns, credentials: declared.credentials }
}

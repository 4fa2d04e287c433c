// Runs jobs: takes LAUNCHING ones up, writes RUNNING once they have an engine and before anything runs, and writes how they ended; nothing that has run is run again.

import type { ImportedFiles, Progress, Ran, SourceWrite, Statement, WarehouseTable } from '@tributary/query'
import {
  type ExportOrder,
  type Job,
  type JobId,
  mapWords,
  noQueue,
  type Queue,
  type QueueId,
  restartReason,
  ServiceError,
  say,
  type Table,
  type TableId,
  type Text,
} from '@tributary/rules'
import type { JobOrder } from '@tributary/store'
import type { Deps } from '../deps.ts'
import type { JobEnd } from '../observer.ts'
import { pinTables } from '../managed-tables.ts'
import { forPlanning } from '../relations.ts'
import { declaredSource, explainingWay, openDeclared } from '../sources.ts'
import { callerOfJob, requireDdlRight } from '../sql-rights.ts'
import { isWrite, type Write } from '../statement-names.ts'
import { applyDdl, type CreateTable, type TableParts } from '../statements.ts'
import { standsAlready } from '../stands-already.ts'
import { within } from '../within.ts'
import { endDelivered, runExport, settleExports } from './job-export.ts'
import { type ImportRequest, runImport } from './job-import.ts'
import { openReads, type Reads, type RunContext } from './job-reads.ts'
import { findSourceTarget, type Insert, isUncertain, openTarget, withOutcome } from './source-write.ts'
import { startTimer, stopped, stopWithinMs } from './job-times.ts'
import { commitWrite, isWriteNeedless, type PreparedWrite, prepareWrite } from './table-write.ts'

/** How often at most the progress of a job is written. */
const progressEveryMs = 500
/** A job that has no engine by then says what it waits for. */
const noteWaitAfterMs = 200
/** How often results that have expired are looked for. */
const sweepEveryMs = 10 * 60_000
/** How many job directories are compared with the store at a time. */
const sweepChunk = 500

interface Run {
  readonly controller: AbortController
  /** Why the job failed, once it has ended. Never rejects. */
  readonly settled: Promise<ServiceError | undefined>
}

/** What is run on an engine: a query's text, what it reads, and what becomes of its rows. */
interface EngineRun {
  readonly sql: string
  readonly reads: Reads
  /** Of the job; made for this run. */
  readonly directory: string
  readonly prepared?: PreparedWrite | undefined
  readonly target?: SourceWrite
  /** The files of an import: of text, or of Parquet. */
  readonly imported?: ImportedFiles | undefined
  readonly foreign?: WarehouseTable | undefined
}

/** An import reads files alone. */
const nothingRead: Reads = { uses: [], sources: [], managed: [], views: [], tables: [] }

/** The jobs that run in this process, and their results' end. */
export class JobRunner {
  readonly #deps: Deps
  /** Names this process in the rows that it owns. */
  readonly #owner: string
  readonly #runs = new Map<JobId, Run>()
  /** Those of the runs that may have done something, and their queues. */
  readonly #started = new Map<JobId, QueueId>()
  /** Jobs that ran here and whose end could not be written, with the reason: a full disk does that. */
  readonly #unwritten = new Map<JobId, ServiceError>()
  #sweeper: NodeJS.Timeout | undefined
  #closed = false

  constructor(deps: Deps) {
    this.#deps = deps
    this.#owner = deps.newId()
  }

  /** Ends what a dead process left RUNNING, removes results that nothing needs, and from then on does so again and again. LAUNCHING jobs are left to the sweep. */
  async start(): Promise<void> {
    const { store, clock } = this.#deps
    for (const job of await store.jobs.listAbandoned(this.#owner)) {
      if (await endDelivered(this.#deps, job)) continue
      await store.jobs.end(job.id, { state: 'FAILED', endedAt: clock(), message: restartReason(job.type, job.writesTo) })
    }
    await settleExports(this.#deps)
    await this.sweepResults()
    await this.sweepWarehouse()
    this.#sweeper = setInterval(() => {
      void this.sweepResults().catch((error: unknown) => this.#log('results were not swept', error))
      void this.sweepWarehouse().catch((error: unknown) => this.#log('the warehouse was not swept', error))
    }, sweepEveryMs)
    this.#sweeper.unref()
  }

  /** Takes a job up unless it runs here already; one that is not LAUNCHING is left alone. */
  ensure(id: JobId): void {
    if (this.#closed || this.#runs.has(id)) return
    const controller = new AbortController()
    const settled = this.#run(id, controller).finally(() => {
      this.#runs.delete(id)
      this.#started.delete(id)
    })
    this.#runs.set(id, { controller, settled })
  }

  /** Waits for the end of a job that was just launched. @throws {ServiceError} the reason of its failure */
  async settle(job: Job): Promise<Job> {
    this.ensure(job.id)
    const failure = await this.#runs.get(job.id)?.settled
    if (failure !== undefined) throw failure
    const ended = await this.#deps.store.jobs.get(job.projectId, job.id)
    if (ended.state === 'FAILED') throw new ServiceError('semantic', ended.message)
    return ended
  }

  /** Stops a run, if there is one here; the state of its job has been written by the caller. */
  stop(id: JobId): void {
    this.#runs.get(id)?.controller.abort(new ServiceError('conflict', say`the job was cancelled`))
  }

  /** Takes nothing up any more; what has not started stays LAUNCHING. Lets jobs finish for so long, then they are FAILED with the reason. */
  async drain(timeoutMs: number): Promise<void> {
    this.#closed = true
    clearInterval(this.#sweeper)
    for (const [id, run] of this.#runs) if (!this.#started.has(id)) run.controller.abort(leftReason)
    const ended = Promise.all([...this.#runs.values()].map((run) => run.settled))
    if (await within(ended, timeoutMs)) return
    const reason = new ServiceError('unavailable', say`the server was stopped while the job ran; run it again`)
    for (const run of this.#runs.values()) run.controller.abort(reason)
    await within(ended, 2 * stopWithinMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain(0)
  }

  /** Writes the ends that could not be written when they came. */
  async writeEnds(): Promise<void> {
    for (const [id, reason] of this.#unwritten) {
      await this.#fail(id, reason)
      this.#unwritten.delete(id)
    }
  }

  /** Removes files of managed tables that nobody needs any more. */
  async sweepWarehouse(): Promise<void> {
    const { store, clock, settings, warehouse } = this.#deps
    const now = clock()
    await warehouse.sweep(store, { now, before: now - settings.oldVersionsMs })
  }

  /** Removes the directories of jobs that are gone, have no result, or ended longer ago than results are kept. */
  async sweepResults(): Promise<void> {
    const { store, clock, settings } = this.#deps
    const ids = await this.#deps.results.list()
    for (let at = 0; at < ids.length; at += sweepChunk) {
      const chunk = ids.slice(at, at + sweepChunk)
      const kept = await store.jobs.listKept(chunk, clock() - settings.resultTtlMs)
      for (const id of chunk) if (!kept.has(id)) await this.#deps.results.remove(id)
    }
  }

  async #run(id: JobId, controller: AbortController): Promise<ServiceError | undefined> {
    try {
      const order = await this.#deps.store.jobs.findOrder(id)
      if (order === undefined || (await this.#waitsForQueue(order))) return undefined
      const takenUpAt = performance.now()
      const failure = await this.#runOrder(order, controller)
      const seconds = (performance.now() - takenUpAt) / 1000
      if (failure !== leftReason) this.#deps.observer.jobEnded(endOf(failure, controller.signal), seconds)
      return failure
    } catch (error) {
      this.#log('a job could not be taken up or ended', error, id)
      const reason = error instanceof ServiceError ? error : new ServiceError('internal', internalReason, { cause: error })
      return this.#fail(id, reason).catch(() => {
        // A job that has not started is still LAUNCHING, and is taken up again by the next sweep.
        if (this.#started.has(id)) this.#unwritten.set(id, reason)
        return reason
      })
    }
  }

  /** Where delays are rehearsed a new queue runs nothing yet: its jobs stay LAUNCHING, and each sweep looks again. */
  async #waitsForQueue({ job }: JobOrder): Promise<boolean> {
    const { store, rehearsal, settings } = this.#deps
    if (settings.timing === 'instant') return false
    const queue = await store.queues.findById(job.queueId)
    if (queue === undefined || rehearsal.waitOf(queue) === 0) return false
    const minutes = Math.ceil(rehearsal.waitOf(queue) / 60_000)
    await store.jobs.noteWait(job.id, say`waits for queue ${queue.name}, which is being made: ${minutes} min to go`)
    return true
  }

  async #runOrder(order: JobOrder, controller: AbortController): Promise<ServiceError | undefined> {
    const context: RunContext = { order, signal: controller.signal, secrets: [], atSource: { state: 'none' } }
    const timer = startTimer(order, controller)
    try {
      await Promise.race([this.#execute(context), stopped(controller.signal)])
      return undefined
    } catch (error) {
      if (controller.signal.reason === leftReason) return await this.#leave(order.job.id)
      const reason = withOutcome(this.#reason(context, error), context.atSource.state, order.job.writesTo ?? '')
      if (context.atSource.state !== 'none') await this.#deps.store.jobs.noteAfterCancel(order.job.id, reason.text)
      return await this.#fail(order.job.id, reason)
    } finally {
      clearTimeout(timer)
    }
  }

  async #execute(context: RunContext): Promise<void> {
    const { order, signal } = context
    const { job, sql } = order
    const queue = await this.#deps.store.queues.findById(job.queueId)
    if (queue === undefined) throw noQueue(job.queueName)
    if (job.export !== undefined) return await this.#export(context, queue, job.export)
    if (job.importOrder !== undefined) {
      const run = (request: ImportRequest): Promise<Ran> => this.#runPart(context, queue, { ...request, reads: nothingRead })
      return await runImport(this.#deps, { context, queue, order: job.importOrder, run })
    }
    const statement = await this.#deps.engine.parse(queue, sql, job.currentDatabase, signal)
    if (statement.kind === 'query') await this.#query(context, queue, statement)
    else if (isWrite(statement)) await this.#write(context, queue, statement)
    else if (statement.kind === 'createTable') await this.#describe(context, queue, statement)
    else throw new Error(`a ${statement.kind} is no background job`)
  }

  async #export(context: RunContext, queue: Queue, order: ExportOrder): Promise<void> {
    const { id } = context.order.job
    let isMemoryTaken = false
    const waiting = setTimeout(() => this.#noteWait(id, queue, isMemoryTaken), noteWaitAfterMs)
    await runExport(this.#deps, {
      context,
      queue,
      order,
      start: () => this.#start(context, queue),
      onProgress: this.#progressWriter(id, context.signal),
      onNoMemory: () => {
        isMemoryTaken = true
      },
      readTable: async (directory) => {
        const { sql } = context.order
        const statement = { kind: 'query', tables: order.table === undefined ? [] : [order.table] } as const
        return await this.#runPart(context, queue, {
          sql,
          directory,
          reads: await openReads(this.#deps, context, queue, { statement, sql }),
        })
      },
    }).finally(() => clearTimeout(waiting))
  }

  /** Runs what is a part of its job alone. */
  async #runPart(context: RunContext, queue: Queue, run: EngineRun): Promise<Ran> {
    return (await this.#runEngine(context, queue, run)).ran
  }

  async #query(context: RunContext, queue: Queue, statement: Statement): Promise<void> {
    const { job, sql } = context.order
    const reads = await openReads(this.#deps, context, queue, { statement, sql })
    const directory = await this.#deps.results.create(job.id)
    const { ran } = await this.#runEngine(context, queue, { sql, reads, directory })
    const { columns, rowCount: resultRows, inputRows, inputBytes, cpuMs } = ran
    const outputBytes = await this.#deps.results.sizeOf(job.id)
    const figures = { columns, resultRows, inputRows, inputBytes, outputBytes, cpuMs }
    const end = { state: 'FINISHED', endedAt: this.#deps.clock(), ...figures } as const
    if (!(await this.#deps.store.jobs.end(job.id, end))) await this.#deps.results.remove(job.id)
  }

  /** Rows for a managed table: they and the end of the job are visible together or not at all. */
  async #write(context: RunContext, queue: Queue, statement: Write): Promise<void> {
    const { engine, results, warehouse } = this.#deps
    const { order, signal } = context
    const { job } = order
    const target = await findSourceTarget(this.#deps, context, statement)
    if (target !== undefined) return await this.#writeToSource(context, queue, { statement: statement as Insert, table: target })
    if (await isWriteNeedless(this.#deps, job.projectId, statement)) return this.#endIdle(context, queue)
    const reads = await openReads(this.#deps, context, queue, { statement, sql: statement.query })
    const request = { sql: statement.query, currentDatabase: job.currentDatabase, ...forPlanning(reads), isWritten: true }
    const { columns } = await engine.plan(queue, request, signal)
    const prepared = await prepareWrite(this.#deps, job.projectId, statement, columns)
    const directory = await results.create(job.id)
    const { ran, versions } = await this.#runEngine(context, queue, { sql: statement.query, reads, directory, prepared })
    const ids = ran.files.map(({ id }) => id)
    await using delivery = await warehouse.take(prepared.place, directory, ids)
    if (await commitWrite(this.#deps, prepared, { job, isDynamic: order.dynamicOverwrite, ran, versions })) delivery.keep()
    await results.remove(job.id)
  }

  /** Rows for a table of a source: it has all of them or none, and what is known of that is told with the end of the job. */
  async #writeToSource(
    context: RunContext,
    queue: Queue,
    { statement, table }: { readonly statement: Insert; readonly table: Table },
  ): Promise<void> {
    const { engine, results, store, clock } = this.#deps
    const { job } = context.order
    const reads = await openReads(this.#deps, context, queue, { statement, sql: statement.query })
    const request = { sql: statement.query, currentDatabase: job.currentDatabase, ...forPlanning(reads), isWritten: true }
    const { columns: given } = await engine.plan(queue, request, context.signal)
    const target = await openTarget(this.#deps, context, queue, { statement, table, given })
    const directory = await results.create(job.id)
    const { ran } = await this.#runEngine(context, queue, { sql: statement.query, reads, directory, target }).catch((error: unknown) => {
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

  /** @returns what came of it, and the versions of the managed tables that were read */
  async #runEngine(
    context: RunContext,
    queue: Queue,
    { sql, reads, directory, prepared, target, imported, foreign }: EngineRun,
  ): Promise<{ readonly ran: Ran; readonly versions: ReadonlyMap<TableId, number> }> {
    const { engine, store, warehouse, settings } = this.#deps
    const { signal, order } = context
    const { resultLimit } = settings
    const { id, currentDatabase } = order.job
    signal.throwIfAborted()
    const versions = new Map<TableId, number>()
    const onStarted = async (): Promise<readonly WarehouseTable[]> => {
      await this.#start(context, queue)
      if (target !== undefined) context.atSource.state = 'unknown'
      const pinned = await pinTables(store, reads.managed)
      for (const { table } of pinned) versions.set(table.id, table.managed.version)
      return [...pinned.map((one) => warehouse.tableOf(one)), ...(foreign === undefined ? [] : [foreign])]
    }
    let isMemoryTaken = false
    const onNoMemory = (): void => {
      isMemoryTaken = true
    }
    const waiting = setTimeout(() => this.#noteWait(id, queue, isMemoryTaken), noteWaitAfterMs)
    const request = {
      jobId: id,
      sql,
      currentDatabase,
      tables: reads.tables,
      views: reads.views,
      imported,
      directory,
      write: prepared?.order,
      target,
      resultLimit: target === undefined ? resultLimit : undefined,
    }
    const options = { signal, onProgress: this.#progressWriter(id, signal), onStarted, onNoMemory, userId: order.job.ownerId }
    const ran = await engine.run(queue, request, options).finally(() => clearTimeout(waiting))
    // What a source has committed is there, however late it is to stop.
    if (target === undefined) signal.throwIfAborted()
    return { ran, versions }
  }

  /** `IF NOT EXISTS`, and it does: the job has nothing to do. */
  async #endIdle(context: RunContext, queue: Queue): Promise<void> {
    await this.#start(context, queue)
    const figures = { columns: [], resultRows: 0, inputRows: 0, inputBytes: 0 }
    await this.#deps.store.jobs.end(context.order.job.id, { state: 'FINISHED', endedAt: this.#deps.clock(), ...figures })
  }

  /** @throws the signal's reason; {@link ServiceError} `conflict` when the job was ended meanwhile */
  async #start({ order: { job }, signal }: RunContext, queue: Queue): Promise<void> {
    signal.throwIfAborted()
    // The second part of a job that has several.
    if (this.#started.has(job.id)) return
    // Before the write: a drain that begins meanwhile must not take the job for one that waits.
    this.#started.set(job.id, queue.id)
    if ((await this.#deps.store.jobs.start(job.id, this.#owner)) === undefined) {
      throw new ServiceError('conflict', say`the job was ended before it ran`)
    }
  }

  #noteWait(id: JobId, queue: Queue, isMemoryTaken: boolean): void {
    if (this.#started.has(id)) return
    const isQueueBusy = [...this.#started.values()].includes(queue.id)
    const message = isQueueBusy ? say`waits for another job on queue ${queue.name}` : waitReason(queue, isMemoryTaken)
    this.#deps.store.jobs.noteWait(id, message).catch((error: unknown) => this.#log('what a job waits for was not written', error, id))
  }

  /** Reads the columns of a declared table at its source; the table and the end of its job are written together. */
  async #describe(context: RunContext, queue: Queue, statement: CreateTable): Promise<void> {
    const { store, clock, newId } = this.#deps
    const { order, signal } = context
    const { job } = order
    const parts = (await standsAlready(store, job.projectId, statement)) ? undefined : await this.#readParts(context, queue, statement)
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

  async #readParts(context: RunContext, queue: Queue, statement: CreateTable): Promise<TableParts> {
    await this.#start(context, queue)
    const { signal, secrets } = context
    const declared = declaredSource(statement.table, statement)
    const network = await this.#deps.networkOf(queue.id)
    const open = () => openDeclared(this.#deps.store, queue.projectId, network, declared)
    const source = await explainingWay(this.#deps, queue, declared, open)
    if (source.credentials !== undefined) secrets.push(source.credentials.password)
    return { columns: await this.#deps.engine.describe(queue, source, signal), credentials: declared.credentials }
  }

  #progressWriter(id: JobId, signal: AbortSignal): (progress: Progress) => void {
    let writtenAt = 0
    return (progress) => {
      const now = performance.now()
      if (signal.aborted || now - writtenAt < progressEveryMs) return
      writtenAt = now
      this.#deps.store.jobs.progress(id, progress).catch((error: unknown) => this.#log('the progress of a job was not written', error, id))
    }
  }

  /** The job stays as it was; the next server runs it. */
  async #leave(id: JobId): Promise<ServiceError> {
    await this.#deps.results.remove(id)
    return leftReason
  }

  async #fail(id: JobId, reason: ServiceError): Promise<ServiceError> {
    await this.#deps.results.remove(id)
    await this.#deps.store.jobs.end(id, { state: 'FAILED', endedAt: this.#deps.clock(), message: reason.text })
    return reason
  }

  /** What the owner of a job may read of its failure. */
  #reason({ order, signal, secrets }: RunContext, error: unknown): ServiceError {
    if (signal.reason instanceof ServiceError) return signal.reason
    if (error instanceof ServiceError) return new ServiceError(error.kind, withoutSecrets(error.text, secrets), error.details)
    this.#log('a job failed for a reason of ours', error, order.job.id)
    return new ServiceError('internal', internalReason)
  }

  #log(message: string, error: unknown, id?: JobId): void {
    this.#deps.log.error({ err: error, ...(id === undefined ? {} : { jobId: id }) }, message)
  }
}

function waitReason({ name }: Queue, isMemoryTaken: boolean): Text {
  return isMemoryTaken
    ? say`waits for memory: jobs on other queues use all that engines may take together`
    : say`waits for an engine of queue ${name}`
}

/** Why a run ended that had not begun when the server was told to stop. */
const leftReason = new ServiceError('unavailable', say`the server is stopping; the job runs when it is back`)
const internalReason = say`the job failed inside the service; its log says why, under the id of the job`

/** Stopping a run is told apart from its failures by the reason that {@link JobRunner.stop} gives. */
function endOf(failure: ServiceError | undefined, { reason }: AbortSignal): JobEnd {
  if (reason instanceof ServiceError && reason.kind === 'conflict') return 'CANCELLED'
  return failure === undefined ? 'FINISHED' : 'FAILED'
}

/** Sources quote what they were sent; a password among it does not reach the reason. */
export function withoutSecrets(text: Text, secrets: readonly string[]): Text {
  const long = secrets.filter((secret) => secret.length >= 4)
  return mapWords(text, (words) => long.reduce((shown, secret) => shown.replaceAll(secret, '***'), words))
}

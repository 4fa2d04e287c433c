// Runs jobs: takes LAUNCHING ones up, writes RUNNING once they have an engine and before anything runs, and writes how they ended; nothing that has run is run again.

import type { OpenableTable, Progress, TableName } from '@tributary/query'
import {
  type Job,
  type JobId,
  mapWords,
  noQueue,
  type Queue,
  type QueueId,
  restartReason,
  ServiceError,
  say,
  type Text,
  timeLimitReason,
} from '@tributary/rules'
import type { JobOrder } from '@tributary/store'
import type { Deps } from '../deps.ts'
import type { JobEnd } from '../observer.ts'
import { requireUseOf } from '../object-grants.ts'
import { declaredSource, explainingWay, openDeclared, openSource, type Source } from '../sources.ts'
import { callerOfJob, checkScans, requireDdlRight, requireSelect } from '../sql-rights.ts'
import { applyDdl, type CreateTable, sourcesOf, standsAlready, type TableParts } from '../statements.ts'

/** How often at most the progress of a job is written. */
const progressEveryMs = 500
/** A job that has no engine by then says what it waits for. */
const noteWaitAfterMs = 200
/** How long an engine may take to end a run that it was told to stop. */
const stopWithinMs = 1_000
/** How often results that have expired are looked for. */
const sweepEveryMs = 10 * 60_000
/** How many job directories are compared with the store at a time. */
const sweepChunk = 500

interface Run {
  readonly controller: AbortController
  /** Why the job failed, once it has ended. Never rejects. */
  readonly settled: Promise<ServiceError | undefined>
}

/** What one run works with; `secrets` collects what must not appear in its reason. */
interface RunContext {
  readonly order: JobOrder
  readonly signal: AbortSignal
  readonly secrets: string[]
}

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
      await store.jobs.end(job.id, { state: 'FAILED', endedAt: clock(), message: restartReason(job.type, say`its source`) })
    }
    await this.sweepResults()
    this.#sweeper = setInterval(
      () => void this.sweepResults().catch((error: unknown) => this.#log('results were not swept', error)),
      sweepEveryMs,
    )
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
      if (order === undefined) return undefined
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

  async #runOrder(order: JobOrder, controller: AbortController): Promise<ServiceError | undefined> {
    const context: RunContext = { order, signal: controller.signal, secrets: [] }
    const timer = startTimer(order, controller)
    try {
      await Promise.race([this.#execute(context), stopped(controller.signal)])
      return undefined
    } catch (error) {
      if (controller.signal.reason === leftReason) return await this.#leave(order.job.id)
      return await this.#fail(order.job.id, this.#reason(context, error))
    } finally {
      clearTimeout(timer)
    }
  }

  async #execute(context: RunContext): Promise<void> {
    const { order, signal } = context
    const { job, sql } = order
    const queue = await this.#deps.store.queues.findById(job.queueId)
    if (queue === undefined) throw noQueue(job.queueName)
    const statement = await this.#deps.engine.parse(queue, sql, job.currentDatabase, signal)
    if (statement.kind === 'query') await this.#query(context, queue, statement.tables)
    else if (statement.kind === 'createTable') await this.#describe(context, queue, statement)
    else throw new Error(`a ${statement.kind} is no background job`)
  }

  async #query(context: RunContext, queue: Queue, names: readonly TableName[]): Promise<void> {
    const { order, signal } = context
    const { id, currentDatabase } = order.job
    const tables = await this.#open(context, queue, names)
    const directory = await this.#deps.results.create(id)
    signal.throwIfAborted()
    const onProgress = this.#progressWriter(id, signal)
    const onStarted = (): Promise<void> => this.#start(context, queue)
    const waiting = setTimeout(() => this.#noteWait(id, queue), noteWaitAfterMs)
    const request = { jobId: id, sql: order.sql, currentDatabase, tables, directory }
    const ran = await this.#deps.engine.run(queue, request, { signal, onProgress, onStarted }).finally(() => clearTimeout(waiting))
    signal.throwIfAborted()
    const { columns, rowCount: resultRows, inputRows, inputBytes } = ran
    const end = { state: 'FINISHED', endedAt: this.#deps.clock(), columns, resultRows, inputRows, inputBytes } as const
    if (!(await this.#deps.store.jobs.end(id, end))) await this.#deps.results.remove(id)
  }

  /** @throws the signal's reason; {@link ServiceError} `conflict` when the job was ended meanwhile */
  async #start({ order: { job }, signal }: RunContext, queue: Queue): Promise<void> {
    signal.throwIfAborted()
    // Before the write: a drain that begins meanwhile must not take the job for one that waits.
    this.#started.set(job.id, queue.id)
    if ((await this.#deps.store.jobs.start(job.id, this.#owner)) === undefined) {
      throw new ServiceError('conflict', say`the job was ended before it ran`)
    }
  }

  #noteWait(id: JobId, queue: Queue): void {
    if (this.#started.has(id)) return
    const isQueueBusy = [...this.#started.values()].includes(queue.id)
    const message = isQueueBusy ? say`waits for another job on queue ${queue.name}` : say`waits for an engine of queue ${queue.name}`
    this.#deps.store.jobs.noteWait(id, message).catch((error: unknown) => this.#log('what a job waits for was not written', error, id))
  }

  async #open(context: RunContext, queue: Queue, names: readonly TableName[]): Promise<readonly OpenableTable[]> {
    if (names.length === 0) return []
    const { store } = this.#deps
    const sources = await sourcesOf(store, queue.projectId, names)
    await this.#authorise(context, queue, sources)
    const network = await this.#deps.networkOf(queue.id)
    const tables: OpenableTable[] = []
    for (const source of sources) {
      const table = await explainingWay(this.#deps, queue, source, () => openSource(store, queue.projectId, network, source))
      if (table.credentials !== undefined) context.secrets.push(table.credentials.password)
      tables.push(table)
    }
    await this.#tellOfReads(context, queue, tables)
    return tables
  }

  /** The audit says what is read before any of it is. */
  async #tellOfReads({ order: { job } }: RunContext, queue: Queue, tables: readonly OpenableTable[]): Promise<void> {
    const { store, clock } = this.#deps
    const common = { at: clock(), kind: 'read', userId: job.ownerId ?? '', userName: job.owner, action: 'dli:table:select' } as const
    await store.transaction(async (tx) => {
      for (const { table } of tables) {
        const { host, port } = table.settings.endpoint
        const resource = `${table.name.database}.${table.name.name} at ${host}:${port} by queue ${queue.name}`
        await tx.audit.insert({ ...common, projectId: queue.projectId, resource, outcome: 'ok', requestId: job.id, address: '' })
      }
    })
  }

  /** Rights may have ended since the job was submitted, and a table of that name may be another. @throws {ServiceError} `forbidden` */
  async #authorise({ order: { job, sql }, signal }: RunContext, queue: Queue, sources: readonly Source[]): Promise<void> {
    const { store, engine } = this.#deps
    const caller = await callerOfJob(store, job)
    const tables = sources.map(({ table }) => table)
    const limited = await requireSelect(
      store,
      caller,
      tables.map(({ name }) => name),
    )
    if (limited.length > 0)
      checkScans(caller, limited, (await engine.plan(queue, { sql, currentDatabase: job.currentDatabase, tables }, signal)).scans)
    for (const { authInfoName } of sources) await requireUseOf(store, caller, authInfoName)
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
      await applyDdl(tx, { projectId: job.projectId, owner: job.owner, ownerId: job.ownerId, now, newId }, statement, parts)
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

/** Why a run ended that had not begun when the server was told to stop. */
const leftReason = new ServiceError('unavailable', say`the server is stopping; the job runs when it is back`)
const internalReason = say`the job failed inside the service; its log says why, under the id of the job`

/** Stopping a run is told apart from its failures by the reason that {@link JobRunner.stop} gives. */
function endOf(failure: ServiceError | undefined, { reason }: AbortSignal): JobEnd {
  if (reason instanceof ServiceError && reason.kind === 'conflict') return 'CANCELLED'
  return failure === undefined ? 'FINISHED' : 'FAILED'
}

function startTimer({ timeLimitMs }: JobOrder, controller: AbortController): NodeJS.Timeout | undefined {
  if (timeLimitMs === undefined) return undefined
  return setTimeout(() => controller.abort(new ServiceError('exhausted', timeLimitReason(timeLimitMs))), timeLimitMs)
}

/** Rejects a while after a signal, for an engine that does not hear it. */
function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), stopWithinMs), { once: true })
  })
}

/** True when the promise ended in time. */
async function within(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, timeoutMs, false)
  const inTime = await Promise.race([promise.then(() => true), late])
  clearTimeout(timer)
  return inTime
}

/** Sources quote what they were sent; a password among it does not reach the reason. */
export function withoutSecrets(text: Text, secrets: readonly string[]): Text {
  const long = secrets.filter((secret) => secret.length >= 4)
  return mapWords(text, (words) => long.reduce((shown, secret) => shown.replaceAll(secret, '***'), words))
}

// Runs what a job has for an engine: waits for a child, writes RUNNING, pins the tables that are read, tells how far it is.

import type { Asked, ImportedFiles, OpenableTable, Progress, Ran, SourceWrite, WarehouseTable } from '@tributary/query'
import { type AuditEntry, type JobId, type Queue, type QueueId, ServiceError, say, type TableId, type Text } from '@tributary/rules'
import type { Deps } from '../deps.ts'
import { pinTables } from '../managed-tables.ts'
import { type JobAdmission, openAdmission } from './job-admission.ts'
import type { Reads, RunContext } from './job-reads.ts'
import { RunCrossings } from './run-crossings.ts'
import type { PreparedWrite } from './table-write.ts'

/** How often at most the progress of a job is written, and when at first. */
const progressEveryMs = 500
const firstProgressMs = 200
/** A query that is over by then ends as if it had begun and ended at once: RUNNING is never written. */
const runningAfterMs = 50
/** A job that has no engine by then says what it waits for. */
const noteWaitAfterMs = 200

/** What is run on an engine: a query's text, what it reads, and what becomes of its rows. */
export interface EngineRun {
  readonly sql: string
  readonly reads: Reads
  /** Of the job; made for this run. */
  readonly directory: string
  readonly prepared?: PreparedWrite | undefined
  readonly target?: SourceWrite
  /** The files of an import: of text, or of Parquet. */
  readonly imported?: ImportedFiles | undefined
  readonly foreign?: WarehouseTable | undefined
  /** Whether the job is over with this run. */
  readonly isWhole?: boolean
}

/** What came of a run, and the versions of the managed tables that were read. */
export interface EngineRan {
  readonly ran: Ran
  readonly versions: ReadonlyMap<TableId, number>
}

/** The engines as the jobs of this process use them; knows which of those have begun. */
export class JobEngine {
  readonly #deps: Deps
  /** Names this process in the rows that it owns. */
  readonly #owner: string
  /** Jobs that may have done something, and their queues. */
  readonly #started = new Map<JobId, QueueId>()
  /** Those of them that are RUNNING, or about to be. */
  readonly #running = new Set<JobId>()

  constructor(deps: Deps, owner: string) {
    this.#deps = deps
    this.#owner = owner
  }

  /** Whether a job may have done something. */
  hasStarted(id: JobId): boolean {
    return this.#started.has(id)
  }

  /** Whether it is written that it has begun, or was to be; what has not begun is taken up by the next sweep. */
  isRunning(id: JobId): boolean {
    return this.#running.has(id)
  }

  /** Its run is over. */
  forget(id: JobId): void {
    this.#started.delete(id)
    this.#running.delete(id)
  }

  /**
   * Moves a job to RUNNING and tells the audit what it reads at sources, together; resolves when that is on disk.
   * @throws the signal's reason; {@link ServiceError} `conflict` when the job was ended meanwhile
   */
  async start({ order: { job }, signal }: RunContext, queue: Queue, acts: readonly AuditEntry[] = []): Promise<void> {
    signal.throwIfAborted()
    // The second part of a job that has several.
    if (this.#running.has(job.id)) return await this.#tell(acts)
    this.#running.add(job.id)
    this.mark(job.id, queue.id)
    await this.#deps.store.transaction(async (tx) => {
      for (const act of acts) await tx.audit.insert(act)
      if ((await tx.jobs.start(job.id, this.#owner)) === undefined) throw new ServiceError('conflict', say`the job was ended before it ran`)
    })
  }

  /** Before RUNNING is written: a drain that begins meanwhile must not take the job for one that waits. */
  mark(id: JobId, queueId: QueueId): void {
    this.#started.set(id, queueId)
  }

  async #tell(acts: readonly AuditEntry[]): Promise<void> {
    if (acts.length === 0) return
    await this.#deps.store.transaction(async (tx) => {
      for (const act of acts) await tx.audit.insert(act)
    })
  }

  /** @throws {ServiceError} what the engine says, `conflict`; the signal's reason */
  async run(context: RunContext, queue: Queue, run: EngineRun): Promise<EngineRan> {
    const { engine, settings } = this.#deps
    const { signal, order } = context
    const { id, currentDatabase } = order.job
    const { sql, reads, directory, prepared, target, imported } = run
    signal.throwIfAborted()
    const opened = target === undefined ? reads.tables : [...reads.tables, target.source]
    using admission = await this.admit(context, queue, opened)
    const begin = new Begin(this, context, queue, run)
    const request = {
      jobId: id,
      sql,
      currentDatabase,
      timeZone: order.timeZone,
      tables: reads.tables,
      views: reads.views,
      budgets: admission.budgets,
      imported,
      directory,
      write: prepared?.order,
      target,
      resultLimit: target === undefined ? settings.resultLimit : undefined,
    }
    const crossings = new RunCrossings(this.#deps, id)
    const onProgress = crossings.listening(admission.listening(this.progressWriter(id, signal)))
    using waiting = this.noteWaits(id, queue)
    const { onNoMemory } = waiting
    const admit = async (asked: Asked): Promise<number> => {
      if (asked.kind === 'enter') await begin.written
      return await admission.admit(asked)
    }
    const onStarted = async (): Promise<readonly WarehouseTable[]> => await begin.before(this.#deps)
    const options = { signal, onProgress, onStarted, onAsked: begin.beside, onNoMemory, userId: order.job.ownerId, admit }
    const ran = await engine.run(queue, request, options).finally(() => {
      begin.over()
      crossings.settle()
    })
    await begin.written
    // What a source has committed is there, however late it is to stop.
    if (target === undefined) signal.throwIfAborted()
    return { ran, versions: begin.versions }
  }

  /** What it waits for before its sources is written where everybody looks who waits with it. */
  admit(context: RunContext, queue: Queue, tables: readonly OpenableTable[]): Promise<JobAdmission> {
    const { id } = context.order.job
    const onWait = (reason: Text): void => {
      this.#deps.store.jobs.noteHold(id, reason).catch((error: unknown) => this.#log('what a job waits for was not written', error, id))
    }
    return openAdmission(this.#deps, context, queue, { tables, onWait })
  }

  /** Notes what a job waits for, unless it has an engine soon. Disposing it ends that. */
  noteWaits(id: JobId, queue: Queue): Disposable & { readonly onNoMemory: () => void } {
    let isMemoryTaken = false
    const timer = setTimeout(() => this.#noteWait(id, queue, isMemoryTaken), noteWaitAfterMs)
    return {
      onNoMemory: () => {
        isMemoryTaken = true
      },
      [Symbol.dispose]: () => clearTimeout(timer),
    }
  }

  /** Writes how far a job is, now and then, while it runs; of one that is over soon nothing. */
  progressWriter(id: JobId, signal: AbortSignal): (progress: Progress) => void {
    let last: Progress
    let waitMs = firstProgressMs
    let timer: NodeJS.Timeout | undefined
    const write = (): void => {
      timer = undefined
      waitMs = progressEveryMs
      if (signal.aborted || !this.#started.has(id)) return
      this.#deps.store.jobs.progress(id, last).catch((error: unknown) => this.#log('the progress of a job was not written', error, id))
    }
    return (progress) => {
      last = progress
      timer ??= setTimeout(write, waitMs).unref()
    }
  }

  #noteWait(id: JobId, queue: Queue, isMemoryTaken: boolean): void {
    if (this.#started.has(id)) return
    const isQueueBusy = [...this.#started.values()].includes(queue.id)
    const message = isQueueBusy ? say`waits for another job on queue ${queue.name}` : waitReason(queue, isMemoryTaken)
    this.#deps.store.jobs.noteWait(id, message).catch((error: unknown) => this.#log('what a job waits for was not written', error, id))
  }

  #log(message: string, error: unknown, jobId: JobId): void {
    this.#deps.log.error({ err: error, jobId }, message)
  }
}

/**
 * How one run begins: RUNNING is on disk before anything happens that could not be done twice, and the audit knows of every source before it is opened.
 *
 *     writes:                  child ─ RUNNING and audit written ─ tables pinned ─ asked
 *     reads a source:          child ─ tables pinned ─ asked ─ RUNNING and audit written, while it plans ─ sources opened
 *     reads tables of ours:    child ─ tables pinned ─ asked ─ RUNNING written, while it runs, unless it is over by then
 *
 * A query over tables of ours alone leaves nothing behind but its result: after a crash in between it is still LAUNCHING, and runs once more.
 */
class Begin {
  readonly versions = new Map<TableId, number>()
  readonly #engine: JobEngine
  readonly #context: RunContext
  readonly #queue: Queue
  readonly #run: EngineRun
  #written: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(engine: JobEngine, context: RunContext, queue: Queue, run: EngineRun) {
    this.#engine = engine
    this.#context = context
    this.#queue = queue
    this.#run = run
  }

  /** What happens before the engine is asked. @returns the managed tables that are read */
  async before({ store, warehouse }: Deps): Promise<readonly WarehouseTable[]> {
    const { reads, foreign, target } = this.#run
    if (this.#writes) await this.#engine.start(this.#context, this.#queue, reads.acts)
    if (target !== undefined) this.#context.atSource.state = 'unknown'
    const pinned = await pinTables(store, reads.managed)
    for (const { table } of pinned) this.versions.set(table.id, table.managed.version)
    return [...pinned.map((one) => warehouse.tableOf(one)), ...(foreign === undefined ? [] : [foreign])]
  }

  /** What happens while it works. */
  readonly beside = (): void => {
    const { reads, isWhole = false } = this.#run
    if (this.#writes) return
    if (!isWhole || reads.tables.length > 0) return this.#write()
    this.#engine.mark(this.#context.order.job.id, this.#queue.id)
    this.#timer = setTimeout(() => this.#write(), runningAfterMs)
  }

  #write(): void {
    this.#written = this.#engine.start(this.#context, this.#queue, this.#run.reads.acts)
    // It is asked for where the run ends; a run that fails has its own reason.
    this.#written.catch(() => undefined)
  }

  /** The run has ended: what was not written by now need not be, its end is. */
  over(): void {
    clearTimeout(this.#timer)
  }

  /** Resolves when RUNNING is on disk, or need not be. */
  get written(): Promise<void> {
    return this.#written ?? Promise.resolve()
  }

  get #writes(): boolean {
    const { prepared, target, imported, foreign } = this.#run
    return [prepared, target, imported, foreign].some((part) => part !== undefined)
  }
}

function waitReason({ name }: Queue, isMemoryTaken: boolean): Text {
  return isMemoryTaken
    ? say`waits for memory: jobs on other queues use all that engines may take together`
    : say`waits for an engine of queue ${name}`
}

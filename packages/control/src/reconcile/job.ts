// Runs jobs: takes LAUNCHING ones up and writes how they ended; nothing is done twice that could not be (job-engine.ts), and what a dead server left RUNNING has failed.

import type { Statement } from '@tributary/query'
import { type Job, type JobId, mapWords, restartReason, ServiceError, say, silence, type Text } from '@tributary/rules'
import type { JobOrder } from '@tributary/store'
import type { Deps } from '../deps.ts'
import { JobEnds } from '../job-ends.ts'
import type { JobEnd } from '../observer.ts'
import { within } from '../within.ts'
import { JobEngine } from './job-engine.ts'
import { endDelivered, settleExports } from './job-export.ts'
import type { RunContext } from './job-reads.ts'
import { startTimer, stopped, stopWithinMs } from './job-times.ts'
import { doJob } from './job-work.ts'
import { withOutcome } from './source-write.ts'
import { UnsyncedResults } from './unsynced-results.ts'

/** How often results that have expired are looked for. */
const sweepEveryMs = 10 * 60_000
/** How many job directories are compared with the store at a time. */
const sweepChunk = 500
/** How many statements are kept that a submit has read and no run has taken up. */
const mostStatements = 1_000

interface Run {
  readonly controller: AbortController
  /** Why the job failed, once it has ended. Never rejects. */
  readonly settled: Promise<ServiceError | undefined>
}

/** The jobs that run in this process, and their results' end. */
export class JobRunner {
  /** Who waits for the ends of jobs. */
  readonly ends = new JobEnds()
  readonly #deps: Deps
  /** Names this process in the rows that it owns. */
  readonly #owner: string
  readonly #engine: JobEngine
  readonly #unsynced: UnsyncedResults
  readonly #runs = new Map<JobId, Run>()
  /** Statements as their submits have read them. */
  readonly #statements = new Map<JobId, Statement>()
  /** Jobs that ran here and whose end could not be written, with the reason: a full disk does that. */
  readonly #unwritten = new Map<JobId, ServiceError>()
  #sweeper: NodeJS.Timeout | undefined
  #closed = false

  constructor(deps: Deps) {
    this.#deps = deps
    this.#owner = deps.newId()
    this.#engine = new JobEngine(deps, this.#owner)
    this.#unsynced = new UnsyncedResults(deps)
  }

  /** Ends what a dead process left RUNNING, removes results that nothing needs, and from then on does so again and again. LAUNCHING jobs are left to the sweep. */
  async start(): Promise<void> {
    const { store, clock } = this.#deps
    for (const job of await store.jobs.listAbandoned(this.#owner)) {
      if (await endDelivered(this.#deps, job)) continue
      await store.jobs.end(job.id, { state: 'FAILED', endedAt: clock(), message: restartReason(job.type, job.writesTo) })
    }
    await settleExports(this.#deps)
    await this.#unsynced.restore()
    await this.sweepResults()
    await this.sweepWarehouse()
    this.#sweeper = setInterval(() => {
      void this.sweepResults().catch((error: unknown) => this.#log('results were not swept', error))
      void this.sweepWarehouse().catch((error: unknown) => this.#log('the warehouse was not swept', error))
      this.#unsynced.settleSoon()
    }, sweepEveryMs)
    this.#sweeper.unref()
  }

  /** Keeps the statement of a job that is about to be written down, so that its run need not read it once more. */
  foresee(id: JobId, statement: Statement): void {
    this.#statements.set(id, statement)
    const [oldest] = this.#statements.keys()
    if (this.#statements.size > mostStatements && oldest !== undefined) this.#statements.delete(oldest)
  }

  /** Takes a job up unless it runs here already; one that is not LAUNCHING is left alone. */
  ensure(id: JobId): void {
    if (this.#closed || this.#runs.has(id)) return
    const controller = new AbortController()
    const settled = this.#run(id, controller).finally(() => {
      this.#runs.delete(id)
      this.#engine.forget(id)
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
    this.ends.tell(id)
  }

  /** Takes nothing up any more; what has not started stays LAUNCHING. Lets jobs finish for so long, then they are FAILED with the reason. */
  async drain(timeoutMs: number): Promise<void> {
    this.#closed = true
    clearInterval(this.#sweeper)
    this.ends.close()
    for (const [id, run] of this.#runs) if (!this.#engine.hasStarted(id)) run.controller.abort(leftReason)
    const ended = Promise.all([...this.#runs.values()].map((run) => run.settled))
    if (await within(ended, timeoutMs)) return
    const reason = new ServiceError('unavailable', say`the server was stopped while the job ran; run it again`)
    for (const run of this.#runs.values()) run.controller.abort(reason)
    await within(ended, 2 * stopWithinMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain(0)
    await this.#unsynced.idle()
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
        // One of which nobody has written that it began is still LAUNCHING, and is taken up again by the next sweep.
        if (this.#engine.isRunning(id)) this.#unwritten.set(id, reason)
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
    const statement = this.#statements.get(order.job.id)
    this.#statements.delete(order.job.id)
    const { signal } = controller
    const context: RunContext = { order, statement, signal, secrets: [], atSource: { state: 'none' }, waiting: { text: silence } }
    const timer = startTimer(order, controller, context.waiting)
    try {
      await Promise.race([doJob(this.#deps, this.#engine, context), stopped(controller.signal)])
      this.ends.tell(order.job.id)
      this.#unsynced.note()
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

  /** The job stays as it was; the next server runs it. */
  async #leave(id: JobId): Promise<ServiceError> {
    await this.#deps.results.remove(id)
    return leftReason
  }

  async #fail(id: JobId, reason: ServiceError): Promise<ServiceError> {
    await this.#deps.results.remove(id)
    await this.#deps.store.jobs.end(id, { state: 'FAILED', endedAt: this.#deps.clock(), message: reason.text })
    this.ends.tell(id)
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

/** Sources quote what they were sent; a password among it does not reach the reason. */
export function withoutSecrets(text: Text, secrets: readonly string[]): Text {
  const long = secrets.filter((secret) => secret.length >= 4)
  return mapWords(text, (words) => long.reduce((shown, secret) => shown.replaceAll(secret, '***'), words))
}

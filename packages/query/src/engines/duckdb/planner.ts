// The planner of a child, seen from its main thread: one statement at a time, and one that takes too long or too much memory ends with its thread alone.

import { ServiceError, say } from '@tributary/rules'
import type { ForeseeRequest, ParseRequest, PlanRequest } from './messages.ts'
import { plannerPlaces } from './planner-places.ts'
import { littleGarbage, Thread } from './thread.ts'

/** What one statement may take: from when its turn has come, and of the heap of its thread. */
export interface PlannerLimits {
  readonly ms: number
  readonly memoryMiB: number
}

/** Less than those who wait for a plan wait: whoever stands behind a late one still has time. */
const usualLimits: PlannerLimits = { ms: 20_000, memoryMiB: 1_024 }

/** Threads that were given up and have not ended, because DuckDB is at work in them: with more than that, the child is of no more use. */
const mostRetired = 2

/** A thread, and where it is. */
interface Worker {
  readonly thread: Thread
  readonly place: Int32Array<SharedArrayBuffer>
}

interface Wish {
  readonly request: ParseRequest | PlanRequest | ForeseeRequest
  readonly signal: AbortSignal | undefined
  readonly answered: PromiseWithResolvers<unknown>
}

/** Reads and plans statements in a thread that is replaced when it is lost or given up; those who wait have the next. */
export class Planner {
  readonly #limits: PlannerLimits
  readonly #line: Wish[] = []
  readonly #broken = Promise.withResolvers<void>()
  #worker: Worker
  #isBusy = false
  #retired = 0

  constructor(limits: PlannerLimits = usualLimits) {
    this.#limits = limits
    this.#worker = this.#start()
  }

  /** Resolves when its thread is loaded. */
  get ready(): Promise<void> {
    return this.#worker.thread.ready
  }

  /** Resolves when a thread did not load, or too many do not end. */
  get broken(): Promise<void> {
    return this.#broken.promise
  }

  /**
   * Reads or plans a statement when its turn has come.
   * @param signal - ends it, wherever it is
   * @throws {ServiceError} what the planner says; `exhausted` where it takes too much; `internal` when its thread was lost
   * @throws the signal's reason when it is aborted
   */
  async ask(request: ParseRequest | PlanRequest, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted()
    const value = await this.#enqueue(request, signal)
    // While the job that was planned is written down its run is planned as well; whoever comes first goes first.
    if (isForeseen(request)) this.#enqueue({ ...request, kind: 'foresee' }, undefined).catch(() => undefined)
    return value
  }

  #enqueue(request: Wish['request'], signal: AbortSignal | undefined): Promise<unknown> {
    const wish: Wish = { request, signal, answered: Promise.withResolvers() }
    const isLast = request.kind === 'foresee'
    const at = isLast ? this.#line.length : this.#line.findIndex((other) => other.request.kind === 'foresee')
    this.#line.splice(at < 0 ? this.#line.length : at, 0, wish)
    const leave = (): void => {
      const found = this.#line.indexOf(wish)
      if (found < 0) return
      this.#line.splice(found, 1)
      wish.answered.reject(signal?.reason)
    }
    signal?.addEventListener('abort', leave, { once: true })
    this.#serve()
    return wish.answered.promise.finally(() => signal?.removeEventListener('abort', leave))
  }

  #serve(): void {
    if (this.#isBusy) return
    const wish = this.#line.shift()
    if (wish === undefined) return
    this.#isBusy = true
    void this.#work(wish).finally(() => {
      this.#isBusy = false
      this.#serve()
    })
  }

  /** Never rejects. */
  async #work({ request, signal, answered }: Wish): Promise<void> {
    const worker = this.#worker
    const stopped = Promise.withResolvers<never>()
    let timer: NodeJS.Timeout | undefined
    let isStopped = false
    const stop = (reason: unknown): void => {
      isStopped = true
      stopped.reject(reason)
    }
    const abort = (): void => stop(signal?.reason)
    try {
      await worker.thread.ready
      signal?.throwIfAborted()
      signal?.addEventListener('abort', abort, { once: true })
      timer = setTimeout(() => stop(tooLate(this.#limits)), this.#limits.ms)
      answered.resolve(await Promise.race([worker.thread.call(request), stopped.promise]))
    } catch (error) {
      if (isStopped || worker.thread.isEnded) this.#replace(worker)
      answered.reject(isOutOfMemory(error) ? tooLarge(this.#limits) : error)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }

  #start(): Worker {
    const state = new SharedArrayBuffer(4)
    const resourceLimits = { ...littleGarbage, maxOldGenerationSizeMb: this.#limits.memoryMiB }
    const thread = new Thread(new URL('./planner-thread.ts', import.meta.url), undefined, { workerData: { state }, resourceLimits })
    const worker: Worker = { thread, place: new Int32Array(state) }
    thread.ready.then(() => thread.ended.then(() => this.#replace(worker)), this.#broken.resolve)
    return worker
  }

  /** The one before ends now, or as soon as DuckDB has let go of it. */
  #replace(worker: Worker): void {
    if (worker !== this.#worker) return
    this.#worker = this.#start()
    if (worker.thread.isEnded) return
    this.#retired += 1
    void worker.thread.ended.then(() => (this.#retired -= 1))
    if (this.#retired > mostRetired) this.#broken.resolve()
    const { outside, retired } = plannerPlaces
    if (Atomics.compareExchange(worker.place, 0, outside, retired) === outside) void worker.thread[Symbol.asyncDispose]()
    else worker.thread.call({ kind: 'retire' }).catch(() => undefined)
  }
}

/** Whether the run of what was planned is planned otherwise: rights are asked of another plan than sources are. */
function isForeseen(request: ParseRequest | PlanRequest): request is PlanRequest {
  if (request.kind === 'parse' || request.isExplained === true || request.pushes !== undefined) return false
  return request.tables.some((table) => 'connector' in table)
}

function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false
  const { cause } = error.details
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

function tooLate({ ms }: PlannerLimits): ServiceError {
  return new ServiceError(
    'exhausted',
    say`reading and planning the statement took longer than ${ms / 1000} s: make it smaller (fewer joins, shorter lists, less nesting), or keep parts of it in tables`,
  )
}

function tooLarge({ memoryMiB }: PlannerLimits): ServiceError {
  return new ServiceError(
    'exhausted',
    say`reading and planning the statement took more than ${memoryMiB} MiB of memory: make it smaller (fewer joins, shorter lists, less nesting), or keep parts of it in tables`,
  )
}

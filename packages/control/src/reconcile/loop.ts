// The loop under every reconciler: told which resource, never what changed; one run at a time for each; what is unavailable is tried again.

import { ServiceError, verbatim } from '@tributary/rules'
import type { Log, ReconcileKind } from '../deps.ts'
import type { Observer } from '../observer.ts'

/** Brings one resource to what the store says of it. Running it twice is free, running it late is safe. */
export type Reconciler = (id: string) => Promise<void>

/** One kind of resource: how it settles, and which there are. */
export interface Settling {
  readonly reconcile: Reconciler
  /** Every resource of the kind that a sweep looks at. */
  readonly list: () => AsyncIterable<string>
  /**
   * Moves with everything that a run goes by, where that is known: a sweep under the version of one in which all settled has nothing to look at. Absent,
   * or `undefined` for now, where runs go by something else as well.
   */
  readonly version?: () => number | undefined
}

/** What the loop runs, and how it waits; durations in ms. */
export interface LoopOptions {
  readonly kinds: Readonly<Record<ReconcileKind, Settling>>
  /** Runs with each sweep: what is over is forgotten. */
  readonly tidy: () => Promise<void>
  readonly sweepMs: number
  /** How long one run may take, a minute unless told; one that takes longer is given up and tried again like one that failed. */
  readonly mostRunMs?: number
  readonly log: Log
  readonly observer: Observer
}

interface Work {
  readonly kind: ReconcileKind
  readonly id: string
  isRunning: boolean
  attempts: number
  /** Since when somebody wants it settled, as of `performance.now()`. */
  dueSince: number
  /** Ends with the next run that has not begun. */
  next: PromiseWithResolvers<void> | undefined
  retry: NodeJS.Timeout | undefined
}

const shortestRetryMs = 200
const longestRetryMs = 30_000
const usualMostRunMs = 60_000
// What runs together writes together: the store syncs once for all of them.
const sweepWidth = 64

/** Runs reconcilers. Disposing it waits for the runs under way. */
export class Loop implements AsyncDisposable {
  readonly #options: LoopOptions
  readonly #works = new Map<string, Work>()
  readonly #runs = new Set<Promise<void>>()
  /** By kind, the version under which every resource of it was seen settled. */
  readonly #settled = new Map<ReconcileKind, number>()
  #sweeping: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: LoopOptions) {
    this.#options = options
  }

  /** Has a resource looked at soon; never throws, never waits. */
  readonly wake = (kind: ReconcileKind, id: string): void => {
    void this.#enqueue(kind, id)
  }

  /** Wakes, and waits until a run that began after this call has ended, at most so long. A failed run ends the wait too. */
  async settle(kind: ReconcileKind, id: string, timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs)
    })
    await Promise.race([this.#enqueue(kind, id), tooLong])
    clearTimeout(timer)
  }

  /** Begins to look at everything, now and from then on again and again; nobody waits for it: what is asked for meanwhile settles first. */
  start(): void {
    if (this.#closed) return
    void this.sweep()
    this.#timer = setInterval(() => void this.sweep(), this.#options.sweepMs)
    this.#timer.unref()
  }

  /** How long the resource has waited to settle that has waited longest, from its first wake on and over its retries; 0 when none waits. */
  oldestDueMs(): number {
    const now = performance.now()
    return [...this.#works.values()].reduce((oldest, { dueSince }) => Math.max(oldest, now - dueSince), 0)
  }

  /** Looks at everything once, a few at a time; a sweep under way is joined. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined
    })
    return this.#sweeping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    for (const work of this.#works.values()) {
      clearTimeout(work.retry)
      work.next?.resolve()
    }
    await Promise.allSettled([...this.#runs, this.#sweeping])
  }

  async #sweep(): Promise<void> {
    try {
      // The kinds beside each other: ten thousand queues, or one that hangs, must not keep the few of another kind waiting.
      await Promise.all(Object.entries(this.#options.kinds).map(([kind, settling]) => this.#sweepKind(kind as ReconcileKind, settling)))
      if (!this.#closed) await this.#options.tidy()
    } catch (error) {
      this.#options.log.error({ err: error }, 'a sweep was broken off')
    }
  }

  async #sweepKind(kind: ReconcileKind, { list, version }: Settling): Promise<void> {
    const before = version?.()
    if (before !== undefined && before === this.#settled.get(kind)) return
    const runs = new Set<Promise<void>>()
    for await (const id of list()) {
      if (this.#closed) return
      const run = this.#enqueue(kind, id).finally(() => runs.delete(run))
      runs.add(run)
      if (runs.size >= sweepWidth) await Promise.race(runs)
    }
    await Promise.all(runs)
    // What waits to be tried again has not settled; what the runs wrote themselves is looked at once more.
    const isSettled = ![...this.#works.values()].some((work) => work.kind === kind)
    if (before === undefined || !isSettled) this.#settled.delete(kind)
    else this.#settled.set(kind, before)
  }

  #enqueue(kind: ReconcileKind, id: string): Promise<void> {
    if (this.#closed) return Promise.resolve()
    const key = `${kind} ${id}`
    const work = this.#works.get(key) ?? {
      kind,
      id,
      isRunning: false,
      attempts: 0,
      dueSince: performance.now(),
      next: undefined,
      retry: undefined,
    }
    this.#works.set(key, work)
    work.next ??= Promise.withResolvers<void>()
    const { promise } = work.next
    if (!work.isRunning) this.#begin(key, work)
    return promise
  }

  #begin(key: string, work: Work): void {
    clearTimeout(work.retry)
    work.retry = undefined
    work.isRunning = true
    const run = this.#drain(key, work).finally(() => this.#runs.delete(run))
    this.#runs.add(run)
  }

  /** Runs until nobody has asked again during the last run. */
  async #drain(key: string, work: Work): Promise<void> {
    while (work.next !== undefined && !this.#closed) {
      const { resolve } = work.next
      work.next = undefined
      await this.#run(work)
      resolve()
    }
    work.isRunning = false
    if (work.retry === undefined) this.#works.delete(key)
  }

  async #run(work: Work): Promise<void> {
    const { kind, id } = work
    try {
      await this.#runInTime(kind, id)
      work.attempts = 0
      work.dueSince = performance.now()
      this.#options.observer.looked(kind, 'settled')
    } catch (error) {
      const isExpected = error instanceof ServiceError && error.kind === 'unavailable'
      this.#options.observer.looked(kind, isExpected ? 'retried' : 'failed')
      const fields = { kind, id, attempts: work.attempts, err: error }
      if (isExpected) this.#options.log.warn(fields, 'a resource could not be settled yet')
      else this.#options.log.error(fields, 'a resource could not be settled')
      this.#retryLater(work)
    }
  }

  /**
   * A run that hangs must not keep its resource from ever being looked at again. Should it end after all, the resource is looked at once more: what it wrote
   * then was decided long before.
   */
  async #runInTime(kind: ReconcileKind, id: string): Promise<void> {
    const { kinds, mostRunMs = usualMostRunMs } = this.#options
    const run = kinds[kind].reconcile(id)
    const late = Promise.withResolvers<never>()
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      late.reject(new ServiceError('unavailable', verbatim(`one look at it took longer than ${mostRunMs} ms`)))
    }, mostRunMs)
    const again = (): void => {
      if (isLate) this.wake(kind, id)
    }
    run.then(again, again)
    try {
      await Promise.race([run, late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  #retryLater(work: Work): void {
    if (this.#closed) return
    const waitMs = Math.min(longestRetryMs, shortestRetryMs * 2 ** work.attempts)
    work.attempts += 1
    clearTimeout(work.retry)
    // Jitter: what failed together must not come back together.
    work.retry = setTimeout(() => this.wake(work.kind, work.id), waitMs * (0.5 + Math.random() / 2))
    work.retry.unref()
  }
}

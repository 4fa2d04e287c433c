// The loop under every reconciler: told which resource, never what changed; one run at a time for each; what is unavailable is tried again.

import { ServiceError } from '@tributary/rules'
import type { Log, ReconcileKind } from '../deps.ts'

/** Brings one resource to what the store says of it. Running it twice is free, running it late is safe. */
export type Reconciler = (id: string) => Promise<void>

/** One kind of resource: how it settles, and which there are. */
export interface Settling {
  readonly reconcile: Reconciler
  /** Every resource of the kind that a sweep looks at. */
  readonly list: () => AsyncIterable<string>
}

/** What the loop runs, and how it waits; durations in ms. */
export interface LoopOptions {
  readonly kinds: Readonly<Record<ReconcileKind, Settling>>
  /** Runs with each sweep: what is over is forgotten. */
  readonly tidy: () => Promise<void>
  readonly sweepMs: number
  readonly log: Log
}

interface Work {
  readonly kind: ReconcileKind
  readonly id: string
  isRunning: boolean
  attempts: number
  /** Ends with the next run that has not begun. */
  next: PromiseWithResolvers<void> | undefined
  retry: NodeJS.Timeout | undefined
}

const shortestRetryMs = 200
const longestRetryMs = 30_000

/** Runs reconcilers. Disposing it waits for the runs under way. */
export class Loop implements AsyncDisposable {
  readonly #options: LoopOptions
  readonly #works = new Map<string, Work>()
  readonly #runs = new Set<Promise<void>>()
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

  /** Looks at everything once, and from then on again and again. */
  async start(): Promise<void> {
    await this.sweep()
    if (this.#closed) return
    this.#timer = setInterval(() => void this.sweep(), this.#options.sweepMs)
    this.#timer.unref()
  }

  /** Looks at everything once, one after the other; a sweep under way is joined. */
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
      for (const [kind, { list }] of Object.entries(this.#options.kinds)) {
        for await (const id of list()) {
          if (this.#closed) return
          await this.#enqueue(kind as ReconcileKind, id)
        }
      }
      await this.#options.tidy()
    } catch (error) {
      this.#options.log.error({ err: error }, 'a sweep was broken off')
    }
  }

  #enqueue(kind: ReconcileKind, id: string): Promise<void> {
    if (this.#closed) return Promise.resolve()
    const key = `${kind} ${id}`
    const work = this.#works.get(key) ?? { kind, id, isRunning: false, attempts: 0, next: undefined, retry: undefined }
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
      await this.#options.kinds[kind].reconcile(id)
      work.attempts = 0
    } catch (error) {
      const isExpected = error instanceof ServiceError && error.kind === 'unavailable'
      const fields = { kind, id, attempts: work.attempts, err: error }
      if (isExpected) this.#options.log.warn(fields, 'a resource could not be settled yet')
      else this.#options.log.error(fields, 'a resource could not be settled')
      this.#retryLater(work)
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

// Tells those who wait for the end of a job that it has come, so that they need not ask again and again.

import type { JobId } from '@tributary/rules'

/** Who waits beyond so many is not kept waiting: they are answered at once, as if they had not asked for it. */
const mostWaiting = 1_000

/** One wait that was announced. Disposing it ends it. */
export interface ExpectedEnd extends Disposable {
  /** Resolves with the end of the job, when the time is up, or when nobody is kept waiting any more; never rejects. */
  readonly come: Promise<void>
}

/** Who waits, by job. A job that nobody here has ended, because its server died, keeps its waiters for as long as they said. */
export class JobEnds {
  readonly #waiting = new Map<JobId, Set<() => void>>()
  #count = 0
  #isClosed = false

  /**
   * Begins to wait. Whoever reads the job after this misses no end: it shows in what they read, or comes here.
   * @param waitMs - at most so long
   */
  expect(id: JobId, waitMs: number): ExpectedEnd {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (this.#isClosed || this.#count >= mostWaiting) resolve()
    else this.#add(id, resolve)
    const timer = setTimeout(resolve, waitMs)
    return {
      come: promise,
      [Symbol.dispose]: () => {
        clearTimeout(timer)
        this.#remove(id, resolve)
      },
    }
  }

  /** The end of a job has been written. */
  tell(id: JobId): void {
    for (const resolve of this.#waiting.get(id) ?? []) resolve()
  }

  /** Keeps nobody waiting any more. */
  close(): void {
    this.#isClosed = true
    for (const id of this.#waiting.keys()) this.tell(id)
  }

  #add(id: JobId, resolve: () => void): void {
    const own = this.#waiting.get(id) ?? new Set()
    own.add(resolve)
    this.#waiting.set(id, own)
    this.#count += 1
  }

  #remove(id: JobId, resolve: () => void): void {
    const own = this.#waiting.get(id)
    if (own?.delete(resolve) !== true) return
    this.#count -= 1
    if (own.size === 0) this.#waiting.delete(id)
  }
}

// Counts failed sign-ins and signatures per credential and address, in bounded memory, and says when one is locked.

import { createHash } from 'node:crypto'
import { addFailure, type Failures, isLockedOut } from '@tributary/rules'

// About 200 bytes each.
const mostEntries = 10_000

/** What failed, and where it came from; every part must be equal for two failures to be one row. */
export type Attempt = readonly string[]

/** Failures in a row of this process; what happened longest ago is forgotten when there are too many. */
export class LockOut {
  readonly #clock: () => number
  readonly #entries = new Map<string, Failures>()

  constructor(clock: () => number) {
    this.#clock = clock
  }

  /** True while nothing is let through, right or wrong. */
  isLocked(attempt: Attempt): boolean {
    return this.#entries.size > 0 && isLockedOut(this.#entries.get(keyOf(attempt)), this.#clock())
  }

  /** One more failure in a row. */
  addFailure(attempt: Attempt): void {
    const key = keyOf(attempt)
    const failures = addFailure(this.#entries.get(key), this.#clock())
    this.#entries.delete(key)
    this.#entries.set(key, failures)
    if (this.#entries.size > mostEntries) this.#entries.delete(this.#entries.keys().next().value ?? '')
  }

  /** Ends the row of failures. */
  forgive(attempt: Attempt): void {
    if (this.#entries.size > 0) this.#entries.delete(keyOf(attempt))
  }

  /** How many rows of failures are remembered. */
  get size(): number {
    return this.#entries.size
  }
}

/** Of one length whatever was sent. */
function keyOf(attempt: Attempt): string {
  return createHash('sha256').update(JSON.stringify(attempt)).digest('base64')
}

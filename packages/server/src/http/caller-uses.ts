// What each caller has in flight and how much of its rate is used up, in bounded memory.

/** The use that one caller makes of the server. Counted in place: it changes at every request. */
export interface Use {
  /** In flight. */
  requests: number
  /** When the caller's bucket is full again, as of `performance.now()`. */
  fullAt: number
}

/** Uses that are remembered before those of callers who ask nothing are forgotten. */
const mostUses = 10_000

/** Finds uses by project and user; two levels, so that no key is put together at each request. */
export class CallerUses {
  readonly #byScope = new Map<string, Map<string, Use>>()
  #size = 0
  #tidyAt = mostUses

  /** How many are remembered. */
  get size(): number {
    return this.#size
  }

  /** The use of a caller, a new one where there was none. @param now - as of `performance.now()` */
  find(scope: string, caller: string, now: number): Use {
    const found = this.#byScope.get(scope)?.get(caller)
    if (found !== undefined) return found
    if (this.#size >= this.#tidyAt) this.#forgetIdle(now)
    const use: Use = { requests: 0, fullAt: now }
    const callers = this.#byScope.get(scope) ?? new Map<string, Use>()
    this.#byScope.set(scope, callers.set(caller, use))
    this.#size += 1
    return use
  }

  /** A caller with nothing in flight and a full bucket is as one who never came. Those who remain are bounded by what may be in flight. */
  #forgetIdle(now: number): void {
    for (const [scope, callers] of this.#byScope) {
      for (const [caller, { requests, fullAt }] of callers) {
        if (requests > 0 || fullAt > now) continue
        callers.delete(caller)
        this.#size -= 1
      }
      if (callers.size === 0) this.#byScope.delete(scope)
    }
    this.#tidyAt = Math.max(mostUses, this.#size * 2)
  }
}

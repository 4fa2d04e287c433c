// The clock of timing profiles and plans, which may be set ahead; nothing else goes by it.

import { aheadAt, type ClockAdvance, type Queue, queueWaitMs, type Timing } from '@tributary/rules'
import type { Store } from '@tributary/store'

/** Rehearsed time, as the store says it is. */
export class Rehearsal {
  readonly #clock: () => number
  readonly #timing: Timing
  #advances: readonly ClockAdvance[]

  constructor(clock: () => number, timing: Timing, advances: readonly ClockAdvance[] = []) {
    this.#clock = clock
    this.#timing = timing
    this.#advances = advances
  }

  /** Reads how far the clock is ahead; an installation whose clock may no longer be moved keeps it where it is. */
  static async open(store: Pick<Store, 'installation'>, clock: () => number, timing: Timing): Promise<Rehearsal> {
    return new Rehearsal(clock, timing, await store.installation.listClockAdvances())
  }

  /** ms since the epoch, as plans have it. */
  now(): number {
    return this.#clock() + this.aheadMs
  }

  /** How far it is ahead of the real clock. */
  get aheadMs(): number {
    return aheadAt(this.#advances, this.#clock())
  }

  /** How long a queue is still being made, in ms; 0 once it is there. */
  waitOf(queue: Queue): number {
    return queueWaitMs(queue, this.#timing, { advances: this.#advances, now: this.#clock() })
  }

  /** Takes up what has been written; of two writes that come in another order than they were made the newer counts. */
  follow(advances: readonly ClockAdvance[]): void {
    const [known, newer] = [this.#advances.at(-1), advances.at(-1)]
    if (newer !== undefined && newer.aheadMs >= (known?.aheadMs ?? 0)) this.#advances = advances
  }
}

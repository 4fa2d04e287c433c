// Which scans are waited for and say nothing: a job that is late because of a source says so.

import type { TableId } from '@tributary/rules'
import { readCounts } from './channel.ts'
import type { SilentSource } from './messages.ts'

/** So long a scan says nothing before it is called silent. */
const silentAfterMs = 1_000

interface Watched {
  readonly table: TableId
  readonly state: SharedArrayBuffer
  readonly isDone: () => boolean
  rows: number
  /** When it said something last, or its rows were not waited for. */
  at: number
}

/** The scans of one run. */
export class ScanSilence {
  readonly #clock: () => number
  readonly #watched: Watched[] = []

  /** @param clock - ms, only forward */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock
  }

  /** @param state - of the channel down which its rows come */
  watch(table: TableId, state: SharedArrayBuffer, isDone: () => boolean): void {
    this.#watched.push({ table, state, isDone, rows: 0, at: this.#clock() })
  }

  /** Those that have said nothing since they were watched or last looked at, longest first. */
  look(): readonly SilentSource[] {
    const now = this.#clock()
    for (const watched of this.#watched) {
      const { rows, isHeldBack } = readCounts(watched.state)
      if (rows === watched.rows && !isHeldBack && !watched.isDone()) continue
      watched.rows = rows
      watched.at = now
    }
    const silent = this.#watched.map(({ table, at }) => ({ table, ms: now - at })).filter(({ ms }) => ms >= silentAfterMs)
    return silent.toSorted((one, other) => other.ms - one.ms)
  }
}

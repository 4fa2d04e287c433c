// What sources guessed of late: a scan that comes again within a minute is not asked about again.

import type { Estimate } from '../../connectors/connector.ts'
import type { Scan } from '../../plan/plan.ts'

const keepMs = 60_000
const mostKept = 200

/** Guesses by what was asked about. One that the source did not make is kept, too. */
export class KeyEstimates {
  readonly #now: () => number
  readonly #kept = new Map<string, { readonly estimate: Estimate | undefined; readonly until: number }>()

  /** @param now - ms, of any clock that does not go back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** @returns what was kept of this scan, if anything was */
  find(scan: Scan): { readonly estimate: Estimate | undefined } | undefined {
    const kept = this.#kept.get(keyOf(scan))
    return kept === undefined || kept.until < this.#now() ? undefined : kept
  }

  keep(scan: Scan, estimate: Estimate | undefined): void {
    const key = keyOf(scan)
    this.#kept.delete(key)
    this.#kept.set(key, { estimate, until: this.#now() + keepMs })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest)
  }
}

/** Handles differ from job to job. */
function keyOf({ table, filters, remote }: Scan): string {
  return JSON.stringify([table, filters, remote], (_name, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}

// What crosses for one run of a job: kept as it goes and once more when it is over, and counted for each connection.

import type { Progress } from '@tributary/query'
import type { Crossing, JobId } from '@tributary/rules'
import type { Deps } from '../deps.ts'

/** How often at most it is written while the job runs. */
const writeEveryMs = 500

/** Hears how far a run is. */
export type ProgressListener = (progress: Progress) => void

/** What a crossing had moved when it was counted last. */
type Counted = Pick<Crossing, 'rows' | 'bytesIn' | 'bytesOut'>

const nothing: Counted = { rows: 0, bytesIn: 0, bytesOut: 0 }

/** The crossings of one run. */
export class RunCrossings {
  readonly #deps: Pick<Deps, 'store' | 'observer' | 'log'>
  readonly #id: JobId
  #last: readonly Crossing[] = []
  readonly #counted: Counted[] = []
  #writtenAt = performance.now()

  constructor(deps: Pick<Deps, 'store' | 'observer' | 'log'>, id: JobId) {
    this.#deps = deps
    this.#id = id
  }

  /** Hears of progress before `next` does. */
  listening(next: ProgressListener): ProgressListener {
    return (progress) => {
      this.#note(progress.crossings ?? [])
      next(progress)
    }
  }

  /** The run is over, however it ended; what was heard last is written, and nobody waits for it. */
  settle(): void {
    if (this.#last.length === 0) return
    this.#write()
    for (const { connectionId, state } of this.#last)
      if (connectionId !== undefined) this.#deps.observer.crossed(connectionId, state === 'running' ? 'stopped' : state)
  }

  #note(crossings: readonly Crossing[]): void {
    this.#last = crossings
    crossings.forEach((crossing, at) => this.#count(crossing, at))
    const now = performance.now()
    if (crossings.length === 0 || now - this.#writtenAt < writeEveryMs) return
    this.#writtenAt = now
    this.#write()
  }

  #count({ connectionId, kind, rows, bytesIn, bytesOut }: Crossing, at: number): void {
    if (connectionId === undefined) return
    const before = this.#counted[at] ?? nothing
    this.#counted[at] = { rows, bytesIn, bytesOut }
    const moved = { rows: Math.max(0, rows - before.rows), bytesIn: bytesIn - before.bytesIn, bytesOut: bytesOut - before.bytesOut }
    this.#deps.observer.moved(connectionId, { ...moved, direction: kind === 'write' ? 'out' : 'in' })
  }

  #write(): void {
    const { store, log } = this.#deps
    store.jobCrossings.put(this.#id, this.#last).catch((error: unknown) => {
      log.error({ err: error, jobId: this.#id }, 'what crossed for a job was not written')
    })
  }
}

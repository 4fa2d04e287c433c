// SQL jobs as a client that is in a hurry runs them: submitted, asked about often, read.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Wire } from './wire.ts'

// A poll costs the server time, too: it comes after a fiftieth of the time that the job has taken so far, so it is at most 2 % late.
const pollMs = { least: 1, most: 25, share: 1 / 50 }
const defaultLimitMs = 120_000

/** How a job is run; all have defaults. */
export interface RunOptions {
  /** In which names of tables are looked up. */
  readonly database?: string
  readonly limitMs?: number
}

/** The jobs of one project on one queue. */
export class Jobs {
  readonly #wire: Wire
  readonly #base: string
  readonly #queue: string

  constructor(wire: Wire, project: string, queue: string) {
    this.#wire = wire
    this.#base = `/v1.0/${project}/jobs`
    this.#queue = queue
  }

  /** Submits a statement and returns at once. @returns the job's id. @throws {Error} when it is refused */
  async submit(sql: string, { database }: RunOptions = {}): Promise<string> {
    const order = { sql, queue_name: this.#queue, ...(database === undefined ? {} : { currentdb: database }) }
    const submitted = await this.#wire.json('POST', `${this.#base}/submit-job`, order)
    return String(submitted['job_id'])
  }

  /** Waits for a job's end, however it ends. @throws {Error} when it takes too long */
  async untilEnded(id: string, limitMs = defaultLimitMs): Promise<{ readonly status: string; readonly message: string }> {
    const begun = performance.now()
    for (;;) {
      const { status, message } = await this.#wire.json('GET', `${this.#base}/${id}/status`)
      if (status === 'FINISHED' || status === 'FAILED' || status === 'CANCELLED') return { status, message: String(message) }
      const soFarMs = performance.now() - begun
      if (soFarMs > limitMs) throw new Error(`job ${id} took longer than ${limitMs / 1000} s`)
      await sleep(Math.min(pollMs.most, Math.max(pollMs.least, soFarMs * pollMs.share)))
    }
  }

  /** Submits a statement and waits for its end. @returns the job's id. @throws {Error} when it is refused or fails */
  async run(sql: string, options: RunOptions = {}): Promise<string> {
    const id = await this.submit(sql, options)
    const { status, message } = await this.untilEnded(id, options.limitMs)
    if (status !== 'FINISHED') throw new Error(`${sql} ended ${status}: ${message}`)
    return id
  }

  /** Runs a query and reads its first rows. */
  async rows(sql: string, options: RunOptions = {}): Promise<readonly (readonly unknown[])[]> {
    const answer = await this.#wire.json('GET', `${this.#base}/${await this.run(sql, options)}/preview`)
    return answer['rows'] as readonly (readonly unknown[])[]
  }
}

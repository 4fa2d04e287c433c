// SQL jobs as a client that is in a hurry runs them: submitted, waited for by a GET that is answered at their end, read.

import type { Wire } from './wire.ts'

// Polls would take processors from the engine: a hundred of them in a tenth of a second, for an answer that comes a millisecond late.
const untilEnd = { prefer: 'wait=20' }
const defaultLimitMs = 120_000

/** How a job is run; all have defaults. */
export interface RunOptions {
  /** In which names of tables are looked up. */
  readonly database?: string
  readonly limitMs?: number
  /** Cancels the job, and waits until it has ended. */
  readonly signal?: AbortSignal | undefined
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
      const { status, message } = await this.#wire.read(`${this.#base}/${id}/status`, untilEnd)
      if (status === 'FINISHED' || status === 'FAILED' || status === 'CANCELLED') return { status, message: String(message) }
      if (performance.now() - begun > limitMs) throw new Error(`job ${id} took longer than ${limitMs / 1000} s`)
    }
  }

  /** Submits a statement and waits for its end. @returns the job's id. @throws {Error} when it is refused or fails */
  async run(sql: string, options: RunOptions = {}): Promise<string> {
    const id = await this.submit(sql, options)
    const cancel = (): void => void this.#wire.send('DELETE', `${this.#base}/${id}`).catch(() => undefined)
    options.signal?.addEventListener('abort', cancel)
    if (options.signal?.aborted === true) cancel()
    const { status, message } = await this.untilEnded(id, options.limitMs)
    options.signal?.removeEventListener('abort', cancel)
    if (status !== 'FINISHED') throw new Error(`${sql} ended ${status}: ${message}`)
    return id
  }

  /** Runs a query and reads its first rows. */
  async rows(sql: string, options: RunOptions = {}): Promise<readonly (readonly unknown[])[]> {
    const answer = await this.#wire.json('GET', `${this.#base}/${await this.run(sql, options)}/preview`)
    return answer['rows'] as readonly (readonly unknown[])[]
  }
}

// Runs connectivity tests: dials as their queue does, and writes what came of it. A test that a dead process left is run again: it changes nothing.

import {
  climbed,
  type ConnectionTest,
  type ConnectionTestId,
  judgeTestAddress,
  longestTestMs,
  parseTestAddress,
  reachable,
  type Rung,
  ServiceError,
  type TestAddress,
  type TestEnd,
  say,
  shortened,
  unreachable,
} from '@tributary/rules'
import type { Deps } from '../deps.ts'
import type { QueueDiallers } from '../queue-diallers.ts'
import type { ReachabilityBook } from '../reachability.ts'

/** Longest reason that is kept: a name with many addresses may fail in many ways. */
const mostCharacters = 1_000

/** The tests that run in this process. Disposing it leaves them to the next one. */
export class ConnectionTestRunner implements AsyncDisposable {
  readonly #deps: Deps
  readonly #diallers: QueueDiallers
  readonly #book: ReachabilityBook
  readonly #runs = new Map<ConnectionTestId, Promise<void>>()
  readonly #closing = new AbortController()

  constructor(deps: Deps, diallers: QueueDiallers, book: ReachabilityBook) {
    this.#deps = deps
    this.#diallers = diallers
    this.#book = book
  }

  /** Takes a test up unless it runs here already; one that has ended is left alone. */
  ensure(id: ConnectionTestId): void {
    if (this.#closing.signal.aborted || this.#runs.has(id)) return
    const run = this.#run(id).finally(() => this.#runs.delete(id))
    this.#runs.set(id, run)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new ServiceError('unavailable', say`the server is shutting down`))
    await Promise.all(this.#runs.values())
  }

  async #run(id: ConnectionTestId): Promise<void> {
    const { store, clock, log } = this.#deps
    try {
      const test = await store.connectionTests.findById(id)
      if (test === undefined || test.connectivity !== '') return
      const end = await this.#judge(test)
      await this.#book.written()
      await store.connectionTests.end(id, end, clock())
    } catch (error) {
      if (!this.#closing.signal.aborted) log.error({ err: error, testId: id }, 'a connectivity test could not be run')
    }
  }

  async #judge(test: ConnectionTest): Promise<TestEnd> {
    const address = parseTestAddress(test.address)
    const told: Rung[] = []
    try {
      const known = judgeTestAddress(address)
      if (known !== undefined) return known
      await this.#climb(test, address, told)
      return reachable(address)
    } catch (error) {
      this.#closing.signal.throwIfAborted()
      if (!(error instanceof ServiceError)) throw error
      const last = climbed(told, error).at(-1)
      return unreachable(last?.name ?? 'name', shortened(error.text, mostCharacters))
    } finally {
      this.#book.noteClimb(told)
    }
  }

  async #climb({ queueId }: ConnectionTest, { host, port }: TestAddress, told: Rung[]): Promise<void> {
    const late = new AbortController()
    const reason = new ServiceError('unavailable', say`nothing was settled within ${longestTestMs / 1000} s`)
    const timer = setTimeout(() => late.abort(reason), longestTestMs)
    const options = { signal: AbortSignal.any([late.signal, this.#closing.signal]), onRung: (rung: Rung) => void told.push(rung) }
    try {
      await this.#diallers.use(queueId, this.#deps.networkOf, async (dialler) => {
        if (port === undefined) await dialler.trace(host, options)
        else (await dialler.dial({ host, port }, options)).destroy()
      })
    } finally {
      clearTimeout(timer)
    }
  }
}

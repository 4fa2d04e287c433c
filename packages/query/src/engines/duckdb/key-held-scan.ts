// A scan whose session is open and which waits to be told what it asks for: meanwhile its source says how many rows it would send.

import { ServiceError } from '@tributary/rules'
import { type Estimate, NotAskable, type Session } from '../../connectors/connector.ts'
import type { Scan, SourceScan } from '../../plan/plan.ts'

/** The one scan of a source thread, between whoever decides and the session that asks. */
export class HeldScan {
  readonly #scan: SourceScan
  readonly #isKnown: boolean
  readonly #order = Promise.withResolvers<Scan | undefined>()
  readonly #estimate = Promise.withResolvers<Estimate | undefined>()
  #session: Session | undefined

  /** @param isKnown - whether nobody asks how many rows it has */
  constructor(scan: SourceScan, isKnown: boolean) {
    this.#scan = scan
    this.#isKnown = isKnown
  }

  /** How many rows it has as it stands, once the session is open; nothing where the source does not tell, or the scan is over. */
  get estimate(): Promise<Estimate | undefined> {
    return this.#estimate.promise
  }

  /** How many rows it would have if it asked for something else. */
  async estimateOf(scan: Scan): Promise<Estimate | undefined> {
    return this.#session === undefined ? undefined : await estimate(this.#session, this.#as(scan)).catch(() => undefined)
  }

  /** Lets it ask. @param scan - `undefined` where it is not needed: it ends without a row */
  proceed(scan: Scan | undefined): void {
    this.#order.resolve(scan)
  }

  /** @returns what to ask for @throws {ServiceError} where the session is lost; the signal's reason when it is aborted */
  async wait(session: Session, signal: AbortSignal): Promise<SourceScan | undefined> {
    this.#session = session
    if (!this.#isKnown) this.#estimate.resolve(await estimate(session, this.#scan))
    const scan = await Promise.race([this.#order.promise, aborted(signal)])
    this.#session = undefined
    return scan === undefined ? undefined : this.#as(scan)
  }

  /** Nobody waits for what is over. */
  end(): void {
    this.#session = undefined
    this.#estimate.resolve(undefined)
  }

  #as(scan: Scan): SourceScan {
    return { ...scan, table: this.#scan.table }
  }
}

/** What a source refuses to guess it may refuse to answer as well: the scan tells, in its own words. */
async function estimate(session: Session, scan: SourceScan): Promise<Estimate | undefined> {
  try {
    return await session.estimate?.(scan)
  } catch (error) {
    if (!(error instanceof ServiceError) || error.kind === 'unavailable' || error instanceof NotAskable) throw error
    return undefined
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

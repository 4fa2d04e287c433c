// What code that reads one kind of source must offer.

import type { Dialer } from '@tributary/fabric/dial'
import { type Column, type Rung, ServiceError, type Text } from '@tributary/rules'
import type { RecordBatch, Spares } from '../batch.ts'
import type { Filter, SourceScan } from '../plan/plan.ts'
import type { OpenableTable, SourceTable } from '../source.ts'

/** How well a source keeps a filter: `exact` sends only rows that pass, `inexact` may send more, `none` ignores it. */
export type Offer = 'exact' | 'inexact' | 'none'

/** How far a probe climbs: what is said of TLS, a session as jobs open it, the table besides. */
export type ProbeDepth = 'tls' | 'login' | 'object'

/** What a probe is told: how far, when to stop, and who hears of each rung. */
export interface ProbeOptions {
  readonly depth: ProbeDepth
  readonly signal: AbortSignal
  readonly tell: (rung: Rung) => void
}

/** One kind of source, in a folder of its own; CONTRIBUTING.md, "Add a connector", says what is there to build it from. */
export interface Connector {
  /** Lower case, as `SourceTable.connector` names it. */
  readonly kind: string
  /** Opens a session. Reaches the source through `dial` alone. @throws {ServiceError} `unavailable`, `forbidden` */
  open(source: OpenableTable, dial: Dialer, signal: AbortSignal): Promise<Session>
  /**
   * Takes over a session that {@link Session.leave} kept open for the same login, if there is one. It may have been lost since: its first answer tells.
   * `dial` is for what else it opens.
   */
  takeKept?(source: OpenableTable, dial: Dialer, signal: AbortSignal): Session | undefined
  /** Closes the sessions that are kept open, at once: after a change of the network. */
  closeKept?(): void
  /**
   * Climbs to a source for the doctor and leaves; every rung is told as it ends.
   * @throws {ServiceError} what ended the climb
   */
  probe(source: OpenableTable, dial: Dialer, options: ProbeOptions): Promise<void>
  /**
   * Whether the source means the same as Spark by a filter on this table: for EXPLAIN and reports. It is asked of one filter at a time, and of no more
   * than the plan has: a list of neighbouring whole numbers comes as two comparisons. A scan is given all filters, whatever was said of them here.
   */
  offer(filter: Filter, table: SourceTable): Offer
  /** The text that a scan sends where the source's types are the declared ones, for EXPLAIN: nothing is dialled, and it holds no secret. */
  explain(scan: SourceScan): string
}

/** That a whole query (`SourceScan.remote`, of a kind whose `source.ts` has an `offerQuery`) cannot be asked of a server after all: thrown before its first row. */
export class NotAskable extends ServiceError {
  /** @param why - what of the server makes its answer another one */
  constructor(why: Text) {
    super('unsupported', why)
  }
}

/**
 * Hears of each statement that moves rows, when it is sent.
 * @param text - as sent, without what a connector puts around it for itself; rows, and values that are no part of the user's statement, are named and not listed
 * @returns what is called when the statement is over, however it ended
 */
export type StatementListener = (text: string) => () => void

/** What becomes of rows at a source. */
export interface WriteRequest {
  /** Of the table, in the order in which batches carry them; the source gives the others their defaults. */
  readonly columns: readonly Column[]
  /** How the rows that are there go first, in the same transaction: not at all, one by one, or all at once with every reader locked out. */
  readonly emptying: 'none' | 'delete' | 'truncate'
  /** What the job gives a statement at the source; absent: the connector's own limit. */
  readonly timeLimitMs: number | undefined
  /** Hears of the statements that carry the rows. */
  readonly hear?: StatementListener | undefined
}

/** What came of a write that the source has committed. */
export interface WriteReport {
  readonly rowCount: number
}

/** How many rows a scan would send, as its source guesses without reading them. */
export interface Estimate {
  readonly rows: number
  /** Whether the source weighed none of the conditions, so that far fewer may come. */
  readonly isCeiling: boolean
}

/** What a scan is given besides itself; all of it may be absent. */
export interface ScanSurroundings {
  /** Where buffers of batches are taken from. */
  readonly spares?: Spares | undefined
  /** Hears of the statements that carry the rows. */
  readonly hear?: StatementListener | undefined
  /** Asks for sessions besides its own, before it opens them: how many there are at most for it now. Absent: as many as it likes. */
  readonly more?: ((most: number) => Promise<number>) | undefined
}

/**
 * One conversation with a source, for one job; disposing it ends its sockets. The engine asks of a session either to describe, or to scan once (estimates
 * before that), or to write; the doctor describes after the login. Nothing is asked while something else is under way.
 */
export interface Session extends AsyncDisposable {
  /** Reads the columns of the table the session was opened for. @throws {ServiceError} `semantic` when it is not there */
  describe(): Promise<readonly Column[]>
  /** Asks how many rows a scan would send; takes milliseconds. Absent where a source does not tell. @returns `undefined` where it does not tell of this scan @throws {ServiceError} */
  estimate?(scan: SourceScan): Promise<Estimate | undefined>
  /**
   * Streams a scan's rows with back-pressure: the next batch is read when it is asked for. Whoever has enough returns the iterator, and ends the session.
   * `describe` was asked of another session, if ever: the columns are those of `scan.table`, which CREATE TABLE may have named.
   */
  scan(scan: SourceScan, around?: ScanSurroundings): AsyncIterable<RecordBatch>
  /** Instead of disposing it: keeps it open for the next scan for a few seconds where it can be of use, and closes it where not. */
  leave?(): Promise<void>
  /**
   * Writes rows into the table the session was opened for, in one transaction; absent where the source is read alone.
   * @throws {ServiceError} what the source says, or what `rows` throws: nothing is written then, unless `details.outcome` is `unknown`
   */
  write?(request: WriteRequest, rows: AsyncIterable<RecordBatch>): Promise<WriteReport>
}

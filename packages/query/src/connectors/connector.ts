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

/** One folder per source: index.ts, settings.ts, types.ts, translate.ts, <source>.test.ts. */
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
  /** Whether the source means the same as Spark by a filter on this table. */
  offer(filter: Filter, table: SourceTable): Offer
  /** The text that a scan sends where the source's types are the declared ones, for EXPLAIN: nothing is dialled, and it holds no secret. */
  explain(scan: SourceScan): string
}

/** That a whole query (`SourceScan.remote`, of a kind that `offers.ts` names) cannot be asked of a server after all: thrown before its first row. */
export class NotAskable extends ServiceError {
  /** @param why - what of the server makes its answer another one */
  constructor(why: Text) {
    super('unsupported', why)
  }
}

/** What becomes of rows at a source. */
export interface WriteRequest {
  /** Of the table, in the order in which batches carry them; the source gives the others their defaults. */
  readonly columns: readonly Column[]
  /** How the rows that are there go first, in the same transaction: not at all, one by one, or all at once with every reader locked out. */
  readonly emptying: 'none' | 'delete' | 'truncate'
  /** What the job gives a statement at the source; absent: the connector's own limit. */
  readonly timeLimitMs: number | undefined
}

/** What came of a write that the source has committed. */
export interface WriteReport {
  readonly rowCount: number
}

/** One conversation with a source, for one job; disposing it ends its sockets. */
export interface Session extends AsyncDisposable {
  /** Reads the columns of the table the session was opened for. @throws {ServiceError} `semantic` when it is not there */
  describe(): Promise<readonly Column[]>
  /** Streams a scan's rows with back-pressure: the next batch is read when it is asked for. Buffers of batches are taken from `spares` where given. */
  scan(scan: SourceScan, spares?: Spares): AsyncIterable<RecordBatch>
  /** Instead of disposing it: keeps it open for the next scan for a few seconds where it can be of use, and closes it where not. */
  leave?(): Promise<void>
  /**
   * Writes rows into the table the session was opened for, in one transaction; absent where the source is read alone.
   * @throws {ServiceError} what the source says, or what `rows` throws: nothing is written then, unless `details.outcome` is `unknown`
   */
  write?(request: WriteRequest, rows: AsyncIterable<RecordBatch>): Promise<WriteReport>
}

// What code that reads one kind of source must offer.

import type { Dialer } from '@tributary/fabric/dial'
import type { Column, Rung } from '@tributary/rules'
import type { RecordBatch } from '../batch.ts'
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
   * Climbs to a source for the doctor and leaves; every rung is told as it ends.
   * @throws {ServiceError} what ended the climb
   */
  probe(source: OpenableTable, dial: Dialer, options: ProbeOptions): Promise<void>
  /** Whether the source means the same as Spark by a filter on this table. */
  offer(filter: Filter, table: SourceTable): Offer
  /** The text that a scan sends where the source's types are the declared ones, for EXPLAIN: nothing is dialled, and it holds no secret. */
  explain(scan: SourceScan): string
}

/** One conversation with a source, for one job; disposing it ends its sockets. */
export interface Session extends AsyncDisposable {
  /** Reads the columns of the table the session was opened for. @throws {ServiceError} `semantic` when it is not there */
  describe(): Promise<readonly Column[]>
  /** Streams a scan's rows with back-pressure: the next batch is read when it is asked for. */
  scan(scan: SourceScan): AsyncIterable<RecordBatch>
}

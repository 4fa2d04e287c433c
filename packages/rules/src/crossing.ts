// What one reading or writing of a source moved for a job: kept with the job, so that nobody has to guess what crossed.

import type { ConnectionId } from './ids.ts'
import type { JobState } from './job.ts'

/** How a crossing stands: `stopped` is one whose rows nobody wanted any more, by a LIMIT or a cancel. */
export type CrossingState = 'running' | 'done' | 'stopped' | 'failed'

/** One reading of a table, one query that a source answered whole, or one writing; what a plan reads twice is one crossing. */
export interface Crossing {
  readonly kind: 'scan' | 'query' | 'write'
  readonly state: CrossingState
  /** The connection that carried it; `undefined` until one has. */
  readonly connectionId: ConnectionId | undefined
  /** Empty until one is known. */
  readonly connectionName: string
  /** The kind of source: `postgresql` .. */
  readonly source: string
  /** `host:port` as the queue dials it. */
  readonly endpoint: string
  /** As the catalog calls them: `db.table`. */
  readonly tables: readonly string[]
  /** The first statement of those that moved rows, as it was sent, at most {@link longestCrossingText} signs; empty until one was. */
  readonly text: string
  /** How many such statements there were: one for each part of a table that is read in parts. */
  readonly statements: number
  /** How many of them were under way side by side, at most. */
  readonly readers: number
  readonly rows: number
  /** Of the sockets, logins and questions about columns included, as the source's own machine would count them. */
  readonly bytesIn: number
  readonly bytesOut: number
  /** Until a session stood, 0 where one was kept from before; `undefined` until then. */
  readonly connectMs: number | undefined
  /** Until there were rows, from the beginning; `undefined` until then, and of writes. */
  readonly firstRowMs: number | undefined
  readonly totalMs: number
  /** How long it waited for its turn over its connection. */
  readonly waitMs: number
  /** What the source does and what stays here, and why, in the words of EXPLAIN. */
  readonly notes: readonly string[]
}

/** Signs of a crossing's text and of each of its notes that are kept. */
export const longestCrossingText = 4_000
/** How many notes of a crossing are kept. */
export const mostCrossingNotes = 50

/** A text as a crossing keeps it: what is left out is counted. */
export function shortCrossingText(text: string): string {
  const left = text.length - longestCrossingText
  return left <= 0 ? text : `${text.slice(0, longestCrossingText)} … (${left} more characters)`
}

/** Crossings of a job as they stand: whatever still ran when it ended did not come to its end. */
export function settledCrossings(crossings: readonly Crossing[], state: JobState): readonly Crossing[] {
  if (state === 'LAUNCHING' || state === 'RUNNING') return crossings
  return crossings.map((crossing) => (crossing.state === 'running' ? { ...crossing, state: 'stopped' } : crossing))
}

// What jobs and reconcilers tell whoever counts; no names of tenants among it.

import type { ConnectionId, CrossingState } from '@tributary/rules'

/** How a job ended that was taken up here. */
export type JobEnd = 'FINISHED' | 'FAILED' | 'CANCELLED'

/** How one look at a resource went: `retried` for what lies outside, `failed` for bugs; both are tried again. */
export type Look = 'settled' | 'retried' | 'failed'

/** How one reading or writing of a source ended. */
export type CrossingEnd = Exclude<CrossingState, 'running'>

/** What has moved over a connection since it was told last; rows go in one direction. */
export interface Moved {
  readonly rows: number
  readonly direction: 'in' | 'out'
  readonly bytesIn: number
  readonly bytesOut: number
}

/** Hears what happens; must not throw and must not wait. */
export interface Observer {
  /** @param seconds - since the job was taken up, its wait for an engine included */
  jobEnded(end: JobEnd, seconds: number): void
  /** @param kind - of the resource, one of few words */
  looked(kind: string, look: Look): void
  /** Rows and bytes moved over a connection for a job. */
  moved(connectionId: ConnectionId, moved: Moved): void
  /** One reading or writing over a connection is over. */
  crossed(connectionId: ConnectionId, end: CrossingEnd): void
}

/** Hears nothing. */
export const noObserver: Observer = { jobEnded: () => {}, looked: () => {}, moved: () => {}, crossed: () => {} }

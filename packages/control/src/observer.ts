// What jobs and reconcilers tell whoever counts; no names of tenants among it.

/** How a job ended that was taken up here. */
export type JobEnd = 'FINISHED' | 'FAILED' | 'CANCELLED'

/** How one look at a resource went: `retried` for what lies outside, `failed` for bugs; both are tried again. */
export type Look = 'settled' | 'retried' | 'failed'

/** Hears what happens; must not throw and must not wait. */
export interface Observer {
  /** @param seconds - since the job was taken up, its wait for an engine included */
  jobEnded(end: JobEnd, seconds: number): void
  /** @param kind - of the resource, one of few words */
  looked(kind: string, look: Look): void
}

/** Hears nothing. */
export const noObserver: Observer = { jobEnded: () => {}, looked: () => {} }

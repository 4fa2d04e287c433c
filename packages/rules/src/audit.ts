// What the audit keeps of one act, and who may read it.

import type { Identity } from './identity.ts'

/** `change` somebody wrote · `signIn` somebody got a token or did not · `denial` 401 or 403 · `read` a job opened a source table. */
export type AuditKind = 'change' | 'signIn' | 'denial' | 'read'

/** One act. Texts are empty where nothing is known; none can hold a secret. */
export interface AuditEntry {
  /** ms since the epoch. */
  readonly at: number
  readonly kind: AuditKind
  readonly userId: string
  /** As it was then. */
  readonly userName: string
  /** As DLI names actions: `dli:queue:createQueue`. */
  readonly action: string
  readonly projectId: string
  /** What was acted on: `queues q1`. */
  readonly resource: string
  /** `ok`, or the status that was answered. */
  readonly outcome: string
  /** `X-Request-Id` of the call; of a read the id of the job. */
  readonly requestId: string
  /** Where the call came from; empty for a job. */
  readonly address: string
}

/** An act as it is kept: ids grow with time. */
export interface KeptAuditEntry extends AuditEntry {
  readonly id: number
}

/** Which acts are asked for, newest first; what is absent does not matter. */
export interface AuditFilter {
  readonly projectId?: string | undefined
  /** Name or id. */
  readonly user?: string | undefined
  readonly action?: string | undefined
  readonly kind?: AuditKind | undefined
  /** ms since the epoch, inclusive. */
  readonly from?: number | undefined
  /** ms since the epoch, exclusive. */
  readonly to?: number | undefined
  /** Only acts before this one. */
  readonly before?: number | undefined
  readonly limit: number
}

/** The owner reads everything; everybody else names a project, and must administer it. */
export function mayReadAll({ user }: Identity): boolean {
  return user.isOwner
}

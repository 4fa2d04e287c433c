// Quotas: how much of what a project may have, as the owner of the installation decides.

import { ServiceError } from './errors.ts'
import { say, type Text } from './text.ts'

/** What is counted, in the words of the list of quotas. */
export type QuotaKind = 'QUEUE_CU' | 'ELASTIC_RESOURCE_POOL_CU' | 'ENHANCED_CONNECTION' | 'SQL_JOB' | 'TABLE_MIB'

/** What a project may have of one kind. */
export interface Quota {
  readonly kind: QuotaKind
  /** Inclusive. */
  readonly most: number
}

/** The same with what the project has now. */
export interface UsedQuota extends Quota {
  /** What one thing of this kind takes at least. */
  readonly least: number
  /** The largest quota that can be set. */
  readonly ceiling: number
  readonly used: number
}

interface Kind {
  readonly least: number
  readonly usual: number
  readonly ceiling: number
  readonly remedy: Text
}

const kinds: Readonly<Record<QuotaKind, Kind>> = {
  QUEUE_CU: { least: 16, usual: 32_000, ceiling: 32_000, remedy: say`delete a queue or make one smaller` },
  ELASTIC_RESOURCE_POOL_CU: {
    least: 16,
    usual: 64_000,
    ceiling: 1_000_000,
    remedy: say`delete an elastic resource pool or lower its max_cu`,
  },
  ENHANCED_CONNECTION: { least: 1, usual: 10_000, ceiling: 1_000_000, remedy: say`delete a connection` },
  SQL_JOB: { least: 1, usual: 10_000, ceiling: 1_000_000, remedy: say`wait until jobs have ended, or cancel some` },
  TABLE_MIB: { least: 1, usual: 1_048_576, ceiling: 1_000_000_000, remedy: say`drop or truncate managed tables` },
}

/**
 * Every kind, in the order in which they are shown. Queues count with the size that was asked for, the system queue and queues of pools not at all;
 * a pool counts with the most it may grow to; connections that are not deleted; jobs that have not ended; the newest
 * versions of managed tables, in MiB.
 */
export const quotaKinds = Object.keys(kinds) as readonly QuotaKind[]

/** What a project may have until its owner says otherwise. */
export function usualQuota(kind: QuotaKind): Quota {
  return { kind, most: kinds[kind].usual }
}

/** A quota beside what is used of it. */
export function usedQuota({ kind, most }: Quota, used: number): UsedQuota {
  const { least, ceiling } = kinds[kind]
  return { kind, most, least, ceiling, used }
}

/** A quota as the owner sends it. One below what is used is fine: nothing is taken away, nothing more is given. @throws {ServiceError} `invalid` */
export function quotaOf({ kind: text, most }: { readonly kind: string; readonly most: number }): Quota {
  const kind = quotaKinds.find((one) => one === text)
  if (kind === undefined)
    throw new ServiceError('invalid', say`quota type ${text.slice(0, 64)} is unknown: it is one of ${quotaKinds.join(', ')}`)
  const { ceiling } = kinds[kind]
  if (!Number.isInteger(most) || most < 0 || most > ceiling)
    throw new ServiceError('invalid', say`quota of ${kind} is a whole number from 0 to ${ceiling}`)
  return { kind, most }
}

/** Whether a project may have so much more. @throws {ServiceError} `exhausted`, with what to do */
export function checkQuota({ kind, most }: Quota, used: number, more: number): void {
  if (more <= 0 || used + more <= most) return
  throw new ServiceError(
    'exhausted',
    say`quota ${kind} of the project is ${most}, ${used} of it in use, and ${more} more are asked for: ${kinds[kind].remedy}, or ask the installation owner for a larger quota`,
  )
}

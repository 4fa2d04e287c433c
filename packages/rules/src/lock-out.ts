// When guessing ends: too many failures in a row lock a credential for an address.

/** So many failures in a row are let through; the next one locks. */
export const mostFailures = 5
/** How long a lock holds, ms. */
export const lockedMs = 5 * 60_000

/** Failures in a row of one credential from one address; `lockedUntil` is ms since the epoch. */
export interface Failures {
  readonly count: number
  readonly lockedUntil: number
}

/** True while nothing is let through, right or wrong. */
export function isLockedOut(failures: Failures | undefined, now: number): boolean {
  return failures !== undefined && now < failures.lockedUntil
}

/** Counts one more failure. After a lock has ended the count begins anew; failures while it holds do not prolong it. */
export function addFailure(failures: Failures | undefined, now: number): Failures {
  if (isLockedOut(failures, now)) return failures as Failures
  const before = failures === undefined || failures.lockedUntil > 0 ? 0 : failures.count
  const count = before + 1
  return { count, lockedUntil: count > mostFailures ? now + lockedMs : 0 }
}

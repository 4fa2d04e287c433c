// What a caller would rather have, by the header `Prefer` (RFC 7240): for now, how long an answer may wait for something to happen.

/** Longer waits meet proxies that take a silent connection for a dead one. */
const mostWaitSeconds = 20

/**
 * Reads `wait=10` of `Prefer: respond-async, wait=10`; the first one counts, and what is not understood is passed over, as the RFC has it.
 * @returns whole seconds, at most 20; 0 where nothing of the kind is asked for
 */
export function waitSecondsOf(prefer: string | undefined): number {
  for (const preference of prefer?.split(',') ?? []) {
    const [, digits] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$/i.exec(preference) ?? []
    if (digits !== undefined) return Math.min(mostWaitSeconds, Number(digits))
  }
  return 0
}

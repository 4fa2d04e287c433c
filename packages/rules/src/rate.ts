// How often something may be done: a bucket that fills with time.

import { ServiceError } from './errors.ts'
import { say, type Text } from './text.ts'

/** `burst` at once, then one every `everyMs`. */
export interface Rate {
  readonly burst: number
  readonly everyMs: number
}

/** What is left, as of a time in ms. */
export interface Bucket {
  readonly left: number
  readonly at: number
}

/** For tests and doctors of one project together: dialling on request must not become a scanner. */
export const probeRate: Rate = { burst: 30, everyMs: 1_000 }

/**
 * Takes one out of a bucket, a full one where there was none.
 * @throws {ServiceError} `throttled`, saying when to try again
 */
export function takeOne({ burst, everyMs }: Rate, bucket: Bucket | undefined, now: number, what: Text): Bucket {
  const before = bucket ?? { left: burst, at: now }
  const left = Math.min(burst, before.left + Math.max(0, now - before.at) / everyMs)
  if (left < 1) {
    const seconds = Math.max(1, Math.ceil(((1 - left) * everyMs) / 1000))
    throw new ServiceError('throttled', say`too many ${what} in this project: try again in ${seconds} s`, { retryAfterSeconds: seconds })
  }
  return { left: left - 1, at: now }
}

/**
 * How long until one can be taken out of a bucket that is known by one number, for limits that every request asks.
 * @param fullAt - the time in ms at which it is full again
 * @returns ms; 0 for at once
 */
export function waitForOne({ burst, everyMs }: Rate, fullAt: number, now: number): number {
  return Math.max(0, fullAt - now - (burst - 1) * everyMs)
}

/** When such a bucket is full again after one was taken, in ms. */
export function fullAfterOne({ everyMs }: Rate, fullAt: number, now: number): number {
  return Math.max(fullAt, now) + everyMs
}

// Keys that make a create safe to repeat: the same key and body give the same answer for a day.

import { ServiceError } from './errors.ts'
import { say } from './text.ts'

/** How long a key is remembered. */
export const idempotencyKeyTtlMs = 24 * 3_600_000

/** @throws {ServiceError} `invalid` for a key that is not 1 to 255 visible ASCII characters */
export function checkIdempotencyKey(key: string): string {
  if (/^[!-~]{1,255}$/.test(key)) return key
  throw new ServiceError('invalid', say`Idempotency-Key is 1 to 255 visible ASCII characters without blanks: a UUID will do`)
}

/**
 * Whether a repeated create asks for what its key already made.
 * @throws {ServiceError} `conflict` when the body is another one
 */
export function checkRepeat(digest: string, made: { readonly digest: string; readonly resourceId: string }): void {
  if (made.digest === digest) return
  throw new ServiceError(
    'conflict',
    say`this Idempotency-Key came with another body within the last 24 hours and made ${made.resourceId}: send a new key with a new body`,
  )
}

// The bucket at both edges.

import { describe, expect, it } from 'vitest'
import { type Bucket, takeOne } from './rate.ts'

const rate = { burst: 3, everyMs: 1_000 }

/** How many can be taken at one time. */
function drain(
  bucket: Bucket | undefined,
  now: number,
): { readonly taken: number; readonly bucket: Bucket | undefined; readonly refusal: unknown } {
  let left = bucket
  for (let taken = 0; ; taken++) {
    try {
      left = takeOne(rate, left, now, 'tests')
    } catch (refusal) {
      return { taken, bucket: left, refusal }
    }
  }
}

describe('a rate', () => {
  it('gives its burst at once and then one for each step of time', () => {
    const first = drain(undefined, 0)
    expect(first.taken).toBe(3)
    expect(first.refusal).toMatchObject({ kind: 'throttled', message: 'too many tests in this project: try again in 1 s' })
    expect(drain(first.bucket, 999).taken).toBe(0)
    expect(drain(first.bucket, 1_000).taken).toBe(1)
    expect(drain(first.bucket, 3_600_000).taken).toBe(3)
  })

  it('is not confused by a clock that goes back', () => {
    expect(drain(drain(undefined, 1_000).bucket, 0).taken).toBe(0)
  })
})

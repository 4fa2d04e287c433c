// The bucket at both edges.

import { describe, expect, it } from 'vitest'
import { type Bucket, fullAfterOne, takeOne, waitForOne } from './rate.ts'
import { say } from './text.ts'

const rate = { burst: 3, everyMs: 1_000 }

/** How many can be taken at one time. */
function drain(
  bucket: Bucket | undefined,
  now: number,
): { readonly taken: number; readonly bucket: Bucket | undefined; readonly refusal: unknown } {
  let left = bucket
  for (let taken = 0; ; taken++) {
    try {
      left = takeOne(rate, left, now, say`tests`)
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

  it('kept as one number gives the same', () => {
    let fullAt = 0
    const taken = (now: number): number => {
      let count = 0
      for (; waitForOne(rate, fullAt, now) === 0; count++) fullAt = fullAfterOne(rate, fullAt, now)
      return count
    }
    expect(taken(0)).toBe(3)
    expect(waitForOne(rate, fullAt, 0)).toBe(1_000)
    expect(taken(999)).toBe(0)
    expect(taken(1_000)).toBe(1)
    expect(taken(3_600_000)).toBe(3)
    expect(taken(0)).toBe(0)
  })

  it('is not confused by a clock that goes back', () => {
    expect(drain(drain(undefined, 1_000).bucket, 0).taken).toBe(0)
  })
})

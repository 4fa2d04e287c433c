// Failures in a row, at both edges of the count and of the time.

import { describe, expect, it } from 'vitest'
import { addFailure, type Failures, isLockedOut, lockedMs, mostFailures } from './lock-out.ts'

function after(count: number, now: number): Failures | undefined {
  return Array.from({ length: count }).reduce<Failures | undefined>((failures) => addFailure(failures, now), undefined)
}

describe('a lock', () => {
  it('falls with the sixth failure in a row and holds for five minutes', () => {
    expect([mostFailures, lockedMs]).toEqual([5, 300_000])
    expect(isLockedOut(undefined, 0)).toBe(false)
    expect(isLockedOut(after(5, 1000), 1000)).toBe(false)
    expect(isLockedOut(after(6, 1000), 1000)).toBe(true)
    expect(isLockedOut(after(6, 1000), 1000 + lockedMs - 1)).toBe(true)
    expect(isLockedOut(after(6, 1000), 1000 + lockedMs)).toBe(false)
  })

  it('is not prolonged while it holds, and the count begins anew after it', () => {
    const locked = after(6, 1000) as Failures
    expect(addFailure(locked, 2000)).toEqual(locked)
    const later = addFailure(locked, 1000 + lockedMs)
    expect(later).toEqual({ count: 1, lockedUntil: 0 })
  })
})

// Rehearsed time: it goes only forward, and a queue is made as long as is documented, by that clock.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aheadAt, type ClockAdvance, checkAdvance, checkRemoveConnection, queueDelayMs, queueWaitMs } from './clock.ts'
import type { ConnectionId, PoolId } from './ids.ts'

const minuteMs = 60_000
const own = { number: 7, resourceMode: 1, chargingMode: 1, createdAt: 1_000_000 } as const
const advances: readonly ClockAdvance[] = [
  { from: 2_000, aheadMs: 10 },
  { from: 3_000, aheadMs: 500 },
]

describe('aheadAt', () => {
  it('is what the newest advance before a moment says', () => {
    expect([0, 1_999, 2_000, 2_999, 3_000, 9_000].map((at) => aheadAt(advances, at))).toEqual([0, 0, 10, 10, 500, 500])
    expect(aheadAt([], 5)).toBe(0)
  })
})

describe('checkAdvance', () => {
  it('goes forward or stays', () => {
    expect(checkAdvance(advances, 500, 4_000)).toEqual({ from: 4_000, aheadMs: 500 })
    expect(checkAdvance(advances, 501, 4_000)).toEqual({ from: 4_000, aheadMs: 501 })
    expect(() => checkAdvance(advances, 499, 4_000)).toThrow('goes only forward')
    expect(checkAdvance([], 0, 4_000)).toEqual({ from: 4_000, aheadMs: 0 })
  })

  it('takes whole numbers up to ten years', () => {
    expect(checkAdvance([], 315_360_000_000, 1).aheadMs).toBe(315_360_000_000)
    for (const wrong of [-1, 0.5, 315_360_000_001, Number.NaN])
      expect(() => checkAdvance([], wrong, 1), String(wrong)).toThrow('whole number')
  })

  it('never lets the clock go back, whatever was asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { maxLength: 20 }), (asked) => {
        let known: readonly ClockAdvance[] = []
        const seen = asked.map((aheadMs, now) => {
          try {
            known = [...known, checkAdvance(known, aheadMs, now)]
          } catch {
            // Refused: the clock stays where it was.
          }
          return now + aheadAt(known, now)
        })
        expect(seen).toEqual(seen.toSorted((one, other) => one - other))
      }),
    )
  })
})

describe('a queue where delays are rehearsed', () => {
  it('is made in 6 to 10 minutes, and every one of these occurs', () => {
    const minutes = Array.from({ length: 10 }, (_, number) => queueDelayMs({ ...own, number }) / minuteMs)
    expect(new Set(minutes)).toEqual(new Set([6, 7, 8, 9, 10]))
    expect(queueDelayMs(own)).toBe(8 * minuteMs)
  })

  it('is there at once where it has no compute of its own', () => {
    expect(queueDelayMs({ ...own, resourceMode: 0 })).toBe(0)
    expect(queueDelayMs({ ...own, pool: { id: 'p' as PoolId, name: 'p' } })).toBe(0)
    expect(queueDelayMs({ ...own, resourceMode: 0, chargingMode: 2 })).toBe(8 * minuteMs)
  })

  it('waits by the clock of rehearsals, from when it was created', () => {
    const wait = (now: number, known: readonly ClockAdvance[] = []) => queueWaitMs(own, 'cloud', { advances: known, now })
    expect(wait(own.createdAt)).toBe(8 * minuteMs)
    expect(wait(own.createdAt + 8 * minuteMs - 1)).toBe(1)
    expect(wait(own.createdAt + 8 * minuteMs)).toBe(0)
    expect(wait(own.createdAt + 5, [{ from: own.createdAt + 1, aheadMs: 7 * minuteMs }])).toBe(minuteMs - 5)
    // What the clock was ahead by before does not count.
    expect(wait(own.createdAt + 5, [{ from: own.createdAt - 1, aheadMs: 7 * minuteMs }])).toBe(8 * minuteMs - 5)
    expect(queueWaitMs(own, 'instant', { advances: [], now: own.createdAt })).toBe(0)
  })
})

describe('a connection', () => {
  const connection = { id: 'c' as ConnectionId, name: 'sales' }

  it('is not deleted while it is being created, where delays are rehearsed', () => {
    const peerings = [{ state: 'ACTIVE' }, { state: 'CREATING' }] as const
    expect(() => checkRemoveConnection(connection, peerings)).toThrow('connection sales is being created')
    expect(() => checkRemoveConnection(connection, [{ state: 'ACTIVE' }, { state: 'FAILED' }])).not.toThrow()
    expect(() => checkRemoveConnection(connection, [])).not.toThrow()
  })
})

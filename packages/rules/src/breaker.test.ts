// A breaker against a plain account of what happened to it, and each of its edges.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Breaker, type BreakerEvent, type BreakerLimits, closedBreaker, mayEnter, stepBreaker } from './breaker.ts'

const limits: BreakerLimits = { failures: 5, withinMs: 60_000, pauseMs: 10_000 }

function after(events: readonly (readonly [BreakerEvent, number])[], from: Breaker = closedBreaker): Breaker {
  return events.reduce((breaker, [event, at]) => stepBreaker(breaker, event, at, limits), from)
}

const failures = (count: number, from = 0, everyMs = 1): (readonly [BreakerEvent, number])[] =>
  Array.from({ length: count }, (_, index) => ['failure', from + index * everyMs])

describe('a breaker', () => {
  it('lets everybody in until enough have failed in a row, and nobody then', () => {
    expect(mayEnter(after(failures(4)), 5)).toBe('go')
    const open = after(failures(5))
    expect(open).toEqual({ state: 'open', failures: 5, until: 10_004 })
    expect(mayEnter(open, 10_003)).toBe('no')
    expect(mayEnter(open, 10_004)).toBe('probe')
  })

  it('counts no failures that are further apart than its time', () => {
    expect(after(failures(5, 0, 15_000)).state).toBe('open')
    expect(after(failures(5, 0, 15_001)).state).toBe('closed')
    expect(after(failures(200, 0, 15_001)).state).toBe('closed')
  })

  it('forgets failures with a success in between', () => {
    expect(after([...failures(4), ['success', 4], ...failures(4, 5)]).state).toBe('closed')
  })

  it('lets one in when its time is up, and the others when that one came through', () => {
    const probing = after([['enter', 10_004]], after(failures(5)))
    expect(probing.state).toBe('probing')
    expect(mayEnter(probing, 99_999)).toBe('no')
    expect(after([['success', 10_010]], probing)).toBe(closedBreaker)
    expect(after([['failure', 10_010]], probing)).toEqual({ state: 'open', failures: 6, until: 20_010 })
    expect(mayEnter(after([['abandon', 10_010]], probing), 10_010)).toBe('probe')
  })

  it('never opens where it is switched off', () => {
    const off = { ...limits, failures: 0 }
    expect(failures(100).reduce((breaker, [event, at]) => stepBreaker(breaker, event, at, off), closedBreaker)).toBe(closedBreaker)
  })

  it('is what an account of all tries says, whatever happens', () => {
    const events: readonly BreakerEvent[] = ['failure', 'failure', 'failure', 'failure', 'failure', 'enter', 'enter', 'abandon', 'success']
    const event = fc.record({ event: fc.constantFrom(...events), afterMs: fc.nat(15_000) })
    let opened = 0
    let probed = 0
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 60 }), (happened) => {
        let breaker: Breaker = closedBreaker
        let now = 0
        let row: number[] = []
        let until: number | undefined
        let isProbing = false
        for (const { event: happens, afterMs } of happened) {
          now += afterMs
          const may: string = until === undefined ? 'go' : isProbing || now < until ? 'no' : 'probe'
          expect(mayEnter(breaker, now)).toBe(may)
          breaker = stepBreaker(breaker, happens, now, limits)
          if (happens === 'success') {
            row = []
            until = undefined
            isProbing = false
          } else if (happens === 'enter') {
            isProbing ||= may === 'probe'
            if (may === 'probe') probed += 1
          } else if (happens === 'abandon') {
            if (isProbing) until = now
            isProbing = false
          } else if (until === undefined) {
            row = [...row.filter((at) => now - at <= limits.withinMs), now]
            if (row.length === limits.failures) {
              until = now + limits.pauseMs
              opened += 1
            }
          } else if (isProbing) {
            until = now + limits.pauseMs
            isProbing = false
          }
        }
      }),
      { numRuns: 1_000 },
    )
    expect(opened).toBeGreaterThan(20)
    expect(probed).toBeGreaterThan(20)
  })
})

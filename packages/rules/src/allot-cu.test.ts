// How a pool shares its CU: minimums first, then priority, never more than there is.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allotCu, type CuClaim, policiesForSize, policyAt } from './allot-cu.ts'
import { checkPolicies, type Pool, type ScalingPolicy, sumOfMinimums } from './pool.ts'

const allDay: ScalingPolicy = { priority: 1, start: '00:00', stop: '24:00', minCu: 16, maxCu: 64, inheritMaxCu: false }
const day: ScalingPolicy = { ...allDay, start: '08:00', stop: '20:00' }
const pool = { minCu: 64, maxCu: 96, label: {}, name: 'p' } as Pool
const at = (hour: number, minute = 0): number => Date.UTC(2026, 4, 4, hour, minute)
const claim = (name: string, cuSpec: number, policies: readonly ScalingPolicy[], liveJobs = 0): CuClaim => ({
  name,
  cuSpec,
  liveJobs,
  policies,
})
const sizes = (claims: readonly CuClaim[], now = at(12)) => Object.fromEntries(allotCu(pool, claims, now).shares)

describe('the policy in force', () => {
  it('begins with its first minute and ends before its last hour', () => {
    const policies = [allDay, day]
    expect(policyAt(policies, at(7, 59))).toBe(allDay)
    expect(policyAt(policies, at(8))).toBe(day)
    expect(policyAt(policies, at(19, 59))).toBe(day)
    expect(policyAt(policies, at(20))).toBe(allDay)
    expect(policyAt([{ ...day, stop: '24:00' }, allDay], at(23, 59))).toMatchObject({ start: '08:00' })
    expect(policyAt([], at(1))).toBeUndefined()
  })
})

describe('sharing', () => {
  it('keeps the size that was asked for within the bounds of the hour', () => {
    const policies = [allDay, { ...day, minCu: 48 }]
    expect(sizes([claim('a', 16, policies)], at(7))).toEqual({ a: 16 })
    expect(sizes([claim('a', 16, policies)], at(8))).toEqual({ a: 48 })
    expect(sizes([claim('a', 64, [{ ...allDay, maxCu: 32 }])])).toEqual({ a: 32 })
  })

  it('grows with the jobs of a queue up to its maximum, or the pool’s where it inherits that', () => {
    expect(sizes([claim('a', 16, [allDay], 3)])).toEqual({ a: 48 })
    expect(sizes([claim('a', 16, [allDay], 30)])).toEqual({ a: 64 })
    expect(sizes([claim('a', 16, [{ ...allDay, inheritMaxCu: true }], 30)])).toEqual({ a: 96 })
  })

  it('gives the rest by priority, and to equals in turns', () => {
    const first = { ...allDay, priority: 100 }
    expect(sizes([claim('a', 64, [allDay]), claim('b', 64, [first])])).toEqual({ a: 32, b: 64 })
    expect(sizes([claim('a', 64, [allDay]), claim('b', 64, [allDay])])).toEqual({ a: 48, b: 48 })
    const nothing = { ...allDay, minCu: 0 }
    expect(sizes([claim('a', 64, [first]), claim('b', 32, [first]), claim('c', 16, [nothing])])).toEqual({ a: 64, b: 32, c: 0 })
  })

  it('lets the pool grow and shrink within its bounds', () => {
    const actual = (...claims: readonly CuClaim[]) => allotCu(pool, claims, at(12)).actualCu
    expect(actual()).toBe(64)
    expect(actual(claim('a', 64, [allDay]), claim('b', 16, [allDay]))).toBe(80)
    expect(actual(claim('a', 64, [allDay]), claim('b', 64, [allDay]))).toBe(96)
  })

  it('never gives more than the pool has, nor a queue less than its minimum, at any hour', () => {
    const hours = fc.integer({ min: 0, max: 23 }).chain((start) => fc.tuple(fc.constant(start), fc.integer({ min: start + 1, max: 24 })))
    const text = (hour: number) => `${String(hour).padStart(2, '0')}:00`
    const policy = fc.record({
      priority: fc.integer({ min: 1, max: 100 }),
      minCu: fc.integer({ min: 0, max: 32 }),
      steps: fc.integer({ min: 2, max: 8 }),
      inheritMaxCu: fc.boolean(),
    })
    const queue = fc.record({
      cuSpec: fc.integer({ min: 4, max: 200 }),
      liveJobs: fc.integer({ min: 0, max: 9 }),
      base: policy,
      hours,
      timed: policy,
    })
    let seen = 0
    fc.assert(
      fc.property(fc.array(queue, { minLength: 1, maxLength: 6 }), fc.integer({ min: 128, max: 400 }), (queues, maxCu) => {
        const claims = queues.map(({ cuSpec, liveJobs, base, hours: [start, stop], timed }, index): CuClaim => {
          const made = ({ steps, ...rest }: typeof base, from: number, until: number) => ({
            ...rest,
            start: text(from),
            stop: text(until),
            maxCu: steps * 16,
          })
          const policies = start === 0 && stop === 24 ? [made(base, 0, 24)] : [made(base, 0, 24), made(timed, start, stop)]
          return { name: `q${index}`, cuSpec, liveJobs, policies }
        })
        const minCu = sumOfMinimums(claims)
        const wide = { ...pool, minCu, maxCu: Math.max(maxCu, minCu) }
        for (const { name, policies } of claims)
          checkPolicies(
            wide,
            policies,
            claims.filter((other) => other.name !== name),
          )
        for (let hour = 0; hour < 24; hour += 1) {
          const { shares, actualCu } = allotCu(wide, claims, at(hour, 30))
          const sum = [...shares.values()].reduce((total, cu) => total + cu, 0)
          expect(sum).toBeLessThanOrEqual(actualCu)
          expect(actualCu).toBeGreaterThanOrEqual(wide.minCu)
          expect(actualCu).toBeLessThanOrEqual(wide.maxCu)
          for (const { name, policies } of claims) {
            const inForce = policyAt(policies, at(hour, 30))
            expect(shares.get(name)).toBeGreaterThanOrEqual(inForce?.minCu ?? Number.NaN)
            const most = inForce?.inheritMaxCu === true ? wide.maxCu : inForce?.maxCu
            expect(shares.get(name)).toBeLessThanOrEqual(most ?? Number.NaN)
            seen += 1
          }
        }
      }),
    )
    expect(seen).toBeGreaterThan(1_000)
  })
})

it('a size set by hand widens the policy of the whole day alone', () => {
  expect(policiesForSize([allDay, day], 96)).toEqual([{ ...allDay, maxCu: 96 }, day])
  expect(policiesForSize([allDay], 4)).toEqual([{ ...allDay, minCu: 4 }])
  expect(policiesForSize([allDay], 32)).toEqual([allDay])
})

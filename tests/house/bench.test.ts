// The bench: the arithmetic behind its table, and that everything started is ended.

import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Figure, inTurn, isMet, median, percentile, ratios, short } from '../bench/harness.ts'
import { Lifetimes } from '../bench/lifetimes.ts'
import { formatReport, reportData } from '../bench/report.ts'

const rate: Figure = {
  what: 'reads',
  unit: '/s',
  ours: [50, 60, 40],
  baseline: { what: 'bare', values: [100, 100, 100] },
  goal: { ratio: 0.5 },
}
const time: Figure = { what: 'lookups', unit: 'ms', ours: [20, 30], baseline: { what: 'bare', values: [10, 10] }, goal: { value: 20 } }

describe('figures', () => {
  it('take the middle of the rounds', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(() => median([])).toThrow(RangeError)
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values)
        const below = values.filter((value) => value <= middle).length
        const above = values.filter((value) => value >= middle).length
        expect(Math.min(below, above) * 2).toBeGreaterThanOrEqual(values.length)
      }),
    )
  })

  it('take the slow end of the rounds', () => {
    const shuffled = [7, 3, 10, 1, 9, 5, 2, 8, 6, 4]
    expect(percentile(shuffled, 0.99)).toBe(10)
    expect(percentile(shuffled, 0.9)).toBe(9)
    expect(percentile(shuffled, 0)).toBe(1)
    expect(() => percentile([], 0.99)).toThrow(RangeError)
  })

  it('are shares of the baseline’s speed, of rates and of times', () => {
    expect(ratios(rate)).toEqual([0.5, 0.6, 0.4])
    expect(ratios(time)).toEqual([0.5, 1 / 3])
    expect(ratios({ what: 'alone', unit: 'ms', ours: [1] })).toEqual([])
  })

  it('meet a goal or miss it', () => {
    expect(isMet(rate)).toBe(true)
    expect(isMet({ ...rate, goal: { ratio: 0.51 } })).toBe(false)
    expect(isMet(time)).toBe(false)
    expect(isMet({ ...time, goal: { value: 25 } })).toBe(true)
    expect(isMet({ ...rate, goal: { value: 51 } })).toBe(false)
    expect(isMet({ what: 'alone', unit: 'ms', ours: [1] })).toBeUndefined()
  })

  it('print with three digits that matter', () => {
    expect([0.123, 12.34, 123.4, 12345.6].map(short)).toEqual(['0.12', '12.3', '123', '12,346'])
  })

  it('stand in one table and in one list', () => {
    const lines = formatReport({ http: [rate], query: [time] }).split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[2]).toMatch(/^http: reads .* 50\.0\/s .* 100\/s {2}bare .* 0\.50 \(0\.40 to 0\.60\) .* ratio >= 0\.5: met$/)
    expect(lines[3]).toMatch(/<= 20\.0 ms: missed$/)
    expect(reportData({ http: [rate] })).toMatchObject([{ part: 'http', median: 50, ratio: 0.5, met: true, ours: [50, 60, 40] }])
  })

  it('are taken in turn', async () => {
    const order: string[] = []
    const measure = (name: string) => async () => order.push(name)
    const said: string[] = []
    const values = await inTurn((line) => said.push(line), 'reads', 2, { a: measure('a'), b: measure('b') })
    expect(order).toEqual(['a', 'b', 'a', 'b'])
    expect(values).toEqual({ a: [1, 3], b: [2, 4] })
    expect(said).toHaveLength(2)
  })
})

describe('what a part started', () => {
  const thing = (name: string, ended: string[]) => ({ [Symbol.asyncDispose]: async () => void ended.push(name) })

  it('ends in reverse, also what is still starting', async () => {
    const ended: string[] = []
    const lifetimes = new Lifetimes()
    await lifetimes.start(() => thing('first', ended))
    const late = lifetimes.start(async () => {
      await sleep(20)
      return thing('late', ended)
    })
    await lifetimes[Symbol.asyncDispose]()
    await late
    expect(ended).toEqual(['late', 'first'])
  })

  it('ends although one start failed, and nothing starts afterwards', async () => {
    const ended: string[] = []
    const lifetimes = new Lifetimes()
    await lifetimes.start(() => thing('first', ended))
    await expect(lifetimes.start(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await lifetimes[Symbol.asyncDispose]()
    expect(ended).toEqual(['first'])
    let began = false
    await expect(
      lifetimes.start(() => {
        began = true
        return thing('after', ended)
      }),
    ).rejects.toThrow('broken off')
    expect(began).toBe(false)
  })
})

// Readers over connections: never more than there may be, all of a job's at once, in the order of those who wait, and every one given back.

import type { ConnectionId } from '@tributary/rules'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReaderBudget, type ReaderNeeds } from './reader-budget.ts'

const never = new AbortController().signal
const silent = (): void => undefined

const idOf = (name: string): ConnectionId => name as ConnectionId

/** @param wanted - readers by the name of the connection, which is its id too */
function needs(wanted: Readonly<Record<string, number>>): ReaderNeeds {
  return new Map(Object.entries(wanted).map(([name, readers]) => [idOf(name), { name, readers }]))
}

/** Whether it is settled once everything has had its turn. */
async function isGiven(promise: Promise<void>): Promise<boolean> {
  return await Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))])
}

describe('readers over a connection', () => {
  it('are given up to the last, and the next one waits and hears for what', async () => {
    const budget = new ReaderBudget(2)
    const told: string[] = []
    const hear = (names: readonly string[]): void => void told.push(...names)
    await budget.take(needs({ a: 2 }), never, hear)
    expect(told).toEqual([])
    const next = budget.take(needs({ a: 1, b: 1 }), never, hear)
    expect(await isGiven(next)).toBe(false)
    expect(told).toEqual(['a'])
    expect(budget.counts()).toEqual([
      { connectionId: 'a', readers: 2, waiting: 1 },
      { connectionId: 'b', readers: 0, waiting: 1 },
    ])
    budget.give(idOf('a'), 1)
    expect(await isGiven(next)).toBe(true)
  })

  it('are refused where there are never so many, and nothing is taken', async () => {
    const budget = new ReaderBudget(2)
    await expect(budget.take(needs({ a: 1, b: 3 }), never, silent)).rejects.toMatchObject({
      kind: 'exhausted',
      message: expect.stringContaining('by 3 sessions at once over connection b, which 2 may use'),
    })
    expect(budget.counts()).toEqual([])
  })

  it('are not given past somebody who waits for more of them, but over another connection', async () => {
    const budget = new ReaderBudget(3)
    await budget.take(needs({ a: 2 }), never, silent)
    const large = budget.take(needs({ a: 3 }), never, silent)
    const small = budget.take(needs({ a: 1 }), never, silent)
    const elsewhere = budget.take(needs({ b: 1 }), never, silent)
    expect([await isGiven(large), await isGiven(small), await isGiven(elsewhere)]).toEqual([false, false, true])
    expect(budget.more(idOf('a'), 1)).toBe(0)
    budget.give(idOf('a'), 2)
    expect([await isGiven(large), await isGiven(small)]).toEqual([true, false])
  })

  it('are let go of by who stops waiting, and those behind go on', async () => {
    const budget = new ReaderBudget(2)
    await budget.take(needs({ a: 1 }), never, silent)
    const stop = new AbortController()
    const large = budget.take(needs({ a: 2 }), stop.signal, silent)
    const small = budget.take(needs({ a: 1 }), never, silent)
    expect(await isGiven(small)).toBe(false)
    stop.abort(new Error('cancelled'))
    await expect(large).rejects.toThrow('cancelled')
    expect(await isGiven(small)).toBe(true)
  })

  it('are given besides as far as they are free, and never waited for', () => {
    const budget = new ReaderBudget(4)
    expect([budget.more(idOf('a'), 3), budget.more(idOf('a'), 3), budget.more(idOf('a'), 3)]).toEqual([3, 1, 0])
    budget.add(idOf('a'), 1)
    expect(budget.counts()).toEqual([{ connectionId: 'a', readers: 5, waiting: 0 }])
    expect(budget.more(idOf('a'), 1)).toBe(0)
  })

  it('never are more than there may be, and all come back, whatever jobs do', async () => {
    const job = fc.record({ a: fc.nat(3), b: fc.nat(3), more: fc.nat(4) })
    let waited = 0
    await fc.assert(
      fc.asyncProperty(fc.array(job, { minLength: 2, maxLength: 12 }), async (jobs) => {
        const budget = new ReaderBudget(3)
        const check = (): void => {
          for (const { readers } of budget.counts()) expect(readers).toBeLessThanOrEqual(3)
        }
        const runs = jobs.map(async ({ a, b, more }) => {
          const wanted = { ...(a === 0 ? {} : { a }), ...(b === 0 ? {} : { b }) }
          await budget.take(needs(wanted), never, () => (waited += 1))
          check()
          const extra = a === 0 ? 0 : budget.more(idOf('a'), more)
          check()
          await new Promise((resolve) => setImmediate(resolve))
          if (a > 0) budget.give(idOf('a'), a + extra)
          if (b > 0) budget.give(idOf('b'), b)
        })
        await Promise.all(runs)
        expect(budget.counts()).toEqual([])
      }),
      { numRuns: 200 },
    )
    expect(waited).toBeGreaterThan(200)
  })
})

// Tests of values that may be there already: what is there is used at once, what is not is waited for, and errors go the way of either.

import { describe, expect, it } from 'vitest'
import { allThere, type Soon, whenThere } from './soon.ts'

const double = (value: number): number => value * 2
const fail = (): never => {
  throw new Error('no')
}

describe('going on with a value', () => {
  it('does so at once where it is there', () => {
    expect(whenThere(21, double)).toBe(42)
  })

  it('waits where it is not', async () => {
    const soon: Soon<number> = whenThere(Promise.resolve(21), double)
    expect(soon).toBeInstanceOf(Promise)
    expect(await soon).toBe(42)
  })

  it('throws at once or rejects, as the value came', async () => {
    expect(() => whenThere(1, fail)).toThrow('no')
    await expect(whenThere(Promise.resolve(1), fail)).rejects.toThrow('no')
  })
})

describe('several values', () => {
  it('are there when all are', () => {
    expect(allThere<[number, string]>([1, 'a'])).toEqual([1, 'a'])
  })

  it('are waited for together, in their order', async () => {
    const soon = allThere<[number, string, number]>([Promise.resolve(1), 'a', Promise.resolve(2)])
    expect(soon).toBeInstanceOf(Promise)
    expect(await soon).toEqual([1, 'a', 2])
  })
})

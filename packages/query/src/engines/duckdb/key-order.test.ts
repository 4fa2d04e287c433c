// Which side of a join is read first, from what sources guess: at both sides of every number that decides it.

import { describe, expect, it } from 'vitest'
import type { Estimate } from '../../connectors/connector.ts'
import { type KeyLink, type KeyRule, nextGiver, unneeded } from './key-order.ts'

const rule: KeyRule = { leastTaken: 1_000, mostRows: 100, mostBytes: 1, mostKeys: 10, leastRatio: 4 }
const between = (taker: string, giver: string): KeyLink => ({ taker, giver, takerColumn: 0, giverColumn: 0 })
const both = (one: string, other: string): readonly KeyLink[] => [between(one, other), between(other, one)]
const sure = (rows: number): Estimate => ({ rows, isCeiling: false })
const atMost = (rows: number): Estimate => ({ rows, isCeiling: true })
const next = (links: readonly KeyLink[], waiting: Readonly<Record<string, Estimate | undefined>>): string | undefined =>
  nextGiver(links, new Map(Object.entries(waiting)), rule)

describe('the reading that is read first', () => {
  it.each([
    ['is the small one', sure(100), sure(1_000), 'a'],
    ['is none where the large one is not large', sure(10), sure(999), undefined],
    ['is none where the small one is not small', sure(101), sure(1_000_000), undefined],
    ['may turn out to be small', atMost(1_000_000), sure(1_000_000), 'a'],
    ['may be anything', undefined, sure(1_000_000), 'a'],
    ['is the one that is known to be small', sure(50), undefined, 'a'],
    ['is the one that is known to be small rather than one that may be', sure(50), atMost(1_000), 'a'],
    ['is none where both are too large', sure(1_000_000), sure(2_000_000), undefined],
  ])('%s', (_title, a, b, expected) => expect(next(both('a', 'b'), { a, b })).toBe(expected))

  it('is a few times smaller', () => {
    const wide = { ...rule, mostRows: 1_000_000 }
    expect(
      nextGiver(
        both('a', 'b'),
        new Map([
          ['a', sure(250)],
          ['b', sure(1_000)],
        ]),
        wide,
      ),
    ).toBe('a')
    expect(
      nextGiver(
        both('a', 'b'),
        new Map([
          ['a', sure(251)],
          ['b', sure(1_000)],
        ]),
        wide,
      ),
    ).toBeUndefined()
  })

  it('is the smallest of several, and never itself', () => {
    expect(next([...both('a', 'b'), ...both('b', 'c')], { a: sure(50), b: sure(9_000), c: sure(20) })).toBe('c')
    expect(next([between('a', 'a')], { a: undefined })).toBeUndefined()
  })

  it('is none that waits no more', () => {
    expect(next(both('a', 'b'), { b: sure(9_000) })).toBeUndefined()
  })
})

describe('readings that nothing is gained by keeping', () => {
  const of = (rows: Readonly<Record<string, number>>): Map<string, Estimate> =>
    new Map(Object.entries(rows).map(([name, count]) => [name, sure(count)]))

  it('are those without a link that pays', () => {
    const waiting = of({ a: 10, b: 9_000, c: 500_000, d: 600 })
    expect(unneeded([...both('a', 'b'), ...both('c', 'd')], waiting, rule)).toEqual(['c', 'd'])
    expect(unneeded(both('a', 'd'), waiting, rule)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('are none that may take keys of one that takes keys itself', () => {
    const waiting = of({ a: 10, b: 9_000, c: 500_000, d: 500_000 })
    expect(unneeded([...both('a', 'b'), ...both('b', 'c')], waiting, rule)).toEqual(['d'])
    expect(unneeded([between('d', 'c'), between('c', 'b'), between('b', 'a')], waiting, rule)).toEqual([])
  })
})

// Which reading of a join is read first, so that the others can be asked for the rows that meet it alone. Decided from what sources guess, and from what was read so far.
//
//   orders 1,000,000 · people at most 1,000,000, filtered   →   people first; 10,000 came: orders by their keys

import type { Estimate } from '../../connectors/connector.ts'

/** When keys are worth their price. */
export interface KeyRule {
  /** A reading of fewer rows is read whole: that takes less time than waiting for keys. */
  readonly leastTaken: number
  /** How many rows are read ahead of a reading that may turn out to be small. */
  readonly mostRows: number
  /** Bytes of those rows. */
  readonly mostBytes: number
  /** A list that is longer becomes a range. */
  readonly mostKeys: number
  /** How many times smaller the giver is, by the sources' own guesses. */
  readonly leastRatio: number
}

/** What engines use unless they are told otherwise. */
export const usualKeyRule: KeyRule = { leastTaken: 20_000, mostRows: 50_000, mostBytes: 2 ** 25, mostKeys: 20_000, leastRatio: 4 }

/** That a reading could take the keys of another. */
export interface KeyLink {
  /** Handles. */
  readonly taker: string
  readonly giver: string
  /** Positions in the columns of their tables. */
  readonly takerColumn: number
  readonly giverColumn: number
}

/** What is known of the readings that wait; `undefined` for one whose source tells nothing. One that is not in here waits no more. */
export type Waiting = ReadonlyMap<string, Estimate | undefined>

/** Whether it may pay to read the giver of a link first. */
export function isWorth({ taker, giver }: KeyLink, waiting: Waiting, rule: KeyRule): boolean {
  if (taker === giver || !waiting.has(taker) || !waiting.has(giver)) return false
  const [taken, given] = [waiting.get(taker), waiting.get(giver)]
  const most = taken?.rows ?? Infinity
  if (most < rule.leastTaken) return false
  if (given === undefined || given.isCeiling) return true
  return given.rows <= rule.mostRows && given.rows * rule.leastRatio <= most
}

/** @returns the handle of what is read first: what its source is sure of before what may be anything, then the smallest */
export function nextGiver(links: readonly KeyLink[], waiting: Waiting, rule: KeyRule): string | undefined {
  const givers = links.filter((link) => isWorth(link, waiting, rule)).map(({ giver }) => giver)
  const isSure = (handle: string): boolean => waiting.get(handle)?.isCeiling === false
  const rowsOf = (handle: string): number => waiting.get(handle)?.rows ?? Infinity
  return givers.toSorted((one, other) => Number(isSure(other)) - Number(isSure(one)) || order(rowsOf(one), rowsOf(other)))[0]
}

/** Two that are not known are alike. */
function order(one: number, other: number): number {
  return one === other ? 0 : one - other
}

/** The readings that nothing is gained by keeping: neither now, nor once another has become small by the keys that it takes. */
export function unneeded(links: readonly KeyLink[], waiting: Waiting, rule: KeyRule): readonly string[] {
  const hoped = new Map(waiting)
  const needed = new Set<string>()
  for (let before = -1; before !== needed.size; ) {
    before = needed.size
    for (const link of links) {
      if (!isWorth(link, hoped, rule)) continue
      needed.add(link.giver).add(link.taker)
    }
    for (const { taker } of links.filter((link) => isWorth(link, hoped, rule))) hoped.set(taker, hope(waiting.get(taker)))
  }
  return [...waiting.keys()].filter((handle) => !needed.has(handle))
}

/** What takes keys may turn out to be of any size below its own. */
function hope(estimate: Estimate | undefined): Estimate | undefined {
  return estimate === undefined ? undefined : { ...estimate, isCeiling: true }
}

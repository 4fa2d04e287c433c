// How much a series rises, told so that a spike does not count and a late step does.

import { median } from '../bench/harness.ts'

/** A value at a moment, in ms. */
export interface Point {
  readonly atMs: number
  readonly value: number
}

/** What a series did: its middle value, and how much it rose from its first point to its last. */
export interface Trend {
  readonly middle: number
  readonly rise: number
  readonly points: number
}

/**
 * The greater of two robust estimates. The median of all slopes between two points (Theil-Sen) ignores spikes, up to 29 % of them, and the saw teeth of a collector;
 * but it also ignores a step in the last quarter, which lies between too few pairs. The medians of the first and the last third see that step, if it comes after the first
 * sixth and before the last: a step before belongs to the warming up, one after it is too young to be told from a spike.
 * @throws {RangeError} on fewer than six points
 */
export function trendOf(series: readonly Point[]): Trend {
  if (series.length < 6) throw new RangeError(`a trend of ${series.length} points`)
  const points = series.toSorted((one, other) => one.atMs - other.atMs)
  const third = Math.floor(points.length / 3)
  const valuesOf = (part: readonly Point[]): number => median(part.map(({ value }) => value))
  const lasting = (points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0)
  const rises = [theilSen(points) * lasting, valuesOf(points.slice(-third)) - valuesOf(points.slice(0, third))]
  return { middle: valuesOf(points), rise: Math.max(...rises), points: points.length }
}

// All pairs of a day's samples would be a thousand million.
const mostInPairs = 200

/** The median slope over all pairs of points, of many points those that stand evenly apart; per ms. */
function theilSen(points: readonly Point[]): number {
  const step = Math.ceil(points.length / mostInPairs)
  const some = points.filter((_, index) => index % step === 0)
  const slopes = new Float64Array((some.length * (some.length - 1)) / 2)
  let filled = 0
  for (const [index, one] of some.entries()) {
    for (let at = index + 1; at < some.length; at++) {
      const other = some[at] as Point
      slopes[filled++] = (other.value - one.value) / Math.max(1, other.atMs - one.atMs)
    }
  }
  slopes.sort()
  return slopes[Math.floor(slopes.length / 2)] as number
}

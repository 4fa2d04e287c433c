// How much slower calls were in the last minute than in the second, with what the machine did taken out and with what chance leaves open.

import { Chance } from '../compat/fuzz/random.ts'
import type { Call } from './record.ts'

/** The calls of one kind, or of the control, in the two minutes; due times are ms since the minute began. */
export interface TwoMinutes {
  readonly early: readonly Call[]
  readonly late: readonly Call[]
}

/** A drift: latencies in ms, their ratio over that of the control, and the least ratio that chance leaves open. */
export interface Drift {
  readonly earlyMs: number
  readonly lateMs: number
  /** 1 where the control was no slower at the end than at the beginning, else how much slower it was. */
  readonly machine: number
  /** lateMs / earlyMs / machine. */
  readonly ratio: number
  /** Of 200 runs that chance could have given instead of this one, 95 % had a greater ratio. */
  readonly atLeast: number
}

// A busy moment of the machine hits what is due close together: what is drawn again is whole stretches, ours and the control's of the same seconds.
const blocks = 12
const resamples = 200
const leastShare = 0.05

/**
 * Compares one percentile of two minutes.
 * @param share - 0.5 for the median
 * @param minuteMs - how long a minute is
 * @throws {RangeError} when one of the four groups is empty
 */
export function driftOf(
  ours: TwoMinutes,
  control: TwoMinutes,
  { share, minuteMs }: { readonly share: number; readonly minuteMs: number },
): Drift {
  const chance = new Chance(1)
  const early = blocksOf(ours.early, control.early, minuteMs)
  const late = blocksOf(ours.late, control.late, minuteMs)
  const seen = compare(early, late, share)
  const ratios: number[] = []
  for (let count = 0; count < resamples; count++) {
    const drawn = compare(draw(early, chance), draw(late, chance), share)
    if (Number.isFinite(drawn.ratio)) ratios.push(drawn.ratio)
  }
  return { ...seen, atLeast: least(ratios, leastShare) }
}

/** What was due in one stretch of a minute. */
interface Block {
  readonly ours: readonly number[]
  readonly control: readonly number[]
}

function blocksOf(ours: readonly Call[], control: readonly Call[], minuteMs: number): readonly Block[] {
  const at = ({ dueMs }: Call): number => Math.floor(((dueMs % minuteMs) * blocks) / minuteMs)
  const latencies = (calls: readonly Call[], block: number): readonly number[] =>
    calls.filter((call) => at(call) === block).map(({ latencyMs }) => latencyMs)
  return Array.from({ length: blocks }, (_, block) => ({ ours: latencies(ours, block), control: latencies(control, block) }))
}

function draw(from: readonly Block[], chance: Chance): readonly Block[] {
  return from.map(() => chance.pick(from))
}

function compare(early: readonly Block[], late: readonly Block[], share: number): Omit<Drift, 'atLeast'> {
  const of = (part: readonly Block[], whose: keyof Block): number => {
    const values = part.flatMap((block) => block[whose])
    return values.length === 0 ? Number.NaN : least(values, share)
  }
  const [earlyMs, lateMs] = [of(early, 'ours'), of(late, 'ours')]
  const machine = Math.max(1, of(late, 'control') / of(early, 'control'))
  return { earlyMs, lateMs, machine, ratio: lateMs / earlyMs / machine }
}

/** The least value that this share of all do not exceed; sorted as numbers, which is what a comparison spends its time on. */
function least(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
  if (value === undefined) throw new RangeError('a percentile of nothing')
  return value
}

// What every measurement is made of: rounds in turn, medians, figures with a baseline from the same run, progress on the screen.

import type { Lifetimes } from './lifetimes.ts'

/** What a figure counts; of rates more is better, of the others less. */
export type Unit = '/s' | 'M rows/s' | 'MiB/s' | 'ms' | 'µs' | 'MiB'

/** One line of the table. */
export interface Figure {
  readonly what: string
  readonly unit: Unit
  /** One value per round. */
  readonly ours: readonly number[]
  /** One value per round, taken in turn with ours. */
  readonly baseline?: Baseline
  /** `ratio`: at least this share of the baseline's speed; `value`: at least for rates, at most for the rest. */
  readonly goal?: { readonly ratio: number } | { readonly value: number }
}

/** What ours is set beside. */
export interface Baseline {
  readonly what: string
  /** One per round; none where it has no figure. */
  readonly values: readonly number[]
  /** Whether it was given up at these values: it takes longer. */
  readonly isGivenUp?: boolean
  /** Why it has no figure, in its own words. */
  readonly why?: string
}

/** Where measurements say how far they are; never on standard output, which belongs to the table. */
export type Say = (line: string) => void

/** The systems that `peers` compares with. */
export const systemNames = ['trino', 'spark', 'fdw', 'duckdb'] as const

/** One of them. */
export type SystemName = (typeof systemNames)[number]

/** Where other systems lie; those without a place take no part. */
export interface PeerPlaces {
  /** An unpacked Trino, and the `JAVA_HOME` that runs it. */
  readonly trino: { readonly home: string; readonly java: string } | undefined
  /** A Python with `pyspark` and with `duckdb` and its `duckdb-extension-postgres-scanner`. */
  readonly python: string | undefined
  /** JDBC drivers of PostgreSQL and MySQL for Spark, separated by commas. */
  readonly jars: string | undefined
  /** The programs of a PostgreSQL that has postgres_fdw and mysql_fdw. */
  readonly fdw: string | undefined
  /** Those of them that take part. */
  readonly chosen: ReadonlySet<SystemName>
  /** How long any of them, and ours, may take for one query; it is given up then. */
  readonly queryLimitMs: number
}

/** What every part is given. */
export interface Bench {
  readonly say: Say
  /** Ends whatever the part started, also when the run is broken off. */
  readonly lifetimes: Lifetimes
  /** A directory of this run, on the disk where data directories lie. */
  readonly directory: string
  /** Rows of the source table of `query`. */
  readonly rows: number
  /** Connections in the filled data directory of `start`. */
  readonly connections: number
  /** Scale factor of TPC-H. */
  readonly scale: number
  /** Of the parts that leave it to the caller. */
  readonly rounds: number
  /** How long `sql` keeps many queues busy; 0 leaves that out. */
  readonly minutes: number
  readonly peers: PeerPlaces
  /** Where Node writes the server's CPU profile when it ends. */
  readonly profileDir: string | undefined
}

/** A part of the run. */
export type Part = (bench: Bench) => Promise<readonly Figure[]>

/**
 * Takes measurements in turn, A B A B, so that a slow minute of the machine hits all of them.
 * @param measures - each answers one value per call
 * @returns per measure, the values in the order of the rounds
 */
export async function inTurn<Name extends string>(
  say: Say,
  title: string,
  rounds: number,
  measures: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(measures) as Name[]
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 1; round <= rounds; round++) {
    for (const name of names) values[name].push(await measures[name]())
    say(`${title}: round ${round} of ${rounds}: ${names.map((name) => `${name} ${short(values[name].at(-1) as number)}`).join(', ')}`)
  }
  return values
}

/** The middle one; of an even number, halfway between the two in the middle. @throws {RangeError} on none */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  if (upper === undefined || lower === undefined) throw new RangeError('a median of nothing')
  return (upper + lower) / 2
}

/** The least value that this share of all do not exceed: of 30 values, the 0.99 is the greatest. @throws {RangeError} on none */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
  if (value === undefined) throw new RangeError('a percentile of nothing')
  return value
}

/** Our speed as a share of the baseline's, round by round: 1 is as fast, more is faster, whatever the unit. */
export function ratios({ unit, ours, baseline }: Figure): readonly number[] {
  if (baseline === undefined) return []
  return ours.slice(0, baseline.values.length).map((value, round) => {
    const other = baseline.values[round] as number
    return isRate(unit) ? value / other : other / value
  })
}

/** True, false, or `undefined` where no goal is set. */
export function isMet(figure: Figure): boolean | undefined {
  const { goal, ours, unit } = figure
  if (goal === undefined || ours.length === 0 || figure.baseline?.values.length === 0) return undefined
  if ('ratio' in goal) return median(ratios(figure)) >= goal.ratio
  return isRate(unit) ? median(ours) >= goal.value : median(ours) <= goal.value
}

/** More is better. */
export function isRate(unit: Unit): boolean {
  return unit.endsWith('/s')
}

/** Three digits that matter, thousands set apart. */
export function short(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en-US')
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** How long something took, in ms. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await act()
  return performance.now() - started
}

/** How long something takes in ms, as the median of so many times one after the other. */
export async function medianOf(count: number, act: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let done = 0; done < count; done++) times.push(await timed(act))
  return median(times)
}

// What Spark answered to the queries of both benchmarks, and how an answer of ours becomes comparable to it.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Benchmark } from './tables.ts'

/** One recorded answer; of its rows there is always the hash, and they themselves where they are few. */
export interface Answer {
  readonly query: number
  /** As `name type`. */
  readonly columns: readonly string[]
  readonly count: number
  /** Of the rows as lines of JSON in the order of their code points. */
  readonly sha256: string
  readonly rows?: readonly (readonly unknown[])[]
  readonly error?: string
}

/** All answers to one benchmark. */
export interface Recorded {
  readonly sparkVersion: string
  readonly ansiMode: string
  readonly answers: readonly Answer[]
}

/** Reads the answers to a benchmark. */
export function recordedAnswers(benchmark: Benchmark): Recorded {
  return JSON.parse(readFileSync(new URL(`answers-${benchmark}.json`, import.meta.url), 'utf8')) as Recorded
}

/** Rows as lines of JSON, in the order of code points, which is Python's; that of UTF-16 differs past the basic plane. */
export function sortedLines(rows: readonly (readonly unknown[])[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
}

/** The hash of sorted lines, as it is recorded. */
export function hashOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

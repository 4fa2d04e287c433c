// One query run both ways: the same columns, the same rows, or the same refusal.

import { ServiceError } from '@tributary/rules'
import type { RandomQuery } from './queries.ts'
import type { Stage } from './stage.ts'
import type { Outcome, Way } from './ways.ts'

/** What came of comparing: `refused` both ways, or a difference in words. */
export interface Verdict {
  readonly kind: 'same' | 'refused' | 'different'
  readonly words: string
  /** Whether the source was sent other text than for rows of tables alone. */
  readonly isPushed: boolean
  /** Whether a reading was asked for keys of another, as the report of what crossed tells. */
  readonly isKeyed: boolean
}

/** Runs a query pushed and unpushed. */
export async function compare(stage: Pick<Stage, 'run'>, { sql, countsOnly }: RandomQuery): Promise<Verdict> {
  const [pushed, unpushed] = [await attempt(stage, sql, 'pushed'), await attempt(stage, sql, 'unpushed')]
  if (typeof pushed === 'string' || typeof unpushed === 'string') {
    if (pushed === unpushed) return { kind: 'refused', words: pushed as string, isPushed: false, isKeyed: false }
    return { kind: 'different', words: `pushed: ${wordsOf(pushed)}; unpushed: ${wordsOf(unpushed)}`, isPushed: true, isKeyed: false }
  }
  const isPushed = pushed.sent.some((text) => text.includes(' AS t0'))
  const words = difference(pushed, unpushed, countsOnly)
  return {
    kind: words === undefined ? 'same' : 'different',
    words: words ?? '',
    isPushed,
    isKeyed: pushed.sent.some((text) => text.includes('keys from')),
  }
}

async function attempt(stage: Pick<Stage, 'run'>, sql: string, way: Way): Promise<Outcome | string> {
  try {
    return await stage.run(sql, way)
  } catch (error) {
    return error instanceof ServiceError ? `${error.kind}: ${error.message}` : String(error)
  }
}

function wordsOf(outcome: Outcome | string): string {
  return typeof outcome === 'string' ? outcome : `${outcome.rows.length} rows by ${outcome.sent.join(' and ')}`
}

function difference(one: Outcome, other: Outcome, countsOnly: boolean): string | undefined {
  if (one.columns.join() !== other.columns.join()) return `columns ${one.columns.join()} and ${other.columns.join()}`
  if (one.rows.length !== other.rows.length)
    return `${one.rows.length} rows pushed, ${other.rows.length} unpushed; sent ${one.sent.join(' and ')}`
  if (countsOnly) return undefined
  const [left, right] = [linesOf(one), linesOf(other)]
  const at = left.findIndex((line, index) => line !== right[index])
  return at < 0 ? undefined : `pushed ${left[at]}, unpushed ${right[at]}; sent ${one.sent.join(' and ')}`
}

function linesOf({ rows }: Outcome): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted()
}

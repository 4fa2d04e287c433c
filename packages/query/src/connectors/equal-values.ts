// The few values that filters let a column have: for sources that find a row by a key and by nothing else.
//
//   id in (7, 5) and id >= 5 and id <= 6   →   5        name = 'x'   →   nothing is said of id

import type { ColumnType } from '@tributary/rules'
import type { Filter } from '../plan/plan.ts'
import { isIntegral } from '../plan/spark-types.ts'
import type { Offer } from './connector.ts'

/** Whole numbers that are listed for a range without a gap, at most. */
const mostListed = 50_000

/**
 * Reads the values off all filters of a scan: what is compared by `=`, is on a list or among keys, or lies in a short range of whole numbers, which the
 * planner makes of a list without gaps and of keys.
 * @param column - position in the table's columns. @param type - whole numbers and strings alone are written in one way
 * @returns each once, as text; none where no row can pass; `undefined` where the filters leave the column too many values
 */
export function equalValues(filters: readonly Filter[], column: number, type: ColumnType): readonly string[] | undefined {
  if (!isIntegral(type) && type.kind !== 'string') return undefined
  const parts = filters.flatMap(partsOf).filter((part) => 'column' in part && part.column === column)
  const lists = [...parts.map(listOf), ...(isIntegral(type) ? [rangeOf(parts)] : [])].filter((list) => list !== undefined)
  const [first, ...others] = lists.map((list) => new Set(list))
  return first === undefined ? undefined : [...first].filter((value) => others.every((other) => other.has(value)))
}

/** What such a source makes of one filter. A range may be half of a short one, so that it is judged by {@link equalValues}, which sees all of them. */
export function offerOfEqualValues(filter: Filter, column: number, type: ColumnType): Offer {
  if (equalValues([filter], column, type) === undefined) return 'none'
  return filter.kind === 'and' ? 'inexact' : 'exact'
}

function partsOf(filter: Filter): readonly Filter[] {
  return filter.kind === 'and' ? filter.filters.flatMap(partsOf) : [filter]
}

function listOf(filter: Filter): readonly string[] | undefined {
  if (filter.kind === 'comparison') return filter.op === '=' ? [String(filter.value.value)] : undefined
  const isList = filter.kind === 'in' || (filter.kind === 'keys' && filter.from.isRange !== true)
  return isList ? filter.values.map(({ value }) => String(value)) : undefined
}

/** @returns the whole numbers between the ends that are told, where both are and lie near each other */
function rangeOf(parts: readonly Filter[]): readonly string[] | undefined {
  const ends = parts.flatMap(endsOf)
  const [least, greatest] = [ends.flatMap(({ from }) => from ?? []), ends.flatMap(({ to }) => to ?? [])]
  if (least.length === 0 || greatest.length === 0) return undefined
  const from = least.reduce((one, other) => (one > other ? one : other))
  const to = greatest.reduce((one, other) => (one < other ? one : other))
  if (to - from >= mostListed) return undefined
  return Array.from({ length: Math.max(0, Number(to - from) + 1) }, (_, index) => String(from + BigInt(index)))
}

interface Ends {
  readonly from?: bigint
  readonly to?: bigint
}

function endsOf(filter: Filter): readonly Ends[] {
  if (filter.kind === 'keys' && filter.from.isRange === true) {
    const [from, to] = filter.values.map(({ value }) => BigInt(value))
    return from === undefined || to === undefined ? [] : [{ from, to }]
  }
  if (filter.kind !== 'comparison') return []
  const value = (): bigint => BigInt(filter.value.value)
  switch (filter.op) {
    case '>':
      return [{ from: value() + 1n }]
    case '>=':
      return [{ from: value() }]
    case '<':
      return [{ to: value() - 1n }]
    case '<=':
      return [{ to: value() }]
    case '=':
    case '<>':
      return []
  }
}

// The few values that filters let a column have: for sources that find a row by a key and by nothing else.
//
//   id in (7, 5) and id >= 5 and id <= 6   →   5        name = 'x'   →   nothing is said of id

import { formatColumnType, ServiceError, say } from '@tributary/rules'
import type { Filter, SourceScan } from '../plan/plan.ts'
import { keyWords } from '../plan/push/remote-text.ts'
import { isIntegral } from '../plan/spark-types.ts'
import type { SourceTable } from '../source.ts'
import type { Offer } from './connector.ts'

/** Whole numbers that are listed for a range without a gap, at most. */
const mostListed = 50_000
/** Values that are shown, at most. */
const mostShown = 20

/** A scan, as far as it says which rows may come. */
type Asked = Pick<SourceScan, 'table' | 'filters'>

/**
 * Reads the values of a key off all filters of a scan: what is compared by `=`, is on a list or among keys of a join, or lies in a short range of whole
 * numbers, which the planner makes of a list without gaps and of keys.
 * @param key - the name of the column by which the source finds rows: whole numbers and strings alone are written in one way
 * @returns each once, as text; none where no row can pass; `undefined` where the filters leave the column too many values, and where it is not declared
 */
export function equalValues({ table, filters }: Asked, key: string): readonly string[] | undefined {
  const column = positionOf(table, key)
  const type = table.columns[column]?.type
  if (type === undefined || !(isIntegral(type) || type.kind === 'string')) return undefined
  const parts = filters.flatMap(partsOf).filter((part) => 'column' in part && part.column === column)
  const lists = [...parts.map(listOf), ...(isIntegral(type) ? [rangeOf(parts)] : [])].filter((list) => list !== undefined)
  const [first, ...others] = lists.map((list) => new Set(list))
  return first === undefined ? undefined : [...first].filter((value) => others.every((other) => other.has(value)))
}

/** What such a source makes of one filter. A range may be half of a short one, so that it is judged by {@link equalValues}, which sees all of them. */
export function offerOfEqualValues(filter: Filter, table: SourceTable, key: string): Offer {
  if (equalValues({ table, filters: [filter] }, key) === undefined) return 'none'
  return filter.kind === 'and' ? 'inexact' : 'exact'
}

/**
 * What is shown of a lookup, by `explain` and to whoever hears of it: `5, 7`; of keys, which are data of another table, where they come from:
 * `keys from db1.people (12)`.
 * @param scan - as it is sent, its keys not hidden yet
 * @returns `undefined` where {@link equalValues} tells of no values, so that every row is read
 */
export function explainEqualValues({ table, filters }: Asked, key: string): string | undefined {
  if (equalValues({ table, filters }, key) === undefined) return undefined
  const column = positionOf(table, key)
  const origins = filters.flatMap((filter) => (filter.kind === 'keys' && filter.column === column ? [keyWords(filter.from)] : []))
  const own = equalValues({ table, filters: filters.filter(({ kind }) => kind !== 'keys') }, key)
  return [...(own === undefined ? [] : [listText(own)]), ...origins].join(' among ')
}

function listText(values: readonly string[]): string {
  if (values.length === 0) return 'no value'
  return `${values.slice(0, mostShown).join(', ')}${values.length > mostShown ? ` .. (${values.length.toLocaleString('en-US')})` : ''}`
}

/**
 * Checks how a source that has texts wrote the value of a key: `07` would be found where every row is read, and missed where 7 is looked up.
 * @throws {ServiceError} `semantic` where the column is declared as a whole number and the value is not written as one is looked up
 */
export function checkKey(table: SourceTable, key: string, value: Buffer): void {
  const type = table.columns[positionOf(table, key)]?.type
  if (type === undefined || !isIntegral(type) || /^(?:0|-?[1-9]\d*)$/.test(value.toString('latin1'))) return
  throw new ServiceError(
    'semantic',
    say`column ${key} of ${table.settings.table} holds a value that is not written as ${formatColumnType(type)} values are looked up, 7 and never 07; correct it at the source or declare the column as string`,
  )
}

function positionOf({ columns }: SourceTable, key: string): number {
  return columns.findIndex(({ name }) => name === key)
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

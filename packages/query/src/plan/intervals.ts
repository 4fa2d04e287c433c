// Intervals as they are written: their parts, and what they are as values.

import {
  countsMonths,
  formatInterval,
  type IntervalField,
  intervalFields,
  type IntervalType,
  intervalUnits,
  ServiceError,
  say,
} from '@tributary/rules'
import { compose, type Bound } from './bound.ts'
import type { ExpressionSyntax, IntervalPart } from './syntax.ts'

/** An interval as written. */
export type IntervalSyntax = Extract<ExpressionSyntax, { kind: 'interval' }>

const monthUnits = new Set(['year', 'quarter', 'month'])
const dayUnits = new Set(['week', 'day'])

/** An interval as DuckDB and as Spark write it. */
export interface Interval {
  readonly sql: string
  readonly name: string
  /** The smallest of its units decides what a date becomes that is moved by it. */
  readonly span: 'months' | 'days' | 'times'
  /** Singular, in lower case, each with its number. */
  readonly parts: readonly IntervalPart[]
}

/** How long an interval is: months, or microseconds. */
export function lengthOf({ parts }: Pick<Interval, 'parts'>): bigint {
  return parts.reduce((sum, part) => sum + countOf(part), 0n)
}

/** An interval as a value. @throws {ServiceError} as {@link readInterval}; `syntax` for one that is too long to count */
export function intervalValue(syntax: IntervalSyntax): Bound {
  const read = readInterval(syntax)
  const { parts } = read
  const type = typeOfParts(parts)
  const value = lengthOf(read)
  const most = countsMonths(type) ? 2n ** 31n : 2n ** 63n
  if (value >= most || value < -most)
    throw new ServiceError('syntax', say`the interval is too long: ${parts.map(({ text, unit }) => `${text} ${unit}`).join(' ')}`)
  const sql = `CAST(${value} AS ${countsMonths(type) ? 'INTEGER' : 'BIGINT'})`
  return compose({ sql, type }, formatInterval(value, type), [])
}

/** The fields that the units name. */
function typeOfParts(parts: readonly IntervalPart[]): IntervalType {
  const places = parts.map(({ unit }) => intervalFields.indexOf(fieldOf(unit)))
  const [from, to] = [Math.min(...places), Math.max(...places)].map((place) => intervalFields[place] as IntervalField) as [
    IntervalField,
    IntervalField,
  ]
  return { kind: 'interval', from, to }
}

function fieldOf(unit: string): IntervalField {
  if (unit === 'quarter') return 'month'
  if (unit === 'week') return 'day'
  return unit === 'millisecond' || unit === 'microsecond' ? 'second' : (unit as IntervalField)
}

const otherUnits: Readonly<Record<string, bigint>> = { quarter: 3n, week: 7n * intervalUnits.day, millisecond: 1000n, microsecond: 1n }

/** Months, or microseconds; digits of a second past the sixth are cut off. */
function countOf({ text, unit }: IntervalPart): bigint {
  const size = otherUnits[unit] ?? intervalUnits[unit as IntervalField]
  const [whole = '0', fraction] = text.replace('-', '').split('.')
  const micros = fraction === undefined ? 0n : BigInt(fraction.padEnd(6, '0').slice(0, 6))
  const count = BigInt(whole) * size + micros
  return text.startsWith('-') ? -count : count
}

/** Reads an interval. @throws {ServiceError} `syntax` for a text that is not of its form; `unsupported` for forms that are not offered */
export function readInterval(syntax: IntervalSyntax): Interval {
  const { parts, name } = syntax.to === undefined ? { parts: syntax.parts, name: nameOf(syntax.parts) } : between(syntax, syntax.to)
  for (const { text, unit } of parts)
    if (!(unit === 'second' ? /^-?\d{1,9}(?:\.\d{1,9})?$/ : /^-?\d{1,9}$/).test(text))
      throw new ServiceError('unsupported', say`the interval ${text} ${unit} is not offered; write whole numbers`)
  const kinds = new Set(parts.map(({ unit }) => (monthUnits.has(unit) ? 'months' : dayUnits.has(unit) ? 'days' : 'times')))
  if (kinds.has('months') && kinds.size > 1)
    throw new ServiceError('unsupported', say`an interval of months and days together is not offered; add one after the other`)
  const span = kinds.has('times') ? 'times' : kinds.has('days') ? 'days' : 'months'
  return { sql: `INTERVAL '${parts.map(({ text, unit }) => `${text} ${unit}`).join(' ')}'`, name, span, parts }
}

const fields = ['year', 'month', 'day', 'hour', 'minute', 'second']
/** What stands before each field of `'1 02:03:04.5' DAY TO SECOND`. */
const marks: Readonly<Record<string, string>> = { month: '-', hour: ' ', minute: ':', second: ':' }

/** `INTERVAL '1-2' YEAR TO MONTH`: one text for the fields from one to another. */
function between({ parts }: IntervalSyntax, to: string): Pick<Interval, 'parts' | 'name'> {
  const [{ text, unit: from } = { text: '', unit: '' }, ...others] = parts
  const units = fields.slice(fields.indexOf(from), fields.indexOf(to) + 1)
  const isOffered = others.length === 0 && units.length > 1 && monthUnits.has(from) === monthUnits.has(to)
  if (!isOffered)
    throw new ServiceError(
      'syntax',
      say`an interval goes from YEAR TO MONTH, or between DAY, HOUR, MINUTE and SECOND, not from ${from.toUpperCase()} TO ${to.toUpperCase()}`,
    )
  const form = units.map((unit, at) => `${at === 0 ? '' : marks[unit]}(\\d{1,9}${unit === 'second' ? '(?:\\.\\d{1,9})?' : ''})`).join('')
  const found = new RegExp(`^([+-]?)${form}$`).exec(text)
  if (found === null)
    throw new ServiceError(
      'syntax',
      say`'${text}' is no interval of ${from.toUpperCase()} TO ${to.toUpperCase()}; write it as '${units.join('')}'`,
    )
  const [, sign = '', ...values] = found
  const minus = sign === '-' ? '-' : ''
  const shown = values.map((value, at) => `${at === 0 ? '' : marks[units[at] as string]}${padded(value, units[at] as string)}`).join('')
  return {
    parts: values.map((value, at) => ({ text: `${minus}${value}`, unit: units[at] as string })),
    name: `INTERVAL '${minus}${shown}' ${from.toUpperCase()} TO ${to.toUpperCase()}`,
  }
}

/** Hours, minutes and seconds have two digits before the point. */
function padded(value: string, unit: string): string {
  const [whole = '', fraction] = value.split('.')
  const short = String(Number(whole))
  const rest = fraction?.replace(/0+$/, '') ?? ''
  return `${/^(?:hour|minute|second)$/.test(unit) ? short.padStart(2, '0') : short}${rest === '' ? '' : `.${rest}`}`
}

/** Spark brings the parts together: years and months to months, the others to days and seconds. */
function nameOf(parts: readonly IntervalPart[]): string {
  const [first, ...others] = parts
  if (first === undefined || others.length > 0) return `INTERVAL ${parts.map(({ text, unit }) => `${text} ${unit}`).join(' ')}`
  const [unit, factor] = folded[first.unit] ?? [first.unit, 1]
  const isNegative = first.text.startsWith('-')
  const digits = first.text.replace('-', '')
  const value = factor === 1 ? digits : String(Number(digits) * factor)
  return `INTERVAL '${isNegative ? '-' : ''}${padded(value, unit)}' ${unit.toUpperCase()}`
}

const folded: Readonly<Record<string, readonly [unit: string, factor: number]>> = { week: ['day', 7], quarter: ['month', 3] }

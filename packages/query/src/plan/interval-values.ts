// Intervals as values: BIGINT microseconds or INTEGER months, as Spark itself counts them, so that they compare, sort and group as numbers do.
//
//   ts - TIMESTAMP '2024-01-01 00:00:00'   →   (epoch_us(ts) - epoch_us(…)), interval day to second

import {
  commonInterval,
  countsMonths,
  fieldsOfInterval,
  type IntervalField,
  intervalFields,
  type IntervalType,
  intervalUnits,
  say,
  ServiceError,
} from '@tributary/rules'
import { compose, type Bound, type Rewritten } from './bound.ts'
import { castTo } from './casts.ts'
import { unscaled } from './decimal-digits.ts'
import { refusalSql } from './refusal.ts'
import { decimalOf, duckType, isFractional, isIntegral, isNumeric, typeName } from './spark-types.ts'
import { localOf, plusMicros, plusMonths } from './session-zone.ts'

/** The widest type of each family: what arithmetic with numbers gives. */
const widestMonths: IntervalType = { kind: 'interval', from: 'year', to: 'month' }
const widestMicros: IntervalType = { kind: 'interval', from: 'day', to: 'second' }

/** A value that is an interval. */
type IntervalBound = Bound & { readonly type: IntervalType }

/** True for a value that is an interval. */
export function isInterval(value: Bound): value is IntervalBound {
  return value.type.kind === 'interval'
}

/**
 * What arithmetic gives where one side is an interval, or both are times.
 * @returns `undefined` where it is none of intervals
 * @throws {ServiceError} `semantic` for types that Spark refuses, `unsupported` for those that are not offered
 */
export function intervalArithmetic(op: string, left: Bound, right: Bound): Bound | undefined {
  if (op === '-' && isTime(left) && isTime(right)) return between(left, right)
  if (isInterval(left) && isInterval(right)) return op === '+' || op === '-' ? sum(op, left, right) : undefined
  if (isInterval(left) && isTime(right) && op === '+') return moved(op, right, left)
  if (isInterval(right) && isTime(left) && (op === '+' || op === '-')) return moved(op, left, right)
  if (isInterval(left) && isNumber(right) && (op === '*' || op === '/')) return scaled(op, left, right)
  if (isInterval(right) && isNumber(left) && op === '*') return scaled(op, right, left)
  if (!isInterval(left) && !isInterval(right)) return undefined
  throw new ServiceError(
    'unsupported',
    say`${typeName(left.type)} ${op} ${typeName(right.type)} (${left.name}, ${right.name}) is not offered; cast text to date or timestamp first`,
  )
}

function isTime({ type }: Bound): boolean {
  return type.kind === 'date' || type.kind === 'timestamp'
}

function isNumber({ type }: Bound): boolean {
  return isNumeric(type) || type.kind === 'null'
}

/** Days between dates; between timestamps what clocks of the session's zone show. */
function between(left: Bound, right: Bound): Bound {
  const name = `(${left.name} - ${right.name})`
  if (left.type.kind === 'date' && right.type.kind === 'date') {
    const type: IntervalType = { kind: 'interval', from: 'day', to: 'day' }
    return compose({ sql: `(CAST(${left.sql} - ${right.sql} AS BIGINT) * ${intervalUnits.day})`, type }, name, [left, right])
  }
  const [end, start] = [left, right].map((side) => localOf(castTo(side, { kind: 'timestamp' }).sql))
  return compose({ sql: `(epoch_us(${end}) - epoch_us(${start}))`, type: widestMicros }, name, [left, right])
}

function sum(op: '+' | '-', left: IntervalBound, right: IntervalBound): Bound {
  const type = commonInterval(left.type, right.type)
  if (type === undefined)
    throw new ServiceError(
      'semantic',
      say`cannot resolve '(${left.name} ${op} ${right.name})' due to data type mismatch: an interval of months and one of days have no sum`,
    )
  return compose({ sql: `(${left.sql} ${op} ${right.sql})`, type }, `(${left.name} ${op} ${right.name})`, [left, right])
}

/** Times and parts of an interval, rounded half away from nothing; dividing by zero ends the query, as in Spark. */
function scaled(op: '*' | '/', interval: IntervalBound, written: Bound): Bound {
  const number = written.type.kind === 'null' ? castTo(written, { kind: 'double' }) : written
  const type = countsMonths(interval.type) ? widestMonths : widestMicros
  const whole = `CAST(${interval.sql} AS HUGEINT)`
  const value = isFractional(number.type)
    ? `round(CAST(${interval.sql} AS DOUBLE) ${op} ${number.sql})`
    : op === '*'
      ? quotient(`(${whole} * ${digitsOf(number)})`, powerOf(number))
      : quotient(`(${whole} * ${powerOf(number)})`, digitsOf(number))
  const zero = `CAST(${refusalSql(say`Division by zero: an interval cannot be divided by it`)} AS ${duckType(type)})`
  const sql =
    op === '*'
      ? `CAST(${value} AS ${duckType(type)})`
      : `CASE WHEN ${number.sql} = 0 THEN ${zero} ELSE CAST(${value} AS ${duckType(type)}) END`
  return compose({ sql, type }, `(${interval.name} ${op} ${written.name})`, [interval, written])
}

/** The digits of an exact number without its point. */
function digitsOf({ sql, type }: Bound): string {
  return isIntegral(type) ? `CAST(${sql} AS HUGEINT)` : unscaled({ sql, type }, 0)
}

function powerOf({ type }: Bound): string {
  return isIntegral(type) ? '1' : `CAST('${10n ** BigInt(decimalOf(type).scale)}' AS HUGEINT)`
}

function quotient(numerator: string, denominator: string): string {
  if (denominator === '1') return numerator
  const rounded = `((abs(iq_n) * 2 + abs(iq_d)) // (abs(iq_d) * 2)) * sign(iq_n) * sign(iq_d)`
  return `list_transform([${numerator}], lambda iq_n: list_transform([${denominator}], lambda iq_d: ${rounded})[1])[1]`
}

/**
 * A date or timestamp some time later or earlier. A date stays one when whole days, months or years are added; a shorter month ends earlier, as in Spark.
 */
function moved(op: '+' | '-', value: Bound, interval: IntervalBound): Bound {
  const { type } = interval
  const isDays = type.from === 'day' && type.to === 'day'
  const name = `${value.name} ${op} ${interval.name}`
  if (value.type.kind === 'date' && isDays) {
    const days = `extractansiintervaldays(${interval.name})`
    const sql = `(${value.sql} ${op} CAST(${interval.sql} // ${intervalUnits.day} AS INTEGER))`
    return compose({ sql, type: value.type }, `date_add(${value.name}, ${op === '-' ? `(- ${days})` : days})`, [value, interval])
  }
  return compose(movedTime(op, value, interval), name, [value, interval])
}

function movedTime(op: '+' | '-', value: Bound, { sql, type }: IntervalBound): Rewritten {
  if (value.type.kind === 'date' && countsMonths(type))
    return { sql: `CAST((${value.sql} ${op} to_months(${sql})) AS DATE)`, type: value.type }
  const start = castTo(value, { kind: 'timestamp' })
  return { sql: (countsMonths(type) ? plusMonths : plusMicros)(start.sql, op, sql), type: start.type }
}

/** An interval with its sign turned. */
export function negatedInterval(value: IntervalBound): Bound {
  return compose({ sql: `(- ${value.sql})`, type: value.type }, `(- ${value.name})`, [value])
}

/** What `extract` calls each part, in upper case. */
const parts: readonly (readonly [field: IntervalField, names: string])[] = [
  ['year', 'YEAR Y YEARS YR YRS'],
  ['month', 'MONTH MON MONS MONTHS'],
  ['day', 'DAY D DAYS'],
  ['hour', 'HOUR H HOURS HR HRS'],
  ['minute', 'MINUTE M MIN MINS MINUTES'],
  ['second', 'SECOND S SEC SECONDS SECS'],
]

/** One field of an interval. @throws {ServiceError} `semantic` for one that its type has not */
export function intervalPart(name: string, { sql, type }: Rewritten & { readonly type: IntervalType }): Rewritten {
  const field = parts.find(([, names]) => names.split(' ').includes(name.toUpperCase()))?.[0]
  if (field === undefined || !fieldsOfInterval(type).includes(field))
    throw new ServiceError('semantic', say`Literals of type '${name}' are currently not supported for the ${typeName(type)} type.`)
  // The largest field of a family has everything above the next one.
  const above = intervalFields[intervalFields.indexOf(field) - 1]
  const rest = field === 'year' || field === 'day' || above === undefined ? sql : `(${sql} % ${intervalUnits[above]})`
  if (field === 'second')
    return {
      sql: `CAST(CAST(${rest} AS DECIMAL(8,0)) * CAST(0.000001 AS DECIMAL(6,6)) AS DECIMAL(8,6))`,
      type: { kind: 'decimal', precision: 8, scale: 6 },
    }
  const kind = field === 'year' || field === 'day' ? 'int' : 'tinyint'
  return { sql: `CAST(${rest} // ${intervalUnits[field]} AS ${duckType({ kind })})`, type: { kind } }
}

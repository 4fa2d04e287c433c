// Casts as Spark does them with ANSI mode off: integers wrap, fractions are cut, what cannot be read is NULL.
//
//   CAST(name AS INT)   →   TRY_CAST(… the digits of name … AS INTEGER)

import { type IntervalType, isColumnType, ServiceError, type ColumnType, say } from '@tributary/rules'
import { checkLength, constantOf, type Bound } from './bound.ts'
import { intervalCast, intervalText } from './interval-text.ts'
import { nestedCast } from './nested-casts.ts'
import { decimalText, doubleText, plainNumber } from './number-text.ts'
import { quickCast } from './quick.ts'
import { refusalSql } from './refusal.ts'
import { constantInstant, isUtc, localOf, onClock, startOfDay } from './session-zone.ts'
import { timestampOfText } from './timestamp-text.ts'
import {
  bitsOf,
  decimalOf,
  decimalOfText,
  duckType,
  isFractional,
  isIntegral,
  isNumeric,
  partType,
  quoteString,
  sameType,
  typeName,
  type IntegralKind,
  type SparkType,
} from './spark-types.ts'

/**
 * Converts an expression; its name stays.
 * @throws {ServiceError} `unsupported` for a pair of types whose values would not be Spark's
 */
export function castTo(value: Bound, to: SparkType): Bound {
  if (to.kind === 'null' || sameType(value.type, to)) return value
  const folded = value.constant === undefined || !isColumnType(to) ? undefined : foldCast(value.constant, value.type, to)
  if (folded !== undefined) return { ...constantOf(to, folded, value.name) }
  const sql = castSql(value.sql, value.type, to)
  checkLength(sql)
  return { ...value, sql, type: to, constant: undefined, quick: quickCast(value, to) }
}

/** Converts a constant while planning where the result is certain, so that a source can be sent a plain value. */
function foldCast(text: string, from: SparkType, to: ColumnType): string | undefined {
  if (from.kind === 'string' && to.kind === 'date') return plainDate(text)
  if (from.kind === 'string' && to.kind === 'timestamp') {
    const clock = plainTimestamp(text)
    return clock === undefined ? undefined : constantInstant(clock)
  }
  const isExact = isIntegral(from) || from.kind === 'decimal'
  if (isExact && (to.kind === 'double' || (to.kind === 'float' && isIntegral(from) && /^-?\d{1,7}$/.test(text)))) return text
  if (isExact && (isIntegral(to) || to.kind === 'decimal') && fitsExactly(text, to)) return text
  return undefined
}

/** True when a number's text is a value of the type, without rounding. */
export function fitsExactly(text: string, to: ColumnType): boolean {
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) return false
  const needed = decimalOfText(text)
  if (to.kind === 'decimal') return needed.scale <= to.scale && needed.precision - needed.scale <= to.precision - to.scale
  if (!isIntegral(to) || needed.scale > 0) return false
  const limit = 2n ** BigInt(bitsOf(to.kind) - 1)
  return BigInt(text) < limit && BigInt(text) >= -limit
}

/** @returns the date when the text is exactly `yyyy-MM-dd` and on the calendar */
export function plainDate(text: string): string | undefined {
  const parts = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text)
  return parts !== null && parts[1] !== '0000' && isOnCalendar(Number(parts[1]), Number(parts[2]), Number(parts[3])) ? text : undefined
}

/** @returns the timestamp as `yyyy-MM-dd HH:mm:ss[.ffffff]` when the text is a date with or without a time and without a zone */
export function plainTimestamp(text: string): string | undefined {
  const parts = /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,6})?)?)?$/.exec(text)
  if (parts === null || plainDate(parts[1] as string) === undefined) return undefined
  const [, date, hour = '00', minute = '00', second = '00', fraction = ''] = parts
  return Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60 ? `${date} ${hour}:${minute}:${second}${fraction}` : undefined
}

function isOnCalendar(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(2000, month - 1, day))
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && month >= 1 && day >= 1
}

/**
 * The text of a cast.
 * @throws {ServiceError} `unsupported` for a pair of types whose values would not be Spark's
 */
export function castSql(sql: string, from: SparkType, to: SparkType): string {
  if (from.kind === 'null') return `CAST(NULL AS ${partType(to)})`
  if (sameType(from, to)) return sql
  const written =
    isColumnType(from) && isColumnType(to)
      ? castSingle(sql, from, to)
      : from.kind === 'interval'
        ? fromInterval(sql, from, to)
        : nestedCast(sql, from, to, castSql)
  if (written === undefined) throw new ServiceError('unsupported', say`converting ${typeName(from)} to ${typeName(to)} is not offered`)
  return written
}

function castSingle(sql: string, from: ColumnType, to: ColumnType): string | undefined {
  if (from.kind === 'string') return fromString(sql, to)
  if (from.kind === 'binary') return to.kind === 'string' ? `decode(${sql})` : undefined
  if (isIntegral(from) || from.kind === 'boolean') return fromIntegral(sql, from, to)
  if (from.kind === 'decimal') return fromDecimal(sql, from, to)
  return isFractional(from) ? fromFractional(sql, from, to) : fromTime(sql, from, to)
}

function fromInterval(sql: string, from: IntervalType, to: SparkType): string | undefined {
  if (to.kind === 'string') return intervalText(sql, from)
  return to.kind === 'interval' ? intervalCast(sql, from, to) : undefined
}

function fromIntegral(sql: string, from: SparkType, to: ColumnType): string | undefined {
  if (isIntegral(to)) {
    const narrows = isIntegral(from) && bitsOf(from.kind) > bitsOf(to.kind)
    return narrows ? wrap(`CAST(${sql} AS HUGEINT)`, to.kind) : plainCast(sql, to)
  }
  if (to.kind === 'boolean') return `(${sql} <> 0)`
  if (to.kind === 'decimal') return `TRY_CAST(${isIntegral(from) ? sql : `CAST(${sql} AS INTEGER)`} AS ${duckType(to)})`
  if (to.kind === 'timestamp') return timestampOf(isIntegral(from) ? `CAST(${sql} AS HUGEINT) * 1000000` : `CAST(${sql} AS INTEGER)`)
  if (isFractional(to) && isIntegral(from)) return plainCast(sql, to)
  if (isFractional(to)) return plainCast(`CAST(${sql} AS INTEGER)`, to)
  return to.kind === 'string' ? plainCast(sql, to) : undefined
}

function fromDecimal(sql: string, from: ColumnType, to: ColumnType): string | undefined {
  const { precision, scale } = decimalOf(from)
  if (isIntegral(to)) return wrap(`CAST(trunc(${sql}) AS HUGEINT)`, to.kind)
  if (to.kind === 'decimal')
    return `${to.scale >= scale && to.precision - to.scale >= precision - scale ? 'CAST' : 'TRY_CAST'}(${sql} AS ${duckType(to)})`
  if (to.kind === 'boolean') return `(${sql} <> 0)`
  // Dividing by a power of ten is correctly rounded only while the digits fit a double; text always is.
  if (to.kind === 'double') return precision <= 15 ? plainCast(sql, to) : `CAST(CAST(${sql} AS VARCHAR) AS DOUBLE)`
  // By way of the double, as Java does it.
  if (to.kind === 'float') return `CAST(CAST(CAST(${sql} AS VARCHAR) AS DOUBLE) AS FLOAT)`
  if (to.kind === 'timestamp') return scale <= 6 ? timestampOf(`CAST(${sql} AS DECIMAL(38,6)) * 1000000`) : undefined
  return to.kind === 'string' ? decimalText(sql, precision, scale) : undefined
}

/** A timestamp of microseconds since 1970. */
function timestampOf(micros: string): string {
  return `make_timestamp(CAST(${micros} AS BIGINT))`
}

function fromFractional(sql: string, from: SparkType, to: ColumnType): string | undefined {
  if (to.kind === 'double' && from.kind === 'float') return plainCast(sql, to)
  if (to.kind === 'boolean') return `(${sql} <> 0)`
  // What is beyond a float is infinite.
  if (to.kind === 'float')
    return `coalesce(TRY_CAST(${sql} AS FLOAT), CAST(CASE WHEN ${sql} > 0 THEN 'Infinity' WHEN ${sql} < 0 THEN '-Infinity' END AS FLOAT))`
  if (to.kind === 'string') return doubleText(sql)
  if (to.kind === 'decimal')
    return `CASE WHEN isfinite(${sql}) THEN TRY_CAST(${plainNumber(`CAST(${sql} AS VARCHAR)`)} AS ${duckType(to)}) END`
  if (to.kind === 'timestamp') return `CASE WHEN isfinite(${sql}) THEN ${timestampOf(`trunc(CAST(${sql} AS DOUBLE) * 1000000)`)} END`
  if (to.kind === 'bigint') return saturate(sql, '9223372036854775807', '-9223372036854775808', 'BIGINT')
  if (!isIntegral(to)) return undefined
  const whole = saturate(sql, '2147483647', '-2147483648', 'INTEGER')
  return to.kind === 'int' ? whole : wrap(`CAST(${whole} AS HUGEINT)`, to.kind)
}

/** Java's conversion: cut towards zero, stop at the ends, NaN is 0. */
function saturate(sql: string, high: string, low: string, type: string): string {
  const value = `CAST(${sql} AS DOUBLE)`
  return `CASE WHEN isnan(${value}) THEN CAST(0 AS ${type}) WHEN ${value} >= ${high}e0 THEN CAST(${high} AS ${type}) WHEN ${value} <= ${low}e0 THEN CAST(${low} AS ${type}) ELSE CAST(trunc(${value}) AS ${type}) END`
}

function fromTime(sql: string, from: SparkType, to: ColumnType): string | undefined {
  if (from.kind !== 'date' && from.kind !== 'timestamp') return undefined
  if (to.kind === 'string') return from.kind === 'date' ? timeText(sql) : onClock(sql, clockText)
  if (from.kind === 'date' && (isNumeric(to) || to.kind === 'boolean'))
    return `CASE WHEN ${sql} IS NULL THEN CAST(NULL AS ${duckType(to)}) END`
  if (isIntegral(to)) return wrap(`CAST(${wholeSeconds(sql)} AS HUGEINT)`, to.kind)
  if (to.kind === 'double') return `(CAST(epoch_us(${sql}) AS DOUBLE) / 1000000e0)`
  if (to.kind === 'decimal')
    return `TRY_CAST(CAST(epoch_us(${sql}) AS DECIMAL(20,0)) * CAST('0.000001' AS DECIMAL(6,6)) AS ${duckType(to)})`
  if (to.kind === 'timestamp') return startOfDay(sql)
  return to.kind === 'date' ? plainCast(localOf(sql), to) : undefined
}

function timeText(clock: string): string {
  return `(CASE WHEN ${clock} >= '10000-01-01' THEN '+' ELSE '' END || CAST(${clock} AS VARCHAR))`
}

/** The first day of all is one of the year 0 on clocks behind UTC, which DuckDB counts before Christ. */
function clockText(clock: string): string {
  return isUtc() ? timeText(clock) : `replace(${timeText(clock)}, '0001-12-31 (BC)', '0000-12-31')`
}

/** Seconds since 1970, towards the past. */
function wholeSeconds(sql: string): string {
  return `((epoch_us(${sql}) - ((epoch_us(${sql}) % 1000000) + 1000000) % 1000000) // 1000000)`
}

const blanks = String.raw`[\x00-\x20\x7F]*`
const javaBlanks = String.raw`[\x00-\x20]*`
const number = String.raw`[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?`

function fromString(sql: string, to: ColumnType): string | undefined {
  if (isIntegral(to)) return stringToIntegral(sql, to)
  if (to.kind === 'double') return stringToDouble(sql)
  if (to.kind === 'float') return `CAST(${stringToDouble(sql)} AS FLOAT)`
  if (to.kind === 'binary') return `encode(${sql})`
  if (to.kind === 'timestamp') return timestampOfText(sql)
  if (to.kind === 'decimal') return `TRY_CAST(${plainNumber(extract(sql, `^${javaBlanks}(${number})${javaBlanks}$`))} AS ${duckType(to)})`
  if (to.kind === 'boolean') return stringToBoolean(sql)
  return to.kind === 'date' ? stringToDate(sql) : undefined
}

/** `' +12.9 '` is 12, and so is nothing before the point: `'.5'` is 0. */
function stringToIntegral(sql: string, to: ColumnType): string {
  const digits = extract(sql, String.raw`^${blanks}([+-]?[0-9]+)(?:\.[0-9]*)?${blanks}$`)
  const noDigits = matches(sql, String.raw`^${blanks}[+-]?\.[0-9]*${blanks}$`)
  return `CASE WHEN ${noDigits} THEN CAST(0 AS ${duckType(to)}) ELSE TRY_CAST(${digits} AS ${duckType(to)}) END`
}

function stringToDouble(sql: string): string {
  const special = (words: string): string => matches(sql, `(?i)^${javaBlanks}${words}${javaBlanks}$`)
  const hex = matches(sql, `^${javaBlanks}[+-]?0[xX]`)
  return `CASE WHEN ${special('[+]?inf(?:inity)?')} THEN CAST('Infinity' AS DOUBLE) WHEN ${special('-inf(?:inity)?')} THEN CAST('-Infinity' AS DOUBLE) WHEN ${special('nan')} THEN CAST('NaN' AS DOUBLE) WHEN ${hex} THEN ${refusalSql(say`reading hexadecimal floating-point text is not offered`)} ELSE TRY_CAST(${extract(sql, `^${javaBlanks}(${number})[dDfF]?${javaBlanks}$`)} AS DOUBLE) END`
}

function stringToBoolean(sql: string): string {
  const is = (words: string): string => matches(sql, `(?i)^${blanks}(?:${words})${blanks}$`)
  return `CASE WHEN ${is('t|true|y|yes|1')} THEN true WHEN ${is('f|false|n|no|0')} THEN false END`
}

/** `yyyy`, `yyyy-M`, `yyyy-M-d`, and anything after a blank or a T behind that. */
function stringToDate(sql: string): string {
  const pattern = String.raw`(?s)^${blanks}\+?([0-9]{4,7})(?:-([0-9]{1,2})(?:-([0-9]{1,2})(?:[ T].*)?)?)?${blanks}$`
  const part = (index: number): string => `coalesce(${extract(sql, pattern, index)}, '1')`
  return `TRY_CAST(${extract(sql, pattern)} || '-' || ${part(2)} || '-' || ${part(3)} AS DATE)`
}

/** What a group of a pattern matches in a text; NULL where that is nothing. */
export function extract(sql: string, pattern: string, group = 1): string {
  return `nullif(regexp_extract(${sql}, ${quoteString(pattern)}, ${group}), '')`
}

function matches(sql: string, pattern: string): string {
  return `regexp_matches(${sql}, ${quoteString(pattern)})`
}

function plainCast(sql: string, to: ColumnType): string {
  return `CAST(${sql} AS ${duckType(to)})`
}

/**
 * Keeps the low bits of a wider whole number, as Java does on overflow.
 * @param sql - a HUGEINT (BIGINT is enough for types below bigint), at most 127 bits
 */
export function wrap(sql: string, kind: IntegralKind): string {
  const half = 2n ** BigInt(bitsOf(kind) - 1)
  const mask = 2n * half - 1n
  const [offset, bits] = kind === 'bigint' ? [`CAST('${half}' AS HUGEINT)`, `CAST('${mask}' AS HUGEINT)`] : [`${half}`, `${mask}`]
  return `CAST(((${sql} + ${offset}) & ${bits}) - ${offset} AS ${duckType({ kind })})`
}

/** Sides of an arithmetic or a comparison as numbers: text is read as a double, as Spark does. */
export function asNumber(value: Bound): Bound {
  if (value.type.kind === 'string') return castTo(value, { kind: 'double' })
  if (isNumeric(value.type) || value.type.kind === 'null') return value
  throw new ServiceError(
    'semantic',
    say`cannot resolve '${value.name}' due to data type mismatch: a number is required, and it is of ${typeName(value.type)} type`,
  )
}

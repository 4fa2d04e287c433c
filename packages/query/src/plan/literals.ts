// Constants: their types, their values and the names that Spark gives them.

import { readTimeZone, ServiceError, type ColumnType, say } from '@tributary/rules'
import { constantOf, type Bound } from './bound.ts'
import { plainDate, plainTimestamp } from './casts.ts'
import { constantInstant, instantOf, sessionZone } from './session-zone.ts'
import { decimalOfText } from './spark-types.ts'
import type { ExpressionSyntax } from './syntax.ts'
import { clockAt, momentOn, requireOneHistory } from './zone-history.ts'

/**
 * A constant.
 * @throws {ServiceError} `syntax`, `unsupported`
 */
export function literal(type: Extract<ExpressionSyntax, { kind: 'literal' }>['type'], text: string): Bound {
  switch (type) {
    case 'null':
      return constantOf({ kind: 'null' }, 'NULL')
    case 'boolean':
      return constantOf({ kind: 'boolean' }, text)
    case 'string':
      return constantOf({ kind: 'string' }, text)
    case 'binary':
      return { ...constantOf({ kind: 'binary' }, text, `X'${text}'`), sql: `unhex('${text}')` }
    case 'number':
      return numberLiteral(text)
    default:
      return timeLiteral(type, text)
  }
}

function timeLiteral(type: 'date' | 'timestamp', text: string): Bound {
  const zoned = type === 'timestamp' ? zonedTime(text.trim()) : undefined
  if (zoned !== undefined) return zoned
  const padded = paddedTime(text.trim())
  const plain = type === 'date' ? plainDate(padded.replace(/[ T].*$/s, '')) : plainTimestamp(padded)
  if (plain === undefined) throw unreadTime(type, text)
  const name = timeName(type, plain)
  const constant = type === 'date' ? plain : constantInstant(plain)
  if (constant !== undefined) return constantOf({ kind: type }, constant, name)
  const clock = constantOf({ kind: type }, plain, name)
  return { ...clock, sql: instantOf(clock.sql), constant: undefined }
}

function timeName(type: 'date' | 'timestamp', plain: string): string {
  return `${type.toUpperCase()} '${plain.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')}'`
}

/** A clock to the second, and a zone behind it: `Z`, `+8`, `-05:00`, `GMT+8`, `Asia/Shanghai`. */
const zonedClock = /^(.*[ T]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d*)?) *([A-Za-z][\w/+:-]*|[+-]\d{1,2}(?::\d{2})?|[+-]\d{4})$/s

/**
 * A moment whose zone is written; its name is what clocks of the session show then, as in Spark.
 * @returns `undefined` where no zone is written, or the clock cannot be read
 * @throws {ServiceError} `unsupported` for a zone that is not on offer
 */
function zonedTime(text: string): Bound | undefined {
  const [, written, zone = ''] = zonedClock.exec(text) ?? []
  const clock = written === undefined ? undefined : plainTimestamp(paddedTime(written))
  if (clock === undefined) return undefined
  const [its, session] = [readTimeZone(zone), sessionZone()]
  for (const each of [its, session]) requireOneHistory(each)
  const moment = momentOn(clock, its)
  const shown = moment === undefined ? undefined : clockAt(moment, session)
  if (moment === undefined || shown === undefined) return undefined
  return constantOf({ kind: 'timestamp' }, moment, timeName('timestamp', shown))
}

/** `2024`, `2024-1` and `2024-1-5 1:2:3` are dates and times too. */
function paddedTime(text: string): string {
  const parts = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})([ T].*)?)?)?$/s.exec(text)
  if (parts === null) return text
  const [, year = '', month = '1', day = '1', rest = ''] = parts
  const clock = rest.replace(/(?<![\d.])(\d)(?=[:.]|$)/g, '0$1')
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}${clock}${/^[ T]\d{2}$/.test(clock) ? ':00' : ''}`
}

/** Spark reads zones with years before 1000, and years beyond 9999, which are not offered here; anything else it refuses in these words. */
function unreadTime(type: 'date' | 'timestamp', text: string): ServiceError {
  const isOther = /^\s*[+-]?\d{5,}|[zZ]\s*$|\d\s*[+-]\d|[A-Za-z]\/[A-Za-z]|\b(?:UTC|GMT)/.test(text)
  if (!isOther) return new ServiceError('syntax', say`Cannot parse the ${type.toUpperCase()} value: ${text}`)
  const form = type === 'date' ? 'yyyy-MM-dd' : 'yyyy-MM-dd HH:mm:ss'
  return new ServiceError('unsupported', say`${type.toUpperCase()} constants are written as ${form}; '${text}' is not`)
}

const suffixes: Readonly<Record<string, ColumnType['kind']>> = {
  y: 'tinyint',
  s: 'smallint',
  l: 'bigint',
  f: 'float',
  d: 'double',
  bd: 'decimal',
}

/**
 * A number as written: `1`, `1.5`, `2L`, `1e3`.
 * @throws {ServiceError} `syntax`, `unsupported`
 */
export function numberLiteral(text: string): Bound {
  const parts = /^(-?[0-9.]+(?:[eE][+-]?[0-9]+)?)([A-Za-z]*)$/.exec(text)
  const digits = parts?.[1] ?? text
  const suffix = suffixes[parts?.[2]?.toLowerCase() ?? '']
  const hasExponent = /e/i.test(digits)
  if (suffix === 'double' || suffix === 'float' || (hasExponent && suffix === undefined))
    return fractionalLiteral(digits, suffix === 'float' ? 'float' : 'double')
  if (hasExponent) return decimalLiteral(withoutExponent(digits))
  if (suffix !== undefined && suffix !== 'decimal') return integralLiteral(digits, suffix)
  if (suffix === undefined && !digits.includes('.')) {
    const value = BigInt(digits)
    if (value < 2n ** 31n && value >= -(2n ** 31n)) return constantOf({ kind: 'int' }, String(value))
    if (value < 2n ** 63n && value >= -(2n ** 63n)) return constantOf({ kind: 'bigint' }, String(value))
  }
  return decimalLiteral(digits)
}

function integralLiteral(digits: string, kind: ColumnType['kind']): Bound {
  const type = { kind } as ColumnType & { kind: 'int' }
  const bits = { tinyint: 7n, smallint: 15n, int: 31n, bigint: 63n }[kind as 'int']
  if (!/^-?\d+$/.test(digits) || BigInt(digits) >= 2n ** bits || BigInt(digits) < -(2n ** bits))
    throw new ServiceError('syntax', say`the number ${digits} is not a ${kind}`)
  return constantOf(type, String(BigInt(digits)))
}

function fractionalLiteral(digits: string, kind: 'float' | 'double'): Bound {
  const value = Number(digits)
  const limit = kind === 'float' ? 3.4028234663852886e38 : Number.MAX_VALUE
  if (!(Math.abs(value) <= limit))
    throw new ServiceError('syntax', say`Numeric literal ${digits} does not fit in valid range for type ${kind}`)
  return constantOf({ kind }, digits, javaText(kind === 'float' ? shortestFloat(value) : value))
}

/** The fewest digits that are this float and no other. */
function shortestFloat(value: number): number {
  const float = Math.fround(value)
  for (let digits = 1; digits < 9; digits += 1) {
    const shorter = Number(float.toPrecision(digits))
    if (Math.fround(shorter) === float) return shorter
  }
  return Number(float.toPrecision(9))
}

/** `1.5e2` as `150`. */
function withoutExponent(digits: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d*)\.?(\d*)[eE]([+-]?\d+)$/.exec(digits) ?? []
  const size = Number(exponent)
  if (Math.abs(size) > 100) throw new ServiceError('syntax', say`the number ${digits} has more than 38 digits`)
  const point = whole.length + size
  const all = `${whole}${fraction}`
  const padded = point < 0 ? `${'0'.repeat(-point)}${all}` : all.padEnd(point, '0')
  const at = Math.max(point, 0)
  return `${sign}${padded.slice(0, at) || '0'}${at < padded.length ? `.${padded.slice(at)}` : ''}`
}

/** A double as Java prints it: `1.0E10`, `0.001`, `2.0`. */
function javaText(value: number): string {
  const size = Math.abs(value)
  if (Object.is(value, -0)) return '-0.0'
  if (value === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`
}

function decimalLiteral(digits: string): Bound {
  const [whole = '', fraction] = digits.replace(/^-/, '').split('.')
  const sign = digits.startsWith('-') ? '-' : ''
  const plain = `${sign}${whole.replace(/^0+(?=\d)/, '') || '0'}${fraction === undefined || fraction === '' ? '' : `.${fraction}`}`
  const type = decimalOfText(plain)
  if (type.precision > 38) throw new ServiceError('syntax', say`the number ${digits} has more than 38 digits`)
  return constantOf(type, plain, javaDecimal(plain, type.scale))
}

/** A decimal as Java names it: below 0.000001 with an exponent. */
function javaDecimal(plain: string, scale: number): string {
  const digits = plain.replace(/[-.]/g, '').replace(/^0+/, '')
  if (scale - digits.length < 6 || digits === '') return plain
  const rest = digits.length > 1 ? `.${digits.slice(1)}` : ''
  return `${plain.startsWith('-') ? '-' : ''}${digits[0]}${rest}E${digits.length - 1 - scale}`
}

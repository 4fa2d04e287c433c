// Constants: their types, their values and the names that Spark gives them.

import { ServiceError, type ColumnType, say } from '@tributary/rules'
import { constantOf, type Bound } from './bound.ts'
import { plainDate, plainTimestamp } from './casts.ts'
import { decimalOfText } from './spark-types.ts'
import type { ExpressionSyntax } from './syntax.ts'

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
  const plain = type === 'date' ? plainDate(text) : plainTimestamp(text)
  if (plain === undefined)
    throw new ServiceError(
      'unsupported',
      say`${type.toUpperCase()} constants are written as ${type === 'date' ? 'yyyy-MM-dd' : 'yyyy-MM-dd HH:mm:ss'}; '${text}' is not`,
    )
  return constantOf({ kind: type }, plain, `${type.toUpperCase()} '${plain.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')}'`)
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
  if (hasExponent) throw new ServiceError('unsupported', say`the number ${text} is not offered; write it without an exponent`)
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
  if (!Number.isFinite(value) || kind === 'float') throw new ServiceError('unsupported', say`the ${kind} constant ${digits} is not offered`)
  return constantOf({ kind }, digits, javaText(value))
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

// Functions of bits, and the numbers and bytes that are written in other bases.

import { ServiceError, say } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { castTo, wrap } from '../casts.ts'
import { bitsOf, commonNumeric, duckType, isIntegral, typeName, type IntegralKind } from '../spark-types.ts'
import { argument, once, textOf, typed, wrongType } from './arguments.ts'
import type { Named, SparkFunction } from './function.ts'

const intType = { kind: 'int' } as const

/** A shift by the low five or six bits of the count, as Java does. */
function shift(write: (value: string, count: string, kind: 'int' | 'bigint') => string): SparkFunction {
  return {
    arity: [2, 2],
    rewrite: (args) => {
      const [value, count] = args as readonly [Bound, Bound]
      const type = { kind: value.type.kind === 'bigint' ? 'bigint' : 'int' } as const
      const mask = type.kind === 'int' ? 31 : 63
      const places = `(${argument(count, 'int').sql} & ${mask})`
      return { sql: write(argument(value, type.kind).sql, places, type.kind), type }
    },
  }
}

const powerOfTwo = (count: string): string => `(CAST(1 AS HUGEINT) << CAST(${count} AS INTEGER))`

function shiftLeft(value: string, count: string, kind: 'int' | 'bigint'): string {
  // The low bits alone stay, so only they are multiplied: the product fits 127 bits.
  const wide =
    kind === 'int'
      ? `CAST(${value} AS HUGEINT)`
      : `(CAST(${value} AS HUGEINT) & (CAST('18446744073709551615' AS HUGEINT) // ${powerOfTwo(count)}))`
  return wrap(`(${wide} * ${powerOfTwo(count)})`, kind)
}

function shiftRight(value: string, count: string, kind: 'int' | 'bigint'): string {
  return `CAST(${value} >> CAST(${count} AS ${duckType({ kind })}) AS ${duckType({ kind })})`
}

function shiftRightUnsigned(value: string, count: string, kind: 'int' | 'bigint'): string {
  const whole = `CAST('${2n ** BigInt(bitsOf(kind))}' AS HUGEINT)`
  const unsigned = `(CASE WHEN ${value} < 0 THEN CAST(${value} AS HUGEINT) + ${whole} ELSE CAST(${value} AS HUGEINT) END)`
  return wrap(`(${unsigned} // ${powerOfTwo(count)})`, kind)
}

/**
 * `&`, `|`, `^` of two whole numbers, in the wider type.
 * @throws {ServiceError} `semantic` for other types
 */
export function bitwise(op: '&' | '|' | '^', left: Bound, right: Bound): Rewritten {
  const sides = [left, right].map((side) => (side.type.kind === 'null' ? castTo(side, intType) : side))
  const strange = sides.find((side) => !isIntegral(side.type))
  if (strange !== undefined) throw wrongType(strange, 'int')
  const type = commonNumeric((sides[0] as Bound).type, (sides[1] as Bound).type) as { readonly kind: IntegralKind }
  const [one, other] = sides.map((side) => castTo(side, type).sql)
  return { sql: op === '^' ? `xor(${one}, ${other})` : `(${one} ${op} ${other})`, type }
}

/** `~value` */
export function bitNot(value: Bound): Rewritten {
  if (!isIntegral(value.type)) throw wrongType(value, 'int')
  return { sql: `(~ ${value.sql})`, type: value.type }
}

function bitCount(args: readonly Bound[]): Rewritten {
  const [value] = args as readonly [Bound]
  if (value.type.kind === 'boolean') return { sql: `CAST(${value.sql} AS INTEGER)`, type: intType }
  if (!isIntegral(value.type)) throw wrongType(value, 'bigint')
  // Narrow numbers count the bits of their 64.
  return { sql: `CAST(bit_count(CAST(${value.sql} AS BIGINT)) AS INTEGER)`, type: intType }
}

function bitGet(args: readonly Bound[]): Rewritten {
  const [value, place] = args as readonly [Bound, Bound]
  if (!isIntegral(value.type)) throw wrongType(value, 'bigint')
  const most = bitsOf(value.type.kind)
  const index = Number(place.constant ?? Number.NaN)
  if (!Number.isInteger(index) || index < 0 || index >= most)
    throw new ServiceError(
      'unsupported',
      say`the place of a bit is a number written out, from 0 to ${most - 1} for ${typeName(value.type)}; ${place.name} is not`,
    )
  return { sql: `CAST((${value.sql} >> CAST(${index} AS ${duckType(value.type)})) & 1 AS TINYINT)`, type: { kind: 'tinyint' } }
}

/** Digits of a number's 64 bits, of a text's bytes or of bytes. */
function hexadecimal(args: readonly Bound[]): Rewritten {
  const [value] = args as readonly [Bound]
  if (value.type.kind === 'binary') return { sql: `hex(${value.sql})`, type: { kind: 'string' } }
  if (value.type.kind === 'string') return { sql: `hex(encode(${value.sql}))`, type: { kind: 'string' } }
  return { sql: `hex(${unsigned(argument(value, 'bigint').sql)})`, type: { kind: 'string' } }
}

function unsigned(value: string): string {
  return `CAST(CASE WHEN ${value} < 0 THEN CAST(${value} AS HUGEINT) + CAST('18446744073709551616' AS HUGEINT) ELSE CAST(${value} AS HUGEINT) END AS UBIGINT)`
}

/** Bytes of hexadecimal digits; other letters make it NULL. */
function bytesOfHex(text: string): string {
  return once(text, 'hx_t', (digits) => {
    // Of three digits or more, Spark 3.3 drops an odd first one and puts a zero byte behind the others.
    const even = `CASE WHEN length(${digits}) = 1 THEN '0' || ${digits} WHEN length(${digits}) % 2 = 1 THEN substring(${digits}, 2) || '00' ELSE ${digits} END`
    return `CASE WHEN regexp_full_match(${digits}, '[0-9A-Fa-f]*') THEN unhex(${even}) END`
  })
}

const digitsOfBase = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** A whole number of one base written in another, in 64 bits without a sign. */
function converted(args: readonly Bound[]): Rewritten {
  const [value, from, to] = args as readonly [Bound, Bound, Bound]
  const [base, target] = [from, to].map((side) => Number(side.constant ?? Number.NaN))
  if (base === undefined || target === undefined || ![base, target].every(Number.isInteger))
    throw new ServiceError('unsupported', say`conv takes its bases as numbers written out`)
  if (base < 2 || base > 36 || Math.abs(target) < 2 || Math.abs(target) > 36)
    return { sql: 'CAST(NULL AS VARCHAR)', type: { kind: 'string' } }
  const letters = digitsOfBase.slice(0, base)
  const read = once(textOf(value), 'cv_t', (text) => {
    const digits = `regexp_extract(upper(trim(${text}, ' ')), '^-?([${letters}]*)', 1)`
    const max = `CAST('18446744073709551615' AS HUGEINT)`
    const folded = `list_reduce(list_prepend(CAST(0 AS HUGEINT), list_transform(regexp_extract_all(${digits}, '.'), lambda cv_c: CAST(instr('${digitsOfBase}', cv_c) - 1 AS HUGEINT))), lambda cv_a, cv_d: least(cv_a * ${base} + cv_d, ${max}))`
    const isNegative = `starts_with(trim(${text}, ' '), '-')`
    const whole = `CAST('18446744073709551616' AS HUGEINT)`
    return `CASE WHEN ${text} IS NULL OR trim(${text}, ' ') = '' THEN NULL ELSE ${once(folded, 'cv_n', (n) => `CASE WHEN ${isNegative} AND ${n} > 0 THEN CASE WHEN ${n} > CAST('9223372036854775808' AS HUGEINT) THEN ${max} ELSE ${whole} - ${n} END ELSE ${n} END`)} END`
  })
  return { sql: once(read, 'cv_v', (number) => writtenIn(number, target)), type: { kind: 'string' } }
}

function writtenIn(number: string, target: number): string {
  const base = Math.abs(target)
  const half = `CAST('9223372036854775808' AS HUGEINT)`
  const whole = `CAST('18446744073709551616' AS HUGEINT)`
  const size = target < 0 ? `(CASE WHEN ${number} >= ${half} THEN ${whole} - ${number} ELSE ${number} END)` : number
  const digit = `substring('${digitsOfBase}', CAST((${size} // cw_p) % ${base} AS INTEGER) + 1, 1)`
  const powers: string[] = []
  for (let power = 1n; power < 2n ** 64n; power *= BigInt(base)) powers.unshift(`CAST('${power}' AS HUGEINT)`)
  const text = `ltrim(array_to_string(list_transform([${powers.join(', ')}], lambda cw_p: ${digit}), ''), '0')`
  const sign = target < 0 ? `CASE WHEN ${number} >= ${half} THEN '-' ELSE '' END || ` : ''
  return `CASE WHEN ${number} IS NOT NULL THEN ${sign}CASE WHEN ${number} = 0 THEN '0' ELSE ${text} END END`
}

/** Functions of bits, by name. */
export const bitFunctions: Named<SparkFunction> = {
  bin: typed({ takes: ['bigint'], gives: 'string' }, (value = '') => `bin(${unsigned(value)})`),
  bit_count: { arity: [1, 1], rewrite: bitCount },
  bit_get: { arity: [2, 2], rewrite: bitGet },
  conv: { arity: [3, 3], rewrite: converted },
  getbit: { arity: [2, 2], rewrite: bitGet },
  hex: { arity: [1, 1], rewrite: hexadecimal },
  shiftleft: shift(shiftLeft),
  shiftright: shift(shiftRight),
  shiftrightunsigned: shift(shiftRightUnsigned),
  unhex: typed({ takes: ['string'], gives: 'binary' }, (text = '') => bytesOfHex(text)),
}

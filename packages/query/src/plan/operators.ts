// Operators with Spark's types and values: integers wrap, dividing by zero is NULL, decimals keep Spark's digits.
//
//   a + b   (int)       →   the low 32 bits of the sum
//   a / b   (int)       →   CAST(a AS DOUBLE) / nullif(CAST(b AS DOUBLE), 0)

import { ServiceError, type ColumnType, say } from '@tributary/rules'
import { compose, constantOf, type Bound, type Rewritten } from './bound.ts'
import { asNumber, castTo, fitsExactly, plainDate, wrap } from './casts.ts'
import { divideRounded, unscaled } from './decimal-digits.ts'
import { intervalArithmetic } from './interval-values.ts'
import { quickDigits, quickTexts } from './quick.ts'
import { refusalMark, refusalSql } from './refusal.ts'
import {
  adjusted,
  commonNumeric,
  commonType,
  decimalOf,
  decimalOfText,
  duckType,
  isFractional,
  isIntegral,
  isNested,
  isNumeric,
  sameType,
  typeName,
  type DecimalType,
  type SparkType,
} from './spark-types.ts'
import { truthEquality } from './truth-equality.ts'

/** Operators of arithmetic. */
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'
/** Operators of comparison. */
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | '<=>'

/**
 * Adds, subtracts, multiplies, divides.
 * @throws {ServiceError} `semantic` for types that Spark refuses; `unsupported` where Spark's digits cannot be kept
 */
export function arithmetic(op: ArithmeticOperator, left: Bound, right: Bound): Bound {
  const ofTimes = intervalArithmetic(op, left, right)
  if (ofTimes !== undefined) return ofTimes
  const name = `(${left.name} ${op} ${right.name})`
  const shifted = shiftDate(op, left, right)
  if (shifted !== undefined) return compose(shifted, shiftedName(op, left, right), [left, right])
  const [one, other] = numbers(op, left, right)
  return compose(numericResult(op, one, other), name, [left, right])
}

function shiftDate(op: ArithmeticOperator, left: Bound, right: Bound): Rewritten | undefined {
  if (op === '+' && isDays(left) && right.type.kind === 'date') return addDays(right, left, op)
  if (left.type.kind !== 'date') return undefined
  if ((op !== '+' && op !== '-') || !isIntegral(right.type) || right.type.kind === 'bigint') throw mismatch(op, left, right)
  return addDays(left, right, op)
}

/** The date comes first, wherever it stands. */
function shiftedName(op: ArithmeticOperator, left: Bound, right: Bound): string {
  const [date, days] = left.type.kind === 'date' ? [left, right] : [right, left]
  return `date_${op === '-' ? 'sub' : 'add'}(${date.name}, ${days.name})`
}

function isDays({ type }: Bound): boolean {
  return isIntegral(type) && type.kind !== 'bigint'
}

/** A date some days later or earlier; outside of the calendar it is an error, as Spark's own arithmetic would overflow. */
export function addDays(date: Bound, days: Bound, op: '+' | '-'): Rewritten {
  return { sql: `(${date.sql} ${op} CAST(${days.sql} AS INTEGER))`, type: { kind: 'date' } }
}

function numbers(op: string, left: Bound, right: Bound): readonly [Bound, Bound] {
  if (left.type.kind === 'null' && right.type.kind === 'null') return [castTo(left, { kind: 'double' }), castTo(right, { kind: 'double' })]
  try {
    const one = asNumber(left)
    const other = asNumber(right)
    return [withTypeOf(one, other), withTypeOf(other, one)]
  } catch (error) {
    throw error instanceof ServiceError && error.kind === 'semantic' ? mismatch(op, left, right) : error
  }
}

/** A bare NULL takes the other side's type. */
function withTypeOf(value: Bound, other: Bound): Bound {
  return value.type.kind === 'null' ? castTo(value, other.type) : value
}

function mismatch(op: string, left: Bound, right: Bound): ServiceError {
  const text = `(${left.name} ${op} ${right.name})`
  return new ServiceError(
    'semantic',
    say`cannot resolve '${text}' due to data type mismatch: differing types in '${text}' (${typeName(left.type)} and ${typeName(right.type)})`,
  )
}

function numericResult(op: ArithmeticOperator, left: Bound, right: Bound): Rewritten {
  if ((left.type.kind === 'decimal' || right.type.kind === 'decimal') && !isFractional(left.type) && !isFractional(right.type)) {
    return decimalResult(op, asDecimal(left), asDecimal(right))
  }
  const common = op === '/' ? ({ kind: 'double' } as const) : (commonNumeric(left.type, right.type) as ColumnType)
  const one = castTo(left, common)
  const other = castTo(right, common)
  if (op === '/') return { sql: `(${one.sql} / nullif(${other.sql}, 0))`, type: common }
  if (op === '%') return { sql: remainder(one, other, common), type: common }
  if (isFractional(common)) return { sql: `(${one.sql} ${op} ${other.sql})`, type: common }
  const wide = common.kind === 'bigint' ? 'HUGEINT' : 'BIGINT'
  return {
    sql: isIntegral(common) ? wrap(`(CAST(${one.sql} AS ${wide}) ${op} CAST(${other.sql} AS ${wide}))`, common.kind) : '',
    type: common,
  }
}

/** The operation in 64 bits, where both sides are there. */
function quickPair(op: ArithmeticOperator, left: Bound, right: Bound): string | undefined {
  const [one, other] = quickTexts([left, right]) ?? []
  return one === undefined || other === undefined ? undefined : `(${one} ${op} ${other})`
}

/** The smallest number modulo -1 overflows in DuckDB and is 0 in Spark: it is computed one size up. */
function remainder({ sql: left }: Bound, { sql: right, constant }: Bound, type: ColumnType): string {
  if (!isIntegral(type)) return `(${left} % nullif(${right}, 0))`
  if (constant !== undefined && BigInt(constant) > 0n) return `(${left} % ${right})`
  return `CAST(CAST(${left} AS HUGEINT) % nullif(CAST(${right} AS HUGEINT), 0) AS ${duckType(type)})`
}

/** A whole-number constant takes only the digits it has. */
function asDecimal(value: Bound): Bound & { readonly type: DecimalType } {
  const type = value.constant !== undefined && isIntegral(value.type) ? decimalOfText(value.constant) : decimalOf(value.type)
  return { ...castTo(value, type), type }
}

function decimalResult(
  op: ArithmeticOperator,
  left: Bound & { readonly type: DecimalType },
  right: Bound & { readonly type: DecimalType },
): Rewritten {
  const { precision: p1, scale: s1 } = left.type
  const { precision: p2, scale: s2 } = right.type
  const scale = Math.max(s1, s2)
  if (op === '*') return multiply(left, right, p1 + p2 + 1, s1 + s2)
  if (op === '/') return divide(left, right)
  const precision = op === '%' ? Math.min(p1 - s1, p2 - s2) + scale : Math.max(p1 - s1, p2 - s2) + scale + 1
  if (op !== '%' && precision > 38) throw tooManyDigits(op, left.type, right.type)
  const type: DecimalType = { kind: 'decimal', precision, scale }
  const quick = op === '%' || scale > quickDigits ? undefined : quickPair(op, left, right)
  if (quick !== undefined) return { sql: `CAST(${quick} AS ${duckType(type)})`, type, quick }
  const working = workingType(Math.max(p1 - s1, p2 - s2) + scale, scale)
  if (working.precision > 38) throw tooManyDigits(op, left.type, right.type)
  const one = `CAST(${left.sql} AS ${duckType(working)})`
  const other = `CAST(${right.sql} AS ${duckType(working)})`
  return { sql: `CAST((${one} ${op} ${op === '%' ? `nullif(${other}, 0)` : other}) AS ${duckType(type)})`, type }
}

/** DuckDB gives a sum the digit that it may need, but for one that leaves 64 bits: there the sides have it already. */
function workingType(precision: number, scale: number): DecimalType {
  return { kind: 'decimal', precision: precision === quickDigits ? quickDigits + 1 : precision, scale }
}

function multiply(left: Bound, right: Bound, precision: number, scale: number): Rewritten {
  const type = adjusted(precision, scale)
  const quick = type.scale === scale && scale <= quickDigits ? quickPair('*', left, right) : undefined
  if (quick !== undefined) return { sql: `CAST(${quick} AS ${duckType(type)})`, type, quick }
  if (precision <= quickDigits + 1) return { sql: `CAST((${left.sql} * ${right.sql}) AS ${duckType(type)})`, type }
  if (type.scale !== scale) return multiplyRounded(left, right, { type, dropped: scale - type.scale })
  // DuckDB multiplies in 18 digits unless one side is wider.
  const product = `(CAST(${left.sql} AS DECIMAL(38,${decimalOf(left.type).scale})) * ${right.sql})`
  if (precision <= 38) return { sql: `CAST(${product} AS ${duckType(type)})`, type }
  const fitted = `TRY_CAST(${product} AS ${duckType(type)})`
  // DuckDB takes no error() inside TRY, and a refusal must not become NULL; the price is that an overflow is an error there.
  if (product.includes(refusalMark)) return { sql: fitted, type }
  // Nor does it take aggregates there: their products are measured first.
  if (left.hasAggregate || right.hasAggregate || product.includes(' OVER ('))
    return { sql: `CASE WHEN ${sizeOf(left, right)} < 1e${38 - scale} THEN ${fitted} END`, type }
  return { sql: `TRY(${fitted})`, type }
}

/** About how large a product is, without its sign. */
function sizeOf(left: Bound, right: Bound): string {
  return `abs(CAST(${left.sql} AS DOUBLE)) * abs(CAST(${right.sql} AS DOUBLE))`
}

interface Kept {
  readonly type: DecimalType
  /** Digits behind the point that the product has and its type has not. */
  readonly dropped: number
}

/** A product whose last digits give way to those before the point; past 38 digits in between it is refused while it runs. */
function multiplyRounded(left: Bound, right: Bound, { type, dropped }: Kept): Rewritten {
  const product = divideRounded(`(${unscaled(left, 0)} * ${unscaled(right, 0)})`, `CAST('${10n ** BigInt(dropped - 1)}' AS HUGEINT)`, type)
  const refusal = refusalSql(say`a product needs more than 38 digits: cast the sides to fewer`)
  return { sql: `CASE WHEN ${sizeOf(left, right)} >= 1e${38 - type.scale - dropped} THEN ${refusal} ELSE ${product} END`, type }
}

function divide(left: Bound & { readonly type: DecimalType }, right: Bound & { readonly type: DecimalType }): Rewritten {
  const { precision: p1, scale: s1 } = left.type
  const { precision: p2, scale: s2 } = right.type
  const fullScale = Math.max(6, s1 + p2 + 1)
  const type = adjusted(p1 - s1 + s2 + fullScale, fullScale)
  // The quotient is computed with one digit more than it keeps.
  const zeros = type.scale - s1 + s2 + 1
  if (zeros < 0) throw tooManyDigits('/', left.type, right.type)
  const quotient = divideRounded(unscaled(left, zeros), `nullif(${unscaled(right, 0)}, 0)`, type)
  if (p1 + zeros <= 38) return { sql: quotient, type }
  const limit = `CAST('${10n ** BigInt(Math.max(38 - zeros, 0))}' AS HUGEINT)`
  return {
    sql: `CASE WHEN abs(${unscaled(left, 0)}) >= ${limit} THEN ${refusalSql(say`a quotient needs more than 38 digits: cast the sides to fewer`)} ELSE ${quotient} END`,
    type,
  }
}

function tooManyDigits(op: string, left: SparkType, right: SparkType): ServiceError {
  return new ServiceError(
    'unsupported',
    say`${typeName(left)} ${op} ${typeName(right)} needs more than 38 digits and is not offered; cast one side to fewer digits or to double`,
  )
}

/**
 * Compares two values after bringing them to one type, as Spark does.
 * @throws {ServiceError} `semantic` for types that have no common one; `unsupported` where the values would not be Spark's
 */
export function comparison(op: ComparisonOperator, left: Bound, right: Bound): Bound {
  const whole = truthEquality(op, left, right) ?? wholeBound(op, left, right)
  if (whole !== undefined) return whole
  const [one, other] = comparable(op, left, right)
  const sign = op === '<=>' ? 'IS NOT DISTINCT FROM' : op
  const name = op === '<>' ? `(NOT (${left.name} = ${right.name}))` : `(${left.name} ${op} ${right.name})`
  return compose({ sql: `(${one.sql} ${sign} ${other.sql})`, type: { kind: 'boolean' } }, name, [left, right])
}

const mirrored: Readonly<Record<string, ComparisonOperator>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

/** A whole number against a fraction is one against the next whole number, as Spark rewrites it: `i < 1.5` is `i < 2`. */
function wholeBound(op: ComparisonOperator, left: Bound, right: Bound): Bound | undefined {
  if (mirrored[op] === undefined) return undefined
  if (left.constant !== undefined && left.type.kind === 'decimal' && isIntegral(right.type)) {
    const limit = nextWhole(left.constant, op === '<' || op === '>=')
    return limit === undefined ? undefined : comparison(op, limit, right)
  }
  if (right.constant === undefined || right.type.kind !== 'decimal' || !isIntegral(left.type)) return undefined
  const limit = nextWhole(right.constant, op === '>' || op === '<=')
  return limit === undefined ? undefined : comparison(op, left, limit)
}

function nextWhole(text: string, isDown: boolean): Bound | undefined {
  const [whole = '0', fraction = ''] = text.split('.')
  const isExact = /^0*$/.test(fraction)
  const isNegative = text.startsWith('-')
  const cut = BigInt(whole === '-0' ? '0' : whole)
  const value = isExact ? cut : isDown ? (isNegative ? cut - 1n : cut) : isNegative ? cut : cut + 1n
  return fitsExactly(String(value), { kind: 'bigint' }) ? constantOf({ kind: 'bigint' }, String(value)) : undefined
}

/** Both sides as one type. A constant takes the column's type where it fits, so that a source can be asked the plain question. */
export function comparable(op: string, left: Bound, right: Bound): readonly [Bound, Bound] {
  const [a, b] = [left.type, right.type]
  if (a.kind === 'binary' || b.kind === 'binary') throw new ServiceError('unsupported', say`comparing binary values is not offered`)
  if ([a, b].some((type) => type.kind === 'map' || (isNested(type) && !['=', '<=>', '<>', 'IN'].includes(op))))
    throw new ServiceError(
      'semantic',
      say`${typeName(a)} ${op} ${typeName(b)} (${left.name}, ${right.name}): such values have no order here`,
    )
  if (sameType(a, b)) return [left, right]
  if (a.kind === 'string' && b.kind !== 'null') return [asComparedText(op, left, right), asDoubleIfDecimal(right)]
  if (b.kind === 'string' && a.kind !== 'null') return [asDoubleIfDecimal(left), asComparedText(op, right, left)]
  const fitted = fitConstant(left, right) ?? fitConstant(right, left)?.toReversed()
  if (fitted !== undefined) return fitted as unknown as readonly [Bound, Bound]
  const common = commonType(a, b)
  if (common === undefined && isNumeric(a) && isNumeric(b)) throw tooManyDigits(op, a, b)
  if (common === undefined || common.kind === 'null') throw mismatch(op, left, right)
  return [castTo(left, common), castTo(right, common)]
}

function fitConstant(value: Bound, constant: Bound): readonly [Bound, Bound] | undefined {
  if (
    constant.constant === undefined ||
    value.constant !== undefined ||
    !isNumeric(value.type) ||
    isFractional(value.type) ||
    isFractional(constant.type)
  )
    return undefined
  return fitsExactly(constant.constant, value.type as ColumnType)
    ? [value, constantOf(value.type, constant.constant, constant.name)]
    : undefined
}

function asDoubleIfDecimal(value: Bound): Bound {
  return value.type.kind === 'decimal' ? castTo(value, { kind: 'double' }) : value
}

function asComparedText(op: string, text: Bound, other: Bound): Bound {
  const to = other.type
  if (to.kind === 'decimal') return castTo(text, { kind: 'double' })
  if (isIntegral(to) || to.kind === 'double' || to.kind === 'date') return castTo(text, to)
  if (to.kind === 'timestamp' || to.kind === 'boolean') return castTo(text, to)
  if (to.kind === 'null') return text
  throw new ServiceError(
    'unsupported',
    say`comparing ${typeName(text.type)} with ${typeName(to)} (${text.name} ${op} ${other.name}) is not offered; cast one side`,
  )
}

/** One type for a value and the list it is looked up in. */
export function comparableList(value: Bound, items: readonly Bound[]): readonly [Bound, readonly Bound[]] {
  const isText = (item: Bound): boolean => item.type.kind === 'string'
  if (value.type.kind === 'date' && items.every((item) => isText(item) || item.type.kind === 'date')) return [value, items.map(dateOfText)]
  const all = [value, ...items]
  if (all.some(isText) && !all.every((item) => isText(item) || item.type.kind === 'null')) return [asText(value), items.map(asText)]
  const pairs = items.map((item) => comparable('IN', value, item))
  const kept = pairs.every(([one]) => one === value)
  if (kept) return [value, pairs.map(([, item]) => item)]
  const common = [value, ...items]
    .map((one) => one.type)
    .reduce<SparkType | undefined>((one, other) => (one === undefined ? undefined : commonType(one, other)), { kind: 'null' })
  if (common === undefined || common.kind === 'null')
    throw new ServiceError('unsupported', say`IN over these types (${value.name}) is not offered; write all values with one type`)
  return [castTo(value, common), items.map((item) => castTo(item, common))]
}

/** Beside a string everything is compared as text. */
function asText(item: Bound): Bound {
  if (item.type.kind !== 'binary' && item.type.kind !== 'boolean' && !isNested(item.type)) return castTo(item, { kind: 'string' })
  throw new ServiceError(
    'semantic',
    say`cannot resolve IN due to data type mismatch: Arguments must be same type but were: string and ${typeName(item.type)} (${item.name})`,
  )
}

/** Spark compares a date with strings as text here; only text that is exactly a date can be equal. */
function dateOfText(item: Bound): Bound {
  if (item.type.kind !== 'string') return item
  const date = item.constant === undefined ? undefined : plainDate(item.constant)
  if (date === undefined) throw new ServiceError('unsupported', say`IN over a date takes dates as 'yyyy-MM-dd'; ${item.name} is not one`)
  return constantOf({ kind: 'date' }, date, item.name)
}

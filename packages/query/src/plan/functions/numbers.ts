// Functions of numbers: signs, roots, powers, rounding, whole-number work.

import { ServiceError, say } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { asNumber, castTo, wrap } from '../casts.ts'
import { plainNumber } from '../number-text.ts'
import { arithmetic } from '../operators.ts'
import { duckType, isFractional, isIntegral, typeName, type DecimalType, type IntegralKind } from '../spark-types.ts'
import { argument, intervalsNotOffered, nullWhereNull, once, titled, typed, wholeConstant } from './arguments.ts'
import type { Named, SparkFunction } from './function.ts'

const bigintType = { kind: 'bigint' } as const
const doubleType = { kind: 'double' } as const
const first = (args: readonly Bound[]): Bound => args[0] as Bound

/** A function of one double. */
function ofDouble(write: (value: string) => string): SparkFunction {
  return typed({ takes: ['double'], gives: 'double' }, (value = '') => once(value, 'dbl', write))
}

/** DuckDB refuses values outside of a domain; Spark answers NULL or NaN there. */
function within(condition: (value: string) => string, otherwise: string, write: (value: string) => string): SparkFunction {
  return ofDouble((value) => `CASE WHEN ${condition(value)} THEN ${write(value)} WHEN ${value} IS NOT NULL THEN ${otherwise} END`)
}

const nan = `CAST('NaN' AS DOUBLE)`
const noDouble = 'CAST(NULL AS DOUBLE)'

function absolute(args: readonly Bound[]): Rewritten {
  if (first(args).type.kind === 'interval') throw intervalsNotOffered('abs')
  const value = argument(first(args), 'number')
  if (isIntegral(value.type)) return { sql: wrap(`abs(CAST(${value.sql} AS HUGEINT))`, value.type.kind), type: value.type }
  return { sql: `abs(${value.sql})`, type: value.type }
}

function negative(args: readonly Bound[]): Rewritten {
  const value = argument(first(args), 'number')
  if (isIntegral(value.type)) return { sql: wrap(`-CAST(${value.sql} AS HUGEINT)`, value.type.kind), type: value.type }
  return { sql: `(- ${value.sql})`, type: value.type }
}

/** Digits that a whole number or a decimal keeps, halves away from zero or to the even digit. */
type Rounding = 'halfUp' | 'halfEven' | 'up' | 'down'

/** The digits of a HUGEINT cut by a power of ten and rounded. */
function roundedUnits(units: string, power: bigint, how: Rounding): string {
  const unit = `CAST('${power}' AS HUGEINT)`
  return once(units, 'rnd_u', (value) => {
    const [whole, rest] = [`(${value} // ${unit})`, `(${value} % ${unit})`]
    if (how === 'up') return `(${whole} + CASE WHEN ${rest} > 0 THEN 1 ELSE 0 END)`
    if (how === 'down') return `(${whole} - CASE WHEN ${rest} < 0 THEN 1 ELSE 0 END)`
    const half = `abs(${rest}) * 2`
    const away = how === 'halfUp' ? `${half} >= ${unit}` : `(${half} > ${unit} OR (${half} = ${unit} AND ${whole} % 2 <> 0))`
    return `(${whole} + CASE WHEN ${away} THEN sign(${value}) ELSE 0 END)`
  })
}

function roundWhole(value: Bound & { readonly type: { readonly kind: IntegralKind } }, digits: number, how: Rounding): Rewritten {
  if (digits >= 0) return { sql: value.sql, type: value.type }
  if (digits < -19) return { sql: `CAST(${value.sql} * 0 AS ${duckType(value.type)})`, type: value.type }
  const power = 10n ** BigInt(-digits)
  return {
    sql: wrap(`${roundedUnits(`CAST(${value.sql} AS HUGEINT)`, power, how)} * CAST('${power}' AS HUGEINT)`, value.type.kind),
    type: value.type,
  }
}

/** The type that Spark gives a rounded decimal: one more digit before the point, 9.9 may become 10. */
function roundedType({ precision, scale }: DecimalType, digits: number): DecimalType {
  const whole = precision - scale + 1
  if (digits < 0) return { kind: 'decimal', precision: Math.min(Math.max(whole, -digits + 1), 38), scale: 0 }
  const kept = Math.min(scale, digits)
  return { kind: 'decimal', precision: Math.min(whole + kept, 38), scale: kept }
}

function roundDecimal(value: Bound & { readonly type: DecimalType }, digits: number, how: Rounding): Rewritten {
  const type = roundedType(value.type, digits)
  const cut = value.type.scale - digits
  if (cut <= 0) return { sql: `CAST(${value.sql} AS ${duckType(type)})`, type }
  if (cut > 38) return { sql: `CAST(${value.sql} * 0 AS ${duckType(type)})`, type }
  const units = `CAST(replace(CAST(${value.sql} AS VARCHAR), '.', '') AS HUGEINT)`
  const kept = roundedUnits(units, 10n ** BigInt(cut), how)
  if (digits < 0) return { sql: `CAST(${kept} * CAST('${10n ** BigInt(-digits)}' AS HUGEINT) AS ${duckType(type)})`, type }
  if (digits === 0) return { sql: `CAST(${kept} AS ${duckType(type)})`, type }
  const unit = `CAST('0.${'0'.repeat(digits - 1)}1' AS DECIMAL(${digits},${digits}))`
  return { sql: `CAST(CAST(${kept} AS DECIMAL(38,0)) * ${unit} AS ${duckType(type)})`, type }
}

/** Rounded by the digits that print the number, as Spark does: from 10^15 on a double has no digits behind the point. */
function roundFractional({ sql: value, type }: Bound, digits: number, how: 'halfUp' | 'halfEven'): string {
  return once(value, 'rnd_d', (number) => {
    const plain = plainNumber(`CAST(${number} AS VARCHAR)`)
    const rounded = how === 'halfUp' ? `CAST(${plain} AS DECIMAL(38,${digits}))` : roundedEven(plain, digits)
    return `CASE WHEN isfinite(${number}) AND abs(${number}) < 1e15 THEN CAST(CAST(${rounded} AS VARCHAR) AS ${duckType(type)}) ELSE ${number} END`
  })
}

/** A text of digits rounded to the even neighbour where it lies halfway: 22 digits behind the point decide, no double prints more near a half. */
function roundedEven(plain: string, digits: number): string {
  const scale = 22
  if (digits >= scale) return `CAST(${plain} AS DECIMAL(38,${digits}))`
  const exact: DecimalType = { kind: 'decimal', precision: 38, scale }
  return roundDecimal({ ...nothing, sql: `CAST(${plain} AS ${duckType(exact)})`, type: exact }, digits, 'halfEven').sql
}

const nothing: Omit<Bound, 'sql' | 'type'> = { name: '', constant: undefined, loose: [], hasAggregate: false, columnName: undefined }

function rounding(how: 'halfUp' | 'halfEven', name: string): SparkFunction {
  return {
    arity: [1, 2],
    title: titled(name, undefined, '0'),
    rewrite: (args) => {
      const value = argument(first(args), 'number')
      if (first(args).type.kind === 'null') return value
      const digits = args[1] === undefined ? 0 : wholeConstant(args[1], say`the digits of ${name}`)
      if (isIntegral(value.type)) return roundWhole({ ...value, type: value.type }, digits, how)
      if (value.type.kind === 'decimal') return roundDecimal({ ...value, type: value.type }, digits, how)
      if (!isFractional(value.type) || digits < 0 || digits > 20)
        throw new ServiceError(
          'unsupported',
          say`${name} of ${typeName(value.type)} to ${digits} digits is not offered; cast ${value.name} to a decimal first`,
        )
      return { sql: roundFractional(value, digits, how), type: value.type }
    },
  }
}

/** Whole numbers of `floor` and `ceil`; with digits, the decimal next below or above. */
function wholeStep(name: 'floor' | 'ceil'): (args: readonly Bound[]) => Rewritten {
  return (args) => {
    const value = argument(first(args), 'number')
    const how = name === 'floor' ? 'down' : 'up'
    if (args[1] !== undefined) return stepTo(value, wholeConstant(args[1], say`the digits of ${name}`), how)
    if (isIntegral(value.type)) return { sql: castTo(value, bigintType).sql, type: bigintType }
    if (value.type.kind === 'decimal') {
      const type = { kind: 'decimal', precision: Math.min(value.type.precision - value.type.scale + 1, 38), scale: 0 } as const
      return { sql: `CAST(${name}(${value.sql}) AS ${duckType(type)})`, type }
    }
    const double = castTo(value, doubleType)
    return { sql: castTo({ ...double, sql: `${name}(${double.sql})`, constant: undefined }, bigintType).sql, type: bigintType }
  }
}

function stepTo(value: Bound, digits: number, how: 'up' | 'down'): Rewritten {
  if (value.type.kind === 'decimal') return roundDecimal({ ...value, type: value.type }, digits, how)
  if (!isIntegral(value.type))
    throw new ServiceError(
      'unsupported',
      say`rounding ${typeName(value.type)} to ${digits} digits is not offered; cast ${value.name} to a decimal first`,
    )
  const whole = { tinyint: 3, smallint: 5, int: 10, bigint: 20 }[value.type.kind]
  const decimal = castTo(value, { kind: 'decimal', precision: whole, scale: 0 })
  return roundDecimal({ ...decimal, type: { kind: 'decimal', precision: whole, scale: 0 } }, digits, how)
}

function signOf(args: readonly Bound[]): Rewritten {
  if (first(args).type.kind === 'interval') throw intervalsNotOffered('sign')
  const value = argument(first(args), 'double').sql
  return {
    sql: once(
      value,
      'sgn',
      (number) => `CASE WHEN isnan(${number}) OR ${number} = 0 THEN ${number} ELSE CAST(sign(${number}) AS DOUBLE) END`,
    ),
    type: doubleType,
  }
}

/** The remainder with the sign of the divisor's side that Spark gives: `((a % n) + n) % n` where it is negative. */
function positiveModulo(args: readonly Bound[]): Rewritten {
  const [left, right] = args as readonly [Bound, Bound]
  const rest = arithmetic('%', left, right)
  if (isFractional(rest.type) || isIntegral(rest.type)) {
    const divisor = castTo(asNumber(right.type.kind === 'null' ? castTo(right, rest.type) : right), rest.type)
    const again = arithmetic('%', arithmetic('+', rest, divisor), divisor)
    return { sql: `CASE WHEN ${rest.sql} < 0 THEN ${again.sql} ELSE ${rest.sql} END`, type: rest.type }
  }
  const divisor = asNumber(right)
  const again = castTo(arithmetic('%', arithmetic('+', rest, divisor), divisor), rest.type)
  return { sql: `CASE WHEN ${rest.sql} < 0 THEN ${again.sql} ELSE ${rest.sql} END`, type: rest.type }
}

/** `a DIV b`: the whole part of the quotient, as a bigint. */
export function wholeQuotient(left: Bound, right: Bound): Rewritten {
  const [one, other] = [argument(left, 'number'), argument(right, 'number')]
  if (isFractional(one.type) || isFractional(other.type))
    throw new ServiceError('semantic', say`DIV takes whole numbers and decimals, not ${typeName(one.type)} and ${typeName(other.type)}`)
  const isWhole = isIntegral(one.type) && isIntegral(other.type)
  const wide = (value: Bound): string => (isWhole ? `CAST(${value.sql} AS HUGEINT)` : value.sql)
  if (isWhole) return { sql: wrap(`(${wide(one)} // nullif(${wide(other)}, 0))`, 'bigint'), type: bigintType }
  const quotient = arithmetic('/', one, other)
  const rest = arithmetic('%', one, other)
  // The quotient is rounded, the remainder exact: what is left after taking it away divides without one.
  const exact = arithmetic('/', castTo(arithmetic('-', one, rest), quotient.type), other)
  return { sql: wrap(`CAST(round(${exact.sql}, 0) AS HUGEINT)`, 'bigint'), type: bigintType }
}

function factorial(value: string): string {
  const all = Array.from(
    { length: 21 },
    (_none, n) => `WHEN ${n} THEN ${Array.from({ length: n }, (_zero, i) => BigInt(i + 1)).reduce((one, other) => one * other, 1n)}`,
  )
  return `CAST(CASE ${value} ${all.join(' ')} END AS BIGINT)`
}

/** Arithmetic that answers NULL where the result does not fit, instead of wrapping. */
function tried(op: '+' | '-' | '*' | '/'): SparkFunction {
  return {
    arity: [2, 2],
    rewrite: (args) => {
      const [left, right] = args as readonly [Bound, Bound]
      const plain = arithmetic(op, left, right)
      if (!isIntegral(plain.type)) return plain
      const wide = (value: Bound): string => `CAST(${asNumber(value).sql} AS HUGEINT)`
      return { sql: `TRY_CAST((${wide(left)} ${op} ${wide(right)}) AS ${duckType(plain.type)})`, type: plain.type }
    },
  }
}

/** The bucket of equal width that a value falls into: 0 below, one more than there are above. */
function bucket(value: string, low: string, high: string, count: string): string {
  return nullWhereNull(
    [value, low, high, count],
    once(value, 'wb_v', (v) =>
      once(low, 'wb_l', (l) =>
        once(high, 'wb_h', (h) =>
          once(`CAST(${count} AS BIGINT)`, 'wb_n', (n) => {
            const up = `CASE WHEN ${v} < ${l} THEN 0 WHEN ${v} >= ${h} THEN ${n} + 1 ELSE CAST(trunc(${n} * (${v} - ${l}) / (${h} - ${l})) AS BIGINT) + 1 END`
            const down = `CASE WHEN ${v} > ${l} THEN 0 WHEN ${v} <= ${h} THEN ${n} + 1 ELSE CAST(trunc(${n} * (${l} - ${v}) / (${l} - ${h})) AS BIGINT) + 1 END`
            const isWrong = `${n} <= 0 OR ${n} = 9223372036854775807 OR isnan(${v}) OR ${l} = ${h} OR NOT isfinite(${l}) OR NOT isfinite(${h})`
            return `CASE WHEN ${isWrong} THEN NULL WHEN ${l} < ${h} THEN ${up} ELSE ${down} END`
          }),
        ),
      ),
    ),
    'BIGINT',
  )
}

function power(base: string, exponent: string): string {
  return once(base, 'pw_b', (x) =>
    once(
      exponent,
      'pw_e',
      (y) =>
        // Java: NaN to the power of 0 is 1, and 1 to the power of NaN or infinity is NaN.
        `CASE WHEN ${y} = 0 THEN CASE WHEN ${x} IS NULL THEN NULL ELSE 1e0 END WHEN isnan(${y}) OR isnan(${x}) OR (abs(${x}) = 1 AND isinf(${y})) THEN ${x} + ${y} + ${nan} WHEN ${x} < 0 AND isfinite(${x}) AND isfinite(${y}) AND ${y} <> trunc(${y}) THEN ${nan} ELSE pow(${x}, ${y}) END`,
    ),
  )
}

/** The larger side is taken out of the root, so that no square overflows. */
function hypotenuse(x: string, y: string): string {
  return once(`greatest(abs(${x}), abs(${y}))`, 'hy_l', (large) =>
    once(`least(abs(${x}), abs(${y}))`, 'hy_s', (small) => {
      const root = `${large} * sqrt(1 + (${small} / ${large}) * (${small} / ${large}))`
      const value = `CASE WHEN isinf(${x}) OR isinf(${y}) THEN CAST('Infinity' AS DOUBLE) WHEN ${large} = 0 OR isnan(${large}) THEN ${large} ELSE ${root} END`
      return nullWhereNull([x, y], value, 'DOUBLE')
    }),
  )
}

/** NULL for what is not positive; NaN stays. */
const logarithm = (name: string): SparkFunction =>
  within(
    (x) => `${x} > 0 OR isnan(${x})`,
    noDouble,
    (x) => `CASE WHEN isnan(${x}) THEN ${nan} ELSE ${name}(${x}) END`,
  )

function logarithmTo(args: readonly Bound[]): Rewritten {
  const values = args.map((arg) => argument(arg, 'double').sql)
  if (values.length === 1) return { sql: logarithm('ln').rewrite(args).sql, type: doubleType }
  const [base = '', value = ''] = values
  return { sql: `CASE WHEN ${base} > 0 AND ${value} > 0 THEN ln(${value}) / ln(${base}) END`, type: doubleType }
}

/** Functions of numbers, by name. */
export const numberFunctions: Named<SparkFunction> = {
  abs: { arity: [1, 1], rewrite: absolute },
  bround: rounding('halfEven', 'bround'),
  cbrt: {
    ...ofDouble(
      (x) =>
        `CASE WHEN ${x} = 0 OR NOT isfinite(${x}) THEN ${x} ELSE cbrt(${x}) - (pow(cbrt(${x}), 3) - ${x}) / (3 * pow(cbrt(${x}), 2)) END`,
    ),
    title: titled('CBRT'),
  },
  ceil: {
    arity: [1, 2],
    rewrite: wholeStep('ceil'),
    title: (args) => (args[1] === undefined ? titled('CEIL')(args) : titled('ceil')(args)),
  },
  ceiling: { arity: [1, 2], rewrite: wholeStep('ceil') },
  degrees: { ...ofDouble((x) => `(${x} * (180e0 / pi()))`), title: titled('DEGREES') },
  e: { arity: [0, 0], rewrite: () => ({ sql: `CAST('2.718281828459045' AS DOUBLE)`, type: doubleType }), title: () => 'E()' },
  exp: { ...ofDouble((x) => `exp(${x})`), title: titled('EXP') },
  expm1: {
    ...ofDouble((x) => `CASE WHEN abs(${x}) < 1e-5 THEN ${x} + ${x} * ${x} / 2 + ${x} * ${x} * ${x} / 6 ELSE exp(${x}) - 1 END`),
    title: titled('EXPM1'),
  },
  factorial: typed({ takes: ['int'], gives: 'bigint' }, (value = '') => factorial(value)),
  floor: {
    arity: [1, 2],
    rewrite: wholeStep('floor'),
    title: (args) => (args[1] === undefined ? titled('FLOOR')(args) : titled('floor')(args)),
  },
  hypot: typed({ takes: ['double', 'double'], gives: 'double', title: titled('HYPOT') }, (x = '', y = '') => hypotenuse(x, y)),
  isnan: typed({ takes: ['double'], gives: 'boolean' }, (x) => `coalesce(isnan(${x}), false)`),
  ln: logarithm('ln'),
  log: {
    arity: [1, 2],
    rewrite: logarithmTo,
    title: (args) => (args.length === 1 ? `LOG(E(), ${first(args).name})` : titled('LOG')(args)),
  },
  log10: { ...logarithm('log10'), title: titled('LOG10') },
  log1p: {
    ...within(
      (x) => `${x} > -1 OR isnan(${x})`,
      noDouble,
      (x) => `CASE WHEN abs(${x}) < 1e-5 THEN ${x} - ${x} * ${x} / 2 + ${x} * ${x} * ${x} / 3 ELSE ln(1 + ${x}) END`,
    ),
    title: titled('LOG1P'),
  },
  log2: { ...logarithm('log2'), title: titled('LOG2') },
  mod: {
    arity: [2, 2],
    rewrite: (args) => arithmetic('%', first(args), args[1] as Bound),
    // Spark forgets how a remainder of decimals was written.
    title: (args) => (args.some((arg) => arg.type.kind === 'decimal') ? `(${first(args).name} % ${args[1]?.name})` : titled('mod')(args)),
  },
  nanvl: {
    arity: [2, 2],
    rewrite: (args) => {
      const [one = '', other = ''] = args.map((arg) => argument(arg, 'double').sql)
      return { sql: `CASE WHEN isnan(${one}) THEN ${other} ELSE ${one} END`, type: doubleType }
    },
  },
  negative: { arity: [1, 1], rewrite: negative },
  pi: { arity: [0, 0], rewrite: () => ({ sql: 'pi()', type: doubleType }), title: () => 'PI()' },
  pmod: { arity: [2, 2], rewrite: positiveModulo },
  positive: { arity: [1, 1], rewrite: (args) => argument(first(args), 'number'), title: (args) => `(+ ${first(args).name})` },
  pow: typed({ takes: ['double', 'double'], gives: 'double' }, (x = '', y = '') => power(x, y)),
  power: typed({ takes: ['double', 'double'], gives: 'double', title: titled('POWER') }, (x = '', y = '') => power(x, y)),
  radians: { ...ofDouble((x) => `(${x} * (pi() / 180e0))`), title: titled('RADIANS') },
  rint: ofDouble((x) => `CASE WHEN abs(${x}) < 4503599627370496 THEN round_even(${x}, 0) ELSE ${x} END`),
  round: rounding('halfUp', 'round'),
  sign: { arity: [1, 1], rewrite: signOf },
  signum: { arity: [1, 1], rewrite: signOf, title: titled('SIGNUM') },
  sqrt: {
    ...within(
      (x) => `${x} >= 0 OR isnan(${x})`,
      nan,
      (x) => `sqrt(${x})`,
    ),
    title: titled('SQRT'),
  },
  try_add: tried('+'),
  try_divide: tried('/'),
  try_multiply: tried('*'),
  try_subtract: tried('-'),
  width_bucket: typed({ takes: ['double', 'double', 'double', 'bigint'], gives: 'bigint' }, (...args) =>
    bucket(...(args as unknown as [string, string, string, string])),
  ),
}

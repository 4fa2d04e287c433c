// The functions on offer, as data: how many arguments each takes and what it becomes. A function that is not in this table is refused by name.
//
// Every entry has cases in spark-cases.sql, whose expected values come from Spark itself; a test runs them all.

import { ServiceError, type ColumnType, say, type Text } from '@tributary/rules'
import { castTo, asNumber, wrap } from './casts.ts'
import { constantOf, type Bound, type Rewritten } from './bound.ts'
import { addDays, comparison, divideRounded, unscaled } from './operators.ts'
import { refusalSql } from './refusal.ts'
import { commonType, duckType, isIntegral, isNumeric, typeName, type SparkType } from './spark-types.ts'

/** One function of rows. */
export interface SparkFunction {
  readonly arity: readonly [number, number]
  /** @throws {ServiceError} `semantic` for argument types that Spark refuses, `unsupported` for those that are not offered */
  readonly rewrite: (args: readonly Bound[]) => Rewritten
  /** The column's name where it is not `name(arguments)`. */
  readonly title?: (args: readonly Bound[]) => string
}

/** One function of groups. */
export interface SparkAggregate {
  readonly rewrite: (arg: Bound, distinct: boolean) => Rewritten
}

const anyCount = 100
const stringType = { kind: 'string' } as const
const intType = { kind: 'int' } as const
const bigintType = { kind: 'bigint' } as const
const doubleType = { kind: 'double' } as const

const first = (args: readonly Bound[]): Bound => args[0] as Bound
const second = (args: readonly Bound[]): Bound => args[1] as Bound

/** Text of an argument; numbers and dates are printed as Spark prints them. */
function text(value: Bound): string {
  return castTo(value, stringType).sql
}

function overText(write: (sql: string) => string, type: ColumnType = stringType): SparkFunction {
  return { arity: [1, 1], rewrite: (args) => ({ sql: write(text(first(args))), type }) }
}

function datePart(part: string): SparkFunction {
  return {
    arity: [1, 1],
    rewrite: (args) => ({ sql: `CAST(${part}(${castTo(dateOrText(first(args)), { kind: 'date' }).sql}) AS INTEGER)`, type: intType }),
  }
}

function dateOrText(value: Bound): Bound {
  if (['date', 'timestamp', 'string', 'null'].includes(value.type.kind)) return value
  throw new ServiceError('semantic', say`a date is required, and ${value.name} is of ${typeName(value.type)} type`)
}

/** One type for all arguments. */
function unified(name: string, args: readonly Bound[]): readonly [readonly Bound[], SparkType] {
  const type = args
    .map((arg) => arg.type)
    .reduce<SparkType | undefined>((one, other) => (one === undefined ? undefined : commonType(one, other)), { kind: 'null' })
  if (type === undefined)
    throw new ServiceError(
      'unsupported',
      say`${name} over ${args.map((arg) => typeName(arg.type)).join(', ')} is not offered; cast the arguments to one type`,
    )
  return [type.kind === 'null' ? args : args.map((arg) => castTo(arg, type)), type]
}

function overUnified(name: string, arity: readonly [number, number], write: (args: readonly string[]) => string): SparkFunction {
  return {
    arity,
    rewrite: (args) => {
      const [same, type] = unified(name, args)
      return { sql: write(same.map((arg) => arg.sql)), type }
    },
  }
}

const coalesce = (name: string, arity: readonly [number, number]): SparkFunction =>
  overUnified(name, arity, (args) => `coalesce(${args.join(', ')})`)

function shiftDays(op: '+' | '-'): SparkFunction {
  return {
    arity: [2, 2],
    rewrite: (args) => {
      const days = second(args)
      if (!isIntegral(days.type) || days.type.kind === 'bigint')
        throw new ServiceError('semantic', say`days are whole numbers, and ${days.name} is of ${typeName(days.type)} type`)
      return addDays(castTo(dateOrText(first(args)), { kind: 'date' }), days, op)
    },
  }
}

function wholeConstant(value: Bound, what: Text): number {
  const number = value.constant !== undefined && isIntegral(value.type) ? Number(value.constant) : Number.NaN
  if (!Number.isSafeInteger(number))
    throw new ServiceError('unsupported', say`${what} has to be a whole number written out; ${value.name} is not`)
  return number
}

/** Positions count from 1, 0 is 1, negative ones from the end; what lies before the start is cut off. */
function substring(args: readonly Bound[]): Rewritten {
  const source = text(first(args))
  const position = wholeConstant(second(args), say`the position of substring`)
  const length = args[2] === undefined ? undefined : wholeConstant(args[2], say`the length of substring`)
  if (length !== undefined && length <= 0) return { sql: `substring(${source}, 1, 0)`, type: stringType }
  if (position >= 0)
    return { sql: `substring(${source}, ${Math.max(position, 1)}${length === undefined ? '' : `, ${length}`})`, type: stringType }
  const start = `(length(${source}) ${position})`
  const from = `greatest(${start}, 0) + 1`
  if (length === undefined) return { sql: `substring(${source}, ${from})`, type: stringType }
  return {
    sql: `substring(${source}, ${from}, greatest(least(${start} + ${length}, length(${source})) - greatest(${start}, 0), 0))`,
    type: stringType,
  }
}

function absolute(args: readonly Bound[]): Rewritten {
  const value = asNumber(first(args))
  if (value.type.kind === 'null') return { sql: castTo(value, doubleType).sql, type: doubleType }
  if (!isIntegral(value.type)) return { sql: `abs(${value.sql})`, type: value.type }
  return { sql: wrap(`abs(CAST(${value.sql} AS HUGEINT))`, value.type.kind), type: value.type }
}

/** Halves go away from zero. */
function round(args: readonly Bound[]): Rewritten {
  const value = first(args)
  const digits = args[1] === undefined ? 0 : wholeConstant(args[1], say`the digits of round`)
  if (digits < 0) throw new ServiceError('unsupported', say`round with a negative number of digits is not offered`)
  if (isIntegral(value.type)) return { sql: value.sql, type: value.type }
  if (value.type.kind !== 'decimal')
    throw new ServiceError('unsupported', say`round of ${typeName(value.type)} is not offered; cast ${value.name} to a decimal first`)
  const { precision, scale } = value.type
  const kept = Math.min(digits, scale)
  // One more digit before the point: 9.9 may become 10.
  const type = { kind: 'decimal', precision: Math.min(precision - scale + kept + 1, 38), scale: kept } as const
  return { sql: `CAST(${value.sql} AS ${duckType(type)})`, type }
}

function wholeStep(step: 'floor' | 'ceil'): SparkFunction {
  return {
    arity: [1, 1],
    rewrite: (args) => {
      const value = asNumber(first(args))
      if (isIntegral(value.type)) return { sql: castTo(value, bigintType).sql, type: bigintType }
      if (value.type.kind === 'decimal') {
        const type = { kind: 'decimal', precision: Math.min(value.type.precision - value.type.scale + 1, 38), scale: 0 } as const
        return { sql: `CAST(${step}(${value.sql}) AS ${duckType(type)})`, type }
      }
      const double = castTo(value, doubleType)
      return { sql: castTo({ ...double, sql: `${step}(${double.sql})`, constant: undefined }, bigintType).sql, type: bigintType }
    },
  }
}

function nullIf(args: readonly Bound[]): Rewritten {
  const same = comparison('=', first(args), second(args))
  return { sql: `CASE WHEN ${same.sql} THEN NULL ELSE ${first(args).sql} END`, type: first(args).type }
}

function choose(args: readonly Bound[]): Rewritten {
  const [condition, yes, no] = args as readonly [Bound, Bound, Bound]
  if (condition.type.kind !== 'boolean' && condition.type.kind !== 'null')
    throw new ServiceError(
      'semantic',
      say`cannot resolve '(IF(${condition.name}, ${yes.name}, ${no.name}))' due to data type mismatch: type of predicate expression in If should be boolean, not ${typeName(condition.type)}`,
    )
  const [[one, other], type] = unified('if', [yes, no]) as readonly [readonly [Bound, Bound], SparkType]
  return { sql: `CASE WHEN ${condition.sql} THEN ${one.sql} ELSE ${other.sql} END`, type }
}

function dayDifference(args: readonly Bound[]): Rewritten {
  const [end, start] = args.map((arg) => castTo(dateOrText(arg), { kind: 'date' }).sql)
  return { sql: `CAST(datediff('day', ${start}, ${end}) AS INTEGER)`, type: intType }
}

function position(args: readonly Bound[]): Rewritten {
  return { sql: `CAST(instr(${text(first(args))}, ${text(second(args))}) AS INTEGER)`, type: intType }
}

/**
 * Letters whose other case Java 17 writes differently from DuckDB, found by comparing all code points with Spark 3.3.1 (special casings, and letters of newer
 * Unicode tables); the capital sigma is here because its small form depends on its place. Text that has them is refused while it runs, never changed wrongly.
 */
const specialSmall =
  String.raw`\x{149}\x{1f0}\x{390}\x{3b0}\x{587}\x{1e96}-\x{1e9a}\x{1f50}\x{1f52}\x{1f54}\x{1f56}\x{1f80}-\x{1faf}\x{1fb2}-\x{1fb4}\x{1fb6}\x{1fb7}\x{1fbc}\x{1fc2}-\x{1fc4}\x{1fc6}\x{1fc7}\x{1fcc}\x{1fd2}\x{1fd3}` +
  String.raw`\x{1fd6}\x{1fd7}\x{1fe2}-\x{1fe4}\x{1fe6}\x{1fe7}\x{1ff2}-\x{1ff4}\x{1ff6}\x{1ff7}\x{1ffc}\x{2c5f}\x{a7c1}\x{a7d1}\x{a7d7}\x{a7d9}\x{fb13}-\x{fb17}\x{10597}-\x{105bc}`
const specialCapital = String.raw`\x{3a3}\x{2c2f}\x{a7c0}\x{a7d0}\x{a7d6}\x{a7d8}\x{10570}-\x{10595}`

/** Letters that become several, in every place alike: they are written out first. */
const written: Readonly<Record<'upper' | 'lower', readonly (readonly [letter: string, letters: string])[]>> = {
  upper: [
    ['\u00DF', 'SS'],
    ['\uFB00', 'FF'],
    ['\uFB01', 'FI'],
    ['\uFB02', 'FL'],
    ['\uFB03', 'FFI'],
    ['\uFB04', 'FFL'],
    ['\uFB05', 'ST'],
    ['\uFB06', 'ST'],
  ],
  lower: [['\u0130', 'i\u0307']],
}

function changeCase(name: 'upper' | 'lower', different: string): SparkFunction {
  const refusal = refusalSql(
    say`${name} of text with letters whose other case depends on their place, or is several letters, is not offered`,
  )
  return overText((sql) => {
    const plain = written[name].reduce((text, [letter, letters]) => `replace(${text}, '${letter}', '${letters}')`, sql)
    return `CASE WHEN regexp_matches(${sql}, '[${different}]') THEN ${refusal} ELSE ${name}(${plain}) END`
  })
}

/** Functions of rows, by name in lower case. */
export const functions: Readonly<Record<string, SparkFunction>> = {
  abs: { arity: [1, 1], rewrite: absolute },
  ceil: { ...wholeStep('ceil'), title: (args) => `CEIL(${first(args).name})` },
  ceiling: { ...wholeStep('ceil'), title: (args) => `ceiling(${first(args).name})` },
  char_length: overText((sql) => `CAST(length(${sql}) AS INTEGER)`, intType),
  coalesce: coalesce('coalesce', [1, anyCount]),
  concat: { arity: [1, anyCount], rewrite: (args) => ({ sql: `(${args.map(text).join(' || ')})`, type: stringType }) },
  date_add: shiftDays('+'),
  date_sub: shiftDays('-'),
  datediff: { arity: [2, 2], rewrite: dayDifference },
  day: datePart('day'),
  dayofmonth: datePart('day'),
  floor: { ...wholeStep('floor'), title: (args) => `FLOOR(${first(args).name})` },
  greatest: overUnified('greatest', [2, anyCount], (args) => `greatest(${args.join(', ')})`),
  if: { arity: [3, 3], rewrite: choose, title: ([condition, yes, no]) => `(IF(${condition?.name}, ${yes?.name}, ${no?.name}))` },
  ifnull: coalesce('ifnull', [2, 2]),
  instr: { arity: [2, 2], rewrite: position },
  isnotnull: {
    arity: [1, 1],
    rewrite: (args) => ({ sql: `(${first(args).sql} IS NOT NULL)`, type: { kind: 'boolean' } }),
    title: (args) => `(${first(args).name} IS NOT NULL)`,
  },
  isnull: {
    arity: [1, 1],
    rewrite: (args) => ({ sql: `(${first(args).sql} IS NULL)`, type: { kind: 'boolean' } }),
    title: (args) => `(${first(args).name} IS NULL)`,
  },
  least: overUnified('least', [2, anyCount], (args) => `least(${args.join(', ')})`),
  length: overText((sql) => `CAST(length(${sql}) AS INTEGER)`, intType),
  lower: changeCase('lower', specialCapital),
  ltrim: overText((sql) => `ltrim(${sql}, ' ')`),
  month: datePart('month'),
  nullif: { arity: [2, 2], rewrite: nullIf },
  nvl: coalesce('nvl', [2, 2]),
  round: { arity: [1, 2], rewrite: round, title: (args) => `round(${first(args).name}, ${args[1]?.name ?? '0'})` },
  rtrim: overText((sql) => `rtrim(${sql}, ' ')`),
  substr: { arity: [2, 3], rewrite: substring, title: substringTitle('substr') },
  substring: { arity: [2, 3], rewrite: substring, title: substringTitle('substring') },
  trim: overText((sql) => `trim(${sql}, ' ')`),
  upper: changeCase('upper', specialSmall),
  year: datePart('year'),
}

function substringTitle(name: string): (args: readonly Bound[]) => string {
  return (args) => `${name}(${[...args.map((arg) => arg.name), ...(args.length === 2 ? ['2147483647'] : [])].join(', ')})`
}

function sum(arg: Bound, distinct: boolean): Rewritten {
  const value = aggregated('sum', arg)
  const over = distinct ? `DISTINCT ${value.sql}` : value.sql
  if (isIntegral(value.type)) return { sql: wrap(`sum(${over})`, 'bigint'), type: bigintType }
  if (value.type.kind === 'decimal') {
    const type = { kind: 'decimal', precision: Math.min(38, value.type.precision + 10), scale: value.type.scale } as const
    return { sql: `TRY_CAST(sum(${over}) AS ${duckType(type)})`, type }
  }
  return { sql: `sum(${distinct ? 'DISTINCT ' : ''}${castTo(value, doubleType).sql})`, type: doubleType }
}

function average(arg: Bound, distinct: boolean): Rewritten {
  const value = aggregated('avg', arg)
  if (value.type.kind !== 'decimal') return { sql: `avg(${distinct ? 'DISTINCT ' : ''}${castTo(value, doubleType).sql})`, type: doubleType }
  const { precision, scale } = value.type
  const type = { kind: 'decimal', precision: precision + 4, scale: scale + 4 } as const
  if (precision + 14 > 37)
    throw new ServiceError(
      'unsupported',
      say`avg of ${typeName(value.type)} is not offered; cast ${arg.name} to at most 23 digits, or to double`,
    )
  const over = distinct ? `DISTINCT ${value.sql}` : value.sql
  return { sql: divideRounded(unscaled(`sum(${over})`, 5), `nullif(CAST(count(${over}) AS HUGEINT), 0)`, type), type }
}

function aggregated(name: string, arg: Bound): Bound {
  const value = arg.type.kind === 'string' || arg.type.kind === 'null' ? castTo(arg, doubleType) : arg
  if (isNumeric(value.type)) return value
  throw new ServiceError(
    'semantic',
    say`cannot resolve '${name}(${arg.name})' due to data type mismatch: function ${name} requires numeric or interval types, not ${typeName(arg.type)}`,
  )
}

function extreme(name: 'min' | 'max'): SparkAggregate {
  return {
    rewrite: (arg) => {
      if (arg.type.kind === 'binary') throw new ServiceError('unsupported', say`${name} of binary is not offered`)
      return {
        sql: `${name}(${arg.type.kind === 'null' ? castTo(arg, stringType).sql : arg.sql})`,
        type: arg.type.kind === 'null' ? stringType : arg.type,
      }
    },
  }
}

/** Functions of groups, by name in lower case. */
export const aggregates: Readonly<Record<string, SparkAggregate>> = {
  avg: { rewrite: average },
  count: { rewrite: (arg, distinct) => ({ sql: `count(${distinct ? 'DISTINCT ' : ''}${arg.sql})`, type: bigintType }) },
  max: extreme('max'),
  mean: { rewrite: average },
  min: extreme('min'),
  sum: { rewrite: sum },
}

/** The `1` of `count(*)`. */
export const countedRow: Bound = constantOf(intType, '1')

// Functions of groups: counts, sums, extremes, lists, spread and correlation.

import { ServiceError, say } from '@tributary/rules'
import { castTo, wrap } from '../casts.ts'
import { constantOf, type Bound, type Rewritten } from '../bound.ts'
import { divideRounded, unscaled } from '../decimal-digits.ts'
import { refusalSql } from '../refusal.ts'
import { duckType, isIntegral, isNested, isNumeric, quoteName, typeName, type SparkType } from '../spark-types.ts'
import { argument, intervalsNotOffered, truthConstant } from './arguments.ts'
import { anyCount, type AggregateUse, type Named, type SparkAggregate } from './function.ts'

const bigintType = { kind: 'bigint' } as const
const doubleType = { kind: 'double' } as const
const stringType = { kind: 'string' } as const
const booleanType = { kind: 'boolean' } as const

const first = (args: readonly Bound[]): Bound => args[0] as Bound

/** A call of a DuckDB aggregate, as the use wants it. */
function called(name: string, sql: string, { distinct, over }: AggregateUse): string {
  return `${name}(${distinct ? 'DISTINCT ' : ''}${sql})${over}`
}

/** A sum keeps 64 bits of whole numbers, wraps, and has ten more digits for decimals. */
function sum(name: string, tried: boolean): SparkAggregate {
  return {
    arity: [1, 1],
    takesDistinct: true,
    rewrite: (args, use) => {
      const interval = intervalSum(first(args), use)
      if (interval !== undefined && !tried) return interval
      const value = aggregated(name, first(args))
      if (isIntegral(value.type)) {
        const total = called('sum', value.sql, use)
        return { sql: tried ? `TRY_CAST(${total} AS BIGINT)` : wrap(total, 'bigint'), type: bigintType }
      }
      if (value.type.kind !== 'decimal') return { sql: called('sum', castTo(value, doubleType).sql, use), type: doubleType }
      const type = { kind: 'decimal', precision: Math.min(38, value.type.precision + 10), scale: value.type.scale } as const
      const total = called('sum', value.quick ?? value.sql, use)
      // DuckDB lets a sum of 38 digits have one more.
      const limit = `CAST('${'9'.repeat(38 - type.scale)}${type.scale === 0 ? '' : `.${'9'.repeat(type.scale)}`}' AS ${duckType(type)})`
      return {
        sql:
          type.precision < 38
            ? `CAST(${total} AS ${duckType(type)})`
            : `CASE WHEN ${total} BETWEEN -${limit} AND ${limit} THEN CAST(${total} AS ${duckType(type)}) END`,
        type,
      }
    },
  }
}

/** A sum of intervals that its type cannot count ends the query, as in Spark. */
function intervalSum({ sql, type }: Bound, use: AggregateUse): Rewritten | undefined {
  return type.kind === 'interval' ? { sql: `CAST(${called('sum', sql, use)} AS ${duckType(type)})`, type } : undefined
}

function average(name: string): SparkAggregate {
  return { arity: [1, 1], takesDistinct: true, rewrite: (args, use) => averageOf(name, first(args), use) }
}

function averageOf(name: string, arg: Bound, use: AggregateUse): Rewritten {
  const value = aggregated(name, arg)
  if (value.type.kind !== 'decimal') return { sql: called('avg', castTo(value, doubleType).sql, use), type: doubleType }
  const { precision, scale } = value.type
  const type = { kind: 'decimal', precision: precision + 4, scale: scale + 4 } as const
  // The sum has ten digits more than its values, and is divided to as many places as 38 digits leave.
  const places = Math.max(38 - (Math.min(precision + 10, 38) - scale), 6)
  if (precision + 4 > 38 || (precision + 14 > 37 && places < scale + 4))
    throw new ServiceError(
      'unsupported',
      say`avg of ${typeName(value.type)} is not offered; cast ${arg.name} to at most 23 digits, or to double`,
    )
  const count = `nullif(CAST(${called('count', value.quick ?? value.sql, use)} AS HUGEINT), 0)`
  const total = {
    sql: called('sum', value.quick ?? value.sql, use),
    type: { kind: 'decimal', precision: Math.min(precision + 10, 38), scale },
  } as const
  const quotient = divideRounded(unscaled(total, 5), count, type)
  if (precision + 14 <= 37) return { sql: quotient, type }
  const refusal = refusalSql(say`an average needs more than 38 digits: cast its values to fewer`)
  return { sql: `CASE WHEN abs(${unscaled(total, 0)}) >= CAST('${10n ** 33n}' AS HUGEINT) THEN ${refusal} ELSE ${quotient} END`, type }
}

function aggregated(name: string, arg: Bound): Bound {
  const value = ['string', 'null', 'timestamp'].includes(arg.type.kind) ? castTo(arg, doubleType) : arg
  if (isNumeric(value.type)) return value
  if (value.type.kind === 'interval') throw intervalsNotOffered(name)
  throw new ServiceError(
    'semantic',
    say`cannot resolve '${name}(${arg.name})' due to data type mismatch: function ${name === 'avg' ? 'average' : name} requires numeric or interval types, not ${typeName(arg.type)}`,
  )
}

/** Rows whose arguments are all there. */
function count(args: readonly Bound[], use: AggregateUse): Rewritten {
  if (args.length === 1) return { sql: called('count', first(args).sql, use), type: bigintType }
  const present = args.map((arg) => `${arg.sql} IS NOT NULL`).join(' AND ')
  const row = use.distinct ? `(${args.map((arg) => arg.sql).join(', ')})` : '1'
  return { sql: called('count', `CASE WHEN ${present} THEN ${row} END`, use), type: bigintType }
}

function ordered(value: Bound, name: string): Bound {
  if (hasNoOrder(value.type)) throw new ServiceError('unsupported', say`${name} of ${typeName(value.type)} is not offered`)
  return value.type.kind === 'null' ? castTo(value, stringType) : value
}

function hasNoOrder(type: SparkType): boolean {
  if (type.kind === 'array') return hasNoOrder(type.element)
  if (type.kind === 'struct') return type.fields.some((field) => hasNoOrder(field.type))
  return type.kind === 'binary' || type.kind === 'map'
}

/** What orders a value as Spark does: inside of arrays and structs NULL is the smallest, where DuckDB has it last. */
function orderKey(sql: string, type: SparkType, depth = 0): string {
  const name = `ok${depth}`
  const part = (value: string, partType: SparkType): string => `{'n': ${value} IS NOT NULL, 'v': ${orderKey(value, partType, depth + 1)}}`
  if (type.kind === 'array') return `list_transform(${sql}, lambda ${name}: ${part(name, type.element)})`
  if (type.kind !== 'struct') return sql
  const fields = type.fields.map((field, index) => `'f${index}': ${part(`${name}.${quoteName(field.name)}`, field.type)}`)
  return `list_transform([${sql}], lambda ${name}: CASE WHEN ${name} IS NOT NULL THEN {${fields.join(', ')}} END)[1]`
}

function extreme(name: 'min' | 'max'): SparkAggregate {
  return {
    arity: [1, 1],
    takesDistinct: true,
    rewrite: (args, { over }) => {
      if (first(args).type.kind === 'null') return { sql: `${name}(NULL)${over}`, type: first(args).type }
      const value = ordered(first(args), name)
      if (!isNested(value.type)) return { sql: `${name}(${value.sql})${over}`, type: value.type }
      return { sql: `arg_${name}(${value.sql}, ${orderKey(value.sql, value.type)})${over}`, type: value.type }
    },
  }
}

/** The value of one column where another is largest or smallest; rows where the other is NULL do not count. */
function extremeBy(name: 'arg_max_null' | 'arg_min_null', title: string): SparkAggregate {
  return {
    arity: [2, 2],
    takesDistinct: false,
    rewrite: (args, { over }) => {
      const [value, by] = args as readonly [Bound, Bound]
      const key = ordered(by, title)
      return { sql: `${name}(${typedNull(value).sql}, ${orderKey(key.sql, key.type)})${over}`, type: typedNull(value).type }
    },
  }
}

/** A bare NULL as text, which every aggregate takes. */
function typedNull(value: Bound): Bound {
  return value.type.kind === 'null' ? castTo(value, stringType) : value
}

/** A bare NULL as DuckDB carries it. */
function bareNull(value: Bound): Bound {
  return value.type.kind === 'null' ? { ...value, sql: 'CAST(NULL AS INTEGER)' } : value
}

/** The first or last row's value, as rows come; with `true`, of those that have one. */
function edge(name: 'first' | 'last', title: string): SparkAggregate {
  return {
    arity: [1, 2],
    takesDistinct: false,
    title: ([value = '']) => `${title}(${value})`,
    rewrite: (args, { over }) => {
      const value = bareNull(first(args))
      const skipsNulls = args[1] !== undefined && truthConstant(args[1], say`whether ${title} leaves out NULL`)
      if (skipsNulls && over !== '')
        throw new ServiceError('unsupported', say`${title} that leaves out NULL is not offered with FILTER or OVER`)
      return { sql: `${name}(${value.sql})${skipsNulls ? ` FILTER (WHERE ${value.sql} IS NOT NULL)` : over}`, type: value.type }
    },
  }
}

function truth(name: 'bool_and' | 'bool_or'): SparkAggregate {
  return {
    arity: [1, 1],
    takesDistinct: true,
    rewrite: (args, { over }) => ({ sql: `${name}(${argument(first(args), 'boolean').sql})${over}`, type: booleanType }),
  }
}

function countIf(args: readonly Bound[], { over, distinct }: AggregateUse): Rewritten {
  const value = argument(first(args), 'boolean').sql
  return { sql: called('count', `CASE WHEN ${value} THEN true END`, { distinct, over }), type: bigintType }
}

function bits(name: 'bit_and' | 'bit_or' | 'bit_xor'): SparkAggregate {
  return {
    arity: [1, 1],
    takesDistinct: name !== 'bit_xor',
    rewrite: (args, { over }) => {
      const value = first(args)
      if (!isIntegral(value.type))
        throw new ServiceError('semantic', say`${name} takes whole numbers, and ${value.name} is of ${typeName(value.type)} type`)
      // Of no rows at all it is NULL, where DuckDB says 0 or -1.
      return { sql: `CASE WHEN count(${value.sql})${over} > 0 THEN ${name}(${value.sql})${over} END`, type: value.type }
    },
  }
}

const filterStart = ' FILTER (WHERE '

/** What stands behind an aggregate, and leaves rows without the value out besides. */
function withValue(over: string, sql: string): string {
  const isPresent = `${filterStart}${sql} IS NOT NULL`
  return over.startsWith(filterStart) ? over.replace(filterStart, () => `${isPresent} AND `) : `${isPresent})${over}`
}

/** Values in the order in which rows come, without NULLs; none at all is an empty list. */
function list(distinct: boolean): SparkAggregate {
  return {
    arity: [1, 1],
    takesDistinct: true,
    rewrite: (args, use) => {
      const value = bareNull(first(args))
      const only = use.distinct || distinct ? 'DISTINCT ' : ''
      return {
        sql: `coalesce(array_agg(${only}${value.sql})${withValue(use.over, value.sql)}, [])`,
        type: { kind: 'array', element: value.type },
      }
    },
  }
}

/** A measure of doubles, NULLs left out; with one value it is what Spark says there. */
function measure(write: (values: readonly string[], over: string) => string, arity: number): SparkAggregate {
  return {
    arity: [arity, arity],
    takesDistinct: false,
    rewrite: (args, { over }) => ({
      sql: write(
        args.map((arg) => argument(arg, 'double').sql),
        over,
      ),
      type: doubleType,
    }),
  }
}

const spread = (name: string): SparkAggregate => measure(([value = ''], over) => `${name}(${value})${over}`, 1)

/** The third and fourth moments about the mean, over the whole population: the mean first, then its powers, or digits would cancel out. */
function moment(order: 3 | 4): SparkAggregate {
  return measure(([x = ''], over) => {
    if (over !== '') throw new ServiceError('unsupported', say`${order === 3 ? 'skewness' : 'kurtosis'} with FILTER or OVER is not offered`)
    const power = (exponent: number): string => `list_sum(list_transform(mo_v, lambda mo_x: pow(mo_x - mo_m, ${exponent})))`
    const value =
      order === 3 ? `sqrt(len(mo_v)) * ${power(3)} / pow(${power(2)}, 1.5)` : `len(mo_v) * ${power(4)} / (${power(2)} * ${power(2)}) - 3`
    const ofMean = `list_transform([list_avg(mo_v)], lambda mo_m: CASE WHEN ${power(2)} = 0 THEN NULL ELSE ${value} END)[1]`
    return `list_transform([array_agg(${x}) FILTER (WHERE ${x} IS NOT NULL)], lambda mo_v: CASE WHEN mo_v IS NOT NULL THEN ${ofMean} END)[1]`
  }, 1)
}

/** Pairs where both are there. */
function paired(write: (x: string, y: string, over: string) => string): SparkAggregate {
  return measure(([y = '', x = ''], over) => write(x, y, over), 2)
}

function regression(name: string): SparkAggregate {
  return paired((x, y, over) => `${name}(${y}, ${x})${over}`)
}

/** An actual value at a share of the ordered ones: exact here, where Spark may be off by as much as its accuracy allows. */
function discretePercentile(args: readonly Bound[], { over }: AggregateUse): Rewritten {
  const [value, at] = args as readonly [Bound, Bound]
  const { text, isList } = shares(at)
  if (!isNumeric(value.type))
    throw new ServiceError('semantic', say`percentile_approx takes numbers, and ${value.name} is of ${typeName(value.type)} type`)
  return { sql: `quantile_disc(${value.sql}, ${text})${over}`, type: isList ? { kind: 'array', element: value.type } : value.type }
}

/** One share, or an array of them written out: its name then holds nothing but numbers. */
function shares(at: Bound): { readonly text: string; readonly isList: boolean } {
  const isList = at.type.kind === 'array' && isNumeric(at.type.element)
  if (!isList) return { text: String(share(at)), isList }
  const parts = (/^array\(([-\d., E]+)\)$/.exec(at.name)?.[1] ?? '').split(', ').map(Number)
  if (at.loose.length > 0 || parts.some((part) => !(part >= 0 && part <= 1)))
    throw new ServiceError('semantic', say`the shares of percentile are numbers between 0 and 1, written out; ${at.name} is not`)
  return { text: `[${parts.join(', ')}]`, isList }
}

function share(at: Bound): number {
  const part = Number(at.constant ?? Number.NaN)
  if (!isNumeric(at.type) || Number.isNaN(part))
    throw new ServiceError('unsupported', say`the share of percentile has to be one number written out; ${at.name} is not`)
  if (part < 0 || part > 1) throw new ServiceError('semantic', say`the share of percentile lies between 0 and 1; ${at.name} does not`)
  return part
}

function exactPercentile(args: readonly Bound[], { over }: AggregateUse): Rewritten {
  const [value, at] = args as readonly [Bound, Bound]
  const { text, isList } = shares(at)
  const sql = `quantile_cont(${argument(value, 'double').sql}, ${text})${over}`
  return { sql, type: isList ? { kind: 'array', element: doubleType } : doubleType }
}

/** Functions of groups, by name. */
export const aggregates: Named<SparkAggregate> = {
  any: truth('bool_or'),
  approx_count_distinct: {
    arity: [1, 2],
    takesDistinct: false,
    rewrite: ([value], { over }) => ({ sql: `count(DISTINCT ${value?.sql})${over}`, type: bigintType }),
  },
  approx_percentile: {
    arity: [2, 3],
    takesDistinct: false,
    rewrite: discretePercentile,
    title: ([value = '', at = '', accuracy = '10000']) => `approx_percentile(${value}, ${at}, ${accuracy})`,
  },
  array_agg: { ...list(false), title: ([value = '']) => `collect_list(${value})` },
  avg: average('avg'),
  bit_and: bits('bit_and'),
  bit_or: bits('bit_or'),
  bit_xor: bits('bit_xor'),
  bool_and: truth('bool_and'),
  bool_or: truth('bool_or'),
  collect_list: list(false),
  collect_set: list(true),
  corr: paired(
    (x, y, over) =>
      `CASE WHEN regr_sxx(${y}, ${x})${over} = 0 OR regr_syy(${y}, ${x})${over} = 0 THEN NULL ELSE corr(${y}, ${x})${over} END`,
  ),
  count: { arity: [1, anyCount], takesDistinct: true, rewrite: count },
  count_if: { arity: [1, 1], takesDistinct: true, rewrite: countIf },
  covar_pop: paired((x, y, over) => `covar_pop(${y}, ${x})${over}`),
  covar_samp: paired((x, y, over) => `covar_samp(${y}, ${x})${over}`),
  every: truth('bool_and'),
  first: edge('first', 'first'),
  first_value: edge('first', 'first_value'),
  kurtosis: moment(4),
  last: edge('last', 'last'),
  last_value: edge('last', 'last_value'),
  max: extreme('max'),
  max_by: extremeBy('arg_max_null', 'max_by'),
  mean: average('mean'),
  min: extreme('min'),
  min_by: extremeBy('arg_min_null', 'min_by'),
  percentile: {
    arity: [2, 2],
    takesDistinct: false,
    rewrite: exactPercentile,
    title: ([value = '', at = '']) => `percentile(${value}, ${at}, 1)`,
  },
  percentile_approx: {
    arity: [2, 3],
    takesDistinct: false,
    rewrite: discretePercentile,
    title: ([value = '', at = '', accuracy = '10000']) => `percentile_approx(${value}, ${at}, ${accuracy})`,
  },
  regr_avgx: regression('regr_avgx'),
  regr_avgy: regression('regr_avgy'),
  regr_count: {
    ...regression('regr_count'),
    rewrite: (args, { over }) => ({
      sql: `CAST(regr_count(${args.map((arg) => argument(arg, 'double').sql).join(', ')})${over} AS BIGINT)`,
      type: bigintType,
    }),
  },
  // Spark 3.3 takes its arguments the other way round here.
  regr_r2: paired((x, y, over) => `regr_r2(${x}, ${y})${over}`),
  skewness: moment(3),
  some: truth('bool_or'),
  std: spread('stddev_samp'),
  stddev: spread('stddev_samp'),
  stddev_pop: spread('stddev_pop'),
  stddev_samp: spread('stddev_samp'),
  sum: sum('sum', false),
  try_avg: average('try_avg'),
  try_sum: sum('try_sum', true),
  var_pop: spread('var_pop'),
  var_samp: spread('var_samp'),
  variance: spread('var_samp'),
}

/** The `1` of `count(*)`. */
export const countedRow: Bound = constantOf({ kind: 'int' }, '1')

// Functions that stand only behind OVER: ranks, neighbours, and values at a place of the frame.

import { ServiceError, say } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { castTo } from '../casts.ts'
import { isIntegral, typeName } from '../spark-types.ts'
import type { Named } from './function.ts'

/** How a window function is called. */
export interface WindowUse {
  /** ` OVER (…)`, behind every call of a DuckDB window function in the rewrite. */
  readonly over: string
  readonly ignoreNulls: boolean
}

/** One window function. */
export interface SparkWindowFunction {
  /** Fewest and most arguments. */
  readonly arity: readonly [number, number]
  /** Whether the frame may be chosen. */
  readonly frame: 'any' | 'fixed'
  /** What Spark calls a frame that cannot be chosen, where it is not that of the ranks. */
  readonly frameName?: (args: readonly Bound[]) => string
  readonly needsOrder: boolean
  /** Whether IGNORE NULLS goes with it. */
  readonly takesNulls: boolean
  /** @throws {ServiceError} `semantic` for arguments that Spark refuses, `unsupported` for those that are not offered */
  readonly rewrite: (args: readonly Bound[], use: WindowUse) => Rewritten
  /** The part of the column's name in front of OVER. */
  readonly title: (args: readonly Bound[], ignoreNulls: boolean) => string
}

const intType = { kind: 'int' } as const

function rank(name: string, type: 'int' | 'double' = 'int'): SparkWindowFunction {
  return {
    arity: [0, 0],
    frame: 'fixed',
    needsOrder: true,
    takesNulls: false,
    rewrite: (_args, { over }) => ({
      sql: type === 'int' ? `CAST(${name}()${over} AS INTEGER)` : `${name}()${over}`,
      type: { kind: type },
    }),
    title: () => `${name === 'rank' || name === 'dense_rank' || name === 'percent_rank' ? name.toUpperCase() : name}()`,
  }
}

function bucket(args: readonly Bound[], { over }: WindowUse): Rewritten {
  const [count] = args
  if (count !== undefined && (count.constant === undefined || count.type.kind !== 'int' || !/^[1-9]\d*$/.test(count.constant)))
    throw new ServiceError('semantic', say`ntile takes a positive whole number written out; ${count.name} is not`)
  return { sql: `CAST(ntile(${count?.sql ?? '1'})${over} AS INTEGER)`, type: intType }
}

/** `lag(value, offset, otherwise)`: with a negative offset it looks the other way. */
function neighbour(name: 'lag' | 'lead'): SparkWindowFunction {
  return {
    arity: [1, 3],
    frame: 'fixed',
    frameName: ([, offset]) => {
      const steps = Number(offset?.constant ?? '1') * (name === 'lag' ? -1 : 1)
      return `ROWS BETWEEN ${steps} FOLLOWING AND ${steps} FOLLOWING`
    },
    needsOrder: true,
    takesNulls: true,
    rewrite: (args, { over, ignoreNulls }) => {
      const [value, offset, otherwise] = args as readonly [Bound, Bound?, Bound?]
      const steps = stepsOf(name, offset)
      const { type } = value
      if (type.kind === 'null')
        throw new ServiceError('semantic', say`${name} over ${typeName(type)} is not offered; cast the value to a type`)
      // What stands in where there is no such row takes the type of the value, as in Spark.
      const last = otherwise === undefined ? '' : `, ${castTo(otherwise, type).sql}`
      return { sql: `${name}(${value.sql}, ${steps}${last}${ignoreNulls ? ' IGNORE NULLS' : ''})${over}`, type }
    },
    title: ([value, offset, otherwise], ignoreNulls) =>
      `${name}(${value?.name}, ${offset?.name ?? '1'}, ${otherwise?.name ?? 'NULL'})${ignoreNulls ? ' ignore nulls' : ''}`,
  }
}

function stepsOf(name: string, offset: Bound | undefined): string {
  if (offset === undefined) return '1'
  if (offset.constant === undefined || !isIntegral(offset.type))
    throw new ServiceError('unsupported', say`the offset of ${name} has to be a whole number written out; ${offset.name} is not`)
  return offset.constant
}

/** The value at one place of the frame; NULL counts unless it is ignored. */
function valueAt(name: string, titled: string): SparkWindowFunction {
  return {
    arity: [1, 2],
    frame: 'any',
    needsOrder: false,
    takesNulls: true,
    rewrite: (args, { over, ignoreNulls }) => {
      const value = args[0] as Bound
      const isIgnoring = ignoreNulls || args[1]?.constant === 'true'
      return { sql: `${name}(${value.sql}${isIgnoring ? ' IGNORE NULLS' : ''})${over}`, type: value.type }
    },
    // IGNORE NULLS is gone from the name, and so is _value.
    title: ([value], ignoreNulls) => `${ignoreNulls ? titled.replace('_value', '') : titled}(${value?.name})`,
  }
}

const nthValue: SparkWindowFunction = {
  arity: [2, 2],
  frame: 'any',
  needsOrder: true,
  takesNulls: true,
  rewrite: ([value, place], { over, ignoreNulls }) => {
    const at = stepsOf('nth_value', place)
    if (Number(at) < 1)
      throw new ServiceError('semantic', say`The 'offset' argument of nth_value must be greater than zero but it is ${at}.`)
    const { sql, type } = value as Bound
    return { sql: `nth_value(${sql}, ${at}${ignoreNulls ? ' IGNORE NULLS' : ''})${over}`, type }
  },
  title: ([value, place], ignoreNulls) => `nth_value(${value?.name}, ${place?.name})${ignoreNulls ? ' ignore nulls' : ''}`,
}

/** Window functions by name, in lower case. */
export const windowFunctions: Named<SparkWindowFunction> = {
  cume_dist: { ...rank('cume_dist', 'double'), frameName: () => 'RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW' },
  dense_rank: rank('dense_rank'),
  first: valueAt('first_value', 'first'),
  first_value: valueAt('first_value', 'first_value'),
  lag: neighbour('lag'),
  last: valueAt('last_value', 'last'),
  last_value: valueAt('last_value', 'last_value'),
  lead: neighbour('lead'),
  nth_value: nthValue,
  ntile: {
    arity: [0, 1],
    frame: 'fixed',
    needsOrder: true,
    takesNulls: false,
    rewrite: bucket,
    title: ([count]) => `ntile(${count?.name ?? '1'})`,
  },
  percent_rank: rank('percent_rank', 'double'),
  rank: rank('rank'),
  row_number: rank('row_number'),
}

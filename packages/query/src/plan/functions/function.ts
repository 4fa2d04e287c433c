// What a function is to the planner: how many arguments it takes, what they become, and which type comes out.

import type { Bound, Rewritten } from '../bound.ts'

/** One function of rows. */
export interface SparkFunction {
  /** Fewest and most arguments. */
  readonly arity: readonly [number, number]
  /** @throws {ServiceError} `semantic` for argument types that Spark refuses, `unsupported` for those that are not offered */
  readonly rewrite: (args: readonly Bound[]) => Rewritten
  /** The column's name where it is not `name(arguments)`. */
  readonly title?: (args: readonly Bound[]) => string
}

/** How an aggregate is called. */
export interface AggregateUse {
  readonly distinct: boolean
  /** Stands behind every call of a DuckDB aggregate in the rewrite: its FILTER and OVER, or nothing. */
  readonly over: string
}

/** One function of groups. */
export interface SparkAggregate {
  /** Fewest and most arguments. */
  readonly arity: readonly [number, number]
  /** @throws {ServiceError} `semantic` for argument types that Spark refuses, `unsupported` for those that are not offered */
  readonly rewrite: (args: readonly Bound[], use: AggregateUse) => Rewritten
  /** The column's name where it is not `name(arguments)`; its arguments are named as they stand. */
  readonly title?: (args: readonly string[]) => string
  /** False where DISTINCT is not offered. */
  readonly takesDistinct: boolean
}

/** Functions or aggregates by their names, in lower case. */
export type Named<F> = Readonly<Record<string, F>>

/** Most arguments of a function that takes any number. */
export const anyCount = 1_000

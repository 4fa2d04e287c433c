// What holds around an expression: which names it may use, and what may stand there.

import type { TextValue } from '@tributary/rules'
import type { Bound } from './bound.ts'
import type { Scope } from './scope.ts'
import type { SparkType } from './spark-types.ts'
import type { ExpressionSyntax, NamedWindow, QuerySyntax } from './syntax.ts'

/** A subquery of an expression, resolved. */
export interface ResolvedSubquery {
  readonly sql: string
  readonly columns: readonly { readonly name: string; readonly type: SparkType }[]
  /** What of the select around it the subquery depends on. */
  readonly loose: Bound['loose']
}

/** Where an expression stands. */
export interface Surroundings {
  readonly scope: Scope
  /** For messages: `WHERE`, `GROUP BY` .. */
  readonly clause: TextValue
  readonly aggregates: 'allowed' | 'forbidden'
  /** Aliases of the select list that the clause may name; `first` when they hide columns. */
  readonly aliases: { readonly find: (name: string) => Bound | undefined; readonly areFirst: boolean } | undefined
  /** Absent where subqueries are not offered. */
  readonly subquery: ((query: QuerySyntax, use: 'exists' | 'in' | 'scalar', around: Scope) => ResolvedSubquery) | undefined
  /** Those of the WINDOW clause; absent where no window function may stand. */
  readonly windows?: readonly NamedWindow[] | undefined
  /** How many lambdas it stands in. */
  readonly lambdas?: number
  /** Of the statement, in lower case; absent where it is not asked for. */
  readonly currentDatabase?: string
  /** A condition on the rows of every aggregate: the value of a PIVOT. */
  readonly filter?: string
}

/** The way back from a part of the language to all of it. */
export interface Resolving {
  readonly expression: (syntax: ExpressionSyntax, at: Surroundings) => Bound
  /** @throws {ServiceError} `semantic` for what is neither true nor false */
  readonly condition: (syntax: ExpressionSyntax, at: Surroundings) => Bound
}

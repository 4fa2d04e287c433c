// A query as our own closed tree: only what is on offer has a form here, so what is not offered cannot get past the reading.

import type { ColumnType } from '@tributary/rules'

/** Operators of two sides, in Spark's spelling. */
export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '||' | '=' | '<>' | '<' | '<=' | '>' | '>=' | '<=>' | 'AND' | 'OR'

/** An expression as written; names are not resolved yet. */
export type ExpressionSyntax =
  | { readonly kind: 'literal'; readonly type: 'null' | 'boolean' | 'number' | 'string' | 'date' | 'timestamp'; readonly text: string }
  /** `a`, `t.a` or `db.t.a`. */
  | { readonly kind: 'column'; readonly parts: readonly string[] }
  /** `*` or `t.*`; only in a select list and in `count(*)`. */
  | { readonly kind: 'star'; readonly table: string | undefined }
  | { readonly kind: 'binary'; readonly op: BinaryOperator; readonly left: ExpressionSyntax; readonly right: ExpressionSyntax }
  | { readonly kind: 'not' | 'negative'; readonly operand: ExpressionSyntax }
  | { readonly kind: 'isNull'; readonly operand: ExpressionSyntax; readonly negated: boolean }
  | { readonly kind: 'isBoolean'; readonly operand: ExpressionSyntax; readonly value: boolean; readonly negated: boolean }
  | {
      readonly kind: 'between'
      readonly operand: ExpressionSyntax
      readonly low: ExpressionSyntax
      readonly high: ExpressionSyntax
      readonly negated: boolean
    }
  | { readonly kind: 'inList'; readonly operand: ExpressionSyntax; readonly items: readonly ExpressionSyntax[]; readonly negated: boolean }
  | { readonly kind: 'inQuery'; readonly operand: ExpressionSyntax; readonly query: QuerySyntax; readonly negated: boolean }
  | { readonly kind: 'like'; readonly operand: ExpressionSyntax; readonly pattern: ExpressionSyntax }
  | {
      readonly kind: 'case'
      readonly operand: ExpressionSyntax | undefined
      readonly whens: readonly CaseBranch[]
      readonly otherwise: ExpressionSyntax | undefined
    }
  | { readonly kind: 'cast'; readonly operand: ExpressionSyntax; readonly type: ColumnType }
  /** Any call; `name` in lower case. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly ExpressionSyntax[]; readonly distinct: boolean }
  | { readonly kind: 'exists' | 'scalarQuery'; readonly query: QuerySyntax }

/** One `WHEN condition THEN result`. */
export interface CaseBranch {
  readonly when: ExpressionSyntax
  readonly result: ExpressionSyntax
}

/** One entry of a select list. */
export interface SelectItem {
  readonly expression: ExpressionSyntax
  readonly alias: string | undefined
}

/** One entry of ORDER BY; `nullsFirst` is absent when not written. */
export interface OrderItem {
  readonly expression: ExpressionSyntax
  readonly descending: boolean
  readonly nullsFirst: boolean | undefined
}

/** What FROM may hold. */
export type RelationSyntax =
  | {
      readonly kind: 'table'
      readonly parts: readonly string[]
      readonly alias: string | undefined
      readonly columnAliases: readonly string[]
    }
  | {
      readonly kind: 'subquery'
      readonly query: QuerySyntax
      readonly alias: string | undefined
      readonly columnAliases: readonly string[]
    }
  | {
      readonly kind: 'join'
      readonly type: JoinType
      readonly left: RelationSyntax
      readonly right: RelationSyntax
      readonly condition: JoinCondition
    }

/** Kinds of joins on offer. */
export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'cross' | 'semi' | 'anti'

/** How two sides meet. */
export type JoinCondition =
  | { readonly kind: 'none' }
  | { readonly kind: 'on'; readonly expression: ExpressionSyntax }
  | { readonly kind: 'using'; readonly columns: readonly string[] }

/** `name AS (query)`. */
export interface CommonTable {
  readonly name: string
  readonly columnAliases: readonly string[]
  readonly query: QuerySyntax
}

/** A query without its WITH, ORDER BY and LIMIT. */
export type QueryBody =
  | {
      readonly kind: 'select'
      readonly distinct: boolean
      readonly items: readonly SelectItem[]
      readonly from: RelationSyntax | undefined
      readonly where: ExpressionSyntax | undefined
      readonly groupBy: readonly ExpressionSyntax[]
      readonly having: ExpressionSyntax | undefined
    }
  | { readonly kind: 'union'; readonly all: boolean; readonly left: QuerySyntax; readonly right: QuerySyntax }
  | { readonly kind: 'values'; readonly rows: readonly (readonly ExpressionSyntax[])[] }
  | { readonly kind: 'nested'; readonly query: QuerySyntax }

/** A whole query. */
export interface QuerySyntax {
  readonly with: readonly CommonTable[]
  readonly body: QueryBody
  readonly orderBy: readonly OrderItem[]
  readonly limit: number | undefined
}

// A query as our own closed tree: only what is on offer has a form here, so what is not offered cannot get past the reading.

import type { ValueType } from '@tributary/rules'

/** Operators of two sides, in Spark's spelling. */
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | 'DIV'
  | '||'
  | '&'
  | '|'
  | '^'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '<=>'
  | 'AND'
  | 'OR'

/** An expression as written; names are not resolved yet. */
export type ExpressionSyntax =
  /** `text` of a binary is its hexadecimal digits. */
  | {
      readonly kind: 'literal'
      readonly type: 'null' | 'boolean' | 'number' | 'string' | 'date' | 'timestamp' | 'binary'
      readonly text: string
    }
  /** `INTERVAL 1 YEAR 2 MONTHS`: units are singular and in lower case; `to` as in `INTERVAL '1-2' YEAR TO MONTH`. */
  | { readonly kind: 'interval'; readonly parts: readonly IntervalPart[]; readonly to: string | undefined }
  /** `a`, `t.a`, `db.t.a`; behind a column, names of fields. */
  | { readonly kind: 'column'; readonly parts: readonly string[] }
  /** `*` or `t.*`; only in a select list and in `count(*)`. */
  | { readonly kind: 'star'; readonly table: string | undefined }
  | { readonly kind: 'binary'; readonly op: BinaryOperator; readonly left: ExpressionSyntax; readonly right: ExpressionSyntax }
  | { readonly kind: 'not' | 'negative' | 'bitNot'; readonly operand: ExpressionSyntax }
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
  /** `escape` is one character; the backslash where none is written. */
  | { readonly kind: 'like'; readonly operand: ExpressionSyntax; readonly pattern: ExpressionSyntax; readonly escape?: string }
  /** `LIKE ANY (…)` and `LIKE ALL (…)`; `negated` goes with each of the patterns. */
  | {
      readonly kind: 'likeList'
      readonly operand: ExpressionSyntax
      readonly patterns: readonly ExpressionSyntax[]
      readonly quantifier: 'any' | 'all'
      readonly negated: boolean
    }
  | {
      readonly kind: 'case'
      readonly operand: ExpressionSyntax | undefined
      readonly whens: readonly CaseBranch[]
      readonly otherwise: ExpressionSyntax | undefined
    }
  | { readonly kind: 'cast' | 'tryCast'; readonly operand: ExpressionSyntax; readonly type: ValueType }
  | CallSyntax
  /** `x -> x + 1`, as an argument. */
  | { readonly kind: 'lambda'; readonly parameters: readonly string[]; readonly body: ExpressionSyntax }
  /** `value[index]` */
  | { readonly kind: 'subscript'; readonly operand: ExpressionSyntax; readonly index: ExpressionSyntax }
  /** `value.name` behind anything but a name. */
  | { readonly kind: 'field'; readonly operand: ExpressionSyntax; readonly name: string }
  /** `(a, b)` */
  | { readonly kind: 'row'; readonly items: readonly ExpressionSyntax[] }
  /** `extract(YEAR FROM value)`; `field` in upper case. */
  | { readonly kind: 'extract'; readonly field: string; readonly operand: ExpressionSyntax }
  | { readonly kind: 'exists' | 'scalarQuery'; readonly query: QuerySyntax }

/** Any call; `name` in lower case. */
export interface CallSyntax {
  readonly kind: 'call'
  readonly name: string
  readonly args: readonly ExpressionSyntax[]
  readonly distinct: boolean
  /** Names of arguments, where any has one: `struct(a AS x, b)`. */
  readonly argNames?: readonly (string | undefined)[]
  /** `FILTER (WHERE condition)` */
  readonly filter?: ExpressionSyntax
  /** True for IGNORE NULLS, false for RESPECT NULLS. */
  readonly ignoreNulls?: boolean
  readonly over?: WindowSyntax
}

/** One part of an interval: `-1 YEAR`; `text` as written between the quotes. */
export interface IntervalPart {
  readonly text: string
  readonly unit: string
}

/** What stands behind OVER: a name of the WINDOW clause, or a window of its own. */
export type WindowSyntax =
  | { readonly kind: 'named'; readonly name: string }
  | {
      readonly kind: 'window'
      readonly partitionBy: readonly ExpressionSyntax[]
      readonly orderBy: readonly OrderItem[]
      readonly frame: FrameSyntax | undefined
    }

/** Which rows around the current one a window function sees. */
export interface FrameSyntax {
  readonly unit: 'ROWS' | 'RANGE'
  readonly start: FrameBound
  readonly end: FrameBound
}

/** One end of a frame. */
export type FrameBound =
  | { readonly kind: 'unbounded' | 'offset'; readonly direction: 'PRECEDING' | 'FOLLOWING'; readonly offset?: ExpressionSyntax }
  | { readonly kind: 'current' }

/** One `name AS (window)` of the WINDOW clause. */
export interface NamedWindow {
  readonly name: string
  readonly window: WindowSyntax
}

/** One `WHEN condition THEN result`. */
export interface CaseBranch {
  readonly when: ExpressionSyntax
  readonly result: ExpressionSyntax
}

/** One entry of a select list; a generator may give several columns, `AS (key, value)`. */
export interface SelectItem {
  readonly expression: ExpressionSyntax
  readonly alias: string | undefined
  readonly columnAliases?: readonly string[]
}

/** One entry of ORDER BY; `nullsFirst` is absent when not written. */
export interface OrderItem {
  readonly expression: ExpressionSyntax
  readonly descending: boolean
  readonly nullsFirst: boolean | undefined
}

/** How a relation is called. */
interface Alias {
  readonly alias: string | undefined
  readonly columnAliases: readonly string[]
}

/** What FROM may hold. */
export type RelationSyntax =
  | ({ readonly kind: 'table'; readonly parts: readonly string[] } & Alias)
  /** `isLateral`: it sees what stands to its left. */
  | ({ readonly kind: 'subquery'; readonly query: QuerySyntax; readonly isLateral?: boolean } & Alias)
  /** `range(10)`; `name` in lower case. */
  | ({ readonly kind: 'tableFunction'; readonly name: string; readonly args: readonly ExpressionSyntax[] } & Alias)
  /** A join in parentheses with a name of its own. */
  | ({ readonly kind: 'aliased'; readonly input: RelationSyntax } & Alias)
  | {
      readonly kind: 'join'
      readonly type: JoinType
      readonly left: RelationSyntax
      readonly right: RelationSyntax
      readonly condition: JoinCondition
    }
  | ({
      readonly kind: 'lateralView'
      readonly input: RelationSyntax | undefined
      /** Keeps rows for which the generator gives none. */
      readonly isOuter: boolean
      readonly call: CallSyntax
    } & Alias)
  | ({ readonly kind: 'pivot'; readonly input: RelationSyntax } & PivotSyntax)
  /** `TABLESAMPLE (5 ROWS)` or `(5 PERCENT)` */
  | { readonly kind: 'sample'; readonly input: RelationSyntax; readonly sample: SampleSyntax }

/** How many rows of a sample: the first ones, or each with the same chance. */
export interface SampleSyntax {
  readonly unit: 'rows' | 'percent'
  readonly count: number
}

/** `PIVOT (aggregates FOR columns IN (values))`. */
export interface PivotSyntax {
  readonly aggregates: readonly SelectItem[]
  readonly columns: readonly ExpressionSyntax[]
  /** Each with one item for each column. */
  readonly values: readonly PivotValue[]
}

/** One value of a pivot, with the name of its columns. */
export interface PivotValue {
  readonly items: readonly ExpressionSyntax[]
  readonly alias: string | undefined
}

/** Kinds of joins on offer. */
export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'cross' | 'semi' | 'anti'

/** How two sides meet. */
export type JoinCondition =
  | { readonly kind: 'none' | 'natural' }
  | { readonly kind: 'on'; readonly expression: ExpressionSyntax }
  | { readonly kind: 'using'; readonly columns: readonly string[] }

/** One entry of GROUP BY; `sets` of ROLLUP and CUBE are their columns, of which one may be several. */
export type GroupingSyntax =
  | { readonly kind: 'plain'; readonly expression: ExpressionSyntax }
  | { readonly kind: 'rollup' | 'cube'; readonly sets: readonly (readonly ExpressionSyntax[])[] }
  | { readonly kind: 'sets'; readonly elements: readonly GroupingElement[] }

/** One element of GROUPING SETS. */
export type GroupingElement =
  | { readonly kind: 'set'; readonly expressions: readonly ExpressionSyntax[] }
  | Exclude<GroupingSyntax, { kind: 'plain' }>

/** What GROUP BY says; `first` are expressions written before GROUPING SETS, which only give the order. */
export interface GroupBySyntax {
  readonly items: readonly GroupingSyntax[]
  readonly first: readonly ExpressionSyntax[]
}

/** `name AS (query)`. */
export interface CommonTable {
  readonly name: string
  readonly columnAliases: readonly string[]
  readonly query: QuerySyntax
}

/** `SELECT … FROM … HAVING …`. */
export interface SelectSyntax {
  readonly kind: 'select'
  readonly distinct: boolean
  readonly items: readonly SelectItem[]
  readonly from: RelationSyntax | undefined
  readonly where: ExpressionSyntax | undefined
  readonly groupBy: GroupBySyntax | undefined
  readonly having: ExpressionSyntax | undefined
  readonly windows: readonly NamedWindow[]
}

/** Two queries made one. */
export interface SetOperationSyntax {
  readonly kind: 'setOperation'
  readonly op: 'UNION' | 'INTERSECT' | 'EXCEPT'
  readonly all: boolean
  readonly left: QuerySyntax
  readonly right: QuerySyntax
}

/** A query without its WITH, ORDER BY and LIMIT. */
export type QueryBody =
  | SelectSyntax
  | SetOperationSyntax
  | { readonly kind: 'values'; readonly rows: readonly (readonly ExpressionSyntax[])[] }
  | { readonly kind: 'nested'; readonly query: QuerySyntax }

/** A whole query. */
export interface QuerySyntax {
  readonly with: readonly CommonTable[]
  readonly body: QueryBody
  /** Of ORDER BY, or of SORT BY and CLUSTER BY: all rows in order are also in order within each part. */
  readonly orderBy: readonly OrderItem[]
  /** Of DISTRIBUTE BY and CLUSTER BY: checked, and of no effect on one machine. */
  readonly distributeBy: readonly ExpressionSyntax[]
  readonly limit: number | undefined
}

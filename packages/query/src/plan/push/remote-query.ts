// A query that one source answers whole, as typed data: what is asked, with Spark's types, and nothing of how any source writes it.

import type { ColumnType } from '@tributary/rules'
import type { SourceTable } from '../../source.ts'
import type { Literal } from '../literal.ts'

/** Operators that compare; `<=>` holds for two nulls, too. */
export type RemoteComparison = '=' | '<>' | '<' | '<=' | '>' | '>=' | '<=>'

/** An aggregate over the rows of a group; without an operand it counts rows. An average is one of decimals, rounded half up to the digits of its type. */
export interface RemoteAggregate {
  readonly kind: 'aggregate'
  readonly name: 'count' | 'sum' | 'min' | 'max' | 'avg'
  readonly operand: RemoteExpression | undefined
  readonly isDistinct: boolean
  /** A sum of whole numbers is a bigint that keeps its low 64 bits, one of decimals has ten more digits. */
  readonly type: ColumnType
}

/**
 * Functions of rows that mean the same everywhere. `year`, `quarter`, `month` and `day` take a date, `days` the days from its second date to its first;
 * `length` counts characters, `substring` takes a text, the first character (from 1) and how many; `round` takes a decimal and digits behind the point, half up;
 * `abs` keeps the low bits of a whole number; `coalesce` and `nullif` take values of one type.
 */
export type RemoteFunction =
  | 'year'
  | 'quarter'
  | 'month'
  | 'day'
  | 'days'
  | 'length'
  | 'substring'
  | 'round'
  | 'abs'
  | 'coalesce'
  | 'nullif'

/** A query inside of an expression: its tables are among those of the query around it, whose columns it may name. */
export interface RemoteInside {
  readonly from: readonly RemoteRelation[]
  /** All must hold. */
  readonly filter: readonly RemoteExpression[]
  /** Absent where rows are not grouped; empty where all rows are one group. */
  readonly groupBy: readonly RemoteExpression[] | undefined
  /** All must hold. */
  readonly having: readonly RemoteExpression[]
}

/**
 * An expression that means the same everywhere, or is not pushed: both sides of a comparison have one type, null is unknown.
 * Floating point is in none but as a column that is handed on, ordered by, counted, or looked at for null.
 */
export type RemoteExpression =
  /** `relation` is a position in the query's tables, `column` one in that table's columns. */
  | { readonly kind: 'column'; readonly relation: number; readonly column: number; readonly type: ColumnType }
  | { readonly kind: 'literal'; readonly value: Literal; readonly type: ColumnType }
  | {
      readonly kind: 'comparison'
      readonly op: RemoteComparison
      readonly left: RemoteExpression
      readonly right: RemoteExpression
      readonly type: ColumnType
    }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly RemoteExpression[]; readonly type: ColumnType }
  | { readonly kind: 'not' | 'isNull' | 'isNotNull'; readonly operand: RemoteExpression; readonly type: ColumnType }
  /** None of the values is null. */
  | { readonly kind: 'in'; readonly operand: RemoteExpression; readonly values: readonly Literal[]; readonly type: ColumnType }
  /** As the filter of this name. */
  | {
      readonly kind: 'keys'
      readonly operand: RemoteExpression
      readonly values: readonly Literal[]
      readonly from: KeyOrigin
      readonly type: ColumnType
    }
  /** `%` and `_` as in SQL; `escape` is one character. */
  | {
      readonly kind: 'like'
      readonly operand: RemoteExpression
      readonly pattern: string
      readonly escape: string
      readonly type: ColumnType
    }
  /** Computed exactly, then brought into its type: whole numbers keep their low bits, a decimal has all the digits it needs. */
  | {
      readonly kind: 'arithmetic'
      readonly op: '+' | '-' | '*'
      readonly left: RemoteExpression
      readonly right: RemoteExpression
      readonly type: ColumnType
    }
  /** To a type that holds every value of the operand's. */
  | { readonly kind: 'widen'; readonly operand: RemoteExpression; readonly type: ColumnType }
  /** The first branch that holds; null where none does and nothing is said for that. */
  | {
      readonly kind: 'case'
      readonly branches: readonly { readonly when: RemoteExpression; readonly result: RemoteExpression }[]
      readonly otherwise: RemoteExpression | undefined
      readonly type: ColumnType
    }
  /** What has no place in the type, a decimal, is null. */
  | { readonly kind: 'fitted'; readonly operand: RemoteExpression; readonly type: ColumnType }
  | { readonly kind: 'call'; readonly name: RemoteFunction; readonly args: readonly RemoteExpression[]; readonly type: ColumnType }
  /** Whether there is a row. */
  | { readonly kind: 'exists'; readonly inside: RemoteInside; readonly type: ColumnType }
  /** Whether one of the rows gives the operand; unknown where none does and one, or the operand, is null. */
  | {
      readonly kind: 'inQuery'
      readonly operand: RemoteExpression
      readonly inside: RemoteInside
      readonly output: RemoteExpression
      readonly type: ColumnType
    }
  /** The value of the one row that there is. */
  | { readonly kind: 'scalarQuery'; readonly inside: RemoteInside; readonly output: RemoteExpression; readonly type: ColumnType }
  | RemoteAggregate

/** What stands in FROM: a table by its position, or parts of which the left ones keep every row. Parts side by side meet in every pair. */
export type RemoteRelation =
  | { readonly kind: 'table'; readonly relation: number }
  | {
      readonly kind: 'leftJoin'
      readonly left: readonly RemoteRelation[]
      readonly right: readonly RemoteRelation[]
      /** All must hold. */
      readonly on: readonly RemoteExpression[]
    }

/** One column of the answer. */
export interface RemoteOutput {
  readonly name: string
  readonly expression: RemoteExpression
}

/** Where the values of a column come from that are needed of it. */
export interface KeySource {
  /** A position in the columns of the reading that takes them. */
  readonly column: number
  /** The reading that gives them, by its handle, and a position in its columns. Every value that is needed is there, null aside. */
  readonly giver: { readonly handle: string; readonly column: number }
}

/** Which keys are asked for, for people: they are data of a table, and are shown nowhere. */
export interface KeyOrigin {
  /** `database.table`, or how a query over several is called. */
  readonly table: string
  readonly count: number
  /** Whether they are too many to list, and their least and greatest stand for them. */
  readonly isRange?: boolean | undefined
}

/** One item of the order. */
export interface RemoteOrder {
  readonly expression: RemoteExpression
  readonly descending: boolean
  readonly nullsFirst: boolean
}

/** A whole query over tables of one source. */
export interface RemoteQuery {
  /** At least one; a table stands here once for each time it is read. */
  readonly tables: readonly SourceTable[]
  readonly from: readonly RemoteRelation[]
  /** All must hold. */
  readonly filter: readonly RemoteExpression[]
  /** Absent where rows are not grouped; empty where all rows are one group. */
  readonly groupBy: readonly RemoteExpression[] | undefined
  /** All must hold. */
  readonly having: readonly RemoteExpression[]
  readonly outputs: readonly RemoteOutput[]
  readonly orderBy: readonly RemoteOrder[]
  /** Rows at most; without an order, any of them. */
  readonly limit: number | undefined
}

/** The same expression with the positions of its tables moved. */
export function shifted<Expression extends RemoteExpression>(expression: Expression, by: number): Expression {
  return by === 0 ? expression : placed(expression, (relation) => relation + by)
}

/** Expressions, or what stands in FROM, with their tables at other positions, and columns of some of them replaced. */
export function placed<Thing extends object>(
  thing: Thing,
  place: (relation: number) => number,
  replace: (relation: number) => RemoteExpression | undefined = () => undefined,
): Thing {
  const move = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(move)
    if (typeof value !== 'object' || value === null) return value
    const { kind, relation } = value as { readonly kind?: unknown; readonly relation?: unknown }
    const replaced = kind === 'column' ? replace(Number(relation)) : undefined
    if (replaced !== undefined) return replaced
    if (kind === 'column' || kind === 'table') return { ...value, relation: place(Number(relation)) }
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain.has(key) ? part : move(part)]))
  }
  return move(thing) as Thing
}

/** Members of expressions that hold no others. */
const plain: ReadonlySet<string> = new Set(['type', 'value', 'values'])

/** The expressions that one is made of; those of a query inside of it, too. */
export function operandsOf(expression: RemoteExpression): readonly RemoteExpression[] {
  switch (expression.kind) {
    case 'column':
    case 'literal':
      return []
    case 'comparison':
    case 'arithmetic':
      return [expression.left, expression.right]
    case 'and':
    case 'or':
      return expression.operands
    case 'call':
      return expression.args
    case 'case': {
      const { branches, otherwise } = expression
      return [...branches.flatMap(({ when, result }) => [when, result]), ...(otherwise === undefined ? [] : [otherwise])]
    }
    case 'exists':
      return insideOf(expression.inside)
    case 'inQuery':
      return [expression.operand, expression.output, ...insideOf(expression.inside)]
    case 'scalarQuery':
      return [expression.output, ...insideOf(expression.inside)]
    default:
      return expression.operand === undefined ? [] : [expression.operand]
  }
}

function insideOf({ from, filter, groupBy = [], having }: RemoteInside): readonly RemoteExpression[] {
  return [...from.flatMap(conditionsOf), ...filter, ...groupBy, ...having]
}

function conditionsOf(relation: RemoteRelation): readonly RemoteExpression[] {
  if (relation.kind === 'table') return []
  return [...relation.on, ...[...relation.left, ...relation.right].flatMap(conditionsOf)]
}

/** Whether two expressions are the same, part by part. */
export function sameExpression(one: RemoteExpression, other: RemoteExpression): boolean {
  return keyOf(one) === keyOf(other)
}

function keyOf(expression: RemoteExpression): string {
  return JSON.stringify(expression, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}

/** Every expression of a list once. */
export function distinctExpressions(expressions: readonly RemoteExpression[]): readonly RemoteExpression[] {
  return [...new Map(expressions.map((expression) => [keyOf(expression), expression])).values()]
}

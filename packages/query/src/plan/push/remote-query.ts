// A query that one source answers whole, as typed data: what is asked, with Spark's types, and nothing of how any source writes it.

import type { ColumnType } from '@tributary/rules'
import type { SourceTable } from '../../source.ts'
import type { Literal } from '../literal.ts'

/** Operators that compare; `<=>` holds for two nulls, too. */
export type RemoteComparison = '=' | '<>' | '<' | '<=' | '>' | '>=' | '<=>'

/** An aggregate over the rows of a group; without an operand it counts rows. */
export interface RemoteAggregate {
  readonly kind: 'aggregate'
  readonly name: 'count' | 'sum' | 'min' | 'max'
  readonly operand: RemoteExpression | undefined
  readonly isDistinct: boolean
  /** A sum of whole numbers is a bigint that keeps its low 64 bits, one of decimals has ten more digits. */
  readonly type: ColumnType
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
  if (by === 0) return expression
  const move = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(move)
    if (typeof value !== 'object' || value === null) return value
    const moved = Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, key === 'type' || key === 'value' ? part : move(part)]),
    )
    return moved['kind'] === 'column' ? { ...moved, relation: Number(moved['relation']) + by } : moved
  }
  return move(expression) as Expression
}

/** What stands in FROM with the positions of its tables moved. */
export function shiftedRelation(relation: RemoteRelation, by: number): RemoteRelation {
  if (relation.kind === 'table') return { ...relation, relation: relation.relation + by }
  return {
    kind: 'leftJoin',
    left: relation.left.map((part) => shiftedRelation(part, by)),
    right: relation.right.map((part) => shiftedRelation(part, by)),
    on: relation.on.map((condition) => shifted(condition, by)),
  }
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

// Which readings meet by equal columns and stay apart: once one of them is read, the other can be asked for those values alone.
//
//   ⟦lines⟧ AS r0 JOIN ⟦parts⟧ AS r1 ON r0.c1 = r1.c0   →   lines: keys of c1 from parts' c0; parts: keys of c0 from lines' c1

import { isColumnType } from '@tributary/rules'
import { scopeOf, type Relation } from '../resolving.ts'
import { type Field, findColumn, type Scope } from '../scope.ts'
import { decimalOf, isNumeric, sameType, type SparkType } from '../spark-types.ts'
import type { ExpressionSyntax } from '../syntax.ts'
import { commonConjuncts } from './common-conjuncts.ts'
import { isKeyType } from './key-list.ts'
import type { Place, Pushing } from './remote-part.ts'

/** How two relations meet. */
export interface Meeting {
  readonly condition: ExpressionSyntax | undefined
  /** Columns that are equal besides, of the left side and of the right one. */
  readonly equal?: readonly (readonly [Field, Field])[]
  /** The sides whose rows are of no use without a match: both of an inner join and of a semi join, one of an outer join and of an anti join. */
  readonly narrowed: 'both' | 'left' | 'right'
  /** Both sides; the fields of the left one come first. */
  readonly relation: Relation
  readonly leftFields: number
  /** Names of the condition, where those of the sides do not stand beside each other. */
  readonly scope?: Scope
}

/** Notes for each equality which reading may take keys of which other. Rows that meet nothing are dropped by the join whether they are read or not. */
export function meetKeys(meeting: Meeting, pushing: Pushing): void {
  const { condition, equal = [], relation, scope = scopeOf(relation.fields) } = meeting
  for (const part of commonConjuncts(condition)) {
    if (part.kind !== 'binary' || part.op !== '=' || part.left.kind !== 'column' || part.right.kind !== 'column') continue
    const [left, right] = [part.left, part.right].map((side) => findColumn(scope, side.parts)?.field)
    if (left !== undefined && right !== undefined) meetFields([left, right], meeting, pushing)
  }
  for (const pair of equal) meetFields(pair, meeting, pushing)
}

function meetFields(pair: readonly [Field, Field], { narrowed, relation, leftFields }: Meeting, pushing: Pushing): void {
  const [left, right] = pair.map((field) => sideOf(field, relation)) as [Side | undefined, Side | undefined]
  if (left === undefined || right === undefined || left.place.handle === right.place.handle || !agree(left.field, right.field)) return
  const sides = pair.map((field) => (relation.fields.indexOf(field) < leftFields ? 'left' : 'right'))
  if (narrowed === 'both' || (sides[0] === narrowed && sides[1] !== narrowed)) pushing.takeKeys(left.place, right.place)
  if (narrowed === 'both' || (sides[1] === narrowed && sides[0] !== narrowed)) pushing.takeKeys(right.place, left.place)
}

interface Side {
  readonly field: Field
  readonly place: Place
}

/** @returns nothing for a column of a query around, and for one that is computed here */
function sideOf(field: Field, relation: Relation): Side | undefined {
  const place = relation.fields.includes(field) ? placeOf(field.sql, relation) : undefined
  return place === undefined ? undefined : { field, place }
}

/** Values of one type are equal in both, and numbers are that are compared as exact ones; floating point is left alone. */
function agree({ type: one }: Field, { type: other }: Field): boolean {
  if (!isColumnType(one) || !isColumnType(other) || !isKeyType(one) || !isKeyType(other)) return false
  return sameType(one, other) || (isNumeric(one) && isNumeric(other) && isExact(one, other))
}

/** Past 38 digits Spark leaves some out before it compares. */
function isExact(one: SparkType, other: SparkType): boolean {
  const [left, right] = [decimalOf(one), decimalOf(other)]
  return Math.max(left.precision - left.scale, right.precision - right.scale) + Math.max(left.scale, right.scale) <= 38
}

/** The reading whose column a text is, where it stands in FROM by itself: `r3.c1` of `⟦s_…⟧ AS r3`. */
function placeOf(text: string, { sql }: Relation): Place | undefined {
  const [, alias, column] = /^(r\d+)\.c(\d+)$/.exec(text) ?? []
  const [, handle] = alias === undefined ? [] : (new RegExp(`⟦([^⟧]*)⟧ AS ${alias}(?!\\d)`).exec(sql) ?? [])
  return handle === undefined ? undefined : { handle, column: Number(column) }
}

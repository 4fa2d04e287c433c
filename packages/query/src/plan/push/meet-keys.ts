// Which readings meet by equal columns and stay apart: once one of them is read, the other can be asked for those values alone.
//
//   ⟦lines⟧ AS r0 JOIN ⟦parts⟧ AS r1 ON r0.c1 = r1.c0   →   lines: keys of c1 from parts' c0; parts: keys of c0 from lines' c1

import { scopeOf, type Relation } from '../resolving.ts'
import { type Field, findColumn } from '../scope.ts'
import { isFractional, sameType } from '../spark-types.ts'
import type { ExpressionSyntax } from '../syntax.ts'
import { conjuncts } from './read-expression.ts'
import type { Place, Pushing } from './remote-part.ts'

/** How two relations meet. */
export interface Meeting {
  readonly condition: ExpressionSyntax | undefined
  /** Both sides where rows without a match are dropped; `right` where every row of the left stays. */
  readonly narrowed: 'both' | 'right'
  /** The relation of both; the fields of its left side come first. */
  readonly relation: Relation
  readonly leftFields: number
}

/** Notes for each equality which reading may take keys of which other. Rows that meet nothing are dropped by the join whether they are read or not. */
export function meetKeys({ condition, narrowed, relation, leftFields }: Meeting, pushing: Pushing): void {
  const { fields } = relation
  for (const part of conjuncts(condition)) {
    if (part.kind !== 'binary' || part.op !== '=' || part.left.kind !== 'column' || part.right.kind !== 'column') continue
    const [left, right] = [part.left, part.right].map((side) => sideOf(side.parts, relation))
    if (left === undefined || right === undefined || left.place.handle === right.place.handle || !agree(left.field, right.field)) continue
    const [isLeft, isRight] = [left, right].map(({ field }) => fields.indexOf(field) >= leftFields)
    if (narrowed === 'both' || (isLeft === true && isRight === false)) pushing.takeKeys(left.place, right.place)
    if (narrowed === 'both' || (isRight === true && isLeft === false)) pushing.takeKeys(right.place, left.place)
  }
}

interface Side {
  readonly field: Field
  readonly place: Place
}

/** @returns nothing for a column of a query around, and for one that is computed here */
function sideOf(parts: readonly string[], relation: Relation): Side | undefined {
  const field = findColumn(scopeOf(relation.fields), parts)?.field
  const place = field === undefined ? undefined : placeOf(field.sql, relation)
  return field === undefined || place === undefined ? undefined : { field, place }
}

/** Values of one type are equal in both; floating point is left alone. */
function agree(one: Field, other: Field): boolean {
  return sameType(one.type, other.type) && !isFractional(one.type)
}

/** The reading whose column a text is, where it stands in FROM by itself: `r3.c1` of `⟦s_…⟧ AS r3`. */
function placeOf(text: string, { sql }: Relation): Place | undefined {
  const [, alias, column] = /^(r\d+)\.c(\d+)$/.exec(text) ?? []
  const [, handle] = alias === undefined ? [] : (new RegExp(`⟦([^⟧]*)⟧ AS ${alias}(?!\\d)`).exec(sql) ?? [])
  return handle === undefined ? undefined : { handle, column: Number(column) }
}

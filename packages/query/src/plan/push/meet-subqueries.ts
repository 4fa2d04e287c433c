// Which readings of a query and of its subqueries meet by equal columns and stay apart: keys of one are enough for the other, as in a join.
//
//   ⟦orders⟧ AS r0 WHERE r0.c1 IN (SELECT r2.c0 FROM ⟦people⟧ AS r2 …)   →   orders: keys of c1 from people's c0; people: keys of c0 from orders' c1

import type { Fragment, Relation } from '../resolving.ts'
import { type Field, findColumn } from '../scope.ts'
import type { ExpressionSyntax, QuerySyntax } from '../syntax.ts'
import { mapOperands } from './map-syntax.ts'
import { meetKeys } from './meet-keys.ts'
import { conjuncts } from './read-expression.ts'
import type { Pushing } from './remote-part.ts'

/** A select's rows and the subqueries of its conditions. */
export interface MeetingInside {
  readonly relation: Relation
  readonly where: ExpressionSyntax | undefined
  readonly met: ReadonlyMap<QuerySyntax, Fragment>
}

/** Notes for each condition that is a subquery which reading may take keys of which other. */
export function meetSubqueries({ relation, where, met }: MeetingInside, pushing: Pushing): void {
  for (const condition of conjuncts(where)) {
    const { syntax, isNegated } = withoutNot(condition)
    if (syntax.kind === 'exists') meetExists(relation, met.get(syntax.query), { isNegated, pushing })
    // A null in the list would make it unknown whether any other value is missing: NOT IN has to see all of it.
    if (syntax.kind === 'inQuery' && !isNegated && !syntax.negated)
      meetIn(relation, syntax.operand, { query: met.get(syntax.query), pushing })
    for (const query of valuesIn(condition)) meetExists(relation, met.get(query), { isNegated: true, pushing })
  }
}

/** The subqueries of a condition that give a value: whatever that is, rows that meet none around them have no part in it. */
function valuesIn(syntax: ExpressionSyntax): readonly QuerySyntax[] {
  const found: QuerySyntax[] = syntax.kind === 'scalarQuery' ? [syntax.query] : []
  mapOperands(syntax, (operand) => {
    found.push(...valuesIn(operand))
    return operand
  })
  return found
}

function withoutNot(condition: ExpressionSyntax): { readonly syntax: ExpressionSyntax; readonly isNegated: boolean } {
  if (condition.kind !== 'not') return { syntax: condition, isNegated: false }
  const { syntax, isNegated } = withoutNot(condition.operand)
  return { syntax, isNegated: !isNegated }
}

interface Asked {
  readonly isNegated: boolean
  readonly pushing: Pushing
}

/** Rows of the subquery that meet no row around it are of no use; those around it that meet none are where it asks whether there is one. */
function meetExists(outer: Relation, query: Fragment | undefined, { isNegated, pushing }: Asked): void {
  const rows = query?.rows
  if (rows === undefined) return
  const fields = [...outer.fields, ...rows.relation.fields]
  const scope = {
    fields: rows.relation.fields,
    outer: { fields: outer.fields, outer: undefined, groups: new Set<string>() },
    groups: new Set<string>(),
  }
  const relation = { sql: `${outer.sql} ${rows.relation.sql}`, fields }
  meetKeys(
    { condition: rows.where, narrowed: isNegated || rows.isGrouped ? 'right' : 'both', relation, leftFields: outer.fields.length, scope },
    pushing,
  )
}

function meetIn(
  outer: Relation,
  operand: ExpressionSyntax,
  { query, pushing }: { readonly query: Fragment | undefined; readonly pushing: Pushing },
): void {
  const scope = { fields: outer.fields, outer: undefined, groups: new Set<string>() }
  const left = operand.kind === 'column' ? findColumn(scope, operand.parts)?.field : undefined
  const right = query === undefined ? undefined : onlyColumn(query)
  if (query === undefined || left === undefined || right === undefined) return
  const relation = { sql: `${outer.sql} ${query.sql}`, fields: [...outer.fields, right] }
  meetKeys({ condition: undefined, equal: [[left, right]], narrowed: 'both', relation, leftFields: outer.fields.length }, pushing)
}

/** The column that a subquery over one reading gives as it stands, all of whose rows count. */
function onlyColumn({ sql, columns: [column] }: Fragment): Field | undefined {
  const [, text] = /^SELECT (?:DISTINCT )?(r\d+\.c\d+) AS c0 FROM ⟦[^⟧]*⟧ AS r\d+(?: WHERE (?!.* LIMIT \d)|$)/s.exec(sql) ?? []
  return text === undefined || column === undefined ? undefined : { name: column.name, type: column.type, sql: text, qualifiers: [] }
}

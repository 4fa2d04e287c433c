// Conditions of WHERE over one reading that DuckDB cannot move into its scan, as conditions of a query of it; WHERE stays as it is and looks again.
//
//   ⟦lines⟧ AS r0 CROSS JOIN ⟦parts⟧ AS r1 WHERE sent < due AND p_name LIKE '%green%'   →   ⟦lines where sent < due⟧, ⟦parts where p_name like '%green%'⟧

import { scopeOf, type Relation } from '../resolving.ts'
import { findColumn } from '../scope.ts'
import { isFractional } from '../spark-types.ts'
import type { ExpressionSyntax } from '../syntax.ts'
import { hasQuery } from './map-syntax.ts'
import { mapOperands } from './map-syntax.ts'
import { conjuncts, readExpression } from './read-expression.ts'
import type { Reading } from './reading.ts'
import { inReadingOrder, type Pushing, queryOf, type RemotePart, tablesOf } from './remote-part.ts'
import { type RemoteExpression, sameExpression } from './remote-query.ts'
import { building } from './stays.ts'

const boolean = { kind: 'boolean' } as const

/** Gives each reading that stands in FROM by itself the conditions that its rows have to meet. */
export function narrowParts(relation: Relation, where: ExpressionSyntax | undefined, pushing: Pushing | undefined): void {
  if (pushing === undefined || where === undefined) return
  const conditions = conjuncts(where).filter((condition) => !hasQuery(condition))
  for (const part of relation.parts ?? [relation]) narrowPart(part, { conditions, relation, pushing })
}

interface Narrowing {
  readonly conditions: readonly ExpressionSyntax[]
  /** In which names are looked up. */
  readonly relation: Relation
  readonly pushing: Pushing
}

function narrowPart(part: Relation, { conditions, relation, pushing }: Narrowing): void {
  const { remote } = part
  const handle = remote?.handles[0]
  if (remote === undefined || handle === undefined || remote.handles.length > 1 || !/^⟦[^⟧]*⟧ AS r\d+$/.test(part.sql)) return
  const at = { scope: scopeOf(relation.fields), clause: 'WHERE', aggregates: 'forbidden', aliases: undefined, subquery: undefined } as const
  const reading: Reading = { at, columns: remote.columns, allowsAggregates: false }
  const found = conditions.map((condition) => impliedBy(condition, reading)).filter((condition) => condition !== undefined)
  const isKnown = (condition: RemoteExpression): boolean => remote.filter.some((known) => sameExpression(known, condition))
  const more = found.filter((condition) => !isScanFilter(condition) && tablesOf(condition).size > 0 && !isKnown(condition))
  if (more.length === 0 || isBetterAsScan(conditions, relation, remote)) return
  const built = building(() => ({ ...queryOf(remote, inReadingOrder(part.fields)), filter: [...remote.filter, ...more] }))
  if (built.is === 'pushed' && pushing.offer(built.thing) === undefined) pushing.refine(handle, built.thing)
}

/** What a condition says of one part: all of it, or what each side of an OR says at least. */
function impliedBy(condition: ExpressionSyntax, reading: Reading): RemoteExpression | undefined {
  const whole = building(() => readExpression(condition, reading))
  if (whole.is === 'pushed') return whole.thing
  if (condition.kind !== 'binary' || condition.op !== 'OR') return undefined
  const sides = [condition.left, condition.right].map((side) => {
    const known = conjuncts(side)
      .map((each) => impliedBy(each, reading))
      .filter((each) => each !== undefined)
    return known.length < 2 ? known[0] : ({ kind: 'and', operands: known, type: boolean } as const)
  })
  const [left, right] = sides
  return left === undefined || right === undefined ? undefined : { kind: 'or', operands: [left, right], type: boolean }
}

/** What DuckDB moves into a scan by itself: one column beside constants. */
function isScanFilter(condition: RemoteExpression): boolean {
  switch (condition.kind) {
    case 'comparison':
      return [condition.left, condition.right].some(isColumn) && [condition.left, condition.right].some(({ kind }) => kind === 'literal')
    case 'in':
    case 'isNull':
    case 'isNotNull':
      return isColumn(condition.operand)
    case 'and':
      return condition.operands.every(isScanFilter)
    default:
      return false
  }
}

function isColumn({ kind }: RemoteExpression): boolean {
  return kind === 'column'
}

/** A scan takes filters over floating point, and is read by the parts that its table's owner asked for; a query is not. */
function isBetterAsScan(conditions: readonly ExpressionSyntax[], { fields }: Relation, { columns, tables }: RemotePart): boolean {
  if (tables.length > 1) return false
  if (tables.some(({ settings }) => settings.partitions !== undefined)) return true
  const looks = (syntax: ExpressionSyntax): boolean => {
    if (syntax.kind === 'column') {
      const field = findColumn(scopeOf(fields), syntax.parts)?.field
      return field !== undefined && columns.has(field.sql) && isFractional(field.type)
    }
    let found = false
    mapOperands(syntax, (operand) => {
      found ||= looks(operand)
      return operand
    })
    return found
  }
  return conditions.some(looks)
}

// Joins: conditions, USING and NATURAL, and which columns each kind of join gives.
//
//   a FULL JOIN b USING (id)   →   (a FULL JOIN b ON a.id = b.id), where id is coalesce(a.id, b.id)

import { ServiceError, say } from '@tributary/rules'
import { castTo } from './casts.ts'
import { comparison } from './operators.ts'
import { resolveCondition } from './resolve-expression.ts'
import { scopeOf, type Relation } from './resolving.ts'
import { columnOf, type Field } from './scope.ts'
import { commonType, sameType, typeName } from './spark-types.ts'
import type { JoinCondition, JoinType, RelationSyntax } from './syntax.ts'

/** Both sides of a join, resolved. */
export interface Sides {
  readonly left: Relation
  readonly right: Relation
}

/** Joins two relations. @throws {ServiceError} `semantic` for columns that USING does not find; `unsupported` */
export function resolveJoin({ type, condition }: Extract<RelationSyntax, { kind: 'join' }>, sides: Sides): Relation {
  if (condition.kind === 'using' || condition.kind === 'natural') return joinUsing(type, sides, pairsOf(condition, sides))
  const { left, right } = sides
  const scope = scopeOf([...left.fields, ...right.fields])
  const at = { scope, clause: 'JOIN', aggregates: 'forbidden', aliases: undefined, subquery: undefined } as const
  const on = condition.kind === 'on' ? resolveCondition(condition.expression, at).sql : undefined
  return { sql: joinText(type, sides, on), fields: isOneSided(type) ? left.fields : scope.fields }
}

/** The columns by which USING and NATURAL let two relations meet; none of another join. @throws {ServiceError} as {@link resolveJoin} */
export function pairsOf(condition: JoinCondition, sides: Sides): readonly (readonly [Field, Field])[] {
  const names = condition.kind === 'using' ? condition.columns : condition.kind === 'natural' ? sharedNames(sides) : []
  return names.map((name) => [onlyField(sides.left, name, 'left'), onlyField(sides.right, name, 'right')] as const)
}

function isOneSided(type: JoinType): boolean {
  return type === 'semi' || type === 'anti'
}

/** The columns that a NATURAL join joins by, in the order of the left side. */
function sharedNames({ left, right }: Sides): readonly string[] {
  const names = new Set(right.fields.filter(isVisible).map((field) => field.name.toLowerCase()))
  return left.fields.filter((field) => isVisible(field) && names.has(field.name.toLowerCase())).map((field) => field.name)
}

function isVisible(field: Field): boolean {
  return field.isHidden !== true
}

/** The named columns come first and once: from the side that is always there, or from whichever has a value. */
function joinUsing(type: JoinType, sides: Sides, pairs: ReturnType<typeof pairsOf>): Relation {
  const { left, right } = sides
  const asBound = (field: Field): ReturnType<typeof columnOf> => columnOf(field, scopeOf([]))
  const equal = pairs.map(([one, other]) => comparison('=', asBound(one), asBound(other)).sql)
  const sql = joinText(type, sides, equal.length === 0 ? undefined : equal.join(' AND '))
  if (isOneSided(type))
    return {
      sql,
      fields: moved(
        left.fields,
        pairs.map(([one]) => one),
      ),
    }
  const merged = pairs.map(([one, other]) => mergedField(type, one, other))
  // A column that comes as it is stays reachable by its qualifier; the other side's is reached by its own alone.
  const isMerged = (field: Field): boolean => pairs.some(([one, other]) => type !== 'full' && field === (type === 'right' ? other : one))
  const hide = (field: Field): Field => (pairs.some((pair) => pair.includes(field)) ? { ...field, isHidden: true } : field)
  const all = [...left.fields, ...right.fields].filter((field) => !isMerged(field)).map(hide)
  return { sql, fields: [...merged, ...all.filter(isVisible), ...all.filter((field) => !isVisible(field))] }
}

/** Some fields first, the others behind them. */
function moved(fields: readonly Field[], first: readonly Field[]): readonly Field[] {
  return [...first, ...fields.filter((field) => !first.includes(field))]
}

const sideNames = { left: say`left`, right: say`right` } as const

function onlyField(relation: Relation, name: string, side: 'left' | 'right'): Field {
  const found = relation.fields.filter((field) => isVisible(field) && field.name.toLowerCase() === name.toLowerCase())
  if (found.length === 0)
    throw new ServiceError(
      'semantic',
      say`USING column \`${name}\` cannot be resolved on the ${sideNames[side]} side of the join. The ${sideNames[side]}-side columns: [${relation.fields.map((field) => field.name).join(', ')}]`,
    )
  if (found.length > 1) throw new ServiceError('semantic', say`Reference '${name}' is ambiguous on the ${sideNames[side]} side of the join`)
  return found[0] as Field
}

function mergedField(type: JoinType, left: Field, right: Field): Field {
  if (type !== 'full') return type === 'right' ? right : left
  const common = commonType(left.type, right.type)
  if (common === undefined || common.kind === 'null')
    throw new ServiceError(
      'unsupported',
      say`FULL JOIN USING (${left.name}) over ${typeName(left.type)} and ${typeName(right.type)} is not offered; use ON`,
    )
  const asCommon = (field: Field): string => (sameType(field.type, common) ? field.sql : castTo(columnOf(field, scopeOf([])), common).sql)
  return { ...left, type: common, sql: `coalesce(${asCommon(left)}, ${asCommon(right)})`, qualifiers: [] }
}

const joinWords: Readonly<Record<JoinType, string>> = {
  inner: 'INNER',
  left: 'LEFT',
  right: 'RIGHT',
  full: 'FULL',
  semi: 'SEMI',
  anti: 'ANTI',
  cross: 'INNER',
}

/** Without a condition every row meets every row, and an outer join keeps those that meet none. */
function joinText(type: JoinType, { left, right }: Sides, on: string | undefined): string {
  if (on === undefined && (type === 'cross' || type === 'inner')) return `(${left.sql} CROSS JOIN ${right.sql})`
  return `(${left.sql} ${joinWords[type]} JOIN ${right.sql} ON ${on ?? 'true'})`
}

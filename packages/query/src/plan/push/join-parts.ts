// FROM a, b, c WHERE a.x = b.y: those of one source that meet by equal columns become one reading; WHERE stays as it is and finds every row it wants.
//
//   ((⟦a⟧ AS r0 CROSS JOIN ⟦b⟧ AS r1) CROSS JOIN ⟦other.c⟧ AS r2)   →   (⟦a, b where a.x = b.y⟧ AS r3 CROSS JOIN ⟦other.c⟧ AS r2)

import { findColumn, type Field } from '../scope.ts'
import { scopeOf, type Relation, type Resolving } from '../resolving.ts'
import type { ExpressionSyntax } from '../syntax.ts'
import { commonConjuncts } from './common-conjuncts.ts'
import { readingOf } from './join-sides.ts'
import { meetKeys } from './meet-keys.ts'
import { readExpression } from './read-expression.ts'
import type { Reading } from './reading.ts'
import { besides, isSameSource, type RemotePart } from './remote-part.ts'
import { building } from './stays.ts'

type Equality = Extract<ExpressionSyntax, { kind: 'binary' }>

/** A relation of several parts, those of it joined that one source can join. The fields keep their order. */
export function joinParts(relation: Relation, where: ExpressionSyntax | undefined, resolving: Resolving): Relation {
  const { pushing } = resolving
  if (pushing === undefined || relation.parts === undefined) return relation
  const equalities = commonConjuncts(where).filter(isEquality)
  const groups = grouped(relation, equalities)
  if (groups.every((group) => group.length === 1)) {
    meetKeys({ condition: where, narrowed: 'both', relation, leftFields: 0 }, pushing)
    return relation
  }
  const moved = new Map<string, Field>()
  const parts = groups.map((group) => {
    const joined = group.length === 1 ? undefined : joinedGroup(group, equalities, resolving)
    if (joined === undefined) return group
    const fields = group.flatMap((part) => part.fields)
    fields.forEach((field, index) => moved.set(field.sql, joined.fields[index] as Field))
    return [joined]
  })
  // An alias of the whole list has given its fields other names: only where they come from changes.
  const fields = relation.fields.map((field) => ({ ...field, sql: moved.get(field.sql)?.sql ?? field.sql }))
  const [first, ...others] = parts.flat()
  if (first === undefined) return relation
  const sql = others.reduce((left, { sql: right }) => `(${left} CROSS JOIN ${right})`, first.sql)
  meetKeys({ condition: where, narrowed: 'both', relation: { sql, fields }, leftFields: 0 }, pushing)
  return { sql, fields, ...(others.length === 0 && first.remote !== undefined ? { remote: first.remote } : { parts: parts.flat() }) }
}

function isEquality(syntax: ExpressionSyntax): syntax is Equality {
  return syntax.kind === 'binary' && syntax.op === '=' && syntax.left.kind === 'column' && syntax.right.kind === 'column'
}

/** Puts parts together that an equality connects, in the order in which FROM names them. */
function grouped({ parts = [], fields }: Relation, equalities: readonly Equality[]): readonly (readonly Relation[])[] {
  let groups: readonly (readonly Relation[])[] = parts.map((part) => [part])
  const holderOf = (syntax: ExpressionSyntax): readonly Relation[] | undefined => {
    const found = syntax.kind === 'column' ? findColumn(scopeOf(fields), syntax.parts) : undefined
    return groups.find((group) => group.some(({ remote }) => found !== undefined && remote?.columns.has(found.field.sql)))
  }
  for (const { left, right } of equalities) {
    const [one, other] = [holderOf(left), holderOf(right)]
    if (one === undefined || other === undefined || one === other) continue
    if (!isSameSource(one[0]?.remote as RemotePart, other[0]?.remote as RemotePart)) continue
    const [sooner, later] = groups.indexOf(one) < groups.indexOf(other) ? [one, other] : [other, one]
    groups = groups.filter((group) => group !== later).map((group) => (group === sooner ? [...sooner, ...later] : group))
  }
  return groups
}

/** @returns `undefined` where the source does not join them */
function joinedGroup(group: readonly Relation[], equalities: readonly Equality[], resolving: Resolving): Relation | undefined {
  const { pushing, newAlias } = resolving
  if (pushing === undefined) return undefined
  const part = group.map(({ remote }) => remote as RemotePart).reduce(besides)
  const relation: Relation = { sql: '', fields: group.flatMap(({ fields }) => fields) }
  const at = { scope: scopeOf(relation.fields), clause: 'WHERE', aggregates: 'forbidden', aliases: undefined, subquery: undefined } as const
  const reading: Reading = { at, columns: part.columns, allowsAggregates: false }
  const inside = equalities.filter(({ left, right }) => [left, right].every((side) => isIn(side, relation.fields)))
  const built = building(() => {
    const filter = [...part.filter, ...inside.map((equality) => readExpression(equality, reading))]
    return readingOf({ ...part, filter }, relation, { pushing, newAlias })
  })
  if (built.is === 'pushed') return built.thing
  pushing.note(part.handles, built.why)
  return undefined
}

function isIn(syntax: ExpressionSyntax, fields: readonly Field[]): boolean {
  return syntax.kind === 'column' && findColumn(scopeOf(fields), syntax.parts) !== undefined
}

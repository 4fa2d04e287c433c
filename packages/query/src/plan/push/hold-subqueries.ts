// Conditions with subqueries over the source that they are put to: the source looks into them by itself, and WHERE has them no more.
//
//   ⟦orders⟧ AS r0 WHERE paid AND EXISTS (SELECT … FROM lines …)   →   ⟦orders where exists (from lines …)⟧ AS r3 WHERE paid

import { ServiceError, say } from '@tributary/rules'
import type { SourceTable } from '../../source.ts'
import { type Fragment, scopeOf, type Relation, type Resolving } from '../resolving.ts'
import type { Field } from '../scope.ts'
import type { ResolvedSubquery, Surroundings } from '../surroundings.ts'
import type { ExpressionSyntax, QuerySyntax } from '../syntax.ts'
import { isTied, whyNot } from './inside.ts'
import { readingOf } from './join-sides.ts'
import { hasQuery } from './map-syntax.ts'
import { meetKeys } from './meet-keys.ts'
import { conjuncts, readExpression } from './read-expression.ts'
import type { OpenInside, Reading } from './reading.ts'
import { type Inside, isSameSource, type RemotePart } from './remote-part.ts'
import { placed, type RemoteExpression } from './remote-query.ts'
import { building, Stays } from './stays.ts'

/** A relation and the conditions on its rows. */
export interface Conditioned {
  readonly relation: Relation
  readonly where: ExpressionSyntax | undefined
}

/** Subqueries of a condition as the resolution of it met them. */
export type Subqueries = ReadonlyMap<QuerySyntax, Fragment>

/** What holding needs of the select that the conditions stand in. */
export interface Holding {
  /** Resolves a condition for its errors and its subqueries. */
  readonly resolve: (condition: ExpressionSyntax) => Subqueries
  readonly resolving: Resolving
}

/** Lets sources look into what they can. @returns the same where nothing changes */
export function holdSubqueries(conditioned: Conditioned, { resolve, resolving }: Holding): Conditioned {
  const { relation, where } = conditioned
  const { pushing } = resolving
  const conditions = conjuncts(where)
  const parts = relation.parts ?? [relation]
  if (pushing === undefined || parts.every(({ remote }) => remote === undefined) || !conditions.some(hasQuery)) return conditioned
  const held = new Map<Relation, RemotePart>()
  const kept = conditions.filter((condition) => {
    if (!hasQuery(condition)) return true
    const forget = resolving.mark()
    const subqueries = resolve(condition)
    forget()
    return !parts.some((part) => hold({ condition, subqueries, relation }, part, { held, resolving }))
  })
  return held.size === 0 ? conditioned : { relation: replaced(relation, where, { held, resolving }), where: allOf(kept) }
}

interface Asked {
  readonly condition: ExpressionSyntax
  readonly subqueries: Subqueries
  readonly relation: Relation
}

interface Held {
  readonly held: Map<Relation, RemotePart>
  readonly resolving: Resolving
}

/** @returns whether the part has taken the condition */
function hold(asked: Asked, part: Relation, { held, resolving }: Held): boolean {
  const remote = held.get(part) ?? part.remote
  if (remote === undefined || resolving.pushing === undefined) return false
  const { pushing } = resolving
  const built = building(() => {
    const holding = withCondition(remote, asked)
    const forget = resolving.mark()
    readingOf(holding, part, { pushing, newAlias: () => '' })
    forget()
    return holding
  })
  if (built.is === 'pushed') held.set(part, built.thing)
  else pushing.note(remote.handles, built.why)
  return built.is === 'pushed'
}

/** @throws {Stays} */
function withCondition(part: RemotePart, { condition, subqueries, relation }: Asked): RemotePart {
  const tables: SourceTable[] = [...part.tables]
  const isAlone = isQuery(condition)
  const open = (query: QuerySyntax, use: 'exists' | 'in' | 'scalar'): OpenInside => {
    const found = subqueries.get(query)?.inside
    if (found?.is !== 'pushed') throw new Stays(whyNot(found))
    check(found.thing, part, { use, isAlone })
    const from = tables.length
    tables.push(...found.thing.tables)
    return openedAt(found.thing, from, part)
  }
  const reading: Reading = { at: surroundings(relation, subqueries), columns: part.columns, allowsAggregates: false, open }
  const read = readExpression(condition, reading)
  return { ...part, tables, filter: [...part.filter, read] }
}

function surroundings({ fields }: Relation, subqueries: Subqueries): Surroundings {
  const subquery = (query: QuerySyntax): ResolvedSubquery => {
    const found = subqueries.get(query)
    if (found === undefined) throw new ServiceError('unsupported', say`a subquery in ${'WHERE'} is not offered`)
    return found
  }
  return { scope: scopeOf(fields), clause: 'WHERE', aggregates: 'forbidden', aliases: undefined, subquery }
}

interface SubqueryUse {
  readonly use: 'exists' | 'in' | 'scalar'
  /** Whether it is the whole condition. */
  readonly isAlone: boolean
}

/** Sources compute what depends on a row once for each row, unless it only asks whether there is one. @throws {Stays} */
function check(inside: Inside, part: RemotePart, { use, isAlone }: SubqueryUse): void {
  if (!isSameSource(part, inside)) throw new Stays(say`a subquery over another source is computed here`)
  if (use === 'scalar' && inside.inside.groupBy?.length !== 0)
    throw new Stays(say`a subquery that may give several values is computed here`)
  // Unknown is neither true nor false in what stands around it, which not every source keeps apart.
  if (use === 'in' && !isAlone) throw new Stays(say`${'IN (SELECT …)'} inside of another condition is computed here`)
  if (inside.around.length === 0) return
  if (use === 'scalar' || !isAlone) throw new Stays(say`a value that is computed anew for each row is computed here`)
  if (use === 'exists' && !isTied(inside)) throw new Stays(say`a join without equal columns is done here`)
}

/** With its tables counted on, and what it names of the query around it as that has it. @throws {Stays} */
function openedAt({ inside, output, around }: Inside, from: number, { columns }: RemotePart): OpenInside {
  const replace = (relation: number): RemoteExpression | undefined => {
    if (relation >= 0) return undefined
    const column = columns.get(around[-1 - relation] as string)
    if (column === undefined) throw new Stays(say`a subquery over several sources is computed here`)
    return column
  }
  const move = <Thing extends object>(thing: Thing): Thing => placed(thing, (relation) => relation + from, replace)
  return { inside: move(inside), output: output === undefined ? undefined : move(output) }
}

function replaced(relation: Relation, where: ExpressionSyntax | undefined, { held, resolving }: Held): Relation {
  const { pushing, newAlias } = resolving
  if (pushing === undefined) return relation
  const moved = new Map<string, Field>()
  const parts = (relation.parts ?? [relation]).map((part) => {
    const remote = held.get(part)
    if (remote === undefined) return part
    const reading = readingOf(remote, part, { pushing, newAlias })
    part.fields.forEach((field, index) => moved.set(field.sql, reading.fields[index] as Field))
    return reading
  })
  const fields = relation.fields.map((field) => ({ ...field, sql: moved.get(field.sql)?.sql ?? field.sql }))
  const [first, ...others] = parts as [Relation, ...Relation[]]
  if (relation.parts === undefined) return { sql: first.sql, fields, ...(first.remote === undefined ? {} : { remote: first.remote }) }
  const sql = others.reduce((left, { sql: right }) => `(${left} CROSS JOIN ${right})`, first.sql)
  meetKeys({ condition: where, narrowed: 'both', relation: { sql, fields }, leftFields: 0 }, pushing)
  return { sql, fields, parts }
}

function allOf(conditions: readonly ExpressionSyntax[]): ExpressionSyntax | undefined {
  const [first, ...others] = conditions
  return others.reduce<ExpressionSyntax | undefined>(
    (left, right) => (left === undefined ? right : { kind: 'binary', op: 'AND', left, right }),
    first,
  )
}

/** Whether it is a subquery that asks for rows, or that there are none. */
function isQuery(syntax: ExpressionSyntax): boolean {
  const { kind } = syntax
  if (kind !== 'not') return kind === 'exists' || kind === 'inQuery'
  const { operand } = syntax
  return operand.kind === 'inQuery' ? !operand.negated : operand.kind === 'exists'
}

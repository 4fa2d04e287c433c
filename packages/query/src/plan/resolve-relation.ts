// What stands in FROM, resolved: tables, views, WITH queries, subqueries, table functions, and joins of them.

import { ServiceError, say } from '@tributary/rules'
import type { Bound } from './bound.ts'
import { resolveLateralView } from './resolve-generator.ts'
import { resolveExpression } from './resolve-expression.ts'
import { resolveJoin, type Sides } from './resolve-join.ts'
import { resolvePivot } from './resolve-pivot.ts'
import { partOfHandedOn } from './push/hand-on.ts'
import { joinSides } from './push/join-sides.ts'
import { partOfTable } from './push/remote-part.ts'
import {
  fieldsOf,
  innerFrame,
  renamed,
  scopeOf,
  type Fragment,
  type Frame,
  type NamedQuery,
  type Relation,
  type Resolving,
} from './resolving.ts'
import type { Field } from './scope.ts'
import { isIntegral } from './spark-types.ts'
import type { RelationSyntax, SampleSyntax } from './syntax.ts'
import { columnsOfView, insideView, type ReadView } from './views.ts'

type Of<Kind extends RelationSyntax['kind']> = Extract<RelationSyntax, { kind: Kind }>

/** Resolves a part of FROM. @throws {ServiceError} `semantic`, `unsupported`, `exhausted` */
export function resolveRelation(syntax: RelationSyntax, frame: Frame, resolving: Resolving): Relation {
  switch (syntax.kind) {
    case 'table':
      return resolveName(syntax, frame, resolving)
    case 'subquery':
      return derived(resolving.query(syntax.query, innerFrame(frame)), syntax, resolving)
    case 'join':
      return resolveSides(syntax, frame, resolving)
    case 'aliased':
      return aliased(resolveRelation(syntax.input, frame, resolving), syntax)
    case 'tableFunction':
      return resolveTableFunction(syntax, resolving)
    case 'lateralView':
      return resolveLateralView(syntax, syntax.input === undefined ? undefined : resolveRelation(syntax.input, frame, resolving), resolving)
    case 'pivot':
      return resolvePivot(syntax, resolveRelation(syntax.input, frame, resolving), resolving)
    case 'sample':
      return sampled(resolveRelation(syntax.input, frame, resolving), syntax.sample, resolving)
  }
}

/** A LATERAL side sees the columns to its left. */
function resolveSides(syntax: Of<'join'>, frame: Frame, resolving: Resolving): Relation {
  const left = resolveRelation(syntax.left, frame, resolving)
  const { right } = syntax
  if (right.kind !== 'subquery' || right.isLateral !== true)
    return joinedSides(syntax, { left, right: resolveRelation(right, frame, resolving) }, resolving)
  const query = resolving.query(right.query, { ...innerFrame(frame, scopeOf(left.fields)), isLateral: true })
  const relation = derived(query, right, resolving)
  return resolveJoin(syntax, { left, right: { ...relation, sql: `LATERAL ${relation.sql}` } })
}

/** Relations side by side are remembered one by one: WHERE may say how they meet. */
function joinedSides(syntax: Of<'join'>, sides: Sides, resolving: Resolving): Relation {
  const joined = resolveJoin(syntax, sides)
  const isProduct = (syntax.type === 'cross' || syntax.type === 'inner') && syntax.condition.kind === 'none'
  if (isProduct) return { ...joined, parts: [sides.left, sides.right].flatMap((side) => side.parts ?? [side]) }
  return joinSides(syntax, { sides, joined }, resolving)
}

function derived(query: Fragment, { alias, columnAliases }: Of<'subquery'>, resolving: Resolving): Relation {
  return relationOf(query, { qualifiers: alias === undefined ? [] : [alias], columnAliases }, resolving)
}

interface Called {
  readonly qualifiers: readonly string[]
  readonly columnAliases: readonly string[]
}

function relationOf(query: Fragment, { qualifiers, columnAliases }: Called, resolving: Resolving): Relation {
  const relation = resolving.newAlias()
  const names = qualifiers.map((name) => name.toLowerCase())
  const fields = hopeful(fieldsOf(renamed(query.columns, columnAliases), relation, names), resolving)
  return { sql: `(${query.sql}) AS ${relation}`, fields, remote: partOfHandedOn(query.handed, fields) }
}

function hopeful(fields: readonly Field[], { isQuick }: Resolving): readonly Field[] {
  return isQuick ? fields.map((field) => ({ ...field, isQuick })) : fields
}

/** A join or a sample under one name. */
function aliased(input: Relation, { alias, columnAliases }: Of<'aliased'>): Relation {
  if (alias === undefined) return input
  const visible = input.fields.filter((field) => field.isHidden !== true)
  const names = renamed(visible, columnAliases)
  return { ...input, fields: names.map((field) => ({ ...field, qualifiers: [alias.toLowerCase()] })) }
}

/** `TABLESAMPLE (5 ROWS)` is LIMIT 5, as in Spark; of (5 PERCENT) each row has its own chance. */
function sampled(input: Relation, { unit, count }: SampleSyntax, resolving: Resolving): Relation {
  const relation = resolving.newAlias()
  const items = input.fields.map((field, index) => `${field.sql} AS c${index}`)
  const fields = input.fields.map((field, index): Field => ({ ...field, sql: `${relation}.c${index}` }))
  const kept = unit === 'rows' ? `LIMIT ${count}` : `WHERE ${count >= 100 ? 'true' : `random() < ${(count / 100).toFixed(12)}`}`
  return { sql: `(SELECT ${items.join(', ')} FROM ${input.sql} ${kept}) AS ${relation}`, fields }
}

function resolveName(syntax: Of<'table'>, frame: Frame, resolving: Resolving): Relation {
  const parts = syntax.parts.map((part) => part.toLowerCase())
  const named = parts.length === 1 ? frame.names.get(parts[0] as string) : undefined
  if (named !== undefined) return resolveNamed(named, syntax, { frame, resolving })
  const [database, name] = parts.length === 2 ? (parts as [string, string]) : [frame.currentDatabase, parts[0] as string]
  const view = parts.length > 2 ? undefined : resolving.findView({ database, name })
  if (view !== undefined) return resolveView(view, syntax, { frame, resolving })
  const table = parts.length > 2 ? undefined : resolving.findTable({ database, name })
  if (table === undefined)
    throw new ServiceError('semantic', say`Table or view not found: ${parts.length > 2 ? parts.join('.') : `${database}.${name}`}`)
  const placeholder = resolving.occurrenceOf(table)
  const relation = resolving.newAlias()
  const qualifiers = syntax.alias === undefined ? [name, `${database}.${name}`] : [syntax.alias.toLowerCase()]
  const fields = fieldsOf(renamed(table.columns, syntax.columnAliases), relation, qualifiers)
  return {
    sql: `${placeholder} AS ${relation}`,
    fields: hopeful(fields, resolving),
    remote: partOfTable(table, placeholder.slice(1, -1), fields),
  }
}

interface Around {
  readonly frame: Frame
  readonly resolving: Resolving
}

/** Each use of a view is a reading of its own; names of the query around it mean nothing in it. */
function resolveView(view: ReadView, syntax: Of<'table'>, { frame, resolving }: Around): Relation {
  const query = insideView(view, frame.openViews, () =>
    resolving.query(view.syntax, {
      ...innerFrame(frame),
      names: new Map(),
      currentDatabase: view.currentDatabase,
      openViews: [...frame.openViews, view],
    }),
  )
  const { database, name } = view.name
  const qualifiers = syntax.alias === undefined ? [name, `${database}.${name}`] : [syntax.alias]
  const relation = relationOf(query, { qualifiers, columnAliases: [] }, resolving)
  return { ...relation, fields: renamed(columnsOfView(view, relation.fields), syntax.columnAliases) }
}

/** Each use of a WITH query is a reading of its own, as in Spark. */
function resolveNamed(named: NamedQuery, syntax: Of<'table'>, { frame, resolving }: Around): Relation {
  const query = resolving.query(named.table.query, { ...innerFrame(frame), names: named.names })
  const columns = renamed(query.columns, named.table.columnAliases)
  const called = { qualifiers: [syntax.alias ?? named.table.name], columnAliases: syntax.columnAliases }
  return relationOf({ ...query, columns }, called, resolving)
}

/** `range(end)`, `range(start, end)` or `range(start, end, step)`; a number of parts behind them means nothing here. */
function resolveTableFunction(syntax: Of<'tableFunction'>, resolving: Resolving): Relation {
  const { name, alias, columnAliases } = syntax
  if (name !== 'range')
    throw new ServiceError('unsupported', say`table function ${name} is not offered; FROM takes tables and subqueries, and range(…)`)
  const at = { scope: scopeOf([]), clause: 'range', aggregates: 'forbidden', aliases: undefined, subquery: undefined } as const
  const bounds = syntax.args.map((arg) => rangeBound(resolveExpression(arg, at)))
  if (bounds.length < 1 || bounds.length > 4 || bounds[2] === 'CAST(0 AS BIGINT)')
    throw new ServiceError('semantic', say`range takes an end, or a start, an end and a step that is not 0`)
  const [start, end, step] = bounds.length === 1 ? ['0', bounds[0] as string, '1'] : [bounds[0], bounds[1], bounds[2] ?? '1']
  const query = {
    sql: `SELECT * FROM range(${start}, ${end}, ${step}) AS v(c0)`,
    columns: [{ name: 'id', type: { kind: 'bigint' } }],
    loose: [],
  } as const
  return relationOf(query, { qualifiers: alias === undefined ? [] : [alias], columnAliases }, resolving)
}

function rangeBound(bound: Bound): string {
  if (bound.constant === undefined || !isIntegral(bound.type))
    throw new ServiceError('unsupported', say`range takes whole numbers written out; ${bound.name} is not one`)
  return `CAST(${bound.constant} AS BIGINT)`
}

// One SELECT: relation, conditions, groups, outputs and order, each resolved in the scope that it sees.
//
//   SELECT name FROM t ORDER BY name   →   SELECT r0.c1 AS c0 FROM ⟦s_…⟧ AS r0 ORDER BY r0.c1 ASC NULLS FIRST

import { ServiceError, say } from '@tributary/rules'
import type { Bound } from './bound.ts'
import { resolveCondition, resolveExpression, type ResolvedSubquery, type Surroundings } from './resolve-expression.ts'
import { isGenerator, resolveLateralView } from './resolve-generator.ts'
import { resolveGroups, type Groups, type OpenItem } from './resolve-groups.ts'
import { orderTail, orderTarget, orderText } from './resolve-order.ts'
import type { Block } from './push/block.ts'
import { handOn } from './push/hand-on.ts'
import { holdSubqueries } from './push/hold-subqueries.ts'
import { insideOf } from './push/inside.ts'
import { joinParts } from './push/join-parts.ts'
import { narrowParts } from './push/narrow-parts.ts'
import { meetSubqueries } from './push/meet-subqueries.ts'
import { pushGroups } from './push/push-groups.ts'
import { pushLimit } from './push/push-limit.ts'
import { resolveRelation } from './resolve-relation.ts'
import { checkWidth, clause, innerFrame, type Fragment, type Frame, type Relation, type Resolving } from './resolving.ts'
import { columnOf, findColumn, type Field, type Scope } from './scope.ts'
import { partType, type SparkType } from './spark-types.ts'
import type { ExpressionSyntax, QuerySyntax, SelectItem, SelectSyntax } from './syntax.ts'

/** A resolved select; `isOneRow` when it aggregates everything into one. */
export interface SelectFragment extends Fragment {
  readonly isOneRow: boolean
}

interface Output {
  readonly bound: Bound
  readonly name: string
}

/** What the parts of one select share. */
interface Selecting {
  readonly body: SelectSyntax
  readonly frame: Frame
  readonly resolving: Resolving
  /** Where subqueries are remembered. */
  readonly met?: Map<QuerySyntax, Fragment>
}

/**
 * Resolves a select with the ORDER BY and LIMIT of its query.
 * @param isResult - whether its rows are those of the statement, whose types have to be exact
 * @throws {ServiceError} `semantic`, `unsupported`, `exhausted`
 */
export function resolveSelect(syntax: QuerySyntax, written: Selecting, isResult: boolean): SelectFragment {
  const { relation, items, body } = openItems(written)
  const met = new Map<QuerySyntax, Fragment>()
  const selecting = { ...written, body, met }
  const { frame } = selecting
  const fields = relation?.fields ?? []
  const plain: Scope = { fields, outer: undefined, groups: new Set() }
  const correlated: Scope = { ...plain, outer: frame.outer }
  const where = body.where === undefined ? undefined : resolveCondition(body.where, surroundings(correlated, 'WHERE', selecting))
  const groups = resolveGroups(body.groupBy, items, { ...surroundings(plain, 'GROUP BY', selecting), subquery: undefined })
  const keys = new Set(groups.keys.map((key) => key.sql))
  const scope: Scope = { ...plain, groups: keys, ...(groups.hasSets ? { groupingKeys: [...keys] } : {}) }
  const outputs = items.map((item) => outputOf(item, frame.isLateral ? { ...scope, outer: frame.outer } : scope, selecting))
  const having = resolveHaving(outputs, { ...scope, outer: frame.outer }, selecting)
  const isGrouped = body.groupBy !== undefined || having !== undefined || outputs.some((output) => output.bound.hasAggregate)
  const order = resolveOrder(syntax, { ...selecting, outputs, scope, isGrouped })
  const bounds = outputs.map((output) => output.bound)
  if (isGrouped) checkGrouped([...bounds, ...(having === undefined ? [] : [having]), ...order.bound], scope)
  const loose = [where, having, ...bounds].flatMap((part) => part?.loose ?? []).filter((entry) => entry.scope !== fields)
  if (frame.outer !== undefined && syntax.limit !== undefined && loose.length > 0)
    throw new ServiceError('unsupported', say`LIMIT in a subquery that depends on the query around it is not offered`)
  const comments = new Map(fields.flatMap(({ sql, comment }) => (comment === undefined ? [] : [[sql, { comment }] as const])))
  const columns = outputs.map(({ name, bound }, index) => {
    const handedOn = isColumn(items[index] as OpenItem) ? comments.get(bound.sql) : undefined
    return { name, type: bound.type, ...handedOn }
  })
  const block: Block = {
    syntax,
    body,
    relation,
    items,
    outputs,
    keys: groups.keys,
    isGrouped,
    hasSets: groups.hasSets,
    resolving: selecting.resolving,
    at: { ...surroundings(plain, 'SELECT', selecting), subquery: undefined },
    subquery: surroundings(plain, 'HAVING', selecting).subquery,
    isLoose: frame.outer !== undefined && loose.length > 0,
    list: (listed) => listText(listed, frame.titles(columns), isResult),
  }
  const isOneRow = isGrouped && groups.sql === ''
  const inside = frame.outer === undefined || selecting.resolving.pushing === undefined ? undefined : insideOf(block, frame.outer)
  const pushed = pushGroups(block)
  if (pushed !== undefined) return { sql: pushed, columns, loose, isOneRow, inside }
  pushLimit(block)
  if (relation !== undefined && selecting.resolving.pushing !== undefined)
    meetSubqueries({ relation, where: body.where, met }, selecting.resolving.pushing)
  const sql =
    `SELECT ${body.distinct ? 'DISTINCT ' : ''}${listText(outputs, frame.titles(columns), isResult)}` +
    clause('FROM', relation?.sql) +
    clause('WHERE', where?.sql) +
    clause('GROUP BY', groupText(groups, isGrouped)) +
    clause('HAVING', havingText(having, groups)) +
    orderTail(order.texts, syntax.limit)
  const rows = relation === undefined || syntax.limit !== undefined ? undefined : { relation, where: body.where, isGrouped }
  return { sql, columns, loose, isOneRow, handed: handOn(block), inside, rows }
}

/** A column as it stands, under its own name or another. */
function isColumn(item: OpenItem): boolean {
  return 'field' in item || item.expression.kind === 'column'
}

function groupText(groups: Groups, isGrouped: boolean): string {
  return isGrouped ? groups.sql : ''
}

/** Without any row Spark gives no grand total either. */
function havingText(having: Bound | undefined, { hasSets }: Groups): string | undefined {
  if (!hasSets) return having?.sql
  return having === undefined ? 'count(*) > 0' : `count(*) > 0 AND ${having.sql}`
}

/** A rewrite over a bare NULL may have lost its type in DuckDB; in the result it has to be there. */
function listText(outputs: readonly Output[], titles: readonly string[], isResult: boolean): string {
  const texts = outputs.map(({ bound }) =>
    isResult && bound.columnName === undefined ? `CAST(${bound.sql} AS ${partType(bound.type)})` : bound.sql,
  )
  return texts.map((text, index) => `${text} AS ${titles[index]}`).join(', ')
}

/** Opens stars, and takes a generator out of the list: it stands beside the relation, as behind LATERAL VIEW. */
function openItems(selecting: Selecting): {
  readonly relation: Relation | undefined
  readonly items: readonly OpenItem[]
  readonly body: SelectSyntax
} {
  const { resolving } = selecting
  const { from, body } = openFrom(selecting)
  const fields = from?.fields ?? []
  const made = body.items.filter((item) => isGenerator(item.expression))
  if (made.length > 1)
    throw new ServiceError(
      'semantic',
      say`Only one generator allowed per select clause but found ${made.length}; put the others behind LATERAL VIEW`,
    )
  const [generator] = made
  const relation = generator === undefined ? from : withGenerator(generator, from, resolving)
  const kept = relation?.fields.slice(0, fields.length) ?? []
  const items = body.items.flatMap((item) => (item === generator ? generatedItems(relation, fields.length) : openItem(item, kept)))
  checkWidth(items.length)
  return { relation, items, body }
}

/** What stands in FROM, and the select without the conditions that its sources see to. */
function openFrom(selecting: Selecting): { readonly from: Relation | undefined; readonly body: SelectSyntax } {
  const { body, frame, resolving } = selecting
  if (body.from === undefined) return { from: undefined, body }
  const beside = joinParts(resolveRelation(body.from, frame, resolving), body.where, resolving)
  const resolve = (condition: ExpressionSyntax): ReadonlyMap<QuerySyntax, Fragment> => {
    const met = new Map<QuerySyntax, Fragment>()
    const scope = { fields: beside.fields, outer: frame.outer, groups: new Set<string>() }
    resolveCondition(condition, surroundings(scope, 'WHERE', { ...selecting, met }))
    return met
  }
  const { relation, where } = holdSubqueries({ relation: beside, where: body.where }, { resolve, resolving })
  narrowParts(relation, where, resolving.pushing)
  return { from: relation, body: where === body.where ? body : { ...body, where } }
}

function withGenerator(item: SelectItem, from: Relation | undefined, resolving: Resolving): Relation {
  const { expression, alias, columnAliases = alias === undefined ? [] : [alias] } = item
  if (!isGenerator(expression)) throw new TypeError('a generator is a call')
  return resolveLateralView(
    { kind: 'lateralView', input: undefined, isOuter: false, call: expression, alias: undefined, columnAliases },
    from,
    resolving,
  )
}

function generatedItems(relation: Relation | undefined, from: number): readonly OpenItem[] {
  return (relation?.fields ?? []).slice(from).map((field) => ({ field, alias: field.name }))
}

function openItem(item: SelectItem, fields: readonly Field[]): readonly OpenItem[] {
  const { expression } = item
  if (item.columnAliases !== undefined)
    throw new ServiceError('semantic', say`several aliases stand behind one value; only a generator gives several columns`)
  if (expression.kind !== 'star') return [item]
  const table = expression.table?.toLowerCase()
  const opened = fields.filter((field) => (table === undefined ? field.isHidden !== true : field.qualifiers.includes(table)))
  const parts = opened.length === 0 && expression.table !== undefined ? structItems(expression.table.split('.'), fields) : []
  if (parts.length > 0) return parts
  if (opened.length === 0)
    throw new ServiceError(
      'semantic',
      say`cannot resolve '${expression.table === undefined ? '*' : `${expression.table}.*`}': no such relation in FROM`,
    )
  return opened.map((field) => ({ field, alias: undefined }))
}

/** `s.*` of a struct: its fields, one by one. */
function structItems(parts: readonly string[], fields: readonly Field[]): readonly SelectItem[] {
  for (let count = parts.length; count > 0; count -= 1) {
    const found = findColumn({ fields, outer: undefined, groups: new Set() }, parts.slice(0, count))
    const type = found === undefined ? undefined : typeOfField(found.field.type, parts.slice(count))
    if (type?.kind === 'struct')
      return type.fields.map(({ name }) => ({ expression: { kind: 'column', parts: [...parts, name] }, alias: name }))
  }
  return []
}

function typeOfField(type: SparkType, path: readonly string[]): SparkType | undefined {
  const [name, ...rest] = path
  if (name === undefined) return type
  const field = type.kind === 'struct' ? type.fields.find((each) => each.name.toLowerCase() === name.toLowerCase()) : undefined
  return field === undefined ? undefined : typeOfField(field.type, rest)
}

function outputOf(item: OpenItem, scope: Scope, selecting: Selecting): Output {
  if ('field' in item) return { bound: columnOf(item.field, scope), name: item.alias ?? item.field.name }
  const bound = resolveExpression(item.expression, {
    ...surroundings(scope, 'SELECT', selecting),
    aggregates: 'allowed',
    windows: selecting.body.windows,
  })
  return { bound, name: item.alias ?? bound.columnName ?? bound.name }
}

function resolveHaving(outputs: readonly Output[], scope: Scope, selecting: Selecting): Bound | undefined {
  const { having } = selecting.body
  if (having === undefined) return undefined
  const at = surroundings(scope, 'HAVING', selecting)
  return resolveCondition(having, { ...at, aggregates: 'allowed', aliases: aliasesOf(outputs, false, scope) })
}

interface Ordering extends Selecting {
  readonly outputs: readonly Output[]
  readonly scope: Scope
  readonly isGrouped: boolean
}

function resolveOrder(
  { orderBy, distributeBy }: QuerySyntax,
  about: Ordering,
): { readonly texts: readonly string[]; readonly bound: readonly Bound[] } {
  const { outputs, scope, isGrouped, body } = about
  const at: Surroundings = {
    ...surroundings(scope, 'ORDER BY', about),
    aggregates: isGrouped ? 'allowed' : 'forbidden',
    windows: body.windows,
    aliases: aliasesOf(outputs, true, scope),
    subquery: undefined,
  }
  for (const part of distributeBy) resolveExpression(part, { ...at, clause: 'DISTRIBUTE BY' })
  const bounds = outputs.map((output) => output.bound)
  const bound = orderBy.map((item) => orderTarget(item, bounds, at))
  const stranger = body.distinct ? bound.find((value) => !bounds.some((output) => output.sql === value.sql)) : undefined
  if (stranger !== undefined)
    throw new ServiceError('semantic', say`ORDER BY ${stranger.name} has to be in the select list of SELECT DISTINCT`)
  return { texts: orderBy.map((item, index) => orderText(item, bound[index] as Bound, bounds)), bound }
}

function surroundings(scope: Scope, clauseName: string, { frame, resolving, met }: Selecting): Surroundings {
  return {
    scope,
    clause: clauseName,
    aggregates: 'forbidden',
    aliases: undefined,
    currentDatabase: resolving.currentDatabase,
    subquery: (syntax, use, around) => resolveSubquery(syntax, { use, around, frame, resolving, met }),
  }
}

interface SubqueryUse {
  readonly use: 'exists' | 'in' | 'scalar'
  readonly around: Scope
  readonly frame: Frame
  readonly resolving: Resolving
  readonly met: Map<QuerySyntax, Fragment> | undefined
}

/** A subquery sees the select around it, and none further out, as in Spark. */
function resolveSubquery(syntax: QuerySyntax, { use, around, frame, resolving, met }: SubqueryUse): ResolvedSubquery {
  const query: Fragment & Partial<SelectFragment> = resolving.query(syntax, innerFrame(frame, { ...around, outer: undefined }))
  if (use === 'scalar' && query.loose.length > 0 && query.isOneRow !== true)
    throw new ServiceError('semantic', say`Correlated scalar subqueries must be aggregated`)
  met?.set(syntax, query)
  return query
}

/** Finds outputs by their names. @param areFirst - whether an alias hides a column */
function aliasesOf(outputs: readonly Output[], areFirst: boolean, scope: Scope): Surroundings['aliases'] {
  const find = (name: string): Bound | undefined => {
    const found = outputs.filter((output) => output.name.toLowerCase() === name.toLowerCase())
    const texts = new Set(found.map((output) => output.bound.sql))
    if (texts.size > 1) {
      // Spark then looks for a column of that name below.
      if (areFirst && findColumn({ ...scope, outer: undefined }, [name]) !== undefined) return undefined
      throw new ServiceError('semantic', say`Reference '${name}' is ambiguous: several outputs have this name`)
    }
    const bound = found[0]?.bound
    if (bound === undefined || areFirst) return bound
    // Rules of Spark differ on which one HAVING means.
    const field = findColumn({ ...scope, outer: undefined }, [name])
    if (field !== undefined && field.field.sql !== bound.sql)
      throw new ServiceError('unsupported', say`${name} is both a column and an alias here; give the alias another name`)
    return bound
  }
  return { find, areFirst }
}

function checkGrouped(values: readonly Bound[], scope: Scope): void {
  for (const value of values) {
    const loose = value.loose.find((entry) => entry.scope === scope.fields)
    if (loose !== undefined) {
      throw new ServiceError(
        'semantic',
        say`expression '${loose.name}' is neither present in the group by, nor is it an aggregate function. Add it to GROUP BY, or put it into an aggregate, for instance max().`,
      )
    }
  }
}

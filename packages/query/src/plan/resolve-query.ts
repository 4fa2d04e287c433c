// Query syntax to DuckDB text: tables are looked up, stars opened, grouping checked, order and limits kept as Spark means them.
//
//   SELECT name FROM t ORDER BY name   →   SELECT r0.c1 AS c0 FROM ⟦s_…⟧ AS r0 ORDER BY r0.c1 ASC NULLS FIRST
//
// No name of the user reaches DuckDB but the columns of stand-ins and the titles of the result, both quoted; relations and columns in between are r0, c0 ..

import { randomBytes } from 'node:crypto'
import { ServiceError, say } from '@tributary/rules'
import type { SourceTable } from '../source.ts'
import type { Bound } from './bound.ts'
import { castTo } from './casts.ts'
import { comparison } from './operators.ts'
import { resolveCondition, resolveExpression, type ResolvedSubquery, type Surroundings } from './resolve-expression.ts'
import { columnOf, findColumn, type Field, type Scope } from './scope.ts'
import { commonType, duckType, quoteName, sameType, typeName, type SparkType } from './spark-types.ts'
import type { CommonTable, ExpressionSyntax, OrderItem, QueryBody, QuerySyntax, RelationSyntax, SelectItem } from './syntax.ts'

/** One use of a table in the query. */
export interface Occurrence {
  readonly handle: string
  readonly table: SourceTable
}

/** A column of a query's result. */
export interface OutputColumn {
  readonly name: string
  readonly type: SparkType
}

/** A resolved query; `sql` names each table by `placeholder(handle)`. */
export interface ResolvedQuery {
  readonly sql: string
  readonly columns: readonly OutputColumn[]
  readonly occurrences: readonly Occurrence[]
}

/** What stands for a table in the text until its columns are known. */
export function placeholder(handle: string): string {
  return `⟦${handle}⟧`
}

/** Most uses of tables in one query: a WITH that names itself twice, again and again, must not grow without end. */
const maxOccurrences = 200

/** Most columns of one select: a job takes two seconds for each thousand of them, and stars over stars must not grow without end. */
const maxColumns = 2_000

/**
 * Resolves a whole query.
 * @param tables - those that the query may name
 * @throws {ServiceError} `semantic`, `unsupported`, `exhausted`
 */
export function resolveQuery(syntax: QuerySyntax, currentDatabase: string, tables: readonly SourceTable[]): ResolvedQuery {
  const resolver = new Resolver(currentDatabase.toLowerCase(), tables)
  const { sql, columns } = resolver.query(syntax, { names: new Map(), outer: undefined, titles: uniqueTitles })
  if (columns.some(({ name }) => name.includes('\0')))
    throw new ServiceError('unsupported', say`a name of a result column with a NUL character is not offered; give the column an alias`)
  return { sql, columns, occurrences: resolver.occurrences }
}

interface Fragment {
  readonly sql: string
  readonly columns: readonly OutputColumn[]
  readonly loose: Bound['loose']
}

interface NamedQuery {
  readonly table: CommonTable
  readonly names: Names
}

type Names = ReadonlyMap<string, NamedQuery>

/** What holds around a query: names given by WITH, the select around it, and how its outputs are called. */
interface Frame {
  readonly names: Names
  readonly outer: Scope | undefined
  readonly titles: (columns: readonly OutputColumn[]) => readonly string[]
}

interface Relation {
  readonly sql: string
  readonly fields: readonly Field[]
}

class Resolver {
  readonly occurrences: Occurrence[] = []
  readonly #currentDatabase: string
  readonly #tables: readonly SourceTable[]
  #relations = 0

  constructor(currentDatabase: string, tables: readonly SourceTable[]) {
    this.#currentDatabase = currentDatabase
    this.#tables = tables
  }

  query(syntax: QuerySyntax, around: Frame): Fragment {
    const frame = { ...around, names: withNames(syntax.with, around.names) }
    if (syntax.body.kind === 'select') return this.#select(syntax.body, syntax, frame)
    const body = this.#body(syntax.body, { ...frame, titles: plainTitles })
    const relation = this.#alias()
    const fields = fieldsOf(body.columns, relation, [])
    const scope: Scope = { fields, outer: undefined, groups: new Set() }
    const titles = frame.titles(body.columns)
    const items = fields.map((field, index) => `${field.sql} AS ${titles[index]}`)
    const at: Surroundings = { scope, clause: 'ORDER BY', aggregates: 'forbidden', aliases: undefined, subquery: undefined }
    const order = syntax.orderBy.map((item) =>
      orderText(
        item,
        this.#orderTarget(
          item,
          fields.map((field) => columnOf(field, scope)),
          at,
        ),
      ),
    )
    return {
      sql: `SELECT ${items.join(', ')} FROM (${body.sql}) AS ${relation}${tail(order, syntax.limit)}`,
      columns: body.columns,
      loose: body.loose,
    }
  }

  #body(body: Exclude<QueryBody, { kind: 'select' }>, frame: Frame): Fragment {
    switch (body.kind) {
      case 'union':
        return this.#union(body, frame)
      case 'values':
        return this.#values(body.rows)
      case 'nested':
        return this.query(body.query, frame)
    }
  }

  #union(body: Extract<QueryBody, { kind: 'union' }>, frame: Frame): Fragment {
    const left = this.query(body.left, frame)
    const right = this.query(body.right, frame)
    if (left.columns.length !== right.columns.length) {
      throw new ServiceError(
        'semantic',
        say`Union can only be performed on tables with the same number of columns, but the first table has ${left.columns.length} columns and the second table has ${right.columns.length} columns`,
      )
    }
    const columns = left.columns.map(({ name, type }, index) => ({
      name,
      type: unionType(index, type, (right.columns[index] as OutputColumn).type),
    }))
    const sides = [left, right].map((side) => this.#widened(side, columns))
    return { sql: sides.join(body.all ? ' UNION ALL ' : ' UNION '), columns, loose: [...left.loose, ...right.loose] }
  }

  #widened(side: Fragment, columns: readonly OutputColumn[]): string {
    const relation = this.#alias()
    const items = fieldsOf(side.columns, relation, []).map((field, index) => {
      const wanted = (columns[index] as OutputColumn).type
      const value = columnOf(field, { fields: [], outer: undefined, groups: new Set() })
      return `${wanted.kind === 'null' ? value.sql : castTo(value, wanted).sql} AS c${index}`
    })
    return `(SELECT ${items.join(', ')} FROM (${side.sql}) AS ${relation})`
  }

  #values(rows: readonly (readonly ExpressionSyntax[])[]): Fragment {
    const at: Surroundings = {
      scope: { fields: [], outer: undefined, groups: new Set() },
      clause: 'VALUES',
      aggregates: 'forbidden',
      aliases: undefined,
      subquery: undefined,
    }
    const bound = rows.map((row) => row.map((value) => resolveExpression(value, at)))
    const width = bound[0]?.length ?? 0
    checkWidth(width)
    if (bound.some((row) => row.length !== width))
      throw new ServiceError('semantic', say`the rows of VALUES have different numbers of columns`)
    const columns = Array.from({ length: width }, (_none, index) => ({
      name: `col${index + 1}`,
      type: bound.map((row) => (row[index] as Bound).type).reduce((one, other) => unionType(index, one, other)),
    }))
    const texts = bound.map((row) => `(${row.map((value, index) => castOrNull(value, (columns[index] as OutputColumn).type)).join(', ')})`)
    return {
      sql: `SELECT * FROM (VALUES ${texts.join(', ')}) AS v(${columns.map((_column, index) => `c${index}`).join(', ')})`,
      columns,
      loose: [],
    }
  }

  #select(body: Extract<QueryBody, { kind: 'select' }>, syntax: QuerySyntax, frame: Frame): Fragment {
    const from = body.from === undefined ? undefined : this.#relation(body.from, frame)
    const fields = from?.fields ?? []
    const plain: Scope = { fields, outer: undefined, groups: new Set() }
    const where =
      body.where === undefined ? undefined : resolveCondition(body.where, this.#at({ ...plain, outer: frame.outer }, 'WHERE', frame))
    const items = openStars(body.items, fields)
    checkWidth(items.length)
    const groups = this.#groups(body.groupBy, items, plain, frame)
    const scope: Scope = { ...plain, groups: new Set(groups.map((group) => group.sql)) }
    const outputs = items.map((item) => this.#output(item, scope, frame))
    const having =
      body.having === undefined
        ? undefined
        : resolveCondition(body.having, {
            ...this.#at({ ...scope, outer: frame.outer }, 'HAVING', frame),
            aggregates: 'allowed',
            aliases: aliasesOf(outputs, false, scope),
          })
    const isGrouped = groups.length > 0 || outputs.some((output) => output.bound.hasAggregate) || having?.hasAggregate === true
    if (having !== undefined && !isGrouped)
      throw new ServiceError('unsupported', say`HAVING without GROUP BY and without an aggregate is not offered; use WHERE`)
    const order = this.#selectOrder(syntax.orderBy, { outputs, scope, isGrouped, isDistinct: body.distinct, frame })
    if (isGrouped)
      checkGrouped([...outputs.map((output) => output.bound), ...(having === undefined ? [] : [having]), ...order.bound], scope)
    const columns = outputs.map((output) => ({ name: output.name, type: output.bound.type }))
    const titles = frame.titles(columns)
    // A rewrite over a bare NULL may have lost its type in DuckDB; in the result it has to be there.
    const isResult = frame.titles === uniqueTitles
    const list = outputs.map(
      ({ bound }, index) =>
        `${isResult && bound.columnName === undefined ? `CAST(${bound.sql} AS ${duckType(bound.type)})` : bound.sql} AS ${titles[index]}`,
    )
    const sql =
      `SELECT ${body.distinct ? 'DISTINCT ' : ''}${list.join(', ')}` +
      clause('FROM', from?.sql) +
      clause('WHERE', where?.sql) +
      clause('GROUP BY', groups.length === 0 ? undefined : groups.map((group) => group.sql).join(', ')) +
      clause('HAVING', having?.sql) +
      tail(order.texts, syntax.limit)
    if (frame.outer !== undefined && syntax.limit !== undefined && (where?.loose.length ?? 0) > 0)
      throw new ServiceError('unsupported', say`LIMIT in a subquery that depends on the query around it is not offered`)
    return { sql, columns, loose: [where, having].flatMap((part) => part?.loose ?? []).filter((entry) => entry.scope !== fields) }
  }

  #output(item: OpenItem, scope: Scope, frame: Frame): Output {
    const bound =
      'field' in item
        ? columnOf(item.field, scope)
        : resolveExpression(item.expression, { ...this.#at(scope, 'SELECT', frame), aggregates: 'allowed' })
    return { bound, alias: item.alias, name: item.alias ?? bound.columnName ?? bound.name }
  }

  /** A number is the position of an output, a name that is no column may be an alias. */
  #groups(groupBy: readonly ExpressionSyntax[], items: readonly OpenItem[], scope: Scope, frame: Frame): readonly Bound[] {
    return groupBy.map((syntax) => {
      const position = positionOf(syntax, items.length, 'GROUP BY')
      const alias =
        syntax.kind === 'column' && syntax.parts.length === 1 && findColumn(scope, syntax.parts) === undefined
          ? itemNamed(items, syntax.parts[0] as string)
          : undefined
      const item = position === undefined ? alias : items[position]
      const at = { ...this.#at(scope, 'GROUP BY', frame), subquery: undefined }
      const bound =
        item === undefined
          ? resolveExpression(syntax, at)
          : 'field' in item
            ? columnOf(item.field, scope)
            : resolveExpression(item.expression, at)
      if (bound.constant !== undefined || bound.loose.length === 0)
        throw new ServiceError('unsupported', say`grouping by a constant (${bound.name}) is not offered`)
      return bound
    })
  }

  #selectOrder(orderBy: readonly OrderItem[], about: SelectAbout): { readonly texts: readonly string[]; readonly bound: readonly Bound[] } {
    const { outputs, scope, isGrouped, isDistinct, frame } = about
    const at: Surroundings = {
      ...this.#at(scope, 'ORDER BY', frame),
      aggregates: isGrouped ? 'allowed' : 'forbidden',
      aliases: aliasesOf(outputs, true, scope),
      subquery: undefined,
    }
    const bounds = outputs.map((output) => output.bound)
    const bound = orderBy.map((item) => this.#orderTarget(item, bounds, at))
    const stranger = isDistinct ? bound.find((value) => !bounds.some((output) => output.sql === value.sql)) : undefined
    if (stranger !== undefined)
      throw new ServiceError('semantic', say`ORDER BY ${stranger.name} has to be in the select list of SELECT DISTINCT`)
    return { texts: orderBy.map((item, index) => orderText(item, bound[index] as Bound, bounds)), bound }
  }

  #orderTarget(item: OrderItem, outputs: readonly Bound[], at: Surroundings): Bound {
    const position = positionOf(item.expression, outputs.length, 'ORDER BY')
    const bound = position === undefined ? resolveExpression(item.expression, at) : (outputs[position] as Bound)
    if (bound.type.kind === 'binary') throw new ServiceError('unsupported', say`ordering by a binary column is not offered`)
    return bound
  }

  #at(scope: Scope, clauseName: string, frame: Frame): Surroundings {
    return {
      scope,
      clause: clauseName,
      aggregates: 'forbidden',
      aliases: undefined,
      subquery: (syntax, use, around) => this.#subquery(syntax, use, around, frame),
    }
  }

  #subquery(syntax: QuerySyntax, use: 'exists' | 'in' | 'scalar', around: Scope, frame: Frame): ResolvedSubquery {
    const query = this.query(syntax, { names: frame.names, outer: { ...around, outer: undefined }, titles: plainTitles })
    if (use === 'scalar' && query.loose.length > 0) checkCorrelatedScalar(syntax)
    return query
  }

  #relation(syntax: RelationSyntax, frame: Frame): Relation {
    switch (syntax.kind) {
      case 'table':
        return this.#table(syntax, frame)
      case 'subquery':
        return this.#derived(
          this.query(syntax.query, { names: frame.names, outer: undefined, titles: plainTitles }),
          syntax.alias === undefined ? [] : [syntax.alias],
          syntax.columnAliases,
        )
      case 'join':
        return this.#join(syntax, frame)
    }
  }

  #derived(query: Fragment, qualifiers: readonly string[], columnAliases: readonly string[]): Relation {
    const relation = this.#alias()
    const columns = renamed(query.columns, columnAliases)
    return {
      sql: `(${query.sql}) AS ${relation}`,
      fields: fieldsOf(
        columns,
        relation,
        qualifiers.map((name) => name.toLowerCase()),
      ),
    }
  }

  #table(syntax: Extract<RelationSyntax, { kind: 'table' }>, frame: Frame): Relation {
    const parts = syntax.parts.map((part) => part.toLowerCase())
    const named = parts.length === 1 ? frame.names.get(parts[0] as string) : undefined
    if (named !== undefined) return this.#named(named, syntax)
    const [database, name] = parts.length === 2 ? (parts as [string, string]) : [this.#currentDatabase, parts[0] as string]
    const table =
      parts.length > 2 ? undefined : this.#tables.find((candidate) => candidate.name.database === database && candidate.name.name === name)
    if (table === undefined)
      throw new ServiceError('semantic', say`Table or view not found: ${parts.length > 2 ? parts.join('.') : `${database}.${name}`}`)
    if (this.occurrences.length >= maxOccurrences)
      throw new ServiceError('exhausted', say`the query names tables more than ${maxOccurrences} times; split it`)
    const handle = `s_${randomBytes(8).toString('hex')}`
    this.occurrences.push({ handle, table })
    const relation = this.#alias()
    const qualifiers = syntax.alias === undefined ? [name, `${database}.${name}`] : [syntax.alias.toLowerCase()]
    return {
      sql: `${placeholder(handle)} AS ${relation}`,
      fields: fieldsOf(renamed(table.columns, syntax.columnAliases), relation, qualifiers),
    }
  }

  /** Each use of a WITH query is a reading of its own, as in Spark. */
  #named(named: NamedQuery, syntax: Extract<RelationSyntax, { kind: 'table' }>): Relation {
    const query = this.query(named.table.query, { names: named.names, outer: undefined, titles: plainTitles })
    const columns = renamed(query.columns, named.table.columnAliases)
    return this.#derived({ ...query, columns }, [syntax.alias ?? named.table.name], syntax.columnAliases)
  }

  #join(syntax: Extract<RelationSyntax, { kind: 'join' }>, frame: Frame): Relation {
    const left = this.#relation(syntax.left, frame)
    const right = this.#relation(syntax.right, frame)
    const { condition, type } = syntax
    if (condition.kind === 'using') return this.#joinUsing(syntax, left, right, condition.columns)
    const scope: Scope = { fields: [...left.fields, ...right.fields], outer: undefined, groups: new Set() }
    const on =
      condition.kind === 'on'
        ? resolveCondition(condition.expression, { ...this.#at(scope, 'JOIN', frame), subquery: undefined })
        : undefined
    const fields = type === 'semi' || type === 'anti' ? left.fields : scope.fields
    return { sql: joinText(type, left.sql, right.sql, on?.sql), fields }
  }

  /** The named columns come first and once: from the side that is always there, or from whichever has a value. */
  #joinUsing(syntax: Extract<RelationSyntax, { kind: 'join' }>, left: Relation, right: Relation, names: readonly string[]): Relation {
    const sides = names.map((name) => [onlyField(left, name, 'left'), onlyField(right, name, 'right')] as const)
    const asBound = (field: Field): Bound => columnOf(field, { fields: [], outer: undefined, groups: new Set() })
    const on = sides.map(([one, other]) => comparison('=', asBound(one), asBound(other)).sql).join(' AND ')
    const sql = joinText(syntax.type, left.sql, right.sql, on)
    if (syntax.type === 'semi' || syntax.type === 'anti') return { sql, fields: left.fields }
    const merged = sides.map(([one, other]) => mergedField(syntax.type, one, other))
    const hide = (field: Field): Field => (sides.some((side) => side.includes(field)) ? { ...field, isHidden: true } : field)
    const kept = (field: Field): boolean => field.isHidden !== true
    const [ownLeft, ownRight] = [left.fields.map(hide), right.fields.map(hide)]
    return {
      sql,
      fields: [...merged, ...ownLeft.filter(kept), ...ownRight.filter(kept), ...[...ownLeft, ...ownRight].filter((field) => !kept(field))],
    }
  }

  #alias(): string {
    this.#relations += 1
    return `r${this.#relations - 1}`
  }
}

interface SelectAbout {
  readonly outputs: readonly Output[]
  readonly scope: Scope
  readonly isGrouped: boolean
  readonly isDistinct: boolean
  readonly frame: Frame
}

type OpenItem = SelectItem | { readonly field: Field; readonly alias: undefined }

interface Output {
  readonly bound: Bound
  readonly alias: string | undefined
  readonly name: string
}

function withNames(tables: readonly CommonTable[], around: Names): Names {
  const names = new Map(around)
  for (const table of tables) {
    const name = table.name.toLowerCase()
    if (tables.some((other) => other !== table && other.name.toLowerCase() === name))
      throw new ServiceError('semantic', say`WITH names ${table.name} twice`)
    names.set(name, { table, names: new Map(names) })
  }
  return names
}

function fieldsOf(
  columns: readonly { readonly name: string; readonly type: SparkType }[],
  relation: string,
  qualifiers: readonly string[],
): readonly Field[] {
  return columns.map(({ name, type }, index) => ({ name, type, sql: `${relation}.c${index}`, qualifiers }))
}

function renamed(
  columns: readonly { readonly name: string; readonly type: SparkType }[],
  aliases: readonly string[],
): readonly { readonly name: string; readonly type: SparkType }[] {
  if (aliases.length === 0) return columns
  if (aliases.length !== columns.length)
    throw new ServiceError(
      'semantic',
      say`Number of column aliases does not match number of columns. Number of column aliases: ${aliases.length}; number of columns: ${columns.length}.`,
    )
  return columns.map(({ type }, index) => ({ name: aliases[index] as string, type }))
}

function openStars(items: readonly SelectItem[], fields: readonly Field[]): readonly OpenItem[] {
  return items.flatMap((item): readonly OpenItem[] => {
    const { expression } = item
    if (expression.kind !== 'star') return [item]
    const table = expression.table?.toLowerCase()
    const opened = fields.filter((field) => (table === undefined ? field.isHidden !== true : field.qualifiers.includes(table)))
    if (opened.length === 0)
      throw new ServiceError(
        'semantic',
        say`cannot resolve '${expression.table === undefined ? '*' : `${expression.table}.*`}': no such relation in FROM`,
      )
    return opened.map((field) => ({ field, alias: undefined }))
  })
}

function checkWidth(count: number): void {
  if (count > maxColumns)
    throw new ServiceError('exhausted', say`a query gives ${maxColumns} columns at most, and this one ${count}; name fewer`)
}

function itemNamed(items: readonly OpenItem[], name: string): OpenItem | undefined {
  const found = items.filter((item) => item.alias?.toLowerCase() === name.toLowerCase())
  if (found.length > 1) throw new ServiceError('semantic', say`Reference '${name}' is ambiguous: several outputs have this alias`)
  return found[0]
}

function aliasesOf(outputs: readonly Output[], areFirst: boolean, scope: Scope): Surroundings['aliases'] {
  const find = (name: string): Bound | undefined => {
    const found = outputs.filter((output) => output.name.toLowerCase() === name.toLowerCase())
    const texts = new Set(found.map((output) => output.bound.sql))
    if (texts.size > 1) throw new ServiceError('semantic', say`Reference '${name}' is ambiguous: several outputs have this name`)
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

/** The place that a bare number in ORDER BY or GROUP BY points to, counted from 0. */
function positionOf(syntax: ExpressionSyntax, count: number, where: string): number | undefined {
  if (syntax.kind !== 'literal' || syntax.type !== 'number' || !/^\d+$/.test(syntax.text)) return undefined
  const position = Number(syntax.text)
  if (position < 1 || position > count)
    throw new ServiceError('semantic', say`${where} position ${syntax.text} is not in select list (valid range is [1, ${count}])`)
  return position - 1
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

function checkCorrelatedScalar(syntax: QuerySyntax): void {
  const { body } = syntax
  const isOneRow =
    body.kind === 'select' && body.groupBy.length === 0 && body.items.length === 1 && isAggregateCall(body.items[0]?.expression)
  if (!isOneRow) throw new ServiceError('semantic', say`Correlated scalar subqueries must be aggregated`)
}

function isAggregateCall(syntax: ExpressionSyntax | undefined): boolean {
  return syntax?.kind === 'call' && ['avg', 'count', 'max', 'mean', 'min', 'sum'].includes(syntax.name)
}

function unionType(index: number, one: SparkType, other: SparkType): SparkType {
  const type = commonType(one, other)
  if (type === undefined)
    throw new ServiceError(
      'unsupported',
      say`column ${index + 1} has ${typeName(one)} on one side and ${typeName(other)} on the other; cast them to one type`,
    )
  return type
}

function castOrNull(value: Bound, type: SparkType): string {
  return type.kind === 'null' ? value.sql : castTo(value, type).sql
}

const sides = { left: say`left`, right: say`right` } as const

function onlyField(relation: Relation, name: string, side: 'left' | 'right'): Field {
  const found = relation.fields.filter((field) => field.isHidden !== true && field.name.toLowerCase() === name.toLowerCase())
  if (found.length === 0)
    throw new ServiceError(
      'semantic',
      say`USING column \`${name}\` cannot be resolved on the ${sides[side]} side of the join. The ${sides[side]}-side columns: [${relation.fields.map((field) => field.name).join(', ')}]`,
    )
  if (found.length > 1) throw new ServiceError('semantic', say`Reference '${name}' is ambiguous on the ${sides[side]} side of the join`)
  return found[0] as Field
}

function mergedField(type: string, left: Field, right: Field): Field {
  if (type === 'right') return { ...right, qualifiers: [] }
  if (type !== 'full') return { ...left, qualifiers: [] }
  if (!sameType(left.type, right.type))
    throw new ServiceError(
      'unsupported',
      say`FULL JOIN USING (${left.name}) over ${typeName(left.type)} and ${typeName(right.type)} is not offered; use ON`,
    )
  return { ...left, sql: `coalesce(${left.sql}, ${right.sql})`, qualifiers: [] }
}

const joinWords: Readonly<Record<string, string>> = {
  inner: 'INNER',
  left: 'LEFT',
  right: 'RIGHT',
  full: 'FULL',
  semi: 'SEMI',
  anti: 'ANTI',
}

function joinText(type: string, left: string, right: string, on: string | undefined): string {
  if (on === undefined) return `(${left} CROSS JOIN ${right})`
  return `(${left} ${joinWords[type] ?? 'INNER'} JOIN ${right} ON ${on})`
}

/** NULL is the smallest value in Spark, so it leads ascending and ends descending order. */
function orderText(item: OrderItem, bound: Bound, outputs: readonly Bound[] = []): string {
  const nullsFirst = item.nullsFirst ?? !item.descending
  const position = outputs.findIndex((output) => output.sql === bound.sql)
  return `${position < 0 ? bound.sql : position + 1} ${item.descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`
}

function clause(word: string, sql: string | undefined): string {
  return sql === undefined ? '' : ` ${word} ${sql}`
}

function tail(order: readonly string[], limit: number | undefined): string {
  return (
    clause('ORDER BY', order.length === 0 ? undefined : order.join(', ')) + clause('LIMIT', limit === undefined ? undefined : String(limit))
  )
}

function plainTitles(columns: readonly OutputColumn[]): readonly string[] {
  return columns.map((_column, index) => `c${index}`)
}

/** The user's names, made different where two are alike, since files of results need that. */
export function uniqueTitles(columns: readonly OutputColumn[]): readonly string[] {
  const taken = new Set<string>()
  return columns.map(({ name, type }) => {
    duckType(type)
    let title = name
    for (let count = 1; taken.has(title.toLowerCase()); count += 1) title = `${name}_${count}`
    taken.add(title.toLowerCase())
    return quoteName(title.replaceAll('\0', ''))
  })
}

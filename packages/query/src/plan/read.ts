// Raw tree to our own tree: the allow-list. Every kind of node and every field of it is known here or refused by name.
//
//   { select: { …, qualify: … } }   →   unsupported: QUALIFY is not offered

import { parseColumnType, ServiceError, type ColumnType, say, type TextValue } from '@tributary/rules'
import { noOrder, withoutMark, type RawQuery } from './parse.ts'
import type {
  BinaryOperator,
  CommonTable,
  ExpressionSyntax,
  JoinCondition,
  JoinType,
  OrderItem,
  QueryBody,
  QuerySyntax,
  RelationSyntax,
  SelectItem,
} from './syntax.ts'

type Node = Readonly<Record<string, unknown>>

/**
 * Reads a raw tree.
 * @throws {ServiceError} `unsupported` naming the first construct that is not offered
 */
export function readQuery(raw: RawQuery): QuerySyntax {
  return new Reader(raw).query(raw.tree)
}

/** Fields that carry no meaning: places, comments, spelling. */
const spelling = new Set([
  'span',
  'leading_comments',
  'trailing_comments',
  'left_comments',
  'operator_comments',
  'pre_alias_comments',
  'inferred_type',
  'nesting_group',
  'alias_explicit_as',
])
for (const field of [
  'alias_keyword',
  'explicit_asc',
  'use_inner_keyword',
  'use_outer_keyword',
  'quoted',
  'alias_first',
  'hint',
  'use_bracket_syntax',
  'no_parens',
  'pre_from_comments',
  'post_select_comments',
  'comments',
])
  spelling.add(field)

const binaryKinds: Readonly<Record<string, BinaryOperator>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  mod: '%',
  concat: '||',
  eq: '=',
  neq: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  null_safe_eq: '<=>',
  and: 'AND',
  or: 'OR',
}

const joinTypes: Readonly<Record<string, JoinType>> = {
  Inner: 'inner',
  Left: 'left',
  Right: 'right',
  Full: 'full',
  Cross: 'cross',
  LeftSemi: 'semi',
  LeftAnti: 'anti',
  Semi: 'semi',
  Anti: 'anti',
}

class Reader {
  readonly #literals: RawQuery['literals']
  readonly #readNot: RawQuery['readNot']

  constructor({ literals, readNot }: RawQuery) {
    this.#literals = literals
    this.#readNot = readNot
  }

  query(raw: unknown): QuerySyntax {
    const [kind, node] = opened(raw)
    switch (kind) {
      case 'select':
        return this.#select(node)
      case 'union':
        return this.#union(node)
      case 'values':
        return plain({ kind: 'values', rows: this.#rows(node) })
      case 'subquery':
        return this.#nested(node)
      default:
        throw notOffered(kind)
    }
  }

  #select(node: Node): QuerySyntax {
    only('SELECT', node, ['expressions', 'from', 'joins', 'where_clause', 'group_by', 'having', 'order_by', 'limit', 'distinct', 'with'])
    const items = list(node['expressions']).map((item) => this.#selectItem(item))
    if (items.length === 0) throw new ServiceError('syntax', say`SELECT names no columns; write them, or *`)
    const body: QueryBody = {
      kind: 'select',
      distinct: node['distinct'] === true,
      items,
      from: isEmpty(node['from']) ? undefined : this.#from(node['from'] as Node, list(node['joins'])),
      where: this.#clause('WHERE', node['where_clause']),
      groupBy: this.#groupBy(node['group_by']),
      having: this.#clause('HAVING', node['having']),
    }
    return { with: this.#with(node['with']), body, orderBy: this.#orderBy(node['order_by']), limit: this.#limit(node['limit']) }
  }

  #union(node: Node): QuerySyntax {
    only('UNION', node, ['left', 'right', 'all', 'distinct', 'with', 'order_by', 'limit'])
    const body: QueryBody = { kind: 'union', all: node['all'] === true, left: this.query(node['left']), right: this.query(node['right']) }
    return { with: this.#with(node['with']), body, orderBy: this.#orderBy(node['order_by']), limit: this.#limit(node['limit']) }
  }

  #nested(node: Node): QuerySyntax {
    only(say`a query in parentheses`, node, ['this', 'order_by', 'limit', 'with'])
    const inner = this.query(node['this'])
    const orderBy = this.#orderBy(node['order_by'])
    const limit = this.#limit(node['limit'])
    const tables = this.#with(node['with'])
    if (orderBy.length === 0 && limit === undefined && tables.length === 0) return inner
    return { with: tables, body: { kind: 'nested', query: inner }, orderBy, limit }
  }

  #with(raw: unknown): readonly CommonTable[] {
    if (isEmpty(raw)) return []
    const node = raw as Node
    only('WITH', node, ['ctes'])
    return list(node['ctes']).map((entry) => {
      const table = entry as Node
      only('WITH', table, ['alias', 'this', 'columns'])
      return { name: nameOf(table['alias']), columnAliases: list(table['columns']).map(nameOf), query: this.query(table['this']) }
    })
  }

  #rows(node: Node): readonly (readonly ExpressionSyntax[])[] {
    only('VALUES', node, ['expressions'])
    return list(node['expressions']).map((row) => {
      const rowNode = row as Node
      only('VALUES', rowNode, ['expressions'])
      return list(rowNode['expressions']).map((value) => this.expression(value))
    })
  }

  #selectItem(raw: unknown): SelectItem {
    const [kind, node] = opened(raw)
    if (kind !== 'alias') return { expression: this.#starOr(raw), alias: undefined }
    only(say`an alias`, node, ['this', 'alias'])
    return { expression: this.expression(node['this']), alias: nameOf(node['alias']) }
  }

  #starOr(raw: unknown): ExpressionSyntax {
    const [kind, node] = opened(raw)
    if (kind !== 'star') return this.expression(raw)
    only('*', node, ['table'])
    return { kind: 'star', table: isEmpty(node['table']) ? undefined : nameOf(node['table']) }
  }

  #clause(name: string, raw: unknown): ExpressionSyntax | undefined {
    if (isEmpty(raw)) return undefined
    only(name, raw as Node, ['this'])
    return this.expression((raw as Node)['this'])
  }

  #groupBy(raw: unknown): readonly ExpressionSyntax[] {
    if (isEmpty(raw)) return []
    only('GROUP BY', raw as Node, ['expressions'])
    return list((raw as Node)['expressions']).map((entry) => this.expression(entry))
  }

  #orderBy(raw: unknown): readonly OrderItem[] {
    if (isEmpty(raw)) return []
    only('ORDER BY', raw as Node, ['expressions'])
    const entries = list((raw as Node)['expressions'])
    if (entries.length === 1 && isNoOrder(entries[0] as Node)) return []
    return entries.map((entry) => {
      const item = entry as Node
      only('ORDER BY', item, ['this', 'desc', 'nulls_first'], ['nulls_first'])
      const nullsFirst = item['nulls_first']
      return {
        expression: this.expression(item['this']),
        descending: item['desc'] === true,
        nullsFirst: typeof nullsFirst === 'boolean' ? nullsFirst : undefined,
      }
    })
  }

  #limit(raw: unknown): number | undefined {
    if (isEmpty(raw)) return undefined
    const held = 'this' in (raw as Node) ? (only('LIMIT', raw as Node, ['this']), (raw as Node)['this']) : raw
    const [kind, node] = opened(held)
    if (kind === 'column' && nameOf(node['name']).toLowerCase() === 'all') return undefined
    const value = kind === 'literal' && node['literal_type'] === 'number' ? Number(node['value']) : Number.NaN
    if (!Number.isInteger(value) || value > 2_147_483_647)
      throw new ServiceError('unsupported', say`LIMIT takes a whole number up to 2147483647`)
    return value
  }

  /** `a, b JOIN c` is `a` beside (`b JOIN c`), as in Spark. */
  #from(node: Node, joins: readonly unknown[]): RelationSyntax {
    only('FROM', node, ['expressions'])
    const groups = list(node['expressions']).map((entry) => this.#relation(entry))
    for (const raw of joins) {
      const join = raw as Node
      const right = this.#relation(join['this'])
      if (join['kind'] === 'Implicit') groups.push(right)
      else groups.push(this.#join(join, groups.pop() as RelationSyntax, right))
    }
    return groups.reduce((left, right) => ({ kind: 'join', type: 'cross', left, right, condition: { kind: 'none' } }))
  }

  #join(join: Node, left: RelationSyntax, right: RelationSyntax): RelationSyntax {
    only('JOIN', join, ['this', 'on', 'using', 'kind'])
    const type = joinTypes[String(join['kind'])]
    if (type === undefined) throw notOffered(`${String(join['kind'])} JOIN`)
    const condition: JoinCondition = !isEmpty(join['on'])
      ? { kind: 'on', expression: this.expression(join['on']) }
      : isEmpty(join['using'])
        ? { kind: 'none' }
        : { kind: 'using', columns: list(join['using']).map(nameOf) }
    if (condition.kind === 'none' && type !== 'cross' && type !== 'inner')
      throw new ServiceError('unsupported', say`${type.toUpperCase()} JOIN without ON or USING is not offered`)
    return { kind: 'join', type, left, right, condition }
  }

  #relation(raw: unknown): RelationSyntax {
    const [kind, node] = opened(raw)
    switch (kind) {
      case 'table':
        return this.#table(node)
      case 'subquery':
        return this.#subquery(node)
      case 'values':
        return this.#valuesTable(node)
      case 'joined_table':
        return this.#joinedTable(node)
      case 'paren':
        only(say`parentheses`, node, ['this'])
        return this.#relation(node['this'])
      case 'function':
        throw new ServiceError('unsupported', say`table function ${callName(node)} is not offered; FROM takes tables and subqueries`)
      case 'alias':
        return this.#relation((only(say`an alias`, node, ['this', 'alias']), node['this']))
      default:
        throw notOffered(say`${kind.replaceAll('_', ' ')} in FROM`)
    }
  }

  #table(node: Node): RelationSyntax {
    only(say`a table`, node, ['name', 'schema', 'catalog', 'alias', 'column_aliases'])
    const names = [node['catalog'], node['schema'], node['name']].filter((part) => !isEmpty(part))
    names.forEach((name) => this.#refuseString(name))
    const parts = names.map(nameOf)
    const alias = isEmpty(node['alias']) ? undefined : nameOf(node['alias'])
    return { kind: 'table', parts, alias, columnAliases: list(node['column_aliases']).map(nameOf) }
  }

  /** A string where a table's name belongs; a name in backticks never looks like a masked string. */
  #refuseString(name: unknown): void {
    const masked = this.#literals[Number(/^#(\d+)$/.exec(String((name as Node)['name'] ?? name))?.[1] ?? -1)]
    if (masked !== undefined)
      throw new ServiceError(
        'unsupported',
        say`the string '${masked.text}' as a table is not offered; write the table's name, in backticks where it needs quotes`,
      )
  }

  #subquery(node: Node): RelationSyntax {
    only(say`a subquery`, node, ['this', 'alias', 'column_aliases', 'order_by', 'limit', 'with'])
    const alias = isEmpty(node['alias']) ? undefined : nameOf(node['alias'])
    const { alias: _alias, column_aliases: columnAliases, ...rest } = node
    return { kind: 'subquery', query: this.#nested(rest), alias, columnAliases: list(columnAliases).map(nameOf) }
  }

  #valuesTable(node: Node): RelationSyntax {
    const { alias, column_aliases: columnAliases, ...rest } = node
    return {
      kind: 'subquery',
      query: plain({ kind: 'values', rows: this.#rows(rest) }),
      alias: isEmpty(alias) ? undefined : nameOf(alias),
      columnAliases: list(columnAliases).map(nameOf),
    }
  }

  #joinedTable(node: Node): RelationSyntax {
    only(say`a join in parentheses`, node, ['left', 'joins'])
    return this.#from({ expressions: [node['left']] }, list(node['joins']))
  }

  expression(raw: unknown): ExpressionSyntax {
    const [kind, node] = opened(raw)
    const op = binaryKinds[kind]
    if (op !== undefined) {
      only(op, node, ['left', 'right'])
      return { kind: 'binary', op, left: this.expression(node['left']), right: this.expression(node['right']) }
    }
    const read = this.#readers[kind]
    if (read === undefined) throw notOffered(kind)
    return read(node)
  }

  readonly #readers: Readonly<Record<string, (node: Node) => ExpressionSyntax>> = {
    literal: (node) => this.#literal(node),
    boolean: (node) => (only(say`a constant`, node, ['value']), { kind: 'literal', type: 'boolean', text: String(node['value'] === true) }),
    null: () => ({ kind: 'literal', type: 'null', text: 'NULL' }),
    column: (node) => this.#column(node),
    dot: (node) => this.#dot(node),
    paren: (node) => (only(say`parentheses`, node, ['this']), this.expression(node['this'])),
    neg: (node) => (only('-', node, ['this']), { kind: 'negative', operand: this.expression(node['this']) }),
    not: (node) => (only('NOT', node, ['this']), { kind: 'not', operand: this.expression(node['this']) }),
    raw: (node) => this.#raw(node),
    is_null: (node) => (
      only('IS NULL', node, ['this', 'not']), { kind: 'isNull', operand: this.expression(node['this']), negated: node['not'] === true }
    ),
    is_true: (node) => this.#isBoolean(node, true),
    is_false: (node) => this.#isBoolean(node, false),
    between: (node) => this.#between(node),
    in: (node) => this.#in(node),
    like: (node) => this.#like(node),
    case: (node) => this.#case(node),
    cast: (node) => this.#cast(node),
    function: (node) => this.#call(node),
    exists: (node) => this.#exists(node),
    subquery: (node) => ({ kind: 'scalarQuery', query: this.#nested(node) }),
    select: (node) => ({ kind: 'scalarQuery', query: this.#select(node) }),
  }

  #literal(node: Node): ExpressionSyntax {
    only(say`a constant`, node, ['literal_type', 'value'])
    const kind = String(node['literal_type'])
    const value = String(node['value'])
    if (kind === 'number') return { kind: 'literal', type: 'number', text: value }
    const masked = this.#literals[Number(/^#(\d+)$/.exec(value)?.[1] ?? -1)]
    if (masked === undefined) throw notOffered(say`a ${kind} constant`)
    if (kind === 'string') return masked
    if ((kind === 'date' || kind === 'timestamp') && masked.type === 'string') return { kind: 'literal', type: kind, text: masked.text }
    throw notOffered(say`a ${kind} constant`)
  }

  #column(node: Node): ExpressionSyntax {
    only(say`a column`, node, ['name', 'table'])
    const parts = [node['table'], node['name']].filter((part) => !isEmpty(part)).map(nameOf)
    return { kind: 'column', parts }
  }

  #dot(node: Node): ExpressionSyntax {
    only(say`a name`, node, ['this', 'field'])
    const inner = this.expression(node['this'])
    if (inner.kind !== 'column' || inner.parts.length > 2) throw notOffered(say`a field of a value`)
    return { kind: 'column', parts: [...inner.parts, nameOf(node['field'])] }
  }

  #isBoolean(node: Node, value: boolean): ExpressionSyntax {
    only('IS TRUE', node, ['this', 'not'])
    return { kind: 'isBoolean', operand: this.expression(node['this']), value, negated: node['not'] === true }
  }

  #raw(node: Node): ExpressionSyntax {
    only(say`an expression`, node, ['sql'])
    const operand = /^NOT ([\s\S]+)$/i.exec(String(node['sql']))?.[1]
    const tree = operand === undefined ? undefined : this.#readNot(operand)
    if (tree === undefined) throw notOffered(say`this form of expression`)
    return this.expression(tree)
  }

  #between(node: Node): ExpressionSyntax {
    only('BETWEEN', node, ['this', 'low', 'high', 'not'])
    const { this: operand, low, high } = node
    return {
      kind: 'between',
      operand: this.expression(operand),
      low: this.expression(low),
      high: this.expression(high),
      negated: node['not'] === true,
    }
  }

  #in(node: Node): ExpressionSyntax {
    only('IN', node, ['this', 'expressions', 'query', 'not'])
    const operand = this.expression(node['this'])
    const negated = node['not'] === true
    if (!isEmpty(node['query'])) return { kind: 'inQuery', operand, query: this.query(node['query']), negated }
    const items = list(node['expressions']).map((item) => this.expression(item))
    if (items.length === 0) throw new ServiceError('syntax', say`IN () has no values; write at least one`)
    return { kind: 'inList', operand, items, negated }
  }

  #like(node: Node): ExpressionSyntax {
    if (!isEmpty(node['escape'])) throw notOffered('LIKE … ESCAPE')
    only('LIKE', node, ['left', 'right'])
    return { kind: 'like', operand: this.expression(node['left']), pattern: this.expression(node['right']) }
  }

  #case(node: Node): ExpressionSyntax {
    only('CASE', node, ['operand', 'whens', 'else_'])
    const whens = list(node['whens']).map((entry) => {
      const [when, result] = list(entry)
      return { when: this.expression(when), result: this.expression(result) }
    })
    if (whens.length === 0) throw new ServiceError('syntax', say`CASE has no WHEN`)
    const optional = (value: unknown): ExpressionSyntax | undefined => (isEmpty(value) ? undefined : this.expression(value))
    return { kind: 'case', operand: optional(node['operand']), whens, otherwise: optional(node['else_']) }
  }

  #cast(node: Node): ExpressionSyntax {
    only('CAST', node, ['this', 'to'])
    return { kind: 'cast', operand: this.expression(node['this']), type: castType(node['to'] as Node) }
  }

  #call(node: Node): ExpressionSyntax {
    const name = callName(node)
    only(say`function ${name}`, node, ['name', 'args', 'distinct'])
    return { kind: 'call', name, args: list(node['args']).map((arg) => this.#starOr(arg)), distinct: node['distinct'] === true }
  }

  #exists(node: Node): ExpressionSyntax {
    only('EXISTS', node, ['this', 'not'])
    const exists: ExpressionSyntax = { kind: 'exists', query: this.query(node['this']) }
    return node['not'] === true ? { kind: 'not', operand: exists } : exists
  }
}

const castKinds: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  tiny_int: 'tinyint',
  small_int: 'smallint',
  int: 'int',
  big_int: 'bigint',
  float: 'float',
  double: 'double',
  string: 'string',
  text: 'string',
  date: 'date',
  timestamp: 'timestamp',
}

function castType(node: Node): ColumnType {
  const kind = String(node['data_type'])
  if (kind === 'decimal') {
    only('CAST', node, ['data_type', 'precision', 'scale'])
    return parseColumnType(isEmpty(node['precision']) ? 'decimal' : `decimal(${Number(node['precision'])},${Number(node['scale'] ?? 0)})`)
  }
  if (kind === 'custom') {
    const name = String(node['name']).toLowerCase()
    if (/^(?:byte|short|long|integer)$/.test(name)) return parseColumnType(name)
    throw notOffered(`CAST to ${name}`)
  }
  const name = castKinds[kind]
  if (name === undefined || !isEmpty(node['length']) || !isEmpty(node['timezone'])) throw notOffered(`CAST to ${kind.replaceAll('_', '')}`)
  only('CAST', node, ['data_type', 'integer_spelling', 'real_spelling', 'precision', 'scale', 'length', 'timezone'])
  return parseColumnType(name)
}

function isNoOrder(item: Node): boolean {
  const literal = (item['this'] as Node | undefined)?.['literal'] as Node | undefined
  return literal?.['value'] === noOrder
}

function callName(node: Node): string {
  const name = String(node['name'])
  return name.split('.').map(withoutMark).join('.').toLowerCase()
}

/** A node is an object with one key, its kind; a bare string is a node without content. */
function opened(raw: unknown): readonly [string, Node] {
  if (typeof raw === 'string') return [raw.toLowerCase(), {}]
  if (typeof raw !== 'object' || raw === null) throw notOffered(say`this form of query`)
  const entries = Object.entries(raw)
  const entry = entries[0]
  if (entries.length !== 1 || entry === undefined) throw notOffered(say`this form of query`)
  return [entry[0], (entry[1] ?? {}) as Node]
}

/** Refuses every field that is neither expected nor empty nor mere spelling. */
function only(where: TextValue, node: Node, fields: readonly string[], mayBeAnything: readonly string[] = []): void {
  for (const [field, value] of Object.entries(node)) {
    if (fields.includes(field) || mayBeAnything.includes(field) || spelling.has(field) || isEmpty(value)) continue
    const named = field
      .replace(/_clause$|_$/, '')
      .replaceAll('_', ' ')
      .toUpperCase()
    throw notOffered(say`${named} in ${where}`)
  }
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === false || (Array.isArray(value) && value.length === 0)
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function nameOf(raw: unknown): string {
  const node = raw as Node | string
  return withoutMark(typeof node === 'string' ? node : String(node['name']))
}

function plain(body: QueryBody): QuerySyntax {
  return { with: [], body, orderBy: [], limit: undefined }
}

/** What SQL calls kinds of nodes whose own names say too little. */
const writtenWords: Readonly<Record<string, string>> = {
  int_div: 'div',
  regexp_like: 'RLIKE',
  i_like: 'ILIKE',
  aggregate_function: 'FILTER',
}

/** @param what - words as they are written, or the kind of a node */
function notOffered(what: TextValue): ServiceError {
  return new ServiceError('unsupported', say`${typeof what === 'string' ? writtenAs(what) : what} is not offered`)
}

function writtenAs(kind: string): string {
  return (Object.hasOwn(writtenWords, kind) ? writtenWords[kind] : undefined) ?? kind.replaceAll('_', ' ')
}

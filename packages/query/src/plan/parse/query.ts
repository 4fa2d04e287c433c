// Whole queries: WITH, SELECT, set operations, ORDER BY and LIMIT.

import { ServiceError, say } from '@tributary/rules'
import { withoutCatalog } from '../catalogs.ts'
import type {
  CommonTable,
  ExpressionSyntax,
  GroupBySyntax,
  GroupingElement,
  GroupingSyntax,
  NamedWindow,
  QuerySyntax,
  RelationSyntax,
  SelectItem,
  SetOperationSyntax,
} from '../syntax.ts'
import { readExpression } from './expression.ts'
import { type Expressions, startsClause } from './grammar.ts'
import { notOffered, type QueryReader } from './query-reader.ts'
import { readFrom, readLateralViews, readValues } from './relation.ts'
import { readNamedWindows, readOrder } from './window.ts'

const expressions: Expressions = { expression: readExpression, operand: readExpression }

/** Reads one query, to where it ends. @throws {ServiceError} `syntax`, `unsupported`, `exhausted` */
export function readQuery(reader: QueryReader): QuerySyntax {
  const tables = reader.isPhrase('WITH') ? readWith(reader) : []
  return organised(reader, tables, readUnion(reader))
}

function readWith(reader: QueryReader): readonly CommonTable[] {
  reader.expect('WITH')
  if (reader.isPhrase('RECURSIVE') && reader.word(1) !== 'AS') throw notOffered('WITH RECURSIVE')
  return reader.list(() => {
    const name = reader.name()
    const columnAliases = reader.isSymbol('(') ? reader.inParentheses(() => reader.list(() => reader.name())) : []
    reader.accept('AS')
    return { name, columnAliases, query: reader.inParentheses(() => reader.query()) }
  })
}

/** What follows all of a query: ORDER BY, SORT BY, DISTRIBUTE BY, CLUSTER BY, WINDOW, LIMIT. */
function organised(reader: QueryReader, tables: readonly CommonTable[], term: QuerySyntax): QuerySyntax {
  const orderBy = reader.accept('ORDER', 'BY') ? readOrder(reader, expressions) : []
  const clusterBy = reader.accept('CLUSTER', 'BY') ? readList(reader) : []
  const distributeBy = reader.accept('DISTRIBUTE', 'BY') ? readList(reader) : []
  const sortBy = reader.accept('SORT', 'BY') ? readOrder(reader, expressions) : []
  if ([orderBy, sortBy, clusterBy].filter((list) => list.length > 0).length > 1 || (orderBy.length > 0 && distributeBy.length > 0))
    throw new ServiceError('syntax', say`Combination of ORDER BY/SORT BY/DISTRIBUTE BY/CLUSTER BY is not supported`)
  const windows = reader.isPhrase('WINDOW') && startsClause(reader) ? readWindows(reader) : []
  const limit = reader.accept('LIMIT') ? readLimit(reader) : undefined
  if (reader.isPhrase('OFFSET')) throw notOffered('OFFSET')
  const clustered = clusterBy.map((expression) => ({ expression, descending: false, nullsFirst: undefined }))
  const order = [...orderBy, ...sortBy, ...clustered]
  const parts = [...distributeBy, ...clusterBy]
  const isPlain = order.length === 0 && parts.length === 0 && limit === undefined && tables.length === 0
  if (isPlain) return withWindows(term, windows)
  const isOrganised = term.orderBy.length > 0 || term.limit !== undefined || term.with.length > 0 || term.distributeBy.length > 0
  const body = isOrganised ? ({ kind: 'nested', query: term } as const) : withWindows(term, windows).body
  return { with: tables, body, orderBy: order, distributeBy: parts, limit }
}

function readList(reader: QueryReader): readonly ExpressionSyntax[] {
  return reader.list(() => readExpression(reader))
}

function readWindows(reader: QueryReader): readonly NamedWindow[] {
  reader.next()
  return readNamedWindows(reader, expressions)
}

/** WINDOW may stand behind ORDER BY, too, and belongs to the select all the same. */
function withWindows(term: QuerySyntax, windows: readonly NamedWindow[]): QuerySyntax {
  if (windows.length === 0) return term
  if (term.body.kind !== 'select' || term.body.windows.length > 0) throw notOffered(say`WINDOW behind anything but one SELECT`)
  return { ...term, body: { ...term.body, windows } }
}

function readLimit(reader: QueryReader): number | undefined {
  if (reader.accept('ALL')) return undefined
  const token = reader.peek()
  const value = token.kind === 'number' && /^\d{1,10}$/.test(token.text) ? Number(token.text) : Number.NaN
  if (!(value <= 2_147_483_647)) throw new ServiceError('unsupported', say`LIMIT takes a whole number up to 2147483647`)
  reader.next()
  return value
}

/** UNION, EXCEPT and MINUS from left to right; INTERSECT binds tighter. */
function readUnion(reader: QueryReader): QuerySyntax {
  let left = readIntersect(reader)
  for (;;) {
    const op = reader.isPhrase('UNION') ? 'UNION' : reader.isPhrase('EXCEPT') || reader.isPhrase('MINUS') ? 'EXCEPT' : undefined
    if (op === undefined) return left
    left = readOperation(reader, { op, left, readRight: readIntersect })
  }
}

function readIntersect(reader: QueryReader): QuerySyntax {
  let left = readPrimary(reader)
  while (reader.isPhrase('INTERSECT')) left = readOperation(reader, { op: 'INTERSECT', left, readRight: readPrimary })
  return left
}

interface LeftSide {
  readonly op: SetOperationSyntax['op']
  readonly left: QuerySyntax
  readonly readRight: (reader: QueryReader) => QuerySyntax
}

function readOperation(reader: QueryReader, { op, left, readRight }: LeftSide): QuerySyntax {
  reader.next()
  const all = reader.accept('ALL')
  if (!all) reader.accept('DISTINCT')
  return plain({ kind: 'setOperation', op, all, left, right: readRight(reader) })
}

function plain(body: QuerySyntax['body']): QuerySyntax {
  return { with: [], body, orderBy: [], distributeBy: [], limit: undefined }
}

function readPrimary(reader: QueryReader): QuerySyntax {
  if (reader.isSymbol('(')) return reader.inParentheses(() => reader.query())
  if (reader.isPhrase('VALUES')) return readValues(reader)
  if (reader.accept('TABLE')) return everythingOf(readTableName(reader))
  if (reader.isPhrase('FROM')) return readFromFirst(reader)
  reader.expect('SELECT')
  return readSelect(reader)
}

function readTableName(reader: QueryReader): RelationSyntax {
  const parts = [reader.name()]
  while (reader.acceptSymbol('.')) parts.push(reader.name())
  return { kind: 'table', parts: withoutCatalog(parts), alias: undefined, columnAliases: [] }
}

function everythingOf(from: RelationSyntax): QuerySyntax {
  const items: readonly SelectItem[] = [{ expression: { kind: 'star', table: undefined }, alias: undefined }]
  return plain({ ...nothing, kind: 'select', distinct: false, items, from })
}

const nothing = { where: undefined, groupBy: undefined, having: undefined, windows: [] } as const

/** `FROM t SELECT a`; several of them at once insert into several tables, and are another statement. */
function readFromFirst(reader: QueryReader): QuerySyntax {
  reader.next()
  const from = readFrom(reader)
  reader.expect('SELECT')
  return readSelect(reader, from)
}

function readSelect(reader: QueryReader, first?: RelationSyntax): QuerySyntax {
  const distinct = reader.accept('DISTINCT')
  if (distinct && reader.isPhrase('ON') && reader.isSymbol('(', 1)) throw notOffered('DISTINCT ON')
  if (!distinct && reader.isPhrase('ALL') && !reader.isSymbol(',', 1) && reader.peek(1).kind !== 'end') reader.next()
  if (reader.isPhrase('TOP') && reader.peek(1).kind === 'number') throw notOffered('TOP')
  if (reader.peek().kind === 'end' || (reader.isPhrase('FROM') && startsClause(reader)))
    throw new ServiceError('syntax', say`SELECT names no columns; write them, or *`)
  const items = reader.list(() => readSelectItem(reader))
  if (reader.isPhrase('INTO')) throw notOffered('SELECT INTO')
  const behind = first === undefined && reader.accept('FROM') ? readFrom(reader) : first
  const from = readLateralViews(reader, behind)
  const where = reader.accept('WHERE') ? readExpression(reader) : undefined
  const groupBy = reader.accept('GROUP', 'BY') ? readGroupBy(reader) : undefined
  const having = reader.accept('HAVING') ? readExpression(reader) : undefined
  if (reader.isPhrase('QUALIFY')) throw notOffered('QUALIFY')
  const windows = reader.isPhrase('WINDOW') && startsClause(reader) ? readWindows(reader) : []
  return plain({ kind: 'select', distinct, items, from, where, groupBy, having, windows })
}

function readSelectItem(reader: QueryReader): SelectItem {
  const expression = readExpression(reader)
  if (expression.kind === 'star') return { expression, alias: undefined }
  const hasAlias = reader.accept('AS')
  const isSeveral = reader.isSymbol('(') && (hasAlias || expression.kind === 'call')
  if (isSeveral) return { expression, alias: undefined, columnAliases: reader.inParentheses(() => reader.list(() => reader.name())) }
  const isNamed =
    hasAlias || reader.peek().kind === 'quotedName' || (reader.word() !== '' && !startsClause(reader) && reader.word() !== 'INTO')
  return { expression, alias: isNamed ? reader.name() : undefined }
}

function readGroupBy(reader: QueryReader): GroupBySyntax {
  const items = reader.list(() => readGrouping(reader))
  const all = items.length === 1 && items[0]?.kind === 'plain' ? items[0].expression : undefined
  if (all?.kind === 'column' && all.parts.length === 1 && all.parts[0]?.toUpperCase() === 'ALL') throw notOffered(say`ALL in GROUP BY`)
  const first = items.flatMap((item) => (item.kind === 'plain' ? [item.expression] : []))
  const isPlain = first.length === items.length
  if (isPlain && reader.accept('WITH', 'ROLLUP')) return { items: [{ kind: 'rollup', sets: first.map((one) => [one]) }], first: [] }
  if (isPlain && reader.accept('WITH', 'CUBE')) return { items: [{ kind: 'cube', sets: first.map((one) => [one]) }], first: [] }
  const sets = isPlain && reader.isPhrase('GROUPING', 'SETS') ? readGroupingSets(reader) : undefined
  return sets === undefined ? { items, first: [] } : { items: [sets], first }
}

function readGrouping(reader: QueryReader): GroupingSyntax {
  return readAnalytics(reader) ?? { kind: 'plain', expression: readExpression(reader) }
}

function readAnalytics(reader: QueryReader): Exclude<GroupingSyntax, { kind: 'plain' }> | undefined {
  if (reader.isPhrase('GROUPING', 'SETS')) return readGroupingSets(reader)
  const kind = reader.isPhrase('ROLLUP') ? 'rollup' : reader.isPhrase('CUBE') ? 'cube' : undefined
  if (kind === undefined || !reader.isSymbol('(', 1)) return undefined
  reader.next()
  return { kind, sets: reader.inParentheses(() => reader.list(() => readSet(reader))) }
}

function readGroupingSets(reader: QueryReader): Extract<GroupingSyntax, { kind: 'sets' }> {
  reader.expect('GROUPING', 'SETS')
  const element = (): GroupingElement => readAnalytics(reader) ?? { kind: 'set', expressions: readSet(reader) }
  return { kind: 'sets', elements: reader.inParentheses(() => reader.list(element)) }
}

/** `a`, `(a, b)` or `()`. */
function readSet(reader: QueryReader): readonly ExpressionSyntax[] {
  if (reader.isSymbol('(') && reader.isSymbol(')', 1)) {
    reader.next()
    reader.next()
    return []
  }
  const value = readExpression(reader)
  return value.kind === 'row' ? value.items : [value]
}

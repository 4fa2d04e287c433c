// What FROM may hold: tables, subqueries, VALUES, table functions, joins, LATERAL VIEW, PIVOT and TABLESAMPLE.

import { ServiceError, say } from '@tributary/rules'
import { withoutCatalog } from '../catalogs.ts'
import type {
  CallSyntax,
  JoinCondition,
  JoinType,
  PivotSyntax,
  PivotValue,
  QuerySyntax,
  RelationSyntax,
  SampleSyntax,
  SelectItem,
} from '../syntax.ts'
import { readCall } from './call.ts'
import { readExpression } from './expression.ts'
import { startsClause } from './grammar.ts'
import { notOffered, type QueryReader } from './query-reader.ts'

/** Reads what stands behind FROM: `a, b JOIN c` is `a` beside (`b JOIN c`), as in Spark. */
export function readFrom(reader: QueryReader): RelationSyntax {
  const relations = reader.list(() => readRelation(reader))
  let from = relations.reduce((left, right) => ({ kind: 'join', type: 'cross', left, right, condition: { kind: 'none' } }))
  from = readLateralViews(reader, from) ?? from
  if (reader.isPhrase('UNPIVOT') && reader.isSymbol('(', 1)) throw notOffered('UNPIVOT')
  return reader.isPhrase('PIVOT') && reader.isSymbol('(', 1) ? readPivot(reader, from) : from
}

/** Reads LATERAL VIEW as often as it stands here; they may follow a SELECT without FROM. */
export function readLateralViews(reader: QueryReader, from: RelationSyntax | undefined): RelationSyntax | undefined {
  let input = from
  while (reader.accept('LATERAL', 'VIEW')) {
    const isOuter = reader.accept('OUTER')
    const call = readGenerator(reader)
    const alias = reader.isPhrase('AS') || endsRelation(reader) ? undefined : reader.name()
    const columnAliases = reader.accept('AS') || (alias !== undefined && !endsRelation(reader)) ? reader.list(() => reader.name()) : []
    input = { kind: 'lateralView', input, isOuter, call, alias, columnAliases }
  }
  return input
}

function readGenerator(reader: QueryReader): CallSyntax {
  const call = readExpression(reader)
  if (call.kind !== 'call') throw new ServiceError('syntax', say`LATERAL VIEW takes a call that gives rows, for instance explode(items)`)
  return call
}

function readRelation(reader: QueryReader): RelationSyntax {
  let left = readPrimary(reader)
  for (;;) {
    const isNatural = reader.isPhrase('NATURAL') && isJoin(reader, 1)
    if (!isNatural && !isJoin(reader, 0)) return left
    if (isNatural) reader.next()
    const type = readJoinType(reader)
    const right = readPrimary(reader)
    left = { kind: 'join', type, left, right, condition: isNatural ? { kind: 'natural' } : readCondition(reader) }
  }
}

const joinWords = new Set(['INNER', 'CROSS', 'LEFT', 'RIGHT', 'FULL', 'OUTER', 'SEMI', 'ANTI'])

function isJoin(reader: QueryReader, from: number): boolean {
  let ahead = from
  while (joinWords.has(reader.word(ahead))) ahead += 1
  return reader.word(ahead) === 'JOIN'
}

function readJoinType(reader: QueryReader): JoinType {
  const type = readSides(reader)
  reader.expect('JOIN')
  return type
}

function readSides(reader: QueryReader): JoinType {
  if (reader.accept('CROSS')) return 'cross'
  if (reader.accept('RIGHT')) return reader.accept('OUTER'), 'right'
  if (reader.accept('FULL')) return reader.accept('OUTER'), 'full'
  const isLeft = reader.accept('LEFT')
  if (reader.accept('SEMI')) return 'semi'
  if (reader.accept('ANTI')) return 'anti'
  if (isLeft) return reader.accept('OUTER'), 'left'
  reader.accept('INNER')
  return 'inner'
}

function readCondition(reader: QueryReader): JoinCondition {
  if (reader.accept('ON')) return { kind: 'on', expression: readExpression(reader) }
  if (!reader.accept('USING')) return { kind: 'none' }
  return { kind: 'using', columns: reader.inParentheses(() => reader.list(() => reader.name())) }
}

function readPrimary(reader: QueryReader): RelationSyntax {
  return reader.deeper(() => {
    const isLateral = reader.isPhrase('LATERAL') && reader.isSymbol('(', 1)
    if (isLateral) reader.next()
    const query = reader.queryInParentheses()
    if (query !== undefined) return { ...sampled(reader, { kind: 'subquery', query, isLateral, ...noAlias }) }
    if (isLateral) throw reader.unexpected()
    if (reader.isSymbol('(')) return readJoined(reader)
    if (reader.isPhrase('VALUES') && isValueAhead(reader)) return { kind: 'subquery', query: readValues(reader), ...readAlias(reader) }
    return readNamed(reader)
  })
}

function isValueAhead(reader: QueryReader): boolean {
  return (
    reader.isSymbol('(', 1) ||
    ['number', 'string'].includes(reader.peek(1).kind) ||
    /^(?:NULL|TRUE|FALSE|DATE|TIMESTAMP)$/.test(reader.word(1))
  )
}

const noAlias = { alias: undefined, columnAliases: [] } as const

/** A sample stands before the alias, and is taken before it. */
function sampled(reader: QueryReader, relation: Extract<RelationSyntax, { kind: 'subquery' | 'table' }>): RelationSyntax {
  if (!reader.accept('TABLESAMPLE')) return { ...relation, ...readAlias(reader) }
  const sample = reader.inParentheses(() => readSample(reader))
  const alias = readAlias(reader)
  return { kind: 'aliased', input: { kind: 'sample', input: relation, sample }, ...alias }
}

function readSample(reader: QueryReader): SampleSyntax {
  const { kind, text } = reader.peek()
  const unit = reader.word(1) === 'ROWS' ? 'rows' : reader.word(1) === 'PERCENT' ? 'percent' : undefined
  if (kind !== 'number' || unit === undefined || !(unit === 'rows' ? /^\d{1,9}$/ : /^(?:\d+\.?\d*|\.\d+)$/).test(text))
    throw notOffered(say`TABLESAMPLE of another kind than (5 ROWS) and (5 PERCENT)`)
  reader.next()
  reader.next()
  if (unit === 'percent' && Number(text) > 100)
    throw new ServiceError('syntax', say`Sampling fraction (${Number(text) / 100}) must be on interval [0, 1]`)
  return { unit, count: Number(text) }
}

function readJoined(reader: QueryReader): RelationSyntax {
  const input = reader.inParentheses(() => readRelation(reader))
  if (reader.isPhrase('TABLESAMPLE')) throw notOffered(say`TABLESAMPLE of a join`)
  const alias = readAlias(reader)
  return alias.alias === undefined ? input : { kind: 'aliased', input, ...alias }
}

/** `VALUES (1, 'a'), (2, 'b')`; a single value needs no parentheses. */
export function readValues(reader: QueryReader): QuerySyntax {
  reader.expect('VALUES')
  const rows = reader.list(() => {
    const row = readExpression(reader)
    return row.kind === 'row' ? row.items : [row]
  })
  return { with: [], body: { kind: 'values', rows }, orderBy: [], distributeBy: [], limit: undefined }
}

function readNamed(reader: QueryReader): RelationSyntax {
  const token = reader.peek()
  if (token.kind === 'string')
    throw new ServiceError(
      'unsupported',
      say`the string '${token.value}' as a table is not offered; write the table's name, in backticks where it needs quotes`,
    )
  const parts = [reader.name()]
  while (reader.acceptSymbol('.')) parts.push(reader.peek().kind === 'string' ? missingName(reader) : reader.name())
  if (reader.isSymbol('(')) return readTableFunction(reader, parts.join('.').toLowerCase())
  const isOld =
    /^(?:VERSION|TIMESTAMP|SYSTEM_VERSION|SYSTEM_TIME)$/.test(reader.word()) && reader.word(1) === 'AS' && reader.word(2) === 'OF'
  if (isOld) throw notOffered(say`a table ${reader.word()} AS OF`)
  return sampled(reader, { kind: 'table', parts: withoutCatalog(parts), ...noAlias })
}

function missingName(reader: QueryReader): never {
  throw reader.unexpected(say`a name`)
}

function readTableFunction(reader: QueryReader, name: string): RelationSyntax {
  const { args } = readCall(reader, name, { expression: readExpression, operand: readExpression })
  return { kind: 'tableFunction', name, args, ...readAlias(reader) }
}

/** Words that go on a FROM and are no alias without backticks. */
const notAliases = new Set(
  'ANTI CROSS EXCEPT FULL INNER INTERSECT JOIN LATERAL LEFT NATURAL ON RIGHT SEMI MINUS UNION USING TABLESAMPLE SELECT AS SET'.split(' '),
)

/** True when no alias stands here. */
function endsRelation(reader: QueryReader): boolean {
  const { kind } = reader.peek()
  if (kind === 'quotedName') return false
  return kind !== 'word' || notAliases.has(reader.word()) || startsClause(reader)
}

interface Alias {
  readonly alias: string | undefined
  readonly columnAliases: readonly string[]
}

function readAlias(reader: QueryReader): Alias {
  if (reader.isPhrase('ASOF', 'JOIN') || reader.isPhrase('ASOF', 'LEFT')) throw notOffered('ASOF')
  const isNamed = reader.accept('AS')
  if (!isNamed && endsRelation(reader)) return noAlias
  const alias = reader.name()
  const columnAliases = reader.isSymbol('(') ? reader.inParentheses(() => reader.list(() => reader.name())) : []
  return { alias, columnAliases }
}

function readPivot(reader: QueryReader, input: RelationSyntax): RelationSyntax {
  reader.next()
  const pivot = reader.inParentheses((): PivotSyntax => {
    const aggregates = reader.list(() => readPivotItem(reader))
    reader.expect('FOR')
    const columns = reader.isSymbol('(')
      ? reader.inParentheses(() => reader.list(() => readPivotColumn(reader)))
      : [readPivotColumn(reader)]
    reader.expect('IN')
    return { aggregates, columns, values: reader.inParentheses(() => reader.list(() => readPivotValue(reader))) }
  })
  return { kind: 'pivot', input, ...pivot }
}

function readPivotColumn(reader: QueryReader): CallSyntax['args'][number] {
  return { kind: 'column', parts: [reader.name()] }
}

function readPivotItem(reader: QueryReader): SelectItem {
  const expression = readExpression(reader)
  const isNamed = reader.accept('AS') || (!reader.isPhrase('FOR') && !reader.isSymbol(','))
  return { expression, alias: isNamed ? reader.name() : undefined }
}

function readPivotValue(reader: QueryReader): PivotValue {
  const value = readExpression(reader)
  const isNamed = reader.accept('AS') || (!reader.isSymbol(',') && !reader.isSymbol(')'))
  return { items: value.kind === 'row' ? value.items : [value], alias: isNamed ? reader.name() : undefined }
}

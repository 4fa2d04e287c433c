// A remote query in words, for plans that people and tests read; what a source is really sent, its connector writes.
//
//   join orders, customers where (amount > 100.00) group by name → name, count(*) order by count(*) desc limit 10

import { formatColumnType } from '@tributary/rules'
import type { Literal } from '../literal.ts'
import type { KeyOrigin, RemoteExpression, RemoteInside, RemoteOrder, RemoteQuery, RemoteRelation } from './remote-query.ts'

/** Prints a query, one line for each of its parts. */
export function remoteLines(query: RemoteQuery): readonly string[] {
  const text = (expression: RemoteExpression): string => expressionText(expression, query)
  const list = (word: string, expressions: readonly RemoteExpression[]): readonly string[] =>
    expressions.length === 0 ? [] : [`${word} ${expressions.map(text).join(', ')}`]
  return [
    `from ${query.from.map((relation) => relationText(relation, query)).join(', ')}`,
    ...list('where', query.filter),
    ...(query.groupBy?.length === 0 ? ['in one group'] : list('group by', query.groupBy ?? [])),
    ...list('having', query.having),
    `give ${query.outputs.map(({ expression }) => text(expression)).join(', ')}`,
    ...(query.orderBy.length === 0 ? [] : [`order by ${query.orderBy.map((item) => orderText(item, query)).join(', ')}`]),
    ...(query.limit === undefined ? [] : [`limit ${query.limit}`]),
  ]
}

/** What is left to the source, in words. */
export function doneThere(query: RemoteQuery): readonly string[] {
  const { tables, filter, groupBy, having, orderBy, limit } = query
  const done = [
    ['join', tables.length > 1],
    ['filter', filter.length > 0],
    ['groups', groupBy !== undefined],
    ['filter of groups', having.length > 0],
    ['order', orderBy.length > 0],
    ['limit', limit !== undefined],
  ] as const
  return done.filter(([, isDone]) => isDone).map(([word]) => word)
}

/** One output of a query. @param position - in its outputs */
export function outputText(query: RemoteQuery, position: number): string {
  const output = query.outputs[position]
  return output === undefined ? `#${position}` : expressionText(output.expression, query)
}

/** What a list of keys is called where people read it. */
export function keyWords({ table, count, isRange }: KeyOrigin): string {
  const words = `keys from ${table} (${count.toLocaleString('en-US')})`
  return isRange === true ? `least to greatest of ${words}` : words
}

/** `shop.orders`, with a number behind it where the table is read more than once. */
export function tableText({ tables }: RemoteQuery, relation: number): string {
  const table = tables[relation]
  const name = `${table?.name.database}.${table?.name.name}`
  const sooner = tables.slice(0, relation).filter((other) => other.id === table?.id).length
  return sooner === 0 ? name : `${name}#${sooner + 1}`
}

function relationText(relation: RemoteRelation, query: RemoteQuery): string {
  if (relation.kind === 'table') return tableText(query, relation.relation)
  const side = (parts: readonly RemoteRelation[]): string => parts.map((part) => relationText(part, query)).join(', ')
  return `(${side(relation.left)} left join ${side(relation.right)} on ${relation.on.map((condition) => expressionText(condition, query)).join(' and ')})`
}

function orderText({ expression, descending, nullsFirst }: RemoteOrder, query: RemoteQuery): string {
  return `${expressionText(expression, query)}${descending ? ' desc' : ''} nulls ${nullsFirst ? 'first' : 'last'}`
}

function expressionText(expression: RemoteExpression, query: RemoteQuery): string {
  const text = (part: RemoteExpression): string => expressionText(part, query)
  switch (expression.kind) {
    case 'column':
      return columnText(expression, query)
    case 'literal':
      return literalText(expression.value)
    case 'comparison':
    case 'arithmetic':
      return `(${text(expression.left)} ${expression.op} ${text(expression.right)})`
    case 'and':
    case 'or':
      return `(${expression.operands.map(text).join(` ${expression.kind} `)})`
    case 'not':
      return `(not ${text(expression.operand)})`
    case 'isNull':
      return `${text(expression.operand)} is null`
    case 'isNotNull':
      return `${text(expression.operand)} is not null`
    case 'in':
      return `${text(expression.operand)} in (${expression.values.map(literalText).join(', ')})`
    case 'keys':
      return `${text(expression.operand)} in (${keyWords(expression.from)})`
    case 'like':
      return `${text(expression.operand)} like '${expression.pattern}'`
    case 'widen':
      return `(${text(expression.operand)} as ${formatColumnType(expression.type)})`
    case 'case': {
      const branches = expression.branches.map(({ when, result }) => `when ${text(when)} then ${text(result)}`)
      const otherwise = expression.otherwise === undefined ? '' : ` else ${text(expression.otherwise)}`
      return `case ${branches.join(' ')}${otherwise} end`
    }
    case 'fitted':
      return text(expression.operand)
    case 'call':
      return `${expression.name}(${expression.args.map(text).join(', ')})`
    case 'exists':
      return `exists (${insideText(expression.inside, query)})`
    case 'inQuery':
      return `${text(expression.operand)} in (${text(expression.output)} ${insideText(expression.inside, query)})`
    case 'scalarQuery':
      return `(${text(expression.output)} ${insideText(expression.inside, query)})`
    case 'aggregate':
      return `${expression.name}(${expression.isDistinct ? 'distinct ' : ''}${expression.operand === undefined ? '*' : text(expression.operand)})`
  }
}

function insideText({ from, filter, groupBy = [], having }: RemoteInside, query: RemoteQuery): string {
  const list = (word: string, expressions: readonly RemoteExpression[], between: string): string =>
    expressions.length === 0 ? '' : ` ${word} ${expressions.map((expression) => expressionText(expression, query)).join(between)}`
  const tables = from.map((relation) => relationText(relation, query)).join(', ')
  return `from ${tables}${list('where', filter, ' and ')}${list('group by', groupBy, ', ')}${list('having', having, ' and ')}`
}

/** Behind its table's name where there are several. */
function columnText({ relation, column }: Extract<RemoteExpression, { kind: 'column' }>, query: RemoteQuery): string {
  const name = query.tables[relation]?.columns[column]?.name ?? `#${column}`
  return query.tables.length === 1 ? name : `${tableText(query, relation).replace(/^[^.]*\./, '')}.${name}`
}

function literalText(literal: Literal): string {
  return typeof literal.value === 'string' && literal.type.kind !== 'decimal' ? `'${literal.value}'` : String(literal.value)
}

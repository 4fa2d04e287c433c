// Which catalog tables a query names, before any of them is looked up: what the server has to find and to authorise.

import { ServiceError, say } from '@tributary/rules'
import type { TableName } from '../source.ts'
import type { CommonTable, ExpressionSyntax, QuerySyntax, RelationSyntax } from './syntax.ts'

type Names = ReadonlySet<string>

/**
 * Lists the tables of a query once each, in order of appearance; names given by WITH are not tables where they are visible.
 * @throws {ServiceError} `semantic` for a name of more than two parts
 */
export function tablesOf(query: QuerySyntax, currentDatabase: string): readonly TableName[] {
  const found = new Map<string, TableName>()
  const add = (parts: readonly string[]): void => {
    const [first, second] = parts.map((part) => part.toLowerCase())
    if (parts.length > 2) throw new ServiceError('semantic', say`Table or view not found: ${parts.join('.').toLowerCase()}`)
    const table =
      second === undefined
        ? { database: currentDatabase.toLowerCase(), name: first as string }
        : { database: first as string, name: second }
    found.set(JSON.stringify([table.database, table.name]), table)
  }
  visitQuery(query, new Set(), add)
  return [...found.values()]
}

type Add = (parts: readonly string[]) => void

function visitQuery(query: QuerySyntax, around: Names, add: Add): void {
  const names = new Set(around)
  for (const table of query.with) visitNamed(table, names, add)
  const { body } = query
  const visit = (expression: ExpressionSyntax): void => visitExpression(expression, names, add)
  switch (body.kind) {
    case 'select':
      if (body.from !== undefined) visitRelation(body.from, names, add)
      for (const part of [...body.items.map((item) => item.expression), body.where, ...body.groupBy, body.having])
        if (part !== undefined) visit(part)
      break
    case 'union':
      visitQuery(body.left, names, add)
      visitQuery(body.right, names, add)
      break
    case 'nested':
      visitQuery(body.query, names, add)
      break
    case 'values':
      body.rows.flat().forEach(visit)
      break
  }
  for (const item of query.orderBy) visit(item.expression)
}

/** A WITH query sees those before it, and not itself. */
function visitNamed(table: CommonTable, names: Set<string>, add: Add): void {
  visitQuery(table.query, names, add)
  names.add(table.name.toLowerCase())
}

function visitRelation(relation: RelationSyntax, names: Names, add: Add): void {
  switch (relation.kind) {
    case 'table':
      if (relation.parts.length !== 1 || !names.has((relation.parts[0] as string).toLowerCase())) add(relation.parts)
      break
    case 'subquery':
      visitQuery(relation.query, names, add)
      break
    case 'join':
      visitRelation(relation.left, names, add)
      visitRelation(relation.right, names, add)
      if (relation.condition.kind === 'on') visitExpression(relation.condition.expression, names, add)
      break
  }
}

function visitExpression(expression: ExpressionSyntax, names: Names, add: Add): void {
  const pending: ExpressionSyntax[] = [expression]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'inQuery' || next.kind === 'exists' || next.kind === 'scalarQuery') visitQuery(next.query, names, add)
    pending.push(...partsOf(next))
  }
}

function partsOf(expression: ExpressionSyntax): readonly ExpressionSyntax[] {
  switch (expression.kind) {
    case 'literal':
    case 'column':
    case 'star':
    case 'exists':
    case 'scalarQuery':
      return []
    case 'binary':
      return [expression.right, expression.left]
    case 'between':
      return [expression.high, expression.low, expression.operand]
    case 'inList':
      return [...expression.items, expression.operand]
    case 'like':
      return [expression.pattern, expression.operand]
    case 'case':
      return [expression.operand, expression.otherwise, ...expression.whens.flatMap(({ when, result }) => [when, result])].filter(
        (part) => part !== undefined,
      )
    case 'call':
      return expression.args
    default:
      return [expression.operand]
  }
}

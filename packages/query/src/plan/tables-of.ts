// Which catalog tables a query names, before any of them is looked up: what the server has to find and to authorise.

import { ServiceError, say } from '@tributary/rules'
import type { TableName } from '../source.ts'
import type { CommonTable, QuerySyntax, RelationSyntax } from './syntax.ts'

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
  const { body, orderBy, distributeBy } = query
  // FROM before the rest: tables are listed as people read them.
  if (body.kind === 'select') visitParts([body.from, body.items, body.where, body.groupBy, body.having, body.windows], names, add)
  else visitParts([body], names, add)
  visitParts([orderBy, distributeBy], names, add)
}

/** A WITH query sees those before it, and not itself. */
function visitNamed(table: CommonTable, names: Set<string>, add: Add): void {
  visitQuery(table.query, names, add)
  names.add(table.name.toLowerCase())
}

/** Goes through whatever the syntax holds, so that no construct can hide a table; without recursion, for chains of thousands of ANDs. */
function visitParts(parts: readonly unknown[], names: Names, add: Add): void {
  const pending = parts.toReversed()
  while (pending.length > 0) {
    const next = pending.pop()
    if (typeof next !== 'object' || next === null) continue
    if ('distributeBy' in next) visitQuery(next as QuerySyntax, names, add)
    else if (isTable(next)) {
      if (next.parts.length !== 1 || !names.has((next.parts[0] as string).toLowerCase())) add(next.parts)
    } else pending.push(...Object.values(next).toReversed())
  }
}

function isTable(part: object): part is Extract<RelationSyntax, { kind: 'table' }> {
  return 'kind' in part && part.kind === 'table'
}

// Query text to syntax, for every statement that holds a query.

import { ServiceError, say } from '@tributary/rules'
import { QueryReader, queryWords } from './parse/query-reader.ts'
import { readQuery } from './parse/query.ts'
import type { QuerySyntax } from './syntax.ts'
import type { Token } from './tokens.ts'

/**
 * Parses one query.
 * @param tokens - of the query, closed by `end`; their places count in `sql`
 * @throws {ServiceError} `syntax` with line and column; `unsupported` naming what is not offered; `exhausted` when nested beyond reason
 */
export async function parseQuery(sql: string, tokens: readonly Token[]): Promise<QuerySyntax> {
  return withinStack(() => {
    const reader = new QueryReader(sql, tokens, readQuery)
    const query = readQuery(reader)
    if (reader.peek().kind !== 'end') throw reader.unexpected()
    return query
  })
}

/** True when a statement that begins so is a query, with or without an INSERT behind its WITH. @param tokens - of the whole statement */
export function isQueryStart(tokens: readonly Token[]): boolean {
  const first = tokens.find((token) => token.kind !== 'symbol' || token.value !== '(') as Token
  return first !== tokens[0] || (first.kind === 'word' && queryWords.has(first.value.toUpperCase()))
}

/** A statement nested beyond reason is the caller's error, not a crash. */
export function withinStack<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) throw new ServiceError('exhausted', say`the statement is nested too deeply; split it`)
    throw error
  }
}

// The query inside another statement: where it begins, its own text, and the tables it names.

import { ServiceError, say } from '@tributary/rules'
import type { QueryPart } from '../../statement.ts'
import { parseQuery } from '../parse-query.ts'
import type { QuerySyntax } from '../syntax.ts'
import { tablesOf } from '../tables-of.ts'
import type { Token } from '../tokens.ts'
import type { StatementReader } from './statement-reader.ts'

/** True where a query may begin here, in parentheses or not. */
export function isQueryAhead(reader: StatementReader): boolean {
  let ahead = 0
  while (reader.isSymbol('(', ahead)) ahead += 1
  return ['SELECT', 'WITH', 'VALUES', 'TABLE', 'FROM'].some((word) => reader.isWord(word, ahead))
}

/**
 * Reads everything that is left as one query.
 * @param before - the tokens of a WITH that stood in front of the statement
 * @throws {ServiceError} `syntax` with the place in the whole statement; `unsupported`, `semantic`
 */
export async function readQueryPart(reader: StatementReader, before: readonly Token[] = []): Promise<QueryPart> {
  return (await readWithSyntax(reader, before)).part
}

/**
 * Reads everything that is left as the query of a view.
 * @throws {ServiceError} as {@link readQueryPart}; `semantic` for a column that only Spark would name
 */
export async function readViewQuery(reader: StatementReader): Promise<QueryPart> {
  const { part, syntax } = await readWithSyntax(reader, [])
  const unnamed = firstUnnamed(syntax)
  if (unnamed === undefined) return part
  throw new ServiceError(
    'semantic',
    say`a view keeps its columns by name, and column ${unnamed + 1} of its query has none: give it an alias`,
  )
}

async function readWithSyntax(
  reader: StatementReader,
  before: readonly Token[],
): Promise<{ readonly part: QueryPart; readonly syntax: QuerySyntax }> {
  if (!isQueryAhead(reader)) throw reader.expected(say`a query`)
  const { sql, currentDatabase } = reader
  const own = reader.rest()
  const syntax = await parseQuery(sql, [...before, ...own])
  const query = [before, own].map((tokens) => textOf(sql, tokens)).join(' ')
  return { part: { query: query.trim(), tables: tablesOf(syntax, currentDatabase) }, syntax }
}

/** The place of the first expression of a select list that is no column and has no alias. */
function firstUnnamed({ body }: QuerySyntax): number | undefined {
  if ('left' in body) return firstUnnamed(body.left)
  if ('query' in body) return firstUnnamed(body.query)
  if (body.kind !== 'select') return undefined
  const at = body.items.findIndex(
    ({ expression, alias }) => alias === undefined && expression.kind !== 'column' && expression.kind !== 'star',
  )
  return at < 0 ? undefined : at
}

/** The text between the first and the last of some tokens, as it was written. */
function textOf(sql: string, tokens: readonly Token[]): string {
  const first = tokens[0]
  const last = tokens.findLast(({ kind }) => kind !== 'end')
  return first === undefined || last === undefined ? '' : sql.slice(first.start, last.start + last.text.length)
}

/**
 * Finds the INSERT behind a WITH.
 * @returns how many tokens stand in front of it; `undefined` where the WITH belongs to a query
 */
export function findInsert(tokens: readonly Token[]): number | undefined {
  let depth = 0
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'symbol' && token.value === '(') depth += 1
    else if (token.kind === 'symbol' && token.value === ')') depth -= 1
    else if (depth === 0 && token.kind === 'word' && token.value.toUpperCase() === 'INSERT' && tokens[index - 1]?.value === ')')
      return index
  }
  return undefined
}

/** @throws {ServiceError} `unsupported`: `FROM s INSERT INTO t SELECT …` writes several tables at once */
export function refuseMultiInsert(tokens: readonly Token[]): void {
  if (tokens[0]?.kind !== 'word' || tokens[0].value.toUpperCase() !== 'FROM') return
  if (tokens.some((token) => token.kind === 'word' && token.value.toUpperCase() === 'INSERT'))
    throw new ServiceError('unsupported', say`FROM … INSERT is not offered; write INSERT INTO table SELECT … FROM`)
}

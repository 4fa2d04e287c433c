// From SQL text to a plan, step by step; nothing here decides anything, it is the order that this file is about.

import { ServiceError, type ColumnType, say } from '@tributary/rules'
import type { SourceTable } from '../source.ts'
import type { Statement } from '../statement.ts'
import { parseDdl } from './ddl.ts'
import { parseRaw } from './parse.ts'
import type { Plan } from './plan.ts'
import { readQuery } from './read.ts'
import { resolveQuery } from './resolve-query.ts'
import { readScans } from './scans.ts'
import { optimise, renderScans, type PlanningDatabase } from './stand-ins.ts'
import type { QuerySyntax } from './syntax.ts'
import { tablesOf } from './tables-of.ts'
import { syntaxError, tokenize, type Token } from './tokens.ts'

export { explainPlan } from './explain.ts'
export { loadPolyglot } from './parse.ts'
export type { PlanningDatabase } from './stand-ins.ts'

/**
 * Reads a statement and checks it against what is offered. No table is looked up.
 * @throws {ServiceError} `syntax` with line and column; `unsupported` naming what is not offered
 */
export async function parseStatement(sql: string, currentDatabase: string): Promise<Statement> {
  const tokens = oneStatement(sql)
  if (isQuery(tokens)) return { kind: 'query', tables: tablesOf(await parseQuery(sql, tokens), currentDatabase) }
  return parseDdl(sql, tokens, currentDatabase)
}

/** What planning needs to know. `tables` are those the query may name, as `parseStatement` listed them. */
export interface PlanRequest {
  readonly sql: string
  readonly currentDatabase: string
  readonly tables: readonly SourceTable[]
  readonly database: PlanningDatabase
}

/**
 * Plans a query.
 *
 * 1. tokens, raw tree, our tree: the allow-list comes first, so that nothing below ever sees what is not offered;
 * 2. names and types: they decide what each operator means, so they come before any text for DuckDB exists;
 * 3. the optimised plan over stand-ins: only now it is certain which columns and filters each source must answer;
 * 4. the text once more, reading just those columns.
 * @throws {ServiceError} `syntax`, `semantic`, `unsupported`, `exhausted`
 */
export async function planQuery({ sql, currentDatabase, tables, database }: PlanRequest): Promise<Plan> {
  const tokens = oneStatement(sql)
  if (!isQuery(tokens)) throw new ServiceError('unsupported', say`only queries are planned`)
  const syntax = await parseQuery(sql, tokens)
  const query = withinStack(() => resolveQuery(syntax, currentDatabase, tables))
  const optimised = await optimise(renderScans(query.sql, query.occurrences, undefined), query.occurrences, database)
  const scans = readScans(optimised, query.occurrences)
  const used = new Map(
    query.occurrences.map(({ handle }) => [handle, new Set(scans.find((scan) => scan.handle === handle)?.columns ?? [])]),
  )
  return {
    sql: renderScans(query.sql, query.occurrences, used),
    scans,
    columns: query.columns.map(({ name, type }) => ({ name, type: type as ColumnType })),
  }
}

function oneStatement(sql: string): readonly Token[] {
  const tokens = tokenize(sql)
  const last = tokens.findLastIndex((token) => token.kind !== 'end' && token.value !== ';')
  if (last < 0) throw syntaxError(sql, 0, say`there is no statement; write one, for instance SELECT 1`)
  if (tokens.slice(0, last).some((token) => token.kind === 'symbol' && token.value === ';')) {
    throw new ServiceError('unsupported', say`several statements in one text are not offered; submit them one by one`)
  }
  return [...tokens.slice(0, last + 1), tokens.at(-1) as Token]
}

const queryWords = new Set(['SELECT', 'WITH', 'VALUES'])
const ddlWords = new Set(['CREATE', 'DROP'])
const otherWords = new Set(
  (
    'ADD ALTER ANALYZE ATTACH BEGIN CACHE CALL CHECKPOINT CLEAR COMMENT COMMIT COPY DEALLOCATE DELETE DESC DESCRIBE DETACH DFS EXECUTE EXPLAIN EXPORT FROM GRANT IMPORT INSERT INSTALL LIST LOAD LOCK ' +
    'MAP MERGE MSCK PIVOT PRAGMA PREPARE REDUCE REFRESH REPAIR REPLACE RESET REVOKE ROLLBACK SET SHOW START SUMMARIZE TABLE TRUNCATE UNCACHE UNLOCK UNPIVOT UPDATE USE VACUUM'
  ).split(' '),
)

/** True for what goes to the planner, false for what goes to the DDL parser. */
function isQuery(tokens: readonly Token[]): boolean {
  const first = tokens[0] as Token
  const word = first.kind === 'word' ? first.value.toUpperCase() : first.text
  if (queryWords.has(word) || (first.kind === 'symbol' && word === '(')) return true
  if (ddlWords.has(word)) return false
  if (otherWords.has(word) && first.kind === 'word')
    throw new ServiceError('unsupported', say`${statementName(tokens)} is not offered; use SELECT, CREATE or DROP`)
  throw new ServiceError(
    'syntax',
    say`line 1, column ${first.start + 1}: a statement does not start with ${first.kind === 'string' ? say`a string` : say`"${first.text}"`}; it starts with SELECT, WITH, VALUES, CREATE or DROP`,
  )
}

/** The statement's verb, with its object where that is a word of SQL: `SHOW TABLES`, `INSERT INTO`. */
function statementName(tokens: readonly Token[]): string {
  const [first, second] = tokens as readonly [Token, Token]
  const object = second.kind === 'word' ? second.value.toUpperCase() : ''
  const isKeyword =
    /^(?:INTO|OVERWRITE|TABLES|DATABASES|SCHEMAS|TABLE|DATABASE|SCHEMA|VIEW|VIEWS|FUNCTIONS|COLUMNS|PARTITIONS|CREATE|FROM|QUERY|FUNCTION|JAR|FILE|ROLE)$/.test(
      object,
    )
  return isKeyword ? `${first.value.toUpperCase()} ${object}` : first.value.toUpperCase()
}

async function parseQuery(sql: string, tokens: readonly Token[]): Promise<QuerySyntax> {
  const raw = await parseRaw(sql, tokens)
  return withinStack(() => readQuery(raw))
}

/** A statement nested beyond reason is the caller's error, not a crash. */
function withinStack<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) throw new ServiceError('exhausted', say`the statement is nested too deeply; split it`)
    throw error
  }
}

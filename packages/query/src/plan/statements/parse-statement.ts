// From SQL text to a statement as data: the first words say which file of this folder reads it.

import { ServiceError, say } from '@tributary/rules'
import type { ExplainMode, ExplainStatement, Statement } from '../../statement.ts'
import { isQueryStart, parseQuery } from '../parse-query.ts'
import { tablesOf } from '../tables-of.ts'
import { oneStatement, syntaxError, type Token } from '../tokens.ts'
import { readAlterTable } from './alter-table.ts'
import { readCreateTable } from './create-table.ts'
import { readAlterView, readCreateView } from './create-view.ts'
import { readCreateDatabase, readDropDatabase } from './databases.ts'
import { readDescribe } from './describe.ts'
import { readInsert, readTruncate } from './insert.ts'
import { findInsert, refuseMultiInsert } from './query-part.ts'
import { readShow } from './show.ts'
import { StatementReader } from './statement-reader.ts'
import { readAnalyze, readRefresh, refusedStatement } from './upkeep.ts'

/**
 * Reads a statement and checks it against what is offered. No table is looked up.
 * @throws {ServiceError} `syntax` with line and column; `unsupported` naming what is not offered; `semantic`, `invalid` for what contradicts itself
 */
export async function parseStatement(sql: string, currentDatabase: string): Promise<Statement> {
  return parseTokens(sql, oneStatement(sql), currentDatabase)
}

async function parseTokens(sql: string, tokens: readonly Token[], currentDatabase: string): Promise<Statement> {
  if (isQueryStart(tokens)) {
    refuseMultiInsert(tokens)
    const insertAt = findInsert(tokens)
    if (insertAt === undefined) return { kind: 'query', tables: tablesOf(await parseQuery(sql, tokens), currentDatabase) }
    return readInsert(new StatementReader(sql, tokens.slice(insertAt + 1), currentDatabase), tokens.slice(0, insertAt))
  }
  const reader = new StatementReader(sql, tokens, currentDatabase)
  const verb = reader.peek().kind === 'word' ? reader.next().value.toUpperCase() : ''
  const read = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  if (read === undefined) throw refuse(sql, tokens)
  const statement = await read(reader)
  reader.end()
  return statement
}

type Read = (reader: StatementReader) => Statement | Promise<Statement>

/** By the first word, in upper case. */
const verbs: Readonly<Record<string, Read>> = {
  CREATE: readCreate,
  DROP: readDrop,
  ALTER: readAlter,
  INSERT: (reader) => readInsert(reader),
  TRUNCATE: readTruncate,
  SHOW: readShow,
  DESCRIBE: readDescribe,
  DESC: readDescribe,
  EXPLAIN: readExplain,
  REFRESH: readRefresh,
  ANALYZE: readAnalyze,
}

function readCreate(reader: StatementReader): Statement | Promise<Statement> {
  if (isDatabase(reader)) return readCreateDatabase(reader)
  if (reader.accept('TABLE')) return readCreateTable(reader)
  const orReplace = reader.isWord('OR') && reader.isWord('REPLACE', 1) && reader.isWord('VIEW', 2)
  if (orReplace) reader.acceptPhrase('OR', 'REPLACE')
  if (reader.accept('VIEW')) return readCreateView(reader, orReplace)
  const temporary = temporaryView(reader)
  if (temporary !== undefined)
    throw new ServiceError(
      'unsupported',
      say`${temporary} is not offered, a job keeps nothing for the next: write WITH in the query, or CREATE VIEW`,
    )
  throw reader.notOffered('CREATE', ['DATABASE', 'SCHEMA', 'TABLE', 'VIEW'])
}

const temporaryWords = new Set(['OR', 'REPLACE', 'GLOBAL', 'TEMP', 'TEMPORARY', 'VIEW'])

/** The words of `CREATE [OR REPLACE] [GLOBAL] TEMPORARY VIEW`; `undefined` where something else stands. */
function temporaryView(reader: StatementReader): string | undefined {
  const words: string[] = []
  for (let ahead = 0; ahead < 5 && words.at(-1) !== 'VIEW'; ahead += 1) {
    const { kind, value } = reader.peekAt(ahead)
    const word = kind === 'word' ? value.toUpperCase() : ''
    if (!temporaryWords.has(word)) return undefined
    words.push(word)
  }
  return words.includes('TEMP') || words.includes('TEMPORARY') ? ['CREATE', ...words].join(' ') : undefined
}

function readDrop(reader: StatementReader): Statement {
  if (isDatabase(reader)) return readDropDatabase(reader)
  const isTable = reader.accept('TABLE')
  if (!isTable && !reader.accept('VIEW')) throw reader.notOffered('DROP', ['DATABASE', 'SCHEMA', 'TABLE', 'VIEW'])
  const ifExists = reader.acceptPhrase('IF', 'EXISTS')
  const name = reader.tableName()
  reader.refuse(['PURGE'], isTable ? 'DROP TABLE' : 'DROP VIEW')
  return isTable ? { kind: 'dropTable', table: name, ifExists } : { kind: 'dropView', view: name, ifExists }
}

function readAlter(reader: StatementReader): Statement | Promise<Statement> {
  if (reader.accept('VIEW')) return readAlterView(reader)
  if (reader.accept('TABLE')) return readAlterTable(reader)
  throw reader.notOffered('ALTER', ['TABLE', 'VIEW'])
}

const modes: Readonly<Record<string, ExplainMode>> = {
  EXTENDED: 'extended',
  FORMATTED: 'formatted',
  COST: 'cost',
}

async function readExplain(reader: StatementReader): Promise<ExplainStatement> {
  if (reader.isWord('CODEGEN'))
    throw new ServiceError('unsupported', say`EXPLAIN CODEGEN is not offered: the engine makes no code; leave CODEGEN out`)
  const word = reader.acceptAny(...Object.keys(modes))
  reader.refuse(['LOGICAL'], 'EXPLAIN')
  const { start } = reader.peek()
  const statement = await parseTokens(reader.sql, reader.rest(), reader.currentDatabase)
  if (statement.kind === 'explain') throw new ServiceError('unsupported', say`EXPLAIN of EXPLAIN is not offered`)
  return {
    kind: 'explain',
    sql: reader.sql.slice(start),
    mode: word === undefined ? 'simple' : (modes[word] as ExplainMode),
    statement,
  }
}

/** NAMESPACE is another word for a database. */
function isDatabase(reader: StatementReader): boolean {
  return reader.acceptAny('DATABASE', 'SCHEMA', 'NAMESPACE') !== undefined
}

const otherWords = new Set(
  (
    'ADD ATTACH BEGIN CACHE CALL CHECKPOINT CLEAR COMMENT COMMIT COPY DEALLOCATE DELETE DETACH DFS EXECUTE EXPORT GRANT IMPORT INSTALL LIST LOAD LOCK ' +
    'MAP MERGE MSCK PIVOT PRAGMA PREPARE REDUCE REPAIR REPLACE RESET REVOKE ROLLBACK SET START SUMMARIZE UNCACHE UNLOCK UNPIVOT UPDATE USE VACUUM'
  ).split(' '),
)

function refuse(sql: string, tokens: readonly Token[]): ServiceError {
  const first = tokens[0] as Token
  const word = first.kind === 'word' ? first.value.toUpperCase() : ''
  if (otherWords.has(word)) return refusedStatement(statementName(tokens), word)
  const found = first.kind === 'end' ? say`nothing` : first.kind === 'string' ? say`a string` : say`"${first.text}"`
  return syntaxError(
    sql,
    first.start,
    say`a statement does not start with ${found}; it starts with SELECT, WITH, VALUES, INSERT, CREATE, DROP, TRUNCATE, SHOW, DESCRIBE or EXPLAIN`,
  )
}

/** The statement's verb, with its object where that is a word of SQL: `LOAD DATA`, `MERGE INTO`. */
function statementName(tokens: readonly Token[]): string {
  const [first, second] = tokens as readonly [Token, Token]
  const object = second.kind === 'word' ? second.value.toUpperCase() : ''
  const isKeyword = /^(?:INTO|TABLE|TABLES|REPAIR|CATALOG|DATABASE|SCHEMA|DATA|FROM|ROLE|JAR|JARS|FILE|FILES|ARCHIVE)$/.test(object)
  return isKeyword ? `${first.value.toUpperCase()} ${object}` : first.value.toUpperCase()
}

// SHOW: what there is in the catalog.

import { checkCatalog, ServiceError, say } from '@tributary/rules'
import type { ShowStatement } from '../../statement.ts'
import { readPartition } from './columns.ts'
import { functionNames } from './function-lines.ts'
import { readKey } from './properties.ts'
import type { StatementReader } from './statement-reader.ts'

type Form = readonly [words: readonly string[], read: (reader: StatementReader) => Omit<ShowStatement, 'kind'>]

/** Longest first where one begins like another. */
const forms: readonly Form[] = [
  [['DATABASES'], showDatabases],
  [['SCHEMAS'], showDatabases],
  [['NAMESPACES'], showDatabases],
  [['TABLES'], (reader) => ({ what: 'tables', ...readPlaceAndPattern(reader) })],
  [['VIEWS'], (reader) => ({ what: 'views', ...readPlaceAndPattern(reader) })],
  [['TABLE', 'EXTENDED'], showTableExtended],
  [['TBLPROPERTIES'], showProperties],
  [['COLUMNS'], showColumns],
  [['PARTITIONS'], showPartitions],
  [['CREATE', 'TABLE'], showCreateTable],
  [['CURRENT', 'DATABASE'], () => ({ what: 'currentDatabase' })],
  [['CURRENT', 'SCHEMA'], () => ({ what: 'currentDatabase' })],
  [['CURRENT', 'NAMESPACE'], () => ({ what: 'currentDatabase' })],
  [['CATALOGS'], (reader) => ({ what: 'catalogs', ...readPattern(reader) })],
  [['FUNCTIONS'], (reader) => showFunctions(reader, functionNames())],
  [['ALL', 'FUNCTIONS'], (reader) => showFunctions(reader, functionNames())],
  [['SYSTEM', 'FUNCTIONS'], (reader) => showFunctions(reader, functionNames())],
  [['USER', 'FUNCTIONS'], (reader) => showFunctions(reader, [])],
]

const offered = ['DATABASES', 'TABLES', 'VIEWS', 'COLUMNS', 'PARTITIONS', 'CREATE TABLE', 'TABLE EXTENDED', 'TBLPROPERTIES', 'FUNCTIONS']

/** Reads what follows SHOW. @throws {ServiceError} `syntax`; `unsupported` for what is not shown */
export function readShow(reader: StatementReader): ShowStatement {
  const found = forms.find(([words]) => words.every((word, ahead) => reader.isWord(word, ahead)))
  if (found === undefined) throw reader.notOffered('SHOW', offered)
  const [words, read] = found
  reader.acceptPhrase(...words)
  return { kind: 'show', ...read(reader) }
}

function showDatabases(reader: StatementReader): Omit<ShowStatement, 'kind'> {
  if (reader.acceptAny('FROM', 'IN') !== undefined) checkCatalog(reader.name(say`a catalog name`))
  return { what: 'databases', ...readPattern(reader) }
}

function showTableExtended(reader: StatementReader): Omit<ShowStatement, 'kind'> {
  const database = readPlace(reader)
  reader.expect('LIKE')
  const pattern = reader.string(say`a pattern as a string, for instance 'order*'`)
  return { what: 'tableExtended', database, pattern, ...readPartitionClause(reader) }
}

function showProperties(reader: StatementReader): Omit<ShowStatement, 'kind'> {
  const table = reader.tableName()
  if (!reader.acceptSymbol('(')) return { what: 'tableProperties', table }
  const key = readKey(reader)
  reader.expectSymbol(')')
  return { what: 'tableProperties', table, key }
}

/** The database may stand in front of the table, behind it, or in both places when they agree. */
function showColumns(reader: StatementReader): Omit<ShowStatement, 'kind'> {
  if (reader.acceptAny('FROM', 'IN') === undefined) throw reader.expected(say`${'FROM'} or ${'IN'}`)
  const isQualified = reader.isSymbol('.', 1)
  const table = reader.tableName()
  if (reader.acceptAny('FROM', 'IN') === undefined) return { what: 'columns', table }
  const database = reader.databaseName()
  if (isQualified && database !== table.database)
    throw new ServiceError('semantic', say`SHOW COLUMNS with conflicting databases: '${database}' != '${table.database}'`)
  return { what: 'columns', table: { database, name: table.name } }
}

function showPartitions(reader: StatementReader): Omit<ShowStatement, 'kind'> {
  return { what: 'partitions', table: reader.tableName(), ...readPartitionClause(reader) }
}

function showCreateTable(reader: StatementReader): Omit<ShowStatement, 'kind'> {
  const table = reader.tableName()
  reader.refuse(['AS'], 'SHOW CREATE TABLE')
  return { what: 'createTable', table }
}

function showFunctions(reader: StatementReader, names: readonly string[]): Omit<ShowStatement, 'kind'> {
  if (reader.acceptAny('FROM', 'IN') !== undefined) reader.databaseName()
  reader.accept('LIKE')
  if (reader.peek().kind === 'end') return { what: 'functions', names }
  const pattern = reader.peek().kind === 'string' ? reader.string(say`a pattern`) : reader.name(say`a pattern`)
  return { what: 'functions', names, pattern }
}

function readPlace(reader: StatementReader): string {
  return reader.acceptAny('FROM', 'IN') === undefined ? reader.currentDatabase : reader.databaseName()
}

function readPlaceAndPattern(reader: StatementReader): { readonly database: string; readonly pattern?: string } {
  return { database: readPlace(reader), ...readPattern(reader) }
}

function readPattern(reader: StatementReader): { readonly pattern?: string } {
  const isAsked = reader.accept('LIKE')
  if (!isAsked && reader.peek().kind !== 'string') return {}
  return { pattern: reader.string(say`a pattern as a string, for instance 'order*'`) }
}

function readPartitionClause(reader: StatementReader): Pick<ShowStatement, 'partition'> {
  return reader.accept('PARTITION') ? { partition: readPartition(reader) } : {}
}

// CREATE TABLE: of a source, of a managed table, and of a managed table with the rows of a query.
//
//   CREATE TABLE t USING JDBC OPTIONS ('url'='…')              →   createTable, using jdbc: the columns are the source's
//   CREATE TABLE t (a int, day date) PARTITIONED BY (day)      →   createTable, using parquet
//   CREATE TABLE t PARTITIONED BY (day) AS SELECT …            →   createTableAs
//   CREATE TABLE t LIKE other                                  →   createTableLike

import { arrangeColumns, type Column, ServiceError, say, sourceColumn } from '@tributary/rules'
import type { TableName } from '../../source.ts'
import { type CreateTableStatement, managedFormat, type Statement } from '../../statement.ts'
import { managedColumn, type PartitionedBy, readColumns, readPartitionedBy, type WrittenColumn } from './columns.ts'
import { type Properties, readOptions, readProperties } from './properties.ts'
import { isQueryAhead, readQueryPart } from './query-part.ts'
import type { StatementReader } from './statement-reader.ts'

/** What `USING` may name today. */
const offeredKinds: readonly string[] = ['jdbc', managedFormat]

/** What stands between the columns and the query, in any order, each once. */
interface Clauses {
  readonly using?: string
  readonly options?: Properties
  readonly properties?: Properties
  readonly partitionedBy?: PartitionedBy
  readonly comment?: string
}

/** Reads what follows CREATE TABLE. @throws {ServiceError} `syntax`, `semantic`, `invalid`, `unsupported` */
export async function readCreateTable(reader: StatementReader): Promise<Statement> {
  const ifNotExists = reader.acceptPhrase('IF', 'NOT', 'EXISTS')
  const table = reader.tableName()
  if (reader.accept('LIKE')) return readTableLike(reader, { table, ifNotExists })
  const columns = reader.isSymbol('(') && !isSelectAhead(reader) ? readColumns(reader) : undefined
  const clauses = readClauses(reader)
  const { using = managedFormat, options = {}, properties = {}, comment = '', partitionedBy = { names: [], columns: [] } } = clauses
  const isManaged = using === managedFormat
  if (!isManaged && partitionedBy.names.length > 0)
    throw new ServiceError('unsupported', say`${'PARTITIONED BY'} in ${`CREATE TABLE … USING ${using.toUpperCase()}`} is not offered`)
  if (isManaged && Object.keys(options).length > 0)
    throw new ServiceError('unsupported', say`OPTIONS of a managed table are not offered: its files lie where the service keeps them`)
  const made = { table, ifNotExists, using, options, properties, comment }
  if (reader.accept('AS') || isQueryAhead(reader)) {
    checkTableAs(reader, { table, using, columns, partitionedBy })
    return { kind: 'createTableAs', ...made, partitionedBy: partitionedBy.names, ...(await readQueryPart(reader)) }
  }
  reader.end()
  if (isManaged && columns === undefined && partitionedBy.columns.length === 0) throw noColumns(reader, clauses)
  return { kind: 'createTable', ...made, ...arrange(table, columns, { isManaged, partitionedBy }) }
}

/** `LIKE other [USING PARQUET] [TBLPROPERTIES (…)]`. */
function readTableLike(reader: StatementReader, made: { readonly table: TableName; readonly ifNotExists: boolean }): Statement {
  const source = reader.tableName()
  const { using = managedFormat, properties = {}, ...others } = readClauses(reader)
  if (using !== managedFormat || Object.keys(others).length > 0)
    throw new ServiceError('unsupported', say`CREATE TABLE … LIKE makes a managed table: it takes USING PARQUET and TBLPROPERTIES alone`)
  return { kind: 'createTableLike', ...made, source, properties }
}

interface Parts {
  readonly isManaged: boolean
  readonly partitionedBy: PartitionedBy
}

function arrange(
  { database, name }: TableName,
  columns: readonly WrittenColumn[] | undefined,
  { isManaged, partitionedBy }: Parts,
): Pick<CreateTableStatement, 'columns' | 'partitionedBy'> {
  if (!isManaged) return { columns: columns?.map(declaredOfSource), partitionedBy: [] }
  const all = [...(columns ?? []), ...partitionedBy.columns].map(managedColumn)
  const arranged = arrangeColumns(`${database}.${name}`, all, partitionedBy.names)
  return { columns: arranged.columns, partitionedBy: arranged.partitionColumns }
}

/** What a column may hold is for the source to keep. */
function declaredOfSource(column: WrittenColumn): Column {
  if (column.isRequired === true)
    throw new ServiceError(
      'unsupported',
      say`NOT NULL of column ${column.name} is not offered in a source table: the source keeps its own; leave it out`,
    )
  return sourceColumn(column)
}

/** In parentheses; `(table int, values int)` are columns. */
function isSelectAhead(reader: StatementReader): boolean {
  return reader.isSymbol('(', 1) || reader.isWord('SELECT', 1) || reader.isWord('WITH', 1)
}

function readClauses(reader: StatementReader): Clauses {
  const clauses: { -readonly [Name in keyof Clauses]: Clauses[Name] } = {}
  for (;;) {
    const start = reader.peek()
    if (clauses.using === undefined && reader.accept('USING')) clauses.using = readUsing(reader)
    else if (clauses.using === undefined && reader.acceptPhrase('STORED', 'AS')) clauses.using = readUsing(reader)
    else if (clauses.options === undefined && reader.accept('OPTIONS')) clauses.options = readOptions(reader)
    else if (clauses.properties === undefined && reader.accept('TBLPROPERTIES')) clauses.properties = readProperties(reader)
    else if (clauses.partitionedBy === undefined && reader.acceptPhrase('PARTITIONED', 'BY'))
      clauses.partitionedBy = readPartitionedBy(reader)
    else if (clauses.comment === undefined && reader.isWord('COMMENT')) clauses.comment = reader.comment() ?? ''
    if (reader.peek() === start) break
  }
  const where = clauses.using === undefined ? 'CREATE TABLE' : 'CREATE TABLE … USING'
  reader.refuse(['LIKE', 'ROW', 'STORED', 'LOCATION', 'CLUSTERED', 'SKEWED', 'SORTED'], where)
  return clauses
}

function readUsing(reader: StatementReader): string {
  const using = reader.name(say`a kind of source, for instance JDBC`).toLowerCase()
  if (!offeredKinds.includes(using))
    throw new ServiceError(
      'unsupported',
      say`USING ${using.toUpperCase()} is not offered; offered: ${offeredKinds.join(', ').toUpperCase()}`,
    )
  return using
}

interface TableAs extends Pick<Clauses, 'using'> {
  readonly table: TableName
  readonly columns: readonly unknown[] | undefined
  readonly partitionedBy: PartitionedBy
}

function checkTableAs(reader: StatementReader, { using, columns, partitionedBy }: TableAs): void {
  if (using !== managedFormat)
    throw new ServiceError(
      'unsupported',
      say`CREATE TABLE … USING ${(using ?? '').toUpperCase()} AS is not offered: it takes a managed table, without USING or with USING ${managedFormat.toUpperCase()}`,
    )
  if (columns !== undefined)
    throw reader.expected(say`the end of the statement, since a table AS a query takes the query's columns, and not a list of its own`)
  if (partitionedBy.columns.length > 0)
    throw reader.expected(say`the end of the statement, since a table AS a query names its partition columns without types`)
}

function noColumns(reader: StatementReader, { using }: Clauses): ServiceError {
  if (using === undefined) return reader.expected(say`the column list or USING`)
  return new ServiceError('semantic', say`a managed table needs a column list, or AS and a query that gives its columns`)
}

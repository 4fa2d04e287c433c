// ALTER TABLE and the parts of ALTER VIEW that leave its query alone: names, properties, columns that are added, comments, partitions that go.

import { ServiceError, say } from '@tributary/rules'
import type { TableName } from '../../source.ts'
import type { AlterTableStatement, PartitionValue, TableChange } from '../../statement.ts'
import { managedColumn, readAddedColumns, readPartition } from './columns.ts'
import { readKey, readProperties } from './properties.ts'
import type { StatementReader } from './statement-reader.ts'

/** Reads what follows ALTER TABLE. @throws {ServiceError} `syntax`, `semantic`, `invalid`; `unsupported` for changes that no table of files takes */
export function readAlterTable(reader: StatementReader): AlterTableStatement {
  const table = reader.tableName()
  return { kind: 'alterTable', of: 'table', table, change: readCommon(reader, table) ?? readTableChange(reader) }
}

/** Reads RENAME, SET and UNSET behind ALTER VIEW and its name. @returns `undefined` where something else stands */
export function readViewChange(reader: StatementReader, table: TableName): AlterTableStatement | undefined {
  const change = readCommon(reader, table)
  return change === undefined ? undefined : { kind: 'alterTable', of: 'view', table, change }
}

function readCommon(reader: StatementReader, table: TableName): TableChange | undefined {
  if (reader.isWord('RENAME') && reader.isWord('TO', 1)) return readRename(reader, table)
  if (reader.isWord('SET') && reader.isWord('TBLPROPERTIES', 1)) {
    reader.acceptPhrase('SET', 'TBLPROPERTIES')
    return { kind: 'setProperties', properties: readProperties(reader) }
  }
  if (!reader.acceptPhrase('UNSET', 'TBLPROPERTIES')) return undefined
  const ifExists = reader.acceptPhrase('IF', 'EXISTS')
  return { kind: 'unsetProperties', ifExists, keys: reader.list(() => readKey(reader)) }
}

/** A bare name stays in the database of the table. */
function readRename(reader: StatementReader, { database }: TableName): TableChange {
  reader.acceptPhrase('RENAME', 'TO')
  const isBare = !reader.isSymbol('.', 1)
  const to = reader.tableName()
  return { kind: 'rename', to: isBare ? { database, name: to.name } : to }
}

function readTableChange(reader: StatementReader): TableChange {
  if (reader.accept('ADD')) return readAdd(reader)
  if (reader.accept('DROP')) return readDropped(reader)
  if (reader.isWord('ALTER') || reader.isWord('CHANGE')) return readColumnChange(reader)
  const other = reader.acceptAny('SET', 'RENAME', 'REPLACE', 'RECOVER', 'PARTITION')
  if (other === undefined) throw reader.expected(say`a change, for instance ${'ADD COLUMNS'}, ${'RENAME TO'} or ${'SET TBLPROPERTIES'}`)
  const what = reader.peek().kind === 'word' ? ` ${reader.peek().value.toUpperCase()}` : ''
  throw notTaken(`${other}${what}`)
}

/** What Spark does for tables of other formats alone, or for places that are the service's own. */
function notTaken(change: string): ServiceError {
  return new ServiceError(
    'unsupported',
    say`ALTER TABLE … ${change} is not offered: make the table anew with CREATE TABLE … AS SELECT, and rename it`,
  )
}

function readAdd(reader: StatementReader): TableChange {
  if (reader.isWord('PARTITION') || reader.isWord('IF'))
    throw new ServiceError(
      'unsupported',
      say`ALTER TABLE … ADD PARTITION is not offered: a partition is there as soon as rows are inserted into it`,
    )
  if (reader.acceptAny('COLUMNS', 'COLUMN') === undefined) throw reader.expected(say`${'COLUMNS'} or ${'COLUMN'}`)
  const written = readAddedColumns(reader)
  const required = written.find(({ isRequired }) => isRequired === true)
  if (required !== undefined)
    throw new ServiceError(
      'unsupported',
      say`column ${required.name} is added and cannot be NOT NULL: the rows that are there have no value in it`,
    )
  return { kind: 'addColumns', columns: written.map(managedColumn) }
}

function readDropped(reader: StatementReader): TableChange {
  if (reader.isWord('COLUMN') || reader.isWord('COLUMNS')) throw notTaken('DROP COLUMN')
  const ifExists = reader.acceptPhrase('IF', 'EXISTS')
  const partitions: (readonly PartitionValue[])[] = []
  do {
    reader.expect('PARTITION')
    partitions.push(readPartition(reader))
  } while (reader.acceptSymbol(','))
  reader.refuse(['PURGE'], 'ALTER TABLE … DROP PARTITION')
  const bare = partitions.flat().find(({ value }) => value === undefined)
  if (bare !== undefined) throw new ServiceError('semantic', say`DROP PARTITION needs a value for partition column ${bare.column}`)
  return { kind: 'dropPartitions', ifExists, partitions }
}

/** `ALTER COLUMN c COMMENT '…'`, for which Hive says `CHANGE COLUMN`. */
function readColumnChange(reader: StatementReader): TableChange {
  reader.next()
  reader.accept('COLUMN')
  const column = reader.name(say`a column name`)
  const comment = reader.comment()
  if (comment === undefined) throw notTaken('ALTER COLUMN')
  return { kind: 'commentColumn', column, comment }
}

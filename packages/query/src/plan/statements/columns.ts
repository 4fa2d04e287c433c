// Lists of columns as DDL writes them: names, types, comments, and which of them are the partitions of a table.

import { parseValueType, type ResultColumn, ServiceError, say, sizeOfText } from '@tributary/rules'
import type { PartitionValue } from '../../statement.ts'
import { syntaxError } from '../tokens.ts'
import type { StatementReader } from './statement-reader.ts'

/** A column, and its type as it was written: with a length that the type has forgotten. */
export interface WrittenColumn extends ResultColumn {
  readonly typeText: string
}

/**
 * A column as a managed table keeps it.
 * @throws {ServiceError} `unsupported` for a length that is not kept
 */
export function managedColumn({ typeText, ...column }: WrittenColumn): ResultColumn {
  return { ...column, ...sizeOfText(column.name, typeText) }
}

/** Reads `(name type [COMMENT '…'], …)`. @throws {ServiceError} `syntax`; `invalid` for a type; `semantic` for a name that comes twice */
export function readColumns(reader: StatementReader): readonly WrittenColumn[] {
  const columns = reader.list(() => readColumn(reader))
  checkNames(columns.map(({ name }) => name))
  return columns
}

/** Reads the columns behind ADD COLUMNS, which may do without parentheses. @throws {ServiceError} as {@link readColumns} */
export function readAddedColumns(reader: StatementReader): readonly WrittenColumn[] {
  if (reader.isSymbol('(')) return readColumns(reader)
  const columns: WrittenColumn[] = []
  do columns.push(readColumn(reader))
  while (reader.acceptSymbol(','))
  checkNames(columns.map(({ name }) => name))
  return columns
}

/** What stands in `PARTITIONED BY (…)`: names of columns that are declared elsewhere, or columns of its own. */
export interface PartitionedBy {
  readonly names: readonly string[]
  /** Empty where only names are given. */
  readonly columns: readonly WrittenColumn[]
}

/** Reads the list behind PARTITIONED BY. @throws {ServiceError} `syntax`, `unsupported` for transforms */
export function readPartitionedBy(reader: StatementReader): PartitionedBy {
  const start = reader.peek().start
  const parts = reader.list((): string | WrittenColumn => {
    if (reader.isSymbol('(', 1))
      throw new ServiceError('unsupported', say`partitioning by an expression is not offered; name columns in PARTITIONED BY`)
    const isBare = reader.isSymbol(',', 1) || reader.isSymbol(')', 1)
    return isBare ? reader.name(say`a column name`) : readColumn(reader)
  })
  const columns = parts.filter((part) => typeof part !== 'string')
  if (columns.length > 0 && columns.length < parts.length)
    throw syntaxError(reader.sql, start, say`PARTITIONED BY takes names of columns, or columns with their types, and not both`)
  const names = parts.map((part) => (typeof part === 'string' ? part : part.name))
  checkNames(names)
  return { names, columns }
}

/** Reads `(column = constant, column, …)` behind PARTITION. @throws {ServiceError} `syntax`; `semantic` for a column that comes twice */
export function readPartition(reader: StatementReader): readonly PartitionValue[] {
  const values = reader.list((): PartitionValue => {
    const column = reader.name(say`a column name`).toLowerCase()
    return { column, value: reader.acceptSymbol('=') || reader.acceptSymbol('==') ? readConstant(reader) : undefined }
  })
  checkNames(values.map(({ column }) => column))
  return values
}

/** The text of a constant as a partition holds it: `1`, `a`, `2024-01-31`; `null` for NULL. */
function readConstant(reader: StatementReader): string | null {
  const what = say`a constant`
  if (reader.accept('NULL')) return null
  if (reader.peek().kind === 'string') return reader.string(what)
  const word = reader.acceptAny('TRUE', 'FALSE')
  if (word !== undefined) return word.toLowerCase()
  if ((reader.isWord('DATE') || reader.isWord('TIMESTAMP')) && reader.peekAt(1).kind === 'string') {
    reader.next()
    return reader.string(what)
  }
  const sign = reader.acceptSymbol('-') ? '-' : ''
  if (reader.peek().kind !== 'number') throw reader.expected(what)
  return sign + reader.next().value.replace(/(?:BD|[LSYDF])$/i, '')
}

function readColumn(reader: StatementReader): WrittenColumn {
  const name = reader.name(say`a column name`)
  reader.acceptSymbol(':')
  const typeText = readTypeText(reader)
  const isRequired = reader.acceptPhrase('NOT', 'NULL')
  const written = { name, type: parseValueType(typeText), typeText, ...(isRequired ? { isRequired } : {}) }
  reader.refuse(['NOT', 'DEFAULT', 'GENERATED', 'FIRST', 'AFTER'], say`a column`)
  const comment = reader.comment()
  return comment === undefined ? written : { ...written, comment }
}

/** A type with everything in its brackets: `decimal(10, 2)`, `map<string, array<int>>`. */
function readTypeText(reader: StatementReader): string {
  const { start } = reader.peek()
  reader.name(say`a type`)
  let end = lastEnd(reader)
  if (reader.isSymbol('<>')) {
    reader.next()
    return reader.sql.slice(start, lastEnd(reader))
  }
  const open: string[] = []
  while (open.length > 0 ? reader.peek().kind !== 'end' : reader.isSymbol('(') || reader.isSymbol('<')) {
    const { value, kind } = reader.next()
    if (kind === 'symbol' && (value === '(' || value === '<')) open.push(value === '(' ? ')' : '>')
    if (kind === 'symbol' && value === open.at(-1)) open.pop()
    end = lastEnd(reader)
  }
  if (open.length > 0) throw reader.expected(say`")" or ">"`)
  return reader.sql.slice(start, end)
}

/** Where the token that was read last ends. */
function lastEnd(reader: StatementReader): number {
  const { start, text } = reader.peekAt(-1)
  return start + text.length
}

function checkNames(names: readonly string[]): void {
  const lower = names.map((name) => name.toLowerCase())
  const twice = names.find((_name, index) => lower.indexOf(lower[index] as string) !== index)
  if (twice !== undefined) throw new ServiceError('semantic', say`column ${twice} is listed twice`)
}

// MySQL's types and Spark's: what a column of the source is, what it is read as, and by which expression.

import { type Column, type ColumnType, formatColumnType, ServiceError, say } from '@tributary/rules'

/** What MySQL keeps in a column, as far as reading goes. */
export type SourceKind =
  | 'boolean'
  | 'integer'
  | 'year'
  | 'bit'
  | 'decimal'
  | 'float'
  | 'double'
  | 'date'
  | 'datetime'
  | 'time'
  | 'text'
  | 'json'
  | 'binary'
  | 'other'

/** A column as the server describes it. */
export interface SourceColumn {
  readonly name: string
  readonly kind: SourceKind
  /** For messages, for instance `int unsigned`. */
  readonly shown: string
  /** Bytes of an integer, bits of a bit field; otherwise 0. */
  readonly size: number
  readonly isUnsigned: boolean
  /** The longest text, as far as the server tells; otherwise 0. */
  readonly mostBytes: number
  /** True where every text has a place in the column's own character set, so that a condition in its terms can be written with any text. */
  readonly takesAnyText: boolean
  /** Of a decimal. */
  readonly precision: number
  readonly scale: number
}

/** The parts of the driver's column definition that are read here. @see https://mariadb.com/kb/en/result-set-packets/ */
export interface ColumnDefinition {
  readonly name: string
  readonly columnType: number
  readonly columnLength: number
  readonly characterSet: number
  readonly flags: number
  readonly decimals: number
}

/** How the protocol numbers types: the name of each, and what it holds. */
const wireTypes: Readonly<Record<number, readonly [shown: string, kind: SourceKind, size?: number]>> = {
  0: ['decimal', 'decimal'],
  1: ['tinyint', 'integer', 1],
  2: ['smallint', 'integer', 2],
  3: ['int', 'integer', 4],
  4: ['float', 'float'],
  5: ['double', 'double'],
  7: ['timestamp', 'datetime'],
  8: ['bigint', 'integer', 8],
  9: ['mediumint', 'integer', 3],
  10: ['date', 'date'],
  11: ['time', 'time'],
  12: ['datetime', 'datetime'],
  13: ['year', 'year', 2],
  15: ['varchar', 'text'],
  16: ['bit', 'bit'],
  245: ['json', 'json'],
  246: ['decimal', 'decimal'],
  249: ['text', 'text'],
  250: ['text', 'text'],
  251: ['text', 'text'],
  252: ['text', 'text'],
  253: ['varchar', 'text'],
  254: ['char', 'text'],
  255: ['geometry', 'other'],
}

const unsignedFlag = 0x20
/** The character set of what is not text. */
const binarySet = 63

/** Reads a definition; `tinyint(1)` is a boolean, as drivers have it. */
export function sourceColumnOf(definition: ColumnDefinition): SourceColumn {
  const { name, columnType, columnLength, characterSet, flags, decimals } = definition
  const [shown, wireKind, size = 0] = wireTypes[columnType] ?? [`type ${columnType}`, 'other']
  const isUnsigned = (flags & unsignedFlag) !== 0
  const plain = { name, kind: wireKind, shown, size, isUnsigned, mostBytes: 0, takesAnyText: false, precision: 0, scale: 0 }
  switch (wireKind) {
    case 'integer':
      if (columnType === 1 && columnLength === 1) return { ...plain, kind: 'boolean', shown: 'tinyint(1)' }
      return { ...plain, shown: isUnsigned ? `${shown} unsigned` : shown }
    case 'bit':
      return { ...plain, shown: `bit(${columnLength})`, size: columnLength }
    case 'decimal': {
      // The length counts a sign and a point.
      const precision = columnLength - (decimals > 0 ? 1 : 0) - (isUnsigned ? 0 : 1)
      return { ...plain, shown: `decimal(${precision},${decimals})`, precision, scale: decimals }
    }
    case 'text':
      return characterSet === binarySet ? { ...plain, kind: 'binary', shown: 'binary' } : { ...plain, mostBytes: columnLength }
    default:
      return plain
  }
}

/** The type a column is read as when the table does not declare one, as Spark's reader for MySQL has it; `undefined` where there is none. */
export function columnTypeOf(column: SourceColumn): ColumnType | undefined {
  switch (column.kind) {
    case 'boolean':
      return { kind: 'boolean' }
    case 'integer':
      return integerTypeOf(column)
    case 'bit':
      return column.size === 1 ? { kind: 'boolean' } : column.size < 64 ? { kind: 'bigint' } : unsignedLong
    case 'decimal':
      return column.precision <= 38 ? { kind: 'decimal', precision: column.precision, scale: column.scale } : undefined
    case 'float':
    case 'double':
    case 'date':
    case 'binary':
      return { kind: column.kind }
    case 'year':
      return { kind: 'date' }
    case 'datetime':
    case 'time':
      return { kind: 'timestamp' }
    case 'text':
    case 'json':
      return { kind: 'string' }
    case 'other':
      return undefined
  }
}

const unsignedLong: ColumnType = { kind: 'decimal', precision: 20, scale: 0 }

function integerTypeOf({ size, isUnsigned }: SourceColumn): ColumnType {
  if (size === 8) return isUnsigned ? unsignedLong : { kind: 'bigint' }
  return isUnsigned && size > 2 ? { kind: 'bigint' } : { kind: 'int' }
}

/** @throws {ServiceError} `unsupported`, naming the column and its type */
export function getColumnType(table: string, column: SourceColumn): ColumnType {
  const type = columnTypeOf(column)
  if (type !== undefined) return type
  throw new ServiceError(
    'unsupported',
    say`column ${column.name} of ${table} has type ${column.shown}, which is not offered; name the table's columns in CREATE TABLE and declare it as string, or leave it out`,
  )
}

/**
 * The expression that delivers a column for the declared type. Numbers are turned into one another here and not by the source, whose casts would clip what does not fit.
 * @throws {ServiceError} `semantic` when the values would not be kept
 */
export function readExpression(table: string, column: SourceColumn, declared: ColumnType): string {
  const name = quoteIdentifier(column.name)
  if (declared.kind === 'string') {
    if (column.kind === 'text' || column.kind === 'json') return name
    if (!castsToText.has(column.kind)) throw mismatch(table, column, declared)
    return `CAST(${name} AS CHAR)`
  }
  if (!keepsValues(column, declared)) throw mismatch(table, column, declared)
  return name
}

/** Whether a column of an answer can be read as a type. @throws nothing */
export function isReadableAs(column: SourceColumn, type: ColumnType): boolean {
  if (type.kind === 'string') return column.kind === 'text' || column.kind === 'json' || column.kind === 'binary'
  return keepsValues(column, type) || (type.kind === 'boolean' && column.kind === 'integer')
}

/** What has the same text there and in Spark, or, for `time` and decimals beyond 38 digits, has no other type. */
const castsToText: ReadonlySet<SourceKind> = new Set(['boolean', 'integer', 'year', 'decimal', 'date', 'time'])

function mismatch(table: string, column: SourceColumn, declared: ColumnType): ServiceError {
  const native = columnTypeOf(column)
  const advice = native === undefined ? 'string' : formatColumnType(native)
  return new ServiceError(
    'semantic',
    say`column ${column.name} of ${table} is declared ${formatColumnType(declared)} and is ${column.shown} at the source; declare it as ${advice}`,
  )
}

const integers: readonly ColumnType['kind'][] = ['tinyint', 'smallint', 'int', 'bigint']

/** Whether each value is either the same in the declared type or told as an error. */
function keepsValues(from: SourceColumn, to: ColumnType): boolean {
  const isInteger = integers.includes(to.kind)
  switch (from.kind) {
    case 'boolean':
      return to.kind === 'boolean' || isInteger || to.kind === 'decimal'
    case 'integer':
      return isInteger || to.kind === 'decimal' || (to.kind === 'double' && from.size < 8)
    case 'year':
      return to.kind === 'date' || isInteger
    case 'bit':
      return (to.kind === 'boolean' && from.size === 1) || isInteger || to.kind === 'decimal'
    case 'decimal':
      return (to.kind === 'decimal' && to.scale >= from.scale) || to.kind === 'double' || (from.scale === 0 && isInteger)
    case 'float':
      return to.kind === 'float' || to.kind === 'double'
    case 'date':
      return to.kind === 'date' || to.kind === 'timestamp'
    case 'datetime':
    case 'time':
      return to.kind === 'timestamp'
    case 'double':
    case 'binary':
      return to.kind === from.kind
    case 'text':
    case 'json':
    case 'other':
      return false
  }
}

const assumedShapes: Readonly<Record<ColumnType['kind'], readonly [kind: SourceKind, size?: number]>> = {
  boolean: ['boolean', 1],
  tinyint: ['integer', 1],
  smallint: ['integer', 2],
  int: ['integer', 4],
  bigint: ['integer', 8],
  float: ['float'],
  double: ['double'],
  string: ['text'],
  binary: ['binary'],
  date: ['date'],
  timestamp: ['datetime'],
  decimal: ['decimal'],
}

/** A column as it would be if the source's type were the declared one. */
export function assumedColumn({ name, type }: Column): SourceColumn {
  const [kind, size = 0] = assumedShapes[type.kind]
  const digits = type.kind === 'decimal' ? type : { precision: 0, scale: 0 }
  return {
    name,
    kind,
    shown: '',
    size,
    isUnsigned: false,
    mostBytes: 0,
    takesAnyText: true,
    precision: digits.precision,
    scale: digits.scale,
  }
}

/** An identifier that MySQL reads exactly as it is written here, whatever its settings. */
export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

/** A string constant; sessions read strings without backslash escapes. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

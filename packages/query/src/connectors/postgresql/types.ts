// PostgreSQL's types and Spark's: what a column of the source is read as, and by which expression.

import { type ColumnType, formatColumnType, ServiceError, say } from '@tributary/rules'

/** A column as PostgreSQL's catalog tells it. */
export interface SourceColumn {
  readonly name: string
  /** `pg_type.typname`, of the base type where the column's type is a domain, for instance `int4`. */
  readonly type: string
  readonly isEnum: boolean
  /** As `format_type` prints it, for messages. */
  readonly shown: string
  /** Digits and scale of `numeric(p,s)`; absent on a bare `numeric` and on every other type. */
  readonly digits: { readonly precision: number; readonly scale: number } | undefined
  /** Of `varchar(n)` and `char(n)`; absent on every other type. */
  readonly mostCharacters?: number | undefined
  /** True when equal strings are equal bytes. */
  readonly isDeterministic: boolean
}

const sameEverywhere: Readonly<Record<string, ColumnType>> = {
  bool: { kind: 'boolean' },
  int2: { kind: 'smallint' },
  int4: { kind: 'int' },
  int8: { kind: 'bigint' },
  float4: { kind: 'float' },
  float8: { kind: 'double' },
  text: { kind: 'string' },
  varchar: { kind: 'string' },
  bpchar: { kind: 'string' },
  name: { kind: 'string' },
  uuid: { kind: 'string' },
  json: { kind: 'string' },
  jsonb: { kind: 'string' },
  bytea: { kind: 'binary' },
  date: { kind: 'date' },
  timestamp: { kind: 'timestamp' },
  timestamptz: { kind: 'timestamp' },
}

/** Types whose binary form is the text itself. */
const plainText: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'name', 'json'])

/** What Spark's JDBC reader makes of a `numeric` that names no digits. */
const unconstrained: ColumnType = { kind: 'decimal', precision: 38, scale: 18 }

/** The type a column is read as when the table does not declare one; `undefined` where there is none. */
export function columnTypeOf(column: SourceColumn): ColumnType | undefined {
  if (column.isEnum) return { kind: 'string' }
  if (column.type !== 'numeric') return sameEverywhere[column.type]
  if (column.digits === undefined) return unconstrained
  const { precision, scale } = column.digits
  return precision <= 38 && scale >= 0 && scale <= precision ? { kind: 'decimal', precision, scale } : undefined
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
 * The expression that delivers a column as the declared type, in that type's binary form. The source does the cast, so a value that does not fit is an error and never another value.
 * @throws {ServiceError} `semantic` when no cast keeps the values
 */
export function readExpression(table: string, column: SourceColumn, declared: ColumnType): string {
  return readingOf(table, column, declared)(quoteIdentifier(column.name))
}

/** As {@link readExpression}, of a column that is given as SQL names it where it is read, for instance `t0."id"`. @throws {ServiceError} as that does */
export function readingOf(table: string, column: SourceColumn, declared: ColumnType): (name: string) => string {
  if (declared.kind === 'string') return readingAsText(table, column, declared)
  const native = columnTypeOf(column)
  if (native === undefined || !keepsValues(native, declared)) throw mismatch(table, column, declared)
  if (isSame(native, declared) && (column.digits !== undefined || native.kind !== 'decimal')) return (name) => name
  return (name) => `${name}::${castTarget(declared)}`
}

/** Text forms that differ from Spark's (floating point, timestamps, bytes) are refused. */
function readingAsText(table: string, column: SourceColumn, declared: ColumnType): (name: string) => string {
  if (plainText.has(column.type)) return (name) => name
  const native = columnTypeOf(column)?.kind
  if (native === 'float' || native === 'double' || native === 'timestamp' || native === 'binary') throw mismatch(table, column, declared)
  return (name) => textOf(column.type, name)
}

/** What a value prints as, alone and in an array: the cast of an `inet` would add the mask of a single address. @param type - `pg_type.typname` */
export function textOf(type: string, value: string): string {
  return type === 'inet' ? `pg_catalog.textin(pg_catalog.inet_out(${value}))` : `${value}::text`
}

function mismatch(table: string, column: SourceColumn, declared: ColumnType): ServiceError {
  const native = columnTypeOf(column)
  const advice = native === undefined ? 'string' : formatColumnType(native)
  return new ServiceError(
    'semantic',
    say`column ${column.name} of ${table} is declared ${formatColumnType(declared)} and is ${column.shown} at the source; declare it as ${advice}`,
  )
}

const integers = ['tinyint', 'smallint', 'int', 'bigint']

/** Whether each value of `from` is either the same value in `to` or an error at the source. */
function keepsValues(from: ColumnType, to: ColumnType): boolean {
  if (from.kind === 'decimal' && to.kind === 'decimal') return to.scale >= from.scale
  if (from.kind === to.kind) return true
  if (integers.includes(from.kind))
    return integers.includes(to.kind) || to.kind === 'decimal' || (to.kind === 'double' && from.kind !== 'bigint')
  if (from.kind === 'decimal') return to.kind === 'double' || (from.scale === 0 && integers.includes(to.kind))
  return (from.kind === 'float' && to.kind === 'double') || (from.kind === 'date' && to.kind === 'timestamp')
}

function isSame(one: ColumnType, other: ColumnType): boolean {
  return formatColumnType(one) === formatColumnType(other)
}

const castTargets: Readonly<Record<Exclude<ColumnType['kind'], 'decimal'>, string>> = {
  boolean: 'bool',
  tinyint: 'int2',
  smallint: 'int2',
  int: 'int4',
  bigint: 'int8',
  float: 'float4',
  double: 'float8',
  string: 'text',
  binary: 'bytea',
  date: 'date',
  timestamp: 'timestamp',
}

/** PostgreSQL's type that has the binary form of one of Spark's. */
export function castTarget(type: ColumnType): string {
  return type.kind === 'decimal' ? `numeric(${type.precision},${type.scale})` : castTargets[type.kind]
}

/** An identifier that PostgreSQL reads exactly as it is written here. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A string constant; sessions read strings without backslash escapes. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

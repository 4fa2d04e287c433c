// Types of columns and values as Spark SQL names them, as data and as text.

import { ServiceError } from './errors.ts'
import { formatIntervalType, type IntervalType, parseIntervalType } from './interval.ts'
import { say } from './text.ts'

/** The type of a source's column. `decimal` has 1 to 38 digits, `scale` of them behind the point. */
export type ColumnType =
  | {
      readonly kind: 'boolean' | 'tinyint' | 'smallint' | 'int' | 'bigint' | 'float' | 'double' | 'string' | 'binary' | 'date' | 'timestamp'
    }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }

/** The type of any value of a query: a column's, that of a bare NULL (`void`), an interval's, or one of arrays, maps and structs. Any element may be null, a map's key may not. */
export type ValueType =
  | ColumnType
  | IntervalType
  | { readonly kind: 'null' }
  | { readonly kind: 'array'; readonly element: ValueType }
  | { readonly kind: 'map'; readonly key: ValueType; readonly value: ValueType }
  | { readonly kind: 'struct'; readonly fields: readonly StructField[] }

/** One field of a struct; names are compared without regard to case, as Spark does. */
export interface StructField {
  readonly name: string
  readonly type: ValueType
}

/** One column of a source's table. */
export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly comment?: string
}

/** One column of a query's result, of a view or of a managed table: nested values have a place there. */
export interface ResultColumn {
  readonly name: string
  readonly type: ValueType
  /** Of a query's column: that of the table's column that it is, where it is one as it stands. */
  readonly comment?: string
  /** Of a managed table: how many characters `varchar(n)` allows; absent for every other type. */
  readonly mostLetters?: number
  /** Of a managed table: declared NOT NULL, so that a row without a value ends the write. */
  readonly isRequired?: true
}

/** The type as it was declared: `varchar(20)` where a text has a longest length. */
export function declaredType({ type, mostLetters }: Pick<ResultColumn, 'type' | 'mostLetters'>): string {
  return mostLetters === undefined ? formatColumnType(type) : `varchar(${mostLetters})`
}

/** Spark's spelling: `int`, `decimal(10,2)`, `array<int>`, `map<string,int>`, `struct<a:int,b:string>`. */
export function formatColumnType(type: ValueType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'null':
      return 'void'
    case 'interval':
      return formatIntervalType(type)
    case 'array':
      return `array<${formatColumnType(type.element)}>`
    case 'map':
      return `map<${formatColumnType(type.key)},${formatColumnType(type.value)}>`
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${formatColumnType(field.type)}`).join(',')}>`
    default:
      return type.kind
  }
}

/** True for types of a single value: what a source's column may have. */
export function isColumnType(type: ValueType): type is ColumnType {
  return !['null', 'interval', 'array', 'map', 'struct'].includes(type.kind)
}

const synonyms: Readonly<Record<string, ColumnType['kind']>> = {
  boolean: 'boolean',
  byte: 'tinyint',
  tinyint: 'tinyint',
  short: 'smallint',
  smallint: 'smallint',
  int: 'int',
  integer: 'int',
  long: 'bigint',
  bigint: 'bigint',
  real: 'float',
  float: 'float',
  double: 'double',
  string: 'string',
  varchar: 'string',
  char: 'string',
  binary: 'binary',
  date: 'date',
  timestamp: 'timestamp',
  dec: 'decimal',
  numeric: 'decimal',
  decimal: 'decimal',
}

/** A column as a source's table has it. @throws {ServiceError} `unsupported` for nested values, which sources are not read for yet */
export function sourceColumn({ type, ...rest }: ResultColumn): Column {
  const { name, comment } = rest
  if (isColumnType(type)) return comment === undefined ? { name, type } : { name, type, comment }
  throw new ServiceError(
    'unsupported',
    say`column ${rest.name} of type ${formatColumnType(type)} is not offered in a source table; managed tables take nested values`,
  )
}

/**
 * Reads a type as DDL writes it, in any case; `varchar(n)` and `char(n)` are `string`, a bare `decimal` is `decimal(10,0)` as in Spark.
 * @throws {ServiceError} `invalid` for a type that is not offered
 */
export function parseColumnType(text: string): ColumnType {
  const parts = /^\s*([a-z]+)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*$/i.exec(text)
  const word = parts?.[1]?.toLowerCase() ?? ''
  const kind = Object.hasOwn(synonyms, word) ? synonyms[word] : undefined
  if (parts === null || kind === undefined)
    throw new ServiceError('invalid', say`type "${text.slice(0, 64)}" is not offered; use one of ${Object.keys(synonyms).join(', ')}`)
  if (kind !== 'decimal') return { kind }
  const precision = Number(parts[2] ?? 10)
  const scale = Number(parts[3] ?? 0)
  if (precision < 1 || precision > 38 || scale > precision)
    throw new ServiceError('invalid', say`type "${text}": decimal has 1 to 38 digits, and no more of them behind the point`)
  return { kind, precision, scale }
}

/** True where `char(n)` or `varchar(n)` stands in a type, whose length {@link parseColumnType} forgets: a source keeps it itself. */
export function isSizedText(text: string): boolean {
  return /(?:^|[<,:])\s*(?:var)?char\b|\b(?:var)?char\s*\(/i.test(text)
}

/** How many characters `varchar(n)` allows, a signed number of 32 bits; `undefined` for every other type. @throws {ServiceError} `invalid` for a larger one */
export function lettersOf(text: string): number | undefined {
  const digits = /^\s*varchar\s*\(\s*(\d+)\s*\)\s*$/i.exec(text)?.[1]
  if (digits !== undefined && Number(digits) > 2 ** 31 - 1)
    throw new ServiceError('invalid', say`type "${text.slice(0, 64)}": a varchar has at most ${2 ** 31 - 1} characters`)
  return digits === undefined ? undefined : Number(digits)
}

/** Deepest nesting of a type that is read: more is no table but an attempt to exhaust the reader. */
const maxDepth = 16

/**
 * Reads the type of a value: `array<int>`, `map<string,array<int>>`, `struct<a: int, b: string>` (names may stand in backticks), or any type of a column.
 * @throws {ServiceError} `invalid` for a type that is not offered or nested more than 16 deep
 */
export function parseValueType(text: string, depth = 0): ValueType {
  const nested = /^\s*(array|map|struct)\s*<([\s\S]*)>\s*$/i.exec(text)
  if (nested === null) return /^\s*void\s*$/i.test(text) ? { kind: 'null' } : (parseIntervalType(text) ?? parseColumnType(text))
  const [, word = '', inside = ''] = nested
  const kind = word.toLowerCase()
  const parts = splitOutside(inside, ',')
  const isSized = kind === 'struct' || parts.length === (kind === 'array' ? 1 : 2)
  if (!isSized || depth >= maxDepth) throw new ServiceError('invalid', say`type "${text.slice(0, 64)}" is not well formed`)
  if (kind === 'struct')
    return { kind: 'struct', fields: parts.filter((part) => part.trim() !== '').map((part) => parseField(part, depth)) }
  const [first, second] = parts.map((part) => parseValueType(part, depth + 1)) as [ValueType, ValueType]
  return kind === 'array' ? { kind: 'array', element: first } : { kind: 'map', key: first, value: second }
}

function parseField(text: string, depth: number): StructField {
  const parts = /^\s*(?:`((?:[^`]|``)+)`|([^\s:`]+))\s*(?::|\s)\s*([\s\S]+)$/.exec(text)
  const name = parts?.[1]?.replaceAll('``', '`') ?? parts?.[2]
  if (parts === null || name === undefined) throw new ServiceError('invalid', say`type "${text.slice(0, 64)}" is not well formed`)
  return { name, type: parseValueType(parts[3] as string, depth + 1) }
}

/** Splits at a mark that stands outside of brackets and backticks. */
function splitOutside(text: string, mark: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let isQuoted = false
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] as string
    if (letter === '`') isQuoted = !isQuoted
    else if (isQuoted) continue
    else if (letter === '<' || letter === '(') depth += 1
    else if (letter === '>' || letter === ')') depth -= 1
    else if (letter === mark && depth === 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

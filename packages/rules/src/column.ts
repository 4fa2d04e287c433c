// Column types as Spark SQL names them, as data and as text.

import { ServiceError } from './errors.ts'
import { say } from './text.ts'

/** The type of a column. `decimal` has 1 to 38 digits, `scale` of them behind the point. */
export type ColumnType =
  | {
      readonly kind: 'boolean' | 'tinyint' | 'smallint' | 'int' | 'bigint' | 'float' | 'double' | 'string' | 'binary' | 'date' | 'timestamp'
    }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }

/** One column of a table or a result. */
export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly comment?: string
}

/** Spark's spelling: `int`, `decimal(10,2)`. */
export function formatColumnType(type: ColumnType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind
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

// A resolved expression: its DuckDB text, its Spark type, and the name that Spark would give it.

import { ServiceError, say } from '@tributary/rules'
import { duckType, quoteString, type SparkType } from './spark-types.ts'

/** A column of an enclosing select that an expression still depends on outside of aggregates and grouping. */
export interface LooseColumn {
  /** Identity of the scope that the column belongs to. */
  readonly scope: object
  readonly name: string
}

/** An expression after resolution. */
export interface Bound {
  /** DuckDB SQL, closed: it can stand anywhere an operand can. */
  readonly sql: string
  readonly type: SparkType
  /** As Spark names the column when no alias is given. */
  readonly name: string
  /** The value's text when it is a constant. */
  readonly constant: string | undefined
  readonly loose: readonly LooseColumn[]
  readonly hasAggregate: boolean
  /** A plain column or the cast of one, whose name a cast keeps. */
  readonly columnName: string | undefined
  /** The same value in 64 bits, of a quick plan alone: see `quick.ts`. A decimal has the scale of its type, and 18 digits at most. */
  readonly quick?: string | undefined
}

/** SQL text and type of a rewrite's result. */
export interface Rewritten {
  readonly sql: string
  readonly type: SparkType
  /** As in {@link Bound}. */
  readonly quick?: string | undefined
}

/** Longest text of one expression: casts and arithmetic repeat their operands, so a short statement could grow without end. */
const maxOperandLength = 60_000
/** Longest text of a list of values or conditions, which only grows with the statement. */
const maxListLength = 4_000_000

/** @throws {ServiceError} `exhausted` when an expression has grown past what DuckDB should be given */
export function checkLength(sql: string, isList = false): void {
  if (sql.length > (isList ? maxListLength : maxOperandLength))
    throw new ServiceError('exhausted', say`the statement is too large once its casts and arithmetic are written out; split it`)
}

/** Joins the parts of an expression: what they depend on is what it depends on. */
export function compose(result: Rewritten, name: string, parts: readonly Bound[], isList = false): Bound {
  checkLength(result.sql, isList)
  const loose = parts.length === 1 ? (parts[0] as Bound).loose : parts.flatMap((part) => part.loose)
  return { ...result, name, constant: undefined, loose, hasAggregate: parts.some((part) => part.hasAggregate), columnName: undefined }
}

/** A constant of a type; `text` as `CAST` would read it. */
export function constantOf(type: SparkType, text: string, name: string = text): Bound {
  return { sql: constantSql(type, text), type, name, constant: text, loose: [], hasAggregate: false, columnName: undefined }
}

function constantSql(type: SparkType, text: string): string {
  if (type.kind === 'null') return 'NULL'
  if (type.kind === 'boolean') return text
  if (type.kind === 'string')
    return text.includes('\0') ? `(${text.split('\0').map(quoteString).join(' || chr(0) || ')})` : quoteString(text)
  if (type.kind === 'int' && /^\d+$/.test(text)) return `CAST(${text} AS INTEGER)`
  return `CAST(${quoteString(text)} AS ${duckType(type)})`
}

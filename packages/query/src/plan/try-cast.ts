// TRY_CAST: reads values as ANSI mode does, and gives NULL where that mode would end the query.
//
//   TRY_CAST(price AS TINYINT)   →   NULL for 300, where CAST wraps it to 44

import { isColumnType, ServiceError, type ColumnType, say } from '@tributary/rules'
import { checkLength, type Bound } from './bound.ts'
import { castTo, extract } from './casts.ts'
import { once } from './functions/arguments.ts'
import {
  bitsOf,
  duckType,
  isFractional,
  isIntegral,
  isNumeric,
  sameType,
  typeName,
  type IntegralKind,
  type SparkType,
} from './spark-types.ts'

/**
 * Converts an expression where its value is one of the type; its name stays.
 * @throws {ServiceError} `semantic` for a pair of types that ANSI mode knows no cast for, `unsupported` for arrays, maps and structs
 */
export function tryCastTo(value: Bound, to: SparkType): Bound {
  const from = value.type
  if (from.kind === 'null' || sameType(from, to)) return castTo(value, to)
  if (!isColumnType(from) || !isColumnType(to))
    throw new ServiceError('unsupported', say`TRY_CAST of ${typeName(from)} to ${typeName(to)} is not offered; cast its parts one by one`)
  if (!isKnown(from, to))
    throw new ServiceError(
      'semantic',
      say`cannot resolve '${value.name}' due to data type mismatch: cannot cast ${typeName(from)} to ${typeName(to)}.`,
    )
  const sql = isIntegral(to) ? wholeSql(value.sql, from, to) : undefined
  if (sql === undefined) return castTo(value, to)
  checkLength(sql)
  return { ...value, sql, type: to, constant: undefined, quick: undefined }
}

/** Pairs of types that ANSI mode casts. @see Spark 3.3.1, Cast.canAnsiCast */
function isKnown(from: ColumnType, to: ColumnType): boolean {
  if (to.kind === 'string' || from.kind === 'string') return true
  if (from.kind === 'boolean' || to.kind === 'boolean') return isNumeric(from) || isNumeric(to)
  if (from.kind === 'date' || to.kind === 'date') return from.kind === 'timestamp' || to.kind === 'timestamp'
  return from.kind !== 'binary' && to.kind !== 'binary'
}

/** Whole numbers, which CAST would wrap or cut off; `undefined` where it does neither. */
function wholeSql(sql: string, from: ColumnType, to: { readonly kind: IntegralKind }): string | undefined {
  const type = duckType(to)
  if (from.kind === 'string') return `TRY_CAST(${extract(sql, String.raw`^[\x00-\x20\x7F]*([+-]?[0-9]+)[\x00-\x20\x7F]*$`)} AS ${type})`
  if (isIntegral(from)) return `TRY_CAST(${sql} AS ${type})`
  if (from.kind === 'decimal') return `TRY_CAST(trunc(${sql}) AS ${type})`
  if (from.kind === 'timestamp') return `TRY_CAST((epoch_us(date_trunc('second', ${sql})) // 1000000) AS ${type})`
  return isFractional(from) ? fractionSql(sql, to) : undefined
}

/** As Java tells it: the floor is not above the greatest, the ceiling not below the least. The greatest bigint is no double: the next one counts. */
function fractionSql(sql: string, to: { readonly kind: IntegralKind }): string {
  const half = 2n ** BigInt(bitsOf(to.kind) - 1)
  const type = duckType(to)
  const greatest = to.kind === 'bigint' ? half : half - 1n
  return once(`CAST(${sql} AS DOUBLE)`, 'tc_v', (value) => {
    const fits = `NOT isnan(${value}) AND floor(${value}) <= ${greatest}e0 AND ceil(${value}) >= -${half}e0`
    return `CASE WHEN ${fits} THEN coalesce(TRY_CAST(trunc(${value}) AS ${type}), CAST(${half - 1n} AS ${type})) END`
  })
}

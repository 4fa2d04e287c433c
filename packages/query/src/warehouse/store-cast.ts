// Values on their way into a table's column, by Spark's store assignment: what the column cannot hold ends the statement, it is never wrapped or lost.

import { type ColumnType, formatColumnType, isColumnType, say, ServiceError, type ValueType } from '@tributary/rules'
import { constantOf } from '../plan/bound.ts'
import { castTo } from '../plan/casts.ts'
import { nestedCast } from '../plan/nested-casts.ts'
import { misfitSql } from '../plan/refusal.ts'
import { bitsOf, duckType, isFractional, isIntegral, quoteString } from '../plan/spark-types.ts'

/** One value that is stored, and the column that takes it. */
export interface Stored {
  /** DuckDB SQL of the value: short, it is written out several times. */
  readonly sql: string
  readonly from: ValueType
  readonly to: ValueType
  /** Of the column, for messages. */
  readonly column: string
}

/**
 * The value as its column keeps it; types that may be assigned at all have been checked before.
 * @throws {ServiceError} `unsupported` for a pair of types that is converted nowhere yet
 */
export function storeSql(stored: Stored): string {
  const { sql, from, to } = stored
  if (formatColumnType(from) === formatColumnType(to)) return sql
  if (from.kind === 'null') return fixedSql(null, to)
  if (!isColumnType(to)) return nested(stored)
  if (isIntegral(to)) return isIntegral(from) && bitsOf(from.kind) <= bitsOf(to.kind) ? plain(sql, to) : integral(stored)
  if (to.kind === 'decimal') return decimal(stored)
  if (to.kind === 'float' && from.kind === 'double') return toFloat(sql)
  if (isFractional(to) && from.kind === 'decimal') return plain(`CAST(${sql} AS VARCHAR)`, to)
  return castTo({ ...constantOf(from, '0'), sql, constant: undefined }, to).sql
}

/** A value that the statement itself gives, as `PARTITION (a = '1')` does; its text has been read against the type. */
export function fixedSql(value: string | null, to: ValueType): string {
  return `CAST(${value === null ? 'NULL' : quoteString(value)} AS ${duckType(to)})`
}

function plain(sql: string, to: ColumnType): string {
  return `CAST(${sql} AS ${duckType(to)})`
}

/** Part by part; a part that does not fit ends the statement as a column would. */
function nested({ sql, from, to, column }: Stored): string {
  const stored = nestedCast(sql, from, to, (part, partFrom, partTo) => storeSql({ sql: part, from: partFrom, to: partTo, column }))
  if (stored !== undefined) return stored
  throw new ServiceError('unsupported', say`storing ${formatColumnType(from)} as ${formatColumnType(to)} is not offered`)
}

/** Fractions are cut; NaN and what lies outside is refused. */
function integral(stored: Stored): string {
  const { sql, from, to } = stored
  const whole = isIntegral(from) ? sql : `trunc(${sql})`
  return orMisfit(`TRY_CAST(${whole} AS ${duckType(to)})`, stored)
}

/** Rounded half up from the digits as they are written; NaN is NULL, as in Spark. */
function decimal(stored: Stored): string {
  const { sql, from, to } = stored
  if (!isFractional(from)) return orMisfit(`TRY_CAST(${sql} AS ${duckType(to)})`, stored)
  const digits = `CAST(${sql} AS VARCHAR)`
  return `CASE WHEN isnan(${sql}) THEN NULL ELSE ${orMisfit(`TRY_CAST(${digits} AS ${duckType(to)})`, stored)} END`
}

/** What is too large for a float is infinite. */
function toFloat(sql: string): string {
  const infinite = `CASE WHEN ${sql} > 0 THEN CAST('Infinity' AS FLOAT) WHEN ${sql} < 0 THEN CAST('-Infinity' AS FLOAT) END`
  return `coalesce(TRY_CAST(${sql} AS FLOAT), ${infinite})`
}

function orMisfit(converted: string, { sql, from, to, column }: Stored): string {
  const misfit = misfitSql(
    say`Fail to insert a value of ${formatColumnType(from)} type into the ${formatColumnType(to)} type column ${column} due to an overflow; filter such values out, or widen the column`,
  )
  return `coalesce(${converted}, CASE WHEN ${sql} IS NOT NULL THEN ${misfit} END)`
}

// The digits of decimals as whole numbers: what exact arithmetic past DuckDB's own is made of.

import type { Rewritten } from './bound.ts'
import { decimalOf, duckType, type DecimalType } from './spark-types.ts'

/**
 * The digits of a decimal as a HUGEINT, with `zeros` more behind them.
 * @param value - its type is DuckDB's, too, or one that holds every value it can have
 */
export function unscaled({ sql, type }: Rewritten, zeros: number): string {
  const digits = digitsOf(sql, decimalOf(type))
  return zeros === 0 ? digits : `(${digits} * CAST('${10n ** BigInt(zeros)}' AS HUGEINT))`
}

/** By way of text only where multiplying would need more than 38 digits. */
function digitsOf(sql: string, { precision, scale }: DecimalType): string {
  if (scale === 0) return `CAST(${sql} AS HUGEINT)`
  const unit = `CAST('${10n ** BigInt(scale)}' AS DECIMAL(${scale + 1},0))`
  if (precision + scale < 38) return `CAST((CAST(${sql} AS DECIMAL(38,${scale})) * ${unit}) AS HUGEINT)`
  return `CAST(replace(CAST(${sql} AS VARCHAR), '.', '') AS HUGEINT)`
}

/**
 * A HUGEINT divided by another as a decimal, halves away from zero.
 * @param numerator - with one digit more than the result keeps: cut there, it decides the rounding exactly
 */
export function divideRounded(numerator: string, denominator: string, type: DecimalType): string {
  const unit = `CAST('0.${'0'.repeat(type.scale)}1' AS DECIMAL(${type.scale + 1},${type.scale + 1}))`
  return `TRY_CAST((CAST((${numerator} // ${denominator}) AS DECIMAL(38,0)) * ${unit}) AS ${duckType(type)})`
}

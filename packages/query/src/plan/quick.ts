// Arithmetic in types of 64 bits: a quick plan computes so, DuckDB ends its run where a value does not fit, and the exact plan runs in its place.
//
//   price * rate   (decimal(15,2) each)   →   (price * rate), 18 digits while it is computed; CAST(… AS DECIMAL(31,4)) where its value is wanted
//
// A quick text never gives another value than the exact one: it gives the same, or an error. So it must not stand where errors become NULL (`usesErrors`),
// and whole numbers stay as they are but as sides of decimals: of `i + 1 > 0` DuckDB makes `i > -1`, which has no error any more.

import type { Bound } from './bound.ts'
import { decimalOfText, duckType, isIntegral, type DecimalType, type SparkType } from './spark-types.ts'

/** Digits of the widest decimal that DuckDB computes in 64 bits; past them it says so. */
export const quickDigits = 18

/** The quick text of a column of a quick plan, where it has one. */
export function quickColumn(sql: string, type: SparkType): string | undefined {
  return isIntegral(type) || (type.kind === 'decimal' && type.precision <= quickDigits) ? sql : undefined
}

/** @returns the quick texts of all, those of constants among them; `undefined` where one has none, or all are constants */
export function quickTexts(values: readonly Bound[]): readonly string[] | undefined {
  if (!values.some((value) => value.quick !== undefined)) return undefined
  const texts = values.map((value) => value.quick ?? quickConstant(value))
  return texts.every((text) => text !== undefined) ? texts : undefined
}

function quickConstant({ constant, type, sql }: Bound): string | undefined {
  if (constant === undefined || type.kind !== 'decimal') return isIntegral(type) && constant !== undefined ? sql : undefined
  const { precision, scale } = decimalOfText(constant)
  return precision - scale + type.scale <= quickDigits ? `CAST('${constant}' AS ${duckType(narrowed(type))})` : undefined
}

/** What a widening cast makes of a quick text; other casts may give NULL, and have none. */
export function quickCast({ quick, type: from }: Bound, to: SparkType): string | undefined {
  if (to.kind === 'decimal' && from.kind === 'null') return `CAST(NULL AS ${duckType(narrowed(to))})`
  if (quick === undefined) return undefined
  if (isIntegral(from)) return isIntegral(to) || to.kind === 'decimal' ? quickWhole(quick, from, to) : undefined
  if (from.kind !== 'decimal' || to.kind !== 'decimal') return undefined
  const widens = to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale
  if (!widens || to.scale > quickDigits) return undefined
  return to.scale === from.scale ? quick : `CAST(${quick} AS ${duckType(narrowed(to))})`
}

const wholeDigits = { tinyint: 3, smallint: 5, int: 10, bigint: 19 } as const

function quickWhole(quick: string, from: { readonly kind: keyof typeof wholeDigits }, to: SparkType): string | undefined {
  const digits = wholeDigits[from.kind]
  if (to.kind === 'decimal')
    return to.precision - to.scale >= digits && to.scale <= quickDigits ? `CAST(${quick} AS ${duckType(narrowed(to))})` : undefined
  return isIntegral(to) && wholeDigits[to.kind] >= digits ? `CAST(${quick} AS ${duckType(to)})` : undefined
}

function narrowed({ precision, scale }: DecimalType): DecimalType {
  return { kind: 'decimal', precision: Math.min(precision, quickDigits), scale }
}

/** True for an error of DuckDB about a value that a type cannot hold: the exact plan has a wider one, or the same to say. */
export function isMisfit(error: unknown): boolean {
  return error instanceof Error && /^(?:Conversion|Out of Range) Error/.test(error.message)
}

/** True for text in which an error can become NULL: no quick text may stand in it. */
export function usesErrors(sql: string): boolean {
  return sql.includes('TRY(')
}

// Decimals as PostgreSQL's numeric: count of base-10,000 digits, weight of the first, sign, scale shown, digits; zero digits at either end are left out.

import type { ColumnType } from '@tributary/rules'
import { widthOf } from '../../batch.ts'
import type { OutBytes } from '../out-bytes.ts'

/** Writes one value of a column, without its size. */
export type NumericWriter = (out: OutBytes, row: number) => void

const groupDigits = 4
const group = 10_000
const negative = 0x4000
/** Unscaled values of so many digits, and fractions of so many that are filled up to whole groups, are exact as JavaScript numbers. */
const safePrecision = 15
const safeScale = 12
/** More groups than a decimal of 38 digits has. */
const groups = new Uint16Array(16)

/** @param data - of a decimal or an integer column, in DuckDB's layout */
export function numericWriterOf(type: ColumnType, data: ArrayBuffer): NumericWriter {
  const scale = type.kind === 'decimal' ? type.scale : 0
  const precision = type.kind === 'decimal' ? type.precision : type.kind === 'bigint' ? 19 : safePrecision
  const width = widthOf(type) as number
  if (precision <= safePrecision && scale <= safeScale) return smallWriter(numbersOf(data, width), scale)
  return wideWriter(bigIntsOf(data, width), scale)
}

function numbersOf(data: ArrayBuffer, width: number): (row: number) => number {
  if (width === 8) {
    const words = new Int32Array(data)
    return (row) => (words[2 * row + 1] as number) * 2 ** 32 + ((words[2 * row] as number) >>> 0)
  }
  const values = width === 1 ? new Int8Array(data) : width === 2 ? new Int16Array(data) : new Int32Array(data)
  return (row) => values[row] as number
}

function bigIntsOf(data: ArrayBuffer, width: number): (row: number) => bigint {
  if (width < 8) {
    const read = numbersOf(data, width)
    return (row) => BigInt(read(row))
  }
  const words = new BigInt64Array(data)
  if (width === 8) return (row) => words[row] as bigint
  return (row) => ((words[2 * row + 1] as bigint) << 64n) | BigInt.asUintN(64, words[2 * row] as bigint)
}

function smallWriter(read: (row: number) => number, scale: number): NumericWriter {
  const unit = 10 ** scale
  const fractionGroups = Math.ceil(scale / groupDigits)
  const filled = 10 ** (fractionGroups * groupDigits - scale)
  return (out, row) => {
    const value = read(row)
    const magnitude = Math.abs(value)
    let whole = Math.floor(magnitude / unit)
    let fraction = (magnitude - whole * unit) * filled
    // From the last group to the first.
    let at = groups.length
    for (let index = 0; index < fractionGroups; index += 1) {
      const rest = Math.floor(fraction / group)
      at -= 1
      groups[at] = fraction - rest * group
      fraction = rest
    }
    let wholeGroups = 0
    while (whole > 0) {
      const rest = Math.floor(whole / group)
      at -= 1
      groups[at] = whole - rest * group
      whole = rest
      wholeGroups += 1
    }
    writeGroups(out, { at, wholeGroups, isNegative: value < 0, scale })
  }
}

const bigGroup = 10_000n

function wideWriter(read: (row: number) => bigint, scale: number): NumericWriter {
  const fractionGroups = Math.ceil(scale / groupDigits)
  const filled = 10n ** BigInt(fractionGroups * groupDigits - scale)
  return (out, row) => {
    const value = read(row)
    let rest = (value < 0n ? -value : value) * filled
    let at = groups.length
    let written = 0
    while (rest > 0n || written < fractionGroups) {
      at -= 1
      groups[at] = Number(rest % bigGroup)
      rest /= bigGroup
      written += 1
    }
    writeGroups(out, { at, wholeGroups: written - fractionGroups, isNegative: value < 0n, scale })
  }
}

interface Groups {
  /** Where the first stands. */
  readonly at: number
  /** How many of them stand before the point. */
  readonly wholeGroups: number
  readonly isNegative: boolean
  readonly scale: number
}

function writeGroups(out: OutBytes, { at, wholeGroups, isNegative, scale }: Groups): void {
  let first = at
  let end = groups.length
  while (first < end && groups[first] === 0) first += 1
  while (end > first && groups[end - 1] === 0) end -= 1
  const isZero = first === end
  out.int16(end - first)
  out.int16(isZero ? 0 : wholeGroups - 1 - (first - at))
  out.int16(isNegative ? negative : 0)
  out.int16(scale)
  for (let index = first; index < end; index += 1) out.int16(groups[index] as number)
}

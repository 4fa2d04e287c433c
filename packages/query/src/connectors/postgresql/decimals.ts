// PostgreSQL's numeric on the wire as DuckDB's decimals: unscaled integers of 2, 4, 8 or 16 bytes.
//
//   int16 groups · int16 weight of the first · uint16 sign · int16 scale shown · groups x uint16 (base 10,000, trailing zero groups left out)

import { widthOf } from '../../batch.ts'
import type { Fill, Segment, Target } from './segment.ts'

const headerBytes = 8
const notANumber = 0xc000
const groupDigits = 4
/** The largest precision whose unscaled values a JavaScript number holds exactly. */
const safePrecision = 15
/** Digits before the point, or behind it, take this many groups at most. */
const mostGroups = 10
const mostBytes = headerBytes + 2 * 2 * mostGroups

/** @returns what writes decimals of a type */
export function fillDecimals(precision: number, scale: number): Fill {
  const width = widthOf({ kind: 'decimal', precision, scale }) as number
  const write = precision > safePrecision ? wideWriter(width, scale) : writerOf(width, scale)
  return (target, segment, field, row) => {
    const { view, starts, sizes, fields, rows } = segment
    for (let at = field, to = row, end = rows * fields; at < end; at += fields, to += 1) {
      const size = sizes[at] as number
      if (size < 0) continue
      const start = starts[at] as number
      if (!isWhole(segment, start, size) || view.getUint16(start + 4) >= notANumber) return false
      write(target, to, view, start)
    }
    return true
  }
}

/** What says it has more groups than its bytes hold would be read out of its neighbour; no decimal has more than 38 digits on a side. */
function isWhole({ view }: Segment, start: number, size: number): boolean {
  if (size < headerBytes || view.getUint16(start) * 2 + headerBytes !== size) return false
  return size <= mostBytes && Math.abs(view.getInt16(start + 2)) <= mostGroups
}

type WriteDecimal = (target: Target, row: number, view: DataView, start: number) => void

function writerOf(width: number, scale: number): WriteDecimal {
  if (width === 2)
    return ({ int16 }, row, view, start) => {
      int16[row] = readUnscaled(view, start, scale)
    }
  if (width === 4)
    return ({ int32 }, row, view, start) => {
      int32[row] = readUnscaled(view, start, scale)
    }
  // Two halves: a bigint for each value would be garbage for each value.
  return ({ int32 }, row, view, start) => {
    const value = readUnscaled(view, start, scale)
    int32[2 * row] = value
    int32[2 * row + 1] = Math.floor(value / 2 ** 32)
  }
}

// Far more than the digits of any decimal, above and below the point.
const powers = Array.from({ length: 80 }, (_, power) => 10 ** power)

function readUnscaled(view: DataView, start: number, scale: number): number {
  const groups = view.getUint16(start)
  let exponent = view.getInt16(start + 2) * groupDigits + scale
  let value = 0
  for (let group = 0, at = start + headerBytes; group < groups; group += 1, at += 2, exponent -= groupDigits) {
    const digits = view.getUint16(at)
    value += exponent >= 0 ? digits * (powers[exponent] as number) : Math.floor(digits / (powers[-exponent] as number))
  }
  return view.getUint16(start + 4) === 0 ? value : -value
}

function wideWriter(width: number, scale: number): WriteDecimal {
  if (width === 8)
    return ({ int64 }, row, view, start) => {
      int64[row] = readWideUnscaled(view, start, scale)
    }
  return ({ int64 }, row, view, start) => {
    const value = readWideUnscaled(view, start, scale)
    int64[2 * row] = BigInt.asIntN(64, value)
    int64[2 * row + 1] = value >> 64n
  }
}

const widePowers = Array.from({ length: 80 }, (_, power) => 10n ** BigInt(power))

function readWideUnscaled(view: DataView, start: number, scale: number): bigint {
  const groups = view.getUint16(start)
  let exponent = view.getInt16(start + 2) * groupDigits + scale
  let value = 0n
  for (let group = 0, at = start + headerBytes; group < groups; group += 1, at += 2, exponent -= groupDigits) {
    const digits = view.getUint16(at)
    value += exponent >= 0 ? BigInt(digits) * (widePowers[exponent] as bigint) : BigInt(Math.floor(digits / (powers[-exponent] as number)))
  }
  return view.getUint16(start + 4) === 0 ? value : -value
}

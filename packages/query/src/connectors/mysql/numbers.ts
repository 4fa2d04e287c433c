// Whole numbers and decimals of MySQL's binary protocol, read as the number that a table declares.

import { type ColumnType, ServiceError, say } from '@tributary/rules'
import { widthOf } from '../../batch.ts'
import type { SourceColumn } from './types.ts'
import type { ReadValue, Refuse, Target } from './value.ts'

/** Writes a number that JavaScript holds exactly; false when the type cannot hold it. */
type WriteNumber = (target: Target, row: number, value: number) => boolean
type WriteBigInt = (target: Target, row: number, value: bigint) => boolean
type ReadNumber = (bytes: Buffer, at: number) => number

/** Integers of any size, years and bit fields. */
export function integerReader(source: SourceColumn, declared: ColumnType, refuse: Refuse): ReadValue {
  if (source.kind === 'bit') return bitReader(declared, refuse)
  if (source.kind === 'year' && declared.kind === 'date') return readYear
  // A mediumint has three bytes in a table and four on its way.
  const size = source.size === 3 ? 4 : source.size
  if (size === 8) return longReader(source.isUnsigned, declared, refuse)
  const read = numberReaders[`${source.isUnsigned || source.kind === 'year' ? 'u' : ''}${size}`] as ReadNumber
  const write = numberWriter(declared)
  return (target, row, bytes, at) => {
    if (!write(target, row, read(bytes, at))) refuse(outOfRange)
    return at + size
  }
}

const outOfRange = say`holds a value that does not fit its declared type any more: create the table again to read its columns anew, or declare a wider type`

const numberReaders: Readonly<Record<string, ReadNumber>> = {
  '1': (bytes, at) => ((bytes[at] as number) << 24) >> 24,
  u1: (bytes, at) => bytes[at] as number,
  '2': (bytes, at) => (((bytes[at + 1] as number) << 24) >> 16) | (bytes[at] as number),
  u2: (bytes, at) => ((bytes[at + 1] as number) << 8) | (bytes[at] as number),
  '4': readInt32,
  u4: (bytes, at) => readInt32(bytes, at) >>> 0,
}

function readInt32(bytes: Buffer, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24)
}

/** For values that have at most 15 digits. */
function numberWriter(declared: ColumnType): WriteNumber {
  switch (declared.kind) {
    case 'boolean':
      return writeBoolean
    case 'tinyint':
      return (target, row, value) => (target.int8[row] = value) === (value << 24) >> 24
    case 'smallint':
      return (target, row, value) => (target.int16[row] = value) === (value << 16) >> 16
    case 'int':
      return (target, row, value) => (target.int32[row] = value) === (value | 0)
    case 'bigint':
      return writeLong
    case 'double':
      return (target, row, value) => (target.float64[row] = value) === value
    case 'decimal':
      return decimalWriter(declared.precision, declared.scale)
    default:
      throw new ServiceError('internal', say`${declared.kind} has no fixed width`)
  }
}

/** As drivers have it: -1 is true as well. */
const writeBoolean: WriteNumber = (target, row, value) => {
  target.int8[row] = value > 0 || value === -1 ? 1 : 0
  return true
}

const writeLong: WriteNumber = (target, row, value) => {
  target.int32[2 * row] = value | 0
  target.int32[2 * row + 1] = Math.floor(value / 2 ** 32)
  return true
}

/** Whole numbers as decimals of a scale. */
function decimalWriter(precision: number, scale: number): WriteNumber {
  const write = unscaledWriter(precision)
  const factor = 10n ** BigInt(scale)
  return (target, row, value) => write(target, row, BigInt(value) * factor)
}

function longReader(isUnsigned: boolean, declared: ColumnType, refuse: Refuse): ReadValue {
  if (declared.kind === 'bigint') return isUnsigned ? unsignedAsLong(refuse) : readLong
  const write = bigIntWriter(declared)
  return (target, row, bytes, at) => {
    const value = isUnsigned ? bytes.readBigUInt64LE(at) : bytes.readBigInt64LE(at)
    if (!write(target, row, value)) refuse(outOfRange)
    return at + 8
  }
}

const readLong: ReadValue = (target, row, bytes, at) => {
  target.int32[2 * row] = readInt32(bytes, at)
  target.int32[2 * row + 1] = readInt32(bytes, at + 4)
  return at + 8
}

function unsignedAsLong(refuse: Refuse): ReadValue {
  return (target, row, bytes, at) => {
    readLong(target, row, bytes, at)
    if ((target.int32[2 * row + 1] as number) < 0) refuse(outOfRange)
    return at + 8
  }
}

function bigIntWriter(declared: ColumnType): WriteBigInt {
  if (declared.kind === 'decimal') {
    const write = unscaledWriter(declared.precision)
    const factor = 10n ** BigInt(declared.scale)
    return (target, row, value) => write(target, row, value * factor)
  }
  if (declared.kind === 'bigint')
    return (target, row, value) => {
      target.int64[row] = value
      return BigInt.asIntN(64, value) === value
    }
  const write = numberWriter(declared)
  return (target, row, value) => BigInt.asIntN(53, value) === value && write(target, row, Number(value))
}

/** Up to eight bytes, the first the most significant, behind their number. */
function bitReader(declared: ColumnType, refuse: Refuse): ReadValue {
  const write = bigIntWriter(declared)
  return (target, row, bytes, at) => {
    const next = at + 1 + (bytes[at] as number)
    let value = 0n
    for (let index = at + 1; index < next; index += 1) value = (value << 8n) | BigInt(bytes[index] ?? 0)
    if (!write(target, row, value)) refuse(outOfRange)
    return next
  }
}

/** Its first of January, as drivers have it. */
const readYear: ReadValue = (target, row, bytes, at) => {
  target.int32[row] = daysBeforeYear((bytes[at] as number) | ((bytes[at + 1] as number) << 8)) - daysBeforeYear(1970)
  return at + 2
}

function daysBeforeYear(year: number): number {
  const before = year - 1
  return year * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400)
}

/** Writes an unscaled decimal in the width that its precision has; false when it has more digits. */
function unscaledWriter(precision: number): WriteBigInt {
  const width = widthOf({ kind: 'decimal', precision, scale: 0 }) as number
  const limit = 10n ** BigInt(precision)
  return (target, row, value) => {
    if (width === 2) target.int16[row] = Number(value)
    else if (width === 4) target.int32[row] = Number(value)
    else if (width === 8) target.int64[row] = value
    else {
      target.int64[2 * row] = BigInt.asIntN(64, value)
      target.int64[2 * row + 1] = value >> 64n
    }
    return value < limit && value > -limit
  }
}

/** The most digits that a JavaScript number surely holds. */
const safeDigits = 15
const minus = 0x2d
const point = 0x2e

/** Decimals come as text behind a length, for instance `-12.50`. */
export function decimalReader(declared: ColumnType, refuse: Refuse): ReadValue {
  if (declared.kind === 'double') return readDecimalAsDouble
  const { precision, scale } = declared.kind === 'decimal' ? declared : { precision: 38, scale: 0 }
  const write = declared.kind === 'decimal' ? unscaledWriter(precision) : bigIntWriter(declared)
  const writeSmall = declared.kind === 'decimal' ? smallWriter(precision) : numberWriter(declared)
  return (target, row, bytes, at) => {
    const size = bytes[at] as number
    const next = at + 1 + size
    const isWritten =
      size <= safeDigits - scale
        ? writeSmall(target, row, readUnscaled(bytes, at + 1, next, scale))
        : write(target, row, readWideUnscaled(bytes, at + 1, next, scale))
    if (!isWritten) refuse(outOfRange)
    return next
  }
}

function smallWriter(precision: number): WriteNumber {
  const width = widthOf({ kind: 'decimal', precision, scale: 0 }) as number
  const limit = 10 ** precision
  return (target, row, value) => {
    if (width === 2) target.int16[row] = value
    else if (width === 4) target.int32[row] = value
    else {
      const words = width / 4
      const high = Math.floor(value / 2 ** 32)
      target.int32[words * row] = value | 0
      target.int32[words * row + 1] = high
      if (words === 4) target.int32.fill(high < 0 ? -1 : 0, words * row + 2, words * row + 4)
    }
    return value < limit && value > -limit
  }
}

const readDecimalAsDouble: ReadValue = (target, row, bytes, at) => {
  const next = at + 1 + (bytes[at] as number)
  target.float64[row] = Number(bytes.toString('latin1', at + 1, next))
  return next
}

/** Digits without their point, as many behind it as the scale says. */
function readUnscaled(bytes: Buffer, from: number, to: number, scale: number): number {
  const isNegative = bytes[from] === minus
  let value = 0
  let missing = scale
  let isBehindPoint = false
  for (let at = isNegative ? from + 1 : from; at < to; at += 1) {
    const byte = bytes[at] as number
    if (byte === point) isBehindPoint = true
    else {
      value = value * 10 + byte - 48
      if (isBehindPoint) missing -= 1
    }
  }
  for (; missing > 0; missing -= 1) value *= 10
  return isNegative ? -value : value
}

function readWideUnscaled(bytes: Buffer, from: number, to: number, scale: number): bigint {
  const text = bytes.toString('latin1', from, to)
  const at = text.indexOf('.')
  const missing = at < 0 ? scale : scale - (text.length - at - 1)
  return BigInt(text.replace('.', '')) * 10n ** BigInt(missing)
}

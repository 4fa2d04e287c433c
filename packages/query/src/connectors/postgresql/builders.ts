// One growing column each: PostgreSQL's binary values in, DuckDB's memory layout out.

import { isUtf8 } from 'node:buffer'
import { type Column, type ColumnType, ServiceError, say, type Text } from '@tributary/rules'
import { type Vector, widthOf } from '../../batch.ts'

/** A column being filled; rows come in order and each exactly once. */
export interface ColumnBuilder {
  /** Takes the value in `bytes[at .. at + size]`. @throws {ServiceError} `semantic`, naming the column */
  append(bytes: Buffer, at: number, size: number, row: number): void
  appendNull(row: number): void
  /** Hands the column over and starts an empty one. */
  take(): Vector
}

/** Writes one value of a fixed width; false when the type cannot hold it. */
type WriteValue = (target: Target, row: number, bytes: Buffer, at: number, size: number) => boolean

/** One buffer, seen in the widths that writers need. */
interface Target {
  readonly buffer: ArrayBuffer
  readonly int8: Int8Array
  readonly int16: Int16Array
  readonly int32: Int32Array
  readonly int64: BigInt64Array
}

/** @param capacity - rows of the longest batch */
export function createBuilder(table: string, column: Column, capacity: number): ColumnBuilder {
  const refuse = (reason: Text): never => {
    throw new ServiceError('semantic', say`column ${column.name} of ${table} ${reason}`)
  }
  const width = widthOf(column.type)
  if (width === undefined) return new BytesBuilder(capacity, column.type.kind === 'string', refuse)
  return new FixedBuilder(capacity, width, writerOf(column.type), refuse)
}

class FixedBuilder implements ColumnBuilder {
  readonly #capacity: number
  readonly #width: number
  readonly #write: WriteValue
  readonly #refuse: (reason: Text) => never
  #target: Target
  #validity: Uint8Array<ArrayBuffer> | undefined

  constructor(capacity: number, width: number, write: WriteValue, refuse: (reason: Text) => never) {
    this.#capacity = capacity
    this.#width = width
    this.#write = write
    this.#refuse = refuse
    this.#target = createTarget(capacity * width)
  }

  append(bytes: Buffer, at: number, size: number, row: number): void {
    if (!this.#write(this.#target, row, bytes, at, size))
      this.#refuse(say`holds a value that its type cannot hold (infinity, NaN, or out of range); leave such rows out at the source`)
  }

  appendNull(row: number): void {
    this.#validity = markNull(this.#validity, row, this.#capacity)
  }

  take(): Vector {
    const vector: Vector = { kind: 'fixed', data: this.#target.buffer, validity: this.#validity?.buffer }
    this.#target = createTarget(this.#capacity * this.#width)
    this.#validity = undefined
    return vector
  }
}

const shortString = 24

class BytesBuilder implements ColumnBuilder {
  readonly #capacity: number
  readonly #isText: boolean
  readonly #refuse: (reason: Text) => never
  #bytes: Uint8Array<ArrayBuffer>
  #ends: Uint32Array<ArrayBuffer>
  #validity: Uint8Array<ArrayBuffer> | undefined
  #length = 0
  #isSplit = false

  constructor(capacity: number, isText: boolean, refuse: (reason: Text) => never) {
    this.#capacity = capacity
    this.#isText = isText
    this.#refuse = refuse
    this.#bytes = new Uint8Array(capacity * 16)
    this.#ends = new Uint32Array(capacity)
  }

  append(bytes: Buffer, at: number, size: number, row: number): void {
    const start = this.#length
    const end = start + size
    if (end > this.#bytes.length) this.#grow(end)
    const target = this.#bytes
    if (size <= shortString) for (let i = 0; i < size; i += 1) target[start + i] = bytes[at + i] as number
    else target.set(bytes.subarray(at, at + size), start)
    // The bytes are checked joined; a value that starts inside of a character must not pass as the end of the one before.
    if (size > 0 && ((bytes[at] as number) & 0xc0) === 0x80) this.#isSplit = true
    this.#length = end
    this.#ends[row] = end
  }

  appendNull(row: number): void {
    this.#ends[row] = this.#length
    this.#validity = markNull(this.#validity, row, this.#capacity)
  }

  take(): Vector {
    if (this.#isText && (this.#isSplit || !isUtf8(this.#bytes.subarray(0, this.#length))))
      this.#refuse(say`holds text that is not UTF-8; correct it at the source or declare the column as binary`)
    const vector: Vector = { kind: 'bytes', bytes: this.#bytes.buffer, ends: this.#ends.buffer, validity: this.#validity?.buffer }
    this.#bytes = new Uint8Array(Math.max(1024, Math.min(this.#length * 2, this.#bytes.length)))
    this.#ends = new Uint32Array(this.#capacity)
    this.#validity = undefined
    this.#length = 0
    return vector
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

function markNull(validity: Uint8Array<ArrayBuffer> | undefined, row: number, capacity: number): Uint8Array<ArrayBuffer> {
  const bits = validity ?? new Uint8Array(Math.ceil(capacity / 64) * 8).fill(0xff)
  bits[row >> 3] = (bits[row >> 3] as number) & ~(1 << (row & 7))
  return bits
}

function createTarget(byteLength: number): Target {
  const buffer = new ArrayBuffer(Math.ceil(byteLength / 16) * 16)
  return {
    buffer,
    int8: new Int8Array(buffer),
    int16: new Int16Array(buffer),
    int32: new Int32Array(buffer),
    int64: new BigInt64Array(buffer),
  }
}

function writerOf(type: ColumnType): WriteValue {
  switch (type.kind) {
    case 'boolean':
      return writeBoolean
    case 'tinyint':
      return writeTinyint
    case 'smallint':
      return writeSmallint
    case 'int':
    case 'float':
      return writeInt
    case 'bigint':
    case 'double':
      return writeLong
    case 'date':
      return writeDate
    case 'timestamp':
      return writeTimestamp
    case 'decimal':
      return decimalWriter(type.precision, type.scale)
    case 'string':
    case 'binary':
      throw new ServiceError('internal', say`${type.kind} has no fixed width`)
  }
}

const writeBoolean: WriteValue = (target, row, bytes, at) => {
  target.int8[row] = bytes[at] as number
  return true
}

const writeTinyint: WriteValue = (target, row, bytes, at) => {
  const value = readInt16(bytes, at)
  target.int8[row] = value
  return value >= -128 && value <= 127
}

const writeSmallint: WriteValue = (target, row, bytes, at) => {
  target.int16[row] = readInt16(bytes, at)
  return true
}

const writeInt: WriteValue = (target, row, bytes, at) => {
  target.int32[row] = readInt32(bytes, at)
  return true
}

const writeLong: WriteValue = (target, row, bytes, at) => {
  target.int32[2 * row] = readInt32(bytes, at + 4)
  target.int32[2 * row + 1] = readInt32(bytes, at)
  return true
}

// PostgreSQL counts from 2000-01-01, DuckDB from 1970-01-01.
const daysBetween = 10_957
const microsBetween = 946_684_800_000_000
const lowBetween = microsBetween % 2 ** 32
const highBetween = Math.floor(microsBetween / 2 ** 32)
const maxInt32 = 0x7fffffff
const minInt32 = -0x80000000

const writeDate: WriteValue = (target, row, bytes, at) => {
  const days = readInt32(bytes, at)
  target.int32[row] = days + daysBetween
  return days !== minInt32 && days < maxInt32 - daysBetween
}

const writeTimestamp: WriteValue = (target, row, bytes, at) => {
  const high = readInt32(bytes, at)
  const low = readInt32(bytes, at + 4) >>> 0
  const lowSum = low + lowBetween
  const carry = lowSum >= 2 ** 32 ? 1 : 0
  target.int32[2 * row] = lowSum | 0
  target.int32[2 * row + 1] = high + highBetween + carry
  return high + highBetween + carry <= maxInt32 && !(high === minInt32 && low === 0)
}

const notANumber = 0xc000
const groupDigits = 4

/** The largest precision whose unscaled values a JavaScript number holds exactly. */
const safePrecision = 15

function decimalWriter(precision: number, scale: number): WriteValue {
  const width = widthOf({ kind: 'decimal', precision, scale }) as number
  if (precision > safePrecision) {
    return width === 8 ? writeWideDecimal(scale, writeInt64) : writeWideDecimal(scale, writeInt128)
  }
  return (target, row, bytes, at) => {
    const sign = readUint16(bytes, at + 4)
    if (sign >= notANumber) return false
    const magnitude = readUnscaled(bytes, at, scale)
    const value = sign === 0 ? magnitude : -magnitude
    if (width === 2) target.int16[row] = value
    else if (width === 4) target.int32[row] = value
    else target.int64[row] = BigInt(value)
    return true
  }
}

// Far more than the digits of any decimal, above and below the point.
const powers = Array.from({ length: 80 }, (_, power) => 10 ** power)

/** numeric on the wire: count of base-10,000 digits, weight of the first, sign, scale shown, digits; trailing zero digits are left out. */
function readUnscaled(bytes: Buffer, at: number, scale: number): number {
  const groups = readInt16(bytes, at)
  let exponent = readInt16(bytes, at + 2) * groupDigits + scale
  let value = 0
  for (let group = 0; group < groups; group += 1, exponent -= groupDigits) {
    const digits = readUint16(bytes, at + 8 + 2 * group)
    value += exponent >= 0 ? digits * (powers[exponent] as number) : Math.floor(digits / (powers[-exponent] as number))
  }
  return value
}

type WriteBigInt = (target: Target, row: number, value: bigint) => void

const writeInt64: WriteBigInt = (target, row, value) => {
  target.int64[row] = value
}

const writeInt128: WriteBigInt = (target, row, value) => {
  target.int64[2 * row] = BigInt.asIntN(64, value)
  target.int64[2 * row + 1] = value >> 64n
}

function writeWideDecimal(scale: number, write: WriteBigInt): WriteValue {
  return (target, row, bytes, at) => {
    const sign = readUint16(bytes, at + 4)
    if (sign >= notANumber) return false
    const magnitude = readWideUnscaled(bytes, at, scale)
    write(target, row, sign === 0 ? magnitude : -magnitude)
    return true
  }
}

const widePowers = Array.from({ length: 80 }, (_, power) => 10n ** BigInt(power))

function readWideUnscaled(bytes: Buffer, at: number, scale: number): bigint {
  const groups = readInt16(bytes, at)
  let exponent = readInt16(bytes, at + 2) * groupDigits + scale
  let value = 0n
  for (let group = 0; group < groups; group += 1, exponent -= groupDigits) {
    const digits = readUint16(bytes, at + 8 + 2 * group)
    value += exponent >= 0 ? BigInt(digits) * (widePowers[exponent] as bigint) : BigInt(Math.floor(digits / (powers[-exponent] as number)))
  }
  return value
}

function readInt16(bytes: Buffer, at: number): number {
  return (((bytes[at] as number) << 24) >> 16) | (bytes[at + 1] as number)
}

function readUint16(bytes: Buffer, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}

function readInt32(bytes: Buffer, at: number): number {
  return ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)
}

// One growing column each: values of MySQL's binary protocol in, DuckDB's memory layout out.

import { isUtf8 } from 'node:buffer'
import { type Column, type ColumnType, ServiceError, say } from '@tributary/rules'
import { type Vector, widthOf } from '../../batch.ts'
import { decimalReader, integerReader } from './numbers.ts'
import { dateReader, datetimeReader, timeReader } from './times.ts'
import type { SourceColumn } from './types.ts'
import type { ReadValue, Refuse, Target } from './value.ts'

/** A column being filled; rows come in order and each exactly once. */
export interface ColumnBuilder {
  /** Takes the value that begins at `at` of a row that ends at `end`. @returns where the next begins. @throws {ServiceError} naming the column */
  read(bytes: Buffer, at: number, end: number, row: number): number
  readNull(row: number): void
  /** Hands the column over and starts an empty one. */
  take(): Vector
}

/** What a builder is made for. */
export interface BuilderOptions {
  /** As messages name it. */
  readonly table: string
  /** As the answer itself describes it. */
  readonly source: SourceColumn
  readonly declared: Column
  /** Rows of the longest batch. */
  readonly capacity: number
}

/** Creates the builder of a column of an answer. */
export function createBuilder({ table, source, declared, capacity }: BuilderOptions): ColumnBuilder {
  const refuse: Refuse = (reason) => {
    throw new ServiceError('semantic', say`column ${declared.name} of ${table} ${reason}`)
  }
  const { type } = declared
  const width = widthOf(type)
  if (width === undefined) return new BytesBuilder(capacity, type.kind === 'string', refuse)
  return new FixedBuilder(capacity, width, valueReader(source, type, refuse))
}

function valueReader(source: SourceColumn, declared: ColumnType, refuse: Refuse): ReadValue {
  switch (source.kind) {
    case 'boolean':
    case 'integer':
    case 'year':
    case 'bit':
      return integerReader(source, declared, refuse)
    case 'decimal':
      return decimalReader(declared, refuse)
    case 'float':
      return declared.kind === 'double' ? readWideFloat : readFloat
    case 'double':
      return readDouble
    case 'date':
    case 'datetime':
      return declared.kind === 'date' ? dateReader : datetimeReader
    case 'time':
      return timeReader(refuse)
    case 'text':
    case 'json':
    case 'binary':
    case 'other':
      throw new ServiceError('internal', say`${source.kind} has no fixed width`)
  }
}

const readFloat: ReadValue = (target, row, bytes, at) => {
  target.float32[row] = bytes.readFloatLE(at)
  return at + 4
}

const readWideFloat: ReadValue = (target, row, bytes, at) => {
  target.float64[row] = bytes.readFloatLE(at)
  return at + 4
}

const readDouble: ReadValue = (target, row, bytes, at) => {
  target.float64[row] = bytes.readDoubleLE(at)
  return at + 8
}

class FixedBuilder implements ColumnBuilder {
  readonly #capacity: number
  readonly #width: number
  readonly #readValue: ReadValue
  #target: Target
  #validity: Uint8Array<ArrayBuffer> | undefined

  constructor(capacity: number, width: number, readValue: ReadValue) {
    this.#capacity = capacity
    this.#width = width
    this.#readValue = readValue
    this.#target = createTarget(capacity * width)
  }

  read(bytes: Buffer, at: number, _end: number, row: number): number {
    const next = this.#readValue(this.#target, row, bytes, at)
    if (next >= 0) return next
    this.readNull(row)
    return -1 - next
  }

  readNull(row: number): void {
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
  readonly #refuse: Refuse
  #bytes: Uint8Array<ArrayBuffer>
  #ends: Uint32Array<ArrayBuffer>
  #validity: Uint8Array<ArrayBuffer> | undefined
  #length = 0
  #isSplit = false

  constructor(capacity: number, isText: boolean, refuse: Refuse) {
    this.#capacity = capacity
    this.#isText = isText
    this.#refuse = refuse
    this.#bytes = new Uint8Array(capacity * 16)
    this.#ends = new Uint32Array(capacity)
  }

  read(bytes: Buffer, at: number, end: number, row: number): number {
    const first = bytes[at] as number
    const from = first < 251 ? at + 1 : at + lengthBytes(first)
    const size = first < 251 ? first : readLength(bytes, at)
    if (from + size > end) throw new ServiceError('unavailable', say`the source sent a row that is not of the columns it announced`)
    const start = this.#length
    if (start + size > this.#bytes.length) this.#grow(start + size)
    const target = this.#bytes
    if (size <= shortString) for (let index = 0; index < size; index += 1) target[start + index] = bytes[from + index] as number
    else target.set(bytes.subarray(from, from + size), start)
    // The bytes are checked joined; a value that starts inside of a character must not pass as the end of the one before.
    if (size > 0 && ((bytes[from] as number) & 0xc0) === 0x80) this.#isSplit = true
    this.#length = start + size
    this.#ends[row] = this.#length
    return from + size
  }

  readNull(row: number): void {
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

/** Bytes of a length, by the first of them: 251 to 253 say how many follow. */
function lengthBytes(first: number): number {
  return first === 0xfc ? 3 : first === 0xfd ? 4 : 9
}

function readLength(bytes: Buffer, at: number): number {
  const first = bytes[at] as number
  if (first === 0xfc) return bytes.readUIntLE(at + 1, 2)
  if (first === 0xfd) return bytes.readUIntLE(at + 1, 3)
  // What is beyond six bytes is beyond any packet.
  return bytes.readUIntLE(at + 1, 6)
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
    float32: new Float32Array(buffer),
    float64: new Float64Array(buffer),
  }
}

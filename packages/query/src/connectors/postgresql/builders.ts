// One growing column each: PostgreSQL's binary values in, a stretch of rows at a time, DuckDB's memory layout out.

import { isUtf8 } from 'node:buffer'
import { type Column, type ColumnType, ServiceError, say, type Text } from '@tributary/rules'
import { type Spares, type Vector, widthOf } from '../../batch.ts'
import { fillDecimals } from './decimals.ts'
import type { Fill, Segment, Target } from './segment.ts'

/** A column being filled; rows come in order and each exactly once. */
export interface ColumnBuilder {
  /** Takes the column's values of a segment, for rows from `row` on. @throws {ServiceError} `semantic`, naming the column */
  append(segment: Segment, field: number, row: number): void
  /** Hands the column over and starts an empty one, with room for what the capacity says by then. */
  take(): Vector
}

/** How many rows the batch under way may have, and where its buffers come from. */
export interface Capacity {
  rows: number
  readonly spares: Spares
}

/** @param table - as messages name it */
export function createBuilder(table: string, column: Column, capacity: Capacity): ColumnBuilder {
  const refuse = (reason: Text): never => {
    throw new ServiceError('semantic', say`column ${column.name} of ${table} ${reason}`)
  }
  const width = widthOf(column.type)
  if (width === undefined) return new BytesBuilder(capacity, column.type.kind === 'string', refuse)
  return new FixedBuilder({ capacity, width, wireWidth: wireWidths[column.type.kind], fill: fillOf(column.type), refuse })
}

/** Bytes of a value as PostgreSQL sends it; `undefined` where they vary. */
const wireWidths: Readonly<Record<ColumnType['kind'], number | undefined>> = {
  boolean: 1,
  tinyint: 2,
  smallint: 2,
  int: 4,
  bigint: 8,
  float: 4,
  double: 8,
  date: 4,
  timestamp: 8,
  decimal: undefined,
  string: undefined,
  binary: undefined,
}

function fillOf(type: ColumnType): Fill {
  switch (type.kind) {
    case 'boolean':
      return fillBooleans
    case 'tinyint':
      return fillTinyints
    case 'smallint':
      return fillSmallints
    case 'int':
    case 'float':
      return fillInts
    case 'bigint':
    case 'double':
      return fillLongs
    case 'date':
      return fillDates
    case 'timestamp':
      return fillTimestamps
    case 'decimal':
      return fillDecimals(type.precision, type.scale)
    case 'string':
    case 'binary':
      throw new ServiceError('internal', say`${type.kind} has no fixed width`)
  }
}

/** What a column of fixed width is made for. */
interface FixedColumn {
  readonly capacity: Capacity
  readonly width: number
  readonly wireWidth: number | undefined
  readonly fill: Fill
  readonly refuse: (reason: Text) => never
}

class FixedBuilder implements ColumnBuilder {
  readonly #column: FixedColumn
  #target: Target
  #validity: Uint8Array<ArrayBuffer> | undefined

  constructor(column: FixedColumn) {
    this.#column = column
    this.#target = createTarget(column)
  }

  append(segment: Segment, field: number, row: number): void {
    this.#checkSizes(segment, field, row)
    const { fill, refuse } = this.#column
    if (!fill(this.#target, segment, field, row))
      refuse(say`holds a value that its type cannot hold (infinity, NaN, or out of range); leave such rows out at the source`)
  }

  take(): Vector {
    const vector: Vector = { kind: 'fixed', data: this.#target.buffer, validity: this.#validity?.buffer }
    this.#target = createTarget(this.#column)
    this.#validity = undefined
    return vector
  }

  /** Marks nulls on the way. A value of another width would be read out of its neighbour. */
  #checkSizes({ sizes, fields, rows }: Segment, field: number, row: number): void {
    const { wireWidth, capacity, refuse } = this.#column
    for (let index = 0, at = field; index < rows; index += 1, at += fields) {
      const size = sizes[at] as number
      if (size < 0) this.#validity = markNull(this.#validity, row + index, capacity)
      else if (wireWidth !== undefined && size !== wireWidth)
        refuse(say`came with ${size} bytes where its type has ${wireWidth}: create the table again to read its columns anew`)
    }
  }
}

class BytesBuilder implements ColumnBuilder {
  readonly #capacity: Capacity
  readonly #isText: boolean
  readonly #refuse: (reason: Text) => never
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView<ArrayBuffer>
  #ends: Uint32Array<ArrayBuffer>
  #validity: Uint8Array<ArrayBuffer> | undefined
  #length = 0
  #isSplit = false

  constructor(capacity: Capacity, isText: boolean, refuse: (reason: Text) => never) {
    this.#capacity = capacity
    this.#isText = isText
    this.#refuse = refuse
    this.#bytes = new Uint8Array(capacity.spares.take(roundUp(capacity.rows * usualString)))
    this.#view = new DataView(this.#bytes.buffer)
    this.#ends = this.#newEnds()
  }

  append(segment: Segment, field: number, row: number): void {
    this.#reserve(segment, field)
    const { bytes, view, starts, sizes, fields, rows } = segment
    for (let index = 0, at = field; index < rows; index += 1, at += fields) {
      const size = sizes[at] as number
      if (size > 0) {
        const start = starts[at] as number
        // The bytes are checked joined; a value that starts inside of a character must not pass as the end of the one before.
        if (((bytes[start] as number) & 0xc0) === 0x80) this.#isSplit = true
        if (size <= shortString) this.#copyShort(view, start, size)
        else this.#bytes.set(bytes.subarray(start, start + size), this.#length)
        this.#length += size
      } else if (size < 0) this.#validity = markNull(this.#validity, row + index, this.#capacity)
      this.#ends[row + index] = this.#length
    }
  }

  take(): Vector {
    if (this.#isText && (this.#isSplit || !isUtf8(this.#bytes.subarray(0, this.#length))))
      this.#refuse(say`holds text that is not UTF-8; correct it at the source or declare the column as binary`)
    const vector: Vector = { kind: 'bytes', bytes: this.#bytes.buffer, ends: this.#ends.buffer, validity: this.#validity?.buffer }
    const { rows } = this.#capacity
    this.#renew(rows === 0 ? 0 : Math.max(this.#length, rows * usualString))
    this.#ends = this.#newEnds()
    this.#validity = undefined
    this.#length = 0
    return vector
  }

  /** Four bytes at a time: a call for each short value would cost more than its bytes. */
  #copyShort(from: DataView, start: number, size: number): void {
    const to = this.#view
    const length = this.#length
    const whole = size & ~3
    for (let at = 0; at < whole; at += 4) to.setInt32(length + at, from.getInt32(start + at, true), true)
    for (let at = whole; at < size; at += 1) to.setUint8(length + at, from.getUint8(start + at))
  }

  /** Room for all values of a segment. */
  #reserve({ sizes, fields, rows }: Segment, field: number): void {
    let needed = this.#length
    for (let at = field, end = rows * fields; at < end; at += fields) needed += Math.max(0, sizes[at] as number)
    if (needed <= this.#bytes.length) return
    const filled = this.#bytes.subarray(0, this.#length)
    this.#renew(needed)
    this.#bytes.set(filled)
  }

  #renew(needed: number): void {
    this.#bytes = new Uint8Array(this.#capacity.spares.take(roundUp(needed)))
    this.#view = new DataView(this.#bytes.buffer)
  }

  #newEnds(): Uint32Array<ArrayBuffer> {
    const { rows, spares } = this.#capacity
    return new Uint32Array(spares.take(rows * Uint32Array.BYTES_PER_ELEMENT))
  }
}

/** Bytes of a string that room is made for at first. */
const usualString = 16
const leastBytes = 1024

/** Few sizes, so that one batch's buffer fits the next. */
function roundUp(needed: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(needed, leastBytes)))
}

/** Longer values are worth a call of their own. */
const shortString = 48

function markNull(validity: Uint8Array<ArrayBuffer> | undefined, row: number, { rows, spares }: Capacity): Uint8Array<ArrayBuffer> {
  const bits = validity ?? new Uint8Array(spares.take(Math.ceil(rows / 64) * 8)).fill(0xff)
  bits[row >> 3] = (bits[row >> 3] as number) & ~(1 << (row & 7))
  return bits
}

function createTarget({ capacity, width }: FixedColumn): Target {
  const buffer = capacity.spares.take(capacity.rows * width)
  return {
    buffer,
    int8: new Int8Array(buffer),
    int16: new Int16Array(buffer),
    int32: new Int32Array(buffer),
    int64: new BigInt64Array(buffer),
  }
}

// Each type has a loop of its own, which runs thrice as fast as one loop that is told how to write a value.

// A buffer that was filled before holds anything: behind a null, DuckDB must not find a third truth.
const fillBooleans: Fill = ({ int8 }, segment, field, row) => {
  const { view, starts, sizes, fields, rows } = segment
  const end = rows * fields
  for (let at = field, to = row; at < end; at += fields, to += 1)
    int8[to] = (sizes[at] as number) < 0 ? 0 : view.getUint8(starts[at] as number) & 1
  return true
}

const fillTinyints: Fill = ({ int8 }, segment, field, row) => {
  const { view, starts, sizes, fields, rows } = segment
  const end = rows * fields
  for (let at = field, to = row; at < end; at += fields, to += 1) {
    if ((sizes[at] as number) < 0) continue
    const value = view.getInt16(starts[at] as number)
    int8[to] = value
    if (value < -128 || value > 127) return false
  }
  return true
}

const fillSmallints: Fill = ({ int16 }, segment, field, row) => {
  const { view, starts, sizes, fields, rows } = segment
  const end = rows * fields
  for (let at = field, to = row; at < end; at += fields, to += 1)
    if ((sizes[at] as number) >= 0) int16[to] = view.getInt16(starts[at] as number)
  return true
}

const fillInts: Fill = ({ int32 }, segment, field, row) => {
  const { view, starts, sizes, fields, rows } = segment
  const end = rows * fields
  for (let at = field, to = row; at < end; at += fields, to += 1)
    if ((sizes[at] as number) >= 0) int32[to] = view.getInt32(starts[at] as number)
  return true
}

const fillLongs: Fill = ({ int32 }, segment, field, row) => {
  const { view, starts, sizes, fields, rows } = segment
  const end = rows * fields
  for (let at = field, to = 2 * row; at < end; at += fields, to += 2) {
    if ((sizes[at] as number) < 0) continue
    const start = starts[at] as number
    int32[to] = view.getInt32(start + 4)
    int32[to + 1] = view.getInt32(start)
  }
  return true
}

// PostgreSQL counts from 2000-01-01, DuckDB from 1970-01-01.
const daysBetween = 10_957
const microsBetween = 946_684_800_000_000
const lowBetween = microsBetween % 2 ** 32
const highBetween = Math.floor(microsBetween / 2 ** 32)
const maxInt32 = 0x7fffffff
const minInt32 = -0x80000000

const fillDates: Fill = ({ int32 }, segment, field, row) => {
  const { view, starts, sizes, fields, rows } = segment
  const end = rows * fields
  for (let at = field, to = row; at < end; at += fields, to += 1) {
    if ((sizes[at] as number) < 0) continue
    const days = view.getInt32(starts[at] as number)
    int32[to] = days + daysBetween
    if (days === minInt32 || days >= maxInt32 - daysBetween) return false
  }
  return true
}

const fillTimestamps: Fill = ({ int32 }, segment, field, row) => {
  const { view, starts, sizes, fields, rows } = segment
  const end = rows * fields
  for (let at = field, to = 2 * row; at < end; at += fields, to += 2) {
    if ((sizes[at] as number) < 0) continue
    const start = starts[at] as number
    const high = view.getInt32(start)
    const low = view.getUint32(start + 4)
    const lowSum = low + lowBetween
    const highSum = high + highBetween + (lowSum >= 2 ** 32 ? 1 : 0)
    int32[to] = lowSum | 0
    int32[to + 1] = highSum
    if (highSum > maxInt32 || (high === minInt32 && low === 0)) return false
  }
  return true
}

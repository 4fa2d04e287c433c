// COPY's binary format as column vectors: bytes in, batches out, no value ever an object of its own.
//
//   message:  'd' · int32 length · a row        as servers send it, each row in a message of its own: many are taken at one go
//   row:      int16 fields · fields x (int32 size, -1 for null · bytes)

import { type Column, ServiceError, say } from '@tributary/rules'
import type { RecordBatch, Spares } from '../../batch.ts'
import { type Capacity, type ColumnBuilder, createBuilder } from './builders.ts'

/** Rows of a full batch: a whole number of DuckDB's chunks of 2,048. */
const batchRows = 2048 * 8
/** Rows of the first one: most answers are short, and room for many rows would take longer than finding a few. */
const firstRows = 2048
/** A batch of long strings is handed over earlier. */
const batchBytes = 4 * 1024 * 1024
/** Rows that are looked at before their columns are filled: so many come in one chunk of a socket. */
const segmentRows = 2048
/** PostgreSQL's own limit to a row. */
const longestRow = 2 ** 30

// "PGCOPY\n", 0xff, "\r\n", 0, then 4 bytes of flags and the length of an extension that nobody has defined yet.
const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
const headerBytes = signature.length + 8
const endOfRows = -1

/** The code of the message that carries rows. */
export const copyData = 0x64
/** Code and length of a message. */
export const frameBytes = 5

/** What a reader is made for. */
export interface Reading {
  /** As messages name it. */
  readonly table: string
  /** What the stream carries, each in the binary form of its declared type. */
  readonly columns: readonly Column[]
  readonly spares: Spares
  readonly onBatch: (batch: RecordBatch) => void
}

/** Some bytes and the same bytes as numbers. */
interface Bytes {
  readonly bytes: Buffer
  readonly view: DataView
}

/** Rows of one COPY, put into columns as their bytes come in. Every method throws {@link ServiceError}: `semantic` for a value that its type cannot hold, naming the column; `internal` for a stream that is not COPY's. */
export class RowReader {
  readonly #capacity: Capacity
  readonly #builders: readonly ColumnBuilder[]
  readonly #fields: number
  readonly #onBatch: (batch: RecordBatch) => void
  readonly #starts: Int32Array
  readonly #sizes: Int32Array
  /** Bytes of a row that is not whole yet, and of those behind it. */
  #rest: Buffer = Buffer.alloc(0)
  #restBytes = 0
  /** No use to look before this many bytes are there: a long value then is looked at once and not once per chunk. */
  #neededBytes = headerBytes
  #rowCount = 0
  #rowBytes = 0
  #total = 0
  #isStarted = false
  #isEnded = false

  constructor({ table, columns, spares, onBatch }: Reading) {
    this.#capacity = { rows: firstRows, spares }
    this.#builders = columns.map((column) => createBuilder(table, column, this.#capacity))
    this.#fields = columns.length
    this.#onBatch = onBatch
    this.#starts = new Int32Array(segmentRows * columns.length)
    this.#sizes = new Int32Array(segmentRows * columns.length)
  }

  /** Rows read so far. */
  get total(): number {
    return this.#total
  }

  /**
   * Takes whole messages from `at` on, as long as each is one row.
   * @returns where it stopped: at the end, or at a message that is cut off or something else
   */
  takeMessages(chunk: Bytes, from: number): number {
    if (!this.#isStarted || this.#isEnded || this.#restBytes > 0) return from
    for (let at = from; ; ) {
      const { rows, end } = this.#findMessages(chunk, at)
      if (rows === 0) return at
      this.#append(chunk, rows, end - at)
      at = end
    }
  }

  /** Takes a part of a message, wherever rows begin and end in it. */
  takePart(part: Buffer): void {
    if (this.#isEnded) return
    this.#keep(part)
    if (this.#restBytes < this.#neededBytes) return
    const rest = { bytes: this.#rest, view: viewOf(this.#rest) }
    let at = this.#isStarted ? 0 : this.#readHeader()
    for (;;) {
      const { rows, end } = this.#findRows(rest, at)
      if (rows === 0) break
      this.#append(rest, rows, end - at)
      at = end
    }
    this.#rest.copyWithin(0, at, this.#restBytes)
    this.#restBytes -= at
  }

  /** Hands over what is left. @throws {ServiceError} `unavailable` when the stream ended before its rows did */
  finish(): void {
    if (!this.#isEnded) throw new ServiceError('unavailable', say`the source ended its answer in the middle of a row`)
    if (this.#rowCount > 0) this.#handOver(0)
  }

  #keep(part: Buffer): void {
    const needed = this.#restBytes + part.length
    if (needed > longestRow + part.length) throw new ServiceError('internal', say`the source sent a row of more than 1 GiB`)
    if (needed > this.#rest.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#rest.length, 4096))
      this.#rest.copy(larger, 0, 0, this.#restBytes)
      this.#rest = larger
    }
    part.copy(this.#rest, this.#restBytes)
    this.#restBytes = needed
  }

  #readHeader(): number {
    const { length } = signature
    if (!this.#rest.subarray(0, length).equals(signature))
      throw new ServiceError('internal', say`the source answered COPY in a form that is not the binary one`)
    if (this.#rest.readInt32BE(length + 4) !== 0)
      throw new ServiceError('internal', say`the source answered COPY in a form that is not the binary one`)
    this.#isStarted = true
    return headerBytes
  }

  /** Looks where the rows of the next messages lie, and fills the places. */
  #findMessages({ bytes, view }: Bytes, from: number): { readonly rows: number; readonly end: number } {
    const limit = bytes.length
    const most = Math.min(segmentRows, this.#capacity.rows - this.#rowCount)
    let at = from
    let rows = 0
    while (rows < most && at + frameBytes + 2 <= limit && bytes[at] === copyData && at - from < batchBytes) {
      const end = at + 1 + view.getInt32(at + 1)
      // Whatever is unusual is for the way of parts, which says what is wrong with it.
      if (end > limit || this.#findFields(view, at + frameBytes, end, rows) !== end) break
      at = end
      rows += 1
    }
    return { rows, end: at }
  }

  /** As {@link #findMessages}, for rows one right behind the other. */
  #findRows({ view }: Bytes, from: number): { readonly rows: number; readonly end: number } {
    const most = Math.min(segmentRows, this.#capacity.rows - this.#rowCount)
    let at = from
    let rows = 0
    this.#neededBytes = 2
    while (rows < most && at - from < batchBytes && !this.#isEndOfRows(view, at)) {
      const end = this.#findFields(view, at, this.#restBytes, rows)
      if (end < 0) {
        this.#neededBytes = -end - at
        break
      }
      at = end
      rows += 1
    }
    return { rows, end: at }
  }

  #isEndOfRows(view: DataView, at: number): boolean {
    if (at + 2 > this.#restBytes) return false
    const fields = view.getInt16(at)
    if (fields === this.#fields) return false
    if (fields !== endOfRows)
      throw new ServiceError('internal', say`the source sent ${fields} columns where ${this.#fields} were asked for`)
    this.#isEnded = true
    return true
  }

  /** @returns where the row ends; less than zero, how far the bytes would have to reach, when it is cut off at `limit` */
  #findFields(view: DataView, at: number, limit: number, row: number): number {
    const fields = this.#fields
    const starts = this.#starts
    const sizes = this.#sizes
    if (at + 2 > limit) return -(at + 2)
    if (view.getInt16(at) !== fields) return 0
    let place = row * fields
    let next = at + 2
    for (let field = 0; field < fields; field += 1, place += 1) {
      if (next + 4 > limit) return -(next + 4)
      const size = view.getInt32(next)
      next += 4
      starts[place] = next
      sizes[place] = size
      if (size > 0) next += size
    }
    return next > limit ? -next : next
  }

  #append({ bytes, view }: Bytes, rows: number, byteLength: number): void {
    const segment = { bytes, view, starts: this.#starts, sizes: this.#sizes, fields: this.#fields, rows }
    this.#builders.forEach((builder, field) => builder.append(segment, field, this.#rowCount))
    this.#rowCount += rows
    this.#rowBytes += byteLength
    this.#total += rows
    if (this.#rowCount === this.#capacity.rows || this.#rowBytes > batchBytes) this.#handOver(batchRows)
  }

  /** @param nextRows - how many rows the next batch may have */
  #handOver(nextRows: number): void {
    this.#capacity.rows = nextRows
    const batch = { rowCount: this.#rowCount, vectors: this.#builders.map((builder) => builder.take()) }
    this.#rowCount = 0
    this.#rowBytes = 0
    this.#onBatch(batch)
  }
}

/** The same bytes, for numbers. */
export function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

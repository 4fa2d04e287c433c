// COPY's binary format as column vectors: bytes in, batches out, no value ever an object of its own.

import { type Column, ServiceError, say } from '@tributary/rules'
import type { RecordBatch } from '../../batch.ts'
import { type ColumnBuilder, createBuilder } from './builders.ts'

/** Rows of a full batch: a whole number of DuckDB's chunks of 2,048. */
const batchRows = 2048 * 8
/** A batch of long strings is handed over earlier. */
const batchBytes = 4 * 1024 * 1024

// "PGCOPY\n", 0xff, "\r\n", 0, then 4 bytes of flags and the length of an extension that nobody has defined yet.
const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
const headerBytes = signature.length + 8
const endOfRows = -1

/**
 * Turns a COPY ... (FORMAT binary) stream into batches.
 * @param table - as messages name it
 * @param columns - what the stream carries, each in the binary form of its declared type
 * @throws {ServiceError} `semantic` for a value the type cannot hold, naming the column; `internal` for a stream that is not COPY's
 */
export async function* decode(chunks: AsyncIterable<Buffer>, table: string, columns: readonly Column[]): AsyncGenerator<RecordBatch> {
  const rows = new RowReader(table, columns)
  for await (const chunk of chunks) {
    rows.push(chunk)
    for (let batch = rows.read(); batch !== undefined; batch = rows.read()) yield batch
  }
  const last = rows.finish()
  if (last !== undefined) yield last
}

/** Collects bytes until rows are whole and appends their fields to builders. */
class RowReader {
  readonly #builders: readonly ColumnBuilder[]
  readonly #waiting: Buffer[] = []
  #waitingBytes = 0
  /** No use to look before this many bytes are there: a long value then costs one copy and not one per chunk. */
  #neededBytes = headerBytes
  #bytes: Buffer = Buffer.alloc(0)
  #position = 0
  #rowCount = 0
  #rowBytes = 0
  #isStarted = false
  #isEnded = false

  constructor(table: string, columns: readonly Column[]) {
    this.#builders = columns.map((column) => createBuilder(table, column, batchRows))
  }

  push(chunk: Buffer): void {
    this.#waiting.push(chunk)
    this.#waitingBytes += chunk.length
  }

  /** @returns a full batch, or `undefined` when more bytes are needed */
  read(): RecordBatch | undefined {
    if (!this.#gather()) return undefined
    if (!this.#isStarted) this.#readHeader()
    this.#neededBytes = 2
    while (!this.#isEnded && this.#readRow()) {
      if (this.#rowCount === batchRows || this.#rowBytes > batchBytes) return this.#take()
    }
    return undefined
  }

  finish(): RecordBatch | undefined {
    if (!this.#isEnded) throw new ServiceError('unavailable', say`the source ended its answer in the middle of a row`)
    return this.#rowCount === 0 ? undefined : this.#take()
  }

  #take(): RecordBatch {
    const batch = { rowCount: this.#rowCount, vectors: this.#builders.map((builder) => builder.take()) }
    this.#rowCount = 0
    this.#rowBytes = 0
    return batch
  }

  /** Joins what waits with what is left of the last look. */
  #gather(): boolean {
    if (this.#waitingBytes === 0) return this.#position < this.#bytes.length && this.#bytes.length - this.#position >= this.#neededBytes
    const left = this.#bytes.length - this.#position
    if (left + this.#waitingBytes < this.#neededBytes) return false
    const [first] = this.#waiting
    this.#bytes =
      left === 0 && this.#waiting.length === 1 && first !== undefined
        ? first
        : Buffer.concat([this.#bytes.subarray(this.#position), ...this.#waiting])
    this.#waiting.length = 0
    this.#waitingBytes = 0
    this.#position = 0
    return true
  }

  #readHeader(): void {
    const { length } = signature
    if (!this.#bytes.subarray(0, length).equals(signature))
      throw new ServiceError('internal', say`the source answered COPY in a form that is not the binary one`)
    this.#position = headerBytes + this.#bytes.readInt32BE(length + 4)
    this.#isStarted = true
  }

  /** @returns false when the row is not whole yet; nothing of it has been taken then */
  #readRow(): boolean {
    const end = this.#endOfRow()
    if (end === undefined) return false
    const bytes = this.#bytes
    const row = this.#rowCount
    let at = this.#position + 2
    for (const builder of this.#builders) {
      const size = readInt32(bytes, at)
      at += 4
      if (size < 0) {
        builder.appendNull(row)
      } else {
        builder.append(bytes, at, size, row)
        at += size
      }
    }
    this.#rowBytes += end - this.#position
    this.#position = end
    this.#rowCount = row + 1
    return true
  }

  /** Where the row at the position ends; `undefined` when it is cut short or when there is none. */
  #endOfRow(): number | undefined {
    const bytes = this.#bytes
    const start = this.#position
    if (start + 2 > bytes.length) return this.#wait(2)
    const fields = (((bytes[start] as number) << 24) >> 16) | (bytes[start + 1] as number)
    if (fields === endOfRows) {
      this.#isEnded = true
      this.#position += 2
      return undefined
    }
    if (fields !== this.#builders.length)
      throw new ServiceError('internal', say`the source sent ${fields} columns where ${this.#builders.length} were asked for`)
    let at = start + 2
    for (let field = 0; field < fields; field += 1) {
      if (at + 4 > bytes.length) return this.#wait(at + 4 - start)
      const size = readInt32(bytes, at)
      at += 4 + (size > 0 ? size : 0)
    }
    return at > bytes.length ? this.#wait(at - start) : at
  }

  #wait(bytes: number): undefined {
    this.#neededBytes = bytes
    return undefined
  }
}

function readInt32(bytes: Buffer, at: number): number {
  return ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)
}

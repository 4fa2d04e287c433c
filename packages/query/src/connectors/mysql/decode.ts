// Rows of MySQL's binary protocol as column vectors: bytes in, batches out, no value ever an object of its own.

import { ServiceError, say } from '@tributary/rules'
import type { RecordBatch } from '../../batch.ts'
import type { ColumnBuilder } from './builders.ts'

/** Rows of a full batch: a whole number of DuckDB's chunks of 2,048. */
export const batchRows = 2048 * 8
/** A batch of long strings is handed over earlier. */
const batchBytes = 4 * 1024 * 1024

/** Takes one row after the other. */
export class RowDecoder {
  readonly #builders: readonly ColumnBuilder[]
  readonly #headerBytes: number
  #rowCount = 0
  #byteCount = 0

  /** @param builders - one for each column of the answer, in its order */
  constructor(builders: readonly ColumnBuilder[]) {
    this.#builders = builders
    // A byte 0, then a bit for each column that is null, the first two of them unused.
    this.#headerBytes = 1 + ((builders.length + 9) >> 3)
  }

  /**
   * Takes the row in `bytes[start .. end]`.
   * @returns true when the batch is full and has to be taken
   * @throws {ServiceError} `semantic` for a value the type cannot hold, naming the column; `unavailable` for a row of another shape
   */
  append(bytes: Buffer, start: number, end: number): boolean {
    if (bytes[start] !== 0 || this.#readValues(bytes, start, end) !== end) throw brokenRow()
    this.#byteCount += end - start
    this.#rowCount += 1
    return this.#rowCount === batchRows || this.#byteCount > batchBytes
  }

  /** @returns where the last value ends, which is beyond the row where there are too few bytes */
  #readValues(bytes: Buffer, start: number, end: number): number {
    const builders = this.#builders
    const row = this.#rowCount
    let at = start + this.#headerBytes
    try {
      for (let index = 0; index < builders.length; index += 1) {
        const bit = index + 2
        const builder = builders[index] as ColumnBuilder
        if (((bytes[start + 1 + (bit >> 3)] as number) & (1 << (bit & 7))) !== 0) builder.readNull(row)
        else if (at < end) at = builder.read(bytes, at, end, row)
        else throw brokenRow()
      }
    } catch (error) {
      // Bytes that are not there are no numbers.
      throw error instanceof ServiceError ? error : brokenRow()
    }
    return at
  }

  /** @returns the rows since the last time; `undefined` when there were none */
  take(): RecordBatch | undefined {
    if (this.#rowCount === 0) return undefined
    const batch = { rowCount: this.#rowCount, vectors: this.#builders.map((builder) => builder.take()) }
    this.#rowCount = 0
    this.#byteCount = 0
    return batch
  }
}

function brokenRow(): ServiceError {
  return new ServiceError('unavailable', say`the source sent a row that is not of the columns it announced`)
}

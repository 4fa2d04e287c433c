// The way back: a chunk of DuckDB's as a batch that can leave its thread, copied by whole columns.

import duckdb, { type DataChunk, type Vector as DuckVector } from '@duckdb/node-bindings'
import { type ColumnType, ServiceError, say } from '@tributary/rules'
import { type RecordBatch, type Vector, widthOf } from '../../batch.ts'

/** DuckDB keeps a string as 16 bytes: its length, then up to 12 bytes in place, or else its first 4 bytes and a pointer. */
const recordBytes = 16
const recordWords = recordBytes / 4
const inlineBytes = 12
/** Less than the smallest page of memory: what lies between two values so near to each other is on the page of one of them. */
const readableGap = 4096
/** What one batch of 2,048 values may take, and an offset may say. */
const mostBytes = 2 ** 31

/**
 * Copies a chunk.
 * @param rowCount - of the chunk, at least 1
 * @param types - of its columns, each in DuckDB's type for it
 */
export function batchOfChunk(chunk: DataChunk, rowCount: number, types: readonly ColumnType[]): RecordBatch {
  return { rowCount, vectors: types.map((type, index) => copyVector(duckdb.data_chunk_get_vector(chunk, index), type, rowCount)) }
}

function copyVector(source: DuckVector, type: ColumnType, rowCount: number): Vector {
  const validity = copyValidity(source, rowCount)
  const width = widthOf(type)
  if (width === undefined) return { kind: 'bytes', ...copyBytes(source, rowCount, validity), validity: validity?.buffer }
  return { kind: 'fixed', data: new Uint8Array(duckdb.vector_get_data(source, rowCount * width)).buffer, validity: validity?.buffer }
}

/** @returns `undefined` where every value is valid */
function copyValidity(source: DuckVector, rowCount: number): Uint8Array<ArrayBuffer> | undefined {
  const bits: Uint8Array | null = duckdb.vector_get_validity(source, Math.ceil(rowCount / 64) * 8)
  return bits === null || bits.length === 0 ? undefined : new Uint8Array(bits)
}

/** Values that stand behind pointers, one after the other, as they do when DuckDB read them from a file: one call fetches them all. */
interface Run {
  /** Where the first one's pointer stands, in bytes. */
  readonly pointerAt: number
  readonly from: number
  to: number
  readonly rows: number[]
}

function copyBytes(
  source: DuckVector,
  rowCount: number,
  validity: Uint8Array | undefined,
): { readonly bytes: ArrayBuffer; readonly ends: ArrayBuffer } {
  const records = duckdb.vector_get_data(source, rowCount * recordBytes)
  const words = new Uint32Array(records.buffer, records.byteOffset, rowCount * recordWords)
  const ends = endsOf(words, rowCount, validity)
  const bytes = new Uint8Array(ends[rowCount - 1] ?? 0)
  let run: Run | undefined
  for (let row = 0; row < rowCount; row += 1) {
    const start = row === 0 ? 0 : (ends[row - 1] as number)
    const size = (ends[row] as number) - start
    if (size <= inlineBytes) {
      for (let i = 0, at = row * recordBytes + 4; i < size; i += 1) bytes[start + i] = records[at + i] as number
      continue
    }
    const address = (words[row * recordWords + 2] as number) + (words[row * recordWords + 3] as number) * 2 ** 32
    if (run === undefined || address < run.to || address - run.to >= readableGap) {
      takeRun(records, words, run, ends, bytes)
      run = { pointerAt: records.byteOffset + row * recordBytes + 8, from: address, to: address, rows: [] }
    }
    run.to = address + size
    run.rows.push(row)
  }
  takeRun(records, words, run, ends, bytes)
  return { bytes: bytes.buffer, ends: ends.buffer }
}

/** What stands for a NULL's record is not looked at. */
function endsOf(words: Uint32Array, rowCount: number, validity: Uint8Array | undefined): Uint32Array<ArrayBuffer> {
  const ends = new Uint32Array(rowCount)
  let end = 0
  for (let row = 0; row < rowCount; row += 1) {
    const isValid = validity === undefined || ((validity[row >> 3] as number) & (1 << (row & 7))) !== 0
    if (isValid) end += words[row * recordWords] as number
    if (end >= mostBytes)
      throw new ServiceError('exhausted', say`2,048 rows hold more than 2 GiB of text in one column: write fewer at a time`)
    ends[row] = end
  }
  return ends
}

function takeRun(records: Uint8Array, words: Uint32Array, run: Run | undefined, ends: Uint32Array, bytes: Uint8Array): void {
  if (run === undefined) return
  const read = duckdb.get_data_from_pointer(records.buffer as ArrayBuffer, run.pointerAt, run.to - run.from)
  for (const row of run.rows) {
    const start = row === 0 ? 0 : (ends[row - 1] as number)
    const size = (ends[row] as number) - start
    const at = (words[row * recordWords + 2] as number) + (words[row * recordWords + 3] as number) * 2 ** 32 - run.from
    bytes.set(read.subarray(at, at + size), start)
  }
}

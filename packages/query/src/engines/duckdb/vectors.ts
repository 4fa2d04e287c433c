// Batches as DuckDB vectors: raw copies of whole columns, strings as one blob and a table of pointers into it.

import { isUtf8 } from 'node:buffer'
import duckdb, { type DataChunk, type Vector as DuckVector } from '@duckdb/node-bindings'
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  type DuckDBType,
  FLOAT,
  INTEGER,
  LIST,
  MAP,
  SMALLINT,
  STRUCT,
  TIMESTAMP,
  TINYINT,
  VARCHAR,
} from '@duckdb/node-api'
import { type ColumnType, countsMonths, ServiceError, say, type ValueType } from '@tributary/rules'
import { type BytesVector, type RecordBatch, type Vector, widthOf } from '../../batch.ts'

/** Rows of DuckDB's chunks. */
export const chunkRows = 2048

const types: Readonly<Record<Exclude<ColumnType['kind'], 'decimal'>, DuckDBType>> = {
  boolean: BOOLEAN,
  tinyint: TINYINT,
  smallint: SMALLINT,
  int: INTEGER,
  bigint: BIGINT,
  float: FLOAT,
  double: DOUBLE,
  string: VARCHAR,
  binary: BLOB,
  date: DATE,
  timestamp: TIMESTAMP,
}

/** DuckDB's type for Spark's; inside of arrays and the like, void is carried by INTEGER. */
export function duckTypeOf(type: ValueType): DuckDBType {
  switch (type.kind) {
    case 'decimal':
      return DECIMAL(type.precision, type.scale)
    case 'interval':
      return countsMonths(type) ? INTEGER : BIGINT
    case 'array':
      return LIST(duckTypeOf(type.element))
    case 'map':
      return MAP(duckTypeOf(type.key), duckTypeOf(type.value))
    case 'struct':
      return STRUCT(Object.fromEntries(type.fields.map((field) => [field.name, duckTypeOf(field.type)])))
    default:
      return type.kind === 'null' ? INTEGER : types[type.kind]
  }
}

/**
 * Copies rows `from .. from + count` of some columns of a batch into a chunk that DuckDB has emptied.
 * @param positions - for each of the chunk's columns, the batch's column
 * @param columnTypes - of the batch's columns
 */
export function fillChunk(
  chunk: DataChunk,
  batch: RecordBatch,
  columnTypes: readonly ColumnType[],
  positions: readonly number[],
  from: number,
  count: number,
): void {
  positions.forEach((position, index) => {
    const vector = batch.vectors[position]
    const type = columnTypes[position]
    if (vector === undefined || type === undefined) throw new ServiceError('internal', say`a scan has no column ${position}`)
    fillVector(duckdb.data_chunk_get_vector(chunk, index), vector, type, from, count)
  })
}

function fillVector(target: DuckVector, vector: Vector, type: ColumnType, from: number, count: number): void {
  if (vector.kind === 'bytes') fillBytes(target, vector, type.kind === 'string', from, count)
  else {
    const width = widthOf(type) as number
    duckdb.copy_data_to_vector(target, 0, vector.data, from * width, count * width)
  }
  if (vector.validity === undefined) return
  duckdb.vector_ensure_validity_writable(target)
  duckdb.copy_data_to_vector_validity(target, 0, vector.validity, from >> 3, Math.ceil(count / 64) * 8)
}

const recordBytes = 16
const inlineBytes = 12
const records = new ArrayBuffer(chunkRows * recordBytes)
const recordWords = new Uint32Array(records)
const recordView = new Uint8Array(records)

/**
 * DuckDB keeps a string as 16 bytes: length, then up to 12 bytes in place, or else the first 4 bytes and a pointer. The joined values are given to the
 * vector once, as if they were its first string; the pointer it then shows is where all of them lie.
 */
function fillBytes(target: DuckVector, vector: BytesVector, isText: boolean, from: number, count: number): void {
  const ends = new Uint32Array(vector.ends)
  const start = from === 0 ? 0 : (ends[from - 1] as number)
  const bytes = new Uint8Array(vector.bytes, start, (ends[from + count - 1] as number) - start)
  const base = keepBytes(target, bytes, isText)
  let at = 0
  for (let row = 0; row < count; row += 1) {
    const end = (ends[from + row] as number) - start
    writeRecord(row, bytes, at, end - at, base)
    at = end
  }
  duckdb.copy_data_to_vector(target, 0, records, 0, count * recordBytes)
}

/** @returns the address of the first byte; 0 when every value is short enough to need none */
function keepBytes(target: DuckVector, bytes: Uint8Array<ArrayBuffer>, isText: boolean): number {
  if (bytes.length <= inlineBytes) return 0
  // DuckDB answers text that is not UTF-8 with a null and leaves the pointer undefined: following it would read anywhere.
  if (isText && !isUtf8(bytes)) throw new ServiceError('internal', say`a source thread handed over text that is not UTF-8`)
  duckdb.vector_assign_string_element_len(target, 0, bytes)
  const record = duckdb.vector_get_data(target, recordBytes)
  const view = new DataView(record.buffer, record.byteOffset, recordBytes)
  return view.getUint32(8, true) + view.getUint32(12, true) * 2 ** 32
}

function writeRecord(row: number, bytes: Uint8Array, at: number, size: number, base: number): void {
  const word = row * 4
  recordWords[word] = size
  recordWords[word + 1] = 0
  if (size <= inlineBytes) {
    recordWords[word + 2] = 0
    recordWords[word + 3] = 0
    const place = row * recordBytes + 4
    for (let i = 0; i < size; i += 1) recordView[place + i] = bytes[at + i] as number
    return
  }
  const place = row * recordBytes + 4
  for (let i = 0; i < 4; i += 1) recordView[place + i] = bytes[at + i] as number
  const address = base + at
  recordWords[word + 2] = address % 2 ** 32
  recordWords[word + 3] = Math.floor(address / 2 ** 32)
}

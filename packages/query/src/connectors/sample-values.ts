// Batches read back into values that tests can compare.

import { type ColumnType, formatColumnType } from '@tributary/rules'
import type { RecordBatch, Vector } from '../batch.ts'

/** A value as tests see it: whole numbers, decimals (unscaled), days and microseconds are bigints; text is text, bytes are hexadecimal. */
export type SampleValue = bigint | number | string | boolean | null

/** The values of one column, in the order of its rows. @param index - position in the batches */
export function valuesIn(batches: readonly RecordBatch[], index: number, type: ColumnType): readonly SampleValue[] {
  return batches.flatMap(({ rowCount, vectors }) => {
    const vector = vectors[index]
    if (vector === undefined) throw new Error(`no column ${index} in a batch`)
    const validity = vector.validity === undefined ? undefined : new Uint8Array(vector.validity)
    const read = readerOf(vector, type)
    return Array.from({ length: rowCount }, (_, row) =>
      validity !== undefined && ((validity[row >> 3] ?? 0) & (1 << (row & 7))) === 0 ? null : read(row),
    )
  })
}

function readerOf(vector: Vector, type: ColumnType): (row: number) => SampleValue {
  if (vector.kind === 'bytes') {
    const ends = new Uint32Array(vector.ends)
    const bytes = Buffer.from(vector.bytes)
    return (row) => bytes.toString(type.kind === 'binary' ? 'hex' : 'utf8', row === 0 ? 0 : ends[row - 1], ends[row])
  }
  const view = new DataView(vector.data)
  switch (type.kind) {
    case 'boolean':
      return (row) => view.getInt8(row) === 1
    case 'float':
      return (row) => view.getFloat32(4 * row, true)
    case 'double':
      return (row) => view.getFloat64(8 * row, true)
    case 'tinyint':
      return (row) => BigInt(view.getInt8(row))
    case 'smallint':
      return (row) => BigInt(view.getInt16(2 * row, true))
    case 'int':
    case 'date':
      return (row) => BigInt(view.getInt32(4 * row, true))
    case 'bigint':
    case 'timestamp':
      return (row) => view.getBigInt64(8 * row, true)
    case 'decimal':
      return decimalOf(view, type.precision)
    default:
      throw new Error(`${formatColumnType(type)} has no fixed width`)
  }
}

function decimalOf(view: DataView, precision: number): (row: number) => bigint {
  if (precision <= 4) return (row) => BigInt(view.getInt16(2 * row, true))
  if (precision <= 9) return (row) => BigInt(view.getInt32(4 * row, true))
  if (precision <= 18) return (row) => view.getBigInt64(8 * row, true)
  return (row) => (view.getBigInt64(16 * row + 8, true) << 64n) + view.getBigUint64(16 * row, true)
}

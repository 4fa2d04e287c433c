// Rows on their way from a source to the engine: whole columns in DuckDB's own memory layout, handed between threads by transfer.

import type { ColumnType } from '@tributary/rules'

/**
 * Fixed-width values, little endian, at least `rowCount` of them, in DuckDB's layout of the column's type: boolean 1 byte; tinyint, smallint, int, bigint 1, 2, 4, 8;
 * float 4, double 8; date int32 days since 1970-01-01; timestamp int64 microseconds since 1970; decimal int16, int32, int64 or int128 by precision (4, 9, 18, 38).
 */
export interface FixedVector {
  readonly kind: 'fixed'
  readonly data: ArrayBuffer
  /** One bit a row, least significant first, 1 = valid, in whole 8-byte words; absent when no value is null. */
  readonly validity: ArrayBuffer | undefined
}

/** Strings (valid UTF-8, each on its own) or binary values, joined; value i is `bytes[ends[i-1] .. ends[i]]`. */
export interface BytesVector {
  readonly kind: 'bytes'
  readonly bytes: ArrayBuffer
  /** At least `rowCount` unsigned 32-bit numbers; a null ends where it starts. */
  readonly ends: ArrayBuffer
  readonly validity: ArrayBuffer | undefined
}

/** One column of a batch. */
export type Vector = FixedVector | BytesVector

/**
 * Some rows of one scan, columns in the order that the scan asked for. As many as their connector likes: the engine cuts batches into chunks of its own.
 * Whole multiples of 2,048 leave none of those half full.
 */
export interface RecordBatch {
  readonly rowCount: number
  readonly vectors: readonly Vector[]
}

const widths: Readonly<Record<Exclude<ColumnType['kind'], 'decimal' | 'string' | 'binary'>, number>> = {
  boolean: 1,
  tinyint: 1,
  smallint: 2,
  int: 4,
  bigint: 8,
  float: 4,
  double: 8,
  date: 4,
  timestamp: 8,
}

/** Bytes of one value in a {@link FixedVector}; `undefined` for strings and binary. */
export function widthOf(type: ColumnType): number | undefined {
  if (type.kind === 'string' || type.kind === 'binary') return undefined
  if (type.kind !== 'decimal') return widths[type.kind]
  return type.precision <= 4 ? 2 : type.precision <= 9 ? 4 : type.precision <= 18 ? 8 : 16
}

/** The buffers of a batch, to be transferred rather than copied. */
export function buffersOf(batch: RecordBatch): ArrayBuffer[] {
  return batch.vectors.flatMap((vector) => {
    const buffers = vector.kind === 'fixed' ? [vector.data] : [vector.bytes, vector.ends]
    return vector.validity === undefined ? buffers : [...buffers, vector.validity]
  })
}

/** Bytes that a batch's values take, spare room in its buffers not counted. */
export function sizeOf(batch: RecordBatch, types: readonly ColumnType[]): number {
  return batch.vectors.reduce((sum, vector, index) => {
    if (vector.kind === 'bytes') return sum + (new Uint32Array(vector.ends)[batch.rowCount - 1] ?? 0)
    const type = types[index]
    return sum + batch.rowCount * (type === undefined ? 0 : (widthOf(type) ?? 0))
  }, 0)
}

/** What spare buffers may take: more than the batches of one scan that are under way. */
const mostSpareBytes = 32 * 1024 * 1024

/** Buffers of batches that were read, to be filled once more: new ones would be garbage a moment later, and garbage is a fifth of a scan's time. */
export class Spares {
  readonly #bySize = new Map<number, ArrayBuffer[]>()
  #bytes = 0

  /** @returns a buffer of exactly this size; what it holds is anything */
  take(byteLength: number): ArrayBuffer {
    const spare = this.#bySize.get(byteLength)?.pop()
    if (spare === undefined) return new ArrayBuffer(byteLength)
    this.#bytes -= byteLength
    return spare
  }

  /** Keeps buffers for {@link take}, as many as there is room for. */
  give(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) {
      if (this.#bytes + buffer.byteLength > mostSpareBytes) return
      const same = this.#bySize.get(buffer.byteLength)
      if (same === undefined) this.#bySize.set(buffer.byteLength, [buffer])
      else same.push(buffer)
      this.#bytes += buffer.byteLength
    }
  }
}

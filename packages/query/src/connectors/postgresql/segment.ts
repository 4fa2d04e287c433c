// A stretch of rows as they lie in the bytes that came, and what columns are written into.

/** Rows whose bytes are all there. Field f of row r is at `starts[r * fields + f]` and has `sizes[r * fields + f]` bytes, -1 for a null. */
export interface Segment {
  readonly bytes: Uint8Array
  /** The same bytes, for numbers. */
  readonly view: DataView
  readonly starts: Int32Array
  readonly sizes: Int32Array
  readonly fields: number
  readonly rows: number
}

/** One buffer, seen in the widths that writers need. */
export interface Target {
  readonly buffer: ArrayBuffer
  readonly int8: Int8Array
  readonly int16: Int16Array
  readonly int32: Int32Array
  readonly int64: BigInt64Array
}

/** Writes one field of a segment's rows from `row` on, nulls left out; false when a value does not fit its type. */
export type Fill = (target: Target, segment: Segment, field: number, row: number) => boolean

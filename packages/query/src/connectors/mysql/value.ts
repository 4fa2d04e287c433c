// How one value of a fixed width is written into a column.

import type { Text } from '@tributary/rules'

/** One buffer, seen in the widths that values need. */
export interface Target {
  readonly buffer: ArrayBuffer
  readonly int8: Int8Array
  readonly int16: Int16Array
  readonly int32: Int32Array
  readonly int64: BigInt64Array
  readonly float32: Float32Array
  readonly float64: Float64Array
}

/**
 * Writes the value at `at` and answers where the next begins: as it is, or, where the value stands for null, less than zero (`-1 - next`). What the type cannot hold
 * is told by `refuse`, which does not return.
 */
export type ReadValue = (target: Target, row: number, bytes: Buffer, at: number) => number

/** Ends a scan for a value, in words that follow `column c of t`. */
export type Refuse = (reason: Text) => never

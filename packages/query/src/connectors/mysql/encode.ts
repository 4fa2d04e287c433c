// Values as literals of an INSERT statement, which MySQL reads as the very values, whatever the server's settings.

import type { Column } from '@tributary/rules'
import type { Vector } from '../../batch.ts'
import type { OutBytes } from '../out-bytes.ts'
import { valueTextOf } from '../text-values.ts'
import type { RowForm, WriteValue } from './row-bytes.ts'
import { styleOf } from './value-style.ts'

const quote = 0x27

/** Rows as `(…),(…)`. */
export const literalForm: RowForm = {
  betweenRows: ',',
  beforeRow: '(',
  betweenValues: ',',
  afterRow: ')',
  null: 'NULL',
  writerOf: literalOf,
}

function literalOf(column: Column, vector: Vector, out: OutBytes): WriteValue {
  const { type } = column
  if (vector.kind === 'fixed') {
    const text = valueTextOf(type, vector, styleOf(column))
    const isQuoted = type.kind === 'date' || type.kind === 'timestamp'
    return (row) => out.ascii(isQuoted ? `'${text(row)}'` : text(row))
  }
  const bytes = new Uint8Array(vector.bytes)
  const ends = new Uint32Array(vector.ends)
  const write = type.kind === 'binary' ? writeHex : writeText
  return (row) => write(out, bytes, row === 0 ? 0 : (ends[row - 1] as number), ends[row] as number)
}

function writeHex(out: OutBytes, bytes: Uint8Array, start: number, end: number): void {
  out.ascii(`x'${Buffer.from(bytes.buffer, start, end - start).toString('hex')}'`)
}

/** A quote is written twice; a backslash means itself. */
function writeText(out: OutBytes, bytes: Uint8Array, start: number, end: number): void {
  out.byte(quote)
  let from = start
  for (let at = start; at < end; at += 1) {
    if (bytes[at] !== quote) continue
    out.bytes(bytes, from, at + 1)
    from = at
  }
  out.bytes(bytes, from, end)
  out.byte(quote)
}

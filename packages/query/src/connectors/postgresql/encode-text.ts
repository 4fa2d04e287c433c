// Batches as COPY's text format, for columns that only the source itself can read from their text: arrays, intervals, addresses, ranges.

import type { Vector } from '../../batch.ts'
import { isValid, OutBytes } from '../out-bytes.ts'
import { type TextStyle, valueTextOf } from '../text-values.ts'
import type { RowEncoder, WrittenColumn } from './encode.ts'
import { checkTextOf } from './kept-texts.ts'

const tab = 0x09
const newline = 0x0a
const backslash = 0x5c

/** What stands for a byte that the format means something by, after a backslash. */
const escapes = new Map([
  [0x08, 'b'],
  [tab, 't'],
  [newline, 'n'],
  [0x0b, 'v'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [backslash, '\\'],
])
const escaped = new Uint8Array(256)
for (const [byte, letter] of escapes) escaped[byte] = letter.charCodeAt(0)

const style: TextStyle = {
  boolean: (value) => (value ? 't' : 'f'),
  // 1 BC is the year 0 of everybody else.
  year: (year, rest) => (year > 0 ? `${String(year).padStart(4, '0')}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`),
  special: (word) => word,
  negativeZero: '-0',
}

/** Encodes any column: what is wrong with a value is for the source to say. */
export function createTextEncoder(columns: readonly WrittenColumn[]): RowEncoder {
  const out = new OutBytes()
  const add: RowEncoder['add'] = (batch) => {
    const writers = columns.map((column, index) => fieldWriterOf(column, batch.vectors[index] as Vector, out))
    const valid = batch.vectors.map(({ validity }) => (validity === undefined ? undefined : new Uint8Array(validity)))
    for (let row = 0; row < batch.rowCount; row += 1) {
      writers.forEach((write, index) => {
        if (index > 0) out.byte(tab)
        if (isValid(valid[index], row)) write(row)
        else out.ascii('\\N')
      })
      out.byte(newline)
    }
  }
  return { format: 'text', header: new Uint8Array(), trailer: new Uint8Array(), out, add }
}

function fieldWriterOf({ declared, source }: WrittenColumn, vector: Vector, out: OutBytes): (row: number) => void {
  const { type } = declared
  if (vector.kind === 'fixed') {
    const text = valueTextOf(type, vector, style)
    return (row) => out.ascii(text(row))
  }
  const bytes = new Uint8Array(vector.bytes)
  const ends = new Uint32Array(vector.ends)
  const write = type.kind === 'binary' ? writeHex : writeEscaped
  const check = checkTextOf(declared, source)
  return (row) => {
    const [start, end] = [row === 0 ? 0 : (ends[row - 1] as number), ends[row] as number]
    check?.(bytes, start, end)
    write(out, bytes, start, end)
  }
}

function writeHex(out: OutBytes, bytes: Uint8Array, start: number, end: number): void {
  out.ascii(`\\\\x${Buffer.from(bytes.buffer, start, end - start).toString('hex')}`)
}

function writeEscaped(out: OutBytes, bytes: Uint8Array, start: number, end: number): void {
  let from = start
  for (let at = start; at < end; at += 1) {
    const letter = escaped[bytes[at] as number] as number
    if (letter === 0) continue
    out.bytes(bytes, from, at)
    out.byte(backslash)
    out.byte(letter)
    from = at + 1
  }
  out.bytes(bytes, from, end)
}

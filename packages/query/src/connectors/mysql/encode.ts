// Batches as the values of INSERT statements: literals that MySQL reads as the very values, whatever the server's settings.

import { type Column, ServiceError, say } from '@tributary/rules'
import type { RecordBatch, Vector } from '../../batch.ts'
import { isValid, OutBytes } from '../out-bytes.ts'
import { type TextStyle, valueTextOf } from '../text-values.ts'
import type { CheckText } from './kept-texts.ts'

const quote = 0x27
const comma = 0x2c
const open = 0x28
const close = 0x29

/** Writes one value of a batch's column. */
type WriteLiteral = (row: number) => void

/** Gathers rows as `(…),(…)` until somebody takes them. */
export class RowLiterals {
  readonly #columns: readonly Column[]
  readonly #checks: readonly (CheckText | undefined)[]
  readonly #out = new OutBytes()
  #rowCount = 0

  /** @param checks - for the texts of each column that has any */
  constructor(columns: readonly Column[], checks: readonly (CheckText | undefined)[]) {
    this.#columns = columns
    this.#checks = checks
  }

  /** Bytes that wait to be taken. */
  get size(): number {
    return this.#out.size
  }

  /** Rows that wait to be taken. */
  get rowCount(): number {
    return this.#rowCount
  }

  /**
   * Adds rows of a batch, from one on, until the bytes are enough.
   * @returns the first row that was not added, `rowCount` of the batch where all were
   * @throws {ServiceError} `semantic` for what MySQL has no literal for, or a column would not keep
   */
  add(batch: RecordBatch, from: number, enoughBytes: number): number {
    const out = this.#out
    const writers = this.#columns.map((column, index) => {
      const vector = batch.vectors[index] as Vector
      const check = this.#checks[index]
      const write = literalOf(column, vector, out)
      return check === undefined || vector.kind === 'fixed' ? write : checked(vector, check, write)
    })
    const valid = batch.vectors.map(({ validity }) => (validity === undefined ? undefined : new Uint8Array(validity)))
    let row = from
    for (; row < batch.rowCount && out.size < enoughBytes; row += 1) {
      if (this.#rowCount > 0) out.byte(comma)
      out.byte(open)
      for (let index = 0; index < writers.length; index += 1) {
        if (index > 0) out.byte(comma)
        if (isValid(valid[index], row)) (writers[index] as WriteLiteral)(row)
        else out.ascii('NULL')
      }
      out.byte(close)
      this.#rowCount += 1
    }
    return row
  }

  /** Hands over what was gathered, and starts anew. */
  take(): string {
    this.#rowCount = 0
    return Buffer.from(this.#out.take()).toString('utf8')
  }
}

function literalOf(column: Column, vector: Vector, out: OutBytes): WriteLiteral {
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

/** Each text is looked at before it is written. */
function checked({ bytes, ends: endBytes }: Extract<Vector, { kind: 'bytes' }>, check: CheckText, write: WriteLiteral): WriteLiteral {
  const ends = new Uint32Array(endBytes)
  return (row) => {
    const start = row === 0 ? 0 : (ends[row - 1] as number)
    check(Buffer.from(bytes, start, (ends[row] as number) - start).toString('utf8'))
    write(row)
  }
}

function styleOf({ name }: Column): TextStyle {
  const noDate = (year: number): never => {
    throw new ServiceError('semantic', say`column ${name}: MySQL has no date in the year ${year}; leave such rows out`)
  }
  return {
    boolean: (value) => (value ? '1' : '0'),
    year: (year, rest) => (year >= 0 && year <= 9999 ? `${String(year).padStart(4, '0')}${rest}` : noDate(year)),
    special: (word) => {
      throw new ServiceError('semantic', say`column ${name}: MySQL has no ${word}; leave such rows out`)
    },
    // As floating point; MariaDB keeps it as 0 all the same.
    negativeZero: '-0e0',
  }
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

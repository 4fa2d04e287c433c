// Rows of batches as bytes of a statement, gathered until they are enough for one.

import type { Column } from '@tributary/rules'
import type { RecordBatch, Vector } from '../../batch.ts'
import { isValid, OutBytes } from '../out-bytes.ts'
import { valueTextOf } from '../text-values.ts'
import type { TextCheck } from './kept-texts.ts'
import { styleOf } from './value-style.ts'

/** Writes one value of a batch's column. */
export type WriteValue = (row: number) => void

/** How rows stand in a statement: what goes where, as ASCII letters, maybe none, and how values are written. */
export interface RowForm {
  readonly betweenRows: string
  readonly beforeRow: string
  readonly betweenValues: string
  readonly afterRow: string
  readonly null: string
  /** Looks at one batch's vector, once. What it answers throws ServiceError `semantic` for what MySQL has no value for. */
  readonly writerOf: (column: Column, vector: Vector, out: OutBytes) => WriteValue
}

/** Gathers rows until somebody takes them. */
export class RowBytes {
  readonly #form: RowForm
  readonly #columns: readonly Column[]
  readonly #checks: readonly (TextCheck | undefined)[]
  readonly #out = new OutBytes()
  #rowCount = 0

  /** @param checks - for the values of each column that has any, as text */
  constructor(form: RowForm, columns: readonly Column[], checks: readonly (TextCheck | undefined)[]) {
    this.#form = form
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
   * @throws {ServiceError} `semantic` for what MySQL has no value for, or a column would not keep
   */
  add(batch: RecordBatch, from: number, enoughBytes: number): number {
    const out = this.#out
    const { betweenRows, beforeRow, betweenValues, afterRow, null: none } = this.#form
    const writers = this.#columns.map((column, index) => this.#writerOf(column, batch.vectors[index] as Vector, index))
    const valid = batch.vectors.map(({ validity }) => (validity === undefined ? undefined : new Uint8Array(validity)))
    let row = from
    for (; row < batch.rowCount && out.size < enoughBytes; row += 1) {
      if (this.#rowCount > 0) out.ascii(betweenRows)
      out.ascii(beforeRow)
      for (let index = 0; index < writers.length; index += 1) {
        if (index > 0) out.ascii(betweenValues)
        if (isValid(valid[index], row)) (writers[index] as WriteValue)(row)
        else out.ascii(none)
      }
      out.ascii(afterRow)
      this.#rowCount += 1
    }
    return row
  }

  /** Hands over what was gathered, and starts anew. */
  take(): Uint8Array {
    this.#rowCount = 0
    return this.#out.take()
  }

  #writerOf(column: Column, vector: Vector, index: number): WriteValue {
    const write = this.#form.writerOf(column, vector, this.#out)
    const check = this.#checks[index]
    return check === undefined ? write : checked(check, { column, vector }, write)
  }
}

/** Each value is looked at before it is written. */
function checked(
  { check, mostBytes }: TextCheck,
  { column, vector }: { readonly column: Column; readonly vector: Vector },
  write: WriteValue,
): WriteValue {
  const text = textOf(column, vector)
  const isDoubtful = mostBytes === undefined || vector.kind === 'fixed' ? () => true : endsInSpace(vector, mostBytes)
  return (row) => {
    if (isDoubtful(row)) check(text(row))
    write(row)
  }
}

const space = 0x20

function endsInSpace({ bytes, ends }: Exclude<Vector, { kind: 'fixed' }>, mostBytes: number): (row: number) => boolean {
  const [texts, places] = [new Uint8Array(bytes), new Uint32Array(ends)]
  return (row) => {
    const [start, end] = [row === 0 ? 0 : (places[row - 1] as number), places[row] as number]
    return end - start > mostBytes && texts[end - 1] === space
  }
}

function textOf(column: Column, vector: Vector): (row: number) => string {
  if (vector.kind === 'fixed') return valueTextOf(column.type, vector, styleOf(column))
  const ends = new Uint32Array(vector.ends)
  return (row) => {
    const start = row === 0 ? 0 : (ends[row - 1] as number)
    return Buffer.from(vector.bytes, start, (ends[row] as number) - start).toString('utf8')
  }
}

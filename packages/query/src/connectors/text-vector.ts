// Columns from values that a source sends as text: each is read as the type that the table declares, or refused.

import { isUtf8 } from 'node:buffer'
import { type Column, type ColumnType, formatColumnType, ServiceError, say, type Text } from '@tributary/rules'
import { type RecordBatch, type Vector, widthOf } from '../batch.ts'
import type { SourceScan } from '../plan/plan.ts'
import { columnAt } from './table-names.ts'

/** Sets one value of a column. @returns false where the text is none of its type */
type Fill = (row: number, text: string) => boolean

const wholeNumber = /^-?\d{1,19}$/
const anyNumber = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/

/** A row as its source tells it: a value for each column of the table, in order; those behind the last one are null. */
export type TextRow = readonly (Buffer | null)[]

const batchRows = 2048

/**
 * Makes batches of rows as they come, with the columns that a scan asks for, in its order.
 * @param rows - asked for no faster than the batches are
 * @throws {ServiceError} as {@link vectorOfTexts}
 * @throws what `rows` throws
 */
export async function* batchesOfTexts(scan: SourceScan, rows: AsyncIterable<TextRow>): AsyncGenerator<RecordBatch> {
  let waiting: TextRow[] = []
  for await (const row of rows) {
    if (waiting.push(row) < batchRows) continue
    yield batchOf(scan, waiting)
    waiting = []
  }
  if (waiting.length > 0) yield batchOf(scan, waiting)
}

function batchOf({ table, columns }: SourceScan, rows: readonly TextRow[]): RecordBatch {
  const vectors = columns.map((position) => {
    const values = rows.map((row) => row[position] ?? null)
    return vectorOfTexts(table.settings.table, columnAt(table, position), values)
  })
  return { rowCount: rows.length, vectors }
}

/**
 * Makes a column of one batch. Strings and binary come as they are; whole numbers, `float`, `double` and `boolean` (`true`, `false`, `1`, `0`) are read.
 * @param table - as messages name it
 * @param values - `null` where there is none
 * @throws {ServiceError} `semantic` for a value that the type cannot hold, and for a type that is not read here; never with the value
 */
export function vectorOfTexts(table: string, { name, type }: Column, values: readonly (Buffer | null)[]): Vector {
  const refuse = (reason: Text): ServiceError => new ServiceError('semantic', say`column ${name} of ${table} ${reason}`)
  const validity = validityOf(values)
  const width = widthOf(type)
  if (width === undefined) {
    if (type.kind === 'string' && !values.every((value) => value === null || isUtf8(value)))
      throw refuse(say`holds text that is not UTF-8; correct it at the source or declare the column as binary`)
    return { kind: 'bytes', ...laidOut(values), validity }
  }
  const data = new ArrayBuffer(width * values.length)
  const fill = fillOf(type, data)
  if (fill === undefined) throw refuse(say`is declared as ${formatColumnType(type)}, which is not read from text; declare it as string`)
  for (const [row, value] of values.entries()) {
    if (value !== null && !fill(row, value.toString('latin1')))
      throw refuse(say`holds a value that is no ${formatColumnType(type)}; correct it at the source or declare the column as string`)
  }
  return { kind: 'fixed', data, validity }
}

function laidOut(values: readonly (Buffer | null)[]): { readonly bytes: ArrayBuffer; readonly ends: ArrayBuffer } {
  let end = 0
  const ends = Uint32Array.from(values, (value) => (end += value?.length ?? 0))
  const bytes = new Uint8Array(end)
  for (const [row, value] of values.entries()) if (value !== null) bytes.set(value, (ends[row] as number) - value.length)
  return { bytes: bytes.buffer, ends: ends.buffer }
}

function fillOf({ kind }: ColumnType, data: ArrayBuffer): Fill | undefined {
  switch (kind) {
    case 'boolean':
      return fillBooleans(new Uint8Array(data))
    case 'tinyint':
      return fillWhole(new Int8Array(data))
    case 'smallint':
      return fillWhole(new Int16Array(data))
    case 'int':
      return fillWhole(new Int32Array(data))
    case 'bigint':
      return fillLong(new BigInt64Array(data))
    case 'float':
      return fillNumbers(new Float32Array(data))
    case 'double':
      return fillNumbers(new Float64Array(data))
    default:
      return undefined
  }
}

function fillBooleans(target: Uint8Array): Fill {
  return (row, text) => {
    const folded = text.toLowerCase()
    target[row] = folded === 'true' || folded === '1' ? 1 : 0
    return target[row] === 1 || folded === 'false' || folded === '0'
  }
}

/** What does not fit wraps around, and is not what was written then. */
function fillWhole(target: Int8Array | Int16Array | Int32Array): Fill {
  return (row, text) => {
    const value = wholeNumber.test(text) ? Number(text) : Number.NaN
    target[row] = value
    return target[row] === value
  }
}

function fillLong(target: BigInt64Array): Fill {
  return (row, text) => {
    if (!wholeNumber.test(text)) return false
    target[row] = BigInt(text)
    return target[row] === BigInt(text)
  }
}

function fillNumbers(target: Float32Array | Float64Array): Fill {
  return (row, text) => {
    target[row] = Number(text)
    return anyNumber.test(text) && Number.isFinite(target[row])
  }
}

function validityOf(values: readonly (Buffer | null)[]): ArrayBuffer | undefined {
  if (!values.includes(null)) return undefined
  const bits = new Uint8Array(Math.ceil(values.length / 64) * 8)
  for (const [row, value] of values.entries()) if (value !== null) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7))
  return bits.buffer
}

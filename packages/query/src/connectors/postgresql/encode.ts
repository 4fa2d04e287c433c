// Batches as COPY's binary format: column vectors in, bytes out, no value ever an object of its own. The way back of decode.ts.

import { type Column, type ColumnType, ServiceError, say } from '@tributary/rules'
import { type RecordBatch, type Vector, widthOf } from '../../batch.ts'
import { isValid, OutBytes } from '../out-bytes.ts'
import { type NumericWriter, numericWriterOf } from './encode-numeric.ts'
import { type CheckText, checkTextOf } from './kept-texts.ts'
import type { SourceColumn } from './types.ts'

/** A column that is written: as the table declares it, and as it is at the source. */
export interface WrittenColumn {
  readonly declared: Column
  readonly source: SourceColumn
}

/** Turns batches into the bytes of a COPY; the header goes before the first, the trailer after the last. */
export interface RowEncoder {
  readonly format: 'binary' | 'text'
  readonly header: Uint8Array
  readonly trailer: Uint8Array
  /** The bytes so far; whoever takes them clears it. */
  readonly out: OutBytes
  /** @throws {ServiceError} `semantic` for a value that the source's type cannot hold, naming the column */
  readonly add: (batch: RecordBatch) => void
}

/** One value of a batch's column: its length and its bytes. */
type WriteField = (out: OutBytes, row: number) => void

/** Looks at one batch's vector, once, and answers what writes its values. */
export type FieldEncoder = (vector: Vector) => WriteField

// "PGCOPY\n", 0xff, "\r\n", 0, then 4 bytes of flags and 4 for the length of an extension that nobody has defined yet.
const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const trailer = Buffer.from([0xff, 0xff])
const nullSize = -1

/** @returns `undefined` where a column has no binary form that is made here: the text format takes it */
export function createBinaryEncoder(columns: readonly WrittenColumn[]): RowEncoder | undefined {
  const fields = columns.map(fieldEncoderOf)
  if (!fields.every((field) => field !== undefined)) return undefined
  const out = new OutBytes()
  const add = (batch: RecordBatch): void => {
    const writers = fields.map((field, index) => field(batch.vectors[index] as Vector))
    const valid = batch.vectors.map(({ validity }) => (validity === undefined ? undefined : new Uint8Array(validity)))
    for (let row = 0; row < batch.rowCount; row += 1) {
      out.int16(writers.length)
      for (let index = 0; index < writers.length; index += 1) {
        if (isValid(valid[index], row)) (writers[index] as WriteField)(out, row)
        else out.int32(nullSize)
      }
    }
  }
  return { format: 'binary', header, trailer, out, add }
}

const integerBytes: Readonly<Record<string, 2 | 4 | 8>> = { int2: 2, int4: 4, int8: 8 }

/** Types whose binary form is their text. */
const plainText: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'name', 'json'])

function fieldEncoderOf({ declared, source }: WrittenColumn): FieldEncoder | undefined {
  const { type } = declared
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return source.type === 'numeric' ? numericOf(type) : integerEncoder(declared, integerBytes[source.type])
    case 'decimal':
      return source.type === 'numeric' ? numericOf(type) : undefined
    case 'string':
      return textEncoderOf({ declared, source })
    case 'binary':
      return source.type === 'bytea' ? bytesEncoder : undefined
    default:
      return simple[type.kind]?.[source.type]
  }
}

const simple: Readonly<Record<string, Readonly<Record<string, FieldEncoder>>>> = {
  boolean: { bool: (vector) => writeByte(viewOf(vector, Uint8Array)) },
  float: { float4: (vector) => writeWord(viewOf(vector, Int32Array)) },
  double: { float8: (vector) => writePair(viewOf(vector, Int32Array)) },
  date: { date: (vector) => writeDate(viewOf(vector, Int32Array)) },
  timestamp: { timestamp: timestampEncoder, timestamptz: timestampEncoder },
}

type ArrayKind<Values> = new (buffer: ArrayBuffer) => Values

function viewOf<Values>(vector: Vector, kind: ArrayKind<Values>): Values {
  if (vector.kind !== 'fixed') throw new ServiceError('internal', say`a column of fixed width came as bytes`)
  return new kind(vector.data)
}

function writeByte(values: Uint8Array): WriteField {
  return (out, row) => {
    out.int32(1)
    out.byte(values[row] as number)
  }
}

function writeWord(values: Int32Array): WriteField {
  return (out, row) => {
    out.int32(4)
    out.int32(values[row] as number)
  }
}

/** Eight bytes, held as low word and high word. */
function writePair(values: Int32Array): WriteField {
  return (out, row) => {
    out.int32(8)
    out.int32(values[2 * row + 1] as number)
    out.int32(values[2 * row] as number)
  }
}

// PostgreSQL counts from 2000-01-01, DuckDB from 1970-01-01.
const daysBetween = 10_957
const microsBetween = 946_684_800_000_000
const lowBetween = microsBetween % 2 ** 32
const highBetween = Math.floor(microsBetween / 2 ** 32)

function writeDate(values: Int32Array): WriteField {
  return (out, row) => {
    out.int32(4)
    out.int32((values[row] as number) - daysBetween)
  }
}

function timestampEncoder(vector: Vector): WriteField {
  const values = viewOf(vector, Int32Array)
  return (out, row) => {
    const low = ((values[2 * row] as number) >>> 0) - lowBetween
    out.int32(8)
    out.int32((values[2 * row + 1] as number) - highBetween - (low < 0 ? 1 : 0))
    out.int32(low | 0)
  }
}

/** @param bytes - of the source's integers */
function integerEncoder({ name, type }: Column, bytes: 2 | 4 | 8 | undefined): FieldEncoder | undefined {
  const width = widthOf(type) as number
  if (bytes === undefined) return undefined
  if (bytes === 8 && width === 8) return (vector) => writePair(viewOf(vector, Int32Array))
  if (bytes === 4 && width === 4) return (vector) => writeWord(viewOf(vector, Int32Array))
  return (vector) => writeInteger(readerOf(vector, width), bytes, name)
}

/** @returns what reads one whole number; beyond 53 bits it is near enough to be refused */
function readerOf(vector: Vector, width: number): (row: number) => number {
  if (width === 8) {
    const words = viewOf(vector, Int32Array)
    return (row) => (words[2 * row + 1] as number) * 2 ** 32 + ((words[2 * row] as number) >>> 0)
  }
  const values = width === 1 ? viewOf(vector, Int8Array) : width === 2 ? viewOf(vector, Int16Array) : viewOf(vector, Int32Array)
  return (row) => values[row] as number
}

function writeInteger(read: (row: number) => number, bytes: 2 | 4 | 8, column: string): WriteField {
  const most = bytes === 8 ? Number.MAX_SAFE_INTEGER : 2 ** (8 * bytes - 1) - 1
  return (out, row) => {
    const value = read(row)
    if (value > most || value < -most - 1)
      throw new ServiceError(
        'semantic',
        say`column ${column}: the value ${value} does not fit the source's integer of ${bytes} bytes; filter such rows out, or widen the column at the source`,
      )
    out.int32(bytes)
    if (bytes === 8) out.int32(value < 0 ? -1 : 0)
    if (bytes === 2) out.int16(value)
    else out.int32(value)
  }
}

function numericOf(type: ColumnType): FieldEncoder {
  return (vector) => {
    if (vector.kind !== 'fixed') throw new ServiceError('internal', say`a column of fixed width came as bytes`)
    const write: NumericWriter = numericWriterOf(type, vector.data)
    return (out, row) => out.sized(() => write(out, row))
  }
}

function textEncoderOf({ declared, source }: WrittenColumn): FieldEncoder | undefined {
  const check = checkTextOf(declared, source)
  if (source.isEnum || plainText.has(source.type)) return (vector) => writeBytes(vector, { check })
  return source.type === 'jsonb' ? (vector) => writeBytes(vector, { first: jsonbVersion }) : undefined
}

const jsonbVersion = 1

function bytesEncoder(vector: Vector): WriteField {
  return writeBytes(vector, {})
}

interface ByteOptions {
  /** Goes before each value. */
  readonly first?: number
  readonly check?: CheckText | undefined
}

function writeBytes(vector: Vector, { first, check }: ByteOptions): WriteField {
  if (vector.kind !== 'bytes') throw new ServiceError('internal', say`a column of bytes came with a fixed width`)
  const bytes = new Uint8Array(vector.bytes)
  const ends = new Uint32Array(vector.ends)
  return (out, row) => {
    const start = row === 0 ? 0 : (ends[row - 1] as number)
    const end = ends[row] as number
    check?.(bytes, start, end)
    out.int32(end - start + (first === undefined ? 0 : 1))
    if (first !== undefined) out.byte(first)
    out.bytes(bytes, start, end)
  }
}

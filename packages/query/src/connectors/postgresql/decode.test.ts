// COPY's binary format, however it is cut into chunks; what a real server sends is tested beside this.

import { type Column, ServiceError } from '@tributary/rules'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../../../../tests/servers/sources.ts'
import { type FixedVector, type RecordBatch, Spares, type Vector } from '../../batch.ts'
import { frameBytes, RowReader, viewOf } from './decode.ts'

type Cell = string | number | null
const columns = columnsOf({ id: 'int', name: 'string' })

/** Writes rows as a server does: header, rows of (count, length, bytes), trailer. */
function encode(rows: readonly (readonly Cell[])[]): Buffer {
  const header = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
  const fields = rows.map((row) => Buffer.concat([int16(row.length), ...row.map(encodeCell)]))
  return Buffer.concat([header, ...fields, int16(-1)])
}

function encodeCell(cell: Cell): Buffer {
  if (cell === null) return int32(-1)
  const bytes = typeof cell === 'number' ? int32(cell) : Buffer.from(cell)
  return Buffer.concat([int32(bytes.length), bytes])
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** Cuts bytes into parts of the given sizes, over and over. */
function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] as number
    yield bytes.subarray(at, at + size)
    at += size
  }
}

function readerOf(types: readonly Column[], batches: RecordBatch[] = []): RowReader {
  return new RowReader({ table: 't', columns: types, spares: new Spares(), onBatch: (batch) => batches.push(batch) })
}

function batchesOf(parts: Iterable<Buffer>): readonly RecordBatch[] {
  const batches: RecordBatch[] = []
  const rows = readerOf(columns, batches)
  for (const part of parts) rows.takePart(part)
  rows.finish()
  return batches
}

/** Each row in a message of its own, all of them in one chunk, as a server sends them. */
function batchesOfMessages(rows: readonly (readonly Cell[])[]): { readonly batches: readonly RecordBatch[]; readonly left: number } {
  const batches: RecordBatch[] = []
  const reader = readerOf(columns, batches)
  reader.takePart(encode([]).subarray(0, 19))
  const messages = rows
    .map((row) => encode([row]).subarray(19, -2))
    .map((row) => Buffer.concat([Buffer.from('d'), int32(row.length + 4), row]))
  const chunk = Buffer.concat([...messages, Buffer.from('d'), int32(6), int16(-1)])
  const at = reader.takeMessages({ bytes: chunk, view: viewOf(chunk) }, 0)
  reader.takePart(chunk.subarray(at + frameBytes))
  reader.finish()
  return { batches, left: chunk.length - at }
}

function failureOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

function cellsOf(vector: Vector, rowCount: number): readonly Cell[] {
  const validity = vector.validity === undefined ? undefined : new Uint8Array(vector.validity)
  const isNull = (row: number): boolean => validity !== undefined && (((validity[row >> 3] as number) >> (row & 7)) & 1) === 0
  const ends = vector.kind === 'bytes' ? new Uint32Array(vector.ends) : undefined
  return Array.from({ length: rowCount }, (_, row) => {
    if (isNull(row)) return null
    if (vector.kind === 'fixed') return new Int32Array(vector.data)[row] as number
    return Buffer.from(vector.bytes.slice(row === 0 ? 0 : ends?.[row - 1], ends?.[row])).toString()
  })
}

const rowsOf = (batches: readonly RecordBatch[]): readonly (readonly Cell[])[] =>
  batches.flatMap(({ rowCount, vectors }) => {
    const cells = vectors.map((vector) => cellsOf(vector, rowCount))
    return Array.from({ length: rowCount }, (_, row) => cells.map((column) => column[row] as Cell))
  })

const cell = fc.option(fc.string({ unit: 'grapheme', maxLength: 40 }))
const row = fc.tuple(fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), cell)

describe('decoding', () => {
  it('gives the same rows wherever the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 50 }),
        fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 }),
        (rows, sizes) => {
          expect(rowsOf(batchesOf(cut(encode(rows), sizes)))).toEqual(rows)
        },
      ),
    )
  })

  it('gives the same rows from many messages at one go, and leaves what is none of them', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 50 }), (rows) => {
        const { batches, left } = batchesOfMessages(rows)
        expect(rowsOf(batches)).toEqual(rows)
        expect(left).toBe(frameBytes + 2)
      }),
    )
    const many = Array.from({ length: 20_000 }, (_, index) => [index, index % 3 === 0 ? null : 'x'.repeat(index % 100)])
    expect(rowsOf(batchesOfMessages(many).batches)).toEqual(many)
  })

  it('gives every decimal as it is', () => {
    const types = columnsOf({ a: 'decimal(4,2)', b: 'decimal(9,0)', c: 'decimal(15,3)', d: 'decimal(18,6)', e: 'decimal(38,10)' })
    const values = ['-99.99', '-1', '-5000000000.001', '-0.000001', '-9999999999999999999999999999.9999999999']
    const batches: RecordBatch[] = []
    const reader = readerOf(types, batches)
    const fields = values.map(numeric).map((bytes) => Buffer.concat([int32(bytes.length), bytes]))
    reader.takePart(Buffer.concat([encode([]).subarray(0, 19), int16(5), ...fields, int16(-1)]))
    reader.finish()
    const [a, b, c, d, e] = (batches[0] as RecordBatch).vectors.map((vector) => (vector as FixedVector).data)
    expect([new Int16Array(a as ArrayBuffer)[0], new Int32Array(b as ArrayBuffer)[0]]).toEqual([-9999, -1])
    expect([c, d].map((data) => new BigInt64Array(data as ArrayBuffer)[0])).toEqual([-5000000000001n, -1n])
    const [low, high] = new BigInt64Array(e as ArrayBuffer)
    expect(((high as bigint) << 64n) + BigInt.asUintN(64, low as bigint)).toBe(-(10n ** 38n - 1n))
  })

  it('fills batches of whole chunks, and hands long strings over sooner', () => {
    const many = Array.from({ length: 40_000 }, (_, index) => [index, `row ${index}`])
    const batches = batchesOf(cut(encode(many), [65_536]))
    expect(batches.map((batch) => batch.rowCount)).toEqual([2_048, 16_384, 16_384, 5_184])
    expect(rowsOf(batches)).toEqual(many)
    const long = Array.from({ length: 12 }, (_, index) => [index, String(index).repeat(1_000_000)])
    const sooner = batchesOf(cut(encode(long), [65_536]))
    expect(sooner.length).toBeGreaterThan(2)
    expect(rowsOf(sooner)).toEqual(long)
  })

  it('does not take an end in the middle for the end', () => {
    const bytes = encode([
      [1, 'a'],
      [2, 'b'],
    ])
    const error = failureOf(() => batchesOf(cut(bytes.subarray(0, -6), [7])))
    expect(error).toBeInstanceOf(ServiceError)
    expect(batchesOf(cut(encode([]), [3]))).toEqual([])
  })

  it.each([
    [[Buffer.from([0xff, 0xfe])]],
    // Two halves of one character: valid when joined, and not on their own.
    [[Buffer.from([0xc3]), Buffer.from([0xa9])]],
  ])('refuses text that is not UTF-8: %o', (values) => {
    const fields = values.map((value) => Buffer.concat([int16(2), encodeCell(1), int32(value.length), value]))
    const bytes = Buffer.concat([encode([]).subarray(0, 19), ...fields, int16(-1)])
    const error = failureOf(() => batchesOf(cut(bytes, [100])))
    expect(error).toMatchObject({
      kind: 'semantic',
      message: expect.stringContaining('column name of t holds text that is not UTF-8') as string,
    })
  })

  it.each([
    ['other columns', Buffer.concat([int16(3), int32(-1), int32(-1), int32(-1)]), 'sent 3 columns where 2 were asked for'],
    [
      'a number of another width',
      Buffer.concat([int16(2), int32(8), Buffer.alloc(8), int32(-1)]),
      'column id of t came with 8 bytes where its type has 4',
    ],
    ['no COPY at all', undefined, 'in a form that is not the binary one'],
  ])('refuses %s', (_what, row, said) => {
    const bytes = row === undefined ? Buffer.from('HTTP/1.1 400 Bad Request\r\n') : Buffer.concat([encode([]).subarray(0, 19), row])
    expect(failureOf(() => batchesOf(cut(bytes, [100])))).toMatchObject({ message: expect.stringContaining(said) as string })
  })

  it('refuses a number that says it is longer than it is', () => {
    const reader = readerOf(columnsOf({ n: 'decimal(12,2)' }))
    const lie = Buffer.concat([int16(1), int32(8), int16(3), int16(0), int16(0), int16(2)])
    expect(failureOf(() => reader.takePart(Buffer.concat([encode([]).subarray(0, 19), lie])))).toMatchObject({
      message: expect.stringContaining('column n of t holds a value that its type cannot hold') as string,
    })
  })
})

/** As PostgreSQL sends it: groups of four digits, those of trailing zeros left out. */
function numeric(text: string): Buffer {
  const [, sign, whole = '', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) as RegExpExecArray
  const digits = whole.padStart(Math.ceil(whole.length / 4) * 4, '0') + part.padEnd(Math.ceil(part.length / 4) * 4, '0')
  const groups = (digits.match(/.{4}/g) ?? []).map(Number)
  const weight = Math.ceil(whole.length / 4) - 1
  return Buffer.concat([groups.length, weight, sign === '' ? 0 : 0x4000, part.length, ...groups].map(int16))
}

// COPY's binary format, however it is cut into chunks; what a real server sends is tested beside this.

import { ServiceError } from '@tributary/rules'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../../../../tests/servers/sources.ts'
import type { RecordBatch, Vector } from '../../batch.ts'
import { decode } from './decode.ts'

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

/** Cuts bytes into chunks of the given sizes, over and over. */
async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] as number
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function batchesOf(chunks: AsyncIterable<Buffer>): Promise<readonly RecordBatch[]> {
  const batches: RecordBatch[] = []
  for await (const batch of decode(chunks, 't', columns)) batches.push(batch)
  return batches
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
  it('gives the same rows wherever the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 50 }),
        fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 }),
        async (rows, sizes) => {
          expect(rowsOf(await batchesOf(cut(encode(rows), sizes)))).toEqual(rows)
        },
      ),
    )
  })

  it('fills batches of whole chunks, and hands long strings over sooner', async () => {
    const many = Array.from({ length: 40_000 }, (_, index) => [index, `row ${index}`])
    const batches = await batchesOf(cut(encode(many), [65_536]))
    expect(batches.map((batch) => batch.rowCount)).toEqual([16_384, 16_384, 7_232])
    expect(rowsOf(batches)).toEqual(many)
    const long = Array.from({ length: 12 }, (_, index) => [index, String(index).repeat(1_000_000)])
    const sooner = await batchesOf(cut(encode(long), [65_536]))
    expect(sooner.length).toBeGreaterThan(2)
    expect(rowsOf(sooner)).toEqual(long)
  })

  it('does not take an end in the middle for the end', async () => {
    const bytes = encode([
      [1, 'a'],
      [2, 'b'],
    ])
    const error: unknown = await batchesOf(cut(bytes.subarray(0, -6), [7])).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ServiceError)
    expect(await batchesOf(cut(encode([]), [3]))).toEqual([])
  })

  it.each([
    [[Buffer.from([0xff, 0xfe])]],
    // Two halves of one character: valid when joined, and not on their own.
    [[Buffer.from([0xc3]), Buffer.from([0xa9])]],
  ])('refuses text that is not UTF-8: %o', async (values) => {
    const fields = values.map((value) => Buffer.concat([int16(2), encodeCell(1), int32(value.length), value]))
    const bytes = Buffer.concat([encode([]).subarray(0, 19), ...fields, int16(-1)])
    const error = await batchesOf(cut(bytes, [100])).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      kind: 'semantic',
      message: expect.stringContaining('column name of t holds text that is not UTF-8') as string,
    })
  })
})

// Rows of the binary protocol: random values come back as they were, and bytes that are no row end in an error.

import { type Column, parseColumnType, ServiceError } from '@tributary/rules'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { valuesIn } from '../sample-values.ts'
import { createBuilder } from './builders.ts'
import { RowDecoder } from './decode.ts'
import { type ColumnDefinition, sourceColumnOf } from './types.ts'

/** Numbers of the protocol: newdecimal, datetime, longlong, var_string. */
const wire = { decimal: 246, datetime: 12, bigint: 8, string: 253 }

function definition(columnType: number, more: Partial<ColumnDefinition> = {}): ColumnDefinition {
  return { name: 'c', columnType, columnLength: 20, characterSet: 224, flags: 0, decimals: 0, ...more }
}

function decoderOf(columns: readonly (readonly [ColumnDefinition, string])[]): RowDecoder {
  return new RowDecoder(
    columns.map(([source, type]) => {
      const declared: Column = { name: 'c', type: parseColumnType(type) }
      return createBuilder({ table: 't', source: sourceColumnOf(source), declared, capacity: 2048 })
    }),
  )
}

/** A row of values that are not null; `undefined` is one that is. */
function rowOf(values: readonly (Buffer | undefined)[]): Buffer {
  const bitmap = Buffer.alloc((values.length + 9) >> 3)
  values.forEach((value, index) => {
    const bit = index + 2
    if (value === undefined) bitmap[bit >> 3] = (bitmap[bit >> 3] ?? 0) | (1 << (bit & 7))
  })
  return Buffer.concat([Buffer.from([0]), bitmap, ...values.filter((value) => value !== undefined)])
}

function counted(bytes: Buffer): Buffer {
  const size = bytes.length
  return Buffer.concat([size < 251 ? Buffer.from([size]) : Buffer.from([0xfc, size & 0xff, size >> 8]), bytes])
}

function datetimeOf(micros: bigint): Buffer {
  const fraction = Number(((micros % 1_000_000n) + 1_000_000n) % 1_000_000n)
  const at = new Date(Number((micros - BigInt(fraction)) / 1000n))
  const bytes = Buffer.alloc(12)
  bytes.set([11, at.getUTCFullYear() & 0xff, at.getUTCFullYear() >> 8, at.getUTCMonth() + 1, at.getUTCDate()])
  bytes.set([at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()], 5)
  bytes.writeUInt32LE(fraction, 8)
  return bytes
}

const [firstMicro, lastMicro] = [BigInt(Date.parse('0001-01-01T00:00:00Z')) * 1000n, BigInt(Date.parse('9999-12-31T23:59:59Z')) * 1000n]

describe('rows of the binary protocol', () => {
  it('come back as they were', () => {
    const row = fc.tuple(
      fc.option(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })),
      fc.option(fc.bigInt({ min: firstMicro, max: lastMicro })),
      fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      fc.option(fc.string({ unit: 'grapheme', maxLength: 400 })),
      fc.option(fc.integer({ min: -999_999, max: 999_999 })),
    )
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
        const decoder = decoderOf([
          [definition(wire.decimal, { columnLength: 40, decimals: 10 }), 'decimal(38,10)'],
          [definition(wire.datetime), 'timestamp'],
          [definition(wire.bigint), 'bigint'],
          [definition(wire.string), 'string'],
          [definition(wire.decimal, { columnLength: 8, decimals: 2 }), 'decimal(6,2)'],
        ])
        for (const [wide, time, whole, text, small] of rows) {
          const bytes = rowOf([
            wide === null ? undefined : counted(Buffer.from(pointed(wide, 10))),
            time === null ? undefined : datetimeOf(time),
            whole === null ? undefined : longOf(whole),
            text === null ? undefined : counted(Buffer.from(text.toWellFormed())),
            small === null ? undefined : counted(Buffer.from(pointed(BigInt(small), 2))),
          ])
          decoder.append(bytes, 0, bytes.length)
        }
        const batch = decoder.take()
        if (batch === undefined) throw new Error('no rows')
        const types = ['decimal(38,10)', 'timestamp', 'bigint', 'string', 'decimal(6,2)'].map((type) => parseColumnType(type))
        const read = types.map((type, index) => valuesIn([batch], index, type))
        const wanted = rows.map(([wide, time, whole, text, small]) => [
          wide,
          time,
          whole,
          text?.toWellFormed() ?? null,
          small === null ? null : BigInt(small),
        ])
        expect(rows.map((_row, at) => read.map((column) => column[at]))).toEqual(wanted)
      }),
      { numRuns: 200 },
    )
  })

  it('end in an error where they are cut, longer than told, or of other columns', () => {
    const columns = [
      [definition(wire.string), 'string'],
      [definition(wire.datetime), 'timestamp'],
    ] as const
    const whole = rowOf([counted(Buffer.from('text')), datetimeOf(0n)])
    expect(decoderOf(columns).append(whole, 0, whole.length)).toBe(false)
    for (let end = 0; end < whole.length; end += 1)
      expect(() => decoderOf(columns).append(whole.subarray(0, end), 0, end), `cut at ${end}`).toThrow(ServiceError)
    const longer = Buffer.concat([whole, Buffer.from([0])])
    expect(() => decoderOf(columns).append(longer, 0, longer.length)).toThrow(/not of the columns it announced/)
    expect(() => decoderOf([...columns, [definition(wire.bigint), 'bigint']]).append(whole, 0, whole.length)).toThrow(ServiceError)
  })

  it('are full after sixteen thousand, or when their texts are long', () => {
    const decoder = decoderOf([[definition(wire.string), 'string']])
    const long = rowOf([counted(Buffer.alloc(60_000, 'x'))])
    const taken = Array.from({ length: 100 }, () => decoder.append(long, 0, long.length)).indexOf(true)
    expect(taken).toBeGreaterThan(50)
    expect(taken).toBeLessThan(75)
  })
})

function longOf(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(value)
  return bytes
}

/** A decimal's text: `-0.05` for -5 of scale 2. */
function pointed(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

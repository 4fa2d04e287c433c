// Values of a batch as text that SQL sources read: digits of decimals, ISO dates, shortest floating point, hexadecimal bytes.

import { type ColumnType, ServiceError, say } from '@tributary/rules'
import { type Vector, widthOf } from '../batch.ts'

/** The text of one value of a column, of ASCII letters alone; strings have none of their own here. */
export type ValueText = (row: number) => string

/** How a kind of source writes what they write differently. */
export interface TextStyle {
  readonly boolean: (value: boolean) => string
  /** Of years before 1, which ISO has no letters for. */
  readonly year: (year: number, rest: string) => string
  /** Of `NaN`, `Infinity` and `-Infinity`. */
  readonly special: (word: string) => string
  readonly negativeZero: string
}

/** @param vector - of a fixed width. @throws {ServiceError} `internal` for a vector of bytes */
export function valueTextOf(type: ColumnType, vector: Vector, style: TextStyle): ValueText {
  if (vector.kind !== 'fixed') throw new ServiceError('internal', say`a column of fixed width came as bytes`)
  const { data } = vector
  switch (type.kind) {
    case 'boolean': {
      const values = new Uint8Array(data)
      return (row) => style.boolean(values[row] !== 0)
    }
    case 'float': {
      const values = new Float32Array(data)
      return (row) => floatText(values[row] as number, style)
    }
    case 'double': {
      const values = new Float64Array(data)
      return (row) => floatText(values[row] as number, style)
    }
    case 'date': {
      const values = new Int32Array(data)
      return (row) => dateText(values[row] as number, '', style)
    }
    case 'timestamp': {
      const values = new BigInt64Array(data)
      return (row) => timestampText(values[row] as bigint, style)
    }
    default:
      return unscaledText(data, widthOf(type) as number, type.kind === 'decimal' ? type.scale : 0)
  }
}

function floatText(value: number, { special, negativeZero }: TextStyle): string {
  if (!Number.isFinite(value)) return special(String(value))
  return Object.is(value, -0) ? negativeZero : String(value)
}

const dayMs = 86_400_000

function dateText(days: number, rest: string, { year: yearText }: TextStyle): string {
  const date = new Date(days * dayMs)
  const month = String(date.getUTCMonth() + 1).padStart(2, '0')
  return yearText(date.getUTCFullYear(), `-${month}-${String(date.getUTCDate()).padStart(2, '0')}${rest}`)
}

const dayMicros = 86_400_000_000n

function timestampText(micros: bigint, style: TextStyle): string {
  const inDay = ((micros % dayMicros) + dayMicros) % dayMicros
  const days = Number((micros - inDay) / dayMicros)
  const seconds = Number(inDay / 1_000_000n)
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':')
  return dateText(days, ` ${clock}.${String(inDay % 1_000_000n).padStart(6, '0')}`, style)
}

function unscaledText(data: ArrayBuffer, width: number, scale: number): ValueText {
  if (width < 8) {
    const values = width === 1 ? new Int8Array(data) : width === 2 ? new Int16Array(data) : new Int32Array(data)
    return (row) => withPoint(String(values[row]), scale)
  }
  const words = new BigInt64Array(data)
  if (width === 8) return (row) => withPoint(String(words[row]), scale)
  return (row) => withPoint(String(((words[2 * row + 1] as bigint) << 64n) | BigInt.asUintN(64, words[2 * row] as bigint)), scale)
}

function withPoint(unscaled: string, scale: number): string {
  if (scale === 0) return unscaled
  const sign = unscaled.startsWith('-') ? '-' : ''
  const digits = unscaled.slice(sign.length).padStart(scale + 1, '0')
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

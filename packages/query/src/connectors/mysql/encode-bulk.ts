// Values as parameters of MariaDB's bulk execution: the binary forms of the protocol, each behind a byte that says whether there is one.

import { type Column, type ColumnType, ServiceError, say } from '@tributary/rules'
import { type Vector, widthOf } from '../../batch.ts'
import type { OutBytes } from '../out-bytes.ts'
import { valueTextOf } from '../text-values.ts'
import type { RowForm, WriteValue } from './row-bytes.ts'
import { checkYear, refuseSpecial, styleOf } from './value-style.ts'

/** Says that a value follows. */
const given = 0

/** Rows one behind the other. */
export const parameterForm: RowForm = {
  betweenRows: '',
  beforeRow: '',
  betweenValues: '',
  afterRow: '',
  null: '\x01',
  writerOf: parameterOf,
}

/** How the protocol numbers the type that a column's values are sent as. @see https://mariadb.com/kb/en/result-set-packets/#field-types */
export function parameterTypeOf({ kind }: ColumnType): number {
  return parameterTypes[kind]
}

const parameterTypes: Readonly<Record<ColumnType['kind'], number>> = {
  boolean: 1,
  tinyint: 1,
  smallint: 2,
  int: 3,
  bigint: 8,
  float: 4,
  double: 5,
  decimal: 246,
  date: 10,
  timestamp: 12,
  string: 253,
  binary: 252,
}

function parameterOf(column: Column, vector: Vector, out: OutBytes): WriteValue {
  if (vector.kind === 'bytes') return bytesWriter(vector, out)
  const { type } = column
  switch (type.kind) {
    case 'decimal': {
      const text = valueTextOf(type, vector, styleOf(column))
      return (row) => writeText(out, text(row))
    }
    case 'date':
      return dateWriter(column, new Int32Array(vector.data), out)
    case 'timestamp':
      return timestampWriter(column, vector.data, out)
    case 'float':
      return finite(column, new Float32Array(vector.data), copyWriter(type, vector.data, out))
    case 'double':
      return finite(column, new Float64Array(vector.data), copyWriter(type, vector.data, out))
    default:
      return copyWriter(type, vector.data, out)
  }
}

/** Both DuckDB and the protocol keep the low byte first. */
function copyWriter(type: ColumnType, data: ArrayBuffer, out: OutBytes): WriteValue {
  const bytes = new Uint8Array(data)
  const width = widthOf(type)
  if (width === undefined) throw new ServiceError('internal', say`a column of bytes came with a fixed width`)
  return (row) => {
    out.byte(given)
    out.bytes(bytes, row * width, row * width + width)
  }
}

function finite(column: Column, values: Float32Array | Float64Array, write: WriteValue): WriteValue {
  return (row) => {
    const value = values[row] as number
    if (!Number.isFinite(value)) refuseSpecial(column, String(value))
    write(row)
  }
}

function bytesWriter(vector: Extract<Vector, { kind: 'bytes' }>, out: OutBytes): WriteValue {
  const bytes = new Uint8Array(vector.bytes)
  const ends = new Uint32Array(vector.ends)
  return (row) => {
    const start = row === 0 ? 0 : (ends[row - 1] as number)
    const end = ends[row] as number
    out.byte(given)
    writeSize(out, end - start)
    out.bytes(bytes, start, end)
  }
}

function writeText(out: OutBytes, text: string): void {
  out.byte(given)
  out.byte(text.length)
  out.ascii(text)
}

/** A length as the protocol has it: in one byte where it is small, else in two, three or eight behind a byte that says so. */
function writeSize(out: OutBytes, size: number): void {
  if (size < 251) return out.byte(size)
  const width = size < 2 ** 16 ? 2 : size < 2 ** 24 ? 3 : 8
  out.byte(width === 2 ? 0xfc : width === 3 ? 0xfd : 0xfe)
  for (let at = 0; at < width; at += 1) out.byte(at < 4 ? size >>> (8 * at) : 0)
}

function dateWriter(column: Column, days: Int32Array, out: OutBytes): WriteValue {
  return (row) => {
    out.byte(given)
    out.byte(4)
    writeDate(column, days[row] as number, out)
  }
}

/** Year in two bytes, month, day. Years begin in March here, so that a leap day is the last, and each 400 of them have the same number of days. */
function writeDate(column: Column, daysSince1970: number, out: OutBytes): void {
  const days = daysSince1970 + 719_468
  const era = Math.floor(days / 146_097)
  const ofEra = days - era * 146_097
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365)
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * ofYear + 2) / 153)
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  const year = checkYear(column, yearOfEra + era * 400 + (month <= 2 ? 1 : 0))
  out.byte(year)
  out.byte(year >> 8)
  out.byte(month)
  out.byte(ofYear - Math.floor((153 * marchMonth + 2) / 5) + 1)
}

const dayMicros = 86_400_000_000
const bigDayMicros = BigInt(dayMicros)
/** Of the upper 32 bits: below it, a number of microseconds is exact as a number of JavaScript. */
const exactHigh = 2 ** 21

function timestampWriter(column: Column, data: ArrayBuffer, out: OutBytes): WriteValue {
  const words = new Int32Array(data)
  const whole = new BigInt64Array(data)
  return (row) => {
    const high = words[2 * row + 1] as number
    if (high >= exactHigh || high < -exactHigh) {
      const micros = whole[row] as bigint
      const ofDay = ((micros % bigDayMicros) + bigDayMicros) % bigDayMicros
      return writeTime(column, Number((micros - ofDay) / bigDayMicros), Number(ofDay), out)
    }
    const micros = high * 2 ** 32 + ((words[2 * row] as number) >>> 0)
    const days = Math.floor(micros / dayMicros)
    writeTime(column, days, micros - days * dayMicros, out)
  }
}

/** A date, hour, minute, second, and microseconds in four bytes where there are any. */
function writeTime(column: Column, days: number, microsOfDay: number, out: OutBytes): void {
  const micros = microsOfDay % 1_000_000
  const seconds = (microsOfDay - micros) / 1_000_000
  out.byte(given)
  out.byte(micros === 0 ? 7 : 11)
  writeDate(column, days, out)
  out.byte(Math.floor(seconds / 3600))
  out.byte(Math.floor(seconds / 60) % 60)
  out.byte(seconds % 60)
  if (micros !== 0) for (let at = 0; at < 4; at += 1) out.byte(micros >> (8 * at))
}

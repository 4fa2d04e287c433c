// The first rows of a result as JSON: every cell keeps its exact value, whatever a JSON number can hold.

import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api'
import { formatColumnType, formatInterval, type ResultColumn, ServiceError, say, type ValueType } from '@tributary/rules'

/** Most rows that a preview holds. */
export const previewRows = 1000

/** `{"schema":[{"id":"int"}],"rows":[[1]]}`, as a preview is answered. */
export function printPreview(columns: readonly ResultColumn[], rows: readonly (readonly DuckDBValue[])[]): string {
  const schema = columns.map(({ name, type }) => `{${JSON.stringify(name)}:${JSON.stringify(formatColumnType(type))}}`)
  const lines = rows.map((row) => `[${row.map((value, index) => printCell(value, (columns[index] as ResultColumn).type)).join(',')}]`)
  return `{"schema":[${schema.join(',')}],"rows":[${lines.join(',')}]}`
}

/**
 * For whom a cell is printed. `preview`: decimals are strings, so that no reader rounds them, and a struct shows all its fields. `file`: as Spark's JSON writer
 * has it at every depth, where decimals are numbers with all their digits and fields that are NULL are left out.
 */
export type CellForm = 'preview' | 'file'

/**
 * Integers as exact digits, decimals by the form, what JSON has no number for as strings, binary as base64, timestamps without zone, intervals as Spark shows them. Arrays are arrays, structs
 * are objects; maps are objects with the keys as text, as Spark's own JSON has them: a reader looks a key up, and keys of a map are never alike.
 */
export function printCell(value: DuckDBValue, type: ValueType, form: CellForm = 'preview'): string {
  if (value === null) return 'null'
  if (type.kind === 'interval' && (typeof value === 'bigint' || typeof value === 'number'))
    return JSON.stringify(formatInterval(BigInt(value), type))
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return printNumber(value, type)
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof DuckDBDecimalValue) {
    const digits = printDecimal(value.value, value.scale)
    return form === 'file' ? digits : JSON.stringify(digits)
  }
  if (value instanceof DuckDBDateValue) return JSON.stringify(printDate(value.days))
  if (value instanceof DuckDBTimestampValue) return JSON.stringify(printTimestamp(value.micros))
  if (value instanceof DuckDBBlobValue) return JSON.stringify(Buffer.from(value.bytes).toString('base64'))
  return printNested(value, type, form)
}

function printNested(value: DuckDBValue, type: ValueType, form: CellForm): string {
  if (type.kind === 'array' && value instanceof DuckDBListValue)
    return `[${value.items.map((item) => printCell(item, type.element, form)).join(',')}]`
  if (type.kind === 'struct' && value instanceof DuckDBStructValue) {
    const members = type.fields.map((field) => ({ ...field, value: value.entries[field.name] as DuckDBValue }))
    const shown = form === 'file' ? members.filter((member) => member.value !== null) : members
    return printMembers(shown.map((member) => [member.name, printCell(member.value, member.type, form)]))
  }
  if (type.kind === 'map' && value instanceof DuckDBMapValue)
    return printMembers(value.entries.map((entry) => [printKey(entry.key, type.key), printCell(entry.value, type.value, form)]))
  throw new ServiceError('internal', say`a result holds a value of no type that is on offer (${formatColumnType(type)})`)
}

function printMembers(members: readonly (readonly [name: string, value: string])[]): string {
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`
}

/** The text of a key: that of a cell, without the quotes of a string. */
function printKey(key: DuckDBValue, type: ValueType): string {
  const cell = printCell(key, type)
  return cell.startsWith('"') ? String(JSON.parse(cell)) : cell
}

function printNumber(value: number, type: ValueType): string {
  if (!Number.isFinite(value)) return JSON.stringify(String(value))
  if (Object.is(value, -0)) return '-0.0'
  return type.kind === 'float' ? String(shortestFloat(value)) : String(value)
}

/** A float arrives widened: 0.1 as 0.10000000149011612. Nine digits always tell floats apart, fewer often do. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const shorter = Number(value.toPrecision(digits))
    if (Math.fround(shorter) === value) return shorter
  }
  return Number(value.toPrecision(9))
}

function printDecimal(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  const sign = unscaled < 0n ? '-' : ''
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

const dayMicros = 86_400_000_000n

/** `yyyy-MM-dd HH:mm:ss[.ffffff]`; trailing zeros of the fraction are left out, as Spark does. */
function printTimestamp(micros: bigint): string {
  const days = micros / dayMicros - (micros % dayMicros < 0n ? 1n : 0n)
  const inDay = Number(micros - days * dayMicros)
  const seconds = Math.floor(inDay / 1_000_000)
  const clock = `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`
  const rest = inDay % 1_000_000
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(6, '0').replace(/0+$/, '')}`
  return `${printDate(Number(days))} ${clock}${fraction}`
}

/** Civil date of a day count since 1970-01-01, for years that JavaScript's Date cannot hold too. Gregorian throughout, as in Spark 3. */
function printDate(days: number): string {
  // Counted from 0000-03-01, so that the leap day is a year's last. @see https://howardhinnant.github.io/date_algorithms.html
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${printYear(year)}-${twoDigits(month)}-${twoDigits(day)}`
}

function printYear(year: number): string {
  if (year < 0) return `-${String(-year).padStart(4, '0')}`
  return year > 9999 ? `+${year}` : String(year).padStart(4, '0')
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

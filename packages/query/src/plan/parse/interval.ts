// Intervals: INTERVAL 1 YEAR 2 MONTHS, INTERVAL '1-2' YEAR TO MONTH, INTERVAL '3 days'.

import { ServiceError, say } from '@tributary/rules'
import type { ExpressionSyntax, IntervalPart } from '../syntax.ts'
import type { QueryReader } from './query-reader.ts'

const units = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond', 'microsecond']

/** True when an interval begins here, and not a column that is called so. */
export function isIntervalAhead(reader: QueryReader): boolean {
  if (reader.word() !== 'INTERVAL' || !isValueAt(reader, 1)) return false
  const isSigned = reader.peek(1).kind === 'symbol'
  return reader.peek(1).kind === 'string' || unitOf(reader.word(isSigned ? 3 : 2)) !== undefined
}

function isValueAt(reader: QueryReader, ahead: number): boolean {
  const { kind } = reader.peek(ahead)
  if (kind === 'number' || kind === 'string') return true
  const isSigned = reader.isSymbol('-', ahead) || reader.isSymbol('+', ahead)
  return isSigned && ['number', 'string'].includes(reader.peek(ahead + 1).kind)
}

/** Reads one interval. @throws {ServiceError} `syntax` */
export function readInterval(reader: QueryReader): ExpressionSyntax {
  reader.expect('INTERVAL')
  if (reader.peek().kind === 'string' && unitOf(reader.word(1)) === undefined)
    return { kind: 'interval', parts: partsOf(reader.string()), to: undefined }
  const parts: IntervalPart[] = []
  do parts.push({ text: readValue(reader), unit: readUnit(reader) })
  while (isValueAt(reader, 0) && isUnitBehindValue(reader))
  return { kind: 'interval', parts, to: reader.accept('TO') ? readUnit(reader) : undefined }
}

/** `1 YEAR` goes on an interval, and `- 1` behind one is a difference. */
function isUnitBehindValue(reader: QueryReader): boolean {
  return !reader.isSymbol('-') && !reader.isSymbol('+') && unitOf(reader.word(1)) !== undefined
}

function readValue(reader: QueryReader): string {
  const sign = reader.acceptSymbol('-') ? '-' : (reader.acceptSymbol('+'), '')
  return sign + (reader.peek().kind === 'string' ? reader.string().trim() : reader.next().value)
}

function readUnit(reader: QueryReader): string {
  const unit = unitOf(reader.word())
  if (unit === undefined) throw reader.unexpected(say`a unit, for instance DAY`)
  reader.next()
  return unit
}

function unitOf(word: string): string | undefined {
  const lower = word.toLowerCase()
  return units.find((unit) => lower === unit || lower === `${unit}s`)
}

/** `'1 year -2 days'`, as the text of one string. */
function partsOf(text: string): readonly IntervalPart[] {
  const parts = [...text.matchAll(/\s*([+-]?\s*[\d.]+)\s+([a-z]+)\s*/gi)]
  const named = parts.map(([, value = '', word = '']) => ({ text: value.replace(/\s|\+/g, ''), unit: unitOf(word) }))
  const isWhole = parts.length > 0 && parts.map(([all]) => all).join('') === text
  if (!isWhole || named.some(({ unit }) => unit === undefined))
    throw new ServiceError('syntax', say`'${text}' is no interval; write INTERVAL '1 day', or INTERVAL 1 DAY`)
  return named.map(({ text: value, unit }) => ({ text: value, unit: unit as string }))
}

// sequence(start, end, INTERVAL …): dates and timestamps in steps of time; months are counted from the start, so that a short month shortens one step alone.
//
//   sequence(DATE '2024-01-31', DATE '2024-04-30', INTERVAL 1 MONTH)   →   2024-01-31, 2024-02-29, 2024-03-31, 2024-04-30

import { ServiceError, say } from '@tributary/rules'
import { compose, type Bound } from './bound.ts'
import { nullWhereNull, unified } from './functions/arguments.ts'
import { type IntervalSyntax, readInterval } from './intervals.ts'
import { refusalSql } from './refusal.ts'
import { hasEvenDays, isUtc, sessionZone } from './session-zone.ts'
import { duckType, typeName, type SparkType } from './spark-types.ts'

const months: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 }
const micros: Readonly<Record<string, number>> = {
  week: 604_800_000_000,
  day: 86_400_000_000,
  hour: 3_600_000_000,
  minute: 60_000_000,
  second: 1_000_000,
  millisecond: 1_000,
  microsecond: 1,
}

/** Days and months of moments are those of the session's calendar, where they are not always as long as in UTC. */
function checkZone({ kind }: SparkType, span: 'months' | 'days' | 'times', step: number): void {
  if (kind !== 'timestamp' || isUtc()) return
  if (span !== 'months' && (hasEvenDays() || Math.abs(step) < (micros['day'] as number))) return
  throw new ServiceError(
    'unsupported',
    say`sequence over timestamps in steps of days or months is not offered in the time zone ${sessionZone().name}; take a sequence of dates, and cast that`,
  )
}

/** The list of moments. @throws {ServiceError} `semantic` for values that are no dates or timestamps, `unsupported` for a step of nothing */
export function intervalSequence(start: Bound, end: Bound, syntax: IntervalSyntax): Bound {
  const { name, span, parts } = readInterval(syntax)
  const [[from, to], type] = unified('sequence', [start, end]) as readonly [readonly [Bound, Bound], SparkType]
  if ((type.kind !== 'date' && type.kind !== 'timestamp') || (type.kind === 'date' && span === 'times'))
    throw new ServiceError('semantic', say`sequence over ${typeName(type)} takes no step of ${name}; cast its ends to timestamp`)
  const sizes = span === 'months' ? months : micros
  const step = Math.round(parts.reduce((sum, { text, unit }) => sum + Number(text) * (sizes[unit] as number), 0))
  if (step === 0) throw new ServiceError('unsupported', say`sequence with a step of nothing (${name}) is not offered`)
  checkZone(type, span, step)
  const one = `CAST(${from.sql} AS TIMESTAMP)`
  const other = `CAST(${to.sql} AS TIMESTAMP)`
  const moment =
    span === 'months' ? `${one} + to_months(CAST(sq_i * ${step} AS INTEGER))` : `make_timestamp(epoch_us(${one}) + sq_i * ${step})`
  const distance = span === 'months' ? `datediff('month', ${one}, ${other})` : `(epoch_us(${other}) - epoch_us(${one}))`
  const all = `list_transform(generate_series(0, CAST(abs(${distance}) // ${Math.abs(step)} AS BIGINT)), lambda sq_i: ${moment})`
  const within = `list_filter(${all}, lambda sq_m: sq_m ${step > 0 ? '<=' : '>='} ${other})`
  const wrong = `CAST(${refusalSql(say`sequence: the step leads away from the end`)} AS TIMESTAMP[])`
  const list = `CASE WHEN ${one} ${step > 0 ? '>' : '<'} ${other} THEN ${wrong} ELSE ${within} END`
  const result: SparkType = { kind: 'array', element: type }
  const sql = `CAST(${nullWhereNull([from.sql, to.sql], list, 'TIMESTAMP[]')} AS ${duckType(result)})`
  return compose({ sql, type: result }, `sequence(${start.name}, ${end.name}, ${name})`, [from, to])
}

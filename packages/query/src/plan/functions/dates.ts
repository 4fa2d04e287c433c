// Functions of dates and timestamps: parts, moving along the calendar, cutting, and counting from 1970. Parts of a moment are what clocks of the session show.

import { readTimeZone, ServiceError, say } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { castTo } from '../casts.ts'
import { intervalPart, isInterval } from '../interval-values.ts'
import { plainNumber } from '../number-text.ts'
import { addDays } from '../operators.ts'
import { instantNear, instantOf, isUtc, localOf, plusMicros, plusMonths, readerZone, sessionZone, startOfDay } from '../session-zone.ts'
import { isIntegral, quoteString, typeName, type SparkType } from '../spark-types.ts'
import { argument, once, textConstant, textOf, titled, truthConstant, typed } from './arguments.ts'
import type { Named, SparkFunction } from './function.ts'

const dateType = { kind: 'date' } as const
const intType = { kind: 'int' } as const
const timestampType = { kind: 'timestamp' } as const
const first = (args: readonly Bound[]): Bound => args[0] as Bound

/** A part of a date, as an int. */
function datePart(write: (date: string) => string): SparkFunction {
  return typed({ takes: ['date'], gives: 'int' }, (date = '') => `CAST(${write(date)} AS INTEGER)`)
}

/** A part of a clock, as an int. */
function clockPart(part: string): SparkFunction {
  return typed({ takes: ['timestamp'], gives: 'int' }, (time = '') => `CAST(${part}(${localOf(time)}) AS INTEGER)`)
}

const sundayFirst = (date: string): string => `dayofweek(${date}) + 1`
const mondayFirst = (date: string): string => `isodow(${date}) - 1`

/** What `extract` and `date_part` call each part, in upper case, and how it is read. */
const parts: readonly (readonly [names: readonly string[], write: (time: string) => string])[] = [
  [['YEAR', 'Y', 'YEARS', 'YR', 'YRS'], (time) => `year(${time})`],
  [['YEAROFWEEK'], (time) => `isoyear(${time})`],
  [['QUARTER', 'QTR'], (time) => `quarter(${time})`],
  [['MONTH', 'MON', 'MONS', 'MONTHS'], (time) => `month(${time})`],
  [['WEEK', 'W', 'WEEKS'], (time) => `weekofyear(${time})`],
  [['DAY', 'D', 'DAYS'], (time) => `day(${time})`],
  [['DAYOFWEEK', 'DOW'], sundayFirst],
  [['DAYOFWEEK_ISO', 'DOW_ISO'], (time) => `isodow(${time})`],
  [['DOY'], (time) => `dayofyear(${time})`],
  [['HOUR', 'H', 'HOURS', 'HR', 'HRS'], (time) => `hour(${time})`],
  [['MINUTE', 'M', 'MIN', 'MINS', 'MINUTES'], (time) => `minute(${time})`],
]
const seconds: readonly string[] = ['SECOND', 'S', 'SEC', 'SECONDS', 'SECS']

/**
 * A part of a time by its name.
 * @throws {ServiceError} `semantic` for a name that is none
 */
export function extracted(field: string, value: Bound): Rewritten {
  const name = field.toUpperCase()
  if (isInterval(value)) return intervalPart(name, value)
  const clock = (): string => localOf(argument(value, 'timestamp').sql)
  if (seconds.includes(name))
    return {
      sql: `CAST(CAST(microsecond(${clock()}) AS DECIMAL(8,0)) * CAST(0.000001 AS DECIMAL(6,6)) AS DECIMAL(8,6))`,
      type: { kind: 'decimal', precision: 8, scale: 6 },
    }
  const part = parts.find(([names]) => names.includes(name))
  if (part === undefined)
    throw new ServiceError('semantic', say`Literals of type '${field}' are currently not supported for the ${typeName(value.type)} type.`)
  const isClock = /^[HM](?:OUR|INU?T?E?|R)?S?$/.test(name) && !name.startsWith('MON')
  return { sql: `CAST(${part[1](isClock || value.type.kind !== 'date' ? clock() : value.sql)} AS INTEGER)`, type: intType }
}

function shiftDays(op: '+' | '-'): SparkFunction {
  return {
    arity: [2, 2],
    rewrite: (args) => {
      const days = args[1] as Bound
      if ((!isIntegral(days.type) && days.type.kind !== 'null') || days.type.kind === 'bigint')
        throw new ServiceError('semantic', say`days are whole numbers, and ${days.name} is of ${typeName(days.type)} type`)
      return addDays(argument(first(args), 'date'), castTo(days, intType), op)
    },
  }
}

function addMonths(date: string, count: string): string {
  return `CAST(${date} + to_months(CAST(${count} AS INTEGER)) AS DATE)`
}

/** Seconds that have passed since the day began, which are not always those that a clock shows. */
function secondsOfDay(moment: string, clock: string): string {
  const [now, begin] = isUtc() ? [clock, `date_trunc('day', ${clock})`] : [moment, startOfDay(`CAST(${clock} AS DATE)`)]
  return `(epoch_us(${now}) - epoch_us(${begin})) // 1000000`
}

/** Whole months where both are the same day or both the last of their month; otherwise months of 31 days, to eight digits unless told. */
function monthsBetween(args: readonly Bound[]): Rewritten {
  const rounds = args[2] === undefined || truthConstant(args[2], say`whether months_between rounds`)
  const [end = '', start = ''] = args.slice(0, 2).map((arg) => argument(arg, 'timestamp').sql)
  const sql = once(localOf(end), 'mb_e', (e) =>
    once(localOf(start), 'mb_s', (s) => {
      const months = `((year(${e}) * 12 + month(${e})) - (year(${s}) * 12 + month(${s})))`
      const isLast = (time: string): string => `day(${time}) = day(last_day(CAST(${time} AS DATE)))`
      const rest = `((day(${e}) - day(${s})) * 86400 + ${secondsOfDay(end, e)} - ${secondsOfDay(start, s)}) / 2678400e0`
      const value = `${months} + ${rest}`
      const exact = rounds ? `CAST(CAST(CAST(${plainNumber(`CAST(${value} AS VARCHAR)`)} AS DECIMAL(28,8)) AS VARCHAR) AS DOUBLE)` : value
      return `CASE WHEN day(${e}) = day(${s}) OR (${isLast(e)} AND ${isLast(s)}) THEN CAST(${months} AS DOUBLE) ELSE ${exact} END`
    }),
  )
  return { sql, type: { kind: 'double' } }
}

const weekdays: readonly (readonly string[])[] = [
  ['MO', 'MON', 'MONDAY'],
  ['TU', 'TUE', 'TUESDAY'],
  ['WE', 'WED', 'WEDNESDAY'],
  ['TH', 'THU', 'THURSDAY'],
  ['FR', 'FRI', 'FRIDAY'],
  ['SA', 'SAT', 'SATURDAY'],
  ['SU', 'SUN', 'SUNDAY'],
]

/** The first such weekday after a date. */
function nextDay(date: string, name: string): string {
  const whens = weekdays.map((names, index) => `WHEN upper(nd_n) IN (${names.map((one) => `'${one}'`).join(', ')}) THEN ${index + 1}`)
  const wanted = `list_transform([${name}], lambda nd_n: CASE ${whens.join(' ')} END)[1]`
  return once(date, 'nd_d', (day) => `${day} + CAST((${wanted} - isodow(${day}) + 6) % 7 + 1 AS INTEGER)`)
}

/** Units of `trunc` and `date_trunc`; the second also cuts what is smaller than a day. */
const dateUnits: Readonly<Record<string, string>> = {
  YEAR: 'year',
  YYYY: 'year',
  YY: 'year',
  QUARTER: 'quarter',
  MONTH: 'month',
  MON: 'month',
  MM: 'month',
  WEEK: 'week',
}
const timeUnits: Readonly<Record<string, string>> = {
  ...dateUnits,
  DAY: 'day',
  DD: 'day',
  HOUR: 'hour',
  MINUTE: 'minute',
  SECOND: 'second',
  MILLISECOND: 'millisecond',
  MICROSECOND: 'microsecond',
}

/** Units that are cut alike on every clock. */
const exactUnits = new Set(['second', 'millisecond', 'microsecond'])
/** Units that are cut on a clock, where the offset stays the same if it may. */
const clockUnits = new Set(['minute', 'hour', 'day'])

/** An unknown unit is NULL. */
function truncated(value: Bound, unit: Bound, units: Readonly<Record<string, string>>, to: 'date' | 'timestamp'): Rewritten {
  const type = { kind: to } as const
  const name = unit.type.kind === 'null' ? '' : textConstant(unit, say`the unit to cut at`).toUpperCase()
  const known = Object.hasOwn(units, name) ? units[name] : undefined
  const sqlType = to.toUpperCase()
  if (known === undefined) return { sql: `CAST(NULL AS ${sqlType})`, type }
  const given = argument(value, to).sql
  const cut = (clock: string): string => `date_trunc('${known}', ${clock})`
  if (to === 'date' || isUtc() || exactUnits.has(known)) return { sql: `CAST(${cut(given)} AS ${sqlType})`, type }
  const sql = clockUnits.has(known)
    ? `list_transform([${given}], lambda dt_s: ${instantNear(cut(localOf('dt_s')), 'dt_s')})[1]`
    : startOfDay(`CAST(${cut(localOf(given))} AS DATE)`)
  return { sql, type }
}

/** A date from its parts; NULL where there is no such day. */
function makeDate(year: string, month: string, day: string): string {
  return `CASE WHEN ${month} BETWEEN 1 AND 12 AND ${day} BETWEEN 1 AND 31 AND ${year} BETWEEN 1 AND 9999 THEN TRY_CAST(printf('%04d-%02d-%02d', ${year}, ${month}, ${day}) AS DATE) END`
}

/** A timestamp from its parts; 60 seconds are the next minute. */
function makeTimestamp(args: readonly Bound[]): Rewritten {
  const zone = args[6] === undefined ? sessionZone() : readTimeZone(textConstant(args[6], say`the time zone`))
  const [year = '', month = '', day = '', hour = '', minute = ''] = args.slice(0, 5).map((arg) => argument(arg, 'int').sql)
  const second = castTo(argument(args[5] as Bound, 'number'), { kind: 'decimal', precision: 16, scale: 6 }).sql
  const micros = `CAST(replace(CAST(${second} AS VARCHAR), '.', '') AS BIGINT)`
  const isClock = `${hour} BETWEEN 0 AND 23 AND ${minute} BETWEEN 0 AND 59 AND ${second} >= 0 AND (${second} < 60 OR ${second} = 60)`
  const clock = `to_hours(${hour}) + to_minutes(${minute}) + to_microseconds(${micros})`
  const shown = `CAST(${makeDate(year, month, day)} AS TIMESTAMP) + ${clock}`
  return { sql: `CASE WHEN ${isClock} THEN ${instantOf(shown, zone)} END`, type: timestampType }
}

/** Microseconds since 1970 as a timestamp. */
const ofMicros = (micros: string): string => `make_timestamp(CAST(${micros} AS BIGINT))`

function timestampSeconds(args: readonly Bound[]): Rewritten {
  const value = argument(first(args), 'number')
  if (isIntegral(value.type)) return { sql: ofMicros(`CAST(${value.sql} AS HUGEINT) * 1000000`), type: timestampType }
  if (value.type.kind === 'decimal' && value.type.scale <= 6)
    return { sql: ofMicros(`CAST(CAST(${value.sql} AS DECIMAL(28,6)) * 1000000 AS HUGEINT)`), type: timestampType }
  return { sql: ofMicros(`trunc(${castTo(value, { kind: 'double' }).sql} * 1000000)`), type: timestampType }
}

/** Whole units since 1970, towards the past. */
const since = (unit: number): SparkFunction =>
  typed({ takes: ['timestamp'], gives: 'bigint' }, (time = '') => `CAST(${wholeUnits(time, unit)} AS BIGINT)`)

function wholeUnits(time: string, unit: number): string {
  return unit === 1
    ? `epoch_us(${time})`
    : once(`epoch_us(${time})`, 'su_m', (micros) => `(${micros} - ((${micros} % ${unit}) + ${unit}) % ${unit}) // ${unit}`)
}

function movedZone(direction: 'from' | 'to'): SparkFunction {
  return {
    arity: [2, 2],
    rewrite: (args) => {
      const zone = readTimeZone(textConstant(args[1] as Bound, say`the time zone`))
      const time = argument(first(args), 'timestamp').sql
      return { sql: `CAST(${direction === 'from' ? localOf(time, zone) : instantOf(time, zone)} AS TIMESTAMP)`, type: timestampType }
    },
  }
}

function dayDifference(end: string, start: string): string {
  return `CAST(datediff('day', ${start}, ${end}) AS INTEGER)`
}

/** Units of `timestampadd` and `timestampdiff`, with their microseconds or months. */
const steps: Readonly<Record<string, { readonly micros: number } | { readonly months: number }>> = {
  MICROSECOND: { micros: 1 },
  MILLISECOND: { micros: 1000 },
  SECOND: { micros: 1_000_000 },
  MINUTE: { micros: 60_000_000 },
  HOUR: { micros: 3_600_000_000 },
  DAY: { micros: 86_400_000_000 },
  WEEK: { micros: 604_800_000_000 },
  MONTH: { months: 1 },
  QUARTER: { months: 3 },
  YEAR: { months: 12 },
}

function stepOf(unit: string): { readonly micros: number } | { readonly months: number } {
  const step = Object.hasOwn(steps, unit.toUpperCase()) ? steps[unit.toUpperCase()] : undefined
  if (step === undefined) throw new ServiceError('semantic', say`${unit} is no unit of time; use one of ${Object.keys(steps).join(', ')}`)
  return step
}

/** A timestamp some units later. */
export function timestampAdd(unit: string, count: Bound, value: Bound): Rewritten {
  const step = stepOf(unit)
  const number = argument(count, 'int').sql
  const time = argument(value, 'timestamp').sql
  const sql =
    'months' in step
      ? plusMonths(time, '+', `CAST(${number} * ${step.months} AS INTEGER)`)
      : plusMicros(time, '+', `CAST(${number} AS BIGINT) * ${step.micros}`)
  return { sql, type: timestampType }
}

/** Whole units from one timestamp to another, as clocks show them. */
export function timestampDifference(unit: string, start: Bound, end: Bound): Rewritten {
  const step = stepOf(unit)
  const [from, to] = [start, end].map((side) => localOf(argument(side, 'timestamp').sql))
  const sql =
    'months' in step ? `datesub('month', ${from}, ${to}) // ${step.months}` : `(epoch_us(${to}) - epoch_us(${from})) // ${step.micros}`
  return { sql: `CAST(${sql} AS BIGINT)`, type: { kind: 'bigint' } }
}

/** The moment of the query: one for the whole statement. */
const now = (sql: string, type: SparkType, name: string): SparkFunction => ({
  arity: [0, 0],
  rewrite: () => ({ sql, type }),
  title: () => `${name}()`,
})

/** Functions of dates, by name. */
export const dateFunctions: Named<SparkFunction> = {
  add_months: typed({ takes: ['date', 'int'], gives: 'date' }, (date = '', count = '') => addMonths(date, count)),
  current_date: {
    arity: [0, 0],
    rewrite: () => ({ sql: `CAST(${localOf(`timezone('UTC', now())`)} AS DATE)`, type: dateType }),
    title: () => 'current_date()',
  },
  current_timestamp: now(`timezone('UTC', now())`, timestampType, 'current_timestamp'),
  current_timezone: { arity: [0, 0], rewrite: () => ({ sql: quoteString(readerZone().name), type: { kind: 'string' } }) },
  date_add: shiftDays('+'),
  date_from_unix_date: typed({ takes: ['int'], gives: 'date' }, (days) => `(DATE '1970-01-01' + ${days})`),
  date_part: {
    arity: [2, 2],
    rewrite: (args) => extracted(textConstant(first(args), say`the part`), args[1] as Bound),
  },
  date_sub: shiftDays('-'),
  date_trunc: { arity: [2, 2], rewrite: (args) => truncated(args[1] as Bound, first(args), timeUnits, 'timestamp') },
  datediff: typed({ takes: ['date', 'date'], gives: 'int' }, (end = '', start = '') => dayDifference(end, start)),
  day: datePart((date) => `day(${date})`),
  dayofmonth: datePart((date) => `day(${date})`),
  dayofweek: datePart(sundayFirst),
  dayofyear: datePart((date) => `dayofyear(${date})`),
  from_utc_timestamp: movedZone('from'),
  hour: clockPart('hour'),
  last_day: typed({ takes: ['date'], gives: 'date' }, (date) => `last_day(${date})`),
  make_date: typed({ takes: ['int', 'int', 'int'], gives: 'date' }, (year = '', month = '', day = '') => makeDate(year, month, day)),
  make_timestamp: { arity: [6, 7], rewrite: makeTimestamp },
  minute: clockPart('minute'),
  month: datePart((date) => `month(${date})`),
  months_between: { arity: [2, 3], rewrite: monthsBetween, title: titled('months_between', undefined, undefined, 'true') },
  next_day: {
    arity: [2, 2],
    rewrite: (args) => ({ sql: nextDay(argument(first(args), 'date').sql, textOf(args[1] as Bound)), type: dateType }),
  },
  now: now(`timezone('UTC', now())`, timestampType, 'now'),
  quarter: datePart((date) => `quarter(${date})`),
  second: clockPart('second'),
  timestamp_micros: typed({ takes: ['bigint'], gives: 'timestamp' }, (value = '') => ofMicros(value)),
  timestamp_millis: typed({ takes: ['bigint'], gives: 'timestamp' }, (value = '') => ofMicros(`CAST(${value} AS HUGEINT) * 1000`)),
  timestamp_seconds: { arity: [1, 1], rewrite: timestampSeconds },
  to_utc_timestamp: movedZone('to'),
  trunc: { arity: [2, 2], rewrite: (args) => truncated(first(args), args[1] as Bound, dateUnits, 'date') },
  unix_date: typed({ takes: ['date'], gives: 'int' }, (date) => `CAST(datediff('day', DATE '1970-01-01', ${date}) AS INTEGER)`),
  unix_micros: since(1),
  unix_millis: since(1000),
  unix_seconds: since(1_000_000),
  weekday: datePart(mondayFirst),
  weekofyear: datePart((date) => `weekofyear(${date})`),
  year: datePart((date) => `year(${date})`),
}

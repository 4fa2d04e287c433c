// The session's time zone while a statement is planned: what its clocks show at a moment, and which moment a clock means.
//
//   hour(ts) in Asia/Shanghai   →   hour(timezone('Asia/Shanghai', timezone('UTC', ts)))
//
// A TIMESTAMP of a plan is a moment, as UTC has it; one that was made by `localOf` is what clocks show, and never leaves the expression that made it.
// Planning is synchronous and deep, and every cast may ask: the zone stands here for as long as a statement is resolved, rather than in every signature.

import { readTimeZone, type TimeZone, utc } from '@tributary/rules'
import { quoteString } from './spark-types.ts'

/** Constant times of clocks that a statement names, and the moments that they mean, as far as these have been looked up. */
export interface ClockConstants {
  readonly known: Map<string, string>
  /** Those that are not known. */
  readonly asked: Set<string>
}

/** No constant is known yet. */
export function noConstants(): ClockConstants {
  return { known: new Map(), asked: new Set() }
}

let zone = utc
/** The zone of whoever reads, inside of a view too. */
let reader = utc
let constants = noConstants()

/**
 * Plans in a zone.
 * @param name - UTC where absent
 * @param work - synchronous: what it starts for later is planned in UTC
 * @param clocks - what is known of constants; what is not is written there
 * @throws {ServiceError} `unsupported` for a zone that is not on offer
 */
export function inSessionZone<Done>(name: string | undefined, work: () => Done, clocks: ClockConstants = noConstants()): Done {
  const named = name === undefined ? utc : readTimeZone(name)
  return withZones([named, named, clocks], work)
}

/** Plans what stands inside a view: its clocks are those of UTC, where it was made, and `readerZone` stays. */
export function inViewZone<Done>(work: () => Done): Done {
  return withZones([utc, reader, noConstants()], work)
}

function withZones<Done>(now: readonly [TimeZone, TimeZone, ClockConstants], work: () => Done): Done {
  const around = [zone, reader, constants] as const
  ;[zone, reader, constants] = now
  try {
    return work()
  } finally {
    ;[zone, reader, constants] = around
  }
}

/** The zone of the statement itself, also inside of the views that it reads: what `current_timezone()` tells. */
export function readerZone(): TimeZone {
  return reader
}

/** The session's zone, while a statement is planned. */
export function sessionZone(): TimeZone {
  return zone
}

/** True where clocks show what UTC shows. */
export function isUtc(): boolean {
  return zone.offsetMinutes === 0
}

/** True where a day of the session always has 24 hours. */
export function hasEvenDays(): boolean {
  return zone.offsetMinutes !== undefined
}

const shift = (minutes: number): string => `to_minutes(CAST(${minutes} AS BIGINT))`

/** DuckDB text of what clocks show at a moment, both as TIMESTAMP. */
export function localOf(sql: string, { name, offsetMinutes }: TimeZone = zone): string {
  if (offsetMinutes === 0) return sql
  return offsetMinutes === undefined ? `timezone(${quoteString(name)}, timezone('UTC', ${sql}))` : `(${sql} + ${shift(offsetMinutes)})`
}

/**
 * DuckDB text of the moment at which clocks show a time, both as TIMESTAMP: the earlier one where they show it twice; where they show it never, as long
 * after the gap began as the time is behind that.
 */
export function instantOf(clock: string, at: TimeZone = zone): string {
  if (at.offsetMinutes === 0) return clock
  if (at.offsetMinutes !== undefined) return `(${clock} - ${shift(at.offsetMinutes)})`
  const given = `timezone('UTC', timezone(${quoteString(at.name)}, sz_c))`
  // By the offset of a day before, which is another one where clocks were turned back since.
  const earlier = `(sz_c - (${localOf('(sz_g - INTERVAL 25 HOUR)', at)} - (sz_g - INTERVAL 25 HOUR)))`
  const body = `CASE WHEN ${localOf('sz_e', at)} = sz_c THEN least(sz_e, sz_g) ELSE sz_g END`
  const both = `list_transform([${given}], lambda sz_g: list_transform([${earlier}], lambda sz_e: ${body})[1])[1]`
  return `list_transform([${clock}], lambda sz_c: ${both})[1]`
}

/** As {@link instantOf}, but where clocks show the time twice, the one with the offset that holds at `start`, a moment. */
export function instantNear(clock: string, start: string): string {
  if (zone.offsetMinutes !== undefined) return instantOf(clock)
  const kept = `CASE WHEN ${localOf('sz_k')} = sz_n THEN sz_k ELSE ${instantOf('sz_n')} END`
  const candidate = `list_transform([sz_n - (${localOf('sz_s')} - sz_s)], lambda sz_k: ${kept})[1]`
  return `list_transform([${start}], lambda sz_s: list_transform([${clock}], lambda sz_n: ${candidate})[1])[1]`
}

/** Midnights that fell into a gap that had begun before them, which no other region has: the day begins where the gap ends. */
const lateMidnights = new Set(['America/Toronto', 'America/Nassau'])

/** DuckDB text of the moment at which a day begins. */
export function startOfDay(date: string): string {
  if (isUtc()) return `CAST(${date} AS TIMESTAMP)`
  const first = instantOf(`CAST(${date} AS TIMESTAMP)`)
  if (!lateMidnights.has(zone.name)) return first
  return `CASE WHEN ${date} = DATE '1919-03-31' THEN TIMESTAMP '1919-03-31 04:30:00' ELSE ${first} END`
}

/** Writes a text that needs what clocks show at a moment, perhaps several times. */
export function onClock(moment: string, write: (clock: string) => string): string {
  return isUtc() ? write(moment) : `list_transform([${localOf(moment)}], lambda sz_l: ${write('sz_l')})[1]`
}

const dayMicros = '86400000000'

/** DuckDB text of a moment some microseconds later or earlier: whole days are those of the calendar, the rest passes on any clock. */
export function plusMicros(moment: string, op: '+' | '-', micros: string): string {
  if (hasEvenDays()) return `(${moment} ${op} to_microseconds(${micros}))`
  const days = `to_days(CAST(${op === '-' ? '-' : ''}(sz_p // ${dayMicros}) AS INTEGER))`
  const moved = instantNear(`(${localOf('sz_m')} + ${days})`, 'sz_m')
  const rest = `to_microseconds(CAST(sz_p % ${dayMicros} AS BIGINT))`
  const body = `(${moved} ${op} ${rest})`
  return `list_transform([${moment}], lambda sz_m: list_transform([${micros}], lambda sz_p: ${body})[1])[1]`
}

/** DuckDB text of a moment some months later or earlier, at the same time of the day; a shorter month ends earlier. */
export function plusMonths(moment: string, op: '+' | '-', months: string): string {
  if (isUtc()) return `(${moment} ${op} to_months(${months}))`
  return `list_transform([${moment}], lambda sz_a: ${instantNear(`(${localOf('sz_a')} ${op} to_months(${months}))`, 'sz_a')})[1]`
}

/**
 * A constant time of clocks as the moment that it means.
 * @param text - `yyyy-MM-dd HH:mm:ss[.ffffff]`
 * @returns the same form, of UTC; `undefined` where a region's history has yet to be asked, or the year would be another than 1 to 9999
 */
export function constantInstant(text: string): string | undefined {
  const { offsetMinutes } = zone
  if (offsetMinutes === 0) return text
  if (offsetMinutes === undefined) {
    if (!constants.known.has(text)) constants.asked.add(text)
    return constants.known.get(text)
  }
  const [, date, fraction = ''] = /^([^.]*)(\..*)?$/.exec(text) ?? []
  const moved = new Date(Date.parse(`${date?.replace(' ', 'T')}Z`) - offsetMinutes * 60_000)
  const year = moved.getUTCFullYear()
  return year >= 1 && year <= 9999 ? `${moved.toISOString().slice(0, 19).replace('T', ' ')}${fraction}` : undefined
}

/** DuckDB text that looks up the constants which are asked for: one row each, in their order, of the one column `moment`. */
export function constantsSql(name: string, { asked }: ClockConstants): string {
  const clocks = [...asked].map((text, index) => `(${index}, TIMESTAMP ${quoteString(text)})`).join(', ')
  const moment = inSessionZone(name, () => instantOf('v.clock'))
  return `SELECT CAST(${moment} AS VARCHAR) AS moment FROM (VALUES ${clocks}) AS v(place, clock) ORDER BY v.place`
}

/** Writes down what was looked up; a moment of another year than 1 to 9999 stays unknown. */
export function learnConstants({ known, asked }: ClockConstants, moments: readonly unknown[]): void {
  for (const [index, text] of [...asked].entries()) {
    const moment = String(moments[index])
    if (/^\d{4}-\d{2}-\d{2} [\d:.]+$/.test(moment)) known.set(text, moment)
  }
}

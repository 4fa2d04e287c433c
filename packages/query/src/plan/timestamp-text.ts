// Text read as a timestamp, as CAST does it: '2024-1-5 10:11:12.5+01:00'. What cannot be read is NULL.

import { say, type Text } from '@tributary/rules'
import { refusalSql } from './refusal.ts'
import { instantOf, isUtc } from './session-zone.ts'
import { quoteString } from './spark-types.ts'

const blanks = String.raw`[\x00-\x20\x7F]*`
const clock = String.raw`([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]*))?)?`
const hour = String.raw`([0-9]{1,2})`
const zone = String.raw`(Z|UTC|GMT|UT|(?:UTC|GMT|UT)?[+-][0-9]{1,2}(?::?[0-9]{2})?)`
const names = ['y', 'mo', 'd', 'h', 'mi', 's', 'f', 'z']

/** A day, alone or with a clock; a clock may have a zone. */
const pattern = `^${blanks}\\+?([0-9]{4,6})(?:-([0-9]{1,2})(?:-([0-9]{1,2})(?:(?: |[ T]${clock} *${zone}?)?)?)?)?${blanks}$`
/** An hour without minutes, which Spark reads too. */
const bareHour = `^${blanks}[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T]${hour}${blanks}$`
/** A clock with the name of a region behind it. */
const regional = `^${blanks}[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T][0-9:.]+ *[A-Za-z]+/`
/** A clock alone stands for today in Spark. */
const clockAlone = `^${blanks}T?${clock}`
const offset = '([+-])([0-9]{1,2}):?([0-9]{2})?$'

/** DuckDB text that reads a text as a moment; a clock without a zone is one of the session's. */
export function timestampOfText(sql: string): string {
  const groups = `regexp_extract(tt_v, ${quoteString(pattern)}, [${names.map(quoteString).join(', ')}])`
  const refused = (regex: string, message: Text): string =>
    `WHEN regexp_matches(tt_v, ${quoteString(regex)}) THEN CAST(${refusalSql(message)} AS TIMESTAMP)`
  const others = `${refused(regional, say`reading a timestamp with the name of a time zone is not offered`)} ${refused(clockAlone, say`reading a time without a day as a timestamp is not offered`)}`
  const read = `list_transform([${groups}], lambda tt_p: ${momentOf('tt_p')})[1]`
  const withHour = instantOf(`TRY_CAST(regexp_replace(trim(tt_v), '[ T]', ' ') || ':00:00' AS TIMESTAMP)`)
  const body = `CASE WHEN regexp_matches(tt_v, ${quoteString(pattern)}) THEN ${read} WHEN regexp_matches(tt_v, ${quoteString(bareHour)}) THEN ${withHour} ${others} END`
  return `list_transform([${sql}], lambda tt_v: ${body})[1]`
}

function momentOf(parts: string): string {
  const text = (name: string, absent: string): string => `coalesce(nullif(${parts}.${name}, ''), '${absent}')`
  const number = (name: string): string => `CAST(${text(name, '0')} AS INTEGER)`
  const date = `TRY_CAST(${parts}.y || '-' || ${text('mo', '1')} || '-' || ${text('d', '1')} AS DATE)`
  const micros = `CAST(rpad(substring(${text('f', '0')}, 1, 6), 6, '0') AS BIGINT)`
  const isClock = `${number('h')} < 24 AND ${number('mi')} < 60 AND ${number('s')} < 60`
  const piece = (index: number): string => `coalesce(nullif(regexp_extract(${parts}.z, '${offset}', ${index}), ''), '0')`
  const minutes = `CAST(${piece(2)} AS BIGINT) * 60 + CAST(${piece(3)} AS BIGINT)`
  const shift = `CASE ${piece(1)} WHEN '+' THEN -(${minutes}) WHEN '-' THEN ${minutes} ELSE 0 END`
  const time = `to_hours(${number('h')}) + to_minutes(${number('mi')} + ${shift}) + to_microseconds(CAST(${number('s')} AS BIGINT) * 1000000 + ${micros})`
  const clock = `CAST(${date} AS TIMESTAMP) + ${time}`
  if (isUtc()) return `CASE WHEN ${isClock} THEN ${clock} END`
  return `CASE WHEN ${isClock} THEN CASE WHEN ${parts}.z = '' THEN ${instantOf(clock)} ELSE ${clock} END END`
}

// Intervals as text, and with other fields: what casts make of them.
//
//   CAST(ts - day_ AS STRING)   →   `INTERVAL '1 02:03:04.5' DAY TO SECOND`, written from its microseconds

import {
  countsMonths,
  fieldsOfInterval,
  type IntervalField,
  intervalFields,
  intervalMarks,
  type IntervalType,
  intervalUnits,
} from '@tributary/rules'
import { quoteString } from './spark-types.ts'

/** DuckDB text of an interval as Spark's CAST to STRING shows it: `INTERVAL '1 02:03:04.5' DAY TO SECOND`. */
export function intervalText(sql: string, type: IntervalType): string {
  const { from, to } = type
  const words = (from === to ? from : `${from} to ${to}`).toUpperCase()
  const size = 'abs(CAST(iv_v AS HUGEINT))'
  const shown = fieldsOfInterval(type).map((field, at) => {
    const above = intervalFields[intervalFields.indexOf(field) - 1]
    const rest = at === 0 || above === undefined ? size : `(${size} % ${intervalUnits[above]})`
    return `${at === 0 ? '' : `${quoteString(intervalMarks[field] ?? '')} || `}${fieldText(field, rest)}`
  })
  const sign = `CASE WHEN iv_v < 0 THEN '-' ELSE '' END`
  const body = `'INTERVAL ''' || ${sign} || ${shown.join(' || ')} || ${quoteString(`' ${words}`)}`
  return `list_transform([${sql}], lambda iv_v: ${body})[1]`
}

function fieldText(field: IntervalField, rest: string): string {
  const whole = `CAST(${rest} // ${intervalUnits[field]} AS BIGINT)`
  if (field === 'year' || field === 'month' || field === 'day') return `CAST(${whole} AS VARCHAR)`
  if (field !== 'second') return `printf('%02d', ${whole})`
  return `rtrim(rtrim(printf('%02d.%06d', ${whole}, CAST(${rest} % ${intervalUnits.second} AS BIGINT)), '0'), '.')`
}

/** An interval with other fields of its family: what is smaller than the last one is cut off. @returns `undefined` for another family */
export function intervalCast(sql: string, from: IntervalType, to: IntervalType): string | undefined {
  if (countsMonths(from) !== countsMonths(to)) return undefined
  if (intervalFields.indexOf(from.to) <= intervalFields.indexOf(to.to)) return sql
  return `list_transform([${sql}], lambda iv_c: iv_c - iv_c % ${intervalUnits[to.to]})[1]`
}

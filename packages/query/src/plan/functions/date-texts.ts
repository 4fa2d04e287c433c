// Functions that read and write dates by patterns: date_format, to_date, to_timestamp, unix_timestamp and their kind.

import { say } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { refusalSql } from '../refusal.ts'
import { instantOf, localOf } from '../session-zone.ts'
import { quoteString } from '../spark-types.ts'
import { argument, once, textConstant, titled } from './arguments.ts'
import { momentOfGroups, readPattern, writeByPattern } from './datetime-pattern.ts'
import type { Named, SparkFunction } from './function.ts'

const timestampType = { kind: 'timestamp' } as const
const stringType = { kind: 'string' } as const
const usual = 'yyyy-MM-dd HH:mm:ss'

function pattern(value: Bound | undefined): string | undefined {
  if (value === undefined) return usual
  return value.type.kind === 'null' ? undefined : textConstant(value, say`the date pattern`)
}

function format(args: readonly Bound[]): Rewritten {
  const written = pattern(args[1])
  if (written === undefined) return { sql: 'CAST(NULL AS VARCHAR)', type: stringType }
  return {
    sql: once(localOf(argument(args[0] as Bound, 'timestamp').sql), 'df_t', (time) => writeByPattern(time, written)),
    type: stringType,
  }
}

/** Text read by a pattern, as a TIMESTAMP. Text that only Spark 2 could read is refused, as Spark 3 does; other text is NULL. */
function readByPattern(text: string, written: string): string {
  const { strict, lenient, groups } = readPattern(written)
  if (groups.length === 0) return `CASE WHEN ${text} = ${quoteString(written)} THEN TIMESTAMP '1970-01-01 00:00:00' END`
  const names = `[${groups.map(quoteString).join(', ')}]`
  const moment = (regex: string): string =>
    `list_transform([regexp_extract(dt_t, ${quoteString(regex)}, ${names})], lambda dt_p: ${momentOfGroups('dt_p', groups)})[1]`
  const refusal = `CAST(${refusalSql(say`the text does not follow the date pattern '${written}' exactly, and Spark refuses it: write a pattern that it follows`)} AS TIMESTAMP)`
  const other = `CASE WHEN ${moment(lenient)} IS NOT NULL THEN ${refusal} END`
  const body = `CASE WHEN regexp_matches(dt_t, ${quoteString(strict)}) THEN ${moment(strict)} WHEN regexp_matches(dt_t, ${quoteString(lenient)}) THEN ${other} END`
  return `list_transform([${text}], lambda dt_t: ${body})[1]`
}

/** A moment from text by a pattern, or from a date or timestamp as it is. */
function moment(args: readonly Bound[], isCastWithout: boolean): string {
  const [value] = args as readonly [Bound]
  if (value.type.kind !== 'string' || (args[1] === undefined && isCastWithout)) return argument(value, 'timestamp').sql
  const written = pattern(args[1])
  return written === undefined ? 'CAST(NULL AS TIMESTAMP)' : instantOf(readByPattern(value.sql, written))
}

function toDate(args: readonly Bound[]): Rewritten {
  const [value] = args as readonly [Bound]
  if (args[1] === undefined || value.type.kind !== 'string') return { sql: argument(value, 'date').sql, type: { kind: 'date' } }
  return { sql: `CAST(${localOf(moment(args, true))} AS DATE)`, type: { kind: 'date' } }
}

function unixTime(args: readonly Bound[]): Rewritten {
  // Cut towards 1970, unlike in casts.
  return { sql: `CAST(epoch_us(${moment(args, false)}) // 1000000 AS BIGINT)`, type: { kind: 'bigint' } }
}

function fromUnixTime(args: readonly Bound[]): Rewritten {
  const written = pattern(args[1])
  if (written === undefined) return { sql: 'CAST(NULL AS VARCHAR)', type: stringType }
  const time = `make_timestamp(CAST(CAST(${argument(args[0] as Bound, 'bigint').sql} AS HUGEINT) * 1000000 AS BIGINT))`
  return { sql: once(localOf(time), 'fu_t', (at) => writeByPattern(at, written)), type: stringType }
}

/** Functions of dates as text, by name. */
export const dateTextFunctions: Named<SparkFunction> = {
  date_format: { arity: [2, 2], rewrite: format },
  from_unixtime: { arity: [1, 2], rewrite: fromUnixTime, title: titled('from_unixtime', undefined, usual) },
  to_date: { arity: [1, 2], rewrite: toDate },
  to_timestamp: { arity: [1, 2], rewrite: (args) => ({ sql: moment(args, true), type: timestampType }) },
  to_unix_timestamp: { arity: [1, 2], rewrite: unixTime, title: titled('to_unix_timestamp', undefined, usual) },
  unix_timestamp: { arity: [1, 2], rewrite: unixTime, title: titled('unix_timestamp', undefined, usual) },
}

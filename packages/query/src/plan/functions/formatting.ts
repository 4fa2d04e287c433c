// Functions that put numbers and values into words: format_number, format_string; and those that take addresses apart.

import { countsMonths, ServiceError, say } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { castTo } from '../casts.ts'
import { refusalSql } from '../refusal.ts'
import { isIntegral, quoteString, typeName } from '../spark-types.ts'
import { argument, once, textConstant, textOf, wholeConstant } from './arguments.ts'
import { anyCount, type Named, type SparkFunction } from './function.ts'
import { numberFunctions } from './numbers.ts'

const stringType = { kind: 'string' } as const

/** Thousands with commas, halves to the even digit. */
function formatNumber(args: readonly Bound[]): Rewritten {
  const digits = wholeConstant(args[1] as Bound, say`the digits of format_number`)
  const value = argument(args[0] as Bound, 'number')
  if (digits < 0) return { sql: 'CAST(NULL AS VARCHAR)', type: stringType }
  if (digits > 15) throw new ServiceError('unsupported', say`format_number to ${digits} digits is not offered`)
  const zeros = digits === 0 ? '' : `.${'0'.repeat(digits)}`
  if (isIntegral(value.type)) return { sql: `format('{:,}', ${value.sql}) || '${zeros}'`, type: stringType }
  if (value.type.kind === 'decimal')
    return { sql: once(value.sql, 'fn_v', (sql) => decimalWithCommas({ ...value, sql }, digits)), type: stringType }
  return { sql: once(castTo(value, { kind: 'double' }).sql, 'fn_v', (sql) => doubleWithCommas(sql, digits)), type: stringType }
}

/** Rounded by the value itself, as Java does it for doubles. */
function doubleWithCommas(value: string, digits: number): string {
  return `CASE WHEN isnan(${value}) THEN 'NaN' WHEN isinf(${value}) THEN CASE WHEN ${value} > 0 THEN '∞' ELSE '-∞' END ELSE format('{:,.${digits}f}', ${value}) END`
}

function decimalWithCommas(value: Bound, digits: number): string {
  const rounded = (numberFunctions['bround'] as SparkFunction).rewrite([
    value,
    { ...value, sql: String(digits), type: { kind: 'int' }, constant: String(digits) },
  ])
  const text = `CAST(${rounded.sql} AS VARCHAR)`
  const whole = `replace(split_part(${text}, '.', 1), '-', '')`
  const commas = `format('{:,}', CAST(CASE WHEN ${whole} = '' THEN '0' ELSE ${whole} END AS HUGEINT))`
  const fraction = digits === 0 ? `''` : `'.' || rpad(split_part(${text}, '.', 2), ${digits}, '0')`
  return `CASE WHEN ${value.sql} < 0 THEN '-' ELSE '' END || ${commas} || ${fraction}`
}

/** What stands for an argument: `%s`, `%5d`, `%-5s`, `%05d`, `%,d`, `%x`, `%.2f`. */
const placeholder = /%(?:(%)|(n)|([-0,]?)(\d{0,3})(?:\.(\d{1,2}))?([sdxXf]))/g

/** Values put into a text, which is a constant. */
function formatString(args: readonly Bound[]): Rewritten {
  const written = textConstant(args[0] as Bound, say`the text of format_string`)
  const rest = written.replace(placeholder, '')
  if (rest.includes('%'))
    throw new ServiceError('unsupported', say`a placeholder of '${written}' is not offered; use %s, %d, %x and %f with widths`)
  const pieces: string[] = []
  let [last, next] = [0, 1]
  for (const match of written.matchAll(placeholder)) {
    pieces.push(quoteString(written.slice(last, match.index)))
    last = match.index + match[0].length
    if (match[1] !== undefined || match[2] !== undefined) pieces.push(match[1] === undefined ? 'chr(10)' : `'%'`)
    else pieces.push(filled(counted(args[next++]), match))
  }
  pieces.push(quoteString(written.slice(last)))
  return { sql: `(${pieces.join(' || ')})`, type: stringType }
}

/** Dates, moments and intervals are the numbers that count them, as Java is handed them by Spark: days, microseconds, months. */
function counted(value: Bound | undefined): Bound | undefined {
  const as = (sql: string, kind: 'int' | 'bigint'): Bound => ({
    ...(value as Bound),
    sql,
    type: { kind },
    constant: undefined,
    quick: undefined,
  })
  switch (value?.type.kind) {
    case 'date':
      return as(`CAST(datediff('day', DATE '1970-01-01', ${value.sql}) AS INTEGER)`, 'int')
    case 'timestamp':
      return as(`epoch_us(${value.sql})`, 'bigint')
    case 'interval':
      return as(value.sql, countsMonths(value.type) ? 'int' : 'bigint')
    default:
      return value
  }
}

function filled(value: Bound | undefined, [all, , , flag = '', width = '', precision, letter]: RegExpMatchArray): string {
  if (value === undefined) throw new ServiceError('semantic', say`format_string has no value for ${all}`)
  const text = `coalesce(${placed(value, flag, precision, letter as string)}, 'null')`
  if (width === '') return text
  const size = `CAST(greatest(${Number(width)}, length(${text})) AS INTEGER)`
  if (flag === '-') return `rpad(${text}, ${size}, ' ')`
  if (flag !== '0') return `lpad(${text}, ${size}, ' ')`
  return `CASE WHEN starts_with(${text}, '-') THEN '-' || lpad(substring(${text}, 2), ${size} - 1, '0') ELSE lpad(${text}, ${size}, '0') END`
}

function placed(value: Bound, flag: string, precision: string | undefined, letter: string): string {
  const wrong = new ServiceError('semantic', say`%${letter} does not take ${value.name}, which is of ${typeName(value.type)} type`)
  if (letter === 's' && precision === undefined && flag !== ',' && flag !== '0') return textOf(value)
  if (letter === 'd' && precision === undefined && isIntegral(value.type))
    return flag === ',' ? `format('{:,}', ${value.sql})` : `CAST(${value.sql} AS VARCHAR)`
  if (letter.toLowerCase() === 'x' && precision === undefined && isIntegral(value.type) && flag !== ',') {
    if (value.type.kind !== 'int' && value.type.kind !== 'bigint') throw wrong
    const whole = value.type.kind === 'int' ? '4294967296' : '18446744073709551616'
    const hex = `hex(CAST(CASE WHEN ${value.sql} < 0 THEN CAST(${value.sql} AS HUGEINT) + CAST('${whole}' AS HUGEINT) ELSE CAST(${value.sql} AS HUGEINT) END AS UBIGINT))`
    return letter === 'x' ? `lower(${hex})` : hex
  }
  if (letter === 'f' && flag !== ',') return places(value, Number(precision ?? 6), wrong)
  throw wrong
}

/** Halves go away from zero here, unlike in format_number, and doubles count by the digits that print them. */
function places(value: Bound, digits: number, wrong: ServiceError): string {
  if (value.type.kind !== 'double') throw wrong
  if (digits < 1 || digits > 6) throw new ServiceError('unsupported', say`%f with ${digits} digits is not offered`)
  const kept = castTo({ ...value, constant: undefined }, { kind: 'decimal', precision: 38, scale: digits })
  const text = castTo(kept, stringType).sql
  const refusal = refusalSql(say`%f of a double that is not finite, or of 10^15 and more, is not offered`)
  return `CASE WHEN isfinite(${value.sql}) AND abs(${value.sql}) < 1e15 THEN ${text} WHEN ${value.sql} IS NOT NULL THEN ${refusal} END`
}

/** The parts of an address; one that Java's reader refuses is NULL. */
const urlPattern = String.raw`^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://(([^/?#@]*)@)?([^/?#:]*)(?::([0-9]*))?)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$`
const urlGroups = ['scheme', 'at', 'userinfo', 'host', 'port', 'path', 'query', 'ref'] as const
/** Letters that an address may hold: any other makes it none. */
const urlLetters = String.raw`^(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2}|[^\x00-\x7F])*$`

function parseUrl(args: readonly Bound[]): Rewritten {
  const part = textConstant(args[1] as Bound, say`the part of parse_url`)
  const key = args[2] === undefined ? undefined : textConstant(args[2], say`the key of parse_url`)
  const address = textOf(args[0] as Bound)
  const found = urlPart(part, key)
  if (found === undefined) return { sql: 'CAST(NULL AS VARCHAR)', type: stringType }
  const groups = `regexp_extract(pu_t, ${quoteString(urlPattern)}, [${urlGroups.map(quoteString).join(', ')}])`
  const body = `CASE WHEN regexp_matches(pu_t, ${quoteString(urlLetters)}) THEN list_transform([${groups}], lambda pu_p: ${found})[1] END`
  return { sql: `list_transform([${address}], lambda pu_t: ${body})[1]`, type: stringType }
}

function urlPart(part: string, key: string | undefined): string | undefined {
  const held = (name: string): string => `nullif(pu_p.${name}, '')`
  const query = `CASE WHEN contains(split_part(pu_t, '#', 1), '?') THEN pu_p.query END`
  if (key !== undefined) {
    if (part !== 'QUERY') return undefined
    if (!/^[A-Za-z0-9_]+$/.test(key))
      throw new ServiceError('unsupported', say`the key ${key} of parse_url is not offered; use letters and digits`)
    return `CASE WHEN regexp_matches(${query}, '(?:^|&)${key}=') THEN regexp_extract(${query}, '(?:^|&)${key}=([^&]*)', 1) END`
  }
  const isPlain = `pu_p.scheme = '' OR contains(pu_t, '://') OR starts_with(pu_t, pu_p.scheme || ':/')`
  const parts: Readonly<Record<string, string>> = {
    HOST: held('host'),
    PATH: `CASE WHEN ${isPlain} THEN pu_p.path END`,
    QUERY: query,
    REF: `CASE WHEN contains(pu_t, '#') THEN pu_p.ref END`,
    PROTOCOL: held('scheme'),
    FILE: `CASE WHEN ${query} IS NULL THEN pu_p.path ELSE pu_p.path || '?' || ${query} END`,
    AUTHORITY: `nullif(pu_p.at || pu_p.host || CASE WHEN pu_p.port <> '' THEN ':' || pu_p.port ELSE '' END, '')`,
    USERINFO: held('userinfo'),
  }
  return Object.hasOwn(parts, part) ? parts[part] : undefined
}

const soundexFrom = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const soundexTo = '01230127022455012623017202'

/** A letter and three digits for how an English word sounds. */
function soundex(args: readonly Bound[]): Rewritten {
  const codes = (text: string): string =>
    `regexp_replace(translate(${text}, '${soundexFrom}', '${soundexTo}${soundexTo}0000000000'), '[^0-7]', '0', 'g')`
  const sql = once(textOf(args[0] as Bound), 'sx_t', (text) => {
    const start = `replace(${codes(`substring(${text}, 1, 1)`)}, '7', '0')`
    const rest = `replace(${codes(`substring(${text}, 2)`)}, '7', '')`
    const collapsed = [1, 2, 3, 4, 5, 6].reduce(
      (sqlText, digit) => `regexp_replace(${sqlText}, '${digit}+', '${digit}', 'g')`,
      `(${start} || ${rest})`,
    )
    const digits = `substring(rpad(replace(substring(${collapsed}, 2), '0', ''), 3, '0'), 1, 3)`
    return `CASE WHEN regexp_matches(${text}, '^[A-Za-z]') THEN upper(substring(${text}, 1, 1)) || ${digits} ELSE ${text} END`
  })
  return { sql, type: stringType }
}

/** Functions of formats, by name. */
export const formattingFunctions: Named<SparkFunction> = {
  format_number: { arity: [2, 2], rewrite: formatNumber },
  format_string: { arity: [1, anyCount], rewrite: formatString },
  parse_url: { arity: [2, 3], rewrite: parseUrl },
  printf: { arity: [1, anyCount], rewrite: formatString },
  soundex: { arity: [1, 1], rewrite: soundex },
}

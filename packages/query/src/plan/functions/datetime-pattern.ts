// Patterns of dates as Java's DateTimeFormatter reads them: `yyyy-MM-dd HH:mm:ss`. Patterns are constants; a letter that is not known here is refused.

import { ServiceError, say } from '@tributary/rules'
import { isUtc } from '../session-zone.ts'
import { quoteString } from '../spark-types.ts'

/** One piece of a pattern: a letter and how often it stands, or text. */
export type PatternPiece =
  | { readonly kind: 'field'; readonly letter: string; readonly count: number }
  | { readonly kind: 'text'; readonly text: string }

/**
 * Splits a pattern.
 * @throws {ServiceError} `unsupported` for letters that are not offered
 */
export function patternPieces(pattern: string): readonly PatternPiece[] {
  const pieces: PatternPiece[] = []
  for (const [part] of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g)) {
    if (part === "'" || /[[\]{}#]/.test(part)) throw notOffered(pattern, part)
    if (part.startsWith("'")) pieces.push({ kind: 'text', text: part === "''" ? "'" : part.slice(1, -1).replaceAll("''", "'") })
    else if (/[A-Za-z]/.test(part)) pieces.push({ kind: 'field', letter: part[0] as string, count: part.length })
    else pieces.push({ kind: 'text', text: part })
  }
  return pieces
}

function notOffered(pattern: string, part: string): ServiceError {
  return new ServiceError('unsupported', say`${part} in the date pattern '${pattern}' is not offered`)
}

const months = 'January February March April May June July August September October November December'.split(' ')
const days = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ')

const padded = (sql: string, width: number): string =>
  width === 1
    ? `CAST(${sql} AS VARCHAR)`
    : `lpad(CAST(${sql} AS VARCHAR), CAST(greatest(${width}, length(CAST(${sql} AS VARCHAR))) AS INTEGER), '0')`
const named = (names: readonly string[], index: string, length?: number): string =>
  `[${names.map((name) => quoteString(name.slice(0, length))).join(', ')}][${index}]`

type Write = (time: string, count: number) => string | undefined

/** What each letter writes; nothing where Java would refuse that many. */
const writers: Readonly<Record<string, Write>> = {
  y: (time, count) => (count === 2 ? padded(`year(${time}) % 100`, 2) : count <= 4 ? yearText(time, count) : undefined),
  M: monthText,
  L: monthText,
  d: (time, count) => (count <= 2 ? padded(`day(${time})`, count) : undefined),
  D: (time, count) => (count <= 3 ? padded(`dayofyear(${time})`, count) : undefined),
  E: (time, count) => (count <= 4 ? named(days, `isodow(${time})`, count === 4 ? undefined : 3) : undefined),
  Q: quarterText,
  q: quarterText,
  H: (time, count) => (count <= 2 ? padded(`hour(${time})`, count) : undefined),
  k: (time, count) => (count <= 2 ? padded(`((hour(${time}) + 23) % 24 + 1)`, count) : undefined),
  h: (time, count) => (count <= 2 ? padded(`((hour(${time}) + 11) % 12 + 1)`, count) : undefined),
  K: (time, count) => (count <= 2 ? padded(`(hour(${time}) % 12)`, count) : undefined),
  m: (time, count) => (count <= 2 ? padded(`minute(${time})`, count) : undefined),
  s: (time, count) => (count <= 2 ? padded(`second(${time})`, count) : undefined),
  S: (time, count) =>
    count <= 9 ? `substring(rpad(lpad(CAST(microsecond(${time}) % 1000000 AS VARCHAR), 6, '0'), 9, '0'), 1, ${count})` : undefined,
  a: (time, count) => (count === 1 ? `CASE WHEN hour(${time}) < 12 THEN 'AM' ELSE 'PM' END` : undefined),
  F: (time, count) => (count === 1 ? `CAST((day(${time}) - 1) % 7 + 1 AS VARCHAR)` : undefined),
  // Of UTC: in another zone they are refused.
  z: (_time, count) => (count <= 3 ? `'UTC'` : undefined),
  V: (_time, count) => (count === 2 ? `'UTC'` : undefined),
  X: (_time, count) => (count <= 3 ? `'Z'` : undefined),
  x: (_time, count) => ({ 1: `'+00'`, 2: `'+0000'`, 3: `'+00:00'` })[count],
  Z: (_time, count) => (count <= 3 ? `'+0000'` : undefined),
}

/** Letters for the zone. */
const zoneLetters = new Set(['z', 'V', 'X', 'x', 'Z'])

/** Years of more than four digits have a plus before them where four are asked for. */
function yearText(time: string, count: number): string {
  const text = padded(`year(${time})`, count)
  return count === 4 ? `(CASE WHEN year(${time}) > 9999 THEN '+' ELSE '' END || ${text})` : text
}

function monthText(time: string, count: number): string | undefined {
  if (count <= 2) return padded(`month(${time})`, count)
  return count <= 4 ? named(months, `month(${time})`, count === 3 ? 3 : undefined) : undefined
}

function quarterText(time: string, count: number): string | undefined {
  if (count <= 2) return padded(`quarter(${time})`, count)
  if (count === 3) return `'Q' || CAST(quarter(${time}) AS VARCHAR)`
  return count === 4 ? named(['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'], `quarter(${time})`) : undefined
}

/**
 * DuckDB text that writes a timestamp by a pattern.
 * @throws {ServiceError} `unsupported`
 */
export function writeByPattern(time: string, pattern: string): string {
  const pieces = patternPieces(pattern).map((piece) => {
    if (piece.kind === 'text') return quoteString(piece.text)
    if (zoneLetters.has(piece.letter) && !isUtc()) throw notOffered(pattern, piece.letter.repeat(piece.count))
    const text = writers[piece.letter]?.(time, piece.count)
    if (text === undefined) throw notOffered(pattern, piece.letter.repeat(piece.count))
    return text
  })
  return `CASE WHEN ${time} IS NOT NULL THEN ${pieces.length === 0 ? `''` : pieces.join(' || ')} END`
}

/** How a field is read: the letters of it as strict and as lenient patterns, and the name of its group. */
interface ReadField {
  readonly group: string
  readonly strict: string
  readonly lenient: string
}

function readField(letter: string, count: number, pattern: string): ReadField {
  const number = (group: string, most = 2): ReadField => ({
    group,
    strict: count === 1 ? `[0-9]{1,${most}}` : `[0-9]{${count}}`,
    lenient: ` *[0-9]{1,${most}}`,
  })
  if (letter === 'y' && count === 4) return { group: 'y', strict: '[0-9]{4}', lenient: ' *[0-9]{1,6}' }
  if (letter === 'y' && count === 2) return { group: 'yy', strict: '[0-9]{2}', lenient: ' *[0-9]{1,6}' }
  if ((letter === 'M' || letter === 'L') && count <= 2) return number('mo')
  if (letter === 'M' && count === 3)
    return { group: 'mon', strict: `(?i:${months.map((name) => name.slice(0, 3)).join('|')})`, lenient: '[A-Za-z]+' }
  if (letter === 'M' && count === 4) return { group: 'mon', strict: `(?i:${months.join('|')})`, lenient: '[A-Za-z]+' }
  if (letter === 'd' && count <= 2) return number('d')
  if (letter === 'H' && count <= 2) return number('h')
  if (letter === 'h' && count <= 2) return number('h12')
  if (letter === 'm' && count <= 2) return number('mi')
  if (letter === 's' && count <= 2) return number('s')
  if (letter === 'S' && count <= 9) return { group: 'f', strict: `[0-9]{${count}}`, lenient: ' *[0-9]+' }
  if (letter === 'a' && count === 1) return { group: 'a', strict: '(?i:AM|PM)', lenient: '(?i:AM|PM)' }
  throw notOffered(pattern, letter.repeat(count))
}

/** A pattern as regular expressions over text. */
export interface TextPattern {
  /** What Java reads. */
  readonly strict: string
  /** What the reader of Spark 2 would have taken besides: Spark 3 refuses such text rather than answer NULL. */
  readonly lenient: string
  /** Names of the groups, in order. */
  readonly groups: readonly string[]
}

/**
 * The regular expressions of a pattern.
 * @throws {ServiceError} `unsupported`
 */
export function readPattern(pattern: string): TextPattern {
  const groups: string[] = []
  let [strict, lenient] = ['', '']
  const pieces = patternPieces(pattern)
  for (const [index, piece] of pieces.entries()) {
    if (piece.kind === 'text') {
      const literal = piece.text.replace(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`)
      strict += literal
      lenient += literal
      continue
    }
    const field = readField(piece.letter, piece.count, pattern)
    if (groups.includes(field.group)) throw notOffered(pattern, piece.letter.repeat(piece.count))
    // Fields without anything between them are as wide as they are written.
    const isAdjacent = pieces[index + 1]?.kind === 'field' || pieces[index - 1]?.kind === 'field'
    if (isAdjacent && piece.count === 1) throw notOffered(pattern, piece.letter)
    groups.push(field.group)
    strict += `(${field.strict})`
    lenient += `(${isAdjacent ? field.strict : field.lenient})`
  }
  if (groups.includes('h12') !== groups.includes('a')) throw notOffered(pattern, groups.includes('a') ? 'a' : 'h')
  return { strict: `^${strict}$`, lenient: `^${lenient}`, groups }
}

/** The moment that the groups of a pattern say, as a TIMESTAMP; NULL where there is no such day or time. */
export function momentOfGroups(parts: string, groups: readonly string[]): string {
  const number = (group: string, absent: string): string => (groups.includes(group) ? `CAST(trim(${parts}.${group}) AS INTEGER)` : absent)
  const year = groups.includes('yy') ? `(2000 + ${number('yy', '0')})` : number('y', '1970')
  const month = groups.includes('mon')
    ? `(instr('janfebmaraprmayjunjulaugsepoctnovdec', lower(substring(${parts}.mon, 1, 3))) + 2) // 3`
    : number('mo', '1')
  const date = `TRY_CAST(printf('%04d-%02d-%02d', ${year}, CAST(${month} AS INTEGER), ${number('d', '1')}) AS DATE)`
  const half = groups.includes('a') ? `CASE WHEN upper(${parts}.a) = 'PM' THEN 12 ELSE 0 END` : '0'
  const hour = groups.includes('h12') ? `(${number('h12', '0')} % 12 + ${half})` : number('h', '0')
  const isClock = [
    `${number('h', '0')} < 24`,
    ...(groups.includes('h12') ? [`${number('h12', '0')} BETWEEN 1 AND 12`] : []),
    `${number('mi', '0')} < 60`,
    `${number('s', '0')} < 60`,
  ]
  const micros = groups.includes('f') ? `CAST(rpad(substring(${parts}.f, 1, 6), 6, '0') AS BIGINT)` : '0'
  const clock = `to_hours(CAST(${hour} AS BIGINT)) + to_minutes(CAST(${number('mi', '0')} AS BIGINT)) + to_microseconds(CAST(${number('s', '0')} AS BIGINT) * 1000000 + ${micros})`
  return `CASE WHEN ${isClock.join(' AND ')} THEN CAST(${date} AS TIMESTAMP) + ${clock} END`
}

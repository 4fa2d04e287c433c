// Regular expressions: Java's, where RE2 means the same. Patterns are constants, so that every difference is found while planning.
//
//   '\\s+$'   →   [ \t\n\x0B\f\r]+$, and a text that ends with a line break is refused: Java's $ would match before it

import { ServiceError, say } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { refusalSql } from '../refusal.ts'
import { quoteString } from '../spark-types.ts'
import { once, textConstant, textOf, titled, wholeConstant } from './arguments.ts'
import type { Named, SparkFunction } from './function.ts'

/** A pattern that RE2 reads as Java would. */
export interface JavaPattern {
  readonly re2: string
  /** Capturing groups. */
  readonly groups: number
  /** True when Java's `$` could match before a line break at the end. */
  readonly endsLine: boolean
  /** True when it has a form that may match no letters at all. */
  readonly mayBeEmpty: boolean
}

const classes: Readonly<Record<string, string>> = {
  d: '0-9',
  w: 'A-Za-z0-9_',
  s: String.raw` \t\n\x0B\f\r`,
  n: String.raw`\n`,
  t: String.raw`\t`,
  r: String.raw`\r`,
  f: String.raw`\f`,
}
const anyButBreaks = String.raw`[^\n\r\x{85}\x{2028}\x{2029}]`

/** Letters that mean something in a pattern; every other one means itself. */
function isSyntax(letter: string): boolean {
  return /[\\^$.|?*+()[\]{}]/.test(letter)
}

class PatternReader {
  readonly #text: string
  readonly #foldsCase: boolean
  #at = 0
  groups = 0
  endsLine = false
  #out = ''

  constructor(text: string) {
    const flag = /^\(\?i\)/.exec(text)
    this.#foldsCase = flag !== null
    this.#text = flag === null ? text : text.slice(4)
  }

  read(): string {
    while (this.#at < this.#text.length) this.#out += this.#next()
    return this.#out
  }

  #refuse(what: string): never {
    throw new ServiceError('unsupported', say`${what} in the regular expression '${this.#text}' is not offered`)
  }

  #take(): string {
    const letter = String.fromCodePoint(this.#text.codePointAt(this.#at) as number)
    this.#at += letter.length
    return letter
  }

  #next(): string {
    const letter = this.#take()
    if (letter === '\\') return this.#escape(false)
    if (letter === '[') return this.#class()
    if (letter === '(') return this.#group()
    if (letter === '.') return anyButBreaks
    if (letter === '$') {
      this.endsLine = true
      return '$'
    }
    if ('*+?'.includes(letter)) return this.#quantifier(letter)
    if (letter === '{') return this.#quantifier(this.#counted())
    return ')|^'.includes(letter) ? letter : this.#plain(letter)
  }

  #quantifier(mark: string): string {
    const next = this.#text[this.#at]
    if (next === '+') this.#refuse('a possessive quantifier')
    if (next !== '?') return mark
    this.#at += 1
    return `${mark}?`
  }

  #counted(): string {
    const found = /^\{\d{1,3}(?:,(?:\d{1,3})?)?\}/.exec(this.#text.slice(this.#at - 1))
    if (found === null) return this.#refuse('{')
    this.#at += found[0].length - 1
    return found[0]
  }

  #group(): string {
    if (this.#text[this.#at] !== '?') {
      this.groups += 1
      return '('
    }
    if (!this.#text.startsWith('?:', this.#at)) this.#refuse('(?')
    this.#at += 2
    return '(?:'
  }

  /** A letter as itself; with `(?i)` both of its cases, for letters of ASCII. */
  #plain(letter: string): string {
    const point = letter.codePointAt(0) as number
    if (!this.#foldsCase) return point > 127 ? `\\x{${point.toString(16)}}` : isSyntax(letter) ? `\\${letter}` : letter
    if (point > 127) this.#refuse('(?i) with letters beyond ASCII')
    if (/[a-z]/i.test(letter)) return `[${letter.toLowerCase()}${letter.toUpperCase()}]`
    return isSyntax(letter) ? `\\${letter}` : letter
  }

  #escape(inClass: boolean): string {
    if (this.#at >= this.#text.length) this.#refuse(String.raw`\ at the end`)
    const letter = this.#take()
    const members = classes[letter]
    if (members !== undefined) return inClass ? members : `[${members}]`
    const others = classes[letter.toLowerCase()]
    if (/[DWS]/.test(letter) && others !== undefined) return inClass ? this.#refuse(`\\${letter} in brackets`) : `[^${others}]`
    if (letter === 'u' || letter === 'x') return this.#codePoint(letter)
    if (/[\p{L}\p{N}]/u.test(letter)) this.#refuse(`\\${letter}`)
    return isSyntax(letter) || (inClass && letter === '-') ? `\\${letter}` : letter
  }

  #codePoint(kind: string): string {
    const digits = (kind === 'u' ? /^[0-9A-Fa-f]{4}/ : /^[0-9A-Fa-f]{2}/).exec(this.#text.slice(this.#at))
    if (digits === null) return this.#refuse(`\\${kind}`)
    this.#at += digits[0].length
    return `\\x{${digits[0]}}`
  }

  #class(): string {
    let inside = ''
    if (this.#text[this.#at] === '^') inside = this.#take()
    for (let isFirst = true; ; isFirst = false) {
      if (this.#at >= this.#text.length) this.#refuse('[ without ]')
      const letter = this.#take()
      if (letter === ']' && !isFirst) return `[${inside}]`
      if (letter === '[' || letter === ']' || (letter === '&' && this.#text[this.#at] === '&')) this.#refuse(`${letter} in brackets`)
      inside += letter === '\\' ? this.#escape(true) : this.#member(letter)
    }
  }

  #member(letter: string): string {
    const point = letter.codePointAt(0) as number
    if (this.#foldsCase && point > 127) this.#refuse('(?i) with letters beyond ASCII')
    const range = /^-([A-Za-z])/.exec(this.#text.slice(this.#at))
    if (this.#foldsCase && /[a-z]/i.test(letter)) {
      if (range === null) return `${letter.toLowerCase()}${letter.toUpperCase()}`
      this.#at += 2
      const last = range[1] as string
      if ((letter === letter.toLowerCase()) !== (last === last.toLowerCase())) this.#refuse('a range over both cases with (?i)')
      return `${letter.toLowerCase()}-${last.toLowerCase()}${letter.toUpperCase()}-${last.toUpperCase()}`
    }
    return point > 127 ? `\\x{${point.toString(16)}}` : isSyntax(letter) && letter !== '^' ? `\\${letter}` : letter
  }
}

/**
 * Reads a pattern of Java.
 * @throws {ServiceError} `unsupported` naming the first form that RE2 has not, or means differently
 */
export function javaPattern(text: string): JavaPattern {
  const reader = new PatternReader(text)
  const re2 = reader.read()
  return { re2, groups: reader.groups, endsLine: reader.endsLine, mayBeEmpty: canBeEmpty(re2) }
}

/** Asked of JavaScript's own reading, which is close enough to say whether nothing at all is a match. */
function canBeEmpty(re2: string): boolean {
  try {
    return new RegExp(re2.replaceAll('x{', 'u{'), 'u').test('')
  } catch {
    return true
  }
}

const lineBreakAtEnd = String.raw`[\n\r\x{85}\x{2028}\x{2029}]$`

/** Writes with the text of the first argument and the pattern of another. */
function matching(args: readonly Bound[], name: string, write: (text: string, pattern: JavaPattern) => string): string {
  const pattern = javaPattern(textConstant(args[1] as Bound, say`the pattern of ${name}`))
  const refusal = refusalSql(say`$ over text that ends with a line break is not offered`)
  return once(textOf(args[0] as Bound), 'rx_t', (text) => {
    const sql = write(text, pattern)
    return pattern.endsLine ? `CASE WHEN regexp_matches(${text}, ${quoteString(lineBreakAtEnd)}) THEN ${refusal} ELSE ${sql} END` : sql
  })
}

/** True where the pattern is found anywhere in the text. */
export function matches(args: readonly Bound[]): Rewritten {
  if (args[1]?.type.kind === 'null') return { sql: 'CAST(NULL AS BOOLEAN)', type: { kind: 'boolean' } }
  return { sql: matching(args, 'rlike', (text, { re2 }) => `regexp_matches(${text}, ${quoteString(re2)})`), type: { kind: 'boolean' } }
}

function groupOf(args: readonly Bound[], { groups }: JavaPattern): number {
  const group = args[2] === undefined ? 1 : wholeConstant(args[2], say`the group of the pattern`)
  if (group < 0 || group > groups)
    throw new ServiceError('semantic', say`Regex group count is ${groups}, but the specified group index is ${group}`)
  return group
}

function extract(args: readonly Bound[]): Rewritten {
  const sql = matching(
    args,
    'regexp_extract',
    (text, pattern) => `regexp_extract(${text}, ${quoteString(pattern.re2)}, ${groupOf(args, pattern)})`,
  )
  return { sql, type: { kind: 'string' } }
}

function extractAll(args: readonly Bound[]): Rewritten {
  const sql = matching(args, 'regexp_extract_all', (text, pattern) => {
    const found = `regexp_extract_all(${text}, ${quoteString(pattern.re2)}, ${groupOf(args, pattern)})`
    return `list_transform(${found}, lambda rx_g: coalesce(rx_g, ''))`
  })
  return { sql, type: { kind: 'array', element: { kind: 'string' } } }
}

/** `$1` of Java is `\1` of RE2; a backslash takes the next letter as it is. */
function replacement(text: string, groups: number): string {
  return text.replace(/\\([\s\S])|\$(\d)|([\\$])/g, (_all, escaped?: string, group?: string, bare?: string) => {
    if (escaped !== undefined) return escaped === '\\' ? '\\\\' : escaped
    if (bare !== undefined || Number(group) > groups)
      throw new ServiceError('unsupported', say`the replacement '${text}' names no group of the pattern`)
    return `\\${group}`
  })
}

function replaceAll(args: readonly Bound[]): Rewritten {
  if (args[3] !== undefined && wholeConstant(args[3], say`the position of regexp_replace`) !== 1)
    throw new ServiceError('unsupported', say`regexp_replace from a position after the first is not offered`)
  const other = textConstant(args[2] as Bound, say`the replacement of regexp_replace`)
  const sql = matching(
    args,
    'regexp_replace',
    (text, pattern) => `regexp_replace(${text}, ${quoteString(pattern.re2)}, ${quoteString(replacement(other, pattern.groups))}, 'g')`,
  )
  return { sql, type: { kind: 'string' } }
}

/** Parts between matches. A pattern that matches nothing at all parts letters differently in Java and is not offered. */
function split(args: readonly Bound[]): Rewritten {
  const limit = args[2] === undefined ? -1 : wholeConstant(args[2], say`the limit of split`)
  const type = { kind: 'array', element: { kind: 'string' } } as const
  const source = textConstant(args[1] as Bound, say`the pattern of split`)
  if (source === '' && limit <= 0) {
    const letters = once(
      textOf(args[0] as Bound),
      'sp_t',
      (text) =>
        `CASE WHEN ${text} IS NULL THEN NULL WHEN ${text} = '' THEN [''] ELSE list_append(regexp_extract_all(${text}, '(?s).'), '') END`,
    )
    return { sql: letters, type }
  }
  const sql = matching(args, 'split', (text, { re2, mayBeEmpty }) => {
    if (mayBeEmpty) throw new ServiceError('unsupported', say`split by a pattern that may match nothing ('${source}') is not offered`)
    if (limit === 1) return `CASE WHEN ${text} IS NOT NULL THEN [${text}] END`
    const parts = `string_split_regex(${text}, ${quoteString(re2)})`
    if (limit > 1) return limited(text, { parts, marks: `regexp_extract_all(${text}, ${quoteString(re2)})`, limit })
    return `CASE WHEN ${text} IS NOT NULL THEN ${parts} END`
  })
  return { sql, type }
}

interface Parts {
  readonly parts: string
  /** What stands between them. */
  readonly marks: string
  readonly limit: number
}

/** The last of the parts is all that is left. */
function limited(text: string, { parts, marks, limit }: Parts): string {
  const size = (list: string): string =>
    `coalesce(list_sum(list_transform(list_slice(${list}, 1, ${limit - 1}), lambda sp_x: length(sp_x))), 0)`
  const rest = `substring(${text}, CAST(1 + ${size('sp_p')} + ${size(marks)} AS BIGINT))`
  const cut = `CASE WHEN len(sp_p) <= ${limit} THEN sp_p ELSE list_append(list_slice(sp_p, 1, ${limit - 1}), ${rest}) END`
  return `list_transform([${parts}], lambda sp_p: CASE WHEN ${text} IS NOT NULL THEN ${cut} END)[1]`
}

const rlike: SparkFunction = { arity: [2, 2], rewrite: matches }

/** Functions of regular expressions, by name. */
export const patternFunctions: Named<SparkFunction> = {
  regexp: { ...rlike, title: titled('REGEXP') },
  regexp_extract: { arity: [2, 3], rewrite: extract, title: titled('regexp_extract', undefined, undefined, '1') },
  regexp_extract_all: { arity: [2, 3], rewrite: extractAll, title: titled('regexp_extract_all', undefined, undefined, '1') },
  regexp_like: { ...rlike, title: titled('REGEXP_LIKE') },
  regexp_replace: { arity: [3, 4], rewrite: replaceAll, title: titled('regexp_replace', undefined, undefined, undefined, '1') },
  rlike: { ...rlike, title: titled('RLIKE') },
  split: { arity: [2, 3], rewrite: split, title: titled('split', undefined, undefined, '-1') },
}

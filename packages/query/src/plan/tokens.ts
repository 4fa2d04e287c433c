// Spark SQL text to tokens: the one reading of quotes, escapes and comments that everything else builds on.

import { ServiceError, say, type Text } from '@tributary/rules'

/** One token; `text` is as written, `value` what it means (a string without quotes and escapes, a name without backticks). */
export interface Token {
  readonly kind: 'word' | 'quotedName' | 'string' | 'number' | 'symbol' | 'end'
  readonly text: string
  readonly value: string
  /** Offset in the statement, 0-based. */
  readonly start: number
}

/** Where a token stands, for messages: `line 2, column 5`, both counted from 1. */
export function placeOf(sql: string, offset: number): Text {
  const before = sql.slice(0, offset)
  const line = before.split('\n').length
  return say`line ${line}, column ${offset - before.lastIndexOf('\n')}`
}

/** A syntax error at a place in the text. */
export function syntaxError(sql: string, offset: number, message: Text): ServiceError {
  return new ServiceError('syntax', say`${placeOf(sql, offset)}: ${message}`)
}

const symbols = ['<=>', '<=', '>=', '<>', '!=', '==', '||', '->', '=>', '::', ...'()[]{},.;+-*/%=<>!&|^~?:@$#'.split('')]
const wordPattern = /[A-Za-z_][A-Za-z0-9_]*/y
const numberPattern = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?:BD|[LlSsYyDdFf]|bd|Bd|bD)?/y
const spacePattern = /(?:[ \t\r\n\u3000]|--(?:\\\n|[^\r\n])*)+/y

/**
 * Splits a statement. Comments and optimizer hints are dropped: Spark treats hints as advice.
 * @returns the tokens in order, the last of kind `end`
 * @throws {ServiceError} `syntax` for an unterminated quote or comment and for a character that SQL does not use
 */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = []
  let at = skipSpace(sql, 0)
  while (at < sql.length) {
    const token = readToken(sql, at)
    tokens.push(token)
    at = skipSpace(sql, at + token.text.length)
  }
  tokens.push({ kind: 'end', text: '', value: '', start: sql.length })
  return tokens
}

/**
 * The tokens of a text that holds one statement, without the `;` behind it.
 * @throws {ServiceError} `syntax` for a text without a statement and as {@link tokenize}; `unsupported` for several statements
 */
export function oneStatement(sql: string): readonly Token[] {
  const tokens = tokenize(sql)
  const last = tokens.findLastIndex((token) => token.kind !== 'end' && token.value !== ';')
  if (last < 0) throw syntaxError(sql, 0, say`there is no statement; write one, for instance SELECT 1`)
  if (tokens.slice(0, last).some((token) => token.kind === 'symbol' && token.value === ';'))
    throw new ServiceError('unsupported', say`several statements in one text are not offered; submit them one by one`)
  return [...tokens.slice(0, last + 1), tokens.at(-1) as Token]
}

function skipSpace(sql: string, from: number): number {
  let at = from
  for (;;) {
    const space = match(spacePattern, sql, at)
    at += space.length
    if (!sql.startsWith('/*', at)) {
      if (space === '') return at
      continue
    }
    at = skipComment(sql, at)
  }
}

/** Bracketed comments nest, as in Spark 3. */
function skipComment(sql: string, from: number): number {
  let depth = 0
  let at = from
  while (at < sql.length) {
    if (sql.startsWith('/*', at)) {
      depth += 1
      at += 2
    } else if (sql.startsWith('*/', at)) {
      depth -= 1
      at += 2
      if (depth === 0) return at
    } else at += 1
  }
  throw syntaxError(sql, from, say`this comment is not closed: write */ after it`)
}

function readToken(sql: string, at: number): Token {
  const first = sql[at] as string
  if (first === "'" || first === '"') return readString(sql, at, at, false)
  if ((first === 'r' || first === 'R') && (sql[at + 1] === "'" || sql[at + 1] === '"')) return readString(sql, at, at + 1, true)
  if (first === '`') return readQuotedName(sql, at)
  const word = match(wordPattern, sql, at)
  if (word !== '') return { kind: 'word', text: word, value: word, start: at }
  const number = match(numberPattern, sql, at)
  if (number !== '') return readNumber(sql, at, number)
  const symbol = symbols.find((candidate) => sql.startsWith(candidate, at))
  if (symbol === undefined)
    throw syntaxError(
      sql,
      at,
      say`the character ${JSON.stringify(String.fromCodePoint(sql.codePointAt(at) as number))} has no meaning here`,
    )
  return { kind: 'symbol', text: symbol, value: symbol, start: at }
}

function readNumber(sql: string, start: number, text: string): Token {
  if (/[A-Za-z_0-9]/.test(sql[start + text.length] ?? ''))
    throw syntaxError(sql, start, say`a number is followed by letters; quote a name that starts with a digit in backticks`)
  return { kind: 'number', text, value: text, start }
}

function readQuotedName(sql: string, start: number): Token {
  const text = match(/`(?:[^`]|``)*`/y, sql, start)
  if (text === '') throw syntaxError(sql, start, say`this name is not closed: write \` after it`)
  const value = text.slice(1, -1).replaceAll('``', '`')
  if (value === '') throw syntaxError(sql, start, say`a name in backticks is empty`)
  return { kind: 'quotedName', text, value, start }
}

function readString(sql: string, start: number, quoteAt: number, raw: boolean): Token {
  const quote = sql[quoteAt] as string
  let at = quoteAt + 1
  while (at < sql.length && sql[at] !== quote) at += !raw && sql[at] === '\\' ? 2 : 1
  if (at >= sql.length) throw syntaxError(sql, start, say`this string is not closed: write ${quote} after it`)
  const body = sql.slice(quoteAt + 1, at)
  return { kind: 'string', text: sql.slice(start, at + 1), value: raw ? body : unescapeString(body), start }
}

const escapes: Readonly<Record<string, string>> = { '0': '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\u001A', '%': '\\%', _: '\\_' }

/** Spark's escapes: `\n`, `\u0041`, `\101` and the like; `\%` and `\_` keep their backslash for LIKE. */
function unescapeString(body: string): string {
  return body.replace(/\\(?:u([0-9A-Fa-f]{4})|([01][0-7]{2})|([\s\S]))/g, (_all, hex?: string, octal?: string, other?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    return escapes[other as string] ?? (other as string)
  })
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

// Query text to a raw tree, through polyglot, with everything that it reads differently from Spark taken out of its hands first.
//
//   upper('x\_') LIKE 1L   →   fn__upper('#0') LIKE '#1'   →   polyglot's tree, and what #0 and #1 stand for
//
// Polyglot drops backslashes of LIKE patterns, turns 1L into a cast and gives each well-known function a node of its own; masked, strings and numbers keep
// Spark's meaning, and every call has one form: a name and arguments.

import { ServiceError, say, type TextValue } from '@tributary/rules'
import type { ExpressionSyntax } from './syntax.ts'
import { syntaxError, type Token } from './tokens.ts'

/** A raw tree and the literals that its `#n` strings stand for. */
export interface RawQuery {
  readonly tree: unknown
  readonly literals: readonly Extract<ExpressionSyntax, { kind: 'literal' }>[]
  /**
   * Reads `NOT operand`, which polyglot leaves as text when the operand is a LIKE.
   * @param text - the operand as polyglot printed it: masked, so nothing in it needs quotes
   * @returns a raw tree, or `undefined` when it is no expression
   */
  readonly readNot: (operand: string) => unknown
}

/** Calls carry this in front of their names inside the raw tree; `withoutMark` takes it off. */
const mark = 'fn__'
/** Names in backticks are written in hexadecimal behind this: polyglot forgets the quotes of a name that it prints again. */
const nameMark = 'qn__'

/** A name as it was written, without the marks. */
export function withoutMark(name: string): string {
  if (name.startsWith(nameMark)) return Buffer.from(name.slice(nameMark.length), 'hex').toString('utf8')
  return name.startsWith(mark) ? name.slice(mark.length) : name
}

/** Words after which an opening parenthesis is grammar and not a call. */
const notCalls = new Set(
  (
    'all and any anti as between both by case cast cross cube distinct div else end escape except exists extract filter from full group grouping having if ' +
    'in inner intersect is join lateral left like limit minus natural not offset on or order outer over pivot qualify range rlike right rollup rows select semi set sets ' +
    'some tablesample then union unpivot using values when where window with within'
  ).split(' '),
)
/** Words of the list above that are also functions of Spark when a parenthesis follows, outside of a FROM clause. */
const alsoCalls = new Set(['if', 'left', 'right', 'filter'])

const offeredSymbols = new Set(['(', ')', ',', '.', '+', '-', '*', '/', '%', '=', '==', '<>', '!=', '<', '<=', '>', '>=', '<=>', '||', '!'])

/**
 * Parses one query.
 * @param tokens - of the one statement, closed by `end`
 * @throws {ServiceError} `syntax` with the place; `unsupported` for operators that are not offered
 */
export async function parseRaw(sql: string, tokens: readonly Token[]): Promise<RawQuery> {
  const masked = maskTokens(sql, tokens)
  const { parse } = await loadPolyglot()
  const result = parse(masked.text, 'spark')
  if (!result.success) throw syntaxFailure(sql, masked, result)
  const statements: readonly unknown[] = Array.isArray(result.ast) ? result.ast : [result.ast]
  if (statements.length !== 1)
    throw new ServiceError('unsupported', say`several statements in one text are not offered; submit them one by one`)
  return { tree: statements[0], literals: masked.literals, readNot: (operand) => readNot(operand, parse) }
}

/** In parentheses a LIKE behind NOT is read like every other operand. */
function readNot(operand: string, parse: Parse): unknown {
  const result = parse(`SELECT NOT (${operand})`, 'spark')
  const [statement] = (Array.isArray(result.ast) ? result.ast : [result.ast]) as readonly {
    select?: { expressions?: readonly unknown[] }
  }[]
  const expressions = result.success ? statement?.select?.expressions : undefined
  return expressions?.length === 1 ? expressions[0] : undefined
}

interface ParseResult {
  readonly success: boolean
  readonly ast?: unknown
  readonly error?: string | null
  readonly errorStart?: number | null
}

type Parse = (sql: string, dialect: string) => ParseResult

let polyglot: Promise<{ readonly parse: Parse }> | undefined

/** Loads the parser (about 0.2 s and 115 MB, once); an engine child calls it while it is spare. */
export function loadPolyglot(): Promise<{ readonly parse: Parse }> {
  polyglot ??= import('@polyglot-sql/sdk') as unknown as Promise<{ readonly parse: Parse }>
  return polyglot
}

interface MaskedText {
  readonly text: string
  /** Where each token starts in `text`, and where it stood in the statement. */
  readonly places: readonly { readonly masked: number; readonly original: number; readonly token: Token }[]
  readonly literals: readonly Extract<ExpressionSyntax, { kind: 'literal' }>[]
}

function maskTokens(sql: string, tokens: readonly Token[]): MaskedText {
  const places: { masked: number; original: number; token: Token }[] = []
  const literals: Extract<ExpressionSyntax, { kind: 'literal' }>[] = []
  const ordered = [false]
  let text = ''
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] as Token
    places.push({ masked: text.length, original: token.start, token })
    if (token.kind === 'string') {
      let value = token.value
      while (tokens[index + 1]?.kind === 'string') value += (tokens[(index += 1)] as Token).value
      literals.push({ kind: 'literal', type: 'string', text: value })
      text += `'#${literals.length - 1}' `
    } else if (token.kind === 'number' && !isPlainNumber(tokens, index)) {
      literals.push({ kind: 'literal', type: 'number', text: token.value })
      text += `'#${literals.length - 1}' `
    } else text += `${needsOrder(tokens, index, ordered) ? `ORDER BY '${noOrder}' ` : ''}${maskedWord(sql, tokens, index)} `
  }
  return { text, places, literals }
}

/** Stands in ORDER BY where the statement has none: polyglot takes a LIMIT after UNION only behind an ORDER BY. */
export const noOrder = '#none'

/** @param ordered - for each open parenthesis, whether ORDER BY was seen in it; changed by the tokens passing through */
function needsOrder(tokens: readonly Token[], index: number, ordered: boolean[]): boolean {
  const token = tokens[index] as Token
  const word = wordAt(tokens, index)
  const top = ordered.length - 1
  if (token.kind === 'symbol' && token.value === '(') ordered.push(false)
  else if (token.kind === 'symbol' && token.value === ')' && top > 0) ordered.pop()
  else if (word === 'order') ordered[top] = true
  else if (word === 'union') ordered[top] = false
  return word === 'limit' && tokens[index + 1]?.kind === 'number' && ordered[top] === false
}

/** Sizes of types and LIMIT stay numbers for the parser; an exact number has no sign of its own there. */
function isPlainNumber(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index] as Token
  if (!/^\d{1,18}$/.test(token.text)) return false
  const before = wordAt(tokens, index - 1)
  return (
    before === 'limit' ||
    before === 'offset' ||
    /^(?:decimal|dec|numeric|varchar|char)$/.test(wordAt(tokens, index - 2)) ||
    (tokens[index - 1]?.value === ',' && isTypeSize(tokens, index))
  )
}

function isTypeSize(tokens: readonly Token[], index: number): boolean {
  return (
    tokens[index - 2]?.kind === 'number' &&
    tokens[index - 3]?.value === '(' &&
    /^(?:decimal|dec|numeric)$/.test(wordAt(tokens, index - 4)) &&
    wordAt(tokens, index - 5) === 'as'
  )
}

function maskedWord(sql: string, tokens: readonly Token[], index: number): string {
  const token = tokens[index] as Token
  if (token.kind === 'end') return ''
  if (token.kind === 'symbol') return maskedSymbol(sql, token)
  const isCall = tokens[index + 1]?.value === '(' && tokens[index + 1]?.kind === 'symbol' && wordAt(tokens, index - 1) !== 'as'
  const taken = [mark, nameMark].find((start) => token.value.toLowerCase().startsWith(start))
  if (taken !== undefined) throw new ServiceError('unsupported', say`names that start with ${taken} are not offered`)
  if (token.kind === 'quotedName') return isCall ? `${mark}${callName(token)}` : `${nameMark}${Buffer.from(token.value).toString('hex')}`
  if (token.kind === 'number') return token.text
  return isCall && isCallWord(tokens, index) ? `${mark}${token.value}` : token.value
}

function callName(token: Token): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(token.value)) return token.value
  throw new ServiceError('unsupported', say`function ${token.value} is not offered`)
}

/** `left(` is a call, and a join only in `left (outer|semi|anti)? join`; `filter(` after a call is a clause. */
function isCallWord(tokens: readonly Token[], index: number): boolean {
  const word = wordAt(tokens, index)
  if (!notCalls.has(word)) return true
  if (word === 'filter') return tokens[index - 1]?.value !== ')'
  return alsoCalls.has(word)
}

function maskedSymbol(sql: string, token: Token): string {
  if (token.value === '!') return 'NOT'
  if (token.value === '==') return '='
  if (offeredSymbols.has(token.value)) return token.value
  if (token.value === ';')
    throw new ServiceError('unsupported', say`several statements in one text are not offered; submit them one by one`)
  if ('&|^~->::[]{}:'.includes(token.value)) throw new ServiceError('unsupported', say`the operator ${token.value} is not offered`)
  throw syntaxError(sql, token.start, say`the character ${token.value} has no meaning here`)
}

function wordAt(tokens: readonly Token[], index: number): string {
  const token = tokens[index]
  return token?.kind === 'word' ? token.value.toLowerCase() : ''
}

function syntaxFailure(sql: string, masked: MaskedText, result: ParseResult): ServiceError {
  if (result.error?.includes('E_GUARD') === true)
    return new ServiceError('exhausted', say`the statement is too large or nested too deeply (more than 32 levels); split it`)
  const at = result.errorStart ?? masked.text.length
  const place = masked.places.findLast((candidate) => candidate.masked <= at) ?? masked.places[0]
  const token = place?.token
  const found =
    token === undefined || token.kind === 'end'
      ? say`the statement ends too early`
      : token.kind === 'string'
        ? say`a string is not expected here`
        : say`"${token.text}" is not expected here`
  const wanted = /Expected ([A-Za-z ]+?)(?:,| got|$)/.exec(result.error ?? '')?.[1]
  return syntaxError(sql, place?.original ?? 0, wanted === undefined ? found : say`${found}; expected ${expectedWords[wanted] ?? wanted}`)
}

const expectedWords: Readonly<Record<string, TextValue>> = {
  RParen: '")"',
  LParen: '"("',
  identifier: say`a name`,
  From: 'FROM',
  By: 'BY',
  Then: 'THEN',
  End: 'END',
  As: 'AS',
}

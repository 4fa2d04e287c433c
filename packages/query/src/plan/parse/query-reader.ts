// A place in the tokens of one query, and the words, names and symbols that may be read there.

import { ServiceError, say, type TextValue } from '@tributary/rules'
import type { QuerySyntax } from '../syntax.ts'
import { syntaxError, type Token } from '../tokens.ts'

/** Deepest nesting of parentheses, subqueries and CASE: DuckDB and the stack have limits of their own behind it. */
const maxDepth = 200

/** Reads one query from left to right; lives as long as that takes. */
export class QueryReader {
  readonly sql: string
  readonly #tokens: readonly Token[]
  readonly #readQuery: (reader: QueryReader) => QuerySyntax
  /** Places of parentheses in which no query stands: each is tried once. */
  readonly #notQueries = new Set<number>()
  #at = 0
  #depth = 0

  /**
   * @param tokens - of the query, closed by `end`; their places count in `sql`
   * @param readQuery - reads a whole query: expressions hold queries, and queries hold expressions
   */
  constructor(sql: string, tokens: readonly Token[], readQuery: (reader: QueryReader) => QuerySyntax) {
    this.sql = sql
    this.#tokens = tokens
    this.#readQuery = readQuery
  }

  /** A token further on; the last one again behind the end. */
  peek(ahead = 0): Token {
    return (this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1)) as Token
  }

  /** Reads one token, whatever it is. */
  next(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.#at += 1
    return token
  }

  /** The bare word that stands here, in upper case; empty where none does. */
  word(ahead = 0): string {
    const token = this.peek(ahead)
    return token.kind === 'word' ? token.value.toUpperCase() : ''
  }

  /** True when these words stand here, one after the other; they are upper case. */
  isPhrase(...words: readonly string[]): boolean {
    return words.every((word, index) => this.word(index) === word)
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'symbol' && token.value === symbol
  }

  /** Reads these words if all of them are next. */
  accept(...words: readonly string[]): boolean {
    if (!this.isPhrase(...words)) return false
    this.#at += words.length
    return true
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false
    this.#at += 1
    return true
  }

  /** @throws {ServiceError} `syntax` when something else stands here */
  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) throw this.unexpected(word)
  }

  /** @throws {ServiceError} `syntax` when something else stands here */
  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) throw this.unexpected(`"${symbol}"`)
  }

  /** A bare word or a name in backticks, as written. */
  name(): string {
    const { kind } = this.peek()
    if (kind !== 'word' && kind !== 'quotedName') throw this.unexpected(say`a name`)
    return this.next().value
  }

  /** Adjacent strings are one, as in Spark. */
  string(): string {
    if (this.peek().kind !== 'string') throw this.unexpected(say`a string`)
    let value = ''
    while (this.peek().kind === 'string') value += this.next().value
    return value
  }

  /** Reads `item, item …`. */
  list<Item>(item: () => Item): readonly Item[] {
    const items = [item()]
    while (this.acceptSymbol(',')) items.push(item())
    return items
  }

  /** Reads `(item, item …)`. */
  inParentheses<Item>(item: () => Item): Item {
    return this.deeper(() => {
      this.expectSymbol('(')
      const value = item()
      this.expectSymbol(')')
      return value
    })
  }

  /** @throws {ServiceError} `exhausted` when nested beyond reason */
  deeper<Value>(read: () => Value): Value {
    this.#depth += 1
    if (this.#depth > maxDepth) throw new ServiceError('exhausted', say`the statement is nested too deeply; split it`)
    const value = read()
    this.#depth -= 1
    return value
  }

  /** Reads a query where one has to stand. */
  query(): QuerySyntax {
    return this.deeper(() => this.#readQuery(this))
  }

  /** Reads `(query)` if that is what stands here; `((SELECT 1) + 1)` is not. */
  queryInParentheses(): QuerySyntax | undefined {
    if (!this.isSymbol('(')) return undefined
    let ahead = 1
    while (this.isSymbol('(', ahead)) ahead += 1
    if (!queryWords.has(this.word(ahead)) || this.isSymbol(',', ahead + 1) || this.isSymbol(')', ahead + 1)) return undefined
    return ahead === 1 ? this.inParentheses(() => this.query()) : this.#triedQuery()
  }

  #triedQuery(): QuerySyntax | undefined {
    const [start, depth] = [this.#at, this.#depth]
    if (this.#notQueries.has(start)) return undefined
    try {
      return this.inParentheses(() => this.query())
    } catch (error) {
      if (!(error instanceof ServiceError) || error.kind !== 'syntax') throw error
      this.#notQueries.add(start)
      this.#at = start
      this.#depth = depth
      return undefined
    }
  }

  /** Whether a query stands here; `any(select)` names a column. */
  isQuery(): boolean {
    return (this.isPhrase('SELECT') || this.isPhrase('WITH')) && !this.isSymbol(')', 1) && !this.isSymbol(',', 1)
  }

  /** The error of something that does not belong where it stands. */
  unexpected(wanted?: TextValue): ServiceError {
    const token = this.peek()
    if (token.kind === 'symbol' && notOperators.has(token.value)) return notOffered(say`the operator ${token.value}`)
    const found =
      token.kind === 'end'
        ? say`the statement ends too early`
        : token.kind === 'string'
          ? say`a string is not expected here`
          : say`"${token.text}" is not expected here`
    return syntaxError(this.sql, token.start, wanted === undefined ? found : say`${found}; expected ${wanted}`)
  }
}

/** The error of `ANY (SELECT …)`, ALL and SOME alike. @param quantifier - as it is written */
export function noQuantifiedQuery(quantifier: string): ServiceError {
  return notOffered(say`${quantifier.toUpperCase()} (subquery)`)
}

/** Words that a query may begin with. */
export const queryWords = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE', 'FROM'])

/** Signs that other dialects use, and Spark does not. */
const notOperators = new Set(['::', '{', '}', ':'])

/** The error of something that SQL has and this service does not. @param what - words as they are written, or said */
export function notOffered(what: TextValue): ServiceError {
  return new ServiceError('unsupported', say`${what} is not offered`)
}

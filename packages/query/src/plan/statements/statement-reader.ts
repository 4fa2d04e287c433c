// A place in the tokens of one statement, and the words, names and strings that may be read there.

import { checkCatalog, ServiceError, say, type Text, type TextValue, verbatim } from '@tributary/rules'
import type { TableName } from '../../source.ts'
import { syntaxError, type Token } from '../tokens.ts'

/** Reads one statement from left to right; lives as long as that takes. */
export class StatementReader {
  readonly sql: string
  /** Lower case: where names without a database are. */
  readonly currentDatabase: string
  readonly #tokens: readonly Token[]
  #at = 0
  #isSecret = false

  /** @param tokens - of the one statement, closed by `end`; their places count in `sql` */
  constructor(sql: string, tokens: readonly Token[], currentDatabase: string) {
    this.sql = sql
    this.#tokens = tokens
    this.currentDatabase = currentDatabase.toLowerCase()
  }

  /** The token that is read next. */
  peek(): Token {
    return this.#tokens[this.#at] as Token
  }

  /** A token further on; the last one again behind the end. */
  peekAt(ahead: number): Token {
    return (this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1)) as Token
  }

  /** Reads one token, whatever it is. */
  next(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.#at += 1
    return token
  }

  /** Reads everything that is left, `end` included. */
  rest(): readonly Token[] {
    const rest = this.#tokens.slice(this.#at)
    this.#at = this.#tokens.length - 1
    return rest
  }

  /** @throws {ServiceError} `syntax` unless the statement ends here */
  end(): void {
    if (this.peek().kind !== 'end') throw this.expected(say`the end of the statement`)
  }

  /** True when a bare word stands here; `word` is upper case. */
  isWord(word: string, ahead = 0): boolean {
    const token = this.peekAt(ahead)
    return token.kind === 'word' && token.value.toUpperCase() === word
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peekAt(ahead)
    return token.kind === 'symbol' && token.value === symbol
  }

  /** Reads a word if it is the next one. */
  accept(word: string): boolean {
    if (!this.isWord(word)) return false
    this.#at += 1
    return true
  }

  /** Reads the next word if it is one of these. @returns which */
  acceptAny<Word extends string>(...words: readonly Word[]): Word | undefined {
    return words.find((word) => this.accept(word))
  }

  /** Reads several words; once the first is there, all have to follow. */
  acceptPhrase(...words: readonly string[]): boolean {
    if (!this.isWord(words[0] as string)) return false
    for (const word of words) this.expect(word)
    return true
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false
    this.#at += 1
    return true
  }

  /** @throws {ServiceError} `syntax` when another word stands here */
  expect(word: string): void {
    if (!this.accept(word)) throw this.expected(word)
  }

  /** @throws {ServiceError} `syntax` when another symbol stands here */
  expectSymbol(symbol: string, what: TextValue = `"${symbol}"`): Token {
    if (!this.isSymbol(symbol)) throw this.expected(what)
    return this.next()
  }

  /** Reads `(item, item …)`. */
  list<Item>(item: () => Item): readonly Item[] {
    const items: Item[] = []
    this.expectSymbol('(')
    do items.push(item())
    while (this.acceptSymbol(','))
    this.expectSymbol(')', say`"," or ")"`)
    return items
  }

  /** A word or a name in backticks, as written. @param what - for the message, `a column name` */
  name(what: TextValue): string {
    const token = this.peek()
    if (token.kind !== 'word' && token.kind !== 'quotedName') throw this.expected(what)
    return this.next().value
  }

  /** Adjacent strings are one, as in Spark. */
  string(what: TextValue): string {
    if (this.peek().kind !== 'string') throw this.expected(what)
    let value = ''
    while (this.peek().kind === 'string') value += this.next().value
    return value
  }

  /** `COMMENT 'text'` if it stands here. */
  comment(): string | undefined {
    return this.accept('COMMENT') ? this.string(say`the comment as a string`) : undefined
  }

  /** `database`, or `catalog.database`; lower case. */
  databaseName(): string {
    const first = this.name(say`a database name`).toLowerCase()
    if (!this.acceptSymbol('.')) return first
    checkCatalog(first)
    return this.name(say`a database name`).toLowerCase()
  }

  /** `table`, `database.table` or `catalog.database.table`; lower case. */
  tableName(): TableName {
    const parts = [this.name(say`a table name`).toLowerCase()]
    while (parts.length < 3 && this.acceptSymbol('.')) parts.push(this.name(say`a table name`).toLowerCase())
    const [name = '', database = this.currentDatabase, catalog] = parts.toReversed()
    if (catalog !== undefined) checkCatalog(catalog)
    return { database, name }
  }

  /** While true, what stands here may be a secret out of its quotes: no message repeats it. */
  hideWhatStands(isSecret: boolean): void {
    this.#isSecret = isSecret
  }

  /** @throws {ServiceError} `unsupported` naming the clause when one of these words stands here */
  refuse(words: readonly string[], where: TextValue): void {
    const found = words.find((word) => this.isWord(word))
    if (found !== undefined) throw new ServiceError('unsupported', say`${found} in ${where} is not offered`)
  }

  /** The error of a verb over an object that it does not take. @param offered - upper case */
  notOffered(verb: string, offered: readonly string[]): ServiceError {
    const rest: string[] = []
    for (let ahead = 0; rest.length < 5 && this.peekAt(ahead).kind === 'word'; ahead += 1) {
      const word = this.peekAt(ahead).value.toUpperCase()
      if (!objectWords.has(word)) break
      rest.push(word)
    }
    if (rest.length === 0) return this.expected(either(offered))
    return new ServiceError('unsupported', say`${[verb, ...rest].join(' ')} is not offered; ${verb} takes ${offered.join(', ')}`)
  }

  /** The error of something else than was expected. A string's text may hold a secret: it is never repeated. */
  expected(what: TextValue): ServiceError {
    const token = this.peek()
    const found =
      token.kind === 'end'
        ? say`the statement ends`
        : token.kind === 'string'
          ? say`a string stands`
          : this.#isSecret
            ? say`something else stands`
            : say`"${token.text}" stands`
    return syntaxError(this.sql, token.start, say`${found} where ${what} is expected`)
  }
}

const objectWords = new Set(
  (
    'OR REPLACE GLOBAL TEMPORARY TEMP VIEW FUNCTION INDEX EXTERNAL MATERIALIZED ROLE ROLES USER CATALOG NAMESPACE MACRO SECRET SEQUENCE TYPE PERSISTENT VARIABLE TABLES RECURSIVE UNIQUE ' +
    'TABLE DATABASE SCHEMA GRANT GRANTS PRINCIPALS LOCKS TRANSACTIONS COMPACTIONS INDEXES CONF'
  ).split(' '),
)

/** One of these words. */
export function either([first, ...others]: readonly string[]): Text {
  return others.reduce<Text>((words, other) => say`${words} or ${other}`, verbatim(first ?? ''))
}

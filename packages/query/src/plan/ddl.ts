// DDL text to a statement, by recursive descent: CREATE and DROP of databases and source tables.
//
//   CREATE TABLE IF NOT EXISTS t USING JDBC OPTIONS ('url'='…')   →   { kind: 'createTable', table: { database, name: 't' }, using: 'jdbc', options: { url: '…' } }

import { type Column, parseColumnType, redactStatement, ServiceError, say, type Text, type TextValue, verbatim } from '@tributary/rules'
import type { TableName } from '../source.ts'
import { isKnownOption } from '../sources/jdbc.ts'
import type { Statement } from '../statement.ts'
import { syntaxError, type Token } from './tokens.ts'

/** What `USING` may name today. */
export const offeredKinds: readonly string[] = ['jdbc']

/**
 * Reads a CREATE or DROP statement.
 * @param tokens - of the one statement, closed by `end`
 * @throws {ServiceError} `syntax` with the place and what was expected; `unsupported` for a kind of object or source that is not offered
 */
export function parseDdl(sql: string, tokens: readonly Token[], currentDatabase: string): Statement {
  const reader = new DdlReader(sql, tokens, currentDatabase)
  return reader.statement()
}

/** A place in the tokens; lives for one statement. */
class DdlReader {
  readonly #sql: string
  readonly #tokens: readonly Token[]
  readonly #currentDatabase: string
  #at = 0
  /** From a secret option's name to the comma behind its value: what stands there may be the secret, out of its quotes. */
  #isSecret = false

  constructor(sql: string, tokens: readonly Token[], currentDatabase: string) {
    this.#sql = sql
    this.#tokens = tokens
    this.#currentDatabase = currentDatabase
  }

  statement(): Statement {
    const statement = this.#accept('CREATE') ? this.#create() : this.#drop()
    if (this.#peek().kind !== 'end') throw this.#expected(say`the end of the statement`)
    return statement
  }

  #create(): Statement {
    if (this.#acceptAny('DATABASE', 'SCHEMA')) return this.#createDatabase()
    if (this.#accept('TABLE')) return this.#createTable()
    throw this.#notOffered('CREATE', ['DATABASE', 'SCHEMA', 'TABLE'])
  }

  #drop(): Statement {
    this.#expect('DROP')
    if (this.#acceptAny('DATABASE', 'SCHEMA')) return this.#dropDatabase()
    if (this.#accept('TABLE')) return this.#dropTable()
    throw this.#notOffered('DROP', ['DATABASE', 'SCHEMA', 'TABLE'])
  }

  #createDatabase(): Statement {
    const ifNotExists = this.#acceptPhrase('IF', 'NOT', 'EXISTS')
    const database = this.#name(say`a database name`).toLowerCase()
    const comment = this.#accept('COMMENT') ? this.#string(say`the comment as a string`) : ''
    this.#refuse(['LOCATION', 'WITH', 'MANAGEDLOCATION'], 'CREATE DATABASE')
    return { kind: 'createDatabase', database, ifNotExists, comment }
  }

  #dropDatabase(): Statement {
    const ifExists = this.#acceptPhrase('IF', 'EXISTS')
    const database = this.#name(say`a database name`).toLowerCase()
    const cascade = this.#accept('CASCADE')
    if (!cascade) this.#accept('RESTRICT')
    return { kind: 'dropDatabase', database, ifExists, cascade }
  }

  #createTable(): Statement {
    const ifNotExists = this.#acceptPhrase('IF', 'NOT', 'EXISTS')
    const table = this.#tableName()
    const columns = this.#isSymbol('(') ? this.#columns() : undefined
    this.#refuse(['AS', 'LIKE', 'STORED', 'PARTITIONED', 'ROW', 'LOCATION', 'TBLPROPERTIES'], 'CREATE TABLE')
    if (!this.#accept('USING')) throw this.#expected(columns === undefined ? say`the column list or USING` : 'USING')
    const using = this.#using()
    let options: Readonly<Record<string, string>> | undefined
    let comment: string | undefined
    for (;;) {
      if (options === undefined && this.#accept('OPTIONS')) options = this.#options()
      else if (comment === undefined && this.#accept('COMMENT')) comment = this.#string(say`the comment as a string`)
      else break
    }
    this.#refuse(['AS', 'SELECT', 'PARTITIONED', 'CLUSTERED', 'LOCATION', 'TBLPROPERTIES'], 'CREATE TABLE … USING')
    return { kind: 'createTable', table, ifNotExists, columns, using, options: options ?? {}, comment: comment ?? '' }
  }

  #using(): string {
    const using = this.#name(say`a kind of source, for instance JDBC`).toLowerCase()
    if (!offeredKinds.includes(using))
      throw new ServiceError(
        'unsupported',
        say`USING ${using.toUpperCase()} is not offered; offered: ${offeredKinds.join(', ').toUpperCase()}`,
      )
    return using
  }

  #dropTable(): Statement {
    const ifExists = this.#acceptPhrase('IF', 'EXISTS')
    const table = this.#tableName()
    this.#refuse(['PURGE'], 'DROP TABLE')
    return { kind: 'dropTable', table, ifExists }
  }

  #columns(): readonly Column[] {
    const columns: Column[] = []
    this.#expectSymbol('(')
    do columns.push(this.#column())
    while (this.#acceptSymbol(','))
    this.#expectSymbol(')', say`"," or ")"`)
    const names = columns.map((column) => column.name.toLowerCase())
    const twice = columns.find((column, index) => names.indexOf(column.name.toLowerCase()) !== index)
    if (twice !== undefined) throw new ServiceError('semantic', say`column ${twice.name} is listed twice`)
    return columns
  }

  #column(): Column {
    const name = this.#name(say`a column name`)
    const type = parseColumnType(this.#typeText())
    this.#refuse(['NOT', 'DEFAULT', 'GENERATED'], say`a column`)
    return this.#accept('COMMENT') ? { name, type, comment: this.#string(say`the comment as a string`) } : { name, type }
  }

  #typeText(): string {
    let text = this.#name(say`a type`)
    if (!this.#isSymbol('(')) return text
    do text += this.#next().text
    while (this.#peek().kind !== 'end' && !this.#isSymbol(')'))
    return text + this.#expectSymbol(')').text
  }

  #options(): Readonly<Record<string, string>> {
    const options = new Map<string, string>()
    this.#expectSymbol('(')
    do {
      this.#isSecret = false
      const key = this.#optionKey()
      this.#isSecret = isSecretOption(key)
      if (options.has(key)) throw new ServiceError('invalid', say`${optionNamed(key)} is given twice`)
      this.#acceptSymbol('=')
      options.set(key, this.#string(say`the value of ${optionNamed(key)} as a string, for instance 'text'`))
    } while (this.#acceptSymbol(','))
    this.#expectSymbol(')', say`"," or ")"`)
    this.#isSecret = false
    return Object.fromEntries(options)
  }

  /** A string, or words joined by dots: `'url'`, `url`, `es.nodes`. */
  #optionKey(): string {
    if (this.#peek().kind === 'string') return this.#next().value.toLowerCase()
    let key = this.#name(say`an option name`)
    while (this.#acceptSymbol('.')) key += `.${this.#name(say`the rest of the option name`)}`
    return key.toLowerCase()
  }

  #tableName(): TableName {
    const first = this.#name(say`a table name`).toLowerCase()
    if (!this.#acceptSymbol('.')) return { database: this.#currentDatabase.toLowerCase(), name: first }
    const second = this.#name(say`a table name`).toLowerCase()
    if (this.#isSymbol('.'))
      throw new ServiceError('unsupported', say`a catalog in front of the database is not offered; write database.table`)
    return { database: first, name: second }
  }

  #name(what: TextValue): string {
    const token = this.#peek()
    if (token.kind !== 'word' && token.kind !== 'quotedName') throw this.#expected(what)
    return this.#next().value
  }

  /** Adjacent strings are one, as in Spark. */
  #string(what: TextValue): string {
    if (this.#peek().kind !== 'string') throw this.#expected(what)
    let value = ''
    while (this.#peek().kind === 'string') value += this.#next().value
    return value
  }

  #refuse(words: readonly string[], where: TextValue): void {
    const found = words.find((word) => this.#isWord(word))
    if (found !== undefined) throw new ServiceError('unsupported', say`${found} in ${where} is not offered`)
  }

  #notOffered(verb: string, offered: readonly string[]): ServiceError {
    const token = this.#peek()
    if (token.kind !== 'word') return this.#expected(either(offered))
    const rest: string[] = []
    for (let ahead = this.#at; rest.length < 4 && this.#tokens[ahead]?.kind === 'word'; ahead += 1) {
      const word = (this.#tokens[ahead] as Token).value.toUpperCase()
      if (!objectWords.has(word)) break
      rest.push(word)
    }
    if (rest.length === 0) return this.#expected(either(offered))
    return new ServiceError('unsupported', say`${[verb, ...rest].join(' ')} is not offered; ${verb} takes ${offered.join(', ')}`)
  }

  #expected(what: TextValue): ServiceError {
    const token = this.#peek()
    // A string's text may hold a secret: it is never repeated.
    const found =
      token.kind === 'end'
        ? say`the statement ends`
        : token.kind === 'string'
          ? say`a string stands`
          : this.#isSecret
            ? say`something else stands`
            : say`"${token.text}" stands`
    return syntaxError(this.#sql, token.start, say`${found} where ${what} is expected`)
  }

  #expect(word: string): void {
    if (!this.#accept(word)) throw this.#expected(word)
  }

  #expectSymbol(symbol: string, what: TextValue = `"${symbol}"`): Token {
    if (!this.#isSymbol(symbol)) throw this.#expected(what)
    return this.#next()
  }

  #accept(word: string): boolean {
    if (!this.#isWord(word)) return false
    this.#at += 1
    return true
  }

  #acceptAny(...words: readonly string[]): boolean {
    return words.some((word) => this.#accept(word))
  }

  #acceptPhrase(...words: readonly string[]): boolean {
    if (!this.#isWord(words[0] as string)) return false
    for (const word of words) this.#expect(word)
    return true
  }

  #acceptSymbol(symbol: string): boolean {
    if (!this.#isSymbol(symbol)) return false
    this.#at += 1
    return true
  }

  #isWord(word: string): boolean {
    const token = this.#peek()
    return token.kind === 'word' && token.value.toUpperCase() === word
  }

  #isSymbol(symbol: string): boolean {
    const token = this.#peek()
    return token.kind === 'symbol' && token.value === symbol
  }

  #peek(): Token {
    return this.#tokens[this.#at] as Token
  }

  #next(): Token {
    const token = this.#peek()
    this.#at += 1
    return token
  }
}

const objectWords = new Set(
  'OR REPLACE GLOBAL TEMPORARY TEMP VIEW FUNCTION INDEX EXTERNAL MATERIALIZED ROLE USER CATALOG NAMESPACE MACRO SECRET SEQUENCE TYPE PERSISTENT VARIABLE TABLES RECURSIVE UNIQUE'.split(
    ' ',
  ),
)

/** The rule that hides values in stored statements decides here too. */
function isSecretOption(key: string): boolean {
  const option = `OPTIONS (${JSON.stringify(key)} 'x')`
  return redactStatement(option) !== option
}

/** One of these words. */
function either([first, ...others]: readonly string[]): Text {
  return others.reduce<Text>((words, other) => say`${words} or ${other}`, verbatim(first ?? ''))
}

/** What is no option's name may be a password in the place of one: it is not repeated. */
function optionNamed(key: string): Text {
  return isKnownOption(key) ? say`option ${key}` : say`an option`
}

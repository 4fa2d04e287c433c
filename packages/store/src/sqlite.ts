// Everything that is SQLite's own: the file, its pragmas, the adapter to Kysely, the number of the schema. The other dialect will stand beside it.

import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely'

// More than all statements of the store together; a statement is a few kB.
const mostStatements = 500

/** An SQLite database as Kysely wants it, with a cache of prepared statements. An answered commit is on disk. */
export class SqliteFile implements SqliteDatabase {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, CachedStatement>()

  /** @param path - a file, made when missing, or `:memory:` */
  constructor(path: string) {
    this.#database = new DatabaseSync(path)
    this.#database.exec('pragma journal_mode = wal')
    this.#database.exec('pragma synchronous = full')
    this.#database.exec('pragma foreign_keys = on')
    this.#database.exec('pragma busy_timeout = 5000')
  }

  /** The least recently used statement goes when the cache is full. */
  prepare(sql: string): SqliteStatement {
    const found = this.#statements.get(sql)
    const statement = found ?? new CachedStatement(this.#database, sql)
    if (found !== undefined) this.#statements.delete(sql)
    this.#statements.set(sql, statement)
    if (this.#statements.size > mostStatements)
      for (const oldest of [...this.#statements.keys()].slice(0, 1)) this.#statements.delete(oldest)
    return statement
  }

  /** Runs a script of several statements. */
  run(script: string): void {
    this.#database.exec(script)
  }

  /** The number of the newest migration that was applied, 0 for none. */
  get schemaVersion(): number {
    return Number(this.#database.prepare('pragma user_version').get()?.['user_version'])
  }

  set schemaVersion(version: number) {
    this.#database.exec(`pragma user_version = ${Math.trunc(version)}`)
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  /** The dialect for Kysely; destroying that Kysely closes this. */
  dialect(): SqliteDialect {
    return new SqliteDialect({ database: this })
  }
}

class CachedStatement implements SqliteStatement {
  readonly reader: boolean
  readonly #database: DatabaseSync
  readonly #sql: string
  readonly #statement: StatementSync

  constructor(database: DatabaseSync, sql: string) {
    this.#database = database
    this.#sql = sql
    this.#statement = database.prepare(sql)
    this.reader = this.#statement.columns().length > 0
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.#statement.all(...(parameters as SQLInputValue[]))
  }

  run(parameters: readonly unknown[]): ReturnType<StatementSync['run']> {
    return this.#statement.run(...(parameters as SQLInputValue[]))
  }

  /** On a statement of its own: a cached one would be reset by the next reader while this one is still reading. */
  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.#database.prepare(this.#sql).iterate(...(parameters as SQLInputValue[]))
  }
}

// Everything that is SQLite's own: the file, its pragmas, the adapter to Kysely, the number of the schema. The other dialect will stand beside it.

import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'
import { diskErrorOf } from './disk-errors.ts'

// More than all statements of the store together; a statement is a few kB.
const mostStatements = 500

/** What is done to a row of a table. */
export interface Watched {
  readonly table: string
  readonly event: 'insert' | 'update' | 'delete'
}

/** Another number than before as soon as what is watched has changed. */
export interface ChangeCounter {
  readonly version: number
}

interface Watch {
  version: number
  isTouched: boolean
}

/** An SQLite database as Kysely wants it, with a cache of prepared statements. An answered commit is on disk. */
export class SqliteFile implements SqliteDatabase {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, CachedStatement>()
  #countChanges: StatementSync | undefined
  readonly #watches: Watch[] = []
  #isTouched = false
  #isHeld = false

  /** @param path - a file, made when missing, or `:memory:` */
  constructor(path: string) {
    this.#database = new DatabaseSync(path)
    this.run('pragma journal_mode = wal')
    this.run('pragma synchronous = full')
    this.run('pragma foreign_keys = on')
    this.run('pragma busy_timeout = 5000')
  }

  /** The oldest statement goes when the cache is full. */
  prepare(sql: string): SqliteStatement {
    const found = this.#statements.get(sql)
    if (found !== undefined) return found
    const statement = new CachedStatement(this.#database, sql, this.#settle)
    this.#statements.set(sql, statement)
    if (this.#statements.size > mostStatements)
      for (const oldest of [...this.#statements.keys()].slice(0, 1)) this.#statements.delete(oldest)
    return statement
  }

  /** Runs a script of several statements. */
  run(script: string): void {
    try {
      this.#database.exec(script)
    } catch (error) {
      throw diskErrorOf(error)
    } finally {
      this.#settle()
    }
  }

  /**
   * Has the reads of this turn of the event loop see one state of the database. Each read by itself would take and give back a lock of the file, which
   * takes as long as the read.
   */
  hold(): void {
    if (this.#isHeld) return
    this.prepare('begin').run([])
    this.#isHeld = true
    setImmediate(() => this.release())
  }

  /** Lets go of the held state before the turn is over: whoever commits elsewhere does that first, so that the next read sees what was written. */
  release(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    // A disk that fails ends a transaction by itself.
    if (this.#database.isTransaction) this.prepare('commit').run([])
  }

  /**
   * Counts, from here on, every commit that has done one of these; what a foreign key does counts as well. The counter moves in the moment in which other
   * connections can see the change and before anybody is told. Commits of other processes do not move it.
   * @param name - lower-case letters, of this counter alone
   */
  watch(name: string, events: readonly Watched[]): ChangeCounter {
    const watch: Watch = { version: 0, isTouched: false }
    this.#watches.push(watch)
    this.#database.function(`note_${name}`, () => {
      watch.isTouched = true
      this.#isTouched = true
      return null
    })
    for (const { table, event } of events) {
      const trigger = `watch_${name}_${table}_${event}`
      this.#database.exec(`create temp trigger ${trigger} after ${event} on main.${table} begin select note_${name}(); end`)
    }
    return watch
  }

  /** After each statement: a transaction that failed to commit counts too, nobody knows what is left of it. */
  readonly #settle = (): void => {
    if (!this.#isTouched || this.#database.isTransaction) return
    this.#isTouched = false
    for (const watch of this.#watches) {
      if (watch.isTouched) watch.version += 1
      watch.isTouched = false
    }
  }

  /** How many rows this connection has added, changed and removed since it was opened; what was rolled back counts too. */
  get totalChanges(): number {
    this.#countChanges ??= this.#database.prepare('select total_changes() as changes')
    return Number(this.#countChanges.get()?.['changes'])
  }

  /** The number of the newest migration that was applied, 0 for none. */
  get schemaVersion(): number {
    return Number(this.#database.prepare('pragma user_version').get()?.['user_version'])
  }

  set schemaVersion(version: number) {
    this.#database.exec(`pragma user_version = ${Math.trunc(version)}`)
  }

  close(): void {
    this.release()
    this.#statements.clear()
    this.#database.close()
  }
}

class CachedStatement implements SqliteStatement {
  readonly reader: boolean
  readonly #database: DatabaseSync
  readonly #sql: string
  readonly #statement: StatementSync
  /** Of its columns; no migration comes between making a statement and using it. */
  readonly #names: readonly string[]
  readonly #settle: () => void
  #makeRow: MakeRow | undefined

  constructor(database: DatabaseSync, sql: string, settle: () => void) {
    this.#database = database
    this.#sql = sql
    this.#settle = settle
    this.#statement = database.prepare(sql)
    this.#names = this.#statement.columns().map(({ name }) => name)
    this.reader = this.#names.length > 0
    this.#statement.setReturnArrays(true)
  }

  /** Rows are made here: the objects that SQLite's binding makes are dictionaries, which cost twice as much to make and to read. */
  all(parameters: readonly unknown[]): unknown[] {
    try {
      const rows = this.#statement.all(...(parameters as SQLInputValue[])) as unknown as readonly (readonly unknown[])[]
      if (rows.length === 0) return []
      this.#makeRow ??= rowMaker(this.#names)
      return rows.map(this.#makeRow)
    } catch (error) {
      throw diskErrorOf(error)
    } finally {
      this.#settle()
    }
  }

  run(parameters: readonly unknown[]): ReturnType<StatementSync['run']> {
    try {
      return this.#statement.run(...(parameters as SQLInputValue[]))
    } catch (error) {
      throw diskErrorOf(error)
    } finally {
      this.#settle()
    }
  }

  /** On a statement of its own: a cached one would be reset by the next reader while this one is still reading. */
  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.#database.prepare(this.#sql).iterate(...(parameters as SQLInputValue[]))
  }
}

/** A row of the values of its columns. */
type MakeRow = (values: readonly unknown[]) => unknown

/** Written as code, once for each statement: an object whose members are set one after the other by their names takes ten times as long. */
function rowMaker(names: readonly string[]): MakeRow {
  const members = names.map((name, index) => `${JSON.stringify(name)}: values[${index}]`)
  // oxlint-disable-next-line typescript/no-implied-eval -- names of columns alone are written into it, as the literals of strings
  return new Function('values', `return { ${members.join(', ')} }`) as MakeRow
}

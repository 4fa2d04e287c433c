// The baselines of `store`: rows committed by node:sqlite alone, as durable as ours.

import { randomUUID } from 'node:crypto'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

const durable = 'pragma journal_mode = wal; pragma synchronous = full'

/** One table of texts. Disposing it closes the file. */
export class BareSqlite implements Disposable {
  readonly #database: DatabaseSync
  readonly #insert: StatementSync

  /** @param path - a new file, in the directory in which ours lies */
  constructor(path: string) {
    this.#database = new DatabaseSync(path)
    this.#database.exec(`${durable}; create table rows (id integer primary key, body text not null)`)
    this.#insert = this.#database.prepare('insert into rows (body) values (?)')
  }

  /** One transaction with one row; on disk when it returns. */
  commit(body: string): void {
    this.#insert.run(body)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

type Row = Readonly<Record<string, SQLInputValue>>

/** The rows that the store writes for a connection, in the same tables with the same indexes, and none of our code. Disposing it closes the file. */
export class BareConnections implements Disposable {
  readonly #database: DatabaseSync
  readonly #connection: Row
  readonly #hosts: Row
  readonly #statements: readonly [StatementSync, StatementSync, StatementSync, StatementSync, StatementSync]

  /**
   * @param path - a new file, in the directory in which the store's lies
   * @param storePath - a store that holds a connection: its tables are copied, empty, and its first connection is the pattern of all
   */
  constructor(path: string, storePath: string) {
    this.#database = new DatabaseSync(path)
    this.#database.exec(durable)
    using store = disposable(new DatabaseSync(storePath, { readOnly: true }))
    const tables = ['connections', 'connection_hosts', 'connection_counts']
    for (const table of tables) for (const sql of schemaOf(store.database, table)) this.#database.exec(sql)
    this.#connection = store.database.prepare('select * from connections limit 1').get() as Row
    this.#hosts = store.database.prepare('select * from connection_hosts limit 1').get() as Row
    this.#database.exec("insert into connection_counts (project_id, state, total) values ('bench', 'ACTIVE', 0)")
    const prepare = (sql: string): StatementSync => this.#database.prepare(sql)
    this.#statements = [
      prepare('begin immediate'),
      prepare(insertOf('connections', this.#connection)),
      prepare(insertOf('connection_hosts', this.#hosts)),
      prepare('update connection_counts set total = total + 1'),
      prepare('commit'),
    ]
  }

  /** One transaction with one connection; on disk when it returns. */
  commit(): void {
    const id = randomUUID()
    const [begin, connection, hosts, counts, commit] = this.#statements
    begin.run()
    connection.run(...Object.values({ ...this.#connection, id, name: id, created_at: Date.now() }))
    hosts.run(...Object.values({ ...this.#hosts, connection_id: id }))
    counts.run()
    commit.run()
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

/** What made a table and its indexes. */
function schemaOf(database: DatabaseSync, table: string): readonly string[] {
  const rows = database.prepare('select sql from sqlite_master where tbl_name = ? and sql is not null order by type desc').all(table)
  // References to tables that are not here are never looked at while foreign keys are off.
  return ['pragma foreign_keys = off', ...rows.map(({ sql }) => String(sql))]
}

function insertOf(table: string, row: Row): string {
  const columns = Object.keys(row)
  return `insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`
}

function disposable(database: DatabaseSync): Disposable & { readonly database: DatabaseSync } {
  return { database, [Symbol.dispose]: () => database.close() }
}

// The way to a database: Kysely for what is asked now and then, and a shorter one for queries that are compiled already.

import { Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import { dialectOf, type RunQuery } from './sqlite-dialect.ts'

/** A database as repositories use it, inside one transaction after another or outside any. */
export class Database extends Kysely<Schema> {
  /** Past Kysely, which takes longer to hand a query on than SQLite to answer it. */
  readonly run: RunQuery

  constructor(run: RunQuery) {
    super({ dialect: dialectOf(run) })
    this.run = run
  }
}

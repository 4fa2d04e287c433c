// Small facts about the installation itself.

import { type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

/** Reads and writes what is known of the installation. */
export class Installation {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** When the first domain, user and project were made, in ms since the epoch. */
  async findSetUpAt(): Promise<number | undefined> {
    const row = await this.#db.selectFrom('installation').select('value').where('name', '=', 'set_up_at').executeTakeFirst()
    return row?.value
  }

  /** Breaks a constraint when it was set up before. */
  async insertSetUpAt(at: number): Promise<void> {
    await this.#db.insertInto('installation').values({ name: 'set_up_at', value: at }).execute()
  }

  /** The next number for a queue, from 1; none is given twice. Inside a transaction that fails it is given back. */
  async nextQueueNumber(): Promise<number> {
    return this.#next('last_queue_number')
  }

  /** The same for a pool. */
  async nextPoolNumber(): Promise<number> {
    return this.#next('last_pool_number')
  }

  /** The same for a scheduled plan. */
  async nextPlanNumber(): Promise<number> {
    return this.#next('last_plan_number')
  }

  /** The same for a connectivity test. */
  async nextConnectionTestNumber(): Promise<number> {
    return this.#next('last_connection_test_number')
  }

  async #next(name: string): Promise<number> {
    const { value } = await this.#db
      .insertInto('installation')
      .values({ name, value: 1 })
      .onConflict((on) => on.column('name').doUpdateSet({ value: sql<number>`installation.value + 1` }))
      .returning('value')
      .executeTakeFirstOrThrow()
    return value
  }
}

// Small facts about the installation itself.

import type { ClockAdvance } from '@tributary/rules'
import { type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

const advancePrefix = 'clock_ahead_from_'
/** 13 digits, as every moment has. */
const latest = 9_999_999_999_999

/** Names sort as their moments do until the year 2286. */
function advanceName(from: number): string {
  return `${advancePrefix}${String(from).padStart(13, '0')}`
}

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

  /** Oldest first; those that were put since {@link forgetClockAdvances}. */
  async listClockAdvances(): Promise<readonly ClockAdvance[]> {
    const rows = await this.#db
      .selectFrom('installation')
      .selectAll()
      .where('name', '>=', advanceName(0))
      .where('name', '<=', advanceName(latest))
      .orderBy('name')
      .execute()
    return rows.map(({ name, value }) => ({ from: Number(name.slice(advancePrefix.length)), aheadMs: value }))
  }

  /** Of two of one moment the newer one stays. */
  async putClockAdvance({ from, aheadMs }: ClockAdvance): Promise<void> {
    await this.#db
      .insertInto('installation')
      .values({ name: advanceName(from), value: aheadMs })
      .onConflict((on) => on.column('name').doUpdateSet({ value: aheadMs }))
      .execute()
  }

  /** Forgets what was so until a moment, and not since; what is so now stays. */
  async forgetClockAdvances(until: number): Promise<void> {
    const known = await this.listClockAdvances()
    const over = known
      .filter((_, index) => (known[index + 1]?.from ?? Number.POSITIVE_INFINITY) <= until)
      .map(({ from }) => advanceName(from))
    if (over.length > 0) await this.#db.deleteFrom('installation').where('name', 'in', over).execute()
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

// Properties of queues, as texts.

import type { QueueId, QueueProperty } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** Reads and writes properties of queues. */
export class QueueProperties {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** By key. */
  async list(queueId: QueueId): Promise<readonly QueueProperty[]> {
    return this.#db.selectFrom('queue_properties').select(['key', 'value']).where('queue_id', '=', queueId).orderBy('key').execute()
  }

  /** A key that is there gets the new value. */
  async put(queueId: QueueId, properties: readonly QueueProperty[]): Promise<void> {
    if (properties.length === 0) return
    await this.#db
      .insertInto('queue_properties')
      .values(properties.map(({ key, value }) => ({ queue_id: queueId, key, value })))
      .onConflict((on) => on.columns(['queue_id', 'key']).doUpdateSet((of) => ({ value: of.ref('excluded.value') })))
      .execute()
  }

  /** Keys that are not there are fine. */
  async remove(queueId: QueueId, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return
    await this.#db.deleteFrom('queue_properties').where('queue_id', '=', queueId).where('key', 'in', keys).execute()
  }
}

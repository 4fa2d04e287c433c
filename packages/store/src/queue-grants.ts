// What users were granted on queues.

import type { QueueGrant, QueueId, QueuePrivilege, UserId } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** Reads and writes grants on queues. */
export class QueueGrants {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** Empty for a user who was granted nothing. */
  async find(queueId: QueueId, userId: UserId): Promise<readonly QueuePrivilege[]> {
    const row = await this.#db
      .selectFrom('queue_grants')
      .select('privileges')
      .where('queue_id', '=', queueId)
      .where('user_id', '=', userId)
      .executeTakeFirst()
    return row === undefined ? [] : (JSON.parse(row.privileges) as readonly QueuePrivilege[])
  }

  /** By name of the user. */
  async list(queueId: QueueId): Promise<readonly QueueGrant[]> {
    const rows = await this.#db
      .selectFrom('queue_grants')
      .innerJoin('users', 'users.id', 'queue_grants.user_id')
      .select(['users.name', 'queue_grants.privileges'])
      .where('queue_grants.queue_id', '=', queueId)
      .orderBy('users.name')
      .execute()
    return rows.map((row) => ({ userName: row.name, privileges: JSON.parse(row.privileges) as readonly QueuePrivilege[] }))
  }

  /** Replaces what a user holds; nothing removes the grant. */
  async put(queueId: QueueId, userId: UserId, privileges: readonly QueuePrivilege[]): Promise<void> {
    if (privileges.length === 0) {
      await this.#db.deleteFrom('queue_grants').where('queue_id', '=', queueId).where('user_id', '=', userId).execute()
      return
    }
    const text = JSON.stringify(privileges)
    await this.#db
      .insertInto('queue_grants')
      .values({ queue_id: queueId, user_id: userId, privileges: text })
      .onConflict((on) => on.columns(['queue_id', 'user_id']).doUpdateSet({ privileges: text }))
      .execute()
  }
}

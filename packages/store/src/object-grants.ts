// What users were granted on auth-infos, databases, tables and columns.

import type { ObjectGrant, ProjectId, TableId, UserId } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** Reads and writes grants on objects; an object is known by the id of what it is. */
export class ObjectGrants {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** Empty for a user who was granted nothing. */
  async find(objectId: string, userId: UserId): Promise<readonly string[]> {
    const rows = this.#db.selectFrom('object_grants').select('privileges').where('object_id', '=', objectId)
    const row = await rows.where('user_id', '=', userId).executeTakeFirst()
    return row === undefined ? [] : (JSON.parse(row.privileges) as readonly string[])
  }

  /** What a user was granted on columns of a table; names of columns are lower case. */
  async listColumns(
    tableId: TableId,
    userId: UserId,
  ): Promise<readonly { readonly column: string; readonly privileges: readonly string[] }[]> {
    // '/' is what follows '.': a range that the key can answer.
    const rows = await this.#db
      .selectFrom('object_grants')
      .select(['object_id', 'privileges'])
      .where('user_id', '=', userId)
      .where('object_id', '>', `${tableId}.`)
      .where('object_id', '<', `${tableId}/`)
      .orderBy('object_id')
      .execute()
    return rows.map((row) => ({
      column: row.object_id.slice(tableId.length + 1),
      privileges: JSON.parse(row.privileges) as readonly string[],
    }))
  }

  /** By name of the user. */
  async list(objectId: string): Promise<readonly ObjectGrant[]> {
    const rows = await this.#db
      .selectFrom('object_grants')
      .innerJoin('users', 'users.id', 'object_grants.user_id')
      .select(['users.name', 'object_grants.privileges'])
      .where('object_grants.object_id', '=', objectId)
      .orderBy('users.name')
      .execute()
    return rows.map(({ name, privileges }) => ({ userName: name, privileges: JSON.parse(privileges) as readonly string[] }))
  }

  /** Replaces what a user holds; nothing removes the grant. */
  async put(projectId: ProjectId, objectId: string, userId: UserId, privileges: readonly string[]): Promise<void> {
    if (privileges.length === 0) {
      await this.#db.deleteFrom('object_grants').where('object_id', '=', objectId).where('user_id', '=', userId).execute()
      return
    }
    const text = JSON.stringify(privileges)
    await this.#db
      .insertInto('object_grants')
      .values({ project_id: projectId, object_id: objectId, user_id: userId, privileges: text })
      .onConflict((on) => on.columns(['object_id', 'user_id']).doUpdateSet({ privileges: text }))
      .execute()
  }

  /** Forgets every grant on an object that is no more. */
  async removeOf(objectId: string): Promise<void> {
    await this.#db.deleteFrom('object_grants').where('object_id', '=', objectId).execute()
  }
}

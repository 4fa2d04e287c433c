// Roles of users in projects.

import type { ProjectId, Role, UserId } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** Reads and writes roles. */
export class Roles {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** What a user was granted in a project; the rights of a domain's administrators are not written down. */
  async find(userId: UserId, projectId: ProjectId): Promise<Role | undefined> {
    const row = await this.#db
      .selectFrom('roles')
      .select('role')
      .where('user_id', '=', userId)
      .where('project_id', '=', projectId)
      .executeTakeFirst()
    return row?.role as Role | undefined
  }

  /** Who has a role in a project, by user. */
  async listOfProject(projectId: ProjectId): Promise<readonly { readonly userId: UserId; readonly role: Role }[]> {
    const rows = await this.#db.selectFrom('roles').selectAll().where('project_id', '=', projectId).orderBy('user_id').execute()
    return rows.map((row) => ({ userId: row.user_id as UserId, role: row.role as Role }))
  }

  /** Grants a role in place of an earlier one. */
  async put(userId: UserId, projectId: ProjectId, role: Role): Promise<void> {
    await this.#db
      .insertInto('roles')
      .values({ user_id: userId, project_id: projectId, role })
      .onConflict((on) => on.columns(['user_id', 'project_id']).doUpdateSet({ role }))
      .execute()
  }

  /** Takes a role away; one that was not there is fine. */
  async remove(userId: UserId, projectId: ProjectId): Promise<void> {
    await this.#db.deleteFrom('roles').where('user_id', '=', userId).where('project_id', '=', projectId).execute()
  }
}

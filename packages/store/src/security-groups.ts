// Security groups of a project, by id.

import type { ProjectId, SecurityGroup, SecurityGroupId } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import type { SecurityGroupTable } from './schema/vpcs.ts'
import type { MarkerPage } from './vpcs.ts'

/** Which groups a list shows: those that match one value of each member that is there, exactly. */
export interface SecurityGroupFilter extends MarkerPage {
  readonly ids?: readonly string[] | undefined
  readonly names?: readonly string[] | undefined
  readonly descriptions?: readonly string[] | undefined
}

/** Reads and writes security groups. */
export class SecurityGroups {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** In one project; another project's group is not there. */
  async find(projectId: ProjectId, id: string): Promise<SecurityGroup | undefined> {
    const row = await this.#db
      .selectFrom('security_groups')
      .selectAll()
      .where('id', '=', id)
      .where('project_id', '=', projectId)
      .executeTakeFirst()
    return row === undefined ? undefined : toSecurityGroup(row)
  }

  /** In whatever project: ids are unique in the installation. */
  async findAnywhere(id: string): Promise<SecurityGroup | undefined> {
    const row = await this.#db.selectFrom('security_groups').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toSecurityGroup(row)
  }

  /** By id. */
  async list(projectId: ProjectId, page: SecurityGroupFilter): Promise<readonly SecurityGroup[]> {
    let rows = this.#db.selectFrom('security_groups').selectAll().where('project_id', '=', projectId)
    if (page.id !== undefined) rows = rows.where('id', '=', page.id)
    if (page.ids !== undefined) rows = rows.where('id', 'in', page.ids)
    if (page.names !== undefined) rows = rows.where('name', 'in', page.names)
    if (page.descriptions !== undefined) rows = rows.where('description', 'in', page.descriptions)
    if (page.marker !== undefined) rows = rows.where('id', '>', page.marker)
    return (await rows.orderBy('id').limit(page.limit).execute()).map(toSecurityGroup)
  }

  /** The caller has checked that the id is free. */
  async insert(group: SecurityGroup): Promise<void> {
    await this.#db
      .insertInto('security_groups')
      .values({
        id: group.id,
        project_id: group.projectId,
        name: group.name,
        description: group.description,
        created_at: group.createdAt,
        updated_at: group.updatedAt,
      })
      .execute()
  }

  /** Writes what may change about a group. */
  async update({ id, name, description, updatedAt }: SecurityGroup): Promise<void> {
    await this.#db.updateTable('security_groups').set({ name, description, updated_at: updatedAt }).where('id', '=', id).execute()
  }

  /** Its rules go with it. Classic connections that name it stay, and fail until it is back. */
  async remove(id: SecurityGroupId): Promise<void> {
    await this.#db.deleteFrom('security_groups').where('id', '=', id).execute()
  }
}

function toSecurityGroup(row: SecurityGroupTable): SecurityGroup {
  return {
    id: row.id as SecurityGroupId,
    projectId: row.project_id as ProjectId,
    name: row.name,
    description: row.description,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

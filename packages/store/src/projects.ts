// Projects, by id, and by name inside their domain.

import type { DomainId, Project, ProjectId, Role, UserId } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { ProjectTable, Schema } from './schema.ts'

/** Reads and writes projects. */
export class Projects {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** Of whatever domain. */
  async find(id: string): Promise<Project | undefined> {
    const row = await this.#db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toProject(row)
  }

  /** A project and what a user was granted there, in one read: every call asks for it. */
  async findGranted(id: string, userId: UserId): Promise<{ readonly project: Project; readonly role: Role | undefined } | undefined> {
    const row = await this.#db
      .selectFrom('projects')
      .leftJoin('roles', (on) => on.onRef('roles.project_id', '=', 'projects.id').on('roles.user_id', '=', userId))
      .selectAll('projects')
      .select('roles.role')
      .where('projects.id', '=', id)
      .executeTakeFirst()
    return row === undefined ? undefined : { project: toProject(row), role: (row.role ?? undefined) as Role | undefined }
  }

  /** By its exact name. */
  async findByName(domainId: DomainId, name: string): Promise<Project | undefined> {
    const row = await this.#db
      .selectFrom('projects')
      .selectAll()
      .where('domain_id', '=', domainId)
      .where('name', '=', name)
      .executeTakeFirst()
    return row === undefined ? undefined : toProject(row)
  }

  /**
   * Projects of a domain by name, at most 1,000.
   * @param filter - `name` exactly; `grantedTo` leaves only those in which the user has a role
   */
  async list(
    domainId: DomainId,
    filter: { readonly name?: string | undefined; readonly grantedTo?: UserId | undefined },
  ): Promise<readonly Project[]> {
    let rows = this.#db.selectFrom('projects').selectAll('projects').where('domain_id', '=', domainId)
    if (filter.name !== undefined) rows = rows.where('projects.name', '=', filter.name)
    if (filter.grantedTo !== undefined) {
      const granted = this.#db.selectFrom('roles').select('project_id').where('user_id', '=', filter.grantedTo)
      rows = rows.where('projects.id', 'in', granted)
    }
    return (await rows.orderBy('name').limit(1000).execute()).map(toProject)
  }

  /** How many projects the installation has. */
  async count(): Promise<number> {
    const { total } = await this.#db
      .selectFrom('projects')
      .select((of) => of.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow()
    return total
  }

  /** The caller has checked that id and name are free. */
  async insert(project: Project): Promise<void> {
    await this.#db
      .insertInto('projects')
      .values({
        id: project.id,
        domain_id: project.domainId,
        name: project.name,
        description: project.description ?? '',
        created_at: project.createdAt,
      })
      .execute()
  }

  /** Writes name and description. The caller has checked that the name is free. */
  async update({ id, name, description = '' }: Project): Promise<void> {
    await this.#db.updateTable('projects').set({ name, description }).where('id', '=', id).execute()
  }

  /** What a project still holds beside what each is born with, as `3 queues`; empty when it may go. */
  async listContents(id: ProjectId): Promise<readonly string[]> {
    const held: string[] = []
    for (const [table, noun] of contents) {
      const rows = this.#db.selectFrom(table).where('project_id', '=', id)
      const live = table === 'queues' || table === 'databases' ? rows.where('name', '!=', 'default') : rows
      const { total } = await live.select((of) => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
      if (total > 0) held.push(`${total} ${noun}`)
    }
    return held
  }

  /** Removes an empty project with what it was born with; roles and tokens of it go too. */
  async remove(id: ProjectId): Promise<void> {
    await this.#db.deleteFrom('tags').where('project_id', '=', id).execute()
    await this.#db.deleteFrom('queues').where('project_id', '=', id).execute()
    await this.#db.deleteFrom('databases').where('project_id', '=', id).execute()
    await this.#db.deleteFrom('projects').where('id', '=', id).execute()
  }
}

function toProject(row: ProjectTable): Project {
  const { id, domain_id, name, created_at, description } = row
  return {
    id: id as ProjectId,
    domainId: domain_id as DomainId,
    name,
    createdAt: created_at,
    ...(description === '' ? {} : { description }),
  }
}

const contents = [
  ['queues', 'queues'],
  ['pools', 'elastic resource pools'],
  ['connections', 'enhanced connections (deleted ones count until they are forgotten)'],
  ['classic_connections', 'classic connections (deleted ones count until they are forgotten)'],
  ['vpcs', 'VPCs'],
  ['security_groups', 'security groups'],
  ['auth_infos', 'auth-infos'],
  ['databases', 'databases'],
] as const

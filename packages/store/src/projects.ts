// Projects, by id, and by name inside their domain.

import { type DomainId, type Project, type ProjectId, type Role, say, type Text, type UserId } from '@tributary/rules'
import { compiled } from './compiled.ts'
import type { Database } from './database.ts'
import type { ProjectTable } from './schema/identity.ts'

const findProjectAndRole = compiled<{ id: string; userId: UserId }, ProjectTable & { role: string | null }>((db, slot) =>
  db
    .selectFrom('projects')
    .leftJoin('roles', (on) => on.onRef('roles.project_id', '=', 'projects.id').on('roles.user_id', '=', slot('userId')))
    .selectAll('projects')
    .select('roles.role')
    .where('projects.id', '=', slot('id')),
)

/** How many projects one read gives at most. */
export const projectPageSize = 1000

/** Reads and writes projects. */
export class Projects {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Of whatever domain. */
  async find(id: string): Promise<Project | undefined> {
    const row = await this.#db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toProject(row)
  }

  /** A project and what a user was granted there, in one read: every call asks for it. */
  async findGranted(id: string, userId: UserId): Promise<{ readonly project: Project; readonly role: Role | undefined } | undefined> {
    const [row] = await findProjectAndRole(this.#db, { id, userId })
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
   * Projects of a domain by name, at most 1,000: `after` the last name of one page the next begins.
   * @param filter - `name` exactly; `grantedTo` leaves only those in which the user has a role
   */
  async list(
    domainId: DomainId,
    filter: { readonly name?: string | undefined; readonly grantedTo?: UserId | undefined; readonly after?: string | undefined },
  ): Promise<readonly Project[]> {
    let rows = this.#db.selectFrom('projects').selectAll('projects').where('domain_id', '=', domainId)
    if (filter.name !== undefined) rows = rows.where('projects.name', '=', filter.name)
    if (filter.after !== undefined) rows = rows.where('projects.name', '>', filter.after)
    if (filter.grantedTo !== undefined) {
      const granted = this.#db.selectFrom('roles').select('project_id').where('user_id', '=', filter.grantedTo)
      rows = rows.where('projects.id', 'in', granted)
    }
    return (await rows.orderBy('name').limit(projectPageSize).execute()).map(toProject)
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
  async listContents(id: ProjectId): Promise<readonly Text[]> {
    const held: Text[] = []
    for (const [table, counted] of contents) {
      const rows = this.#db.selectFrom(table).where('project_id', '=', id)
      const live = table === 'queues' || table === 'databases' ? rows.where('name', '!=', 'default') : rows
      const { total } = await live.select((of) => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
      if (total > 0) held.push(counted(total))
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
  ['queues', (total: number) => say`${total} queues`],
  ['pools', (total: number) => say`${total} elastic resource pools`],
  ['connections', (total: number) => say`${total} enhanced connections (deleted ones count until they are forgotten)`],
  ['classic_connections', (total: number) => say`${total} classic connections (deleted ones count until they are forgotten)`],
  ['vpcs', (total: number) => say`${total} VPCs`],
  ['security_groups', (total: number) => say`${total} security groups`],
  ['auth_infos', (total: number) => say`${total} auth-infos`],
  ['databases', (total: number) => say`${total} databases`],
] as const

// Databases of the catalog, by project and name.

import { type Database, type DatabaseId, noDatabase, type Owned, type ProjectId, type Tag } from '@tributary/rules'
import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely'
import { toOwned } from './ownership.ts'
import type { Schema } from './schema.ts'
import type { DatabaseTable } from './schema/catalog.ts'

/** A database and how many tables it holds. */
export interface CountedDatabase extends Database {
  readonly tableCount: number
}

/** Which databases a list shows: `keyword` is part of the name in any case; without `limit` all. */
export interface DatabaseFilter {
  readonly keyword?: string | undefined
  /** Each must be found as part of a key and of its value, in any case. */
  readonly tags?: readonly Tag[] | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** Reads and writes databases. */
export class Databases {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** @param name - lower case */
  async find(projectId: ProjectId, name: string): Promise<Database | undefined> {
    const row = await this.#db
      .selectFrom('databases')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('name', '=', name)
      .executeTakeFirst()
    return row === undefined ? undefined : toDatabase(row)
  }

  /** @throws {ServiceError} `notFound` */
  async get(projectId: ProjectId, name: string): Promise<Database> {
    const found = await this.find(projectId, name)
    if (found === undefined) throw noDatabase(name)
    return found
  }

  /** Gives it to another user. */
  async updateOwner(id: DatabaseId, { owner, ownerId }: Owned): Promise<void> {
    await this.#db
      .updateTable('databases')
      .set({ owner_name: owner, owner_id: ownerId ?? null })
      .where('id', '=', id)
      .execute()
  }

  /** By name; `total` counts every match, whatever the page. */
  async list(
    projectId: ProjectId,
    filter: DatabaseFilter,
  ): Promise<{ readonly total: number; readonly databases: readonly CountedDatabase[] }> {
    let matching = this.#db.selectFrom('databases').where('project_id', '=', projectId)
    if (filter.keyword !== undefined && filter.keyword !== '') matching = matching.where(nameHolds('databases.name', filter.keyword))
    for (const { key, value } of filter.tags ?? []) {
      const tagged = this.#db
        .selectFrom('tags')
        .select('resource_id')
        .where('project_id', '=', projectId)
        .where('resource_kind', '=', 'database')
        .where(nameHolds('tags.key', key))
        .where(nameHolds('tags.value', value))
      matching = matching.where('databases.id', 'in', tagged)
    }
    const { total } = await matching.select((of) => of.fn.countAll<number | string>().as('total')).executeTakeFirstOrThrow()
    const rows = await matching
      .selectAll('databases')
      .select((of) =>
        of
          .selectFrom('source_tables')
          .whereRef('source_tables.database_id', '=', 'databases.id')
          .select((tables) => tables.fn.countAll<number | string>().as('count'))
          .as('table_count'),
      )
      .orderBy('name')
      .limit(filter.limit ?? 2 ** 31 - 1)
      .offset(filter.offset ?? 0)
      .execute()
    return { total: Number(total), databases: rows.map((row) => ({ ...toDatabase(row), tableCount: Number(row.table_count) })) }
  }

  /** The caller has checked that the name is free; a second one of that name breaks a constraint. */
  async insert(database: Database): Promise<void> {
    await this.#db
      .insertInto('databases')
      .values({
        id: database.id,
        project_id: database.projectId,
        name: database.name,
        description: database.description,
        owner_name: database.owner,
        owner_id: database.ownerId ?? null,
        enterprise_project_id: database.enterpriseProjectId,
        created_at: database.createdAt,
      })
      .execute()
  }

  /** Removes a database that holds no table; one that does breaks a constraint. */
  async remove(id: DatabaseId): Promise<void> {
    await this.#db.deleteFrom('databases').where('id', '=', id).execute()
  }
}

/** A column that lists search in. */
type TextColumn = 'databases.name' | 'source_tables.name' | 'jobs.statement' | 'tags.key' | 'tags.value'

/** True where a column holds the text, in any case; `%` and `_` stand for themselves. */
export function nameHolds(column: TextColumn, keyword: string): RawBuilder<SqlBool> {
  const pattern = `%${keyword.replace(/[\\%_]/g, '\\$&')}%`
  return sql<SqlBool>`lower(${sql.ref(column)}) like lower(${pattern}) escape '\\'`
}

function toDatabase(row: DatabaseTable): Database {
  return {
    id: row.id as DatabaseId,
    projectId: row.project_id as ProjectId,
    name: row.name,
    description: row.description,
    ...toOwned(row),
    enterpriseProjectId: row.enterprise_project_id,
    createdAt: row.created_at,
  }
}

// Source tables of the catalog, by database and name; inline credentials are sealed and read by the runner of a job alone.

import { type Column, type DatabaseId, noTable, type Owned, type ProjectId, type Table, type TableId } from '@tributary/rules'
import type { Kysely } from 'kysely'
import { toOwned } from './ownership.ts'
import { nameHolds } from './databases.ts'
import type { Schema, SourceTableTable } from './schema.ts'
import type { Seal } from './seal.ts'

/** A user and a password that were written into a table's options. */
export interface InlineCredentials {
  readonly user: string
  readonly password: string
}

/** Which tables a list shows: `keyword` is part of the name in any case; without `limit` all. */
export interface TableFilter {
  readonly keyword?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

type TableRow = SourceTableTable & { readonly project_id: string; readonly database_name: string }

/** Reads and writes source tables. */
export class Tables {
  readonly #db: Kysely<Schema>
  readonly #seal: Seal

  constructor(db: Kysely<Schema>, seal: Seal) {
    this.#db = db
    this.#seal = seal
  }

  /** Both names are lower case. */
  async find(projectId: ProjectId, database: string, name: string): Promise<Table | undefined> {
    const row = await this.#rows()
      .where('databases.project_id', '=', projectId)
      .where('databases.name', '=', database)
      .where('source_tables.name', '=', name)
      .executeTakeFirst()
    return row === undefined ? undefined : toTable(row)
  }

  /** @throws {ServiceError} `notFound` */
  async get(projectId: ProjectId, database: string, name: string): Promise<Table> {
    const found = await this.find(projectId, database, name)
    if (found === undefined) throw noTable(name)
    return found
  }

  /** By name; `total` counts every match, whatever the page. */
  async list(databaseId: DatabaseId, filter: TableFilter): Promise<{ readonly total: number; readonly tables: readonly Table[] }> {
    let counted = this.#db.selectFrom('source_tables').where('database_id', '=', databaseId)
    let rows = this.#rows().where('source_tables.database_id', '=', databaseId)
    if (filter.keyword !== undefined && filter.keyword !== '') {
      counted = counted.where(nameHolds('source_tables.name', filter.keyword))
      rows = rows.where(nameHolds('source_tables.name', filter.keyword))
    }
    const { total } = await counted.select((of) => of.fn.countAll<number | string>().as('total')).executeTakeFirstOrThrow()
    const page = await rows
      .orderBy('source_tables.name')
      .limit(filter.limit ?? 2 ** 31 - 1)
      .offset(filter.offset ?? 0)
      .execute()
    return { total: Number(total), tables: page.map(toTable) }
  }

  /** How many tables a database holds. */
  async count(databaseId: DatabaseId): Promise<number> {
    const { total } = await this.#db
      .selectFrom('source_tables')
      .where('database_id', '=', databaseId)
      .select((of) => of.fn.countAll<number | string>().as('total'))
      .executeTakeFirstOrThrow()
    return Number(total)
  }

  /** The caller has checked that the name is free. @param credentials - sealed under the table's id */
  async insert(table: Table, credentials: InlineCredentials | undefined): Promise<void> {
    await this.#db
      .insertInto('source_tables')
      .values({
        id: table.id,
        database_id: table.databaseId,
        name: table.name,
        using_kind: table.using,
        options: JSON.stringify(table.options),
        columns: JSON.stringify(table.columns),
        sealed_credentials: credentials === undefined ? null : this.#seal.seal(JSON.stringify(credentials), place(table.id)),
        comment: table.comment,
        owner_name: table.owner,
        owner_id: table.ownerId ?? null,
        created_at: table.createdAt,
      })
      .execute()
  }

  /** Opens the credentials that were written into a table's options, if there were any. */
  async findCredentials(id: TableId): Promise<InlineCredentials | undefined> {
    const row = await this.#db.selectFrom('source_tables').select('sealed_credentials').where('id', '=', id).executeTakeFirst()
    const sealed = row?.sealed_credentials ?? null
    return sealed === null ? undefined : (JSON.parse(this.#seal.open(sealed, place(id))) as InlineCredentials)
  }

  /** Gives it to another user. */
  async updateOwner(id: TableId, { owner, ownerId }: Owned): Promise<void> {
    await this.#db
      .updateTable('source_tables')
      .set({ owner_name: owner, owner_id: ownerId ?? null })
      .where('id', '=', id)
      .execute()
  }

  /** Removes one table from the catalog; its rows stay at the source. */
  async remove(id: TableId): Promise<void> {
    await this.#db.deleteFrom('source_tables').where('id', '=', id).execute()
  }

  /** Removes every table of a database from the catalog. */
  async removeAll(databaseId: DatabaseId): Promise<void> {
    await this.#db.deleteFrom('source_tables').where('database_id', '=', databaseId).execute()
  }

  #rows() {
    return this.#db
      .selectFrom('source_tables')
      .innerJoin('databases', 'databases.id', 'source_tables.database_id')
      .selectAll('source_tables')
      .select(['databases.project_id', 'databases.name as database_name'])
  }
}

/** Where a sealed value lives: a row's credentials open in that row alone. */
function place(id: string): string {
  return `source_tables/${id}/credentials`
}

function toTable(row: TableRow): Table {
  return {
    id: row.id as TableId,
    projectId: row.project_id as ProjectId,
    databaseId: row.database_id as DatabaseId,
    databaseName: row.database_name,
    name: row.name,
    using: row.using_kind,
    options: JSON.parse(row.options) as Readonly<Record<string, string>>,
    columns: JSON.parse(row.columns) as readonly Column[],
    comment: row.comment,
    ...toOwned(row),
    createdAt: row.created_at,
  }
}

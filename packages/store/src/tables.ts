// Tables of the catalog, by database and name; inline credentials are sealed and read by the runner of a job alone.

import {
  type DatabaseId,
  noTable,
  type Owned,
  type ProjectId,
  type RelationName,
  type Table,
  type TableId,
  type View,
  type ViewDefinition,
} from '@tributary/rules'
import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely'
import { toOwned } from './ownership.ts'
import { nameHolds } from './databases.ts'
import type { Schema } from './schema.ts'
import type { SourceTableTable, ViewTable } from './schema/catalog.ts'
import type { Seal } from './seal.ts'
import { TableVersions } from './table-versions.ts'

/** A user and a password that were written into a table's options. */
export interface InlineCredentials {
  readonly user: string
  readonly password: string
}

/** Which tables a list shows: `keyword` is part of the name in any case; without `limit` all. */
export interface TableFilter {
  /** Where rows lie, all where absent. */
  readonly kind?: 'managed' | 'source' | 'view' | undefined
  /** What USING said, in lower case. */
  readonly using?: string | undefined
  readonly keyword?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

type TableRow = SourceTableTable & {
  readonly project_id: string
  readonly database_name: string
  readonly partition_columns: string | null
  readonly version: number | null
  readonly changed_at: number | null
  readonly view_query: string | null
  readonly view_database: string | null
  readonly view_tables: string | null
  readonly view_columns: string | null
}

/** Reads and writes catalog entries. */
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
    let counted = this.#db.selectFrom('source_tables').where('source_tables.database_id', '=', databaseId)
    let rows = this.#rows().where('source_tables.database_id', '=', databaseId)
    for (const condition of conditionsOf(filter)) {
      counted = counted.where(condition)
      rows = rows.where(condition)
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

  /** The caller has checked that the name is free; a managed table begins without a row. @param credentials - sealed under the table's id */
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
        properties: JSON.stringify(table.properties ?? {}),
        sealed_credentials: credentials === undefined ? null : this.#seal.seal(JSON.stringify(credentials), place(table.id)),
        comment: table.comment,
        owner_name: table.owner,
        owner_id: table.ownerId ?? null,
        created_at: table.createdAt,
      })
      .execute()
    if (table.managed !== undefined)
      await new TableVersions(this.#db).insert(table.id, table.managed.partitionColumns, table.managed.changedAt)
    if (table.view !== undefined) await this.#db.insertInto('views').values(toViewRow(table.id, table.view)).execute()
  }

  /** Opens the credentials that were written into a table's options, if there were any. */
  async findCredentials(id: TableId): Promise<InlineCredentials | undefined> {
    const row = await this.#db.selectFrom('source_tables').select('sealed_credentials').where('id', '=', id).executeTakeFirst()
    const sealed = row?.sealed_credentials ?? null
    return sealed === null ? undefined : (JSON.parse(this.#seal.open(sealed, place(id))) as InlineCredentials)
  }

  /** Gives a view another query and what follows from it; its id, its owner and what is granted on it stay. */
  async replaceView({ id, columns, comment, properties, view }: View): Promise<void> {
    await this.#db
      .updateTable('source_tables')
      .set({ columns: JSON.stringify(columns), comment, properties: JSON.stringify(properties ?? {}) })
      .where('id', '=', id)
      .execute()
    const { table_id: _, ...changed } = toViewRow(id, view)
    await this.#db.updateTable('views').set(changed).where('table_id', '=', id).execute()
  }

  /** Keeps what ALTER TABLE may change: name, columns, comment and properties. */
  async update({ id, name, columns, comment, properties }: Table): Promise<void> {
    await this.#db
      .updateTable('source_tables')
      .set({ name, columns: JSON.stringify(columns), comment, properties: JSON.stringify(properties ?? {}) })
      .where('id', '=', id)
      .execute()
  }

  /** Gives it to another user. */
  async updateOwner(id: TableId, { owner, ownerId }: Owned): Promise<void> {
    await this.#db
      .updateTable('source_tables')
      .set({ owner_name: owner, owner_id: ownerId ?? null })
      .where('id', '=', id)
      .execute()
  }

  /** Removes one table from the catalog; rows at a source stay, files of the warehouse are removed later. */
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
      .leftJoin('managed_tables', 'managed_tables.table_id', 'source_tables.id')
      .selectAll('source_tables')
      .select(['databases.project_id', 'databases.name as database_name'])
      .select(['managed_tables.partition_columns', 'managed_tables.version', 'managed_tables.changed_at'])
      .leftJoin('views', 'views.table_id', 'source_tables.id')
      .select(['views.query as view_query', 'views.current_database as view_database'])
      .select(['views.tables as view_tables', 'views.query_columns as view_columns'])
  }
}

function conditionsOf({ keyword = '', kind, using }: TableFilter): readonly RawBuilder<SqlBool>[] {
  return [
    ...(keyword === '' ? [] : [nameHolds('source_tables.name', keyword)]),
    ...(using === undefined ? [] : [sql<SqlBool>`source_tables.using_kind = ${using}`]),
    ...(kind === undefined ? [] : [placeConditions[kind]]),
  ]
}

const placeConditions: Readonly<Record<NonNullable<TableFilter['kind']>, RawBuilder<SqlBool>>> = {
  managed: sql<SqlBool>`source_tables.id in (select table_id from managed_tables)`,
  view: sql<SqlBool>`source_tables.id in (select table_id from views)`,
  source: sql<SqlBool>`source_tables.id not in (select table_id from managed_tables union all select table_id from views)`,
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
    columns: JSON.parse(row.columns) as Table['columns'],
    comment: row.comment,
    ...toOwned(row),
    createdAt: row.created_at,
    ...(row.properties === '{}' ? {} : { properties: JSON.parse(row.properties) as Readonly<Record<string, string>> }),
    ...toManaged(row),
    ...toView(row),
  }
}

function toManaged({ partition_columns: columns, version, changed_at: changedAt }: TableRow): Pick<Table, 'managed'> {
  if (columns === null || version === null || changedAt === null) return {}
  return { managed: { partitionColumns: JSON.parse(columns) as readonly string[], version, changedAt } }
}

function toView(row: TableRow): Pick<Table, 'view'> {
  const { view_query: query, view_database: currentDatabase, view_tables: tables, view_columns: columns } = row
  if (query === null || currentDatabase === null || tables === null || columns === null) return {}
  const names = JSON.parse(tables) as readonly RelationName[]
  return { view: { query, currentDatabase, tables: names, queryColumns: JSON.parse(columns) as readonly string[] } }
}

function toViewRow(id: TableId, { query, currentDatabase, tables, queryColumns }: ViewDefinition): ViewTable {
  return {
    table_id: id,
    query,
    current_database: currentDatabase,
    tables: JSON.stringify(tables),
    query_columns: JSON.stringify(queryColumns),
  }
}

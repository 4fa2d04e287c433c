// Versions of managed tables: which files each is made of, moved on by one write at a time, and what may be taken off the disk.

import { type Managed, type ProjectId, ServiceError, say, type TableFile, type TableFileId, type TableId } from '@tributary/rules'
import { type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'
import type { TableFileTable } from './schema/catalog.ts'

/** What one write makes of a table. */
export interface VersionChange {
  readonly projectId: ProjectId
  readonly added: readonly TableFile[]
  readonly removed: readonly TableFileId[]
  /** ms since the epoch. */
  readonly at: number
}

/** What the newest version of a table holds. */
export interface TableSize {
  readonly files: number
  readonly rows: number
  readonly bytes: number
}

/** A file of the warehouse that is of no use any more. */
export interface DeadFile {
  readonly projectId: ProjectId
  readonly tableId: TableId
  readonly id: TableFileId
}

/** Rows of one statement: SQLite takes 32,766 values in one. */
const mostAtOnce = 2_000

/** Reads and writes versions. */
export class TableVersions {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** Makes a catalog entry a managed table without a row. */
  async insert(id: TableId, partitionColumns: readonly string[], at: number): Promise<void> {
    const row = { table_id: id, partition_columns: JSON.stringify(partitionColumns), version: 0, changed_at: at }
    await this.#db.insertInto('managed_tables').values(row).execute()
  }

  /** `undefined` for a table that is gone, or whose rows lie elsewhere. */
  async find(id: TableId): Promise<Managed | undefined> {
    const row = await this.#db.selectFrom('managed_tables').selectAll().where('table_id', '=', id).executeTakeFirst()
    if (row === undefined) return undefined
    return { partitionColumns: JSON.parse(row.partition_columns) as string[], version: row.version, changedAt: row.changed_at }
  }

  /** The files of the newest version, oldest first. */
  async listFiles(id: TableId): Promise<readonly TableFile[]> {
    const rows = await this.#db
      .selectFrom('table_files')
      .selectAll()
      .where('table_id', '=', id)
      .where('removed_in', 'is', null)
      .orderBy('added_in')
      .orderBy('partition_values')
      .orderBy('id')
      .execute()
    return rows.map(toFile)
  }

  /** What the newest version adds up to. */
  async measure(id: TableId): Promise<TableSize> {
    const sums = await this.#db
      .selectFrom('table_files')
      .select((of) => [
        of.fn.countAll<number | string>().as('files'),
        of.fn.sum<number | string | null>('row_count').as('rows'),
        of.fn.sum<number | string | null>('size_bytes').as('bytes'),
      ])
      .where('table_id', '=', id)
      .where('removed_in', 'is', null)
      .executeTakeFirstOrThrow()
    return { files: Number(sums.files), rows: Number(sums.rows ?? 0), bytes: Number(sums.bytes ?? 0) }
  }

  /** Bytes of the newest versions of these tables; one without files is absent. */
  async listBytes(ids: readonly TableId[]): Promise<ReadonlyMap<TableId, number>> {
    const sizes = new Map<TableId, number>()
    for (const some of chunks(ids, mostAtOnce)) {
      const rows = await this.#db
        .selectFrom('table_files')
        .select(['table_id', (of) => of.fn.sum<number | string>('size_bytes').as('bytes')])
        .where('table_id', 'in', some)
        .where('removed_in', 'is', null)
        .groupBy('table_id')
        .execute()
      for (const { table_id, bytes } of rows) sizes.set(table_id as TableId, Number(bytes))
    }
    return sizes
  }

  /** Bytes of the newest versions of all tables of a project, or of the installation. */
  async sumBytes(projectId?: ProjectId): Promise<number> {
    let files = this.#db.selectFrom('table_files').where('removed_in', 'is', null)
    if (projectId !== undefined) files = files.where('project_id', '=', projectId)
    const { bytes } = await files.select((of) => of.fn.sum<number | string | null>('size_bytes').as('bytes')).executeTakeFirstOrThrow()
    return Number(bytes ?? 0)
  }

  /**
   * Moves a table on to its next version, on top of the newest one: what others have added meanwhile stays.
   * @returns the version
   * @throws {ServiceError} `conflict` when the table is gone
   */
  async commit(id: TableId, { projectId, added, removed, at }: VersionChange): Promise<number> {
    const moved = await this.#db
      .updateTable('managed_tables')
      .set({ version: sql<number>`version + 1`, changed_at: at })
      .where('table_id', '=', id)
      .returning('version')
      .executeTakeFirst()
    if (moved === undefined) throw new ServiceError('conflict', say`the table was dropped meanwhile: run the statement again`)
    for (const ids of chunks(removed, mostAtOnce))
      await this.#db
        .updateTable('table_files')
        .set({ removed_in: moved.version, removed_at: at })
        .where('id', 'in', ids)
        .where('table_id', '=', id)
        .where('removed_in', 'is', null)
        .execute()
    const rows = added.map((file) => toRow(file, { projectId, tableId: id, version: moved.version }))
    for (const some of chunks(rows, mostAtOnce)) await this.#db.insertInto('table_files').values(some).execute()
    return moved.version
  }

  /** Notes the files of tables that are gone as removed: from now on they wait like those of old versions. */
  async retireDropped(at: number): Promise<void> {
    await this.#db
      .updateTable('table_files')
      .set({ removed_in: sql<number>`added_in + 1`, removed_at: at })
      .where('removed_in', 'is', null)
      .where('table_id', 'not in', this.#db.selectFrom('managed_tables').select('table_id'))
      .execute()
  }

  /** Files that no version has named since `before`, oldest first. */
  async listDead(before: number, limit: number): Promise<readonly DeadFile[]> {
    const rows = await this.#db
      .selectFrom('table_files')
      .select(['id', 'project_id', 'table_id'])
      .where('removed_in', 'is not', null)
      .where('removed_at', '<', before)
      .orderBy('removed_at')
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(({ id, project_id, table_id }) => ({
      id: id as TableFileId,
      projectId: project_id as ProjectId,
      tableId: table_id as TableId,
    }))
  }

  /** Forgets files that are off the disk. */
  async forget(ids: readonly TableFileId[]): Promise<void> {
    for (const some of chunks(ids, mostAtOnce)) await this.#db.deleteFrom('table_files').where('id', 'in', some).execute()
  }

  /** Of these files, those that are remembered. */
  async listKnown(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const known = new Set<string>()
    for (const some of chunks(ids, mostAtOnce)) {
      const rows = await this.#db.selectFrom('table_files').select('id').where('id', 'in', some).execute()
      for (const { id } of rows) known.add(id)
    }
    return known
  }
}

function toRow(
  file: TableFile,
  { projectId, tableId, version }: { projectId: ProjectId; tableId: TableId; version: number },
): TableFileTable {
  return {
    id: file.id,
    project_id: projectId,
    table_id: tableId,
    added_in: version,
    removed_in: null,
    partition_values: JSON.stringify(file.partition),
    row_count: file.rows,
    size_bytes: file.bytes,
    created_at: file.createdAt,
    removed_at: null,
    column_count: file.columnCount ?? null,
  }
}

function toFile(row: TableFileTable): TableFile {
  return {
    id: row.id as TableFileId,
    partition: JSON.parse(row.partition_values) as readonly (string | null)[],
    rows: row.row_count,
    bytes: row.size_bytes,
    ...(row.column_count === null ? {} : { columnCount: row.column_count }),
    createdAt: row.created_at,
  }
}

function* chunks<Item>(items: readonly Item[], size: number): Iterable<readonly Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}

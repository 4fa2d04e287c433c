// Tables of the catalog: what a caller may do with them beside SQL.

import {
  type Caller,
  checkNewTable,
  isManaged,
  ownedBy,
  parseValueType,
  partitionsOf,
  type ProjectId,
  type ResultColumn,
  sizeOfText,
  ServiceError,
  say,
  type Table,
  tableNameOf,
  type TablePartition,
} from '@tributary/rules'
import type { TableFilter, Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'
import { insertManagedTable } from './managed-tables.ts'
import { requireDatabaseRight, requireTableRight } from './sql-rights.ts'

/** Which tables a list shows: `keyword` is part of the name; without `limit` all from `offset` on. */
export interface TableListing {
  /** `MANAGED_TABLE`, `EXTERNAL_TABLE` or `VIRTUAL_VIEW`, in any case; others match nothing. */
  readonly type?: string | undefined
  /** `DLI`, `JDBC` and the like, in any case; those that there is no table of match nothing. */
  readonly source?: string | undefined
  readonly keyword?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** A catalog entry and what its rows take in the warehouse: 0 for those that lie elsewhere. */
export interface SizedTable {
  readonly table: Table
  readonly bytes: number
}

/** A table as a call asks for it. */
export interface TableDraft {
  readonly name: string
  /** `DLI`, `OBS` or `VIEW`, in any case. */
  readonly location: string
  readonly comment: string
  /** Types as SQL writes them. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly comment: string; readonly isPartition: boolean }[]
}

/** Which partitions a list shows: `filter` is `name=value`, several with commas between them. */
export interface PartitionListing {
  readonly filter?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** The use cases of tables; names come in any case. */
export function tables({ store, clock, newId }: Deps) {
  return {
    /** Makes a managed table. @throws {ServiceError} `notFound` database, `invalid`, `conflict`, `semantic` columns, `unsupported` location, `forbidden` */
    async create(caller: Caller, databaseName: string, draft: TableDraft): Promise<Table> {
      checkLocation(draft.location)
      if (draft.columns.length === 0) throw new ServiceError('invalid', say`columns is empty: a table has at least one`)
      const columns = draft.columns.map(
        ({ name, type, comment }): ResultColumn => ({
          name,
          type: parseValueType(type),
          ...sizeOfText(name, type),
          ...(comment === '' ? {} : { comment }),
        }),
      )
      const partitionedBy = draft.columns.filter(({ isPartition }) => isPartition).map(({ name }) => name)
      return store.transaction(async (tx) => {
        const database = await tx.databases.get(caller.project, databaseName.toLowerCase())
        await requireDatabaseRight(tx, caller, database, 'CREATE_TABLE')
        const table = { database: database.name, name: tableNameOf(draft.name) }
        checkNewTable(`${table.database}.${table.name}`, await tx.tables.find(caller.project, table.database, table.name))
        const maker = { projectId: caller.project, ...ownedBy(caller.user), now: clock(), newId }
        return insertManagedTable(tx, maker, { table, columns, partitionedBy, comment: draft.comment })
      })
    },

    /** By name; `total` counts every match. @throws {ServiceError} `notFound` database */
    async list(
      caller: Caller,
      database: string,
      listing: TableListing = {},
    ): Promise<{ readonly total: number; readonly tables: readonly SizedTable[] }> {
      const { id } = await store.databases.get(caller.project, database.toLowerCase())
      const filter = filterOf(listing)
      if (filter === undefined) return { total: 0, tables: [] }
      const { total, tables: found } = await store.tables.list(id, filter)
      const sizes = await store.tableVersions.listBytes(found.filter(isManaged).map((table) => table.id))
      return { total, tables: found.map((table) => ({ table, bytes: sizes.get(table.id) ?? 0 })) }
    },

    /** Of a managed table, by name; `total` counts every match. @throws {ServiceError} `notFound`, `invalid` filter, `unsupported` for a table without partitions */
    async listPartitions(
      caller: Caller,
      database: string,
      name: string,
      { filter = '', limit = 100, offset = 0 }: PartitionListing = {},
    ): Promise<{ readonly total: number; readonly partitions: readonly TablePartition[] }> {
      const table = await getTable(store, caller.project, database.toLowerCase(), name.toLowerCase())
      if (!isManaged(table) || table.managed.partitionColumns.length === 0)
        throw new ServiceError('unsupported', say`table ${name} is not partitioned`, { subject: { kind: 'table', name } })
      const wanted = filter === '' ? [] : filter.split(',').map(readCondition)
      const parts = partitionsOf(table.managed, await store.tableVersions.listFiles(table.id))
      const found = parts.filter((part) => wanted.every((condition) => part.name.split('/').includes(condition)))
      return { total: found.length, partitions: found.slice(offset, offset + limit) }
    },

    /** Options hold `***` in place of secrets. @throws {ServiceError} `notFound` database or table */
    async get(caller: Caller, database: string, name: string): Promise<Table> {
      return getTable(store, caller.project, database.toLowerCase(), name.toLowerCase())
    },

    /** Rows at a source stay, those of the warehouse go. @throws {ServiceError} `notFound` database or table, `forbidden` */
    async remove(caller: Caller, database: string, name: string): Promise<void> {
      await store.transaction(async (tx) => {
        const table = await getTable(tx, caller.project, database.toLowerCase(), name.toLowerCase())
        await requireTableRight(tx, caller, table, 'DROP_TABLE')
        await tx.tables.remove(table.id)
      })
    },
  }
}

const kinds: Readonly<Record<string, NonNullable<TableFilter['kind']>>> = {
  MANAGED_TABLE: 'managed',
  EXTERNAL_TABLE: 'source',
  VIRTUAL_VIEW: 'view',
}

/** @returns `undefined` where nothing can match */
function filterOf({ type = '', source = '', ...listing }: TableListing): TableFilter | undefined {
  const known = type.toUpperCase()
  const kind = Object.hasOwn(kinds, known) ? kinds[known] : undefined
  if (type !== '' && kind === undefined) return undefined
  if (source === '') return { ...listing, kind }
  const isManagedSource = source.toUpperCase() === 'DLI'
  if (isManagedSource && kind !== undefined && kind !== 'managed') return undefined
  return isManagedSource ? { ...listing, kind: 'managed' } : { ...listing, kind, using: source.toLowerCase() }
}

function checkLocation(location: string): void {
  const told = location.toUpperCase()
  if (told === 'DLI') return
  if (told === 'OBS')
    throw new ServiceError('unsupported', say`data_location OBS is not offered, there is no object storage here: send DLI`)
  throw new ServiceError('invalid', say`data_location is DLI, OBS or VIEW`)
}

/** `a=b` as partitions are named: the column as it is spelled there is not asked for. */
function readCondition(text: string): string {
  const [column = '', value = '', ...rest] = text.trim().split('=')
  if (column === '' || value === '' || rest.length > 0)
    throw new ServiceError('invalid', say`filter is name=value, several with commas between them`)
  return `${column.trim()}=${value.trim()}`
}

/** Drops a table inside a transaction. @throws {ServiceError} `notFound` database or table */
export async function dropTable(tx: Transaction, projectId: ProjectId, database: string, name: string): Promise<void> {
  const table = await getTable(tx, projectId, database, name)
  await tx.tables.remove(table.id)
}

async function getTable(
  from: Pick<Transaction, 'databases' | 'tables'>,
  projectId: ProjectId,
  database: string,
  name: string,
): Promise<Table> {
  await from.databases.get(projectId, database)
  return from.tables.get(projectId, database, name)
}

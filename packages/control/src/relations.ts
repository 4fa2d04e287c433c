// The tables and views that a statement reads: looked up by name, views opened down to the tables below them.

import type { CatalogTable, CatalogView, TableName } from '@tributary/query'
import {
  noRelation,
  deepestView,
  isManaged,
  isView,
  type ManagedTable,
  type ProjectId,
  recursiveView,
  ServiceError,
  say,
  type Table,
  tooDeepView,
  type View,
} from '@tributary/rules'
import type { Repositories } from '@tributary/store'
import { catalogSource, type Source } from './sources.ts'

/** One reading of a catalog entry: by the statement itself, or by a view, in whose owner's name it is read. */
export interface Use {
  readonly table: Table
  readonly by: View | undefined
}

/** What a statement reads, each entry once, in order of appearance. */
export interface Relations {
  /** Of tables and of views; a table that two views read is in here twice. */
  readonly uses: readonly Use[]
  readonly sources: readonly Source[]
  readonly managed: readonly ManagedTable[]
  /** In the form in which planning takes them. */
  readonly views: readonly CatalogView[]
}

/**
 * Looks up what a statement names, and what its views name.
 * @param names - as `parse` lists them
 * @throws {ServiceError} `semantic` for one that is not there, and for views that stand upon themselves or too many others
 */
export async function relationsOf(
  from: Pick<Repositories, 'tables'>,
  projectId: ProjectId,
  names: readonly TableName[],
): Promise<Relations> {
  const uses: Use[] = []
  const known = new Map<string, Table>()
  const open = async (wanted: readonly TableName[], path: readonly View[]): Promise<void> => {
    const by = path.at(-1)
    for (const name of wanted) {
      const table = known.get(keyOf(name)) ?? (await findRelation(from, projectId, name, by))
      known.set(keyOf(name), table)
      if (uses.some((use) => use.table.id === table.id && use.by?.id === by?.id)) continue
      uses.push({ table, by })
      if (isView(table)) await open(table.view.tables, stepInto(table, path))
    }
  }
  await open(names, [])
  const tables = [...new Set(uses.map(({ table }) => table))]
  return {
    uses,
    sources: tables.filter((table) => !isView(table) && !isManaged(table)).map(catalogSource),
    managed: tables.filter(isManaged),
    views: tables.filter(isView).map(catalogView),
  }
}

/** The relations as planning takes them. */
export function forPlanning({ sources, managed, views }: Relations): {
  readonly tables: readonly CatalogTable[]
  readonly views: readonly CatalogView[]
} {
  const own = managed.map(({ id, databaseName, name, columns }) => ({ id, name: { database: databaseName, name }, columns }))
  return { tables: [...sources.map(({ table }) => table), ...own], views }
}

/** A view as planning takes it. */
function catalogView({ databaseName, name, columns, view }: View): CatalogView {
  const { query, currentDatabase, queryColumns } = view
  return { name: { database: databaseName, name }, query, currentDatabase, columns, queryColumns }
}

async function findRelation(
  { tables }: Pick<Repositories, 'tables'>,
  projectId: ProjectId,
  wanted: TableName,
  by: View | undefined,
): Promise<Table> {
  const { database, name } = wanted
  const table = await tables.find(projectId, database, name)
  if (table !== undefined) return table
  if (by === undefined) throw noRelation(wanted)
  throw new ServiceError('semantic', say`Table or view not found: ${database}.${name}, which view ${by.databaseName}.${by.name} reads`, {
    subject: { kind: 'table', name },
  })
}

function stepInto(view: View, path: readonly View[]): readonly View[] {
  const at = path.findIndex(({ id }) => id === view.id)
  if (at >= 0) throw recursiveView(path.slice(at).map(nameOf))
  if (path.length >= deepestView) throw tooDeepView(nameOf(view))
  return [...path, view]
}

function nameOf({ databaseName: database, name }: Table): TableName {
  return { database, name }
}

function keyOf({ database, name }: TableName): string {
  return JSON.stringify([database, name])
}

// What SHOW, DESCRIBE and the like answer: columns and rows, read from the catalog in the moment they are asked for.

import { catalogNames, type Column, noRelation, type ProjectId, type RelationName, type Table } from '@tributary/rules'
import type { Repositories } from '@tributary/store'

/** What a statement answers at once. Every cell is text or NULL: clients read numbers and booleans of DDL as texts. */
export interface Answer {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/** Where a statement looks: the catalog of a project, from one database. */
export interface Place {
  readonly store: Pick<Repositories, 'databases' | 'tables' | 'tableVersions'>
  readonly projectId: ProjectId
  readonly currentDatabase: string
}

/** The one catalog that there is, as answers name it. */
export const [catalogName] = catalogNames

/** Columns of type string. */
export function textColumns(...names: readonly string[]): readonly Column[] {
  return names.map((name) => ({ name, type: { kind: 'string' } }))
}

/** @throws {ServiceError} `semantic`, as a query that names it */
export async function getRelation({ store, projectId }: Place, name: RelationName): Promise<Table> {
  const table = await store.tables.find(projectId, name.database, name.name)
  if (table !== undefined) return table
  throw noRelation(name)
}

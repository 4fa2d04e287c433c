// Databases: what a caller may do with them, by API and by SQL.

import {
  type Caller,
  checkDropDatabase,
  checkNewDatabase,
  checkTags,
  type Database,
  type DatabaseId,
  databaseNameOf,
  type Owned,
  ownedBy,
  type ProjectId,
  ServiceError,
  type Tag,
  type TagDraft,
  say,
} from '@tributary/rules'
import type { CountedDatabase, Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'
import { requireDatabaseRight } from './sql-rights.ts'

/** A database as a caller asks for it; the name in any case. */
export interface DatabaseDraft {
  readonly name: string
  readonly description?: string | undefined
  readonly enterpriseProjectId?: string | undefined
  readonly tags?: readonly TagDraft[] | undefined
}

/** Which databases a list shows: `keyword` is part of the name; without `limit` all from `offset` on. */
export interface DatabaseListing {
  readonly keyword?: string | undefined
  /** Each must be found as part of a key and of its value, in any case. */
  readonly tags?: readonly Tag[] | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** The use cases of databases. */
export function databases({ store, clock, newId }: Deps) {
  return {
    /** @throws {ServiceError} `invalid` name, `conflict` when it is taken */
    async create(caller: Caller, draft: DatabaseDraft): Promise<Database> {
      return store.transaction((tx) =>
        createDatabase(tx, { projectId: caller.project, ...ownedBy(caller.user), now: clock(), newId }, draft),
      )
    },

    /** By name; `total` counts every match. */
    async list(
      caller: Caller,
      listing: DatabaseListing,
    ): Promise<{ readonly total: number; readonly databases: readonly CountedDatabase[] }> {
      return store.databases.list(caller.project, listing)
    },

    /** @throws {ServiceError} `notFound`, `conflict` while it holds tables and `cascade` is not set, `unsupported` for `default`, `forbidden` */
    async remove(caller: Caller, name: string, options: { readonly cascade: boolean }): Promise<void> {
      await store.transaction(async (tx) => {
        const database = await tx.databases.get(caller.project, name.toLowerCase())
        await requireDatabaseRight(tx, caller, database, 'DROP_DATABASE')
        await dropDatabase(tx, caller.project, database.name, options)
      })
    },
  }
}

/** Whose name a new entry of the catalog carries, where it belongs, and when it is made. */
export interface Maker extends Owned {
  readonly projectId: ProjectId
  readonly now: number
  readonly newId: () => string
}

/** Creates a database inside a transaction. @throws {ServiceError} `invalid`, `conflict` */
export async function createDatabase(tx: Transaction, maker: Maker, draft: DatabaseDraft): Promise<Database> {
  const name = databaseNameOf(draft.name)
  const description = draft.description ?? ''
  if (description.length > 256) throw new ServiceError('invalid', say`description has at most 256 characters`)
  const tags = checkTags(draft.tags ?? [])
  checkNewDatabase(name, await tx.databases.find(maker.projectId, name))
  const database: Database = {
    id: maker.newId() as DatabaseId,
    projectId: maker.projectId,
    name,
    description,
    owner: maker.owner,
    ownerId: maker.ownerId,
    enterpriseProjectId: draft.enterpriseProjectId ?? '0',
    createdAt: maker.now,
  }
  await tx.databases.insert(database)
  await tx.tags.put({ projectId: maker.projectId, kind: 'database', id: database.id }, tags)
  return database
}

/** Drops a database, with its tables where `cascade` says so, inside a transaction. @throws {ServiceError} `notFound`, `conflict`, `unsupported` */
export async function dropDatabase(
  tx: Transaction,
  projectId: ProjectId,
  name: string,
  { cascade }: { readonly cascade: boolean },
): Promise<void> {
  const database = await tx.databases.get(projectId, name)
  checkDropDatabase(name, await tx.tables.count(database.id), cascade)
  await tx.tables.removeAll(database.id)
  await tx.databases.remove(database.id)
  await tx.tags.removeAll(database.id)
}

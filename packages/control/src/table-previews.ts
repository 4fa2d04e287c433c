// The first rows of a managed table, read at once on the project's default queue.

import type { WarehouseTable } from '@tributary/query'
import { type Caller, defaultDatabase, defaultQueue, isManaged, isView, type JobId, ServiceError, say, type Table } from '@tributary/rules'
import type { Deps } from './deps.ts'
import { pinTables } from './managed-tables.ts'
import { forPlanning, relationsOf } from './relations.ts'
import { requireTableRight } from './sql-rights.ts'

/** How many rows a preview shows. */
const previewRows = 10
/** How long it may take, an engine's start included. */
const previewMs = 30_000

/** What is previewed; names come in any case. */
export interface TablePreview {
  readonly database: string
  readonly name: string
  /** `SYNC` or `ASYNC`, which is read at once all the same. */
  readonly mode?: string | undefined
}

/** The use cases of previews. */
export function tablePreviews(deps: Deps) {
  const { store } = deps
  return {
    /**
     * Reads the first rows of a managed table.
     * @returns JSON text of the members `"schema":[…],"rows":[…]`, numbers with every digit
     * @throws {ServiceError} `invalid` mode, `notFound` database or table, `unsupported` for a source table or a view, `forbidden`, `unavailable`
     */
    async preview(caller: Caller, { database, name, mode = '' }: TablePreview): Promise<string> {
      if (!/^(?:|SYNC|ASYNC)$/i.test(mode)) throw new ServiceError('invalid', say`mode is SYNC or ASYNC`)
      await store.databases.get(caller.project, database.toLowerCase())
      const table = await store.tables.get(caller.project, database.toLowerCase(), name.toLowerCase())
      checkPreviewed(table)
      await requireTableRight(store, caller, table, 'SELECT')
      const id = deps.newId() as JobId
      const directory = await deps.results.create(id)
      try {
        await read(deps, caller, table, { id, directory })
        return await deps.results.readPreview(id, previewRows)
      } finally {
        await deps.results.remove(id)
      }
    },
  }
}

function checkPreviewed(table: Table): void {
  if (isManaged(table)) return
  const what = isView(table) ? say`a view` : say`a source table`
  throw new ServiceError('unsupported', say`table ${table.name} is ${what}: only managed tables are previewed, submit a SELECT`, {
    subject: { kind: 'table', name: table.name },
  })
}

async function read(
  { store, engine, warehouse }: Deps,
  caller: Caller,
  table: Table,
  { id, directory }: { readonly id: JobId; readonly directory: string },
): Promise<void> {
  const queue = await store.queues.get(caller.project, defaultQueue)
  const name = { database: table.databaseName, name: table.name }
  const relations = await relationsOf(store, caller.project, [name])
  const onStarted = async (): Promise<readonly WarehouseTable[]> =>
    (await pinTables(store, relations.managed)).map((one) => warehouse.tableOf(one))
  const sql = `SELECT * FROM ${quoted(name.database)}.${quoted(name.name)} LIMIT ${previewRows}`
  const request = { ...forPlanning(relations), jobId: id, sql, currentDatabase: defaultDatabase, tables: [], directory }
  await engine.run(queue, request, { signal: AbortSignal.timeout(previewMs), onStarted, userId: caller.user.id })
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

// Views: made, given another query, dropped; what they read is looked up when they are read.

import type { Statement } from '@tributary/query'
import {
  type Caller,
  checkIsView,
  checkStatementText,
  defaultQueue,
  noDatabase,
  ownedBy,
  parseJobConf,
  placeOfView,
  type ProjectId,
  recursiveView,
  redactOptions,
  type RelationName,
  type ResultColumn,
  ServiceError,
  say,
  type Table,
  type TableId,
  tableNameOf,
  type View,
  viewColumns,
  viewKind,
} from '@tributary/rules'
import type { Repositories, Transaction } from '@tributary/store'
import type { Maker } from './databases.ts'
import type { Deps } from './deps.ts'
import { parse, planReading } from './plan-reading.ts'
import { relationsOf } from './relations.ts'
import { requireDdlRight } from './sql-rights.ts'

/** `CREATE VIEW`. */
export type CreateView = Extract<Statement, { readonly kind: 'createView' }>

/** `ALTER VIEW … AS`. */
export type AlterView = Extract<Statement, { readonly kind: 'alterView' }>

/** What is known of a view's query once it is planned, and where its names are looked up. */
export interface ViewParts {
  readonly columns: readonly ResultColumn[]
  readonly currentDatabase: string
}

/** A view as a call asks for it, in its own database. */
export interface ViewDraft {
  readonly name: string
  /** A query, which may name tables of the view's database without it. */
  readonly query: string
  readonly comment: string
}

/** The use cases of views beside SQL. */
export function views(deps: Deps) {
  const { store, clock, newId } = deps
  return {
    /** Makes a view. @throws {ServiceError} `notFound` database, `invalid`, `conflict`, `syntax`, `semantic`, `unsupported`, `forbidden` */
    async create(caller: Caller, database: string, { name, query, comment }: ViewDraft): Promise<void> {
      checkStatementText(query)
      const { name: currentDatabase } = await store.databases.get(caller.project, database.toLowerCase())
      const queue = await store.queues.get(caller.project, defaultQueue)
      const draft = { sql: query, currentDatabase, queueName: queue.name, conf: [], engine: '', tags: [] }
      const order = { caller, queue, currentDatabase, settings: parseJobConf([]), draft }
      if ((await parse(deps, order)).kind !== 'query') throw new ServiceError('invalid', say`select_statement is a query: write SELECT …`)
      const made = await parse(deps, { ...order, draft: { ...draft, sql: `CREATE VIEW v AS\n${query}` } })
      if (made.kind !== 'createView') throw new Error(`a view was read as ${made.kind}`)
      const whole = { ...made, view: { database: currentDatabase, name: tableNameOf(name) }, comment }
      const { columns } = await planReading(deps, order, whole)
      await store.transaction(async (tx) => {
        await requireDdlRight(tx, caller, whole)
        const maker = { projectId: caller.project, ...ownedBy(caller.user), now: clock(), newId }
        await createView(tx, maker, whole, { columns, currentDatabase })
      })
    },
  }
}

/**
 * Makes a view or puts it in the place of another, inside a transaction.
 * @throws {ServiceError} `invalid` name, `notFound` database, `conflict` when the name is taken, `semantic` where its columns do not fit or it would read itself
 */
export async function createView(tx: Transaction, maker: Maker, draft: CreateView, parts: ViewParts): Promise<void> {
  const { database, name } = draft.view
  const home = await tx.databases.find(maker.projectId, database)
  if (home === undefined) throw noDatabase(database)
  const full = `${database}.${name}`
  const existing = await tx.tables.find(maker.projectId, database, tableNameOf(name))
  const place = placeOfView(full, existing, draft)
  if (place === 'keep') return
  await checkNotUnder(tx, maker.projectId, draft)
  const given = {
    columns: viewColumns(full, parts.columns, draft.columns),
    comment: draft.comment,
    properties: redactOptions(draft.properties),
    view: definitionOf(draft, parts),
  }
  if (existing !== undefined) return tx.tables.replaceView({ ...existing, ...given })
  await tx.tables.insert(
    {
      id: maker.newId() as TableId,
      projectId: maker.projectId,
      databaseId: home.id,
      databaseName: home.name,
      name: tableNameOf(name),
      using: viewKind,
      options: {},
      owner: maker.owner,
      ownerId: maker.ownerId,
      createdAt: maker.now,
      ...given,
    },
    undefined,
  )
}

/** Gives a view another query; its comment and its properties stay. @throws {ServiceError} `semantic` for what is no view, and as {@link createView} */
export async function alterView(tx: Transaction, projectId: ProjectId, draft: AlterView, parts: ViewParts): Promise<void> {
  const view = await getView(tx, projectId, draft.view, 'ALTER VIEW ... AS')
  await checkNotUnder(tx, projectId, draft)
  const columns = viewColumns(`${view.databaseName}.${view.name}`, parts.columns, undefined)
  await tx.tables.replaceView({ ...view, columns, view: definitionOf(draft, parts) })
}

/** @throws {ServiceError} `notFound`, `semantic` for a table */
export async function getView(
  from: Pick<Repositories, 'tables'>,
  projectId: ProjectId,
  { database, name }: RelationName,
  verb: string,
): Promise<View> {
  const found = await from.tables.find(projectId, database, name)
  if (found === undefined)
    throw new ServiceError('notFound', say`There is no view named ${`${database}.${name}`}`, { subject: { kind: 'table', name } })
  checkIsView(found, verb)
  return found
}

function definitionOf({ query, tables }: CreateView | AlterView, { columns, currentDatabase }: ViewParts): View['view'] {
  return { query, tables, currentDatabase, queryColumns: columns.map(({ name }) => name) }
}

/** @throws {ServiceError} `semantic` when what a view is to read reads the view */
async function checkNotUnder(tx: Transaction, projectId: ProjectId, { view: name, tables }: CreateView | AlterView): Promise<void> {
  const { uses } = await relationsOf(tx, projectId, tables)
  const isView = (table: Table | undefined): boolean => table?.databaseName === name.database && table.name === name.name
  let use = uses.find(({ table }) => isView(table))
  if (use === undefined) return
  const cycle: RelationName[] = []
  for (let by = use.by; by !== undefined; by = use?.by) {
    cycle.unshift({ database: by.databaseName, name: by.name })
    use = uses.find(({ table }) => table.id === by?.id)
  }
  throw recursiveView([name, ...cycle])
}

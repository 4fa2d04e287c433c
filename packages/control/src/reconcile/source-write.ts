// INSERT into a table that lives at a source: opened for one job, with the rights of this moment, and what is known of its rows if something goes wrong.

import type { OpenableTable, SourceWrite } from '@tributary/query'
import {
  assignSourceColumns,
  isManaged,
  isView,
  noRelation,
  type Queue,
  type ResultColumn,
  ServiceError,
  say,
  type Table,
} from '@tributary/rules'
import type { Deps } from '../deps.ts'
import { askRights, Refusals } from '../refusals.ts'
import { catalogSource, explainingWay, openSource } from '../sources.ts'
import { callerOfJob, requireOpening } from '../sql-rights.ts'
import type { Write } from '../statement-names.ts'
import type { RunContext } from './job-reads.ts'

/** An INSERT; of `CREATE TABLE … AS` the table is always a managed one. */
export type Insert = Extract<Write, { kind: 'insert' }>

/**
 * The table of a source that a statement writes to.
 * @returns `undefined` where it writes to a managed table, or to what is for the managed way to refuse
 */
export async function findSourceTarget(
  { store }: Pick<Deps, 'store'>,
  { order: { job } }: RunContext,
  statement: Write,
): Promise<Table | undefined> {
  if (statement.kind !== 'insert') return undefined
  const table = await store.tables.find(job.projectId, statement.table.database, statement.table.name)
  if (table === undefined) throw noRelation(statement.table)
  return isView(table) || isManaged(table) ? undefined : table
}

/** What an INSERT does, and to which table. */
export interface Target {
  readonly statement: Insert
  readonly table: Table
  /** The query's columns. */
  readonly given: readonly ResultColumn[]
}

/**
 * Opens the table for one run, and tells the audit before a row is sent.
 * @throws {ServiceError} `forbidden` where a right has ended since the job was submitted, `semantic` where the query's columns do not suit the table, and
 *   whatever opening a source says
 */
export async function openTarget(deps: Deps, context: RunContext, queue: Queue, { statement, table, given }: Target): Promise<SourceWrite> {
  const { store } = deps
  const { job, timeLimitMs } = context.order
  await requireWriting(deps, context, statement, table)
  const rows = { ...assignSourceColumns({ name: `${table.databaseName}.${table.name}`, columns: table.columns }, statement, given), given }
  const network = await deps.networkOf(queue.id)
  const declared = catalogSource(table)
  const source = await explainingWay(deps, queue, declared, () => openSource(store, job.projectId, network, declared))
  if (source.credentials !== undefined) context.secrets.push(source.credentials.password)
  await tellOfWrite(deps, context, queue, { source, overwrite: statement.overwrite })
  return { source, rows, overwrite: statement.overwrite, timeLimitMs }
}

/** Rights may have ended since the job was submitted. */
async function requireWriting({ store }: Deps, { order: { job } }: RunContext, statement: Insert, table: Table): Promise<void> {
  const caller = await callerOfJob(store, job)
  const refusals = new Refusals()
  // What it reads has been asked for where that was opened.
  await askRights(store, caller, { ...statement, tables: [] }, refusals)
  refusals.throw()
  await requireOpening(store, caller, { table, by: undefined })
}

async function tellOfWrite(
  { store, clock }: Deps,
  { order: { job } }: RunContext,
  queue: Queue,
  { source: { table }, overwrite }: { readonly source: OpenableTable; readonly overwrite: boolean },
): Promise<void> {
  const { host, port } = table.settings.endpoint
  const resource = `tables ${table.name.database}.${table.name.name} at ${host}:${port} by queue ${queue.name}`
  const action = overwrite ? 'dli:table:insertOverwriteTable' : 'dli:table:insertIntoTable'
  const who = { userId: job.ownerId ?? '', userName: job.owner, projectId: job.projectId, address: '' }
  await store.transaction((tx) =>
    tx.audit.insert({ ...who, at: clock(), kind: 'change', action, resource, outcome: 'ok', requestId: job.id }),
  )
}

/** Whether an error leaves it open if the source has the rows. */
export function isUncertain(error: unknown): boolean {
  return !(error instanceof ServiceError) || error.details.outcome === 'unknown'
}

/** The reason of a job with what is known of its rows. @param place - where it writes */
export function withOutcome(reason: ServiceError, state: RunContext['atSource']['state'], place: string): ServiceError {
  if (state === 'none') return reason
  const text =
    state === 'written'
      ? say`${reason.text}; its rows had been written at ${place}`
      : say`${reason.text}; rows may have been written at ${place}`
  return new ServiceError(reason.kind, text, reason.details)
}

// What a job reads, opened for one run: rights asked again, ways followed, credentials fetched, the words for the audit found.

import type { OpenableTable, Statement } from '@tributary/query'
import type { AuditEntry, Queue, Text } from '@tributary/rules'
import type { JobOrder } from '@tributary/store'
import type { Deps } from '../deps.ts'
import { askRights, Refusals } from '../refusals.ts'
import { forPlanning, type Relations, relationsOf } from '../relations.ts'
import { explainingWay, openSource } from '../sources.ts'
import { callerOfJob, checkScans, requireOpening } from '../sql-rights.ts'
import { namesRead } from '../statement-names.ts'

/** What one run works with; `secrets` collects what must not appear in its reason. */
export interface RunContext {
  readonly order: JobOrder
  /** As its submit has read it, where that was in this process. */
  readonly statement?: Statement | undefined
  readonly signal: AbortSignal
  readonly secrets: string[]
  /** What is known of rows that it writes at a source: nothing was sent or all was rolled back, nobody knows, or they are there. */
  readonly atSource: { state: 'none' | 'unknown' | 'written' }
  /** What it waits for now, at a source or before one; told where its time is over. */
  readonly waiting: { text: Text }
}

/** What a query reads: `tables` are its sources, opened. */
export interface Reads extends Relations {
  readonly tables: readonly OpenableTable[]
  /** What the audit has to say of them before any is read. */
  readonly acts: readonly AuditEntry[]
}

/** A statement with a query in it, and the text of that query. */
export interface Reading {
  readonly statement: Statement
  readonly sql: string
}

/**
 * Opens what a statement reads.
 * @throws {ServiceError} `forbidden` where a right has ended since the job was submitted, and whatever opening a source says
 */
export async function openReads(deps: Deps, context: RunContext, queue: Queue, reading: Reading): Promise<Reads> {
  const { store } = deps
  const relations = await relationsOf(store, queue.projectId, namesRead(reading.statement))
  if (relations.uses.length === 0) return { ...relations, tables: [], acts: [] }
  await authorise(deps, context, queue, { ...reading, relations })
  const network = await deps.networkOf(queue.id)
  const tables: OpenableTable[] = []
  for (const source of relations.sources) {
    const table = await explainingWay(deps, queue, source, () => openSource(store, queue.projectId, network, source))
    if (table.credentials !== undefined) context.secrets.push(table.credentials.password)
    tables.push(table)
  }
  return { ...relations, tables, acts: actsOf(deps, context, queue, tables) }
}

/** Rights may have ended since the job was submitted, and a table of that name may be another. @throws {ServiceError} `forbidden` */
async function authorise(
  { store, engine }: Deps,
  { order: { job }, signal }: RunContext,
  queue: Queue,
  { statement, sql, relations }: Reading & { readonly relations: Relations },
): Promise<void> {
  const caller = await callerOfJob(store, job)
  const refusals = new Refusals()
  const limited = await askRights(store, caller, statement, refusals)
  refusals.throw()
  if (limited.length > 0) {
    const request = { sql, currentDatabase: job.currentDatabase, ...forPlanning(relations) }
    checkScans(limited, (await engine.plan(queue, request, signal)).scans)
  }
  for (const use of relations.uses) await requireOpening(store, caller, use)
}

function actsOf({ clock }: Deps, { order: { job } }: RunContext, queue: Queue, tables: readonly OpenableTable[]): readonly AuditEntry[] {
  const common = { at: clock(), kind: 'read', userId: job.ownerId ?? '', userName: job.owner, action: 'dli:table:select' } as const
  return tables.map(({ table }) => {
    const { host, port } = table.settings.endpoint
    const resource = `${table.name.database}.${table.name.name} at ${host}:${port} by queue ${queue.name}`
    return { ...common, projectId: queue.projectId, resource, outcome: 'ok', requestId: job.id, address: '' }
  })
}

// What a statement reads: looked up, authorised and planned, before anything of it runs.

import type { Planned, Statement, TableName } from '@tributary/query'
import {
  type Caller,
  checkQueueReadsSources,
  type JobSettings,
  type JobTag,
  type Queue,
  say,
  ServiceError,
  type Text,
} from '@tributary/rules'
import type { Deps } from './deps.ts'
import { askRights, Refusals } from './refusals.ts'
import { forPlanning, type Relations, relationsOf } from './relations.ts'
import { checkSource, explainingWay, type Source } from './sources.ts'
import { checkScans, type ColumnRights, requireOpening } from './sql-rights.ts'
import { isWrite } from './statement-names.ts'

/** A job as a caller asks for it. Names come in any case; an empty one means `default`. */
export interface JobDraft {
  readonly sql: string
  readonly currentDatabase: string
  /** Of {@link currentDatabase}; absent: the one that there is. */
  readonly currentCatalog?: string | undefined
  readonly queueName: string
  /** Texts like `dli.sql.job.timeout = 60`. */
  readonly conf: readonly string[]
  readonly engine: string
  readonly tags: readonly JobTag[]
}

/** A draft whose parts have been checked one by one. */
export interface Order {
  readonly caller: Caller
  readonly queue: Queue
  readonly currentDatabase: string
  readonly settings: JobSettings
  readonly draft: JobDraft
}

/** A statement with a query in it, or one that is a query. */
export type Reading = Extract<Statement, { readonly tables: readonly TableName[] }>

/** How long an engine may take to read and plan a statement, its start included. */
const planningMs = 30_000

/** Reads the statement of an order. @throws {ServiceError} `syntax`, `semantic`, `unsupported`, `unavailable` */
export function parse(
  { engine }: Deps,
  { queue, currentDatabase, draft }: Pick<Order, 'queue' | 'currentDatabase' | 'draft'>,
): Promise<Statement> {
  return answeredInTime(engine, queue, (signal) => engine.parse(queue, draft.sql, currentDatabase, signal))
}

/** How much of a statement is looked at. */
export interface PlanOptions {
  /** Whether the queue has to reach the sources, as for a statement that runs. */
  readonly reaches?: boolean
  readonly isExplained?: boolean
}

/**
 * Looks up, authorises and plans what a statement reads.
 * @throws {ServiceError} `semantic`, `forbidden`, `unavailable`, `unsupported`
 */
export async function planReading(
  deps: Deps,
  order: Order,
  statement: Reading,
  { reaches = false, isExplained }: PlanOptions = {},
): Promise<Planned> {
  const { caller, queue, currentDatabase, settings } = order
  const limited = await requireRights(deps, caller, statement)
  const relations = await relationsOf(deps.store, caller.project, statement.tables)
  if (reaches) await checkReach(deps, order, relations)
  const request = {
    sql: textOf(statement, order),
    currentDatabase,
    timeZone: settings.timeZone,
    ...forPlanning(relations),
    isExplained,
    isWritten: isWrite(statement),
  }
  const planned = await answeredInTime(deps.engine, queue, (signal) => deps.engine.plan(queue, request, signal))
  checkScans(limited, planned.scans)
  return planned
}

function textOf(statement: Reading, { draft }: Order): string {
  return 'query' in statement ? statement.query : draft.sql
}

async function checkReach(deps: Deps, order: Order, { uses, sources }: Relations): Promise<void> {
  const refusals = new Refusals()
  for (const { table } of sources) checkQueueReadsSources(order.queue, nameOf(table.name))
  for (const use of uses) await refusals.ask(() => requireOpening(deps.store, order.caller, use))
  await checkWays(deps, order, sources, refusals)
}

/** Follows the ways to sources; nothing is dialled. @param refusals - what was forbidden so far: told before anything of a way is */
export async function checkWays(deps: Deps, { caller, queue }: Order, sources: readonly Source[], refusals: Refusals): Promise<void> {
  for (const { table } of sources) checkQueueReadsSources(queue, nameOf(table.name))
  refusals.throw()
  if (sources.length === 0) return
  const network = await deps.networkOf(queue.id)
  for (const source of sources) await explainingWay(deps, queue, source, () => checkSource(deps.store, caller.project, network, source))
}

/** @throws {ServiceError} `forbidden` with every right that is missing */
export async function requireRights({ store }: Deps, caller: Caller, statement: Statement): Promise<readonly ColumnRights[]> {
  const refusals = new Refusals()
  const limited = await askRights(store, caller, statement, refusals)
  refusals.throw()
  return limited
}

/** What a question ends with that no engine has answered in time: as far as anybody knows, nothing is wrong with the statement. */
export class NoAnswer extends ServiceError {
  /** @param reason - what it waited for */
  constructor({ name }: Queue, reason: Text) {
    super('unavailable', say`the engine of queue ${name} did not answer in ${planningMs / 1000} s (${reason}): submit the statement again`)
  }
}

/** Asks an engine, and ends the question when it does not answer. @throws {NoAnswer} */
async function answeredInTime<Answer>(
  engine: Deps['engine'],
  queue: Queue,
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new NoAnswer(queue, engine.explainWait(queue))), planningMs).unref()
  try {
    return await ask(controller.signal)
  } finally {
    clearTimeout(timer)
  }
}

function nameOf(table: TableName): string {
  return `${table.database}.${table.name}`
}

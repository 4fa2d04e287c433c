// Parsing and planning, apart from the instance that runs jobs: a long job does not keep the next statement waiting.

import { flushCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { DuckDBInstance } from '@duckdb/node-api'
import { offerQuery } from '../../connectors/offers.ts'
import { registerOwnFunctions } from '../../plan/functions/own-functions.ts'
import type { ExplainedPlan, Plan } from '../../plan/plan.ts'
import { type PlanningDatabase, parseStatement, planQuery } from '../../plan/steps.ts'
import { answer } from './calls.ts'
import type { ForeseeRequest, ParseRequest, PlanRequest } from './messages.ts'
import { plannerPlaces } from './planner-places.ts'
import { RecentPlans } from './recent-plans.ts'

/** Tells it to end as soon as DuckDB lets it. */
interface RetireRequest {
  readonly kind: 'retire'
}

const port = parentPort
if (port === null) throw new Error('planner-thread.ts runs as a worker thread')

/** DuckDB of one planning after the other. */
interface Planning {
  readonly database: PlanningDatabase
  readonly close: () => void
  readonly interrupt: () => void
}

const place = new Int32Array((workerData as { readonly state: SharedArrayBuffer }).state)
const recent = new RecentPlans()
let planning: Promise<Planning> | undefined
let isRetired = false
const warmed = warm()
let last: Promise<unknown> = warmed

port.on('message', (request: (ParseRequest | PlanRequest | ForeseeRequest | RetireRequest) & { readonly id: number }) => {
  if (request.kind === 'retire') return void retire()
  // One after the other: a planning has the instance to itself.
  last = last.then(() =>
    answer(
      request.id,
      (message) => port.postMessage(message),
      () => handle(request),
    ),
  )
})
await warmed
port.postMessage({ kind: 'ready' })
flushCompileCache()

async function warm(): Promise<void> {
  await plan({ kind: 'plan', sql: 'SELECT 1', currentDatabase: 'default', tables: [] })
}

async function handle(request: ParseRequest | PlanRequest | ForeseeRequest): Promise<unknown> {
  if (request.kind === 'parse') return await parseStatement(request.sql, request.currentDatabase)
  if (request.kind === 'plan') return await plan(request)
  // The run hears of what is wrong.
  await plan({ ...request, kind: 'plan', isQuick: false, pushes: true }).catch(() => undefined)
  return undefined
}

/** The main thread has given this thread up while DuckDB worked: it ends when that has ended. */
async function retire(): Promise<void> {
  isRetired = true
  const opened = await planning
  opened?.interrupt()
}

/** The instance is kept from one planning to the next; after a failure nothing of it is trusted. */
async function plan({ isExplained = false, pushes = false, ...asked }: PlanRequest): Promise<ExplainedPlan> {
  const request = { ...asked, isQuick: asked.isQuick ?? true, pushes }
  const known = isExplained ? undefined : recent.find(request)
  if (known !== undefined) return known
  planning ??= openPlanning()
  const { database, close } = await planning
  try {
    const planned = await planQuery({ ...request, database, ...(pushes ? { offer: offerQuery } : {}) })
    recent.keep(request, planned)
    if (!isExplained) return planned
    // Rights are asked for what each table is read for; what is shown is what will run.
    return {
      ...planned,
      explained: await explained(await planQuery({ ...request, isQuick: false, isExplained, offer: offerQuery, database })),
    }
  } catch (error) {
    planning = undefined
    close()
    throw error
  }
}

/** Connectors are loaded here for an EXPLAIN alone: to say what they would send. */
async function explained(planned: Plan): Promise<string> {
  const [{ explainTree }, { getConnector }] = await Promise.all([
    import('../../plan/explain-tree.ts'),
    import('../../connectors/loaded.ts'),
  ])
  return explainTree({ plan: planned, tree: planned.tree, connectorOf: getConnector })
}

/** Nothing but memory, and little of it: no files, no network, no extensions. */
async function openPlanning(): Promise<Planning> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: '256MB',
    enable_external_access: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  registerOwnFunctions(connection)
  const close = (): void => {
    connection.closeSync()
    instance.closeSync()
  }
  const run = (sql: string): Promise<void> => inDuckdb(async () => void (await connection.run(sql)))
  const rows = (sql: string): Promise<readonly Record<string, unknown>[]> =>
    inDuckdb(async () => (await connection.runAndReadAll(sql)).getRowObjectsJS())
  return { database: { run, rows }, close, interrupt: () => connection.interrupt() }
}

/** A thread that ends while DuckDB works in it takes the whole child with it: whoever wants its end sees where it is. */
async function inDuckdb<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  const { outside, inDuckdb: inside } = plannerPlaces
  // It ends in this moment.
  if (Atomics.compareExchange(place, 0, outside, inside) !== outside) return await new Promise<never>(() => undefined)
  try {
    return await work()
  } finally {
    if (isRetired) process.exit(0)
    Atomics.store(place, 0, outside)
  }
}

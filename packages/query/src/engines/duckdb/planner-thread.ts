// Parsing and planning, apart from the instance that runs jobs: a long job does not keep the next statement waiting.

import { flushCompileCache } from 'node:module'
import { parentPort } from 'node:worker_threads'
import { DuckDBInstance } from '@duckdb/node-api'
import { offerQuery } from '../../connectors/offers.ts'
import { registerOwnFunctions } from '../../plan/functions/own-functions.ts'
import type { ExplainedPlan, Plan } from '../../plan/plan.ts'
import { type PlanningDatabase, parseStatement, planQuery } from '../../plan/steps.ts'
import { answer } from './calls.ts'
import type { ParseRequest, PlanRequest } from './messages.ts'
import { RecentPlans } from './recent-plans.ts'

const port = parentPort
if (port === null) throw new Error('planner-thread.ts runs as a worker thread')

const recent = new RecentPlans()
let planning: Promise<{ readonly database: PlanningDatabase; readonly close: () => void }> | undefined
const warmed = warm()
let last: Promise<unknown> = warmed

port.on('message', (request: (ParseRequest | PlanRequest) & { readonly id: number }) => {
  // One after the other: a planning has the instance to itself.
  last = last
    .then(() =>
      answer(
        request.id,
        (message) => port.postMessage(message),
        () => handle(request),
      ),
    )
    .then(() => foresee(request))
})
await warmed
port.postMessage({ kind: 'ready' })
flushCompileCache()

async function warm(): Promise<void> {
  await plan({ kind: 'plan', sql: 'SELECT 1', currentDatabase: 'default', tables: [] })
}

async function handle(request: ParseRequest | PlanRequest): Promise<unknown> {
  return await (request.kind === 'parse' ? parseStatement(request.sql, request.currentDatabase) : plan(request))
}

/**
 * Plans a query over sources as its run will, while the job that it was planned for is still being written down: rights are asked of another plan.
 * Never throws: the run hears of what is wrong.
 */
async function foresee(request: ParseRequest | PlanRequest): Promise<void> {
  if (request.kind === 'parse' || request.isExplained === true || request.pushes !== undefined) return
  if (!request.tables.some((table) => 'connector' in table)) return
  await plan({ ...request, isQuick: false, pushes: true }).catch(() => undefined)
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
async function openPlanning(): Promise<{ readonly database: PlanningDatabase; readonly close: () => void }> {
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
  const run = async (sql: string): Promise<void> => void (await connection.run(sql))
  const rows = async (sql: string): Promise<readonly Record<string, unknown>[]> => (await connection.runAndReadAll(sql)).getRowObjectsJS()
  return { database: { run, rows }, close }
}

// How soon a server answers, how soon the published procedure ends in joined rows, and what each process weighs.

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Procedure, sites, tableSql } from '../../examples/quickstart/procedure.ts'
import { startSources } from '../../examples/quickstart/sources.ts'
import type { PostgresServer } from '../servers/postgres.ts'
import { startTributary } from '../servers/tributary.ts'
import { startBareFastify } from './bare-server.ts'
import { fillConnections, fillDataDirectory } from './filling.ts'
import { type Bench, type Figure, inTurn, timed } from './harness.ts'
import { type Installation, startInstallation } from './installation.ts'
import { Jobs } from './jobs.ts'
import type { Lifetimes } from './lifetimes.ts'
import { unpackServer } from './packaged.ts'
import { canWeigh, childrenOf, processorMs, type Weight, weigh } from './processes.ts'
import { factsSql } from './sources.ts'

const rounds = 5
const procedures = 3
// By then the spare child has loaded, and what a start or a procedure left to do is done.
const untilIdleMs = 3000
const scannedRows = 1_000_000

/** Starts, then the procedure of the quickstart, then memory. */
export async function benchStart(bench: Bench): Promise<readonly Figure[]> {
  bench.say('start: making the package')
  const entry = await unpackServer(bench.directory)
  const starts = await benchStarts(bench, entry)
  const { sales, crm } = await sourcesOf(bench)
  const joined: number[] = []
  const memory: Figure[] = []
  for (let round = 1; round <= procedures; round++) {
    const installation = await startInstallation(bench, `start-${round}`)
    await sleep(untilIdleMs)
    joined.push(await runProcedure(bench, installation, sales, crm))
    if (round === procedures && canWeigh) memory.push(...(await benchMemory(bench, installation)))
    await installation.server.stop()
  }
  if (canWeigh) memory.push(...(await weighInstalled(bench, entry, { sales, crm })))
  return [...starts, { what: 'from POST queues to the first joined row (the quickstart)', unit: 'ms', ours: joined }, ...memory]
}

/** After the same procedure, which is not timed here. */
async function weighInstalled(
  bench: Bench,
  entry: string,
  { sales, crm }: Awaited<ReturnType<typeof sourcesOf>>,
): Promise<readonly Figure[]> {
  const installation = await startInstallation(bench, 'start-installed', entry)
  await sleep(untilIdleMs)
  await runProcedure(bench, installation, sales, crm)
  await sleep(untilIdleMs)
  const weight = weigh(installation.server.pid)
  await installation.server.stop()
  return weightRows('server as installed, idle after the procedure', weight, { goal: 120 })
}

async function benchStarts({ say, lifetimes, directory, connections }: Bench, entry: string): Promise<readonly Figure[]> {
  const filled = join(directory, 'filled-data')
  say(`start: filling a data directory with ${connections.toLocaleString('en-US')} connections`)
  await fillDataDirectory(filled, (into) => fillConnections(into, connections))
  let number = 0
  const logPath = join(directory, 'starts.log')
  const empty = new Starts(lifetimes, () => startTributary({ dataDir: join(directory, `empty-data-${++number}`), logPath }))
  const full = new Starts(lifetimes, () => startTributary({ dataDir: filled, logPath }))
  const installed = new Starts(lifetimes, () => startTributary({ dataDir: filled, logPath, entry }))
  const bare = new Starts(lifetimes, () => startBareFastify(directory, '{}'))
  const measures = { empty: () => empty.run(), filled: () => full.run(), package: () => installed.run(), 'bare Fastify': () => bare.run() }
  const values = await inTurn(say, 'start: to the ready line', rounds, measures)
  const baseline = { what: 'bare Fastify', values: values['bare Fastify'] }
  const many = `${connections.toLocaleString('en-US')} connections`
  const figures: readonly Figure[] = [
    { what: 'start to ready, empty data directory', unit: 'ms', ours: values.empty, baseline },
    { what: `start to ready, ${many}`, unit: 'ms', ours: values.filled, baseline, goal: { value: 500 } },
    { what: `start to ready, ${many}, as installed`, unit: 'ms', ours: values.package, baseline, goal: { value: 500 } },
  ]
  if (!canWeigh) return figures
  const cost = { what: 'bare Fastify', values: bare.costs }
  return [
    ...figures,
    { what: `processor time of a start, ${many}`, unit: 'ms', ours: full.costs, baseline: cost },
    { what: `processor time of a start, ${many}, as installed`, unit: 'ms', ours: installed.costs, baseline: cost },
  ]
}

/** Starts of one kind of server, each ended as soon as it is ready. */
class Starts {
  /** Processor time until ready in ms, per start: it says what a busy machine hides. */
  readonly costs: number[] = []
  readonly #lifetimes: Lifetimes
  readonly #start: () => Promise<AsyncDisposable & { readonly pid: number }>

  constructor(lifetimes: Lifetimes, start: () => Promise<AsyncDisposable & { readonly pid: number }>) {
    this.#lifetimes = lifetimes
    this.#start = start
  }

  /** @returns ms from starting the process to its ready line */
  async run(): Promise<number> {
    const started = performance.now()
    const server = await this.#lifetimes.start(this.#start)
    const ms = performance.now() - started
    if (canWeigh) this.costs.push(processorMs(server.pid))
    await server[Symbol.asyncDispose]()
    return ms
  }
}

async function sourcesOf({ say, lifetimes }: Bench): Promise<{ sales: PostgresServer; crm: PostgresServer }> {
  say('start: filling the sources')
  const sources = await lifetimes.start(async () => {
    const both = await startSources()
    await both.sales.query('sales', factsSql(scannedRows))
    return {
      ...both,
      async [Symbol.asyncDispose]() {
        await both.sales[Symbol.asyncDispose]()
        await both.crm[Symbol.asyncDispose]()
      },
    }
  })
  return sources
}

/** The steps of the quickstart, without its words: ms from POST queues to the first rows. */
async function runProcedure(
  { say }: Bench,
  { server, steps, wire }: Installation,
  sales: PostgresServer,
  crm: PostgresServer,
): Promise<number> {
  await steps.declare(sites.sales, sales)
  await steps.declare(sites.crm, crm)
  const jobs = new Jobs(wire, server.account.projectId, 'analytics')
  const ms = await timed(async () => {
    await connect(steps)
    await steps.createAuthInfo('sales_login', sales)
    await steps.createAuthInfo('crm_login', crm)
    await steps.createDatabase('shop')
    await jobs.run(tableSql('shop.orders', sites.sales, 'public.orders', 'sales_login'))
    await jobs.run(tableSql('shop.customers', sites.crm, 'public.customers', 'crm_login'))
    const rows = await jobs.rows(
      'SELECT c.city, count(*) AS orders, sum(o.amount) AS revenue FROM shop.orders o JOIN shop.customers c ON o.customer_id = c.id WHERE o.amount >= 150 GROUP BY c.city',
    )
    if (rows.length !== 5) throw new Error(`the join answered ${rows.length} rows`)
  })
  say(`start: procedure: ${ms.toFixed(0)} ms from POST queues to the first joined row`)
  return ms
}

async function connect(steps: Procedure): Promise<void> {
  await steps.createQueue('analytics')
  const salesId = await steps.createConnection(sites.sales, ['analytics'])
  const crmId = await steps.createConnection(sites.crm, [])
  await steps.bind(crmId, 'analytics')
  await steps.untilActive(salesId)
  await steps.untilActive(crmId)
}

async function benchMemory({ say, lifetimes, directory }: Bench, { server, steps, wire }: Installation): Promise<readonly Figure[]> {
  await sleep(untilIdleMs)
  // The child of the queue is the older one; a spare has come after it.
  const [assigned, spare] = childrenOf(server.pid)
  if (assigned === undefined) throw new Error('the queue has no engine child any more')
  const bare = await lifetimes.start(() => startBareFastify(directory, '{}'))
  const fastify = weigh(bare.pid)
  const idle = { server: weigh(server.pid), assigned: weigh(assigned) }
  const spareWeight = spare === undefined ? undefined : weigh(spare)
  await steps.run('analytics', tableSql('shop.facts', sites.sales, 'public.facts', 'sales_login'))
  const jobs = new Jobs(wire, server.account.projectId, 'analytics')
  await jobs.rows('SELECT count(*) AS n, max(name) AS name, sum(score) AS score, max(seen) AS seen, sum(amount) AS amount FROM shop.facts')
  const scanned = { server: weigh(server.pid), assigned: weigh(assigned) }
  say('start: weighed the processes')
  return [
    ...weightRows('server, idle after the procedure', idle.server, { fastify, goal: 120 }),
    ...(spareWeight === undefined ? [] : weightRows('spare child', spareWeight)),
    ...weightRows('child of a queue, idle after the procedure', idle.assigned),
    ...weightRows('server, after a scan of 1,000,000 rows', scanned.server),
    ...weightRows('child of a queue, after a scan of 1,000,000 rows', scanned.assigned),
  ]
}

function weightRows(what: string, weight: Weight, beside?: { readonly fastify?: Weight; readonly goal: number }): readonly Figure[] {
  const against = (name: keyof Weight): Partial<Figure> =>
    beside?.fastify === undefined ? {} : { baseline: { what: 'bare Fastify', values: [beside.fastify[name]] } }
  return [
    {
      what: `resident memory: ${what}`,
      unit: 'MiB',
      ours: [weight.resident],
      ...against('resident'),
      ...(beside === undefined ? {} : { goal: { value: beside.goal } }),
    },
    { what: `proportional memory: ${what}`, unit: 'MiB', ours: [weight.proportional], ...against('proportional') },
  ]
}

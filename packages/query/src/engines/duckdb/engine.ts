// What an engine child does, seen from its main thread, which never waits: it plans, opens scans, watches, stops.

import type { Column, PeeringReach, QueueNetwork } from '@tributary/rules'
import { ServiceError, say } from '@tributary/rules'
import type { Plan, Scan } from '../../plan/plan.ts'
import type { OpenableTable } from '../../source.ts'
import type { Statement } from '../../statement.ts'
import { type Channel, createChannel, readCounts, stopChannel } from './channel.ts'
import type { DuckNews, DuckRequest } from './duckdb-thread.ts'
import type {
  AssignRequest,
  DescribeRequest,
  ParseRequest,
  PeeringTraffic,
  Planned,
  PlanRequest,
  Probed,
  ProbeRequest,
  Progress,
  Ran,
  RunRequest,
} from './messages.ts'
import type { Reading } from './scan-function.ts'
import { SourceThreads, type SourceTask } from './source-threads.ts'
import { Thread } from './thread.ts'

/** How often a running job's progress is looked at. */
const progressEveryMs = 250

/** The scans of a running job. */
interface OpenScans {
  readonly sources: readonly OpenableTable[]
  readonly scans: readonly Scan[]
  readonly states: SharedArrayBuffer[]
  readonly tasks: SourceTask[]
  /** Why threads were lost that read for it. */
  readonly losses: unknown[]
}

/** One child's threads. It lives as long as its process. */
export class Engine {
  readonly #duckdb = new Thread(new URL('./duckdb-thread.ts', import.meta.url), (news) => this.#openAgain(news as DuckNews))
  readonly #broken = Promise.withResolvers<void>()
  #planner = this.#startPlanner()
  readonly #sources: SourceThreads
  #open: OpenScans | undefined

  /** @param onReach - hears how dials for jobs went */
  constructor(onReach: (reach: PeeringReach) => void = () => undefined) {
    this.#sources = new SourceThreads(onReach)
    void this.#duckdb.ended.then(this.#broken.resolve)
  }

  /** Resolves when a thread was lost that cannot be had again: the child is of no more use. */
  get broken(): Promise<void> {
    return this.#broken.promise
  }

  /** Loads everything that any job needs. */
  async warm(): Promise<void> {
    await Promise.all([this.#duckdb.ready, this.#planner.ready, this.#sources.warm()])
  }

  async assign({ network, limits }: AssignRequest): Promise<void> {
    await this.#sources.apply(network)
    await this.#duckdb.call({ kind: 'open', limits } satisfies DuckRequest)
  }

  applyNetwork(network: QueueNetwork): Promise<void> {
    return this.#sources.apply(network)
  }

  async parse(request: ParseRequest): Promise<Statement> {
    return (await this.#planner.call(request)) as Statement
  }

  async plan(request: PlanRequest): Promise<Planned> {
    const { columns, scans } = await this.#plan(request)
    return { columns, scans: scans.map(describeScan) }
  }

  async describe({ source }: DescribeRequest, signal: AbortSignal): Promise<readonly Column[]> {
    signal.throwIfAborted()
    const task = this.#sources.describe(source)
    signal.addEventListener('abort', task.stop)
    return await task.done
  }

  /** Climbs to a source for the doctor; never rejects for what it found there. */
  async probe({ source, depth }: ProbeRequest, signal: AbortSignal): Promise<Probed> {
    signal.throwIfAborted()
    const task = this.#sources.probe(source, depth)
    signal.addEventListener('abort', task.stop)
    return await task.done
  }

  traffic(): Promise<readonly PeeringTraffic[]> {
    return this.#sources.traffic()
  }

  /** @throws {ServiceError} from planning, a source or DuckDB; the signal's reason when it is aborted */
  async run(request: RunRequest, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Ran> {
    const { sql, currentDatabase, tables } = request
    const plan = await this.#plan({ kind: 'plan', sql, currentDatabase, tables: tables.map(({ table }) => table) })
    return await this.execute(plan, { tables, directory: request.directory }, signal, onProgress)
  }

  /** Runs a query that is planned already. */
  async execute(
    plan: Plan,
    { tables, directory }: Pick<RunRequest, 'tables' | 'directory'>,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Ran> {
    signal.throwIfAborted()
    const open: OpenScans = { sources: tables, scans: plan.scans, states: [], tasks: [], losses: [] }
    this.#open = open
    const stop = (): void => this.#stop(open)
    signal.addEventListener('abort', stop)
    const timer = setInterval(() => onProgress(progressOf(open)), progressEveryMs)
    try {
      const rowCount = await this.#execute(plan, open, directory)
      const { inputRows, inputBytes } = progressOf(open)
      return { rowCount, columns: plan.columns, inputRows, inputBytes }
    } catch (error) {
      throw signal.aborted ? signal.reason : (open.losses[0] ?? error)
    } finally {
      clearInterval(timer)
      signal.removeEventListener('abort', stop)
      this.#open = undefined
      await closeScans(open)
    }
  }

  /** A planner that fell over is replaced, and the running job goes on; one that never loaded is not. */
  #startPlanner(): Thread {
    const thread = new Thread(new URL('./planner-thread.ts', import.meta.url))
    const replace = (): void => {
      this.#planner = this.#startPlanner()
    }
    thread.ready.then(() => thread.ended.then(replace), this.#broken.resolve)
    return thread
  }

  async #plan(request: PlanRequest): Promise<Plan> {
    return (await this.#planner.call(request)) as Plan
  }

  /** Sources are opened while DuckDB still plans: their first rows are under way when it asks. */
  async #execute(plan: Plan, open: OpenScans, directory: string): Promise<number> {
    const readings = plan.scans.map((scan): Reading => {
      const channel = createChannel()
      this.#startScan(open, scan, channel.writer)
      return {
        handle: scan.handle,
        columns: scan.columns.map((position) => scan.table.columns[position] as Column),
        channel: channel.reader,
      }
    })
    const request: DuckRequest = { kind: 'execute', sql: plan.sql, columns: plan.columns, readings, directory }
    return (await this.#duckdb.call(
      request,
      readings.map(({ channel }) => channel.port),
    )) as number
  }

  #startScan(open: OpenScans, scan: Scan, writer: Channel['writer']): void {
    const source = open.sources.find(({ table }) => table.id === scan.table.id)
    if (source === undefined) throw new ServiceError('internal', say`the plan reads ${scan.table.name.name}, which the job was not given`)
    const task = this.#sources.scan(source, scan, writer)
    task.done.catch((error: unknown) => open.losses.push(error))
    open.states.push(writer.state)
    open.tasks.push(task)
  }

  #openAgain({ handle, channel }: DuckNews): void {
    const scan = this.#open?.scans.find((each) => each.handle === handle)
    if (this.#open === undefined || scan === undefined) stopChannel(channel.state)
    else this.#startScan(this.#open, scan, channel)
  }

  #stop(open: OpenScans): void {
    for (const state of open.states) stopChannel(state)
    for (const task of open.tasks) task.stop()
    void this.#duckdb.call({ kind: 'interrupt' } satisfies DuckRequest).catch(() => undefined)
  }
}

async function closeScans({ tasks }: OpenScans): Promise<void> {
  for (const task of tasks) task.stop()
  await Promise.allSettled(tasks.map((task) => task.done))
}

function progressOf({ states }: OpenScans): Progress {
  const counts = states.map(readCounts)
  const inputRows = counts.reduce((sum, count) => sum + count.rows, 0)
  const inputBytes = counts.reduce((sum, count) => sum + count.bytes, 0)
  return { inputRows, inputBytes, fraction: 0 }
}

function describeScan({ table, columns, filters }: Scan): Planned['scans'][number] {
  return {
    table: `${table.name.database}.${table.name.name}`,
    columns: columns.map((position) => table.columns[position]?.name ?? ''),
    filters: filters.length,
  }
}

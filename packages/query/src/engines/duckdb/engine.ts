// What an engine child does, seen from its main thread, which never waits: it plans, opens scans, watches, stops.

import type { Column, PeeringReach, QueueNetwork } from '@tributary/rules'
import { ServiceError, say, sourceColumn } from '@tributary/rules'
import type { ExplainedPlan, Plan, Scan } from '../../plan/plan.ts'
import type { ImportedFiles, OpenableTable } from '../../source.ts'
import type { Statement } from '../../statement.ts'
import { readSql, type WarehouseScan } from '../../warehouse/read-sql.ts'
import { SizeWatch } from '../../warehouse/size-watch.ts'
import { writeSql } from '../../warehouse/write-sql.ts'
import { type Channel, createChannel, readCounts, stopChannel } from './channel.ts'
import type { DuckNews, DuckRequest, Executed } from './duckdb-thread.ts'
import type {
  AssignRequest,
  DescribeRequest,
  Exported,
  ExportRequest,
  PageRequest,
  ParseRequest,
  PeeringTraffic,
  Planned,
  PlanRequest,
  Probed,
  ProbeRequest,
  Progress,
  Ran,
  RunRequest,
  ShapesRequest,
  SourceWrite,
} from './messages.ts'
import type { WriteRequest } from '../../connectors/connector.ts'
import type { ParquetShape } from '../../files/parquet-columns.ts'
import { stopReason } from './failure.ts'
import { outputDirectory } from './places.ts'
import { checkResultSize, tooLarge } from './result-limit.ts'
import { ResultReader } from './result-reader.ts'
import type { Reading } from './scan-function.ts'
import { SourceThreads, type SourceTask } from './source-threads.ts'
import { Thread } from './thread.ts'

/** Why the run of a quick plan ended that met a value it cannot compute with. */
const unfit = new Error('a value does not fit the quick plan')
/** Ends a run in which a source could not be asked what was planned: its tables are read one by one. */
const notAskable = new Error('a source could not be asked the whole query')

/** A job is done when its rows are kept, and not before. */
const mostBeforeEnd = 0.99

/** How often a running job's progress is looked at. */
const progressEveryMs = 250

/** What one job works with: what it reads, where its files go, and what becomes of its rows. */
export type JobParts = Pick<RunRequest, 'tables' | 'managed' | 'imported' | 'write' | 'target' | 'resultLimit' | 'directory'>

/** The scans of a running job. */
interface OpenScans {
  readonly sources: readonly OpenableTable[]
  readonly scans: readonly Scan[]
  /** Those of them that DuckDB reads by itself. */
  readonly own: readonly WarehouseScan[]
  readonly states: SharedArrayBuffer[]
  readonly tasks: SourceTask[]
  /** Why threads were lost that read for it. */
  readonly losses: unknown[]
  readonly imported: ImportedFiles | undefined
  /** How many of the scans that come down a channel have been read to their end. */
  finished: number
  /** How far DuckDB says that it is, 0 to 1; 0 where it cannot say. */
  measured: number
  /** Whether a source could not be asked what was planned. */
  hasRefused: boolean
}

/** What every kind of run is asked with. */
type CommonParts = Pick<Extract<DuckRequest, { kind: 'execute' }>, 'readings' | 'views' | 'directory' | 'isQuick'>

/** One child's threads. It lives as long as its process. */
export class Engine {
  readonly #duckdb = new Thread(new URL('./duckdb-thread.ts', import.meta.url), (news) => this.#hear(news as DuckNews))
  readonly #broken = Promise.withResolvers<void>()
  #planner = this.#startPlanner()
  readonly #sources: SourceThreads
  readonly #results = new ResultReader()
  #open: OpenScans | undefined
  #output = ''
  /** Whether a source of the last run could not be asked what was planned. */
  #hasRefused = false

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

  async assign({ network, limits, door }: AssignRequest): Promise<void> {
    this.#sources.door = door
    await this.#sources.apply(network)
    this.#output = outputDirectory(limits.scratchDirectory)
    this.#results.scratchDirectory = limits.scratchDirectory
    await this.#duckdb.call({ kind: 'open', limits } satisfies DuckRequest)
  }

  applyNetwork(network: QueueNetwork): Promise<void> {
    return this.#sources.apply(network)
  }

  async parse(request: ParseRequest): Promise<Statement> {
    return (await this.#planner.call(request)) as Statement
  }

  async plan(request: PlanRequest): Promise<Planned> {
    const { columns, scans, explained } = await this.#plan(request)
    return { columns, scans: scans.map(describeScan), explained }
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

  /** Rows of a kept result. */
  page(request: PageRequest): Promise<string> {
    return this.#results.page(request)
  }

  /** What Parquet files hold. @throws {ServiceError} `semantic`, `unsupported` */
  shapes(request: ShapesRequest): Promise<readonly ParquetShape[]> {
    return this.#results.shapes(request)
  }

  /** Writes a kept result into a file. @throws {ServiceError} from the writing; the signal's reason when it is aborted */
  async exportResult(request: ExportRequest, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Exported> {
    const cpuMs = measureCpu()
    return { ...(await this.#results.export(request, signal, onProgress)), cpuMs: cpuMs() }
  }

  /** @throws {ServiceError} from planning, a source or DuckDB; the signal's reason when it is aborted */
  async run(request: RunRequest, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Ran> {
    const { sql, currentDatabase, tables, managed = [], imported, views, target } = request
    const known = [...tables.map(({ table }) => table), ...managed, ...(imported === undefined ? [] : [imported.table])]
    // A source that takes its word back is read again: not in the middle of a write to another one.
    const planning = {
      kind: 'plan',
      sql,
      currentDatabase,
      tables: known,
      views,
      pushes: request.pushes !== false && target === undefined,
    } as const
    // Rows behind connections are read once: a second run would meet others. Nor are they sent twice.
    const isQuick = tables.length === 0 && target === undefined
    try {
      return await this.#tryRun(await this.#plan({ ...planning, isQuick }), request, signal, onProgress)
    } catch (error) {
      if (error !== unfit && error !== notAskable) throw error
      const again = { ...planning, isQuick: false, pushes: error === unfit && planning.pushes }
      return await this.execute(await this.#plan(again), request, signal, onProgress)
    }
  }

  /** Runs a query that is planned already. */
  async execute(plan: Plan, parts: JobParts, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Ran> {
    signal.throwIfAborted()
    const cpuMs = measureCpu()
    const open = openScans(plan, parts)
    this.#open = open
    const stop = (): void => this.#stop(open)
    signal.addEventListener('abort', stop)
    const timer = setInterval(() => onProgress(progressOf(open)), progressEveryMs)
    using _watch = this.#watchSize(open, parts)
    try {
      const executed = await this.#execute(plan, open, parts)
      if (executed === 'unfit') throw unfit
      const { rowCount, files } = executed
      if (parts.write === undefined && parts.resultLimit !== undefined) await checkResultSize(parts.directory, rowCount, parts.resultLimit)
      const { inputRows, inputBytes } = progressOf(open)
      return { rowCount, columns: plan.columns, inputRows, inputBytes, files, cpuMs: cpuMs() }
    } catch (error) {
      throw signal.aborted ? stopReason(signal, error) : (open.losses[0] ?? error)
    } finally {
      clearInterval(timer)
      signal.removeEventListener('abort', stop)
      this.#open = undefined
      await closeScans(open)
      this.#hasRefused = open.hasRefused
    }
  }

  /** Runs a plan, and says {@link notAskable} where a source took back what it was planned to answer. */
  async #tryRun(plan: Plan, parts: JobParts, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Ran> {
    try {
      return await this.execute(plan, parts, signal, onProgress)
    } catch (error) {
      throw this.#hasRefused && !signal.aborted ? notAskable : error
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

  async #plan(request: PlanRequest): Promise<ExplainedPlan> {
    return (await this.#planner.call(request)) as ExplainedPlan
  }

  /** Sources are opened while DuckDB still plans: their first rows are under way when it asks. */
  async #execute(plan: Plan, open: OpenScans, { directory, write, target }: JobParts): Promise<Executed> {
    const own = new Set(open.own.map(({ handle }) => handle))
    const readings = plan.scans
      .filter(({ handle }) => !own.has(handle))
      .map((scan): Reading => {
        const channel = createChannel()
        this.#startScan(open, scan, channel.writer)
        return {
          handle: scan.handle,
          columns: scan.columns.map((position) => scan.table.columns[position] as Column),
          channel: channel.reader,
        }
      })
    const common = { readings, views: open.own, directory, isQuick: plan.isQuick === true }
    if (target !== undefined) return await this.#deliver(plan, open, target, common)
    const request: DuckRequest =
      write === undefined
        ? { kind: 'execute', sql: plan.sql, columns: plan.columns, ...common }
        : {
            kind: 'write',
            sql: writeSql(plan, write),
            partitionColumns: write.partitionColumns,
            tellsBadness: write.badAt !== undefined,
            ...common,
          }
    return (await this.#duckdb.call(
      request,
      readings.map(({ channel }) => channel.port),
    )) as Executed
  }

  /** The query runs here while its rows are written there; what ends one ends the other. */
  async #deliver(plan: Plan, open: OpenScans, target: SourceWrite, common: CommonParts): Promise<Executed> {
    const { rows, source } = target
    const sql = writeSql(plan, { ...rows, partitionColumns: [] })
    const channel = createChannel()
    const task = this.#sources.write(source, writeRequestOf(target, open), channel.reader)
    open.tasks.push(task)
    task.done.catch(() => this.#stop(open))
    const request: DuckRequest = { kind: 'deliver', sql, columns: rows.columns.map(sourceColumn), channel: channel.writer, ...common }
    const ports = [...common.readings.map((reading) => reading.channel.port), channel.writer.port]
    const [written, sent] = await Promise.allSettled([task.done, this.#duckdb.call(request, ports)])
    // An error of the query has come down the channel, so that the source's side knows of both.
    if (written.status === 'rejected') throw written.reason
    if (sent.status === 'rejected') throw sent.reason
    return { rowCount: written.value.rowCount, files: [] }
  }

  #watchSize(open: OpenScans, { write, target, resultLimit }: JobParts): SizeWatch | undefined {
    if (target !== undefined) return undefined
    const mostBytes = write?.mostBytes ?? resultLimit?.bytes
    if (mostBytes === undefined) return undefined
    return new SizeWatch(this.#output, mostBytes, () => {
      open.losses.push(write === undefined && resultLimit !== undefined ? tooLarge(resultLimit) : noRoom(mostBytes))
      this.#stop(open)
    })
  }

  #startScan(open: OpenScans, scan: Scan, writer: Channel['writer']): void {
    if (scan.table.id === open.imported?.table.id) return follow(open, this.#sources.files(open.imported.settings, scan, writer), writer)
    const source = open.sources.find(({ table }) => table.id === scan.table.id)
    if (source === undefined) throw new ServiceError('internal', say`the plan reads ${scan.table.name.name}, which the job was not given`)
    follow(open, this.#sources.scan(source, scan, writer), writer)
  }

  #hear(news: DuckNews): void {
    if (news.kind === 'openAgain') this.#openAgain(news)
    else if (this.#open !== undefined) this.#open.measured = Math.max(this.#open.measured, news.fraction)
  }

  #openAgain({ handle, channel }: Extract<DuckNews, { kind: 'openAgain' }>): void {
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

/** @returns what tells how much processor time all threads of this process have taken since, in ms */
function measureCpu(): () => number {
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return Math.round((user + system) / 1000)
  }
}

/** TRUNCATE locks readers out, and waits for those that are there: a statement that reads from that very database would wait for itself. */
function writeRequestOf({ source, overwrite, rows, timeLimitMs }: SourceWrite, { sources }: OpenScans): WriteRequest {
  const { endpoint, database, truncate } = source.table.settings
  const isRead = sources.some(({ table: { settings } }) => {
    return settings.endpoint.host === endpoint.host && settings.endpoint.port === endpoint.port && settings.database === database
  })
  const emptying = truncate === true && !isRead ? 'truncate' : 'delete'
  return { columns: rows.columns.map(sourceColumn), emptying: overwrite ? emptying : 'none', timeLimitMs }
}

function noRoom(mostBytes: number): ServiceError {
  const left = `${Math.floor(mostBytes / 2 ** 20)} MiB`
  return new ServiceError(
    'exhausted',
    say`the statement writes more than the ${left} that the quota of the project leaves: drop tables, or ask the installation owner for more`,
  )
}

function openScans(plan: Plan, { tables, managed = [], imported }: JobParts): OpenScans {
  const own = plan.scans.flatMap((scan) => {
    const table = managed.find(({ id }) => id === scan.table.id)
    return table === undefined ? [] : [readSql(scan, table)]
  })
  return {
    sources: tables,
    scans: plan.scans,
    own,
    states: [],
    tasks: [],
    losses: [],
    imported,
    finished: 0,
    measured: 0,
    hasRefused: false,
  }
}

function follow(open: OpenScans, task: SourceTask, { state }: Channel['writer']): void {
  open.states.push(state)
  open.tasks.push(task)
  task.done.then(
    (answer) => {
      open.finished += 1
      open.hasRefused ||= answer === 'refused'
    },
    (error: unknown) => open.losses.push(error),
  )
}

async function closeScans({ tasks }: OpenScans): Promise<void> {
  for (const task of tasks) task.stop()
  await Promise.allSettled(tasks.map((task) => task.done))
}

/** What DuckDB reads by itself counts from the start. The run itself is one task more than the scans that come down a channel. */
function progressOf(open: OpenScans): Progress {
  const { states, own } = open
  const counts = [...states.map(readCounts), ...own]
  const inputRows = counts.reduce((sum, count) => sum + count.rows, 0)
  const inputBytes = counts.reduce((sum, count) => sum + count.bytes, 0)
  const tasks = states.length + 1
  const ofFiles = (open.imported?.settings.files ?? []).reduce((sum, { bytes }) => sum + bytes, 0)
  const ofInput = ofFiles === 0 ? 0 : Math.min(1, inputBytes / ofFiles)
  const fraction = Math.max(open.measured, ofInput, open.finished / tasks)
  return { inputRows, inputBytes, fraction: Math.min(mostBeforeEnd, fraction), tasks, finishedTasks: open.finished }
}

function describeScan({ table, columns, filters }: Scan): Planned['scans'][number] {
  return {
    table: `${table.name.database}.${table.name.name}`,
    columns: columns.map((position) => table.columns[position]?.name ?? ''),
    filters: filters.length,
  }
}

// What an engine child does, seen from its main thread, which never waits: it plans, opens scans, watches, stops.

import type { Column, Crossing, PeeringReach, QueueNetwork } from '@tributary/rules'
import { ServiceError, say, sourceColumn } from '@tributary/rules'
import type { ExplainedPlan, Plan, Scan } from '../../plan/plan.ts'
import { inSessionZone } from '../../plan/session-zone.ts'
import type { Statement } from '../../statement.ts'
import { SizeWatch } from '../../warehouse/size-watch.ts'
import { writeSql } from '../../warehouse/write-sql.ts'
import { type Admit, admitAll } from './admission.ts'
import { type Channel, createChannel, stopChannel } from './channel.ts'
import type { DuckNews, DuckRequest, Executed, GatherRequest, OwnKeysRequest } from './duckdb-thread.ts'
import { KeyEstimates } from './key-estimates.ts'
import { type KeyRule, usualKeyRule } from './key-order.ts'
import { type HeldReading, type KeyWork, linksOf, settleKeys } from './key-phases.ts'
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
import { closeScans, follow, isOf, type JobParts, lossOf, type OpenScans, openScans, progressOf } from './open-scans.ts'
import { outputDirectory } from './places.ts'
import { Planner, type PlannerLimits } from './planner.ts'
import { checkResultSize, tooLarge } from './result-limit.ts'
import { ResultReader } from './result-reader.ts'
import type { Reading } from './scan-function.ts'
import { type HeldTask, type ScanOrder, SourceThreads } from './source-threads.ts'
import { littleGarbage, Thread } from './thread.ts'

/** Why the run of a quick plan ended that met a value it cannot compute with. */
const unfit = new Error('a value does not fit the quick plan')
/** Ends a run in which a source could not be asked what was planned: its tables are read one by one. */
const notAskable = new Error('a source could not be asked the whole query')

/** What DuckDB is told of a scan of which nobody knows how many rows it has, beside others that are known: it would take it for one row. */
const anyRows = 1_000_000

/** How often a running job's progress is looked at. */
const progressEveryMs = 250

/** What every kind of run is asked with. */
type CommonParts = Pick<Extract<DuckRequest, { kind: 'execute' }>, 'readings' | 'views' | 'directory' | 'isQuick'>

/** One child's threads. It lives as long as its process. */
export class Engine {
  readonly #duckdb = new Thread(new URL('./duckdb-thread.ts', import.meta.url), (news) => this.#hear(news as DuckNews), {
    resourceLimits: littleGarbage,
  })
  readonly #broken = Promise.withResolvers<void>()
  readonly #planner: Planner
  readonly #sources: SourceThreads
  #isSourceWarm = false
  readonly #results = new ResultReader()
  #open: OpenScans | undefined
  #output = ''
  /** What the running job asks before it goes to its sources; one may do anything where nobody is asked. */
  admit: Admit = admitAll
  /** Whether a source of the last run could not be asked what was planned. */
  #hasRefused = false
  /** What crossed in a try before the one in hand, and in the last one. */
  #before: readonly Crossing[] = []
  #crossed: readonly Crossing[] = []

  readonly #keys: { readonly rule: KeyRule; readonly estimates: KeyEstimates }

  /**
   * @param onReach - hears how dials for jobs went
   * @param rule - when joins read one side first
   * @param limits - what planning one statement may take
   */
  constructor(onReach: (reach: PeeringReach) => void = () => undefined, rule: KeyRule = usualKeyRule, limits?: PlannerLimits) {
    this.#planner = new Planner(limits)
    void this.#planner.broken.then(this.#broken.resolve)
    this.#keys = { rule, estimates: new KeyEstimates() }
    this.#sources = new SourceThreads(onReach)
    void this.#duckdb.ended.then(this.#broken.resolve)
  }

  /** Resolves when a thread was lost that cannot be had again: the child is of no more use. */
  get broken(): Promise<void> {
    return this.#broken.promise
  }

  /** Loads everything that any job needs; what reads sources is loaded when its queue reaches any. */
  async warm(): Promise<void> {
    await Promise.all([this.#duckdb.ready, this.#planner.ready])
  }

  async assign({ network, limits, door }: AssignRequest): Promise<void> {
    this.#sources.door = door
    await this.applyNetwork(network)
    this.#output = outputDirectory(limits.scratchDirectory)
    this.#results.scratchDirectory = limits.scratchDirectory
    await this.#duckdb.call({ kind: 'open', limits } satisfies DuckRequest)
  }

  async applyNetwork(network: QueueNetwork): Promise<void> {
    await this.#sources.apply(network)
    if (this.#isSourceWarm || network.peerings.length + network.relays.length === 0) return
    this.#isSourceWarm = true
    // Nobody waits for that; a thread that is lost meanwhile is replaced by the first task.
    this.#sources.warm().catch(() => undefined)
  }

  /** @throws {ServiceError} as {@link plan} */
  async parse(request: ParseRequest, signal?: AbortSignal): Promise<Statement> {
    return (await this.#planner.ask(request, signal)) as Statement
  }

  /** @throws {ServiceError} what the planner says, `exhausted` where it takes too much; the signal's reason when it is aborted */
  async plan(request: PlanRequest, signal?: AbortSignal): Promise<Planned> {
    const { columns, scans, explained } = await this.#plan(request, signal)
    return { columns, scans: scans.map(describeScan), explained }
  }

  async describe({ source }: DescribeRequest, signal: AbortSignal, admit: Admit = admitAll): Promise<readonly Column[]> {
    signal.throwIfAborted()
    await admit({ kind: 'enter', reads: [], others: [source.table.id] })
    const task = this.#sources.describe(source, admit)
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
    const { sql, currentDatabase, tables, managed = [], imported, views, target, timeZone } = request
    const known = [...tables.map(({ table }) => table), ...managed, ...(imported === undefined ? [] : [imported.table])]
    // A source that takes its word back is read again: not in the middle of a write to another one.
    const planning = {
      kind: 'plan',
      sql,
      currentDatabase,
      tables: known,
      views,
      ...(timeZone === undefined ? {} : { timeZone, isShown: target === undefined && request.write === undefined }),
      pushes: request.pushes !== false && target === undefined,
    } as const
    // Rows behind connections are read once: a second run would meet others. Nor are they sent twice.
    const isQuick = tables.length === 0 && target === undefined
    try {
      return await this.#tryRun(await this.#plan({ ...planning, isQuick }, signal), request, signal, onProgress)
    } catch (error) {
      if (error !== unfit && error !== notAskable) throw error
      const again = { ...planning, isQuick: false, pushes: error === unfit && planning.pushes }
      this.#before = this.#crossed
      return await this.execute(await this.#plan(again, signal), request, signal, onProgress)
    } finally {
      this.#before = []
    }
  }

  /** Runs a query that is planned already. */
  async execute(plan: Plan, parts: JobParts, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Ran> {
    signal.throwIfAborted()
    const cpuMs = measureCpu()
    const open = openScans(plan, parts, this.#before)
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
      throw signal.aborted ? stopReason(signal, error) : await lossOf(open, error)
    } finally {
      clearInterval(timer)
      signal.removeEventListener('abort', stop)
      this.#open = undefined
      // What was read ahead for a statement that did not run.
      if (open.isKeyed) await this.#duckdb.call({ kind: 'drop' } satisfies DuckRequest).catch(() => undefined)
      await closeScans(open)
      this.#hasRefused = open.hasRefused
      this.#crossed = progressOf(open).crossings ?? []
      onProgress(progressOf(open))
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

  async #plan(request: PlanRequest, signal: AbortSignal | undefined): Promise<ExplainedPlan> {
    return (await this.#planner.ask(request, signal)) as ExplainedPlan
  }

  /** Sources are opened while DuckDB still plans: their first rows are under way when it asks. */
  async #execute(plan: Plan, open: OpenScans, { directory, write, target, timeZone }: JobParts): Promise<Executed> {
    const askedAt = performance.now()
    await this.#enter(plan, open, target)
    open.waitMs = performance.now() - askedAt
    const readings = await this.#readings(plan, open)
    const common = { readings, views: open.own, directory, isQuick: plan.isQuick === true }
    if (target !== undefined) return await this.#deliver(plan, open, target, { ...common, timeZone })
    const request: DuckRequest =
      write === undefined
        ? { kind: 'execute', sql: plan.sql, columns: plan.columns, ...common }
        : {
            kind: 'write',
            sql: inSessionZone(timeZone, () => writeSql(plan, write)),
            partitionColumns: write.partitionColumns,
            tellsBadness: write.badAt !== undefined,
            ...common,
          }
    return (await this.#duckdb.call(
      request,
      readings.map(({ channel }) => channel.port),
    )) as Executed
  }

  /** Opens what comes down channels; readings that may take keys of one another are settled first. @returns those that were not read ahead */
  async #readings({ scans }: Plan, open: OpenScans): Promise<readonly Reading[]> {
    const own = new Map(open.own.map((files) => [files.handle, files]))
    const links = linksOf(scans, { isOurs: ({ handle }) => own.has(handle), isSource: (scan) => isOf(open.sources, scan) })
    const linked = new Set(links.flatMap(({ taker, giver }) => [taker, giver]))
    const held: HeldReading[] = []
    const readings = scans
      .filter(({ handle }) => !own.has(handle))
      .map((scan): Reading => {
        const { reader, writer } = createChannel()
        const columns = scan.columns.map((position) => scan.table.columns[position] as Column)
        const reading = { handle: scan.handle, columns, channel: reader }
        if (linked.has(scan.handle)) held.push({ scan, reading, task: this.#holdScan(open, scan, writer) })
        else this.#startScan(open, scan, writer)
        return reading
      })
    if (held.length === 0) return readings
    const givers = scans.flatMap((scan) => {
      const files = linked.has(scan.handle) ? own.get(scan.handle) : undefined
      return files === undefined ? [] : [{ scan, files }]
    })
    return await this.#settle(open, { links, held, own: givers }, readings)
  }

  async #settle(
    open: OpenScans,
    found: Pick<KeyWork, 'links' | 'held' | 'own'>,
    readings: readonly Reading[],
  ): Promise<readonly Reading[]> {
    open.isKeyed = true
    const askDuckdb = (request: GatherRequest | OwnKeysRequest): Promise<unknown> =>
      this.#duckdb.call(request, request.kind === 'gather' ? [request.reading.channel.port] : [])
    const settled = await settleKeys({ ...found, ...this.#keys, askDuckdb })
    if (open.isStopped) throw new ServiceError('unavailable', say`the scan was stopped`)
    for (const [handle, { scan }] of settled) if (scan !== undefined) open.asked.set(handle, scan)
    return readings
      .filter(({ handle }) => settled.get(handle)?.isAhead !== true)
      .map((reading) => ({ ...reading, expectedRows: settled.get(reading.handle)?.expectedRows ?? anyRows }))
  }

  /** Asks for all that will be opened at once: who holds one source and waits for another would hold others up that do the same. */
  async #enter({ scans }: Plan, open: OpenScans, target: SourceWrite | undefined): Promise<void> {
    const known = new Set(open.sources.map(({ table }) => table.id))
    const reads = scans.map(({ table }) => table.id).filter((id) => known.has(id))
    const others = target === undefined ? [] : [target.source.table.id]
    if (reads.length + others.length > 0) await this.admit({ kind: 'enter', reads, others })
    if (open.isStopped) throw new ServiceError('unavailable', say`the scan was stopped`)
  }

  /** The query runs here while its rows are written there; what ends one ends the other. */
  async #deliver(plan: Plan, open: OpenScans, target: SourceWrite, parts: CommonParts & Pick<JobParts, 'timeZone'>): Promise<Executed> {
    const { rows, source } = target
    const { timeZone, ...common } = parts
    const sql = inSessionZone(timeZone, () => writeSql(plan, { ...rows, partitionColumns: [] }))
    const channel = createChannel()
    const task = this.#sources.write({ source, order: writeRequestOf(target, open), channel: channel.reader, admit: this.admit })
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
    const task = this.#sources.scan(this.#orderOf(open, scan, writer))
    let isDone = false
    const end = (): void => void (isDone = true)
    task.done.then(end, end)
    open.silence.watch(scan.table.id, writer.state, () => isDone)
    follow(open, task, writer)
  }

  /** While it waits to be let go, its source has nothing to say. */
  #holdScan(open: OpenScans, scan: Scan, writer: Channel['writer']): HeldTask {
    const hold = this.#keys.estimates.find(scan) === undefined ? 'unknown' : 'known'
    const task = this.#sources.hold(this.#orderOf(open, scan, writer), hold)
    let isIdle = hold === 'known'
    const rest = (): void => void (isIdle = true)
    task.done.then(rest, rest)
    open.silence.watch(scan.table.id, writer.state, () => isIdle)
    follow(open, task, writer)
    const estimate: HeldTask['estimate'] = async (asked) => {
      const rows = await task.estimate(asked)
      rest()
      return rows
    }
    const proceed: HeldTask['proceed'] = (asked) => {
      isIdle = false
      task.proceed(asked)
    }
    return { ...task, estimate, proceed }
  }

  #orderOf(open: OpenScans, scan: Scan, channel: Channel['writer']): ScanOrder {
    const source = open.sources.find(({ table }) => table.id === scan.table.id)
    if (source === undefined) throw new ServiceError('internal', say`the plan reads ${scan.table.name.name}, which the job was not given`)
    const allowance = open.allowances.find(({ budget }) => budget.tables.includes(scan.table.id))
    return { source, scan, channel, allowance, admit: this.admit }
  }

  #hear(news: DuckNews): void {
    if (news.kind === 'openAgain') this.#openAgain(news)
    else if (this.#open !== undefined) this.#open.measured = Math.max(this.#open.measured, news.fraction)
  }

  #openAgain({ handle, channel }: Extract<DuckNews, { kind: 'openAgain' }>): void {
    const scan = this.#open?.asked.get(handle) ?? this.#open?.scans.find((each) => each.handle === handle)
    if (this.#open === undefined || scan === undefined) stopChannel(channel.state)
    else {
      void this.admit({ kind: 'again', table: scan.table.id }).catch(() => undefined)
      this.#startScan(this.#open, scan, channel)
    }
  }

  #stop(open: OpenScans): void {
    open.isStopped = true
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

function describeScan({ table, columns, filters }: Scan): Planned['scans'][number] {
  return {
    table: `${table.name.database}.${table.name.name}`,
    columns: columns.map((position) => table.columns[position]?.name ?? ''),
    filters: filters.length,
  }
}

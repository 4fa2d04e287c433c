// One scan at a time: opens a session at the source through the queue's dialler and sends its batches on.

import { flushCompileCache } from 'node:module'
import { parentPort } from 'node:worker_threads'
import { type Dialer, QueueDialer } from '@tributary/fabric/dial'
import { dialThroughDoor } from '@tributary/fabric/through-door'
import {
  type Column,
  formatEndpoint,
  isCut,
  mostCrossingNotes,
  type PeeringReach,
  type QueueNetwork,
  reachesOf,
  type Rung,
  ServiceError,
  say,
  shortCrossingText,
  sourceColumn,
} from '@tributary/rules'
import { type RecordBatch, sizeOf } from '../../batch.ts'
import { NotAskable, type ProbeDepth, type Session, type WriteReport, type WriteRequest } from '../../connectors/connector.ts'
import { connectors, getConnector } from '../../connectors/loaded.ts'
import type { Scan, SourceScan } from '../../plan/plan.ts'
import { scanNotes, tablesRead } from '../../plan/scan-words.ts'
import { readFiles } from '../../files/read-files.ts'
import type { FileSettings, OpenableTable } from '../../source.ts'
import type { Opening } from './admission.ts'
import { type Answer, answerAll, Caller } from './calls.ts'
import { BatchWriter, type ChannelEnd } from './channel.ts'
import type { Crossed } from './crossings.ts'
import { CrossingMeter, type Intent, ThreadStreams } from './crossing-meter.ts'
import { type Failure, failureOf } from './failure.ts'
import { HeldScan } from './key-held-scan.ts'
import type { PeeringTraffic, Probed } from './messages.ts'
import { type Allowance, spend } from './read-budget.ts'
import { receiveBatches } from './row-receiver.ts'

/** How a task reaches its source: by dialling along a network, or by asking at a door where the server does that. */
export interface SourceWay {
  readonly network: QueueNetwork
  readonly door: string | undefined
}

/** What the main thread asks of a source thread; one task at a time, each with its way. */
export type SourceRequest =
  | { readonly kind: 'describe'; readonly way: SourceWay; readonly source: OpenableTable }
  | {
      readonly kind: 'scan'
      readonly way: SourceWay
      readonly source: OpenableTable
      readonly scan: Scan
      readonly channel: ChannelEnd
      readonly allowance: Allowance | undefined
      /** Absent: it asks at once. `unknown` is asked how many rows it has. */
      readonly hold?: 'known' | 'unknown' | undefined
    }
  | { readonly kind: 'estimate'; readonly scan: Scan | undefined }
  | { readonly kind: 'proceed'; readonly scan: Scan | undefined }
  | { readonly kind: 'probe'; readonly way: SourceWay; readonly source: OpenableTable; readonly depth: ProbeDepth }
  | {
      readonly kind: 'write'
      readonly way: SourceWay
      readonly source: OpenableTable
      readonly order: WriteRequest
      readonly channel: ChannelEnd
    }
  | { readonly kind: 'files'; readonly settings: FileSettings; readonly scan: Scan; readonly channel: ChannelEnd }
  | { readonly kind: 'traffic' }
  | { readonly kind: 'network'; readonly network: QueueNetwork }
  | { readonly kind: 'stop' }
  | { readonly kind: 'answer'; readonly answer: Answer }

/** How a scan ended, where its channel does not tell: `refused` where the tables have to be read one by one; a cut that its reader may not have heard of. */
export type ScanEnd = 'refused' | { readonly cut: Failure } | undefined

/** What it says of a task's sessions: how opening one went, and that a scan could use more readers, which is answered by `answer`. */
export type SessionNews =
  | { readonly kind: 'opened'; readonly opening: Opening }
  | { readonly kind: 'more'; readonly id: number; readonly most: number }

/** What it says without being asked: how a dial for a job went, and how far the reading or writing in hand is. */
export type SourceNews =
  | { readonly kind: 'reach'; readonly reach: PeeringReach }
  | { readonly kind: 'crossed'; readonly crossed: Crossed }
  | SessionNews

/** Why a reading was planned and not made. */
const nothingToMeet = 'not read: no row of it can meet a key'
/** How often a task says how far it is. */
const tellEveryMs = 200

const port = parentPort
if (port === null) throw new Error('source-thread.ts runs as a worker thread')

const streams = new ThreadStreams()
let dialer: QueueDialer | undefined
let stop = new AbortController()
let held: HeldScan | undefined
const asker = new Caller((question) => tell(question as SessionNews))

answerAll(port, handle)
flushCompileCache()

function handle(request: SourceRequest): Promise<unknown> {
  switch (request.kind) {
    case 'network':
      dialer?.apply(request.network)
      for (const connector of connectors) connector.closeKept?.()
      return Promise.resolve(undefined)
    case 'answer':
      asker.receive(request.answer)
      return Promise.resolve(undefined)
    case 'stop':
      stop.abort(new ServiceError('unavailable', say`the scan was stopped`))
      return Promise.resolve(undefined)
    case 'estimate':
      return (request.scan === undefined ? held?.estimate : held?.estimateOf(request.scan)) ?? Promise.resolve(undefined)
    case 'proceed':
      return Promise.resolve(held?.proceed(request.scan))
    case 'traffic':
      return Promise.resolve(traffic())
    case 'probe':
      return probe(request.source, request.depth, begin(request.way))
    case 'describe':
      return describe(request.source, begin(request.way))
    case 'write':
      return write(request)
    case 'files':
      stop = new AbortController()
      return sendFiles(request.settings, request.scan, request.channel)
    case 'scan':
      return scan(request)
  }
}

/** @returns what a new task dials with */
function begin({ network, door }: SourceWay): Dialer {
  stop = new AbortController()
  if (door !== undefined) return dialThroughDoor(door)
  dialer ??= new QueueDialer(network, { lends: true })
  dialer.apply(network)
  return dialer.dial
}

/** Dials for a job, and tells the server how each went. */
function telling(dial: Dialer): Dialer {
  return async (target, { signal, onRung }) => {
    const rungs: Rung[] = []
    const note = (rung: Rung): void => {
      rungs.push(rung)
      onRung?.(rung)
    }
    try {
      return await dial(target, { signal, onRung: note })
    } finally {
      // A dial that was stopped says nothing of the far end.
      if (!signal.aborted) for (const reach of reachesOf(rungs)) tell({ kind: 'reach', reach })
    }
  }
}

/** Opens a session for a job, and tells how that went: what does not answer, or refuses the login, is not to be asked by every job that comes. */
async function open(source: OpenableTable, dial: Dialer, signal: AbortSignal): Promise<Session> {
  let isThere = false
  const noting: Dialer = async (target, options) => {
    const socket = await dial(target, options)
    isThere = true
    return socket
  }
  try {
    const session = await getConnector(source.table.connector).open(source, noting, signal)
    tell({ kind: 'opened', opening: 'open' })
    return session
  } catch (error) {
    const opening = signal.aborted ? undefined : openingOf(error, isThere)
    if (opening !== undefined) tell({ kind: 'opened', opening })
    throw error
  }
}

/** A gateway that forbids the way, and a way that was taken away, say nothing of the source behind it. */
function openingOf(error: unknown, isThere: boolean): Opening | undefined {
  if (!(error instanceof ServiceError) || isCut(error)) return undefined
  if (error.kind === 'unavailable') return 'dial'
  return error.kind === 'forbidden' && isThere ? 'login' : undefined
}

/** Asks for readers besides the one that every scan has. */
async function more(most: number): Promise<number> {
  return Number(await asker.call({ kind: 'more', most }))
}

/** What moves over this thread's sockets; relays have no peering and are left out. */
function traffic(): readonly PeeringTraffic[] {
  return (dialer?.openSockets() ?? []).flatMap(({ peerId, bytesIn, bytesOut }) =>
    peerId === undefined ? [] : [{ peerId, openSockets: 1, bytesIn, bytesOut }],
  )
}

/** Never throws: what ended the climb is part of the answer. */
async function probe(source: OpenableTable, depth: ProbeDepth, dial: Dialer): Promise<Probed> {
  const rungs: Rung[] = []
  const tell = (rung: Rung): void => void rungs.push(rung)
  try {
    await getConnector(source.table.connector).probe(source, dial, { depth, signal: stop.signal, tell })
    return { rungs, failure: undefined }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return { rungs, failure: error.text }
  }
}

async function describe(source: OpenableTable, dial: Dialer): Promise<readonly Column[]> {
  await using session = await open(source, telling(dial), stop.signal)
  return await session.describe()
}

function tell(news: SourceNews): void {
  port?.postMessage(news)
}

/** Measures a task and tells how far it is, until it is disposed, with its end. */
function measure(key: string, intent: Intent, network: QueueNetwork): { readonly meter: CrossingMeter } & Disposable {
  const meter = new CrossingMeter(intent, { network, streams })
  const report = (): void => tell({ kind: 'crossed', crossed: { key, crossing: meter.read() } })
  const timer = setInterval(report, tellEveryMs)
  report()
  const dispose = (): void => {
    clearInterval(timer)
    report()
  }
  return { meter, [Symbol.dispose]: dispose }
}

function intentOf(scan: SourceScan): Intent {
  const { connector: source, settings } = scan.table
  const kind = scan.remote === undefined ? 'scan' : 'query'
  return { kind, source, endpoint: settings.endpoint, tables: tablesRead(scan), notes: notesOf(scan) }
}

function notesOf(scan: SourceScan): readonly string[] {
  const notes = scanNotes(scan, scan.filteredHere ?? [], getConnector(scan.table.connector))
  return notes.slice(0, mostCrossingNotes).map(shortCrossingText)
}

/** Resolves when the session is closed; what went wrong goes down the channel, where DuckDB waits. */
async function scan({ source, scan: request, channel, allowance, way, hold }: Extract<SourceRequest, { kind: 'scan' }>): Promise<ScanEnd> {
  const table = request.remote === undefined ? source.table : { ...source.table, columns: request.table.columns.map(sourceColumn) }
  using measured = measure(request.handle, intentOf({ ...request, table }), way.network)
  const { meter } = measured
  const dial = telling(meter.counting(begin(way)))
  const writer = new BatchWriter(channel)
  const signal = AbortSignal.any([writer.signal, stop.signal])
  const place = `${request.table.name.database}.${request.table.name.name} at ${formatEndpoint(source.table.settings.endpoint)}`
  const types = request.columns.map((position) => (request.table.columns[position] as Column).type)
  const holding = hold === undefined ? undefined : new HeldScan({ ...request, table }, hold === 'known')
  held = holding
  const send = async (session: Session, isKept: boolean): Promise<void> => {
    meter.connected(isKept)
    try {
      const asked = holding === undefined ? { ...request, table } : await holding.wait(session, signal)
      if (holding !== undefined) meter.asks(asked === undefined ? [nothingToMeet] : notesOf(asked))
      if (asked === undefined) return
      let reading = { rows: 0, bytes: 0 }
      for await (const batch of session.scan(asked, { spares: writer.spares, hear: meter.hear, more })) {
        const sizeBytes = sizeOf(batch, types)
        meter.add(batch.rowCount)
        reading = { rows: reading.rows + batch.rowCount, bytes: reading.bytes + sizeBytes }
        if (allowance !== undefined) spend(allowance, place, { rowCount: batch.rowCount, sizeBytes, reading })
        await writer.send(batch, sizeBytes)
        signal.throwIfAborted()
      }
    } finally {
      await (session.leave?.() ?? session[Symbol.asyncDispose]())
    }
  }
  try {
    const connector = getConnector(source.table.connector)
    const kept = connector.takeKept?.(source, dial, signal)
    const isSent = kept !== undefined && (await wasAlive(send(kept, true), writer, signal))
    if (isSent) tell({ kind: 'opened', opening: 'open' })
    if (!isSent) await send(await open(source, dial, signal), false)
    writer.finish()
    meter.end('done')
  } catch (error) {
    meter.end(signal.aborted ? 'stopped' : 'failed')
    writer.fail(error)
    if (error instanceof NotAskable) return 'refused'
    const cut = await meter.cut()
    if (cut !== undefined) return { cut: failureOf(cut) }
  } finally {
    holding?.end()
  }
  return undefined
}

/** @returns false where a kept session turned out to be lost before its first row: the source has ended it, or was started anew */
async function wasAlive(sending: Promise<void>, writer: BatchWriter, signal: AbortSignal): Promise<boolean> {
  try {
    await sending
    return true
  } catch (error) {
    const isLost = error instanceof ServiceError && error.kind === 'unavailable' && !isCut(error)
    if (!isLost || writer.hasSent || signal.aborted) throw error
    return false
  }
}

/** As {@link scan}, of files that lie in the child's own directory; what is counted as read is what of them has been read. */
async function sendFiles(settings: FileSettings, { columns }: Scan, channel: ChannelEnd): Promise<void> {
  const writer = new BatchWriter(channel)
  const signal = AbortSignal.any([writer.signal, stop.signal])
  try {
    for await (const { batch, readBytes } of readFiles(settings, columns, signal)) {
      await writer.send(batch, readBytes)
      signal.throwIfAborted()
    }
    writer.finish()
  } catch (error) {
    writer.fail(error)
  }
}

/** Rejects for whatever goes wrong, on either side of the channel: nothing is written then, or nobody knows. */
async function write({ source, order, channel, way }: Extract<SourceRequest, { kind: 'write' }>): Promise<WriteReport> {
  const { table } = source
  const name = `${table.name.database}.${table.name.name}`
  const intent: Intent = { kind: 'write', source: table.connector, endpoint: table.settings.endpoint, tables: [name], notes: [] }
  using measured = measure('write', intent, way.network)
  const { meter } = measured
  const dial = telling(meter.counting(begin(way)))
  const { signal } = stop
  const rows = receiveBatches(channel, signal)
  try {
    const report = await writeRows(source, { ...order, hear: meter.hear }, { rows, dial, meter })
    meter.end('done')
    return report
  } catch (error) {
    meter.end(signal.aborted ? 'stopped' : 'failed')
    throw error
  } finally {
    // The writer hears of it, wherever it stands.
    channel.port.close()
  }
}

/** What a write works with: the rows, the way, and who counts. */
interface Writing {
  readonly rows: AsyncIterable<RecordBatch>
  readonly dial: Dialer
  readonly meter: CrossingMeter
}

async function writeRows(source: OpenableTable, request: WriteRequest, { rows, dial, meter }: Writing): Promise<WriteReport> {
  await using session = await open(source, dial, stop.signal)
  meter.connected(false)
  if (session.write === undefined)
    throw new ServiceError('unsupported', say`INSERT is not offered for ${source.table.connector} sources; insert into a managed table`)
  const report = await session.write(request, counted(rows, meter))
  meter.written(report.rowCount)
  return report
}

async function* counted(rows: AsyncIterable<RecordBatch>, meter: CrossingMeter): AsyncGenerator<RecordBatch> {
  for await (const batch of rows) {
    yield batch
    meter.add(batch.rowCount)
  }
}

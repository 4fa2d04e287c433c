// One scan at a time: opens a session at the source through the queue's dialler and sends its batches on.

import { flushCompileCache } from 'node:module'
import { parentPort } from 'node:worker_threads'
import { type Dialer, QueueDialer } from '@tributary/fabric/dial'
import { dialThroughDoor } from '@tributary/fabric/through-door'
import { type Column, isCut, type QueueNetwork, reachesOf, type Rung, ServiceError, say, sourceColumn } from '@tributary/rules'
import { sizeOf } from '../../batch.ts'
import { NotAskable, type ProbeDepth, type Session, type WriteReport, type WriteRequest } from '../../connectors/connector.ts'
import { connectors, getConnector } from '../../connectors/index.ts'
import type { Scan } from '../../plan/plan.ts'
import { readFiles } from '../../files/read-files.ts'
import type { FileSettings, OpenableTable } from '../../source.ts'
import { answerAll } from './calls.ts'
import { BatchWriter, type ChannelEnd } from './channel.ts'
import type { PeeringTraffic, Probed } from './messages.ts'
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
    }
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

const port = parentPort
if (port === null) throw new Error('source-thread.ts runs as a worker thread')

let dialer: QueueDialer | undefined
let stop = new AbortController()

answerAll(port, handle)
flushCompileCache()

function handle(request: SourceRequest): Promise<unknown> {
  switch (request.kind) {
    case 'network':
      dialer?.apply(request.network)
      for (const connector of connectors) connector.closeKept?.()
      return Promise.resolve(undefined)
    case 'stop':
      stop.abort(new ServiceError('unavailable', say`the scan was stopped`))
      return Promise.resolve(undefined)
    case 'traffic':
      return Promise.resolve(traffic())
    case 'probe':
      return probe(request.source, request.depth, begin(request.way))
    case 'describe':
      return describe(request.source, begin(request.way))
    case 'write':
      return write(request, begin(request.way))
    case 'files':
      stop = new AbortController()
      return sendFiles(request.settings, request.scan, request.channel)
    case 'scan':
      return scan(request.source, request.scan, request.channel, begin(request.way))
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
      if (!signal.aborted) for (const reach of reachesOf(rungs)) port?.postMessage({ kind: 'reach', reach })
    }
  }
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
  await using session = await getConnector(source.table.connector).open(source, telling(dial), stop.signal)
  return await session.describe()
}

/** Resolves when the session is closed; what went wrong goes down the channel, where DuckDB waits. @returns `refused` where the tables have to be read one by one */
async function scan(source: OpenableTable, request: Scan, channel: ChannelEnd, dial: Dialer): Promise<'refused' | undefined> {
  const writer = new BatchWriter(channel)
  const signal = AbortSignal.any([writer.signal, stop.signal])
  const types = request.columns.map((position) => (request.table.columns[position] as Column).type)
  const table = request.remote === undefined ? source.table : { ...source.table, columns: request.table.columns.map(sourceColumn) }
  const send = async (session: Session): Promise<void> => {
    try {
      for await (const batch of session.scan({ ...request, table }, writer.spares)) {
        await writer.send(batch, sizeOf(batch, types))
        signal.throwIfAborted()
      }
    } finally {
      await (session.leave?.() ?? session[Symbol.asyncDispose]())
    }
  }
  try {
    const connector = getConnector(source.table.connector)
    const kept = connector.takeKept?.(source, telling(dial), signal)
    const isSent = kept !== undefined && (await wasAlive(send(kept), writer, signal))
    if (!isSent) await send(await connector.open(source, telling(dial), signal))
    writer.finish()
  } catch (error) {
    writer.fail(error)
    if (error instanceof NotAskable) return 'refused'
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
async function write({ source, order, channel }: Extract<SourceRequest, { kind: 'write' }>, dial: Dialer): Promise<WriteReport> {
  const { signal } = stop
  const rows = receiveBatches(channel, signal)
  try {
    await using session = await getConnector(source.table.connector).open(source, telling(dial), signal)
    if (session.write === undefined)
      throw new ServiceError('unsupported', say`INSERT is not offered for ${source.table.connector} sources; insert into a managed table`)
    return await session.write(order, rows)
  } finally {
    // The writer hears of it, wherever it stands.
    channel.port.close()
  }
}

// One scan at a time: opens a session at the source through the queue's dialler and sends its batches on.

import { flushCompileCache } from 'node:module'
import { parentPort } from 'node:worker_threads'
import { type Dialer, QueueDialer } from '@tributary/fabric/dial'
import { dialThroughDoor } from '@tributary/fabric/through-door'
import { type Column, type QueueNetwork, reachesOf, type Rung, ServiceError, say } from '@tributary/rules'
import { sizeOf } from '../../batch.ts'
import type { ProbeDepth } from '../../connectors/connector.ts'
import { getConnector } from '../../connectors/index.ts'
import type { Scan } from '../../plan/plan.ts'
import type { OpenableTable } from '../../source.ts'
import { answerAll } from './calls.ts'
import { BatchWriter, type ChannelEnd } from './channel.ts'
import type { PeeringTraffic, Probed } from './messages.ts'

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
    case 'scan':
      return scan(request.source, request.scan, request.channel, begin(request.way))
  }
}

/** @returns what a new task dials with */
function begin({ network, door }: SourceWay): Dialer {
  stop = new AbortController()
  if (door !== undefined) return dialThroughDoor(door)
  dialer ??= new QueueDialer(network)
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

/** Resolves when the session is closed; what went wrong goes down the channel, where DuckDB waits. */
async function scan(source: OpenableTable, request: Scan, channel: ChannelEnd, dial: Dialer): Promise<void> {
  const writer = new BatchWriter(channel)
  const signal = AbortSignal.any([writer.signal, stop.signal])
  const types = request.columns.map((position) => (request.table.columns[position] as Column).type)
  try {
    await using session = await getConnector(source.table.connector).open(source, telling(dial), signal)
    for await (const batch of session.scan({ ...request, table: source.table })) {
      await writer.send(batch, sizeOf(batch, types))
      signal.throwIfAborted()
    }
    writer.finish()
  } catch (error) {
    writer.fail(error)
  }
}

// Figures that are read when somebody asks: what is in hand, what waits, what moves, how large things are.

import type { ConnectionTraffic, OpenBreaker, ReaderCount } from '@tributary/control'
import { Gauge, type Registry } from 'prom-client'

/** Where the figures come from. */
export interface Gauges {
  /** Open connections of callers. */
  readonly connections: () => Promise<number>
  readonly requests: () => number
  /** Of the bodies of those requests. */
  readonly bodyBytes: () => number
  readonly work: () => Promise<{
    readonly jobs: ReadonlyMap<string, number>
    readonly peerings: ReadonlyMap<string, number>
    readonly tableBytes: number
  }>
  readonly engines: () => readonly { readonly isBusy: boolean }[]
  readonly traffic: () => Promise<readonly ConnectionTraffic[]>
  readonly sources: () => { readonly readers: readonly ReaderCount[]; readonly breakers: readonly OpenBreaker[] }
  /** How long the resource has waited to settle that has waited longest. */
  readonly oldestDueMs: () => number
  /** Of the write-ahead log. */
  readonly walBytes: () => number
  /** ms since the epoch; `undefined` without TLS. */
  readonly certificateExpiresAt: () => number | undefined
}

/** States that are printed even where nothing is in them: a line that comes and goes cannot be watched. */
const jobStates = ['LAUNCHING', 'RUNNING']
const peeringStates = ['CREATING', 'ACTIVE', 'FAILED']

/** Declares the gauges. @returns what brings them up to date */
export function gaugesIn(registers: Registry[]): (gauges: Gauges) => Promise<void> {
  const parts = [serverGauges(registers), workGauges(registers), trafficGauges(registers), sourceGauges(registers)]
  return async (gauges) => {
    await Promise.all(parts.map((part) => part(gauges)))
  }
}

function serverGauges(registers: Registry[]): (gauges: Gauges) => Promise<void> {
  const gauge = (name: string, help: string): Gauge => new Gauge({ name: `tributary_${name}`, help, registers })
  const connections = gauge('http_connections', 'Open connections of callers.')
  const requests = gauge('http_requests_in_flight', 'Requests that have come and are not answered yet.')
  const bodies = gauge('http_body_bytes', 'Bytes of the bodies of requests in flight.')
  const oldest = gauge(
    'reconcile_oldest_due_seconds',
    'How long the resource has waited to settle that has waited longest; 0 when none waits.',
  )
  const wal = gauge('store_wal_bytes', 'Size of the write-ahead log of the store.')
  const expiry = gauge('tls_certificate_expiry_timestamp_seconds', 'When the certificate of the server is over; 0 without TLS.')
  return async (from) => {
    connections.set(await from.connections())
    requests.set(from.requests())
    bodies.set(from.bodyBytes())
    oldest.set(from.oldestDueMs() / 1000)
    wal.set(from.walBytes())
    expiry.set((from.certificateExpiresAt() ?? 0) / 1000)
  }
}

function workGauges(registers: Registry[]): (gauges: Gauges) => Promise<void> {
  const labelNames = ['state'] as const
  const jobs = new Gauge({ name: 'tributary_jobs', help: 'Jobs that have not ended.', labelNames, registers })
  const peerings = new Gauge({ name: 'tributary_peerings', help: 'Queues and pools bound to connections.', labelNames, registers })
  const children = new Gauge({ name: 'tributary_engine_processes', help: 'Engine processes.', labelNames, registers })
  const tables = new Gauge({ name: 'tributary_warehouse_bytes', help: 'Size of the newest versions of managed tables.', registers })
  return async ({ work, engines }) => {
    const found = await work()
    tables.set(found.tableBytes)
    for (const state of jobStates) jobs.set({ state }, found.jobs.get(state) ?? 0)
    for (const state of peeringStates) peerings.set({ state }, found.peerings.get(state) ?? 0)
    const busy = engines().filter(({ isBusy }) => isBusy).length
    children.set({ state: 'busy' }, busy)
    children.set({ state: 'idle' }, engines().length - busy)
  }
}

/** A connection goes by its id, which says nothing of its tenant; those over which nothing moves have no line. */
function trafficGauges(registers: Registry[]): (gauges: Gauges) => Promise<void> {
  const all = new Gauge({ name: 'tributary_source_sockets', help: 'Open sockets to sources.', registers })
  const sockets = new Gauge({
    name: 'tributary_connection_sockets',
    help: 'Open sockets to sources, by enhanced connection.',
    labelNames: ['connection_id'],
    registers,
  })
  const bytes = new Gauge({
    name: 'tributary_connection_socket_bytes',
    help: 'Bytes that the sockets that are open now have moved, by enhanced connection.',
    labelNames: ['connection_id', 'direction'],
    registers,
  })
  return async ({ traffic }) => {
    const moving = await traffic()
    all.set(moving.reduce((sum, { openSockets }) => sum + openSockets, 0))
    sockets.reset()
    bytes.reset()
    for (const { connectionId: connection_id, openSockets, bytesIn, bytesOut } of moving) {
      sockets.set({ connection_id }, openSockets)
      bytes.set({ connection_id, direction: 'in' }, bytesIn)
      bytes.set({ connection_id, direction: 'out' }, bytesOut)
    }
  }
}

const breakerStates = ['open', 'half-open'] as const

/** A connection over which nobody reads or waits, and that has no breaker open, has no line. */
function sourceGauges(registers: Registry[]): (gauges: Gauges) => Promise<void> {
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: readonly Label[]): Gauge<Label> =>
    new Gauge({ name: `tributary_${name}`, help, labelNames, registers })
  const readers = gauge('connection_readers', 'Sessions that read sources for jobs, by connection.', 'connection_id')
  const waiting = gauge('connection_waiting_jobs', 'Jobs that wait to read over a connection, by connection.', 'connection_id')
  const breakers = gauge(
    'connection_breakers',
    'Addresses and logins that are not tried for now (open) or by one job alone (half-open), by connection.',
    'connection_id',
    'state',
  )
  const all = gauge(
    'breakers',
    'Addresses and logins of all connections that are not tried for now (open) or by one job alone (half-open).',
    'state',
  )
  return async ({ sources }) => {
    const now = sources()
    for (const each of [readers, waiting, breakers]) each.reset()
    for (const { connectionId: connection_id, ...count } of now.readers) {
      readers.set({ connection_id }, count.readers)
      waiting.set({ connection_id }, count.waiting)
    }
    for (const state of breakerStates) {
      const inState = now.breakers.filter((breaker) => breaker.state === state)
      all.set({ state }, inState.length)
      for (const { connectionId: connection_id } of inState) breakers.inc({ connection_id, state })
    }
  }
}

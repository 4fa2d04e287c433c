// Counters and gauges for Prometheus. Labels are operations and statuses, never a tenant's names.

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What one server counts. */
export interface Metrics {
  /** One answered request; `operation` is an id of the contract, or empty. */
  countRequest(operation: string, status: number, seconds: number): void
  /** The Prometheus text. */
  print(): Promise<string>
}

/** Numbers that are read when somebody asks. */
export interface Gauges {
  /** Open connections of callers. */
  readonly connections: () => Promise<number>
  readonly work: () => Promise<{ readonly jobs: ReadonlyMap<string, number>; readonly peerings: ReadonlyMap<string, number> }>
  readonly engines: () => readonly { readonly isBusy: boolean }[]
}

/** States that are printed even where nothing is in them: a line that comes and goes cannot be watched. */
const jobStates = ['LAUNCHING', 'RUNNING']
const peeringStates = ['CREATING', 'ACTIVE', 'FAILED']

/** Counts for one server; two servers in one process do not mix. */
export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix: 'tributary_' })
  const requests = new Counter({
    name: 'tributary_http_requests_total',
    help: 'Requests answered.',
    labelNames: ['operation', 'status'],
    registers,
  })
  const duration = new Histogram({
    name: 'tributary_http_request_seconds',
    help: 'Time from the first byte in to the last byte out.',
    labelNames: ['operation'],
    buckets: [0.002, 0.01, 0.05, 0.2, 1, 5],
    registers,
  })
  const connections = new Gauge({
    name: 'tributary_http_connections',
    help: 'Open connections of callers.',
    registers,
  })
  const setWork = workGauges(registers, gauges)
  return {
    countRequest(operation, status, seconds) {
      requests.inc({ operation, status })
      duration.observe({ operation }, seconds)
    },
    print: async () => {
      connections.set(await gauges.connections())
      await setWork()
      return registry.metrics()
    },
  }
}

/** The service's own work. @returns what brings the gauges up to date */
function workGauges(registers: Registry[], { work, engines }: Gauges): () => Promise<void> {
  const jobs = new Gauge({ name: 'tributary_jobs', help: 'Jobs that have not ended.', labelNames: ['state'], registers })
  const peerings = new Gauge({
    name: 'tributary_peerings',
    help: 'Queues and pools bound to connections.',
    labelNames: ['state'],
    registers,
  })
  const children = new Gauge({ name: 'tributary_engine_processes', help: 'Engine processes.', labelNames: ['state'], registers })
  return async () => {
    const found = await work()
    for (const state of jobStates) jobs.set({ state }, found.jobs.get(state) ?? 0)
    for (const state of peeringStates) peerings.set({ state }, found.peerings.get(state) ?? 0)
    const busy = engines().filter(({ isBusy }) => isBusy).length
    children.set({ state: 'busy' }, busy)
    children.set({ state: 'idle' }, engines().length - busy)
  }
}

// Counters for Prometheus: requests, refusals, jobs, reconcilers, commits. Labels are operations and states, never a tenant's names.

import type { JobEnd, Look, Observer } from '@tributary/control'
import { connectionCounts } from './connection-counts.ts'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { type Gauges, gaugesIn } from './gauges.ts'
import { allRefusals, type Refusal } from './limits.ts'

/** What one server counts. */
export interface Metrics {
  /** One answered request; `operation` is an id of the contract, or empty. */
  countRequest(operation: string, status: number, seconds: number): void
  /** One request that a limit kept out. */
  countRefusal(reason: Refusal): void
  /** One commit of the store, sync included. */
  readonly observeCommit: (seconds: number) => void
  /** Hears of jobs and reconcilers. */
  readonly observer: Observer
  /** The Prometheus text, with gauges as they are now. */
  print(gauges: Gauges): Promise<string>
}

/** Counts for one server; two servers in one process do not mix. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix: 'tributary_' })
  new Gauge({ name: 'tributary_build_info', help: 'The version that runs; always 1.', labelNames: ['version'], registers }).set(
    { version },
    1,
  )
  const refusals = new Counter({
    name: 'tributary_http_refusals_total',
    help: 'Requests that a limit of the server kept out.',
    labelNames: ['reason'],
    registers,
  })
  for (const reason of allRefusals) refusals.inc({ reason }, 0)
  const commits = new Histogram({
    name: 'tributary_store_commit_seconds',
    help: 'Time of one commit of the store, until it is on disk.',
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
    registers,
  })
  const setGauges = gaugesIn(registers)
  return {
    countRequest: requestCounter(registers),
    countRefusal: (reason) => refusals.inc({ reason }),
    observeCommit: (seconds) => commits.observe(seconds),
    observer: observerIn(registers),
    print: async (gauges) => {
      await setGauges(gauges)
      return registry.metrics()
    },
  }
}

// Handed on so many at once: a registry takes longer for one request among other work than for one of many in a row.
const mostWaiting = 256

/** What is counted of one operation with one status. */
interface RequestSeries {
  readonly requests: Counter.Internal
  readonly durations: Histogram.Internal<'operation'>
}

/** Labels are looked up once per operation and status, not at each request; requests wait for others, or for somebody who looks. */
function requestCounter(registers: Registry[]): Metrics['countRequest'] {
  const waiting: RequestSeries[] = []
  const waitingSeconds = new Float64Array(mostWaiting)
  const collect = (): void => {
    waiting.forEach(({ requests, durations }, index) => {
      requests.inc()
      durations.observe(waitingSeconds[index] as number)
    })
    waiting.length = 0
  }
  const seriesOf = requestSeries(registers, collect)
  return (operation, status, seconds) => {
    waitingSeconds[waiting.length] = seconds
    if (waiting.push(seriesOf(operation, status)) === mostWaiting) collect()
  }
}

function requestSeries(registers: Registry[], collect: () => void): (operation: string, status: number) => RequestSeries {
  const requests = new Counter({
    name: 'tributary_http_requests_total',
    help: 'Requests answered; status 499 is for callers who hung up before.',
    labelNames: ['operation', 'status'],
    registers,
    collect,
  })
  const durations = new Histogram({
    name: 'tributary_http_request_seconds',
    help: 'Time from the first byte in to the last byte out.',
    labelNames: ['operation'],
    buckets: [0.002, 0.01, 0.05, 0.2, 1, 5],
    registers,
    collect,
  })
  const known = new Map<string, Map<number, RequestSeries>>()
  const add = (operation: string, status: number): RequestSeries => {
    const series = { requests: requests.labels({ operation, status }), durations: durations.labels({ operation }) }
    known.set(operation, (known.get(operation) ?? new Map()).set(status, series))
    return series
  }
  return (operation, status) => known.get(operation)?.get(status) ?? add(operation, status)
}

// A line that comes and goes cannot be watched: every state is there from the first scrape on.
const jobEnds: readonly JobEnd[] = ['FINISHED', 'FAILED', 'CANCELLED']
const looks: readonly Look[] = ['settled', 'retried', 'failed']

function observerIn(registers: Registry[]): Observer {
  const jobs = new Histogram({
    name: 'tributary_job_seconds',
    help: 'Time from taking a job up to its end, its wait for an engine included.',
    labelNames: ['state'],
    buckets: [0.05, 0.2, 1, 5, 20, 60, 300, 1800],
    registers,
  })
  const reconciles = new Counter({
    name: 'tributary_reconciles_total',
    help: 'Looks at resources that settle: retried for what lies outside, failed for bugs; both are tried again.',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  for (const state of jobEnds) jobs.zero({ state })
  for (const outcome of looks) reconciles.inc({ kind: 'network', outcome }, 0)
  return {
    jobEnded: (state, seconds) => jobs.observe({ state }, seconds),
    looked: (kind, outcome) => reconciles.inc({ kind, outcome }),
    ...connectionCounts(registers),
  }
}

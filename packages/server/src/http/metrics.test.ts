// The metrics of a server that works: what they count, and that everything which the example alerts and the dashboard name is among them.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parse } from 'yaml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { publishedProject, type SampleServer, sampleServer } from '../sample-server.ts'

/** A series of the text format. */
interface Series {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A metric as an expression names it, with the labels it asks for. */
interface Selector {
  readonly name: string
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[]
}

let server: SampleServer
let scraped: readonly Series[]

beforeAll(async () => {
  server = await sampleServer({ TRIBUTARY_SWEEP: '1' })
  await server.ask('createQueue', { body: { queue_name: 'q1', cu_count: 16, resource_mode: 1 } })
  await server.ask('submitJob', { body: { sql: 'select 1', queue_name: 'q1' } })
  const ended = async (): Promise<string> => (await server.ask('listJobs')).body.jobs[0].status
  const waitForEnd = async (): Promise<void> => {
    if ((await ended()) !== 'FINISHED') throw new Error('the job has not ended')
  }
  await vi.waitFor(waitForEnd, { timeout: 20_000, interval: 200 })
  // The network of the queue settles by itself, before its job or after it.
  const waitForNetwork = async (): Promise<void> => {
    scraped = await scrape()
    if (valueOf('tributary_reconciles_total', { kind: 'network', outcome: 'settled' }) === 0) throw new Error('no network has settled')
  }
  await vi.waitFor(waitForNetwork, { timeout: 20_000, interval: 200 })
})
afterAll(() => server[Symbol.asyncDispose]())

async function scrape(): Promise<readonly Series[]> {
  const { text } = await server.send('GET', '/metrics', { as: 'nobody' })
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-z_0-9]+)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? []
    if (name === undefined) return []
    const pairs = [...labels.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, label = '', text = '']) => [label, text])
    return [{ name, labels: Object.fromEntries(pairs) as Readonly<Record<string, string>>, value: Number(value) }]
  })
}

function valueOf(name: string, labels: Readonly<Record<string, string>> = {}): number {
  const found = scraped.filter(
    (series) => series.name === name && Object.entries(labels).every(([label, text]) => series.labels[label] === text),
  )
  if (found.length === 0) throw new Error(`${name} ${JSON.stringify(labels)} is not among the metrics`)
  return found.reduce((sum, { value }) => sum + value, 0)
}

describe('metrics', () => {
  it('count what a server did', () => {
    const { version } = createRequire(import.meta.url)('../../../../package.json') as { readonly version: string }
    expect(valueOf('tributary_build_info', { version })).toBe(1)
    expect(valueOf('tributary_http_requests_total', { operation: 'createQueue', status: '200' })).toBe(1)
    expect(valueOf('tributary_http_request_seconds_count', { operation: 'createQueue' })).toBe(1)
    expect(valueOf('tributary_http_requests_in_flight')).toBe(1)
    expect(valueOf('tributary_http_connections')).toBeGreaterThanOrEqual(1)
    expect(valueOf('tributary_job_seconds_count', { state: 'FINISHED' })).toBe(1)
    expect(valueOf('tributary_job_seconds_sum', { state: 'FINISHED' })).toBeGreaterThan(0)
    expect(valueOf('tributary_reconciles_total', { kind: 'network', outcome: 'settled' })).toBeGreaterThanOrEqual(1)
    expect(valueOf('tributary_reconciles_total', { outcome: 'failed' })).toBe(0)
    expect(valueOf('tributary_reconcile_oldest_due_seconds')).toBeLessThan(60)
    expect(valueOf('tributary_store_commit_seconds_count')).toBeGreaterThanOrEqual(2)
    expect(valueOf('tributary_store_wal_bytes')).toBeGreaterThan(0)
    expect(valueOf('tributary_tls_certificate_expiry_timestamp_seconds')).toBe(0)
  })

  it('name nobody: neither projects, nor users, nor queues', async () => {
    const { text } = await server.send('GET', '/metrics', { as: 'nobody' })
    for (const name of ['q1', publishedProject, server.credentials.adminUser, server.credentials.accessKey])
      expect(text).not.toContain(name)
  })
})

const clauses = /\b(?:by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)/g
const words = new Set(['and', 'or', 'unless', 'bool', 'by', 'offset'])

/** The selectors of an expression: names that are no functions, with what stands in their braces. */
function selectorsOf(expression: string): readonly Selector[] {
  const plain = expression.replaceAll(clauses, ' ').replaceAll(/\[[^\]]*\]/g, ' ')
  return [...plain.matchAll(/([a-zA-Z_:][\w:]*)\s*(\(|\{[^}]*\})?/g)].flatMap(([, name = '', rest = '']) => {
    if (rest === '(' || words.has(name)) return []
    const matchers = [...rest.matchAll(/([a-z_]+)\s*(=~|!=|!~|=)\s*"([^"]*)"/g)]
    return [{ name, matchers: matchers.map(([, label = '', operator = '', value = '']) => ({ label, operator, value })) }]
  })
}

/** What an expression groups by. */
function groupsOf(expression: string): readonly string[] {
  return [...expression.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(',').map((name) => name.trim()))
}

/** Label values that a healthy server never has. */
const onlyInTrouble = new Set(['status'])
/** Metrics that have series only while something moves, or once something has. */
const whileMoving = [
  'tributary_connection_sockets',
  'tributary_connection_socket_bytes',
  'tributary_connection_crossings_total',
  'tributary_connection_rows_total',
  'tributary_connection_bytes_total',
]

/** @returns what the expression names and no scrape has */
function missingOf(expression: string, declared: string): readonly string[] {
  const missing = selectorsOf(expression).flatMap(({ name, matchers }) => {
    if (whileMoving.includes(name)) return new RegExp(`# TYPE ${name} (gauge|counter)`).test(declared) ? [] : [name]
    const series = scraped.filter((candidate) => candidate.name === name)
    if (series.length === 0) return [name]
    return matchers.flatMap(({ label, operator, value }) => {
      const values = series.map(({ labels }) => labels[label])
      if (values.includes(undefined)) return [`${name}{${label}}`]
      if (onlyInTrouble.has(label)) return []
      const wanted = operator.includes('~') ? value.split('|') : [value]
      return wanted.filter((each) => !values.includes(each)).map((each) => `${name}{${label}="${each}"}`)
    })
  })
  const known = new Set(['connection_id', 'direction', 'outcome', ...scraped.flatMap(({ labels }) => Object.keys(labels))])
  return [...missing, ...groupsOf(expression).filter((label) => !known.has(label))]
}

const page = (name: string): string => readFileSync(new URL(`../../../../docs/operations/${name}`, import.meta.url), 'utf8')

describe('what an operator is given', () => {
  it('is checked by something that sees what is not there', () => {
    expect(missingOf('sum by (le, town) (rate(tributary_nothing_bucket[5m])) > 1 and tributary_jobs{state="GONE", at="x"}', '')).toEqual([
      'tributary_nothing_bucket',
      'tributary_jobs{state="GONE"}',
      'tributary_jobs{at}',
      'town',
    ])
  })

  it('alerts name metrics and label values that are there, and say what to do', async () => {
    const { text } = await server.send('GET', '/metrics', { as: 'nobody' })
    const { groups } = parse(page('alerts.yaml'))
    const rules = groups.flatMap((group: { readonly rules: readonly unknown[] }) => group.rules)
    expect(rules.length).toBeGreaterThan(12)
    expect(new Set(rules.map((rule: { readonly alert: string }) => rule.alert)).size).toBe(rules.length)
    for (const { alert, expr, annotations, labels, ...rest } of rules) {
      expect([alert, selectorsOf(expr).length > 0, missingOf(expr, text)]).toEqual([alert, true, []])
      expect([alert, rest.for]).toEqual([alert, expect.stringMatching(/^\d+[mh]$/)])
      expect([alert, labels.severity]).toEqual([alert, expect.stringMatching(/^(page|ticket)$/)])
      for (const told of [annotations.summary, annotations.what_to_do])
        expect([alert, told]).toEqual([alert, expect.stringMatching(/^.{20,}\.$/)])
    }
  })

  it('the dashboard shows metrics that are there, in panels that do not overlap', async () => {
    const { text } = await server.send('GET', '/metrics', { as: 'nobody' })
    const { panels, annotations, templating } = JSON.parse(page('dashboard.json'))
    expect(templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' })
    expect(panels.length).toBeGreaterThan(12)
    const expressions = [
      ...panels.flatMap(({ targets }: { readonly targets: readonly { readonly expr: string }[] }) => targets.map(({ expr }) => expr)),
      ...annotations.list.map(({ expr }: { readonly expr: string }) => expr),
    ]
    for (const expression of expressions) expect([expression, missingOf(expression, text)]).toEqual([expression, []])
    const places = panels.map(({ gridPos: { x, y } }: { readonly gridPos: { readonly x: number; readonly y: number } }) => `${x} ${y}`)
    expect(new Set(places).size).toBe(panels.length)
  })
})

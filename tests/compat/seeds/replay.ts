// Plays the published pages against a running server, word for word, and holds every answer against the printed one.

import { isDeepStrictEqual } from 'node:util'
import type { Account } from '../../servers/tributary.ts'
import pages from './pages.json' with { type: 'json' }
import type { PrintedCall } from './pages.ts'
import { type Answer, type Call, signedCall } from './signed-call.ts'

/** One checked exchange, as the report prints it. */
export interface Exchange {
  readonly page: string
  readonly call: string
  readonly status: number
  /** Members of the answer that the page prints. */
  readonly published: readonly string[]
  /** Members beyond the page, each of them on the list of the contract's own additions. */
  readonly added: readonly string[]
}

/** A database that stands in for the services behind the printed addresses. */
export interface Source {
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** The ids that the pages print, and the addresses behind them; `networks` declares them all. */
const printed = {
  vpc: '22094d8f-c310-4621-913d-4c4d655d8495',
  subnet: '78f2562a-36e4-4b39-95b9-f5aab22e1281',
  classicSubnet: 'e83ba67d-e812-42d3-908d-6ea0b2cc5ecb',
  securityGroup: 'a07ab107-a4ad-4835-ad09-08a2f2efccdb',
} as const
const classicVpc = '5b9f1c52-6a0e-4a43-9d0c-0e6f7c1f2d11'
const zooKeepers = ['cloudtable-8636-zk2-ldQklrNa', 'cloudtable-8636-zk3-N9EEH4mI', 'cloudtable-8636-zk1-78Lt0l8L'].map(
  (name) => `${name}.mycloudtable.com`,
)

/** Members that later documents and clients add to the printed ones (decision 0003). */
const additions = new Set(['elastic_resource_pools', 'routes', 'isPrivis', 'ipv6_enable'])
/** What must differ between two runs: ids we make and times. */
const varying = new Set(['connection_id', 'id', 'peer_id', 'create_time', 'update_time'])

type Json = Record<string, unknown>

/** Calls that expect one status, signed for the account. */
export class Caller {
  readonly #endpoint: string
  readonly #account: Account

  constructor(endpoint: string, account: Account) {
    this.#endpoint = endpoint
    this.#account = account
  }

  /** @throws {Error} with the answer when its status is another one */
  async call(call: Call, status: number): Promise<Json> {
    const answer = await signedCall(this.#endpoint, this.#account, call)
    if (answer.status !== status)
      throw new Error(`${call.method} ${call.path} answered ${answer.status}, not ${status}: ${JSON.stringify(answer.body)}`)
    return answer.body as Json
  }

  json(method: string, path: string, body: unknown, status = 200): Promise<Json> {
    return this.call({ method, path, body: JSON.stringify(body) }, status)
  }

  /** One printed call, whatever its status. */
  raw(call: Call): Promise<Answer> {
    return signedCall(this.#endpoint, this.#account, call)
  }
}

/** Declares the printed ids and queues, and attaches gateways that lead the printed addresses to `source`. */
export async function prepare(caller: Caller, project: string, source: Source): Promise<void> {
  await caller.json('PUT', '/tributary/v1/networks', {
    projects: [{ id: project, name: 'local' }],
    vpcs: [
      { id: printed.vpc, project_id: project, name: 'services', cidr: '192.168.0.0/16' },
      { id: classicVpc, project_id: project, name: 'tables', cidr: '172.20.0.0/16' },
    ],
    subnets: [
      { id: printed.subnet, vpc_id: printed.vpc, name: 'services', cidr: '192.168.0.0/24', gateway_ip: '192.168.0.254' },
      { id: printed.classicSubnet, vpc_id: classicVpc, name: 'tables', cidr: '172.20.0.0/24', gateway_ip: '172.20.0.254' },
    ],
    security_groups: [{ id: printed.securityGroup, project_id: project, name: 'tables' }],
  })
  const to = `127.0.0.1:${source.port}`
  const gateway = (vpc: string) => `/tributary/v1/projects/${project}/vpcs/${vpc}/gateway`
  await caller.json('PUT', gateway(printed.vpc), { kind: 'map', ranges: ['127.0.0.1/32'], map: [{ from: '192.168.0.1:5432', to }] })
  await caller.json('PUT', gateway(classicVpc), {
    kind: 'map',
    ranges: ['127.0.0.1/32'],
    map: [{ from: '172.20.0.11:2181', to }],
    names: zooKeepers.map((name) => ({ name, ip: '172.20.0.11' })),
  })
  for (const name of ['q1', 'q2', 'queue1']) {
    await caller.json('POST', `/v1.0/${project}/queues`, { queue_name: name, cu_count: 16, resource_mode: 1 })
  }
}

/** Plays every printed call in the pages' order; a connection that a page made is deleted before the next page. */
export async function replay(caller: Caller, project: string): Promise<readonly Exchange[]> {
  const exchanges: Exchange[] = []
  for (const page of pages) {
    let id = ''
    for (const call of page.calls as readonly PrintedCall[]) {
      if (call.method === 'GET') await bindOnly(caller, `/v2.0/${project}/datasource/enhanced-connections/${id}`, 'queue1')
      const path = call.method === 'GET' ? call.path.replace(/[^/]+$/, id) : call.path
      const answer = await caller.raw({ method: call.method, path, body: call.body })
      exchanges.push(compare(page.source, call, answer))
      const made = (answer.body as Json)['connection_id']
      if (typeof made === 'string') id = made
    }
    if (!page.calls.some((call) => call.path.endsWith('/datasource-connection'))) {
      await caller.call({ method: 'DELETE', path: `/v2.0/${project}/datasource/enhanced-connections/${id}` }, 200)
    }
  }
  return exchanges
}

/** The pages bind q1 and q2 and then print an answer that shows queue1: the optional step between them. */
async function bindOnly(caller: Caller, connection: string, queue: string): Promise<void> {
  await caller.json('POST', `${connection}/disassociate-queue`, { queues: ['q1', 'q2'] })
  await caller.json('POST', `${connection}/associate-queue`, { queues: [queue] })
}

function compare(page: string, call: PrintedCall, answer: Answer): Exchange {
  const expected = JSON.parse(call.answer) as Json
  const actual = answer.body as Json
  const where = `${call.method} ${call.path} of "${page}"`
  const status = call.method === 'POST' ? 201 : 200
  if (answer.status !== status) throw new Error(`${where} answered ${answer.status}, not ${status}: ${JSON.stringify(actual)}`)
  if (!isDeepStrictEqual(steady(pick(actual, Object.keys(expected))), steady(expected))) {
    throw new Error(`${where} answered ${JSON.stringify(actual)}, and the page prints ${JSON.stringify(expected)}`)
  }
  const added = Object.keys(actual).filter((member) => !(member in expected))
  const stray = added.filter((member) => !additions.has(member))
  if (stray.length > 0) throw new Error(`${where} has members that no document knows: ${stray.join(', ')}`)
  return { page, call: `${call.method} ${call.path}`, status, published: Object.keys(expected), added }
}

function pick(value: Json, members: readonly string[]): Json {
  return Object.fromEntries(members.filter((member) => member in value).map((member) => [member, value[member]]))
}

/** The value with everything that varies replaced by its type, so that it still must be there and of its kind. */
function steady(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(steady)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, varying.has(member) ? typeof inner : steady(inner)]))
}

/** What the classic connection of the pages did. */
export interface ClassicReport {
  readonly connectionUrl: string
  readonly rows: unknown
  readonly stateAfterDelete: string
}

/** Uses the classic connection that {@link replay} left: reads, lists, sends a job's bytes through its `connection_url`, deletes. */
export async function useClassicConnection(caller: Caller, project: string, source: Source): Promise<ClassicReport> {
  const base = `/v2.0/${project}/datasource-connection`
  const listed = (await caller.call({ method: 'GET', path: base }, 200))['connections'] as Json[]
  const id = String(listed[0]?.['connection_id'])
  const detail = await until(
    () => caller.call({ method: 'GET', path: `${base}/${id}` }, 200),
    (answer) => answer['state'] === 'ACTIVE',
  )
  const connectionUrl = String(detail['connection_url'])
  const [first] = connectionUrl.split(',')
  const rows = await joinThrough(caller, project, source, first as string)
  await caller.call({ method: 'DELETE', path: `${base}/${id}` }, 200)
  const after = await caller.call({ method: 'GET', path: `${base}/${id}` }, 200)
  return { connectionUrl, rows, stateAfterDelete: String(after['state']) }
}

async function joinThrough(caller: Caller, project: string, source: Source, address: string): Promise<unknown> {
  await caller.json(
    'POST',
    `/v3/${project}/datasource/auth-infos`,
    { auth_info_name: 'rows', datasource_type: 'passwd', user_name: source.user, password: source.password },
    201,
  )
  await caller.json('POST', `/v1.0/${project}/databases`, { database_name: 'relayed' })
  const options = `'url'='jdbc:postgresql://${address}/${source.database}', 'driver'='org.postgresql.Driver', 'dbtable'='public.visits', 'passwdauth'='rows', 'encryption'='true'`
  await runJob(caller, project, 'q1', `CREATE TABLE relayed.visits USING JDBC OPTIONS (${options})`)
  const job = await runJob(caller, project, 'q1', 'SELECT page, sum(hits) AS hits FROM relayed.visits GROUP BY page ORDER BY page')
  return (await caller.call({ method: 'GET', path: `/v1.0/${project}/jobs/${job}/preview` }, 200))['rows']
}

/** Submits a statement and waits for its end. @returns the job's id */
export async function runJob(caller: Caller, project: string, queue: string, sql: string): Promise<string> {
  const submitted = await caller.json('POST', `/v1.0/${project}/jobs/submit-job`, { sql, queue_name: queue })
  const job = String(submitted['job_id'])
  const status = await until(
    () => caller.call({ method: 'GET', path: `/v1.0/${project}/jobs/${job}/status` }, 200),
    (answer) => ['FINISHED', 'FAILED', 'CANCELLED'].includes(String(answer['status'])),
  )
  if (status['status'] !== 'FINISHED') throw new Error(`${sql} ended ${String(status['status'])}: ${String(status['message'])}`)
  return job
}

async function until(read: () => Promise<Json>, isDone: (answer: Json) => boolean): Promise<Json> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const answer = await read()
    if (isDone(answer)) return answer
    if (Date.now() > deadline) throw new Error(`still waiting after 20 s: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

// The mixed load: what is called how often. Together it takes well under half of two processors.

import { setTimeout as sleep } from 'node:timers/promises'
import { sites } from '../../examples/quickstart/procedure.ts'
import { signedHeaders } from '../compat/seeds/signed-call.ts'
import type { Stream } from './open-loop.ts'
import { joinSql, memberOf, queue, type Stage } from './stage.ts'
import type { Answered, Sent, Wires } from './wires.ts'

// A poll costs the server time, too: it comes after a twentieth of the time that the job has taken so far.
const pollMs = { least: 2, most: 25, share: 1 / 20 }
const longestJobMs = 30_000

/** Speaks to a stage; the load is its methods, each on its own rhythm. */
export class Load {
  readonly #stage: Stage
  readonly #wires: Wires
  readonly #token: string
  readonly #connections: string
  readonly #jobs: string
  /** Connections whose life goes on, by number: the id, once the last step that was due is done. */
  readonly #lives = new Map<number, Promise<string>>()

  private constructor(stage: Stage, wires: Wires, token: string) {
    const { projectId } = stage.server.account
    this.#stage = stage
    this.#wires = wires
    this.#token = token
    this.#connections = `/v2.0/${projectId}/datasource/enhanced-connections`
    this.#jobs = `/v1.0/${projectId}/jobs`
  }

  /** Signs in as the server's administrator. */
  static async open(stage: Stage, wires: Wires): Promise<Load> {
    return new Load(stage, wires, await signIn(stage, wires))
  }

  /** Everything that is called, by name. The steps of a connection's life are due 600 ms apart. */
  streams(): readonly Stream[] {
    const life = { perSecond: 2, rhythm: 'connection' }
    return [
      { name: 'read by token', perSecond: 25, run: () => this.#call(200, { method: 'GET', path: this.#kept() }) },
      { name: 'read by signature', perSecond: 10, run: () => this.#signed(200, this.#stage.server.account.secretKey) },
      { name: 'wrong signature', perSecond: 2, run: () => this.#signed(401, 'not-the-secret-key-of-anybody-here-000000') },
      { name: 'list', perSecond: 4, run: () => this.#call(200, { method: 'GET', path: `${this.#connections}?limit=20` }) },
      { name: 'create', ...life, run: (number) => this.#create(number) },
      { name: 'bind', ...life, delayMs: 600, run: (number) => this.#change(number, '/associate-queue') },
      { name: 'unbind', ...life, delayMs: 1200, run: (number) => this.#change(number, '/disassociate-queue') },
      { name: 'delete', ...life, delayMs: 1800, run: (number) => this.#delete(number) },
      { name: 'job: SELECT 1', perSecond: 1, run: () => this.#job('SELECT 1 AS one', 1) },
      { name: 'job: join at the source', perSecond: 0.5, run: () => this.#job(joinSql, 10) },
      { name: 'sign in', perSecond: 0.5, run: async () => void (await signIn(this.#stage, this.#wires)) },
      { name: 'scrape', perSecond: 0.5, run: () => this.#scrape() },
    ]
  }

  #kept(): string {
    return `${this.#connections}/${this.#stage.connectionId}`
  }

  #send(status: number, sent: Sent): Promise<Answered> {
    return this.#wires.expect(status, { ...sent, headers: { 'x-auth-token': this.#token } })
  }

  async #call(status: number, sent: Sent): Promise<void> {
    await this.#send(status, sent)
  }

  async #signed(status: number, secretKey: string): Promise<void> {
    const call = { method: 'GET', path: this.#kept() }
    const { endpoint, account } = this.#stage.server
    await this.#wires.expect(status, { ...call, headers: signedHeaders(endpoint, { ...account, secretKey }, call) })
  }

  async #create(number: number): Promise<void> {
    const { vpc, subnet } = sites.sales
    const hosts = [{ name: `node-${number}.example`, ip: '10.71.0.9' }]
    const body = JSON.stringify({ name: `story_${number}`, dest_vpc_id: vpc, dest_network_id: subnet, hosts })
    const made = this.#send(201, { method: 'POST', path: this.#connections, body })
    await this.#live(
      number,
      made.then(({ text }) => memberOf(text, 'connection_id')),
    )
  }

  async #change(number: number, rest: string): Promise<void> {
    const body = JSON.stringify({ queues: [queue] })
    await this.#step(number, (path) => this.#call(200, { method: 'POST', path: `${path}${rest}`, body }))
  }

  async #delete(number: number): Promise<void> {
    await this.#step(number, (path) => this.#call(200, { method: 'DELETE', path }))
    this.#lives.delete(number)
  }

  /** A step follows the one before, however late that is: a connection is not deleted while it is being unbound. */
  async #step(number: number, act: (path: string) => Promise<void>): Promise<void> {
    const before = this.#lives.get(number) ?? Promise.reject(new Error(`connection ${number} was not begun`))
    await this.#live(
      number,
      before.then(async (id) => {
        await act(`${this.#connections}/${id}`)
        return id
      }),
    )
  }

  async #live(number: number, step: Promise<string>): Promise<void> {
    this.#lives.set(number, step)
    await step
  }

  /** Submits a query, waits for its end and reads its rows. */
  async #job(sql: string, rows: number): Promise<void> {
    const submitted = await this.#send(200, {
      method: 'POST',
      path: `${this.#jobs}/submit-job`,
      body: JSON.stringify({ sql, queue_name: queue }),
    })
    const path = `${this.#jobs}/${memberOf(submitted.text, 'job_id')}`
    await this.#untilFinished(path)
    const preview = JSON.parse((await this.#send(200, { method: 'GET', path: `${path}/preview` })).text) as {
      readonly rows: readonly unknown[]
    }
    if (preview.rows.length !== rows) throw new Error(`${sql} answered ${preview.rows.length} rows instead of ${rows}`)
  }

  async #untilFinished(path: string): Promise<void> {
    const begun = performance.now()
    for (;;) {
      const { text } = await this.#send(200, { method: 'GET', path: `${path}/status` })
      const status = memberOf(text, 'status')
      if (status === 'FINISHED') return
      if (status === 'FAILED' || status === 'CANCELLED') throw new Error(`a job ended ${status}: ${text}`)
      const soFarMs = performance.now() - begun
      if (soFarMs > longestJobMs) throw new Error(`a job is ${status} after ${longestJobMs / 1000} s`)
      await sleep(Math.min(pollMs.most, Math.max(pollMs.least, soFarMs * pollMs.share)))
    }
  }

  async #scrape(): Promise<void> {
    const { text } = await this.#wires.expect(200, { method: 'GET', path: '/metrics' })
    if (!text.includes('tributary_http_requests_total')) throw new Error('the metrics count no requests')
  }
}

/** @returns the token */
async function signIn({ server: { account } }: Stage, wires: Wires): Promise<string> {
  const user = { name: account.adminUser, password: account.adminPassword, domain: { name: account.domainName } }
  const auth = { identity: { methods: ['password'], password: { user } }, scope: { project: { id: account.projectId } } }
  const { headers } = await wires.expect(201, { method: 'POST', path: '/v3/auth/tokens', body: JSON.stringify({ auth }) })
  const token = headers['x-subject-token']
  if (typeof token !== 'string') throw new Error('signing in gave no token')
  return token
}

/** Of the streams, those that write something down; the audit of a refusal is a write. */
export const writers: ReadonlySet<string> = new Set(['wrong signature', 'create', 'bind', 'unbind', 'delete', 'sign in'])
/** Those whose answer waits for the disk; a refusal's does not wait for its entry in the audit. */
export const durable: ReadonlySet<string> = new Set([
  'create',
  'bind',
  'unbind',
  'delete',
  'sign in',
  'job: SELECT 1',
  'job: join at the source',
])
/** Those that leave a result behind. */
export const jobs: ReadonlySet<string> = new Set(['job: SELECT 1', 'job: join at the source'])

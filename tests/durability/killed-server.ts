// A server that is killed and started again on one data directory, and whoever asks it for jobs and hears how they end.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Chance } from '../compat/fuzz/random.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'
import { signIn } from './stage.ts'
import { type Json, Writer } from './writer.ts'

const longestJobMs = 90_000
const mostSubmits = 5

/** Disposing it ends the server and removes the directory. */
export class KilledServer implements AsyncDisposable {
  readonly dataDir: string
  /** Calls as the administrator, whichever server stands. */
  readonly caller: Writer
  readonly #target = { endpoint: '', token: '' }
  #server: TributaryServer | undefined

  private constructor(dataDir: string) {
    this.dataDir = dataDir
    const ground = { vpcId: '', subnetId: '', securityGroupId: '', domainId: '', userName: '', silentPort: 0 }
    this.caller = new Writer({ name: 'k', target: this.#target, ground, chance: new Chance(1) })
  }

  /** Starts the first one on a new directory. */
  static async open(): Promise<KilledServer> {
    const opened = new KilledServer(await mkdtemp(join(tmpdir(), 'tributary-killed-')))
    await opened.start()
    return opened
  }

  /** The server that stands. @throws {Error} when none was started */
  get server(): TributaryServer {
    if (this.#server === undefined) throw new Error('no server was started')
    return this.#server
  }

  /** Starts the next one, and signs in to it. */
  async start(): Promise<void> {
    this.#server = await startTributary({ dataDir: this.dataDir })
    this.#target.endpoint = this.#server.endpoint
    this.#target.token = await signIn(this.#server.endpoint)
  }

  /** Submits a statement; on a busy machine an engine takes its time to start: the statement is refused then, and submitted again. @returns the job's id */
  async submit(sql: string, sent: Readonly<Record<string, unknown>> = {}): Promise<string> {
    let answer = ''
    for (let tried = 0; tried < mostSubmits; tried += 1) {
      const { status, body } = await this.caller.call('submitJob', { body: { sql, ...sent } })
      if (body.job_id !== undefined) return body.job_id
      answer = JSON.stringify(body)
      if (status !== 503) break
    }
    throw new Error(`${sql}: ${answer}`)
  }

  /** Waits for the end of a job. @returns its status as the API tells it @throws {Error} when it takes too long */
  async ended(job_id: string): Promise<Json> {
    const deadline = performance.now() + longestJobMs
    for (;;) {
      const { body } = await this.caller.call('getJobStatus', { params: { job_id } })
      if (['FINISHED', 'FAILED', 'CANCELLED'].includes(body.status)) return body
      if (performance.now() > deadline) throw new Error(`job ${job_id} is ${body.status} after ${longestJobMs} ms`)
      await sleep(10)
    }
  }

  /** Waits until a job has begun. */
  async running(job_id: string): Promise<void> {
    const read = async (): Promise<string> => (await this.caller.call('getJobStatus', { params: { job_id } })).body.status
    while ((await read()) === 'LAUNCHING') await sleep(2)
  }

  /** Runs a statement to its end. @returns the job's id @throws {Error} when it does not finish well */
  async done(sql: string, sent: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const job = await this.submit(sql, sent)
    const { status, message } = await this.ended(job)
    if (status !== 'FINISHED') throw new Error(`${sql}: ${status} ${message}`)
    return job
  }

  /** Runs a query to its end. @returns its rows, as a preview shows them */
  async rows(sql: string): Promise<readonly (readonly Json[])[]> {
    const job_id = await this.done(sql)
    return (await this.caller.call('previewJob', { params: { job_id } })).body.rows
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]()
    await rm(this.dataDir, { recursive: true, force: true })
  }
}

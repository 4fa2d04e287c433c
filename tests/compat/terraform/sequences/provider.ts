// How the provider calls: its headers and bodies byte for byte, the statuses that it takes for success, and its pauses, which tests shorten.

import { createHash } from 'node:crypto'
import { Agent, request as openRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js'
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js'
import type { Account } from '../../../servers/tributary.ts'
import { type Decoded, decode, type Shape } from './decode.ts'

/** One call. `{project_id}` in the path is filled in; a query is sent as it is written, nothing encoded. */
export interface ProviderCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  /** Sent as Go writes a map: names sorted, no blanks, a newline at the end. */
  readonly body?: Readonly<Record<string, unknown>>
  /** Lower-case names; an `application/json` Content-Type goes along with a body anyway. */
  readonly headers?: Readonly<Record<string, string>>
  /** The statuses that are success; the library's own defaults unless given. */
  readonly statuses?: readonly number[]
}

/** What came back with a status that is success. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** A status that is no success; `code` is the `error_code` of the body, or empty. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  readonly code: string

  constructor(call: ProviderCall, status: number, text: string) {
    super(`${call.method} ${call.path} answered ${status}: ${text}`)
    this.status = status
    this.code = /"error_code":"([^"]*)"/.exec(text)?.[1] ?? ''
  }
}

const defaultStatuses = { GET: [200], POST: [200, 201, 202], PUT: [200, 201, 202], DELETE: [200, 202, 204] } as const
const longestPauseMs = 25
const mostPolls = 400

/** The provider, signed in by an access key. Disposing it closes its sockets. */
export class Provider implements Disposable {
  readonly #endpoint: string
  readonly #account: Account
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 })
  #calls: string[] = []
  #pausedMs = 0

  constructor(server: { readonly endpoint: string; readonly account: Account }) {
    this.#endpoint = server.endpoint
    this.#account = server.account
  }

  /** The calls since the last time this was asked, such as `GET v1.0/{project_id}/queues`; ids read `{id}`. */
  takeCalls(): readonly string[] {
    const calls = this.#calls
    this.#calls = []
    return calls
  }

  /** How long the provider would have paused so far, in ms. */
  get pausedMs(): number {
    return this.#pausedMs
  }

  /** The project that all calls are made in. */
  get projectId(): string {
    return this.#account.projectId
  }

  /** @throws {Refused} when the status is none of those that are success */
  async send(call: ProviderCall): Promise<Reply> {
    const path = call.path.replace('{project_id}', this.projectId)
    this.#calls.push(`${call.method} ${path.replaceAll(this.projectId, '{project_id}').replaceAll(uuid, '{id}')}`)
    const reply = await this.#exchange(call, `/${path}`)
    const statuses: readonly number[] = call.statuses ?? defaultStatuses[call.method]
    if (!statuses.includes(reply.status)) throw new Refused(call, reply.status, reply.text)
    return reply
  }

  /** @throws {Refused} as `send`; {SyntaxError} when a body is not JSON; {TypeError} when it is of another shape */
  async read<const S extends Shape>(call: ProviderCall, shape: S): Promise<Decoded<S>> {
    const { text } = await this.send(call)
    return decode(shape, JSON.parse(text))
  }

  /** A call that answers the envelope. @throws {Error} when it says that it was no success, too */
  async tell(call: ProviderCall): Promise<void> {
    const { is_success: isSuccess, message } = await this.read(call, { is_success: 'bool', message: 'string' })
    if (!isSuccess) throw new Error(`${call.method} ${call.path} was no success: ${message}`)
  }

  /** Where the provider would pause for so long; here it takes at most a moment. */
  async pause(ms: number): Promise<void> {
    this.#pausedMs += ms
    await sleep(Math.min(ms, longestPauseMs))
  }

  /** Asks again and again until something is found. @throws {Error} when it never is */
  async poll<Value>(pauses: { readonly firstMs: number; readonly nextMs: number }, ask: () => Promise<Value | undefined>): Promise<Value> {
    await this.pause(pauses.firstMs)
    for (let count = 0; count < mostPolls; count += 1) {
      const value = await ask()
      if (value !== undefined) return value
      await this.pause(pauses.nextMs)
    }
    throw new Error(`${mostPolls} polls found nothing`)
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }

  #exchange({ method, body, headers }: ProviderCall, path: string): Promise<Reply> {
    const text = body === undefined ? '' : `${JSON.stringify(sorted(body))}\n`
    const signed = this.#sign(method, path, text, { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers })
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.#endpoint)
      const outgoing = openRequest({ hostname, port, agent: this.#agent, method, path, headers: signed }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() }),
        )
      })
      outgoing.on('error', reject)
      outgoing.end(text)
    })
  }

  /** The vendor's signer knows no raw body but by its hash, sent along; project and domain are added after signing, as the provider does. */
  #sign(method: string, path: string, text: string, headers: Readonly<Record<string, string>>): Record<string, string> {
    const url = new URL(`${this.#endpoint}${path}`)
    const hash = text === '' ? {} : { 'X-Sdk-Content-Sha256': createHash('sha256').update(text).digest('hex') }
    const request = {
      endpoint: `${this.#endpoint}${path.split('?', 1)[0] ?? ''}`,
      method,
      headers: { accept: 'application/json', 'user-agent': userAgent, ...headers, ...hash },
      queryParams: Object.fromEntries(url.searchParams),
    }
    const credential = new BasicCredentials().withAk(this.#account.accessKey).withSk(this.#account.secretKey)
    const signed = AKSKSigner.sign(request, credential) as unknown as Record<string, string>
    const length = text === '' && method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(text)) }
    return { ...signed, ...length, 'X-Project-Id': this.projectId, 'X-Domain-Id': '0a1b2c3d4e5f' }
  }
}

/** Whether an error is how the provider learns that something is gone: 404, or 400 with one of these codes. */
export function isGone(error: unknown, ...codes: readonly string[]): error is Refused {
  return error instanceof Refused && (error.status === 404 || (error.status === 400 && codes.includes(error.code)))
}

/** The headers that the library's newer packages send with every call. */
export const inEnglish = { 'content-type': 'application/json', 'x-language': 'en-us' } as const

const userAgent = 'terraform-provider-iac terraform/1.9 golangsdk/2.0.0'
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  )
}

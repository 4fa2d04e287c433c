// Calls over sockets that stay open, with nothing between the measurement and Node's own HTTP client.

import { Agent, request } from 'node:http'
import type { TributaryServer } from '../servers/tributary.ts'

/** What a call answered. */
export interface WireAnswer {
  readonly status: number
  readonly text: string
}

/** Speaks to one server with one token. Disposing it closes its sockets. */
export class Wire implements AsyncDisposable {
  readonly token: string
  readonly #endpoint: string
  readonly #agent: Agent

  private constructor(endpoint: string, token: string, sockets: number) {
    this.token = token
    this.#endpoint = endpoint
    this.#agent = new Agent({ keepAlive: true, maxSockets: sockets })
  }

  /** Signs in as the server's first administrator. */
  static async signIn(server: TributaryServer, sockets = 1): Promise<Wire> {
    const { domainName, adminUser, adminPassword, projectId } = server.account
    const user = { name: adminUser, password: adminPassword, domain: { name: domainName } }
    const auth = { identity: { methods: ['password'], password: { user } }, scope: { project: { id: projectId } } }
    const response = await fetch(`${server.endpoint}/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auth }),
    })
    const token = response.headers.get('x-subject-token')
    if (token === null) throw new Error(`signing in answered ${response.status}: ${await response.text()}`)
    return new Wire(server.endpoint, token, sockets)
  }

  /** Sends a call and takes any answer. */
  send(method: string, path: string, body?: string): Promise<WireAnswer> {
    return this.#request(method, path, { body, headers: {} })
  }

  /** Reads JSON with headers of the caller's. @throws {Error} with what was answered instead */
  async read(path: string, headers: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
    const { status, text } = await this.#request('GET', path, { body: undefined, headers })
    if (status >= 300) throw new Error(`GET ${path} answered ${status}: ${text.slice(0, 500)}`)
    return JSON.parse(text) as Record<string, unknown>
  }

  #request(
    method: string,
    path: string,
    { body, headers: own }: { readonly body: string | undefined; readonly headers: Readonly<Record<string, string>> },
  ): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const headers = {
        'x-auth-token': this.token,
        ...own,
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      }
      const outgoing = request(this.#endpoint + path, { method, agent: this.#agent, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
        response.on('error', reject)
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }

  /** Sends a call that must succeed. @throws {Error} with what was answered instead */
  async call(method: string, path: string, body?: string): Promise<string> {
    const { status, text } = await this.send(method, path, body)
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text.slice(0, 500)}`)
    return text
  }

  /** The same, with JSON both ways. */
  async json(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    return JSON.parse(await this.call(method, path, body === undefined ? undefined : JSON.stringify(body))) as Record<string, unknown>
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy()
  }
}

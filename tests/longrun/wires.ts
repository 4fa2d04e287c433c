// Calls to one server over sockets that stay open while they are needed; every answer is counted by its status.

import { Agent, request } from 'node:http'

/** A call: `headers` say who calls. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What came back. */
export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

// A burst after a stall leaves sockets behind: they must be gone before anybody takes them for a leak.
const idleMs = 5_000
const mostSockets = 64
const longestMs = 30_000

/** Speaks to one server. Disposing it closes its sockets. */
export class Wires implements Disposable {
  /** Answers by status. */
  readonly statuses = new Map<number, number>()
  readonly endpoint: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: mostSockets, timeout: idleMs })

  constructor(endpoint: string) {
    this.endpoint = endpoint
  }

  /** Sends a call and takes any answer. @throws {Error} when there is none within 30 s */
  send({ method, path, body, headers }: Sent): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
      const options = { method, agent: this.#agent, headers: { ...length, ...headers }, signal: AbortSignal.timeout(longestMs) }
      const outgoing = request(this.endpoint + path, options, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const status = response.statusCode ?? 0
          this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
          resolve({ status, headers: response.headers, text: Buffer.concat(chunks).toString() })
        })
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }

  /** Sends a call that must be answered so. @throws {Error} with what was answered instead */
  async expect(status: number, sent: Sent): Promise<Answered> {
    const answered = await this.send(sent)
    if (answered.status === status) return answered
    throw new Error(`${sent.method} ${sent.path} answered ${answered.status}: ${answered.text.slice(0, 300)}`)
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}

// One writer: tells stories of writes to a server that may be killed at any moment, and keeps the book of what it was promised.

import { type Operation, type OperationId, operations } from '@tributary/contract'
import { sampleAccount } from '../servers/tributary.ts'
import type { Chance } from '../compat/fuzz/random.ts'
import { Ledger, type Look, type Seen } from './ledger.ts'

/** JSON as it came. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
// oxlint-disable-next-line typescript/no-explicit-any -- a test reads whatever came
export type Json = any

/** What a call carries; the project of the path is filled in. */
export interface Sent {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Another caller's token; an empty text sends none. */
  readonly token?: string
}

/** What came back; `body` is parsed JSON, or `undefined`. */
export interface Answer {
  readonly status: number
  readonly body: Json
  readonly headers: Headers
}

/** One write of a story. */
export interface Write extends Sent {
  readonly operation: OperationId
  /** What tells the resource from all others of this writer. */
  readonly subject: string
  readonly look: Look
  /** What reading must give once this is acknowledged; the answer is absent where it was never heard. */
  readonly shows: (answer: Json) => Seen
  /** Statuses of a refusal that is no failure: the story ends there. */
  readonly mayBeRefused?: readonly number[]
}

/** Where the server is now, and who writes. */
export interface Target {
  endpoint: string
  token: string
}

/** A write was answered in a way that no story expects. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** The story ended early for a reason that is allowed. */
export class StoryOver extends Error {
  override readonly name = 'StoryOver'
}

/** What every story may lean on: made once, before the first kill. */
export interface Ground {
  readonly vpcId: string
  readonly subnetId: string
  readonly securityGroupId: string
  readonly domainId: string
  readonly userName: string
  /** Port of a source that takes connections and never answers. */
  readonly silentPort: number
}

/** Writes, reads and remembers. */
export class Writer {
  readonly ledger = new Ledger()
  readonly ground: Ground
  readonly chance: Chance
  readonly #target: Target
  readonly #name: string
  #names = 0

  constructor(options: { readonly name: string; readonly target: Target; readonly ground: Ground; readonly chance: Chance }) {
    this.#name = options.name
    this.#target = options.target
    this.ground = options.ground
    this.chance = options.chance
  }

  /** A name that nothing else has: letters, digits and `_`. */
  fresh(): string {
    this.#names += 1
    return `${this.#name}_${this.#names}`
  }

  /** Sends a write and books it. @throws {Refused} {@link StoryOver} and whatever a dead server makes of a call */
  async write(write: Write): Promise<Json> {
    const { operation, subject, look } = write
    this.ledger.begin({ operation, subject, look, expected: write.shows(undefined) })
    const answer = await this.call(operation, write)
    if (answer.status !== operations[operation].response.status) {
      this.ledger.refuse()
      const what = `${operation} of ${subject} answered ${answer.status}: ${JSON.stringify(answer.body)}`
      throw write.mayBeRefused?.includes(answer.status) === true ? new StoryOver(what) : new Refused(what)
    }
    this.ledger.acknowledge({ operation, subject, look, expected: write.shows(answer.body) })
    return answer.body
  }

  /** One call, whatever its status. */
  async call(id: OperationId, sent: Sent = {}): Promise<Answer> {
    const operation: Operation = operations[id]
    const token = sent.token ?? this.#target.token
    const response = await fetch(this.#target.endpoint + pathOf(operation, sent), {
      method: operation.method,
      headers: { 'content-type': 'application/json', ...(token === '' ? {} : { 'x-auth-token': token }), ...sent.headers },
      ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text), headers: response.headers }
  }

  /** A read that shows one resource: `pick` finds it in the body, and nothing where the call says that it is gone. */
  reads(id: OperationId, sent: Sent, pick: (body: Json) => Json = (body) => body): Look {
    return async () => {
      const { status, body } = await this.call(id, sent)
      if (status === operations[id].response.status) return pick(body) as Seen
      if (status === 404 || status === 400) return undefined
      throw new Error(`${id} answered ${status}: ${JSON.stringify(body)}`)
    }
  }
}

function pathOf(operation: Operation, { params = {}, query = {} }: Sent): string {
  const values: Readonly<Record<string, string>> = { project_id: sampleAccount.projectId, ...params }
  const filled = operation.paths[0].replaceAll(/\{([a-z_]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? name))
  const search = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]))
  return search.size === 0 ? filled : `${filled}?${search.toString()}`
}

// One call as its route sees it: what was sent, read by the schemas of its operation.

import type { IncomingMessage } from 'node:http'
import { isOwnExtension, type Operation } from '@tributary/contract'
import type { Caller, Identity } from '@tributary/rules'
import type { FastifyRequest } from 'fastify'
import { addressOf } from './admit.ts'
import { parseJson } from './body.ts'
import type { Call, ShortReader } from './door.ts'
import { languageOf, type Words, wordsIn } from './messages/language.ts'
import { compileReader, type Reader } from './validate.ts'

/** What reads the parts of a call. */
export interface Readers {
  readonly params: Reader
  readonly query: Reader
  /** Of the bytes that were sent. */
  readonly body: ((sent: Buffer) => unknown) | undefined
}

/** The readers of an operation. @param readShort - is asked first for the body */
export function readersOf(operation: Operation, readShort: ShortReader<unknown> = () => undefined): Readers {
  return {
    params: compileReader(operation.params, { strict: false }),
    query: compileReader(operation.query, { strict: false }),
    body: bodyReaderOf(operation, readShort),
  }
}

function bodyReaderOf(operation: Operation, readShort: ShortReader<unknown>): Readers['body'] {
  if (operation.body === undefined) return undefined
  const read = compileReader(operation.body, { strict: isOwnExtension(operation) })
  return (sent) => readShort(sent) ?? read(parseJson(sent))
}

/** A call that was let in. What few routes ask for is worked out when they do. @throws {ServiceError} `invalid`, on being made */
export class HttpCall implements Call<Operation> {
  readonly params: never
  readonly query: never
  readonly body: unknown
  readonly requestId: string
  readonly #operation: Operation
  readonly #request: FastifyRequest

  constructor(operation: Operation, read: Readers, request: FastifyRequest) {
    this.params = read.params(request.params) as never
    this.query = read.query(request.query) as never
    this.body = read.body?.(request.visit.body)
    this.requestId = request.id
    this.#operation = operation
    this.#request = request
  }

  get baseUrl(): string {
    const { protocol, raw, hostname } = this.#request
    return `${protocol}://${raw.headers.host ?? hostname}`
  }

  get address(): string {
    return addressOf(this.#request.raw)
  }

  get identity(): Identity {
    return this.#present(this.#request.visit.identity, 'identity')
  }

  get caller(): Caller {
    return this.#present(this.#request.visit.caller, 'caller')
  }

  get words(): Words {
    return wordsFor(this.#request.raw)
  }

  get header(): Call<Operation>['header'] {
    const { headers } = this.#request.raw
    return (name) => {
      const value = headers[name]
      return typeof value === 'string' && value !== '' ? value : undefined
    }
  }

  get setHeader(): Call<Operation>['setHeader'] {
    const { headers } = this.#request.visit
    return (name, value) => void headers.push(name, value)
  }

  #present<Value>(value: Value | undefined, what: string): Value {
    const { id, needs } = this.#operation
    if (value === undefined) throw new Error(`${id} needs ${needs}, so it has no ${what}`)
    return value
  }
}

/** The words of whoever sent a request. */
export function wordsFor({ headers }: IncomingMessage): Words {
  return wordsIn(languageOf(headers))
}

// Who has to wait: how much callers may send and have in flight, each and together. Every refusal says when to come back.

import type { IncomingMessage } from 'node:http'
import type { Operation } from '@tributary/contract'
import { fullAfterOne, type Rate, ServiceError, type Soon, say, type Text, waitForOne } from '@tributary/rules'
import type { FastifyRequest } from 'fastify'
import { announcesBody, BodyTooLarge, readBody } from './body.ts'
import { CallerUses, type Use } from './caller-uses.ts'
import type { Visit } from './visit.ts'

/** What one server bears. */
export interface Limits {
  /** Of one body; larger ones are answered 413. */
  readonly bodyBytes: number
  /** Of the bodies of all requests in flight. */
  readonly bodyMemoryBytes: number
  /** Of the request line and the headers; larger ones are answered 431. */
  readonly headerBytes: number
  /** Of path and query; longer ones are answered 414. */
  readonly urlCharacters: number
  /** Until the headers are there. */
  readonly headerMs: number
  /** Until the whole request is there. */
  readonly requestMs: number
  /** Between two requests of a connection. */
  readonly keepAliveMs: number
  /** In flight, of all callers. */
  readonly requests: number
  /** In flight, of one user in one project. */
  readonly callerRequests: number
  /** A second, of one user in one project. */
  readonly callerRate: number
  /** Sign-ins in flight from one address: each costs a password hash. */
  readonly signIns: number
}

/** Why a request was not taken, as labels of the metrics. */
export const allRefusals = [
  'requests',
  'caller_requests',
  'caller_rate',
  'sign_ins',
  'body_memory',
  'body_size',
  'headers',
  'url',
  'slow',
] as const

/** Why a request was not taken. */
export type Refusal = (typeof allRefusals)[number]

/** Path and query are longer than they may be; answered with 414. */
export class UrlTooLong extends Error {
  override readonly name = 'UrlTooLong'
  readonly mostCharacters: number

  constructor(mostCharacters: number) {
    super('the URL is too long')
    this.mostCharacters = mostCharacters
  }
}

// How much of its rate a caller may send at once: what builds up while a machine is busy elsewhere.
const burstSeconds = 10
// What is refused for lack of room may come back soon: room comes with every answer.
const roomSeconds = 1

/** Counts what is in flight and refuses what is too much. Asked several times at every request, so it does little each time. */
export class Gate {
  readonly limits: Limits
  readonly #rate: Rate
  readonly #noteRefusal: (refusal: Refusal) => void
  readonly #uses = new CallerUses()
  #requests = 0
  #bodyBytes = 0

  constructor(limits: Limits, noteRefusal: (refusal: Refusal) => void) {
    this.limits = limits
    this.#rate = { burst: limits.callerRate * burstSeconds, everyMs: 1000 / limits.callerRate }
    this.#noteRefusal = noteRefusal
  }

  /** Requests in flight. */
  get requests(): number {
    return this.#requests
  }

  /** Bytes of their bodies. */
  get bodyBytes(): number {
    return this.#bodyBytes
  }

  /** One more in flight, whatever it asks; it ends with {@link endConnection}. @returns why it goes no further */
  enter({ url = '' }: Pick<IncomingMessage, 'url'>): UrlTooLong | undefined {
    this.#requests += 1
    if (url.length <= this.limits.urlCharacters) return undefined
    this.#noteRefusal('url')
    return new UrlTooLong(this.limits.urlCharacters)
  }

  /** The answer is out, or its caller has hung up; who hung up keeps its place while its route is at work. */
  endConnection(visit: Visit): void {
    visit.isOver = true
    if (!visit.isAtWork) this.#leave(visit)
  }

  /** A route has done its work. */
  endWork(visit: Visit): void {
    visit.isAtWork = false
    if (visit.isOver) this.#leave(visit)
  }

  #leave(visit: Visit): void {
    this.#requests -= 1
    this.#bodyBytes -= visit.heldBytes
    if (visit.use !== undefined) visit.use.requests -= 1
  }

  /** Lets a call in while there is room; health and metrics always. @throws {ServiceError} `unavailable` */
  checkRoom(operation?: Operation): void {
    if (this.#requests <= this.limits.requests || operation?.noun === 'system') return
    const most = this.limits.requests
    throw this.#refuse('requests', say`the server has ${most} requests in hand and takes no more: try again in ${roomSeconds} s`)
  }

  /** Lets one more call of a user in a project in. @param projectId - empty for calls outside any @throws {ServiceError} `throttled` */
  admitCaller(visit: Visit, userId: string, projectId: string): void {
    const use = this.#uses.find(projectId, userId, visit.startedAt)
    const { callerRequests, callerRate } = this.limits
    if (use.requests >= callerRequests) {
      const said = say`you have ${use.requests} requests in flight here, more than one caller may have: try again in ${roomSeconds} s`
      throw this.#refuse('caller_requests', said)
    }
    const waitMs = waitForOne(this.#rate, use.fullAt, visit.startedAt)
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000)
      const said = say`you send more than ${callerRate} requests a second: try again in ${seconds} s`
      throw this.#refuse('caller_rate', said, seconds)
    }
    use.fullAt = fullAfterOne(this.#rate, use.fullAt, visit.startedAt)
    hold(visit, use)
  }

  /** Lets one more sign-in of an address in. @throws {ServiceError} `throttled` */
  admitSignIn(visit: Visit, address: string): void {
    const use = this.#uses.find('sign-ins', address, visit.startedAt)
    if (use.requests >= this.limits.signIns) {
      const said = say`${use.requests} sign-ins from your address are in flight: try again in ${roomSeconds} s`
      throw this.#refuse('sign_ins', said)
    }
    hold(visit, use)
  }

  /** Takes in the body of a request that announces one. @throws {ServiceError} `unavailable` where there is no room; BodyTooLarge */
  takeBody({ raw, visit }: Pick<FastifyRequest, 'raw' | 'visit'>): Soon<void> {
    if (announcesBody(raw)) return this.#readBody(raw, visit)
  }

  async #readBody(raw: IncomingMessage, visit: Visit): Promise<void> {
    try {
      visit.body = await readBody(raw, this.limits.bodyBytes, (bytes) => this.#reserve(visit, bytes))
    } catch (error) {
      if (error instanceof BodyTooLarge) this.#noteRefusal('body_size')
      throw error
    }
  }

  #reserve(visit: Visit, bytes: number): void {
    if (this.#bodyBytes + bytes > this.limits.bodyMemoryBytes) {
      const held = this.#bodyBytes
      const said = say`the server has ${held} bytes of other requests in hand and no room for this one: try again in ${roomSeconds} s`
      throw this.#refuse('body_memory', said)
    }
    this.#bodyBytes += bytes
    visit.heldBytes += bytes
  }

  #refuse(refusal: Refusal, said: Text, retryAfterSeconds = roomSeconds): ServiceError {
    this.#noteRefusal(refusal)
    const kind = refusal === 'requests' || refusal === 'body_memory' ? 'unavailable' : 'throttled'
    return new ServiceError(kind, said, { retryAfterSeconds })
  }
}

function hold(visit: Visit, use: Use): void {
  use.requests += 1
  visit.use = use
}

// What is known of one request while it is served.

import type { Operation } from '@tributary/contract'
import type { Caller, Identity } from '@tributary/rules'
import { emptyBody } from './body.ts'
import type { Use } from './caller-uses.ts'

/** One request, filled in on its way through the door. */
export class Visit {
  /** As of `performance.now()`. */
  readonly startedAt = performance.now()
  /** Of the answer, names and values in turn: not the framework's, which are copied twice on their way out. */
  readonly headers: string[]
  operation: Operation | undefined = undefined
  body: Buffer = emptyBody
  identity: Identity | undefined = undefined
  caller: Caller | undefined = undefined
  /** Where it is counted among the calls of its caller. */
  use: Use | undefined = undefined
  /** Of memory for its body. */
  heldBytes = 0
  /** While its route works on it, which may be longer than its caller waits. */
  isAtWork = false
  isOver = false

  /** @param requestId - 32 hex characters; every answer carries it */
  constructor(requestId: string) {
    this.headers = ['x-request-id', requestId]
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    visit: Visit
  }
}

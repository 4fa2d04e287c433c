// What is known of one request while it is served.

import type { Operation } from '@tributary/contract'
import type { Caller, Identity } from '@tributary/rules'
import { emptyBody } from './body.ts'
import type { Use } from './caller-uses.ts'

/** One request, filled in on its way through the door. */
export class Visit {
  /** As of `performance.now()`. */
  readonly startedAt = performance.now()
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
}

declare module 'fastify' {
  interface FastifyRequest {
    visit: Visit
  }
}

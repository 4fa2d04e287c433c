// Who is let in: finds out who calls and what they may do, and takes in the body.

import type { IncomingMessage } from 'node:http'
import type { Operation } from '@tributary/contract'
import type { Control } from '@tributary/control'
import { type Identity, ServiceError, type Soon, say, whenThere } from '@tributary/rules'
import type { FastifyRequest } from 'fastify'
import {
  type Authentication,
  authenticateSignature,
  authenticateToken,
  type Credential,
  credentialOf,
  refuseAnonymous,
} from './authenticate.ts'
import { emptyBody } from './body.ts'
import type { Gate } from './limits.ts'
import { permit } from './permit.ts'
import type { Drain } from './watch.ts'

/** What admission needs. */
export interface Admission {
  readonly control: Control
  /** ms since the epoch; signatures are judged by it. */
  readonly clock: () => number
  readonly drain: Drain
  readonly gate: Gate
}

/**
 * Finds out who calls, lets them in, and takes in the body. Tokens are judged before the body is read; signatures cover it. There is nothing to wait for
 * where there is no body and the caller is known: most calls are let in at once.
 */
export function admit(admission: Admission, operation: Operation, request: FastifyRequest): Soon<void> {
  const { visit, raw } = request
  visit.operation = operation
  admission.gate.checkRoom(operation)
  if (operation.needs === 'nobody' || isLocalPrivilege(operation, raw)) {
    if (operation.id === 'issueToken') admission.gate.admitSignIn(visit, addressOf(raw))
    return takeIn(admission, operation, request)
  }
  return whenThere(identify(admission, credentialOf(raw), request, operation.body !== undefined), (identity) => {
    visit.identity = identity
    const params = request.params as Readonly<Record<string, string>>
    return whenThere(permit(admission.control, operation, identity, params), (caller) => {
      visit.caller = caller
      admission.gate.admitCaller(visit, identity.user.id, params['project_id'] ?? '')
      return takeIn(admission, operation, request)
    })
  })
}

/** Takes the body in, unless it has been read for its signature. @throws {ServiceError} `unavailable` while the server stops */
function takeIn({ drain, gate }: Admission, operation: Operation, request: FastifyRequest): Soon<void> {
  if (drain.isDraining && !isServedToTheEnd(operation)) {
    throw new ServiceError(
      'unavailable',
      say`the server is stopping: it finishes what it has and takes nothing new; try again when it is back`,
    )
  }
  const { headers } = request.raw
  // From here on a body is JSON whatever its label says, so that no label can be refused.
  if (headers['content-type'] !== undefined) headers['content-type'] = 'application/json'
  if (request.visit.body === emptyBody) return gate.takeBody(request)
}

/** Finds out who calls, whatever they call. @param takesBody - then a signature must cover it @throws {ServiceError} `unauthenticated` */
export function identify(
  authentication: Authentication & Pick<Admission, 'gate'>,
  credential: Credential,
  request: FastifyRequest,
  takesBody: boolean,
): Soon<Identity> {
  const { raw, visit } = request
  if (credential.kind === 'none') refuseAnonymous()
  if (credential.kind === 'token') return authenticateToken(authentication, credential.token)
  const taken = visit.body === emptyBody ? authentication.gate.takeBody(request) : undefined
  return whenThere(taken, () => {
    const signed = { method: raw.method ?? '', url: raw.url ?? '', rawHeaders: raw.rawHeaders, body: visit.body, takesBody }
    return authenticateSignature(authentication, credential.authorization, raw.headers, signed, addressOf(raw))
  })
}

/** Reads, cancels and the sign-in that they need. */
function isServedToTheEnd({ method, id }: Operation): boolean {
  return method === 'GET' || method === 'HEAD' || id === 'cancelJob' || id === 'issueToken'
}

function isLocalPrivilege(operation: Operation, raw: IncomingMessage): boolean {
  return operation.needs === 'loopback' && /^127\.|^::1$/.test(addressOf(raw))
}

/** Of the other end; an IPv4 address is written as such. */
export function addressOf({ socket }: IncomingMessage): string {
  const address = socket.remoteAddress ?? ''
  return address.startsWith('::ffff:') ? address.replace(/^::ffff:(?=\d+\.)/, '') : address
}

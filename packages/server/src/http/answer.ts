// How answers go out: results, errors of every kind, calls that nobody knows, and bytes that are not HTTP.

import { absentOperations, allOperations, type ErrorFamily, type Operation } from '@tributary/contract'
import { ServiceError, say } from '@tributary/rules'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { BodyTooLarge } from './body.ts'
import { wordsFor } from './call.ts'
import { JsonText } from './door.ts'
import { errorAnswer, noSuchCall } from './errors.ts'
import { type Refusal, UrlTooLong } from './limits.ts'
import { named } from './permit.ts'
import { type Drain, newRequestId } from './watch.ts'

// Written out, because Fastify would write it anew into each answer.
const json = 'application/json; charset=utf-8'

/** Sends what an operation came to. */
export function sendResult({ response }: Operation, result: unknown, reply: FastifyReply, drain: Drain): void {
  const { status, schema, contentType } = response
  if (schema === undefined) reply.code(status).send()
  else if (contentType !== undefined) reply.code(status).header('content-type', contentType).send(result)
  else sendText(status, result instanceof JsonText ? result.text : JSON.stringify(result), reply, drain)
}

/** Past the framework, which would look twice at what we know of it: its type, its length, and whether the server stops. */
function sendText(status: number, text: string, reply: FastifyReply, { isDraining }: Drain): void {
  const { headers } = reply.request.visit
  headers.push('content-type', json, 'content-length', String(Buffer.byteLength(text)))
  if (isDraining) headers.push('connection', 'close')
  reply.raw.writeHead(status, headers)
  reply.hijack()
  reply.raw.end(text)
}

/** Sends JSON with a status. */
export function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).header('content-type', json).send(JSON.stringify(body))
}

/** Sends an error in the envelope of its operation's family; what the caller did not cause is logged. */
export function sendError(log: Logger, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const operation = request.visit?.operation
  const known = asServiceError(error)
  if (!(known instanceof ServiceError))
    log.error({ requestId: request.id, operation: operation?.id, err: known }, 'request failed by a bug')
  else if (known.kind === 'internal' || (known.kind === 'unavailable' && known.details.retryAfterSeconds === undefined)) {
    log.warn({ requestId: request.id, operation: operation?.id, err: known, cause: known.details.cause }, 'request failed')
  }
  const answered = known instanceof ServiceError && known.kind === 'forbidden' && operation !== undefined ? named(known, operation) : known
  const { status, body } = errorAnswer(answered, {
    family: familyOf(operation, known),
    requestId: request.id,
    noun: operation?.noun,
    words: wordsFor(request.raw),
  })
  reply.header('x-request-id', request.id)
  const retryAfter = known instanceof ServiceError ? known.details.retryAfterSeconds : undefined
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  if (error instanceof BodyTooLarge) return sendJson(reply.header('connection', 'close'), 413, body)
  if (error instanceof UrlTooLong) return sendJson(reply, 414, body)
  return sendJson(reply, status, body)
}

/** Who is not let in meets the gateway, whatever service lies behind it; a sign-in that fails is IAM's own to refuse. */
function familyOf(operation: Operation | undefined, error: unknown): ErrorFamily {
  const isGateway = error instanceof ServiceError && error.kind === 'unauthenticated' && operation?.needs !== 'nobody'
  return isGateway ? 'dli' : (operation?.family ?? 'dli')
}

/** Errors of the framework that the caller caused become ours. */
function asServiceError(error: unknown): unknown {
  if (error instanceof BodyTooLarge) {
    return new ServiceError(
      'invalid',
      say`the body is larger than ${error.limitBytes} bytes: ask for less per call, for instance fewer hosts`,
    )
  }
  if (error instanceof UrlTooLong) {
    return new ServiceError(
      'invalid',
      say`path and query are longer than ${error.mostCharacters} characters: ask with fewer or shorter parameters`,
    )
  }
  const status = (error as FastifyError | undefined)?.statusCode
  if (!(error instanceof ServiceError) && status !== undefined && status < 500) {
    return new ServiceError('invalid', say`the request is not well-formed: check its path and its percent-encoding`, { cause: error })
  }
  return error
}

const knownPaths = [...allOperations.flatMap(({ method, paths }) => paths.map((path) => ({ method, path }))), ...absentOperations].map(
  ({ method, path }) => ({
    method,
    pattern: new RegExp(`^${path.replaceAll('.', '[.]').replaceAll(/\{[^}]+\}/g, '[^/]+')}/?$`),
  }),
)

/** Answers a path that nobody knows, or a method that a known path does not take. */
export function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = (request.url.split('?')[0] ?? '').replaceAll(/\/{2,}/g, '/')
  const known = knownPaths.filter(({ pattern }) => pattern.test(path))
  const methods = [...new Set(known.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))]
  if (methods.length === 0) return sendJson(reply, 404, noSuchCall(request.id, wordsFor(request.raw)))
  return sendJson(reply.header('allow', methods.join(', ')), 405, noSuchCall(request.id, wordsFor(request.raw)))
}

/** The end of a connection, as far as it takes to refuse it. */
interface RefusedSocket {
  readonly writable: boolean
  readonly destroyed: boolean
  end(text: string, done: () => void): void
  destroy(): void
}

/** Bytes that are not HTTP have no request to answer; they still get an envelope and an id, and their connection ends. */
export function refuseGarbage(error: Error & { code?: string }, socket: RefusedSocket, noteRefusal: (refusal: Refusal) => void): void {
  const { code = '' } = error
  const isSlow = code === 'ERR_HTTP_REQUEST_TIMEOUT' || code === 'ERR_TLS_HANDSHAKE_TIMEOUT'
  const isLarge = code === 'HPE_HEADER_OVERFLOW'
  if (isLarge || isSlow) noteRefusal(isLarge ? 'headers' : 'slow')
  // Where TLS did not come about nothing can be said.
  if (!/^(HPE|ERR_HTTP)_/.test(code) || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const requestId = newRequestId()
  const status = isLarge ? '431 Request Header Fields Too Large' : isSlow ? '408 Request Timeout' : '400 Bad Request'
  const body = JSON.stringify({
    error_code: 'DLI.0001',
    error_msg: isSlow ? 'the request took too long to arrive' : 'the request is not well-formed HTTP, or its headers are too large',
    request_id: requestId,
  })
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nx-request-id: ${requestId}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    // Whoever is slow on purpose would keep their half open.
    () => socket.destroy(),
  )
}

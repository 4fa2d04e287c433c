// The HTTP server: request ids, log, errors, bodies, callers and permissions around the routes of the contract.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { absentOperations, allOperations, type ErrorFamily, isOwnExtension, type Operation, openApiDocument } from '@tributary/contract'
import type { Control } from '@tributary/control'
import { type Caller, type Identity, ServiceError } from '@tributary/rules'
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import type { Logger } from 'pino'
import {
  type Authentication,
  authenticateSignature,
  authenticateToken,
  type Credential,
  credentialOf,
  refuseAnonymous,
} from './authenticate.ts'
import { BodyTooLarge, bodyLimitBytes, parseJson, readBody } from './body.ts'
import type { About } from './behind.ts'
import { type Call, type Door, type Handler, JsonText } from './door.ts'
import { errorAnswer, noSuchCall } from './errors.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { named, permit } from './permit.ts'
import { hangRoutes } from './routes.ts'
import { compileReader, type Reader } from './validate.ts'

/** What the front door is built from. */
export interface AppOptions {
  readonly control: Control
  readonly log: Logger
  /** ms since the epoch; signatures are judged by it. */
  readonly clock: () => number
  readonly about: About
  /** The engine processes at this moment. */
  readonly engines: () => readonly { readonly isBusy: boolean }[]
  /** Set by whoever stops the server, before jobs are waited for. */
  readonly drain: Drain
}

/** Whether the server is stopping: it then answers reads and cancels, and takes nothing new. */
export interface Drain {
  isDraining: boolean
}

/** What is known of one request while it is served. */
interface Visit {
  readonly startedAt: number
  body: Buffer
  identity: Identity | undefined
  caller: Caller | undefined
}

declare module 'fastify' {
  interface FastifyRequest {
    visit: Visit
  }
  interface FastifyContextConfig {
    operation?: Operation
  }
}

// One request may take this long to arrive; slower senders are cut off.
const requestTimeoutMs = 120_000

/**
 * Builds the server with every route of the contract on it; it does not listen yet.
 * @throws {Error} when an operation of the contract has no route
 */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    genReqId: newRequestId,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    bodyLimit: bodyLimitBytes,
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, caseSensitive: true, maxParamLength: 1024 },
    frameworkErrors: (error, request, reply) => {
      void sendError(options, error, request, reply)
    },
    clientErrorHandler: refuseGarbage,
  })
  const { drain } = options
  const metrics = metricsOf(app, options)
  app.decorateRequest('visit', null as unknown as Visit)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined))
  watchRequests(app, options, metrics, drain)
  app.setErrorHandler((error, request, reply) => sendError(options, error, request, reply))
  app.setNotFoundHandler(answerUnknown)
  await addDocs(app, options.about.version)
  addOperations(app, options, metrics, drain)
  addAbsentOperations(app, options)
  return app
}

function newRequestId(): string {
  // Node keeps entropy for these at hand; 16 random bytes of our own cost a system call.
  return randomUUID().replaceAll('-', '')
}

function metricsOf(app: FastifyInstance, { control, engines }: AppOptions): Metrics {
  return createMetrics({
    engines,
    work: () => control.countWork(),
    connections: () =>
      new Promise((resolve, reject) => {
        app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
      }),
  })
}

/** Request id, connection header while draining, one log line and one count per request. */
function watchRequests(app: FastifyInstance, { log }: AppOptions, metrics: Metrics, drain: Drain): void {
  app.addHook('onRequest', (request, reply, done) => {
    request.visit = { startedAt: performance.now(), body: Buffer.alloc(0), identity: undefined, caller: undefined }
    reply.header('x-request-id', request.id)
    done()
  })
  app.addHook('preClose', (done) => {
    drain.isDraining = true
    done()
  })
  // A busy keep-alive connection would otherwise hold up the end.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (drain.isDraining) reply.header('connection', 'close')
    done(null, payload)
  })
  app.addHook('onResponse', (request, reply, done) => {
    const ms = performance.now() - request.visit.startedAt
    const operation = request.routeOptions.config.operation?.id ?? ''
    metrics.countRequest(operation, reply.statusCode, ms / 1000)
    const project = (request.params as Record<string, string> | undefined)?.['project_id']
    log.info({ requestId: request.id, operation, project, status: reply.statusCode, ms: Math.round(ms * 10) / 10 }, 'request answered')
    done()
  })
}

/** The pages under `/docs`, drawn from the same document as `/openapi.json`. */
async function addDocs(app: FastifyInstance, version: string): Promise<void> {
  await app.register(async (pages) => {
    await pages.register(swagger, { mode: 'static', specification: { document: openApiDocument(version) as never } })
    await pages.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: true,
      theme: docsTheme,
      uiConfig: { docExpansion: 'none', deepLinking: true },
    })
  })
}

/** The page speaks of this service alone: the bar of the library that draws it says nothing a reader needs. */
const docsTheme = { title: 'Tributary API', css: [{ filename: 'tributary.css', content: '.swagger-ui .topbar { display: none }' }] }

function addOperations(app: FastifyInstance, options: AppOptions, metrics: Metrics, drain: Drain): void {
  const hung = new Set<string>()
  const door: Door = {
    on: (operation, handle) => {
      hung.add(operation.id)
      addRoute(app, options, operation, handle)
    },
  }
  hangRoutes(door, { control: options.control, about: options.about, metrics, isDraining: () => drain.isDraining })
  const missing = allOperations.filter(({ id }) => !hung.has(id))
  if (missing.length > 0) throw new Error(`operations without a route: ${missing.map(({ id }) => id).join(', ')}`)
}

function addRoute(app: FastifyInstance, options: AppOptions, operation: Operation, handle: Handler<Operation>): void {
  const read = readersOf(operation)
  for (const path of operation.paths) {
    app.route({
      method: operation.method,
      url: routerPath(path),
      config: { operation },
      onRequest: (request) => admit(options, operation, request),
      handler: async (request, reply) => {
        const result = await handle(callOf(operation, read, request, reply))
        return sendResult(operation, result, reply)
      },
    })
  }
}

/** Finds out who calls, lets them in, and takes in the body. Tokens are judged before the body is read; signatures cover it. */
async function admit({ control, clock, drain }: AppOptions, operation: Operation, request: FastifyRequest): Promise<void> {
  const { visit, raw } = request
  const credential = operation.needs === 'nobody' || isLocalPrivilege(operation, request) ? undefined : credentialOf(raw)
  if (credential?.kind === 'none') refuseAnonymous()
  const params = request.params as Record<string, string>
  if (credential?.kind === 'signature') visit.body = await readBody(raw)
  if (credential !== undefined) {
    visit.identity = await identify({ control, clock }, credential, request, operation)
    visit.caller = await permit(control, operation, visit.identity, params)
  }
  if (drain.isDraining && !isServedToTheEnd(operation)) {
    throw new ServiceError(
      'unavailable',
      'the server is stopping: it finishes what it has and takes nothing new; try again when it is back',
    )
  }
  if (credential?.kind !== 'signature') visit.body = await readBody(raw)
  // From here on a body is JSON whatever its label says, so that no label can be refused.
  if (raw.headers['content-type'] !== undefined) raw.headers['content-type'] = 'application/json'
}

/** Reads, cancels and the sign-in that they need. */
function isServedToTheEnd({ method, id }: Operation): boolean {
  return method === 'GET' || method === 'HEAD' || id === 'cancelJob' || id === 'issueToken'
}

async function identify(
  authentication: Authentication,
  credential: Exclude<Credential, { kind: 'none' }>,
  { raw, visit }: FastifyRequest,
  operation: Operation,
): Promise<Identity> {
  if (credential.kind === 'token') return authenticateToken(authentication, credential.token)
  const takesBody = operation.body !== undefined
  const signed = { method: raw.method ?? '', url: raw.url ?? '', rawHeaders: raw.rawHeaders, body: visit.body, takesBody }
  return authenticateSignature(authentication, credential.authorization, raw.headers, signed, addressOf(raw))
}

function isLocalPrivilege(operation: Operation, request: FastifyRequest): boolean {
  return operation.needs === 'loopback' && /^127\.|^::1$/.test(addressOf(request.raw))
}

/** Of the other end; an IPv4 address is written as such. */
function addressOf(raw: IncomingMessage): string {
  return (raw.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '')
}

interface Readers {
  readonly params: Reader
  readonly query: Reader
  readonly body: Reader | undefined
}

function readersOf(operation: Operation): Readers {
  const strict = isOwnExtension(operation)
  return {
    params: compileReader(operation.params, { strict: false }),
    query: compileReader(operation.query, { strict: false }),
    body: operation.body === undefined ? undefined : compileReader(operation.body, { strict }),
  }
}

function callOf(operation: Operation, read: Readers, request: FastifyRequest, reply: FastifyReply): Call<Operation> {
  const { visit, raw } = request
  return {
    params: read.params(request.params) as never,
    query: read.query(request.query) as never,
    body: read.body?.(parseJson(visit.body)),
    requestId: request.id,
    baseUrl: `${request.protocol}://${raw.headers.host ?? request.hostname}`,
    address: addressOf(raw),
    get identity() {
      return present(visit.identity, operation, 'identity')
    },
    get caller() {
      return present(visit.caller, operation, 'caller')
    },
    header: (name) => textOf(raw, name),
    setHeader: (name, value) => void reply.header(name, value),
  }
}

function present<Value>(value: Value | undefined, operation: Operation, what: string): Value {
  if (value === undefined) throw new Error(`${operation.id} needs ${operation.needs}, so it has no ${what}`)
  return value
}

function textOf(raw: IncomingMessage, name: string): string | undefined {
  const value = raw.headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function sendResult({ response }: Operation, result: unknown, reply: FastifyReply): FastifyReply {
  reply.code(response.status)
  if (response.schema === undefined) return reply.send()
  reply.header('content-type', response.contentType ?? 'application/json')
  if (result instanceof JsonText) return reply.send(result.text)
  return reply.send(response.contentType === undefined ? JSON.stringify(result) : result)
}

/** Published calls that are not on offer say so, to callers who have said who they are. */
function addAbsentOperations(app: FastifyInstance, { control, clock }: AppOptions): void {
  for (const { method, path } of absentOperations) {
    app.route({
      method,
      url: routerPath(path),
      onRequest: async (request) => {
        const credential = credentialOf(request.raw)
        if (credential.kind === 'none') refuseAnonymous()
        request.visit.body = await readBody(request.raw)
        const { raw, visit } = request
        const signed = { method: raw.method ?? '', url: raw.url ?? '', rawHeaders: raw.rawHeaders, body: visit.body, takesBody: true }
        await (credential.kind === 'token'
          ? authenticateToken({ control, clock }, credential.token)
          : authenticateSignature({ control, clock }, credential.authorization, raw.headers, signed, addressOf(raw)))
      },
      handler: async (_request, reply) =>
        sendJson(reply, 501, {
          error_code: 'DLI.0007',
          error_msg: `${method} ${path} is published but not offered here; GET /tributary/v1/fidelity lists what is`,
        }),
    })
  }
}

function routerPath(path: string): string {
  return path.replaceAll(/\{([a-z_]+)\}/g, ':$1')
}

function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).header('content-type', 'application/json').send(JSON.stringify(body))
}

function sendError({ log }: AppOptions, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const operation = request.routeOptions?.config?.operation
  const known = asServiceError(error)
  if (!(known instanceof ServiceError))
    log.error({ requestId: request.id, operation: operation?.id, err: known }, 'request failed by a bug')
  else if (known.kind === 'internal' || known.kind === 'unavailable') {
    log.warn({ requestId: request.id, operation: operation?.id, err: known, cause: known.details.cause }, 'request failed')
  }
  const answered = known instanceof ServiceError && known.kind === 'forbidden' && operation !== undefined ? named(known, operation) : known
  const { status, body } = errorAnswer(answered, familyOf(operation, known), request.id, operation?.noun)
  reply.header('x-request-id', request.id)
  if (error instanceof BodyTooLarge) return sendJson(reply.header('connection', 'close'), 413, body)
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
    return new ServiceError('invalid', `the body is larger than ${bodyLimitBytes} bytes: ask for less per call, for instance fewer hosts`)
  }
  const status = (error as FastifyError | undefined)?.statusCode
  if (!(error instanceof ServiceError) && status !== undefined && status < 500) {
    return new ServiceError('invalid', 'the request is not well-formed: check its path and its percent-encoding', { cause: error })
  }
  return error
}

const knownPaths = [...allOperations.flatMap(({ method, paths }) => paths.map((path) => ({ method, path }))), ...absentOperations].map(
  ({ method, path }) => ({
    method,
    pattern: new RegExp(`^${path.replaceAll('.', '[.]').replaceAll(/\{[^}]+\}/g, '[^/]+')}/?$`),
  }),
)

function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = (request.url.split('?')[0] ?? '').replaceAll(/\/{2,}/g, '/')
  const methods = [...new Set(knownPaths.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))]
  if (methods.length === 0) return sendJson(reply, 404, noSuchCall(request.id))
  return sendJson(reply.header('allow', methods.join(', ')), 405, noSuchCall(request.id))
}

/** Bytes that are not HTTP have no request to answer; they still get an envelope and an id. */
function refuseGarbage(
  error: Error & { code?: string },
  socket: { writable: boolean; destroyed: boolean; end(text: string): void; destroy(): void },
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const requestId = newRequestId()
  const isLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const isSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const status = isLarge ? '431 Request Header Fields Too Large' : isSlow ? '408 Request Timeout' : '400 Bad Request'
  const body = JSON.stringify({
    error_code: 'DLI.0001',
    error_msg: isSlow ? 'the request took too long to arrive' : 'the request is not well-formed HTTP, or its headers are too large',
    request_id: requestId,
  })
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nx-request-id: ${requestId}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

// The HTTP server: request ids, log, errors, bodies, callers and permissions around the routes of the contract.

import type { ServerOptions } from 'node:http'
import type { ServerOptions as SecureServerOptions } from 'node:https'
import { absentOperations, allOperations, type Operation } from '@tributary/contract'
import type { Control } from '@tributary/control'
import { type Soon, say } from '@tributary/rules'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import type { Logger } from 'pino'
import { admit, identify } from './admit.ts'
import { answerUnknown, refuseGarbage, sendError, sendJson, sendResult } from './answer.ts'
import { actOf, isAct, noteRefusal } from './audit.ts'
import { credentialOf, refuseAnonymous } from './authenticate.ts'
import type { About } from './behind.ts'
import { HttpCall, type Readers, readersOf, wordsFor } from './call.ts'
import { addDocs } from './docs.ts'
import type { Door, Handler } from './door.ts'
import type { Gauges } from './gauges.ts'
import { Gate, type Limits } from './limits.ts'
import type { Metrics } from './metrics.ts'
import { hangRoutes } from './routes.ts'
import { sendInTurn, workInTurn } from './turn.ts'
import { type Drain, newRequestId, watchRequests } from './watch.ts'

/** What the front door is built from. */
export interface AppOptions {
  readonly control: Control
  readonly log: Logger
  /** ms since the epoch; signatures are judged by it. */
  readonly clock: () => number
  readonly about: About
  readonly metrics: Metrics
  /** What only the rooms behind know of; the rest is asked here. */
  readonly gauges: Omit<Gauges, 'connections' | 'requests' | 'bodyBytes'>
  /** Set by whoever stops the server, before jobs are waited for. */
  readonly drain: Drain
  readonly limits: Limits
  /** Callers are served under it; plain HTTP without. */
  readonly certificate: { readonly cert: string; readonly key: string } | undefined
}

// How late a slow sender may be cut off.
const lookForSlowMs = 500

/**
 * Builds the server with every route of the contract on it; it does not listen yet.
 * @throws {Error} when an operation of the contract has no route
 */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { drain, limits, metrics } = options
  const app = fastify({
    logger: false,
    ...transportOf(options),
    genReqId: newRequestId,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: true,
    bodyLimit: limits.bodyBytes,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, caseSensitive: true, maxParamLength: 1024 },
    frameworkErrors: (error, request, reply) => {
      void sendError(options.log, error, request, reply)
    },
    clientErrorHandler: (error, socket) => refuseGarbage(error, socket, (refusal) => metrics.countRefusal(refusal)),
  })
  const gate = new Gate(limits, (refusal) => metrics.countRefusal(refusal))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined))
  watchRequests(app, { log: options.log, metrics, drain, gate })
  app.setErrorHandler((error, request, reply) => {
    noteRefusal(options.control, request, error)
    return sendError(options.log, error, request, reply)
  })
  app.setNotFoundHandler(answerUnknown)
  addDocs(app, options.about.version)
  addOperations(app, { ...options, gate })
  addAbsentOperations(app, { ...options, gate })
  return app
}

/** How bytes come in: the server's own bounds, which the framework hands on. */
function transportOf({ limits, certificate }: AppOptions): { readonly http: ServerOptions } | { readonly https: SecureServerOptions } {
  const bounds = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headerMs,
    connectionsCheckingInterval: lookForSlowMs,
    // Most requests have no body: no stream is set up, read and ended for what is not there.
    optimizeEmptyRequests: true,
  }
  if (certificate === undefined) return { http: bounds }
  const { cert, key } = certificate
  return { https: { ...bounds, cert, key, minVersion: 'TLSv1.2', handshakeTimeout: limits.headerMs } }
}

/** The contract's own readers check what comes in; the framework need not even load what would. */
function noSchemas(): never {
  throw new Error('no route gives the framework a schema')
}

/** What serves requests. */
interface Serving extends AppOptions {
  readonly gate: Gate
}

function printerOf(app: FastifyInstance, { metrics, gauges, gate }: Serving): () => Promise<string> {
  const connections = (): Promise<number> =>
    new Promise((resolve, reject) => {
      app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
    })
  return () => metrics.print({ ...gauges, connections, requests: () => gate.requests, bodyBytes: () => gate.bodyBytes })
}

function addOperations(app: FastifyInstance, options: Serving): void {
  const hung = new Set<string>()
  const door: Door = {
    on: (operation, handle, readShort) => {
      hung.add(operation.id)
      addRoute(app, options, { operation, handle, read: readersOf(operation, readShort), isTold: isAct(operation) })
    },
  }
  hangRoutes(door, {
    control: options.control,
    about: options.about,
    printMetrics: printerOf(app, options),
    isDraining: () => options.drain.isDraining,
  })
  const missing = allOperations.filter(({ id }) => !hung.has(id))
  if (missing.length > 0) throw new Error(`operations without a route: ${missing.map(({ id }) => id).join(', ')}`)
}

// Where the contract says itself what HEAD does.
const ownHeads = new Set(allOperations.flatMap(({ method, paths }) => (method === 'HEAD' ? paths : [])))

function addRoute(app: FastifyInstance, options: Serving, hung: Hung): void {
  const { operation } = hung
  for (const path of operation.paths) {
    app.route({
      method: operation.method,
      url: routerPath(path),
      exposeHeadRoute: !ownHeads.has(path),
      onRequest: (request, _reply, done) => letIn(() => admit(options, operation, request), done),
      handler: (request, reply) => answer(options, hung, request, reply),
    })
  }
}

/** Asks for admission, and tells the framework how that went: at once where nothing has to be waited for. */
function letIn(ask: () => Soon<void>, tell: (refusal?: Error) => void): void {
  let refusal: Error | undefined
  try {
    const admitted = ask()
    if (admitted instanceof Promise) {
      void tellLater(admitted, tell)
      return
    }
  } catch (error) {
    refusal = error as Error
  }
  tell(refusal)
}

async function tellLater(admitted: Promise<void>, tell: (refusal?: Error) => void): Promise<void> {
  let refusal: Error | undefined
  try {
    await admitted
  } catch (error) {
    refusal = error as Error
  }
  tell(refusal)
}

/** One operation with what serves it. */
interface Hung {
  readonly operation: Operation
  readonly handle: Handler<Operation>
  readonly read: Readers
  readonly isTold: boolean
}

/** What is made of larger bodies takes many times their memory, which must be free again before the next is looked at. */
const mostBytesInCompany = 64 * 1024

/** Works on a request at the end of the turn in which it was let in, and answers at the end of the one in which the result is there; a refusal at once. */
function answer(options: Serving, hung: Hung, request: FastifyRequest, reply: FastifyReply): void {
  const { visit } = request
  const give = (result: unknown): void => {
    options.gate.endWork(visit)
    send(options, hung.operation, result, reply)
  }
  const refuse = (error: unknown): void => {
    options.gate.endWork(visit)
    sendFault(error, reply)
  }
  visit.isAtWork = true
  const work = (): void => {
    try {
      const result = run(options, hung, request)
      if (result instanceof Promise) result.then((found) => sendInTurn(() => give(found)), refuse)
      else sendInTurn(() => give(result))
    } catch (error) {
      refuse(error)
    }
  }
  if (visit.body.length > mostBytesInCompany) work()
  else workInTurn(work)
}

function run({ control }: Serving, { operation, handle, read, isTold }: Hung, request: FastifyRequest): Soon<unknown> {
  const call = new HttpCall(operation, read, request)
  return isTold ? control.audit.act(actOf(operation, request, call.body), () => handle(call)) : handle(call)
}

/** A result that cannot be written is an error of ours like any other. */
function send({ drain }: Serving, operation: Operation, result: unknown, reply: FastifyReply): void {
  try {
    sendResult(operation, result, reply, drain)
  } catch (error) {
    sendFault(error, reply)
  }
}

/** The framework takes for an answer whatever is no error. */
function sendFault(error: unknown, reply: FastifyReply): void {
  reply.send(error instanceof Error ? error : new Error('what was thrown is no error', { cause: error }))
}

/** Published calls that are not on offer say so, to callers who have said who they are. */
function addAbsentOperations(app: FastifyInstance, options: Serving): void {
  for (const { method, path } of absentOperations) {
    app.route({
      method,
      url: routerPath(path),
      onRequest: async (request) => {
        const credential = credentialOf(request.raw)
        if (credential.kind === 'none') refuseAnonymous()
        options.gate.checkRoom()
        await options.gate.takeBody(request)
        await identify(options, credential, request, true)
      },
      handler: async (request, reply) =>
        sendJson(reply, 501, {
          error_code: 'DLI.0007',
          error_msg: wordsFor(request.raw)(
            say`${method} ${path} is published but not offered here; GET /tributary/v1/fidelity lists what is`,
          ),
        }),
    })
  }
}

function routerPath(path: string): string {
  return path.replaceAll(/\{([a-z_]+)\}/g, ':$1')
}

// What happens around every request: its id, one line in the log, one count, and the end of its connection when the server stops.

import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { requestLog } from '../log.ts'
import type { Gate } from './limits.ts'
import type { Metrics } from './metrics.ts'
import { Visit } from './visit.ts'

/** Whether the server is stopping: it then answers reads and cancels, and takes nothing new. */
export interface Drain {
  isDraining: boolean
}

// As proxies write it down for callers who hung up before their answer.
const unanswered = 499

const idBytes = 16
// To ask for random bytes takes as long for many as for a few.
const idsAtOnce = 256
let spareIds = ''
let spareAt = 0

/** 32 hex characters. */
export function newRequestId(): string {
  if (spareAt === spareIds.length) {
    spareIds = randomBytes(idBytes * idsAtOnce).toString('hex')
    spareAt = 0
  }
  const from = spareAt
  spareAt += 2 * idBytes
  return spareIds.slice(from, spareAt)
}

/** What watching needs. */
export interface Watching {
  readonly log: Logger
  readonly metrics: Metrics
  readonly drain: Drain
  readonly gate: Gate
}

/** Hangs itself around every request of a server. Hooks are few and plain: each runs at every call. */
export function watchRequests(app: FastifyInstance, { log, metrics, drain, gate }: Watching): void {
  const tell = requestLog(log)
  app.decorateRequest('visit', null as unknown as Visit)
  const leave = ({ id, params, visit }: FastifyRequest, { raw }: FastifyReply): void => {
    gate.endConnection(visit)
    const ms = performance.now() - visit.startedAt
    const operation = visit.operation?.id ?? ''
    const status = raw.writableFinished ? raw.statusCode : unanswered
    metrics.countRequest(operation, status, ms / 1000)
    tell({ requestId: id, operation, project: (params as Params | undefined)?.['project_id'], status, ms })
  }
  app.addHook('onRequest', (request, reply, done) => {
    request.visit = new Visit(request.id)
    // Not the framework's own end of an answer, which callers who hang up never reach.
    reply.raw.on('close', () => leave(request, reply))
    done(gate.enter(request.raw))
  })
  app.addHook('preClose', (done) => {
    drain.isDraining = true
    done()
  })
  // What the framework sends; most answers go past it.
  app.addHook('onSend', ({ visit }, reply, payload, done) => {
    const { headers } = visit ?? { headers: [] }
    for (let index = 0; index + 1 < headers.length; index += 2) reply.header(headers[index] as string, headers[index + 1])
    // A busy keep-alive connection would otherwise hold up the end.
    if (drain.isDraining) reply.header('connection', 'close')
    done(null, payload)
  })
}

type Params = Readonly<Record<string, string>>

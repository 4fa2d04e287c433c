// How many connections are taken: the rest of the open files that the system allows is for the store, engines and their results.

import { readFileSync } from 'node:fs'
import { ServiceError, say } from '@tributary/rules'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'

/** The most that are kept back from connections. */
const mostKeptBack = 512
/** Of the connections, the part that is served; the rest is told that there are too many. */
const served = 0.9
const tellEveryMs = 10_000

/** How many open files the system allows this process; `undefined` where it does not say. */
export function openFilesLimit(): number | undefined {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return limit === undefined ? undefined : Number(limit)
  } catch {
    return undefined
  }
}

/** How many connections fit: half of what is allowed at least stays for other files, until that is plenty. */
export function connectionsWithin(openFiles: number): number {
  return Math.max(1, openFiles - Math.min(mostKeptBack, Math.ceil(openFiles / 2)))
}

/**
 * Holds a server to so many connections. Who comes when most are taken is answered 503 and let go, who comes when all are is let go at once; the log
 * says so once in ten seconds. Must be called before the server listens.
 */
export function limitConnections(app: FastifyInstance, most: number, log: Logger): void {
  const crowded = new Set<string>()
  const note = teller(most, log)
  const { server } = app
  let open = 0
  server.maxConnections = most
  server.on('drop', note)
  server.on('connection', (socket) => {
    const caller = callerOf(socket)
    open += 1
    socket.once('close', () => {
      open -= 1
      crowded.delete(caller)
    })
    if (open > most * served) crowded.add(caller)
  })
  app.addHook('onRequest', (request, reply, done) => {
    if (crowded.size === 0 || !crowded.has(callerOf(request.raw.socket))) return done()
    note()
    reply.header('connection', 'close')
    const said = say`the server has ${open} connections and can hold few more: close some, or try again later`
    done(new ServiceError('unavailable', said, { retryAfterSeconds: 5 }))
  })
}

/** The other end, which is the same however many layers of sockets lie over the first one. */
function callerOf({
  remoteAddress,
  remotePort,
}: {
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
}): string {
  return `${remoteAddress} ${remotePort}`
}

function teller(connections: number, log: Logger): () => void {
  let refused = 0
  let toldAt = Number.NEGATIVE_INFINITY
  return () => {
    refused += 1
    const now = performance.now()
    if (now - toldAt < tellEveryMs) return
    log.warn(
      { connections, refused },
      'connections are refused: the setting max-connections and the limit of open files leave no room for more',
    )
    toldAt = now
    refused = 0
  }
}

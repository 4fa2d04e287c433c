// Ends a statement at a server that does not look by itself whether anybody still waits: by a second connection, as the protocol has it.

import type { Dialer } from '@tributary/fabric/dial'
import type { Endpoint } from '@tributary/rules'
import pg from 'pg'
import type { Encryption } from '../sign-in.ts'
import { asPgSocket } from './pg-socket.ts'

/** The way of the session whose statement is to end; the request is encrypted as that is. */
export interface CancelWay {
  readonly dial: Dialer
  readonly endpoint: Endpoint
  readonly encryption: Encryption
}

/** Longest that dialling and asking may take together. */
const longestMs = 5_000

/** The parts of pg that its type declarations leave out: what the server told at the login, and the request that gives it back. */
interface Running {
  readonly processID: number | null
  readonly secretKey: number | null
}
type Connection = pg.Connection & {
  requestSsl(): void
  connect(port: number, host: string): void
  cancel(processID: number, secretKey: number): void
}

/**
 * Resolves when the server has closed the connection, which it does once it has told the session; nothing says whether that still ran anything.
 * @throws {ServiceError} as the dialler
 */
export async function requestCancel({ dial, endpoint, encryption }: CancelWay, client: pg.Client): Promise<void> {
  const { processID, secretKey } = client as unknown as Running
  if (processID === null || secretKey === null) return
  const signal = AbortSignal.timeout(longestMs)
  const socket = await dial(endpoint, { signal })
  const stop = (): void => void socket.destroy()
  signal.addEventListener('abort', stop)
  try {
    const stream = asPgSocket(socket)
    const connection = new pg.Connection({ stream, ssl: encryption ?? false } as unknown as pg.ConnectionConfig) as Connection
    const send = (): void => connection.cancel(processID, secretKey)
    const { promise, resolve } = Promise.withResolvers<void>()
    connection.on('connect', () => (encryption === undefined ? send() : connection.requestSsl()))
    connection.on('sslconnect', send)
    connection.on('error', resolve)
    connection.on('end', resolve)
    socket.once('close', resolve)
    connection.connect(endpoint.port, endpoint.host)
    await promise
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}

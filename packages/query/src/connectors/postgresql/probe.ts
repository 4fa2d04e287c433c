// The way to a PostgreSQL server climbed rung by rung for the doctor: TCP, what it says of TLS, then a login and a table as jobs use them.

import type { Duplex } from 'node:stream'
import type { Dialer } from '@tributary/fabric/dial'
import { formatEndpoint, say, ServiceError, type Text, textOf } from '@tributary/rules'
import pg from 'pg'
import type { OpenableTable } from '../../source.ts'
import { climb, type Tell } from '../climb.ts'
import type { ProbeOptions, Session } from '../connector.ts'
import { tellError } from './errors.ts'
import { asPgSocket } from './pg-socket.ts'
import { type Encryption, encryptionsOf, loginTimeoutMs } from './settings.ts'

/** A session whose table can be tried. */
export interface ProbedSession extends Session {
  /** @throws {ServiceError} `forbidden` when no row may be read */
  checkReadable(): Promise<void>
}

/**
 * Climbs as far as `depth` says, one rung after the other; each is told as it ends. TLS is asked on a socket of its own, so that a session begins as a
 * job's does.
 * @param open - opens a session as a job does
 * @throws {ServiceError} what ended the climb; the rung it ended on has been told
 */
export async function probe(
  source: OpenableTable,
  dial: Dialer,
  { signal, depth, tell }: ProbeOptions,
  open: () => Promise<ProbedSession>,
): Promise<void> {
  const { endpoint, database, schema, table } = source.table.settings
  const socket = await dial(endpoint, { signal, onRung: tell })
  await climb(tell, 'tls', () => agreeOnTls(source, socket, signal))
  if (depth === 'tls') return
  const { session, refusal } = await climbLogin(source, tell, open)
  if (session === undefined) throw refusal
  await using opened = session
  if (depth === 'login') return
  await climb(tell, 'object', async () => {
    const columns = await opened.describe()
    await opened.checkReadable()
    return say`${schema === undefined ? table : `${schema}.${table}`} of database ${database} has ${columns.length} columns`
  })
}

/** A missing database shows itself only once the password has passed: then the login is well and the object is not. */
async function climbLogin(
  source: OpenableTable,
  tell: Tell,
  open: () => Promise<ProbedSession>,
): Promise<{ readonly session: ProbedSession | undefined; readonly refusal: unknown }> {
  const start = performance.now()
  const detail = say`signed in as ${source.credentials?.user ?? ''}`
  try {
    const session = await open()
    tell({ name: 'login', ok: true, ms: performance.now() - start, detail })
    return { session, refusal: undefined }
  } catch (error) {
    const ms = performance.now() - start
    const isDatabaseMissing = error instanceof ServiceError && (error.details.cause as { code?: unknown } | undefined)?.code === '3D000'
    if (isDatabaseMissing) tell({ name: 'login', ok: true, ms, detail })
    tell({ name: isDatabaseMissing ? 'object' : 'login', ok: false, ms, detail: textOf(error) })
    return { session: undefined, refusal: error }
  }
}

/** Asks for TLS, agrees on it where it is there, and leaves. @returns what came of it, for people */
async function agreeOnTls(source: OpenableTable, socket: Duplex, signal: AbortSignal): Promise<Text> {
  const { endpoint, tls } = source.table.settings
  const place = formatEndpoint(endpoint)
  const [encryption] = encryptionsOf(tls)
  const stop = (): void => void socket.destroy()
  signal.addEventListener('abort', stop)
  try {
    if (encryption === undefined) return say`not asked for: the session is plain text`
    const isThere = await handshake(socket, encryption, endpoint.host)
    if (isThere) return tls === 'verify-full' ? say`agreed on, the certificate is trusted` : say`agreed on, the certificate is not checked`
    if (tls === 'prefer') return say`${place} offers no TLS: the session is plain text`
    throw new ServiceError('unavailable', say`${place} offers no TLS, which tls=${tls} requires`)
  } catch (error) {
    signal.throwIfAborted()
    throw tellError(error, place)
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}

/** The part of pg's connection that its type declarations leave out. */
type Handshake = pg.Connection & { requestSsl(): void; connect(port: number, host: string): void }

/** @returns false when the server has no TLS. @throws {ServiceError} `unavailable` when what answers, or does not, is no PostgreSQL server */
function handshake(socket: Duplex, encryption: NonNullable<Encryption>, host: string): Promise<boolean> {
  const connection = new pg.Connection({ stream: asPgSocket(socket), ssl: encryption } as unknown as pg.ConnectionConfig) as Handshake
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => reject(noAnswer()), loginTimeoutMs)
  socket.once('data', (answer: Buffer) => {
    if (answer.length === 1 && answer[0] === 0x4e) resolve(false)
    else if (answer.length !== 1 || answer[0] !== 0x53) reject(otherProtocol())
  })
  connection.on('connect', () => connection.requestSsl())
  connection.on('sslconnect', () => connection.stream.once('secureConnect', () => resolve(true)))
  connection.on('error', (error: Error) => reject(error))
  connection.on('end', () => reject(otherProtocol()))
  connection.connect(0, host)
  return promise.finally(() => clearTimeout(timer))
}

function noAnswer(): ServiceError {
  return new ServiceError(
    'unavailable',
    say`what listens there accepted the connection and said nothing for ${loginTimeoutMs / 1000} s: is it a PostgreSQL server?`,
  )
}

function otherProtocol(): ServiceError {
  return new ServiceError('unavailable', say`what listens there does not answer as a PostgreSQL server does: check the port`)
}

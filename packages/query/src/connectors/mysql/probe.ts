// The way to a MySQL server climbed rung by rung for the doctor: TCP, what it says of TLS, then a login and a table as jobs use them.

import type { Duplex } from 'node:stream'
import type { Dialer } from '@tributary/fabric/dial'
import { formatEndpoint, say, ServiceError, type Text } from '@tributary/rules'
import type { OpenableTable } from '../../source.ts'
import { climb } from '../climb.ts'
import type { ProbeOptions, Session } from '../connector.ts'
import { tellError } from './errors.ts'
import { createWire } from './login.ts'
import { type Encryption, encryptionsOf, loginTimeoutMs } from './settings.ts'

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
  open: () => Promise<Session>,
): Promise<void> {
  const { endpoint, database, schema, table } = source.table.settings
  const socket = await dial(endpoint, { signal, onRung: tell })
  await climb(tell, 'tls', () => agreeOnTls(source, socket, signal))
  if (depth === 'tls') return
  let session: Session | undefined
  await climb(tell, 'login', async () => {
    session = await open()
    return say`signed in as ${source.credentials?.user ?? ''}`
  })
  await using opened = session as unknown as Session
  if (depth === 'login') return
  await climb(tell, 'object', async () => {
    const columns = await opened.describe()
    return say`${table} of database ${schema ?? database} has ${columns.length} columns`
  })
}

/** Asks for TLS, agrees on it where it is there, and leaves. @returns what came of it, for people */
async function agreeOnTls(source: OpenableTable, socket: Duplex, signal: AbortSignal): Promise<Text> {
  const { endpoint, tls } = source.table.settings
  const place = formatEndpoint(endpoint)
  const [encryption] = encryptionsOf(tls)
  const stop = (): void => void socket.destroy()
  signal.addEventListener('abort', stop)
  socket.on('error', () => undefined)
  try {
    if (encryption === undefined) return say`not asked for: the session is plain text`
    const isThere = await handshake(source, socket, encryption)
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

/** A server greets first: a number of its bytes, a 0, then 10 or, where it refuses, 255. */
function isGreeting(bytes: Buffer): boolean {
  return bytes.length < 5 || (bytes[3] === 0 && (bytes[4] === 10 || bytes[4] === 0xff))
}

/** Hangs up before anything is said of users. @returns false when the server has no TLS. @throws {ServiceError} `unavailable` when what answers, or does not, is no MySQL server */
function handshake(source: OpenableTable, socket: Duplex, encryption: NonNullable<Encryption>): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => reject(noAnswer()), loginTimeoutMs)
  socket.once('data', (greeting: Buffer) => {
    if (!isGreeting(greeting)) reject(otherProtocol())
  })
  socket.once('close', () => reject(otherProtocol()))
  const wire = createWire({ ...source, credentials: undefined }, socket, encryption)
  const startTLS = wire.startTLS.bind(wire)
  wire.startTLS = () => startTLS((error) => (error === undefined ? resolve(true) : reject(error)))
  wire.on('error', (error: Error & { code?: string }) => (error.code === 'HANDSHAKE_NO_SSL_SUPPORT' ? resolve(false) : reject(error)))
  return promise.finally(() => clearTimeout(timer))
}

function noAnswer(): ServiceError {
  return new ServiceError(
    'unavailable',
    say`what listens there accepted the connection and said nothing for ${loginTimeoutMs / 1000} s: is it a MySQL server?`,
  )
}

function otherProtocol(): ServiceError {
  return new ServiceError('unavailable', say`what listens there does not answer as a MySQL server does: check the port`)
}

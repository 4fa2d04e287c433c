// The way to a source climbed rung by rung for the doctor: TCP, what it says of TLS, then a login and a table as jobs use them.

import type { Duplex } from 'node:stream'
import type { Dialer } from '@tributary/fabric/dial'
import { formatEndpoint, say, ServiceError, type Text, textOf } from '@tributary/rules'
import type { OpenableTable } from '../source.ts'
import { climb, type Tell } from './climb.ts'
import type { ProbeOptions, Session } from './connector.ts'
import { type Encryption, encryptionsOf, loginTimeoutOf, secureAtOnce } from './sign-in.ts'

/** What is a source's own in the climb. */
export interface Climbing<Opened extends Session> {
  /** How messages call it, for instance `MySQL`. */
  readonly server: string
  /** Asks for TLS on a socket that is for this alone and agrees on it; whoever calls hangs up. Absent: from the first byte. @returns false where the source has none */
  readonly secure?: (socket: Duplex, encryption: NonNullable<Encryption>) => Promise<boolean>
  /** Opens a session as a job does. */
  readonly open: () => Promise<Opened>
  /** Looks whether the table may be read, where its columns do not say. @throws {ServiceError} `forbidden` */
  readonly checkReadable?: (session: Opened) => Promise<void>
  /** Whether an error says that the login went well, and the database is not there. */
  readonly isDatabaseMissing?: (error: unknown) => boolean
  /** The table and its database in messages; absent: as for sources where a database may stand in `dbtable`. */
  readonly names?: { readonly table: string; readonly database: string }
  readonly tellError: (error: unknown, place: string) => ServiceError
}

/**
 * Climbs as far as `depth` says, one rung after the other; each is told as it ends. TLS is asked on a socket of its own, so that a session begins as a
 * job's does.
 * @throws {ServiceError} what ended the climb; the rung it ended on has been told
 */
export async function climbTo<Opened extends Session>(
  source: OpenableTable,
  dial: Dialer,
  { signal, depth, tell }: ProbeOptions,
  climbing: Climbing<Opened>,
): Promise<void> {
  const socket = await dial(source.table.settings.endpoint, { signal, onRung: tell })
  await climb(tell, 'tls', () => agreeOnTls(source, socket, signal, climbing))
  if (depth === 'tls') return
  await using opened = await climbLogin(source, tell, climbing)
  if (depth === 'login') return
  const { schema, database, table } = source.table.settings
  const names = climbing.names ?? { table, database: schema ?? database }
  await climb(tell, 'object', async () => {
    const columns = await opened.describe()
    await climbing.checkReadable?.(opened)
    return say`${names.table} of database ${names.database} has ${columns.length} columns`
  })
}

/** A missing database shows itself only once the password has passed: then the login is well and the object is not. */
async function climbLogin<Opened extends Session>(
  { credentials }: OpenableTable,
  tell: Tell,
  { open, isDatabaseMissing }: Climbing<Opened>,
): Promise<Opened> {
  const start = performance.now()
  const detail = say`signed in as ${credentials?.user ?? ''}`
  try {
    const session = await open()
    tell({ name: 'login', ok: true, ms: performance.now() - start, detail })
    return session
  } catch (error) {
    const ms = performance.now() - start
    const isLoginWell = isDatabaseMissing?.(error) === true
    if (isLoginWell) tell({ name: 'login', ok: true, ms, detail })
    tell({ name: isLoginWell ? 'object' : 'login', ok: false, ms, detail: textOf(error) })
    throw error
  }
}

/** Asks for TLS, agrees on it where it is there, and leaves. @returns what came of it, for people */
async function agreeOnTls(
  source: OpenableTable,
  socket: Duplex,
  signal: AbortSignal,
  { server, secure = atOnce(source), tellError }: Pick<Climbing<Session>, 'server' | 'secure' | 'tellError'>,
): Promise<Text> {
  const { endpoint, tls } = source.table.settings
  const place = formatEndpoint(endpoint)
  const [encryption] = encryptionsOf(tls)
  const silence = Promise.withResolvers<never>()
  const timeoutMs = loginTimeoutOf(source)
  const timer = setTimeout(() => silence.reject(noAnswer(server, timeoutMs)), timeoutMs)
  const stop = (): void => void socket.destroy()
  signal.addEventListener('abort', stop)
  socket.on('error', () => undefined)
  try {
    if (encryption === undefined) return say`not asked for: the session is plain text`
    const isThere = await Promise.race([secure(socket, encryption), silence.promise])
    if (isThere) return tls === 'verify-full' ? say`agreed on, the certificate is trusted` : say`agreed on, the certificate is not checked`
    if (tls === 'prefer') return say`${place} offers no TLS: the session is plain text`
    throw new ServiceError('unavailable', say`${place} offers no TLS, which tls=${tls} requires`)
  } catch (error) {
    signal.throwIfAborted()
    throw tellError(error, place)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}

function atOnce(source: OpenableTable): NonNullable<Climbing<Session>['secure']> {
  return async (socket, encryption) => {
    await secureAtOnce(source, socket, encryption)
    return true
  }
}

function noAnswer(server: string, timeoutMs: number): ServiceError {
  return new ServiceError(
    'unavailable',
    say`what listens there accepted the connection and said nothing for ${timeoutMs / 1000} s: is it a ${server} server?`,
  )
}

/** That what answers speaks another protocol. @param server - as {@link Climbing.server} */
export function otherProtocol(server: string): ServiceError {
  return new ServiceError('unavailable', say`what listens there does not answer as a ${server} server does: check the port`)
}

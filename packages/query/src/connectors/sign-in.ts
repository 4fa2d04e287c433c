// From a dialled socket to a session, as every connector goes: the encryptions in turn, a login before any byte, a limit of time, and why it was lost.

import type { Duplex } from 'node:stream'
import type { Dialer } from '@tributary/fabric/dial'
import { secure } from '@tributary/fabric/secure'
import { formatEndpoint, ServiceError, say, type Text } from '@tributary/rules'
import type { JdbcSettings, OpenableTable } from '../source.ts'
import { Loss } from './loss.ts'

/** Longest that a login may take with all that belongs to it, once TCP stands, in ms. {@link signIn} holds it to that; a driver needs no limit of its own. */
export function loginTimeoutOf({ loginTimeoutMs = 10_000 }: Pick<OpenableTable, 'loginTimeoutMs'>): number {
  return loginTimeoutMs
}

/** For whom a session is open: it may have to be opened once more, to end what runs in it. */
export interface Task {
  readonly source: OpenableTable
  readonly dial: Dialer
  readonly signal: AbortSignal
}

/** How a connection is encrypted; `undefined` sends plain text. */
export type Encryption = { readonly rejectUnauthorized: boolean } | undefined

/** The encryptions to try, in order; each but the last may be answered with "not supported". */
export function encryptionsOf(tls: JdbcSettings['tls']): readonly Encryption[] {
  const isRequired = tls === 'require' || tls === 'verify-full'
  const encrypted = tls === 'disable' ? [] : [{ rejectUnauthorized: tls === 'verify-full' }]
  return isRequired ? encrypted : [...encrypted, undefined]
}

/** A dialled socket and who watches it. */
export interface Watched {
  readonly socket: Duplex
  readonly loss: Loss
}

/** What is a source's own in signing in. */
export interface SigningIn<Open> {
  /** Signs in and sets the session up. What it throws is told in the words of the socket's loss, where that was lost. */
  readonly attempt: (watched: Watched, encryption: Encryption) => Promise<Open>
  /** Whether an error says that the source has no TLS. Absent where TLS begins with the first byte: nobody says so there, and `prefer` is as `require`. */
  readonly hasNoTls?: (error: unknown) => boolean
  /** What the url says to ask for no TLS, for messages; absent: `tls=disable`. */
  readonly plain?: string
  /** @param place - for instance `10.71.0.5:3306` */
  readonly tellError: (error: unknown, place: string) => ServiceError
}

/** @throws {ServiceError} `unavailable` (no way there, no answer, no TLS), `invalid` (no login in the table), and what `tellError` makes of the rest */
export async function signIn<Open>(task: Task, { attempt, hasNoTls, plain = 'tls=disable', tellError }: SigningIn<Open>): Promise<Open> {
  const { endpoint, tls } = task.source.table.settings
  const place = formatEndpoint(endpoint)
  const encryptions = encryptionsOf(tls)
  for (const [index, encryption] of encryptions.entries()) {
    try {
      return await onSocket(task, (watched) => attempt(watched, encryption))
    } catch (error) {
      if (hasNoTls?.(error) !== true) throw tellError(error, place)
      if (index + 1 < encryptions.length) continue
      throw new ServiceError('unavailable', say`${place} offers no TLS; switch it on at the source, or ask for ${plain} in the url`)
    }
  }
  throw new ServiceError('internal', say`no way to encrypt ${tls}`)
}

/** Dials, and works on the socket, which is gone where the work fails. @throws {ServiceError} as the dialler; `invalid` for a table without a login; why the socket was lost, where it was */
export async function onSocket<Open>({ source, dial, signal }: Task, work: (watched: Watched) => Promise<Open>): Promise<Open> {
  const { endpoint } = source.table.settings
  const socket = await dial(endpoint, { signal })
  const loss = new Loss(socket)
  loss.attend(signal)
  const timeoutMs = loginTimeoutOf(source)
  const timer = setTimeout(() => socket.destroy(tooLong(formatEndpoint(endpoint), timeoutMs)), timeoutMs)
  try {
    checkCredentials(source, formatEndpoint(endpoint))
    return await work({ socket, loss })
  } catch (error) {
    loss.attend(undefined)
    socket.destroy()
    throw loss.reasonOf(error)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Agrees on TLS with a source that speaks it from the first byte, on a dialled socket; `undefined` leaves it plain. A source without TLS waits for more of
 * what it takes for a question: half of the login's time is for this, and the message says how to do without.
 * @throws as `secure` of `fabric/secure`
 */
export async function secureAtOnce(source: OpenableTable, socket: Duplex, encryption: Encryption): Promise<Duplex> {
  if (encryption === undefined) return socket
  const { endpoint } = source.table.settings
  const advice = say`; if the source has no TLS there, ask for tls=disable, else check the port`
  return await secure(socket, { endpoint, timeoutMs: loginTimeoutOf(source) / 2, advice, ...encryption })
}

/** That a password would cross as it is, where nothing hides it. @param remedy - what to do at the source or in the url */
export function clearPassword(place: string, remedy: Text = say`encrypt the connection by its url`): ServiceError {
  return new ServiceError(
    'forbidden',
    say`${place} asks for the password in clear text; ${remedy}, or ask the installation owner to allow cleartext for this gateway`,
  )
}

/** Behind the dialler, so that a network in the way is told first. A NUL byte would end what is sent early. */
function checkCredentials({ credentials }: OpenableTable, place: string): void {
  if (credentials === undefined)
    throw new ServiceError(
      'invalid',
      say`${place} asks for a login, and the table has none; add passwdauth (the name of an auth-info) to the OPTIONS`,
    )
  if (`${credentials.user}${credentials.password}`.includes('\0'))
    throw new ServiceError(
      'invalid',
      say`the login for ${place} holds a NUL character, which no user name or password may have; correct the auth-info`,
    )
}

function tooLong(place: string, timeoutMs: number): ServiceError {
  return new ServiceError('unavailable', say`${place} did not let this login through within ${timeoutMs / 1000} s: run the job again later`)
}

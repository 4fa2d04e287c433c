// From a socket to a session: TLS as the table asks for it, the password as the gateway allows it, then the session's settings.

import type { Duplex } from 'node:stream'
import type { Dialer } from '@tributary/fabric/dial'
import { formatEndpoint, ServiceError, say } from '@tributary/rules'
import pg from 'pg'
import type { OpenableTable } from '../../source.ts'
import { tellError } from './errors.ts'
import { type Encryption, encryptionsOf, loginTimeoutMs, sessionSetup } from './settings.ts'

/** An open session; disposing it closes the socket, at once when a statement still runs. */
export interface Login extends AsyncDisposable {
  readonly client: pg.Client
  readonly isUtf8: boolean
  /** Why the socket was lost, once it is: a dialler's cut or our own refusal says more than what pg makes of it. */
  lossOf(error: unknown): unknown
}

const noEncryption = 'The server does not support SSL connections'

/** @throws {ServiceError} `unavailable` (no way there, no answer), `forbidden` (password refused, or cleartext asked for) */
export async function login(source: OpenableTable, dial: Dialer, signal: AbortSignal): Promise<Login> {
  const { endpoint, tls } = source.table.settings
  const encryptions = encryptionsOf(tls)
  for (const [index, encryption] of encryptions.entries()) {
    try {
      return await loginOnce(source, dial, signal, encryption)
    } catch (error) {
      const isRefused = error instanceof Error && error.message === noEncryption
      if (isRefused && index + 1 < encryptions.length) continue
      if (isRefused)
        throw new ServiceError(
          'unavailable',
          say`${formatEndpoint(endpoint)} offers no TLS; switch it on at the source, or ask for sslmode=disable in the url`,
        )
      throw tellError(error, formatEndpoint(endpoint))
    }
  }
  throw new ServiceError('internal', say`no way to encrypt ${tls}`)
}

async function loginOnce(source: OpenableTable, dial: Dialer, signal: AbortSignal, encryption: Encryption): Promise<Login> {
  const { endpoint } = source.table.settings
  const socket = await dial(endpoint, { signal })
  const stop = (): void => void socket.destroy(asError(signal.reason))
  signal.addEventListener('abort', stop)
  let loss: unknown
  socket.on('error', (error) => {
    loss ??= error
  })
  const lossOf = (error: unknown): unknown => loss ?? error
  try {
    checkCredentials(source, formatEndpoint(endpoint))
    const client = createClient(source, socket, encryption)
    await client.connect()
    const isUtf8 = await setUp(client)
    return { client, isUtf8, lossOf, [Symbol.asyncDispose]: () => close(client, socket, () => signal.removeEventListener('abort', stop)) }
  } catch (error) {
    signal.removeEventListener('abort', stop)
    socket.destroy()
    throw lossOf(error)
  }
}

/** Behind the dialler, so that a network in the way is told first. A NUL byte would end the startup message's text early. */
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

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('stopped')
}

function createClient(source: OpenableTable, socket: Duplex, encryption: Encryption): pg.Client {
  const { settings } = source.table
  const ssl = encryption ?? false
  const connection = new pg.Connection({ stream: asPgSocket(socket), ssl, keepAlive: true } as unknown as pg.ConnectionConfig)
  if (encryption === undefined && !source.allowCleartextPasswords) refuseCleartext(connection, socket, formatEndpoint(settings.endpoint))
  const client = new pg.Client({
    connection,
    ssl,
    host: settings.endpoint.host,
    port: settings.endpoint.port,
    database: settings.database,
    user: source.credentials?.user ?? '',
    password: source.credentials?.password ?? '',
    application_name: 'tributary',
    connectionTimeoutMillis: loginTimeoutMs,
  } as pg.ClientConfig)
  // A lost connection is told to whoever waits for an answer; without a listener it would end the thread.
  client.on('error', () => undefined)
  return client
}

/** Listens before pg does, so that a server that asks for the bare password gets a closed socket. SCRAM and MD5 pass. */
function refuseCleartext(connection: pg.Connection, socket: Duplex, place: string): void {
  connection.on('authenticationCleartextPassword', () => {
    const message = say`${place} asks for the password in clear text; let it use scram-sha-256, or encrypt with sslmode=require, or ask the installation owner to allow cleartext for this gateway`
    socket.destroy(new ServiceError('forbidden', message))
  })
}

/** pg wants to connect its socket itself; this one is connected already and says so. */
export function asPgSocket(socket: Duplex): Duplex {
  const own = {
    connect: () => {
      process.nextTick(() => socket.emit('connect'))
      return socket
    },
  }
  const missing = Object.fromEntries(
    ['setNoDelay', 'setKeepAlive', 'ref', 'unref'].filter((name) => !(name in socket)).map((name) => [name, () => socket]),
  )
  return Object.assign(socket, missing, own)
}

async function setUp(client: pg.Client): Promise<boolean> {
  const results = (await client.query(sessionSetup)) as unknown as readonly pg.QueryResult<{ encoding: string }>[]
  return results.at(-1)?.rows[0]?.encoding === 'UTF8'
}

async function close(client: pg.Client, socket: Duplex, forget: () => void): Promise<void> {
  forget()
  if (!socket.destroyed)
    await Promise.race([client.end().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 500).unref())])
  socket.destroy()
}

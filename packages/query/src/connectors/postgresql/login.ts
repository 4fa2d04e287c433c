// From a socket to a session: TLS as the table asks for it, the password as the gateway allows it, then the session's settings.

import type { Duplex } from 'node:stream'
import type { Dialer } from '@tributary/fabric/dial'
import { formatEndpoint, ServiceError, say } from '@tributary/rules'
import pg from 'pg'
import type { OpenableTable } from '../../source.ts'
import { type CancelWay, requestCancel } from './cancel-request.ts'
import type { Loss } from '../loss.ts'
import { clearPassword, type Encryption, signIn } from '../sign-in.ts'
import { tellError } from './errors.ts'
import { asPgSocket } from './pg-socket.ts'
import { mostAnswerBytes, sessionSetup } from './settings.ts'

/** An open session; disposing it closes the socket, at once when a statement still runs. */
export interface Login extends AsyncDisposable {
  readonly client: pg.Client
  readonly isUtf8: boolean
  /** False once the socket is gone. */
  readonly isOpen: boolean
  /** Lets this signal, and no other, end it from now on; `undefined` lets none. */
  attend(signal: AbortSignal | undefined): void
  /** From now on an abort lets the source answer for so long before the socket goes. */
  holdFor(ms: number): void
  /** Why the socket was lost, once it is: a dialler's cut or our own refusal says more than what pg makes of it. */
  lossOf(error: unknown): unknown
  /** Ends the socket without a word. */
  destroy(): void
}

const noEncryption = 'The server does not support SSL connections'

/** @throws {ServiceError} `unavailable` (no way there, no answer), `forbidden` (password refused, or cleartext asked for) */
export function login(source: OpenableTable, dial: Dialer, signal: AbortSignal): Promise<Login> {
  return signIn<Login>(
    { source, dial, signal },
    {
      attempt: async ({ socket, loss }, encryption) => {
        const client = createClient(source, socket, encryption)
        await client.connect()
        forgetPassword(client)
        const { isUtf8, isWatching } = await setUp(client)
        const { endpoint } = source.table.settings
        if (!isWatching) loss.onStop = () => endStatement({ dial, endpoint, encryption }, client)
        return new OpenLogin(client, socket, loss, isUtf8)
      },
      hasNoTls: (error) => error instanceof Error && error.message === noEncryption,
      plain: 'sslmode=disable',
      tellError,
    },
  )
}

class OpenLogin implements Login {
  readonly client: pg.Client
  readonly isUtf8: boolean
  readonly #socket: Duplex
  readonly #loss: Loss

  constructor(client: pg.Client, socket: Duplex, loss: Loss, isUtf8: boolean) {
    this.client = client
    this.isUtf8 = isUtf8
    this.#socket = socket
    this.#loss = loss
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed
  }

  attend(signal: AbortSignal | undefined): void {
    this.#loss.attend(signal)
  }

  holdFor(ms: number): void {
    this.#loss.holdFor(ms)
  }

  lossOf(error: unknown): unknown {
    return this.#loss.reasonOf(error)
  }

  destroy(): void {
    this.#loss.attend(undefined)
    this.#socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#loss.attend(undefined)
    if (this.isOpen)
      await Promise.race([this.client.end().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 500).unref())])
    this.#socket.destroy()
  }
}

function createClient(source: OpenableTable, socket: Duplex, encryption: Encryption): pg.Client {
  const { settings } = source.table
  const ssl = encryption ?? false
  const connection = new pg.Connection({ stream: asPgSocket(socket), ssl, keepAlive: true } as unknown as pg.ConnectionConfig)
  limitAnswers(connection, socket, formatEndpoint(settings.endpoint))
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
  } as pg.ClientConfig)
  // A lost connection is told to whoever waits for an answer; without a listener it would end the thread.
  client.on('error', () => undefined)
  return client
}

/** The library would hold the password for as long as the session stays, and has no more use for it. */
function forgetPassword(client: pg.Client): void {
  const holders = client as unknown as { password: unknown; readonly connectionParameters: { password: unknown } }
  holders.password = null
  holders.connectionParameters.password = null
}

/** The part of pg's connection that feeds its parser, which keeps what comes for as long as the message says that more is to come. */
interface Fed {
  attachListeners(stream: Duplex): void
}

/** Of what pg reads, an answer is small; rows are read past it, and are bounded there. */
function limitAnswers(connection: pg.Connection, socket: Duplex, place: string): void {
  let read = 0
  connection.on('readyForQuery', () => {
    read = 0
  })
  const fed = connection as unknown as Fed
  const attach = fed.attachListeners.bind(connection)
  fed.attachListeners = (stream) => {
    attach(stream)
    const [parse] = stream.listeners('data') as ((chunk: Buffer) => void)[]
    if (parse === undefined) throw new Error('pg does not listen to its own socket')
    stream.off('data', parse).on('data', (chunk: Buffer) => {
      read += chunk.length
      if (read <= mostAnswerBytes) parse(chunk)
      else
        socket.destroy(
          new ServiceError(
            'unavailable',
            say`${place} sent more than ${mostAnswerBytes / 1024 / 1024} MiB where a short answer was due: ask what listens there`,
          ),
        )
    })
  }
}

/** Listens before pg does, so that a server that asks for the bare password gets a closed socket. SCRAM and MD5 pass. */
function refuseCleartext(connection: pg.Connection, socket: Duplex, place: string): void {
  connection.on('authenticationCleartextPassword', () => {
    socket.destroy(clearPassword(place, say`let it use scram-sha-256, or encrypt with sslmode=require`))
  })
}

/** A server that computes, and does not look whether we are still there, is told; where the way there is cut, its own time limit remains. */
function endStatement(way: CancelWay, client: pg.Client): void {
  requestCancel(way, client).catch(() => undefined)
}

interface SetUp {
  readonly isUtf8: boolean
  /** Whether the server looks by itself, while it computes, if we are still there. */
  readonly isWatching: boolean
}

async function setUp(client: pg.Client): Promise<SetUp> {
  const row = await lastRow<{ encoding: string; watch: string }>(client, sessionSetup)
  return { isUtf8: row?.encoding === 'UTF8', isWatching: row !== undefined && row.watch !== '0' }
}

/** @returns the first row of the last of several statements, which pg answers as a list, or as itself where only one was answered */
export async function lastRow<Row extends pg.QueryResultRow>(client: pg.Client, text: string): Promise<Row | undefined> {
  const results = (await client.query<Row>(text)) as pg.QueryResult<Row> | readonly pg.QueryResult<Row>[]
  return [results].flat().at(-1)?.rows[0]
}

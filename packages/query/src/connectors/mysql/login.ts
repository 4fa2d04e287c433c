// From a socket to a session: TLS as the table asks for it, the password as the gateway allows it, then the session's settings; and its end at the source.

import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Dialer } from '@tributary/fabric/dial'
import { formatEndpoint, ServiceError, say } from '@tributary/rules'
import mysql from 'mysql2'
import type { OpenableTable } from '../../source.ts'
import { clearPassword, type Encryption, onSocket, signIn, type Task, type Watched } from '../sign-in.ts'
import { askForBulk, type BulkRun, type BulkWire, type Changed, runBulk, takesBulk } from './bulk.ts'
import { tellError } from './errors.ts'
import { cancelPatienceMs, cancelTimeoutMs, mostJoinedPackets, sessionSetup } from './settings.ts'
import type { ColumnDefinition } from './types.ts'

/** A statement that the source knows by now; `columns` says what it answers with. */
export interface Statement {
  /** As the source numbers it. */
  readonly id: number
  readonly columns: readonly ColumnDefinition[]
  execute(parameters: readonly []): Execution
}

/** The driver's command that runs a statement; it makes a parser of rows once it knows their columns. */
export interface Execution extends NodeJS.EventEmitter {
  buildParserFromFields: (columns: readonly ColumnDefinition[]) => new () => { next(packet: RowPacket): undefined }
}

/** One row: bytes that are valid while the parser looks at them. */
export interface RowPacket {
  readonly buffer: Buffer
  readonly offset: number
  readonly end: number
}

/** The driver's connection, with what its type declarations leave out. */
export type Wire = Omit<mysql.Connection, 'prepare' | 'addCommand'> &
  BulkWire & {
    readonly stream: Duplex
    readonly packetParser: { readonly largePacketParts: readonly Buffer[] }
    /** Calls back once the stream is encrypted; the login follows when that returns. */
    startTLS(secured: (error?: Error) => void): void
    readonly _handshakePacket: { readonly serverVersion: string }
    prepare(sql: string, done: (error: Error | null, statement: Statement) => void): void
  }

/** An open session. Disposing it ends the socket and, where a statement still runs, the statement at the source. */
export interface Login extends AsyncDisposable {
  /** What the rows come from; pausing it makes the source wait. */
  readonly stream: Duplex
  /** Has the source look at a statement. It runs under a mark by which it is found again there. */
  prepare(sql: string): Promise<Statement>
  /** Runs a statement of few rows; they come as objects. */
  ask(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Has the source forget a statement that was prepared: another of the same text is looked at anew. */
  forget(sql: string): void
  /** False once the socket is gone, or a statement is under way. */
  readonly isIdle: boolean
  /** False once the socket is gone. */
  readonly isOpen: boolean
  /** Is there for this task, whose signal ends it, and for no other; `undefined`: for none. */
  attend(task: Task | undefined): void
  /** Ends the socket without a word. */
  destroy(): void
  /** Whether {@link Login.runBulk} is offered: by MariaDB. */
  readonly takesBulk: boolean
  /** Runs a prepared statement for each of many rows. */
  runBulk(run: BulkRun): Promise<Changed>
  /** A statement is under way until `end` is called. @returns `end` */
  begin(): () => void
  /** From now on an abort lets the source answer for so long before the socket goes. */
  holdFor(ms: number): void
  /** Hears that the connection is lost. @returns what makes it deaf */
  onLost(heard: (error: unknown) => void): () => void
  /** Why the socket was lost, once it is: a dialler's cut or our own refusal says more than what the driver makes of it. */
  lossOf(error: unknown): unknown
}

/** @throws {ServiceError} `unavailable` (no way there, no answer), `forbidden` (password refused, or cleartext asked for) */
export function login(source: OpenableTable, dial: Dialer, signal: AbortSignal): Promise<Login> {
  const task = { source, dial, signal }
  return signIn<Login>(task, {
    attempt: async (watched, encryption) => {
      const wire = await connect(source, watched.socket, encryption)
      return await new OpenLogin({ wire, ...watched }, task, encryption).setUp()
    },
    hasNoTls: (error) => (error as { code?: unknown }).code === 'HANDSHAKE_NO_SSL_SUPPORT',
    plain: 'sslMode=DISABLED',
    tellError,
  })
}

/** A connection that has signed in. */
interface Connected extends Watched {
  readonly wire: Wire
}

async function connect(source: OpenableTable, socket: Duplex, encryption: Encryption): Promise<Wire> {
  const wire = createWire(source, socket, encryption)
  askForBulk(wire)
  await new Promise<void>((resolve, reject) => void wire.once('connect', () => resolve()).once('error', reject))
  limitPackets(wire, socket, formatEndpoint(source.table.settings.endpoint))
  // A lost connection is told to whoever waits for an answer; without a listener it would end the thread.
  wire.on('error', () => undefined)
  forgetPassword(wire)
  return wire
}

/** The driver would hold the password for as long as the session stays, and has no more use for it. */
function forgetPassword(wire: Wire): void {
  const { config } = wire as unknown as { readonly config: { password: unknown } }
  config.password = undefined
}

/** The driver joins packets of 16 MiB for as long as the server says that more of the same follow. */
function limitPackets({ stream, packetParser }: Wire, socket: Duplex, place: string): void {
  stream.on('data', () => {
    if (packetParser.largePacketParts.length > mostJoinedPackets)
      socket.destroy(
        new ServiceError('unavailable', say`${place} sent a row of more than 1 GiB, which no column may hold: ask what listens there`),
      )
  })
}

/** Signs in on a socket. No database is chosen: statements name theirs. Files of this machine are not offered to the server, and it can run one statement at a time. */
export function createWire(source: OpenableTable, socket: Duplex, encryption: Encryption): Wire {
  const { endpoint } = source.table.settings
  const { user, password } = source.credentials ?? { user: '', password: '' }
  const mayTellPassword = encryption !== undefined || source.allowCleartextPasswords
  const options = {
    // The driver checks a certificate against this name, and Node against that of the socket where the name is an address.
    host: endpoint.host,
    stream: Object.assign(socket, { _host: endpoint.host }),
    user,
    password,
    charset: 'UTF8MB4_BIN',
    flags: ['-LOCAL_FILES', '-FOUND_ROWS', '-ODBC', '-IGNORE_SPACE', '-CLIENT_QUERY_ATTRIBUTES'],
    connectAttributes: { program_name: 'tributary' },
    // `signIn` and the doctor's climb limit the time.
    connectTimeout: 0,
    disableEval: true,
    trace: false,
    enableCleartextPlugin: mayTellPassword,
    ...(encryption === undefined ? {} : { ssl: { ...encryption, verifyIdentity: encryption.rejectUnauthorized, minVersion: 'TLSv1.2' } }),
    ...(mayTellPassword ? {} : { authPlugins: guardedPlugins(socket, formatEndpoint(endpoint)) }),
  }
  return mysql.createConnection(options as unknown as mysql.ConnectionOptions) as unknown as Wire
}

/** What the server says to ask for the password itself, where its digest is not enough. */
const fullAuthentication = Buffer.from([4])

/** Ways to sign in that hand the password itself over, where nothing hides it; the server's public key proves nothing, as nobody knows whose it is. */
function guardedPlugins(socket: Duplex, place: string): mysql.ConnectionOptions['authPlugins'] {
  const refuse = (): never => {
    const refusal = clearPassword(place, say`encrypt with sslMode=REQUIRED, or let this user sign in by mysql_native_password`)
    socket.destroy(refusal)
    throw refusal
  }
  return {
    mysql_clear_password: () => refuse,
    sha256_password: () => refuse,
    caching_sha2_password: (context) => {
      const answer = mysql.authPlugins.caching_sha2_password({})(context)
      return (data) => (fullAuthentication.equals(data) ? refuse() : answer(data))
    },
  }
}

class OpenLogin implements Login {
  readonly #connected: Connected
  readonly #encryption: Encryption
  #task: Task | undefined
  /** Stands in every statement, so that it is found at the source whichever proxies stand between. */
  readonly #mark = `/* tributary ${randomBytes(8).toString('hex')} */`
  #underWay = 0

  constructor(connected: Connected, task: Task, encryption: Encryption) {
    this.#connected = connected
    this.#task = task
    this.#encryption = encryption
  }

  get isOpen(): boolean {
    return !this.#connected.socket.destroyed
  }

  get isIdle(): boolean {
    return this.isOpen && this.#underWay === 0
  }

  attend(task: Task | undefined): void {
    this.#task = task
    this.#connected.loss.attend(task?.signal)
  }

  destroy(): void {
    this.attend(undefined)
    this.#connected.socket.destroy()
  }

  get stream(): Duplex {
    return this.#connected.wire.stream
  }

  async setUp(): Promise<this> {
    const { wire, loss } = this.#connected
    try {
      for (const sql of sessionSetup(/mariadb/i.test(wire._handshakePacket.serverVersion))) await ask(wire, sql)
      return this
    } catch (error) {
      await this[Symbol.asyncDispose]()
      throw loss.reasonOf(error)
    }
  }

  prepare(sql: string): Promise<Statement> {
    const { wire } = this.#connected
    const { promise, resolve, reject } = Promise.withResolvers<Statement>()
    wire.prepare(`${this.#mark} ${sql}`, (error, statement) => (error === null ? resolve(statement) : reject(error)))
    return this.#watched(promise)
  }

  /** The driver says so twice; of a statement that is not there, a server hears nothing. */
  forget(sql: string): void {
    if (this.isOpen) this.#connected.wire.unprepare(`${this.#mark} ${sql}`)
  }

  ask(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return this.#watched(ask(this.#connected.wire, `${this.#mark} ${sql}`) as Promise<readonly Record<string, unknown>[]>)
  }

  get takesBulk(): boolean {
    return takesBulk(this.#connected.wire)
  }

  runBulk(run: BulkRun): Promise<Changed> {
    return this.#watched(runBulk(this.#connected.wire, run))
  }

  /** Where the socket is lost first, the statement stays under way. */
  async #watched<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const end = this.begin()
    try {
      return await answer
    } finally {
      if (!this.#connected.socket.destroyed) end()
    }
  }

  begin(): () => void {
    let isOver = false
    this.#underWay += 1
    return () => {
      if (!isOver) this.#underWay -= 1
      isOver = true
    }
  }

  holdFor(ms: number): void {
    this.#connected.loss.holdFor(ms)
  }

  onLost(heard: (error: unknown) => void): () => void {
    const { wire } = this.#connected
    wire.once('error', heard)
    return () => void wire.off('error', heard)
  }

  lossOf(error: unknown): unknown {
    return this.#connected.loss.reasonOf(error)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { wire, socket, loss } = this.#connected
    loss.attend(undefined)
    if (this.#underWay > 0 && this.#task !== undefined) {
      socket.destroy()
      const ended = this.#endStatement(this.#task).catch(() => undefined)
      // Far away it takes longer than a job may take to stop: it goes on by itself then.
      await Promise.race([ended, sleep(cancelPatienceMs, undefined, { ref: false })])
    } else if (!socket.destroyed) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, 500)
      wire.end(() => resolve())
      await promise.finally(() => clearTimeout(timer))
      socket.destroy()
    }
  }

  /** A server that computes does not notice a closed socket: a second session tells it. Where the way there is cut, its own time limit remains. */
  async #endStatement({ source, dial }: Task): Promise<void> {
    const again = { source, dial, signal: AbortSignal.timeout(cancelTimeoutMs) }
    const { wire, socket } = await onSocket(again, async (watched) => ({
      wire: await connect(source, watched.socket, this.#encryption),
      socket: watched.socket,
    }))
    try {
      const running = (await ask(wire, 'SHOW FULL PROCESSLIST')) as readonly { readonly Id: number; readonly Info: string | null }[]
      for (const { Id, Info } of running) if (Info?.includes(this.#mark) === true) await ask(wire, `KILL ${Id}`)
    } finally {
      socket.destroy()
    }
  }
}

function ask(wire: Wire, sql: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  wire.query(sql, (error: Error | null, rows: unknown) => (error === null ? resolve(rows) : reject(error)))
  return promise
}

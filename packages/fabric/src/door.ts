// A queue's network for a program that has none: it asks at a socket file for a stream, and gets one that was dialled for it out here.

import { chown, chmod } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Endpoint, type QueueNetwork, ServiceError, say } from '@tributary/rules'
import { QueueDialer, type OpenSocket } from './dial.ts'
import type { DoorEnd, DoorLine, DoorQuestion } from './door-lines.ts'
import { carry, type RelayEnding } from './relay-copy.ts'

/** Where a door is and for whom. */
export interface DoorSettings {
  /** The socket file; its path has at most `longestDoorPath` bytes. */
  readonly path: string
  /** The user that may ask; the server's own unless told. */
  readonly user?: number | undefined
  readonly network: QueueNetwork
}

/** Streams that may be open at once, or asked for. */
const mostStreams = 1_000
/** A host and a port are shorter than this. */
const longestQuestion = 4_096
const questionMs = 5_000
/** How many streams are remembered for those who ask why they ended; more than may be open. */
const mostRemembered = 2_000
/** A statement may be silent while its source works; what bounds a silent stream is its program. */
const idleTimeoutMs = 24 * 3_600_000

/** A stream that was opened, and how it ends; one that is over holds no socket any more. */
interface Passed {
  readonly source?: Duplex
  readonly ending: Promise<DoorEnd>
}

/** An open door. Disposing it ends its streams and takes the socket file away. */
export class Door implements AsyncDisposable {
  readonly #dialer: QueueDialer
  readonly #server: Server
  readonly #closed = new AbortController()
  readonly #sockets = new Set<Socket>()
  readonly #passed = new Map<number, Passed>()
  #lastStream = 0

  private constructor(network: QueueNetwork) {
    this.#dialer = new QueueDialer(network, { lends: true })
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => this.#admit(socket))
    this.#server.maxConnections = mostStreams
  }

  /** @throws {Error} when there is no room for a socket file at the path */
  static async open({ path, user, network }: DoorSettings): Promise<Door> {
    const door = new Door(network)
    door.#server.listen(path)
    await once(door.#server, 'listening')
    door.#server.unref()
    await chmod(path, 0o600)
    if (user !== undefined) await chown(path, user, -1)
    return door
  }

  /** Takes a newer network; streams whose path is gone are destroyed before this returns. */
  apply(network: QueueNetwork): void {
    this.#dialer.apply(network)
  }

  /** The streams that are open now. */
  openSockets(): readonly OpenSocket[] {
    return this.#dialer.openSockets()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new ServiceError('unavailable', say`its dialler was closed`))
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await this.#dialer[Symbol.asyncDispose]()
  }

  #admit(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', ignore)
    // A socket file knows no reset.
    socket.resetAndDestroy = () => socket.destroy()
    socket.once('close', () => this.#sockets.delete(socket))
    // Nothing of a program that misbehaves harms anybody but its own stream.
    this.#serve(socket).catch(() => socket.destroy())
  }

  async #serve(socket: Socket): Promise<void> {
    const question = await readQuestion(socket)
    if ('why' in question) socket.end(line({ end: await this.#endOf(question.why) }))
    else await this.#connect(socket, question)
  }

  /** A source that has ended its half while the other flows on has ended in order. */
  async #endOf(stream: number): Promise<DoorEnd> {
    const passed = this.#passed.get(stream)
    return passed === undefined || passed.source?.destroyed === false ? null : await passed.ending
  }

  async #connect(socket: Socket, target: Endpoint): Promise<void> {
    const gone = new AbortController()
    const leave = (): void => gone.abort(new ServiceError('unavailable', say`its dialler was closed`))
    socket.once('close', leave)
    const signal = AbortSignal.any([this.#closed.signal, gone.signal])
    try {
      const source = await this.#dialer.dial(target, { signal, onRung: (rung) => socket.write(line({ rung })) })
      socket.write(line({ open: ++this.#lastStream }))
      const ending = carry({ peer: socket, source, idleTimeoutMs, signal: this.#closed.signal, gathers: true }).then(endingOf)
      await this.#remember(this.#lastStream, { source, ending })
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      socket.end(line({ failure: { kind: error.kind, text: error.text } }))
    } finally {
      socket.off('close', leave)
    }
  }

  /** Those who ask why a stream ended ask after its end; of one that ended in order there is nothing to tell. */
  async #remember(stream: number, passed: Passed): Promise<void> {
    this.#passed.set(stream, passed)
    this.#passed.delete(stream - mostRemembered)
    const { ending } = passed
    if ((await ending) === null) this.#passed.delete(stream)
    else this.#passed.set(stream, { ending })
  }
}

function endingOf({ reason, error }: RelayEnding): DoorEnd {
  if (reason === 'ended') return null
  return error instanceof ServiceError ? { kind: error.kind, text: error.text } : 'reset'
}

/** The first line, and nothing behind it: whoever asks waits for the answer before it sends on. */
async function readQuestion(socket: Socket): Promise<DoorQuestion> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let text = ''
  const read = (chunk: Buffer): void => {
    text += chunk.toString('utf8')
    if (text.endsWith('\n')) resolve(text)
    else if (text.length > longestQuestion) reject(new Error('the question is too long'))
  }
  const leave = (): void => reject(new Error('nobody asked'))
  const timer = setTimeout(leave, questionMs)
  socket.on('data', read).once('close', leave).resume()
  try {
    return questionOf(JSON.parse(await promise))
  } finally {
    clearTimeout(timer)
    socket.pause().off('data', read).off('close', leave)
  }
}

/** What comes in is anybody's: only what is expected is taken from it. */
function questionOf(said: unknown): DoorQuestion {
  if (typeof said === 'object' && said !== null) {
    if ('why' in said && typeof said.why === 'number') return { why: said.why }
    if ('host' in said && 'port' in said && typeof said.host === 'string' && isPort(said.port)) return { host: said.host, port: said.port }
  }
  throw new Error('the question is none')
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536
}

function line(said: DoorLine): string {
  return `${JSON.stringify(said)}\n`
}

function ignore(): void {}

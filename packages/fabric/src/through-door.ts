// The dialler of a program without a network: it asks at a door, and what it gets behaves like a socket of its own, cuts included.

import { once } from 'node:events'
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { type Endpoint, isCut, ServiceError } from '@tributary/rules'
import type { Dialer, DialOptions } from './dial.ts'
import type { DoorEnd, DoorLine, DoorQuestion } from './door-lines.ts'
import { type Borrow, type Lender, Reads } from './lending.ts'

export { isLender, type Lender } from './lending.ts'
export { longestDoorPath } from './door-lines.ts'

const newline = 10
/** How long the answer to a why may take, before the end is taken for a broken connection. */
const whyMs = 2_000

/** @param path - the socket file of the door */
export function dialThroughDoor(path: string): Dialer {
  return (target, options) => open(path, target, options)
}

/** The socket file's end of a stream, and its reads: of lines at first, then of the source's bytes. */
class DoorSocket extends Socket {
  readonly reads: Reads

  constructor() {
    const reads = new Reads()
    super({ onread: reads.onread })
    reads.push = (chunk) => this.push(chunk)
    this.reads = reads
    this.on('error', ignore)
  }
}

/**
 * A stream that came through a door. The door ends in one way for an end and for a cut, and half an answer must not pass for a whole one: its end is
 * told only once the door has said that it was one.
 *
 * It is no socket, though it has one: TLS would take a socket's descriptor for itself, and see an end before anybody could ask.
 */
class DoorStream extends Duplex implements Lender {
  readonly #socket: DoorSocket
  readonly #why: () => Promise<DoorEnd>
  #asked: Promise<DoorEnd> | undefined
  #isOver = false
  /** What the socket was given and has not yet sent; it counts that as written. */
  #underWay = 0

  /** @param why - asks the door how the stream ended */
  constructor(socket: DoorSocket, why: () => Promise<DoorEnd>) {
    super({ allowHalfOpen: false })
    this.#socket = socket
    this.#why = why
    this.on('error', ignore)
    this.#takeOver()
  }

  /** From the source so far, those that nobody has taken yet among them. */
  get bytesRead(): number {
    return this.#socket.bytesRead
  }

  /** To the source so far, as a socket counts: what waits to be sent among them. */
  get bytesWritten(): number {
    return this.#socket.bytesWritten + Math.max(0, this.writableLength - this.#underWay)
  }

  lend(borrow: Borrow | undefined): void {
    this.#socket.reads.borrow = borrow
  }

  override pause(): this {
    this.#socket.pause()
    return super.pause()
  }

  override resume(): this {
    this.#socket.resume()
    return super.resume()
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#give(chunk, chunk.length, done)
  }

  /** What was gathered goes out in one call. */
  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    const size = chunks.reduce((sum, { chunk }) => sum + chunk.length, 0)
    this.#socket.cork()
    for (const [index, { chunk }] of chunks.entries())
      if (index + 1 < chunks.length) this.#socket.write(chunk)
      else this.#give(chunk, size, done)
    this.#socket.uncork()
  }

  override _final(done: () => void): void {
    this.#socket.end(() => done())
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#isOver = true
    void this.#close(error, callback)
  }

  /** Whoever ends it for another reason may not have heard of a cut yet, behind bytes that are still to be read. */
  async #close(given: Error | null, done: (error: Error | null) => void): Promise<void> {
    const closed = this.#socket.closed ? undefined : new Promise((resolve) => this.#socket.once('close', resolve))
    this.#socket.destroy()
    const [end] = await Promise.all([given === null ? null : this.#ask(), closed])
    done(cutOf(end) ?? given)
  }

  /** From here on the bytes are the source's; what came with the last line is among them. */
  #takeOver(): void {
    const socket = this.#socket
    for (let early = socket.read() as Buffer | null; early !== null; early = socket.read() as Buffer | null) this.push(early)
    socket.reads.push = (chunk) => this.push(chunk)
    socket.once('end', () => void this.#end(undefined)).once('error', (error) => void this.#end(error))
    socket.once('close', () => void this.#end(undefined))
  }

  /** The socket takes the next bytes at once while it has room, so that last words are out before it is destroyed. */
  #give(chunk: Buffer, size: number, done: () => void): void {
    this.#underWay = size
    const hasRoom = this.#socket.write(chunk, (error) => {
      if (error) void this.#end(error)
      else if (!hasRoom) this.#given(done)
    })
    if (hasRoom) this.#given(done)
  }

  #given(done: () => void): void {
    this.#underWay = 0
    done()
  }

  #ask(): Promise<DoorEnd> {
    this.#asked ??= this.#why()
    return this.#asked
  }

  async #end(error: Error | undefined): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    const end = await this.#ask()
    if (this.destroyed) return
    if (end !== null) this.destroy(errorOf(end))
    else if (error !== undefined) this.destroy(error)
    else this.push(null)
  }
}

async function open(path: string, target: Endpoint, { signal, onRung }: DialOptions): Promise<DoorStream> {
  signal.throwIfAborted()
  const socket = new DoorSocket()
  const abort = (): void => void socket.destroy()
  signal.addEventListener('abort', abort)
  try {
    await ask(socket, path, { host: target.host, port: target.port })
    for (;;) {
      const said = await readLine(socket)
      if ('rung' in said) onRung?.(said.rung)
      else if ('failure' in said) throw new ServiceError(said.failure.kind, said.failure.text)
      else if ('open' in said) return new DoorStream(socket, () => askWhy(path, said.open))
    }
  } catch (error) {
    socket.destroy()
    throw signal.aborted ? signal.reason : error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Never rejects: a door that does not answer is gone, and its streams are broken off with it. */
async function askWhy(path: string, why: number): Promise<DoorEnd> {
  const socket = new Socket()
  socket.on('error', ignore)
  socket.setTimeout(whyMs, () => socket.destroy())
  try {
    await ask(socket, path, { why })
    const said = await readLine(socket)
    return 'end' in said ? said.end : 'reset'
  } catch {
    return 'reset'
  } finally {
    socket.destroy()
  }
}

async function ask(socket: Socket, path: string, question: DoorQuestion): Promise<void> {
  socket.connect(path)
  await Promise.race([once(socket, 'connect'), once(socket, 'close')])
  if (socket.destroyed) throw socket.errored ?? new Error('the door was closed')
  socket.write(`${JSON.stringify(question)}\n`)
}

/** Reads up to the end of a line and leaves what follows in the stream. */
async function readLine(socket: Socket): Promise<DoorLine> {
  const read: Buffer[] = []
  for (;;) {
    const chunk = socket.read() as Buffer | null
    if (chunk === null) {
      if (socket.readableEnded || socket.destroyed) throw socket.errored ?? new Error('the door was closed')
      await Promise.race([once(socket, 'readable'), once(socket, 'close')])
      continue
    }
    const at = chunk.indexOf(newline)
    read.push(at < 0 ? chunk : chunk.subarray(0, at))
    if (at < 0) continue
    if (at + 1 < chunk.length) socket.unshift(chunk.subarray(at + 1))
    return JSON.parse(Buffer.concat(read).toString('utf8')) as DoorLine
  }
}

function cutOf(end: DoorEnd): ServiceError | undefined {
  if (end === null || end === 'reset') return undefined
  const error = new ServiceError(end.kind, end.text)
  return isCut(error) ? error : undefined
}

/** As a socket of its own would tell it. */
function errorOf(end: Exclude<DoorEnd, null>): Error {
  if (end === 'reset') return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  return new ServiceError(end.kind, end.text)
}

function ignore(): void {}

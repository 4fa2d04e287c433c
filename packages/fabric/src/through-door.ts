// The dialler of a program without a network: it asks at a door, and what it gets behaves like a socket of its own, cuts included.

import { once } from 'node:events'
import { Socket } from 'node:net'
import { type Endpoint, ServiceError } from '@tributary/rules'
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

/** A stream that came through a door. Its end is told only once the door has said that it was one. */
class DoorSocket extends Socket implements Lender {
  readonly #path: string
  #stream: number | undefined
  readonly #reads: Reads

  constructor(path: string) {
    const reads = new Reads()
    super({ onread: reads.onread })
    reads.push = (chunk) => this.push(chunk)
    this.#reads = reads
    this.#path = path
    this.on('error', ignore)
  }

  lend(borrow: Borrow | undefined): void {
    this.#reads.borrow = borrow
  }

  /** From here on the bytes are the source's. */
  begin(stream: number): void {
    this.#stream = stream
  }

  /** The door ends in one way for an end and for a cut; half an answer must not pass for a whole one. */
  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk !== null || this.#stream === undefined) return super.push(chunk, encoding)
    void askWhy(this.#path, this.#stream).then((end) => (end === null ? super.push(null) : this.destroy(errorOf(end))))
    return false
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (error === null || error instanceof ServiceError || this.#stream === undefined) super._destroy(error, callback)
    else void this.#destroyKnowing(this.#stream, error, callback)
  }

  async #destroyKnowing(stream: number, error: Error, done: (error?: Error | null) => void): Promise<void> {
    const end = await askWhy(this.#path, stream)
    super._destroy(end === null ? error : errorOf(end), done)
  }
}

async function open(path: string, target: Endpoint, { signal, onRung }: DialOptions): Promise<Socket> {
  signal.throwIfAborted()
  const socket = new DoorSocket(path)
  const abort = (): void => void socket.destroy()
  signal.addEventListener('abort', abort)
  try {
    await ask(socket, path, { host: target.host, port: target.port })
    for (;;) {
      const said = await readLine(socket)
      if ('rung' in said) onRung?.(said.rung)
      else if ('failure' in said) throw new ServiceError(said.failure.kind, said.failure.text)
      else if ('open' in said) {
        socket.begin(said.open)
        return socket
      }
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

/** As a socket of its own would tell it. */
function errorOf(end: Exclude<DoorEnd, null>): Error {
  if (end === 'reset') return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  return new ServiceError(end.kind, end.text)
}

function ignore(): void {}

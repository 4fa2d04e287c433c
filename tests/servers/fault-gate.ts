// A forwarder in front of a source that can fail as networks do: bytes come slowly, stop coming, or the connection is cut.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

/** How it forwards: as it comes, a few bytes at a time, or not at all while sockets stay open. */
type GateMood = 'open' | 'slow' | 'silent'

const slow = { bytes: 64, everyMs: 20 }
/** How soon a silent gate looks whether it may forward again. */
const lookMs = 20

/** Forwards a free port of 127.0.0.1 to a source on another. Disposing it closes its sockets. */
export class FaultGate implements AsyncDisposable {
  readonly #server: Server
  readonly #open = new Set<Socket>()
  #bytes = 0
  #taken = 0
  /** For what is forwarded from now on. */
  mood: GateMood = 'open'
  /** Where new connections lead. */
  sourcePort: number

  private constructor(sourcePort: number) {
    this.sourcePort = sourcePort
    this.#server = createServer({ noDelay: true }, (socket) => this.#forward(socket))
  }

  static async start(sourcePort: number): Promise<FaultGate> {
    const gate = new FaultGate(sourcePort)
    await once(gate.#server.listen(0, '127.0.0.1'), 'listening')
    return gate
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Sockets that are open now. */
  get open(): number {
    return this.#open.size
  }

  /** What callers have been sent so far. */
  get bytes(): number {
    return this.#bytes
  }

  /** Connections that were asked for so far. */
  get taken(): number {
    return this.#taken
  }

  /** Breaks every connection off, on the callers' side with a reset; new ones are let through. */
  cut(): void {
    for (const socket of this.#open) socket.resetAndDestroy()
  }

  #forward(socket: Socket): void {
    const source = connect({ port: this.sourcePort, host: '127.0.0.1', noDelay: true })
    this.#open.add(socket)
    this.#taken += 1
    socket.once('close', () => {
      this.#open.delete(socket)
      source.destroy()
    })
    // A reset is one way to close; 'close' follows it.
    socket.on('error', ignore)
    source.on('error', ignore)
    source.once('close', () => socket.destroy())
    socket.pipe(source)
    source.pipe(this.#pacer(socket)).pipe(socket)
  }

  /** Lets bytes pass as the mood is. */
  #pacer(socket: Socket): Transform {
    const pacer = new Transform({ transform: (chunk: Buffer, _encoding, done) => void this.#pass(chunk, pacer, socket).finally(done) })
    return pacer
  }

  async #pass(chunk: Buffer, pacer: Transform, socket: Socket): Promise<void> {
    for (let at = 0; at < chunk.length && !socket.destroyed; ) {
      while (this.mood === 'silent' && !socket.destroyed) await sleep(lookMs)
      const end = this.mood === 'slow' ? at + slow.bytes : chunk.length
      if (this.mood === 'slow') await sleep(slow.everyMs)
      const part = chunk.subarray(at, end)
      this.#bytes += part.length
      pacer.push(part)
      at = end
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#open) socket.destroy()
    await closed
  }
}

function ignore(): void {}

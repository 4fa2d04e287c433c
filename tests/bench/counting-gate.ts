// A forwarder in front of a source that sees what the source sees: how many sockets are open, what flows to them, and when the last one closes.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** Forwards a free port of 127.0.0.1 to a source on another. Disposing it closes its sockets. */
export class CountingGate implements AsyncDisposable {
  readonly #server: Server
  readonly #open = new Set<Socket>()
  readonly #waiting: ((at: number) => void)[] = []
  #accepted = 0
  #bytes = 0
  #bytesToSource = 0

  private constructor(sourcePort: number) {
    this.#server = createServer({ noDelay: true }, (socket) => this.#forward(socket, sourcePort))
  }

  static async start(sourcePort: number): Promise<CountingGate> {
    const gate = new CountingGate(sourcePort)
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

  /** Sockets that were ever opened. */
  get accepted(): number {
    return this.#accepted
  }

  /** What the source has sent to all of them so far. */
  get bytes(): number {
    return this.#bytes
  }

  /** What all of them have sent to the source so far. */
  get bytesToSource(): number {
    return this.#bytesToSource
  }

  /** Resolves when the last open socket closes, with that moment on the clock of `performance.now()`. */
  whenEmpty(): Promise<number> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #forward(socket: Socket, sourcePort: number): void {
    const source = connect({ port: sourcePort, host: '127.0.0.1', noDelay: true })
    this.#accepted += 1
    this.#open.add(socket)
    socket.once('close', () => {
      this.#forget(socket)
      source.destroy()
    })
    source.once('close', () => socket.destroy())
    // A reset is one way to close; 'close' follows it.
    socket.on('error', ignore)
    source.on('error', ignore)
    source.on('data', (chunk: Buffer) => {
      this.#bytes += chunk.length
    })
    socket.on('data', (chunk: Buffer) => {
      this.#bytesToSource += chunk.length
    })
    socket.pipe(source)
    source.pipe(socket)
  }

  #forget(socket: Socket): void {
    const at = performance.now()
    this.#open.delete(socket)
    if (this.#open.size === 0) for (const resolve of this.#waiting.splice(0)) resolve(at)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#open) socket.destroy()
    await closed
  }
}

function ignore(): void {}

// A listener on a loopback address whose one expected peer is connected to a source inside a queue's network, as if it had dialled itself.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { cidrOf, contains, type Endpoint, formatEndpoint, parseIpv4, say, ServiceError } from '@tributary/rules'
import type { Dialer } from './dial.ts'
import { carry, type RelayEnding, reset } from './relay-copy.ts'
import { type Arrival, type ExpectedPeer, openPeerCheck, type PeerCheck } from './relay-peer.ts'

export type { RelayEnding } from './relay-copy.ts'
export type { ExpectedPeer } from './relay-peer.ts'

/** Where a relay listens, where it leads and for whom. */
export interface RelaySettings {
  /** An address of 127.0.0.0/8; port 0 picks a free one. */
  readonly listen: Endpoint
  /** As seen from inside the queue of `dial`. */
  readonly target: Endpoint
  readonly dial: Dialer
  readonly expect: ExpectedPeer
  /** Aborting it closes the relay, as disposing does. */
  readonly signal: AbortSignal
  /** Told once for each connection of the expected peer, when nothing of it is left. Must not throw. */
  readonly onEnd?: (ending: RelayEnding) => void
  /**
   * How long no byte may cross in either direction, 1 h unless told: a statement may be silent while its source works. It also bounds what was left
   * half open: whoever has ended its half is not heard of again until something is written to it.
   */
  readonly idleTimeoutMs?: number
  /** Open at once, those that are being checked or dialled included, 1,000 unless told. */
  readonly mostConnections?: number
}

/** Connections that were closed without a byte and without a dial. `strangers` were not the expected peer; `excess` came beyond the limit. */
export interface Refused {
  readonly strangers: number
  readonly excess: number
}

const loopback = cidrOf('127.0.0.0/8')

/**
 * Opens a relay.
 * @throws {ServiceError} `invalid` when it would listen on an address that is not loopback; `unavailable` when that address is taken; as
 * `openPeerCheck` for a peer that cannot be told apart; the signal's reason when it is aborted
 */
export async function openRelay(settings: RelaySettings): Promise<Relay> {
  const { listen, expect, signal } = settings
  const address = parseIpv4(listen.host)
  if (address === undefined || !contains(loopback, address)) {
    throw new ServiceError('invalid', say`a relay listens on an address of 127.0.0.0/8, and ${listen.host} is none`)
  }
  const check = await openPeerCheck(expect)
  signal.throwIfAborted()
  // A paused socket is not read: whatever a stranger sends stays with the system.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true })
  await startListening(server, listen)
  const relay = new Relay(settings, server, check)
  if (signal.aborted) await relay[Symbol.asyncDispose]()
  signal.throwIfAborted()
  return relay
}

/** An open relay. Disposing it resets every connection, gives up every dial, and resolves when no socket is left. */
export class Relay implements AsyncDisposable {
  /** Where it listens, with the port it got. */
  readonly endpoint: Endpoint
  readonly #settings: RelaySettings
  readonly #server: Server
  readonly #check: PeerCheck
  readonly #stop = new AbortController()
  readonly #close = () => void this[Symbol.asyncDispose]()
  /** Every accepted socket with the work that ends when both its sides are closed. */
  readonly #served = new Map<Socket, Promise<void>>()
  #closed: Promise<unknown> | undefined
  #strangers = 0
  #excess = 0

  /** @param server - is listening; use {@link openRelay} */
  constructor(settings: RelaySettings, server: Server, check: PeerCheck) {
    const { address, port } = server.address() as AddressInfo
    this.endpoint = { host: address, port }
    this.#settings = settings
    this.#server = server
    this.#check = check
    server.on('connection', (peer) => this.#accept(peer))
    // Accepting fails when the process has no descriptor left: one connection too many.
    server.on('error', () => this.#excess++)
    settings.signal.addEventListener('abort', this.#close)
  }

  /** Connections that are open now, those that are being checked or dialled included. */
  get open(): number {
    return this.#served.size
  }

  /** Since the relay was opened. */
  get refused(): Refused {
    return { strangers: this.#strangers, excess: this.#excess }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#end()
    await this.#closed
  }

  async #end(): Promise<void> {
    this.#settings.signal.removeEventListener('abort', this.#close)
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    this.#stop.abort(new ServiceError('unavailable', say`the relay at ${formatEndpoint(this.endpoint)} was closed`))
    for (const peer of this.#served.keys()) reset(peer)
    await Promise.all([closed, ...this.#served.values()])
  }

  #accept(peer: Socket): void {
    peer.on('error', ignore)
    if (this.#served.size >= (this.#settings.mostConnections ?? 1_000)) {
      this.#excess++
      reset(peer)
      return
    }
    const served = this.#serve(peer).finally(() => this.#served.delete(peer))
    this.#served.set(peer, served)
  }

  async #serve(peer: Socket): Promise<void> {
    const arrival = arrivalOf(peer)
    if (arrival === undefined || !(await this.#check(arrival))) {
      if (!this.#stop.signal.aborted) this.#strangers++
      return reset(peer)
    }
    const ending = await this.#connect(peer)
    this.#settings.onEnd?.(ending)
  }

  async #connect(peer: Socket): Promise<RelayEnding> {
    const { target, dial, idleTimeoutMs = 3_600_000 } = this.#settings
    const { signal } = this.#stop
    try {
      const source = await dial(target, { signal })
      return await carry({ peer, source, idleTimeoutMs, signal })
    } catch (error) {
      reset(peer)
      const nothing = { side: undefined, error: error as Error, bytesOut: 0, bytesIn: 0 }
      return { ...nothing, reason: signal.aborted ? 'closed' : 'undialled' }
    }
  }
}

async function startListening(server: Server, { host, port }: Endpoint): Promise<void> {
  const listening = once(server, 'listening')
  server.listen({ host, port, exclusive: true })
  try {
    await listening
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'failed'
    throw new ServiceError('unavailable', say`a relay cannot listen on ${formatEndpoint({ host, port })} (${code}): choose another port`, {
      cause,
    })
  }
}

/** `undefined` when the peer has gone already. */
function arrivalOf(peer: Socket): Arrival | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = peer
  if (remoteAddress === undefined || remotePort === undefined || localAddress === undefined || localPort === undefined) return undefined
  return { peer: { host: remoteAddress, port: remotePort }, own: { host: localAddress, port: localPort } }
}

function ignore(): void {}

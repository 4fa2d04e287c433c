// The only place where a socket to a source is opened: name, route, gateway, final check, TCP; and cut when the network changes.

import { promises as dns } from 'node:dns'
import type { Duplex } from 'node:stream'
import {
  type Addresses,
  type Carrier,
  checkFinalAddress,
  checkPortless,
  type ConnectionId,
  cutError,
  describeResolver,
  type Endpoint,
  findPath,
  findRelayPath,
  findResolverPath,
  findRoute,
  formatEndpoint,
  type NetworkRelay,
  parseIpv4,
  type Path,
  type PeerId,
  type QueueNetwork,
  resolveName,
  type Resolver,
  resolveRelay,
  retrace,
  type Rung,
  say,
  ServiceError,
  type Text,
  textOf,
  type Travelled,
  unknownHost,
} from '@tributary/rules'
import { connect, CuttableSocket, LendingSocket } from './connect.ts'
import { askResolver } from './resolver.ts'
import { climb, climbAsync, firstOf, via, type Walk } from './walk.ts'

export type { Rung } from '@tributary/rules'

/** What a dial may be told: when to stop, and who wants to hear of each rung. The signal governs the dial, not the stream it gave. */
export interface DialOptions {
  readonly signal: AbortSignal
  readonly onRung?: (rung: Rung) => void
}

/**
 * Opens a stream to `target` as seen from inside one queue.
 * @throws {ServiceError} `unavailable` (unknown host, no route, refused, timed out, cut), `forbidden` (gateway or final address);
 * the signal's reason when it is aborted
 */
export type Dialer = (target: Endpoint, options: DialOptions) => Promise<Duplex>

/** How a dialler waits and asks; all have defaults. */
export interface DialSettings {
  /** For one address, 10 s unless told. */
  readonly connectTimeoutMs?: number
  /** For one question to one resolver, connecting included, 2 s unless told; also for the operating system's answer. */
  readonly resolveTimeoutMs?: number
  /** Resolves host names that a gateway's map leads to, IPv4 only; the operating system's resolver unless told. */
  readonly lookup?: (name: string) => Promise<readonly string[]>
  /** Whether its streams are lenders: for those that carry much. */
  readonly lends?: boolean
}

/** A stream that is open now, for metrics: which peering or relay (`peerId` undefined) carries it, and what has crossed it. */
export interface OpenSocket {
  readonly peerId: PeerId | undefined
  readonly connectionId: ConnectionId
  readonly connectionName: string
  readonly bytesIn: number
  readonly bytesOut: number
}

/** A way that is being walked or is open. `cut` ends it whatever it is doing. */
interface Passage extends Travelled {
  path: Path
  dialled: string | undefined
  socket: CuttableSocket | undefined
  readonly cut: (reason: ServiceError) => void
}

/** What a name led to. */
interface Found {
  readonly relay: NetworkRelay | undefined
  readonly addresses: readonly string[]
  readonly by: Text
}

/** A dialler that lives with one queue's network. Disposing it ends every dial and socket. */
export class QueueDialer implements AsyncDisposable {
  #network: QueueNetwork
  #closed = false
  readonly #connectTimeoutMs: number
  readonly #resolveTimeoutMs: number
  readonly #lookup: (name: string) => Promise<readonly string[]>
  readonly #lends: boolean
  readonly #passages = new Set<Passage>()

  constructor(network: QueueNetwork, settings: DialSettings = {}) {
    this.#network = network
    this.#connectTimeoutMs = settings.connectTimeoutMs ?? 10_000
    this.#resolveTimeoutMs = settings.resolveTimeoutMs ?? 2_000
    this.#lookup = settings.lookup ?? lookupByOperatingSystem
    this.#lends = settings.lends ?? false
  }

  /** Bound: may be handed to connectors as it is. */
  readonly dial: Dialer = async (target, options) => this.#begin(target, options, (walk) => this.#walk(walk))

  /**
   * Walks name, route and gateway to a host without a port and opens no socket to it; resolvers are asked as by a dial. The name of a relay stands for
   * its own port.
   * @throws {ServiceError} as {@link dial}
   */
  async trace(host: string, options: DialOptions): Promise<void> {
    const wanted = host.toLowerCase()
    const port = this.#network.relays.find(({ name }) => name === wanted)?.port ?? 0
    await this.#begin({ host, port }, options, (walk) => this.#lookAhead(walk))
  }

  async #begin<Value>(target: Endpoint, { signal, onRung }: DialOptions, work: (walk: Walk) => Promise<Value>): Promise<Value> {
    signal.throwIfAborted()
    const stop = new AbortController()
    const abort = () => stop.abort(signal.reason)
    signal.addEventListener('abort', abort)
    try {
      return await work({ target, stop, tell: onRung ?? ignore })
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /**
   * Takes a newer network whole (an older one is ignored): new dials use it at once; dials under way and open sockets whose path is gone are
   * destroyed before this returns, their readers see a {@link ServiceError} `unavailable` that names what went.
   */
  apply(network: QueueNetwork): void {
    if (network.version < this.#network.version) return
    this.#network = network
    for (const passage of this.#passages) {
      const retraced = retrace(network, passage)
      if ('cut' in retraced) passage.cut(cutError(passage.target, retraced.cut))
      else passage.path = retraced.path
    }
  }

  /** The streams that are open now. */
  openSockets(): readonly OpenSocket[] {
    return [...this.#passages].flatMap(({ path, socket }) =>
      socket === undefined || socket.connecting || socket.pending ? [] : [describeSocket(path, socket)],
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const ended = [...this.#passages].flatMap(({ socket }) => (socket === undefined ? [] : [closed(socket)]))
    for (const passage of this.#passages) passage.cut(closedError(passage.target))
    await Promise.all(ended)
  }

  async #walk(walk: Walk): Promise<Duplex> {
    const { relay, addresses, by } = await this.#findName(walk)
    // From an address to its passage nothing waits, so that no change of the network falls in between.
    return firstOf(walk, addresses, (address) => {
      const path = this.#findPath(walk, relay, address, by)
      return this.#travel(via(walk, path.carrier), this.#enter(walk, { target: walk.target, by, path }))
    })
  }

  async #lookAhead(walk: Walk): Promise<void> {
    const { relay, addresses, by } = await this.#findName(walk)
    await firstOf(walk, addresses, async (address) => {
      if (relay !== undefined) this.#findPath(walk, relay, address, by)
      const carrier = relay ?? this.#findCarrier(walk, address)
      const step = () => (relay === undefined ? checkPortless(this.#network, carrier.gateway, address) : undefined)
      climb(via(walk, carrier), 'gateway', step, () => say`${carrier.gateway.kind}`)
    })
  }

  #findName(walk: Walk): Promise<Found> {
    return climbAsync(
      walk,
      'name',
      () => this.#find(walk),
      (found) => say`${found.addresses.join(', ')} by ${found.by}`,
    )
  }

  async #find(walk: Walk): Promise<Found> {
    const { host, port } = walk.target
    const resolution = resolveName(this.#network, host, port)
    const relay = resolution.kind === 'relay' ? resolution.relay : undefined
    const found = resolution.kind === 'relay' ? resolveRelay(this.#network, resolution.relay) : resolution
    const { addresses, by } = found.kind === 'address' ? found : await this.#ask(walk, found)
    return { relay, addresses, by }
  }

  #findPath(walk: Walk, relay: NetworkRelay | undefined, address: string, by: Text): Path {
    if (relay !== undefined) {
      climb(
        walk,
        'route',
        () => relay,
        () => say`relay of ${relay.connectionName}`,
      )
      return climb(via(walk, relay), 'gateway', () => findRelayPath(relay, address))
    }
    const carrier = this.#findCarrier(walk, address)
    return climb(via(walk, carrier), 'gateway', () => findPath(this.#network, { host: address, port: walk.target.port }, by))
  }

  #findCarrier(walk: Walk, address: string): Carrier {
    const route = () => findRoute(this.#network, address)
    return climb(walk, 'route', route, ({ description }) => description).carrier
  }

  /** From here on the way can be cut. What was found before may have aged while a resolver was asked, so it is retraced at once. */
  #enter(walk: Walk, way: Omit<Travelled, 'dialled'>): Passage {
    const passage: Passage = {
      ...way,
      dialled: undefined,
      socket: undefined,
      cut: (reason) => {
        walk.stop.abort(reason)
        passage.socket?.cut(reason)
        this.#passages.delete(passage)
      },
    }
    if (this.#closed) throw closedError(way.target)
    const retraced = retrace(this.#network, passage)
    if ('cut' in retraced) throw cutError(way.target, retraced.cut)
    this.#passages.add(passage)
    return passage
  }

  /** Walks the rest of a path. The passage stays for as long as the stream that this gives. */
  async #travel(walk: Walk, passage: Passage): Promise<CuttableSocket> {
    try {
      const { port } = passage.path.next
      const finals = await climbAsync(
        walk,
        'gateway',
        () => this.#finalAddresses(walk, passage),
        () => describeGateway(passage.path),
      )
      const socket = await firstOf(walk, finals, (address) => this.#connect(walk, passage, address, port))
      socket.once('close', () => this.#passages.delete(passage))
      return socket
    } catch (error) {
      this.#passages.delete(passage)
      throw error
    }
  }

  /** Every address behind the endpoint, each of them checked: one that may not be dialled spoils them all. */
  async #finalAddresses(walk: Walk, passage: Passage): Promise<readonly string[]> {
    const { host, port } = passage.path.next
    const finals = parseIpv4(host) === undefined ? await this.#lookUp(walk, passage.path.carrier.connectionName, host) : [host]
    for (const address of finals) checkFinalAddress(this.#network, passage.path.carrier.gateway, address, port)
    return finals
  }

  async #lookUp(walk: Walk, connectionName: string, name: string): Promise<readonly string[]> {
    try {
      const addresses = await within(this.#resolveTimeoutMs, walk.stop.signal, () => this.#lookup(name))
      if (addresses.length > 0) return addresses
    } catch (cause) {
      walk.stop.signal.throwIfAborted()
      throw unresolved(connectionName, cause)
    }
    throw unresolved(connectionName, undefined)
  }

  async #connect(walk: Walk, passage: Passage, address: string, port: number): Promise<CuttableSocket> {
    const { inside, carrier } = passage.path
    const socket = this.#lends ? new LendingSocket() : new CuttableSocket()
    passage.dialled = address
    passage.socket = socket
    const { signal } = walk.stop
    const attempt = { socket, address, port, timeoutMs: this.#connectTimeoutMs, signal, inside, connectionName: carrier.connectionName }
    const connected = () => connect({ ...attempt, queueCidr: this.#network.cidr })
    await climbAsync(walk, 'tcp', connected, () => say`connected to ${formatEndpoint(inside)}`)
    return socket
  }

  /** Asks the resolvers in order; one that fails is passed over, and named when none of the others knows. */
  async #ask(walk: Walk, { name, resolvers }: Addresses & { readonly kind: 'ask' }): Promise<{ addresses: readonly string[]; by: Text }> {
    const failures: Text[] = []
    const asked = new Set<string>()
    for (const resolver of resolvers) {
      const addresses = await this.#askOne(walk, resolver, name, asked).catch((error: unknown) => {
        walk.stop.signal.throwIfAborted()
        failures.push(say`${describeResolver(resolver)} failed: ${textOf(error)}`)
        return []
      })
      if (addresses.length > 0) return { addresses, by: describeResolver(resolver) }
    }
    throw unknownHost(this.#network, name, failures)
  }

  async #askOne(walk: Walk, resolver: Resolver, name: string, asked: Set<string>): Promise<readonly string[]> {
    const path = findResolverPath(resolver)
    // Connections into one VPC share its gateway, and so its resolver.
    const place = formatEndpoint(path.next)
    if (asked.has(place)) return []
    asked.add(place)
    const question: Walk = { target: resolver.dns, stop: new AbortController(), tell: ignore }
    const timeout = setTimeout(() => question.stop.abort(noAnswer(this.#resolveTimeoutMs)), this.#resolveTimeoutMs)
    const abort = () => question.stop.abort(walk.stop.signal.reason)
    walk.stop.signal.addEventListener('abort', abort)
    try {
      const stream = await this.#travel(question, this.#enter(question, { target: resolver.dns, by: path.name, path }))
      return await askResolver(stream, name, question.stop.signal)
    } finally {
      clearTimeout(timeout)
      walk.stop.signal.removeEventListener('abort', abort)
    }
  }
}

/** Waits for work that cannot be stopped, but no longer than the time and the signal allow. */
async function within<Value>(timeoutMs: number, signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
  const { promise, resolve, reject } = Promise.withResolvers<Value>()
  const abort = () => reject(signal.reason)
  const timer = setTimeout(() => reject(noAnswer(timeoutMs)), timeoutMs)
  signal.addEventListener('abort', abort)
  try {
    work().then(resolve, reject)
    return await promise
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

async function lookupByOperatingSystem(name: string): Promise<readonly string[]> {
  const found = await dns.lookup(name, { all: true, family: 4 })
  return found.map(({ address }) => address)
}

function describeGateway({ carrier, next }: Path): Text {
  return carrier.gateway.kind === 'map' ? say`map to ${formatEndpoint(next)}` : say`${carrier.gateway.kind}`
}

function describeSocket({ carrier }: Path, socket: CuttableSocket): OpenSocket {
  const { peerId, connectionId, connectionName } = carrier
  return { peerId, connectionId, connectionName, bytesIn: socket.bytesRead, bytesOut: socket.bytesWritten }
}

function closed(socket: CuttableSocket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (socket.closed) resolve()
  else socket.once('close', () => resolve())
  return promise
}

function closedError(target: Endpoint): ServiceError {
  return cutError(target, say`its dialler was closed`)
}

function noAnswer(timeoutMs: number): ServiceError {
  return new ServiceError('unavailable', say`no answer within ${timeoutMs / 1000} s`)
}

function unresolved(connectionName: string, cause: unknown): ServiceError {
  return new ServiceError(
    'unavailable',
    say`the gateway of connection ${connectionName} leads to a name that cannot be resolved here: ask the installation owner`,
    { cause },
  )
}

function ignore(): void {}

// The driver without privileges: every engine child of a queue dials by the network it was last given, and acknowledges each.

import { type QueueId, type QueueNetwork, ServiceError, say } from '@tributary/rules'
import type { Driver } from '../driver.ts'

/** A process that dials for one queue. It must not dial before its join is complete, and then only by what `apply` gave it. */
export interface Member {
  /** Resolves once every dial uses this network or a newer one and the sockets of paths that are gone are closed. Called in order of version. */
  apply(network: QueueNetwork): Promise<void>
  /** Ends the process at once, whatever it is doing. */
  kill(reason: string): void
}

/** How long a member may take; all have defaults. */
export interface UserspaceSettings {
  /** 1 s unless told; a member that needs longer is killed, because its old sockets must not outlive a cut. */
  readonly acknowledgeTimeoutMs?: number
}

/** Ended when a member acknowledges this version or a newer one, or is gone. */
interface Wait {
  readonly version: number
  readonly end: () => void
}

/** A member in its queue. */
interface Seat {
  readonly member: Member
  readonly waits: Set<Wait>
  /** The newest version it was sent; -1 before the first. */
  sent: number
  acknowledged: QueueNetwork | undefined
  /** Its join is complete: it may be dialling. */
  running: boolean
}

interface Queue {
  network: QueueNetwork | undefined
  readonly seats: Set<Seat>
}

/** Hands networks to the members of each queue. Disposing it forgets the members; it does not end them. */
export class UserspaceDriver implements Driver, AsyncDisposable {
  readonly #acknowledgeTimeoutMs: number
  readonly #queues = new Map<QueueId, Queue>()

  constructor(settings: UserspaceSettings = {}) {
    this.#acknowledgeTimeoutMs = settings.acknowledgeTimeoutMs ?? 1_000
  }

  /** The oldest network that a running member may still dial by; what was applied last when none runs. */
  async observe(queueId: QueueId): Promise<QueueNetwork | undefined> {
    const { network, seats } = this.#queue(queueId)
    const running = [...seats].filter((seat) => seat.running)
    if (running.length === 0) return network
    return running.map((seat) => seat.acknowledged).reduce((one, other) => (versionOf(one) <= versionOf(other) ? one : other))
  }

  /** Resolves when every member of the queue has acknowledged this version or a newer one, has left or was killed. */
  async apply(queueId: QueueId, network: QueueNetwork): Promise<void> {
    const queue = this.#queue(queueId)
    if (network.version >= versionOf(queue.network)) queue.network = network
    // Who applies an old version is answered no sooner: until all have the newer one, some may run by something older than both.
    await Promise.all([...queue.seats].map((seat) => this.#bring(queue, seat, network.version)))
  }

  /**
   * Takes a member in. It counts from this call on, so no apply can miss it; the join is complete once it has acknowledged the newest network.
   * @returns leaves the queue; may be called twice
   * @throws {ServiceError} `unavailable` when it did not acknowledge in time; it has been killed then
   */
  async join(queueId: QueueId, member: Member): Promise<() => void> {
    const queue = this.#queue(queueId)
    const seat: Seat = { member, waits: new Set(), sent: -1, acknowledged: undefined, running: false }
    queue.seats.add(seat)
    // A newer network may be applied while it acknowledges this one.
    while (queue.seats.has(seat) && versionOf(seat.acknowledged) < versionOf(queue.network)) {
      await this.#bring(queue, seat, versionOf(queue.network))
    }
    if (!queue.seats.has(seat)) throw new ServiceError('unavailable', say`the engine did not take the network of its queue; try again`)
    seat.running = true
    return () => {
      leave(queue, seat)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const queue of this.#queues.values()) for (const seat of queue.seats) leave(queue, seat)
    this.#queues.clear()
  }

  /** Sees to it that a member has the newest network, and waits until it runs by `version` or a newer one, or is gone. */
  #bring(queue: Queue, seat: Seat, version: number): Promise<void> {
    if (versionOf(seat.acknowledged) >= version) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    seat.waits.add({ version, end: resolve })
    if (queue.network !== undefined && seat.sent < queue.network.version) this.#send(queue, seat, queue.network)
    return promise
  }

  #send(queue: Queue, seat: Seat, network: QueueNetwork): void {
    const { version } = network
    const late = () => expel(queue, seat, `version ${version} of its network was not acknowledged within ${this.#acknowledgeTimeoutMs} ms`)
    const timer = setTimeout(late, this.#acknowledgeTimeoutMs)
    seat.waits.add({ version, end: () => clearTimeout(timer) })
    seat.sent = version
    send(seat.member, network).then(
      () => acknowledge(seat, network),
      (error: unknown) => expel(queue, seat, `version ${version} of its network could not be applied: ${String(error)}`),
    )
  }

  #queue(queueId: QueueId): Queue {
    const known = this.#queues.get(queueId)
    if (known !== undefined) return known
    const queue: Queue = { network: undefined, seats: new Set() }
    this.#queues.set(queueId, queue)
    return queue
  }
}

/** A member that throws instead of rejecting has failed all the same. */
async function send(member: Member, network: QueueNetwork): Promise<void> {
  await member.apply(network)
}

function acknowledge(seat: Seat, network: QueueNetwork): void {
  if (versionOf(seat.acknowledged) < network.version) seat.acknowledged = network
  for (const wait of seat.waits) {
    if (wait.version > network.version) continue
    seat.waits.delete(wait)
    wait.end()
  }
}

function leave(queue: Queue, seat: Seat): void {
  queue.seats.delete(seat)
  seat.running = false
  for (const wait of seat.waits) wait.end()
  seat.waits.clear()
}

function expel(queue: Queue, seat: Seat, reason: string): void {
  if (!queue.seats.has(seat)) return
  // Killed first: whoever waits for it may then count on its sockets being dead.
  try {
    seat.member.kill(reason)
  } finally {
    leave(queue, seat)
  }
}

function versionOf(network: QueueNetwork | undefined): number {
  return network?.version ?? -1
}

// What is known of the far ends of peerings, and what moves over them now.

import {
  type Caller,
  type ConnectionId,
  noTraffic,
  type PeerId,
  type PeeringReach,
  type PeeringState,
  type QueueId,
  type Reachability,
  reachesOf,
  type Rung,
  type Soon,
  sumTraffic,
  type Text,
  type Traffic,
  unknownReachability,
} from '@tributary/rules'
import type { OpenBreaker } from './connection-breakers.ts'
import type { ConnectionView } from './connections.ts'
import type { Deps } from './deps.ts'
import type { ReaderCount } from './reader-budget.ts'

/** One peering of a connection as the owner of a queue wants to see it; `name` is the queue's or the pool's. */
export interface PeeringReport {
  readonly id: PeerId
  readonly name: string
  readonly state: PeeringState
  readonly errMsg: Text
  readonly reachability: Reachability
  readonly traffic: Traffic
}

/** Every job that opens a socket says the same again: so often it is written. */
const repeatAfterMs = 10_000
/** How many peerings are remembered as written. */
const mostWritten = 10_000
/** How long engines may take to count their sockets. */
const countWithinMs = 1_000

/** Keeps the newest word on each peering, and reports it. */
export class ReachabilityBook {
  readonly #deps: Deps
  readonly #written = new Map<PeerId, { readonly text: string; readonly at: number }>()
  readonly #writes = new Set<Promise<void>>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Notes what a climb says of the peerings that carried it; never throws, never waits. */
  noteClimb(rungs: readonly Rung[]): void {
    for (const reach of reachesOf(rungs)) this.note(reach)
  }

  /** Notes how one dial went; never throws, never waits. */
  note(reach: PeeringReach): void {
    const at = this.#deps.clock()
    const text = JSON.stringify([reach.state, reach.rung, reach.message])
    const before = this.#written.get(reach.peerId)
    if (before !== undefined && before.text === text && at - before.at < repeatAfterMs) return
    if (this.#written.size >= mostWritten) this.#written.clear()
    this.#written.set(reach.peerId, { text, at })
    const write = this.#deps.store.reachability
      .put(reach, at)
      .catch((error: unknown) =>
        this.#deps.log.error({ err: error, peerId: reach.peerId }, 'the reachability of a peering was not written'),
      )
      .finally(() => this.#writes.delete(write))
    this.#writes.add(write)
  }

  /** Resolves when everything noted so far has been written. */
  async written(): Promise<void> {
    await Promise.all(this.#writes)
  }

  /** @returns peerings of queues, oldest first, then those of pools. @throws {ServiceError} `notFound` */
  async report(getView: () => Soon<ConnectionView>): Promise<readonly PeeringReport[]> {
    const { peerings, poolPeerings } = await getView()
    const rows = [
      ...peerings.map(({ id, queueName: name, state, errMsg, queueId }) => ({ id, name, state, errMsg, queueIds: [queueId] })),
      ...(await Promise.all(
        poolPeerings.map(async ({ id, poolName: name, state, errMsg, poolId }) => {
          const queues = await this.#deps.store.queues.listInPool(poolId)
          return { id, name, state, errMsg, queueIds: queues.map((queue) => queue.id) }
        }),
      )),
    ]
    await this.written()
    const known = await this.#deps.store.reachability.list(rows.map(({ id }) => id))
    const moving = await this.#traffic(rows.flatMap(({ queueIds }) => queueIds))
    return rows.map(({ id, name, state, errMsg }) => ({
      id,
      name,
      state,
      errMsg,
      reachability: known.get(id) ?? unknownReachability,
      traffic: moving.get(id) ?? noTraffic,
    }))
  }

  /** What moves over the connections of these queues; those over which nothing moves are left out. */
  async countByConnection(queueIds: readonly QueueId[]): Promise<readonly ConnectionTraffic[]> {
    const moving = [...(await this.#traffic(queueIds))]
    const connections = await this.#deps.store.peerings.findConnections(moving.map(([peerId]) => peerId))
    const known = moving.flatMap(([peerId, traffic]) => {
      const connectionId = connections.get(peerId)
      return connectionId === undefined ? [] : [{ connectionId, traffic }]
    })
    const byConnection = Map.groupBy(known, ({ connectionId }) => connectionId)
    return [...byConnection].map(([connectionId, parts]) => ({ connectionId, ...sumTraffic(parts.map(({ traffic }) => traffic)) }))
  }

  async #traffic(queueIds: readonly QueueId[]): Promise<ReadonlyMap<PeerId, Traffic>> {
    const signal = AbortSignal.timeout(countWithinMs)
    const counted = await Promise.all([...new Set(queueIds)].map((id) => this.#deps.engine.traffic(id, signal)))
    const byPeer = Map.groupBy(counted.flat(), ({ peerId }) => peerId)
    return new Map([...byPeer].map(([peerId, parts]) => [peerId, sumTraffic(parts)]))
  }
}

/** What moves over one connection, all its queues together. */
export interface ConnectionTraffic extends Traffic {
  readonly connectionId: ConnectionId
}

/** How a connection stands: its peerings, who reads over it, and what is not tried over it for now. */
export interface ConnectionReport extends Pick<ReaderCount, 'readers' | 'waiting'> {
  readonly peerings: readonly PeeringReport[]
  /** What other projects tried over it is left out: which hosts they name is for them alone. */
  readonly breakers: readonly OpenBreaker[]
}

/** What {@link reachability} looks at besides its book. */
export interface ReachabilityParts extends Pick<Deps, 'readers' | 'breakers'> {
  readonly connections: { get(caller: Caller, id: string): Soon<ConnectionView> }
}

/** The use cases of reachability. */
export function reachability(book: ReachabilityBook, { readers, breakers, connections }: ReachabilityParts) {
  return {
    /** @throws {ServiceError} `notFound` */
    async list(caller: Caller, connectionId: string): Promise<ConnectionReport> {
      const peerings = await book.report(() => connections.get(caller, connectionId))
      const count = readers.counts().find((one) => one.connectionId === connectionId)
      const isShown = (breaker: OpenBreaker): boolean => breaker.connectionId === connectionId && breaker.projectId === caller.project
      return { peerings, readers: count?.readers ?? 0, waiting: count?.waiting ?? 0, breakers: breakers.list().filter(isShown) }
    },
  }
}

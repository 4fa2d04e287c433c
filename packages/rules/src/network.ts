// A queue's network as one value: computed from the store, versioned, given whole to a driver, and read by every dial.

import type { Endpoint } from './endpoint.ts'
import type { Gateway } from './gateway.ts'
import type { HostEntry } from './host.ts'
import type { ConnectionId, PeerId, QueueId } from './ids.ts'

/** A custom route of an enhanced connection. */
export interface NetworkRoute {
  readonly name: string
  readonly cidr: string
  /** ms since the epoch; the oldest wins a tie. */
  readonly createdAt: number
}

/** One ACTIVE peering: what it reaches and through what. */
export interface NetworkPeering {
  readonly peerId: PeerId
  readonly connectionId: ConnectionId
  readonly connectionName: string
  /** Of the connection, ms since the epoch: the older connection wins a name that two carry. */
  readonly createdAt: number
  readonly subnetCidr: string
  readonly routes: readonly NetworkRoute[]
  readonly hosts: readonly HostEntry[]
  readonly gateway: Gateway
}

/** One address of a classic connection: a name known inside the queue alone, relayed to a target through its VPC's gateway. */
export interface NetworkRelay {
  readonly connectionId: ConnectionId
  readonly connectionName: string
  /** Lower case, for instance `to-rds-1174405119-olrhage7.datasource.com`. */
  readonly name: string
  readonly port: number
  readonly target: Endpoint
  readonly gateway: Gateway
}

/** Everything one queue may reach. A queue that is bound to nothing has empty lists. */
export interface QueueNetwork {
  readonly queueId: QueueId
  readonly queueName: string
  /** Grows with every change of content; an engine acknowledges the version it runs with. */
  readonly version: number
  readonly cidr: string
  /** Oldest connection first. */
  readonly peerings: readonly NetworkPeering[]
  readonly relays: readonly NetworkRelay[]
  /**
   * The installation's own listeners and databases: never dialled, whatever a gateway says. A host is an IPv4 address or a block
   * (`127.0.0.0/8`); anything else, such as the `0.0.0.0` or `::` of a listener on every local address, forbids its port everywhere,
   * because nobody can list the addresses that a machine will have.
   */
  readonly forbidden: readonly Endpoint[]
}

/**
 * The network of a queue that is bound to nothing: applying it removes every path.
 * @param version - one more than the last one applied, or it is taken for an old value; 0 for a queue that never had another
 */
export function emptyNetwork(queueId: QueueId, queueName: string, cidr: string, version = 0): QueueNetwork {
  return { queueId, queueName, version, cidr, peerings: [], relays: [], forbidden: [] }
}

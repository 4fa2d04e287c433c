// From verdicts to the one value that a driver is given. Pure: the same facts give the same value in any order.

import type { Endpoint } from './endpoint.ts'
import type { HostEntry } from './host.ts'
import type { ConnectionId, PeerId } from './ids.ts'
import type { WantedBinding, WantedPeering } from './judge-peerings.ts'
import type { NetworkPeering, NetworkRelay, QueueNetwork } from './network.ts'
import type { Queue } from './queue.ts'

/** A network before its host entries are read: their digests stand for them, so that it can be compared without them. */
export type NetworkDraft = Omit<QueueNetwork, 'version' | 'peerings'> & { readonly peerings: readonly PeeringDraft[] }

/** A peering of a {@link NetworkDraft}. */
export type PeeringDraft = Omit<NetworkPeering, 'hosts'> & { readonly hostsDigest: string }

/** What a network is made of. */
export interface NetworkParts {
  readonly queue: Pick<Queue, 'id' | 'name' | 'cidr'>
  readonly peerings: readonly WantedPeering[]
  readonly bindings: readonly WantedBinding[]
  readonly forbidden: readonly Endpoint[]
}

/**
 * Composes the network of a queue from those peerings and bindings that may be ACTIVE.
 * @param isAllowed - the verdict on a peering or binding
 */
export function composeNetwork({ queue, peerings, bindings, forbidden }: NetworkParts, isAllowed: (id: PeerId) => boolean): NetworkDraft {
  return {
    queueId: queue.id,
    queueName: queue.name,
    cidr: queue.cidr,
    peerings: peerings
      .filter((wanted) => isAllowed(wanted.peering.id))
      .flatMap(toPeering)
      .toSorted(oldestFirst),
    relays: bindings
      .filter((wanted) => isAllowed(wanted.peerId))
      .toSorted(oldestFirst)
      .flatMap(toRelays),
    forbidden: forbidden
      .map(({ host, port }) => ({ host, port }))
      .toSorted((one, other) => compare(one.host, other.host) || one.port - other.port),
  }
}

/**
 * Completes a draft.
 * @param hosts - the entries of every connection in it; one that is not there has none
 */
export function fillHosts(draft: NetworkDraft, version: number, hosts: ReadonlyMap<ConnectionId, readonly HostEntry[]>): QueueNetwork {
  const peerings = draft.peerings.map(
    (peering): NetworkPeering => ({
      peerId: peering.peerId,
      connectionId: peering.connectionId,
      connectionName: peering.connectionName,
      createdAt: peering.createdAt,
      subnetCidr: peering.subnetCidr,
      routes: peering.routes,
      hosts: hosts.get(peering.connectionId) ?? [],
      gateway: peering.gateway,
    }),
  )
  return { ...draft, version, peerings }
}

function toPeering({
  peering,
  connectionName,
  connectionCreatedAt,
  subnet,
  gateway,
  routes,
  hostsDigest,
}: WantedPeering): readonly PeeringDraft[] {
  if (subnet === undefined || gateway === undefined) return []
  return [
    {
      peerId: peering.id,
      connectionId: peering.connectionId,
      connectionName,
      createdAt: connectionCreatedAt,
      subnetCidr: subnet.cidr,
      routes,
      hostsDigest,
      gateway,
    },
  ]
}

function toRelays({ connectionId, connectionName, addresses, ground }: WantedBinding): readonly NetworkRelay[] {
  const { gateway } = ground
  if (gateway === undefined) return []
  return addresses.map(({ name, port, target }) => ({ connectionId, connectionName, name: name.toLowerCase(), port, target, gateway }))
}

function oldestFirst(
  one: { readonly createdAt: number; readonly connectionId: ConnectionId },
  other: { readonly createdAt: number; readonly connectionId: ConnectionId },
): number {
  return one.createdAt - other.createdAt || compare(one.connectionId, other.connectionId)
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

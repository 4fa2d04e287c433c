// Which peering of a queue carries an address: longest prefix over destination subnets and custom routes.

import { type Cidr, parseCidr, parseIpv4 } from './ipv4.ts'
import type { NetworkPeering, QueueNetwork } from './network.ts'
import { perValue } from './per-value.ts'
import { say, type Text } from './text.ts'

/** A peering and the block of it that carries an address. */
export interface PickedRoute {
  readonly peering: NetworkPeering
  readonly cidr: string
  /** For people: `10.71.0.0/24, subnet of test1`. */
  readonly description: Text
}

/** The blocks of one length by their first address. */
interface Level {
  readonly size: number
  readonly prefix: number
  readonly byBase: ReadonlyMap<number, PickedRoute>
}

/** Longest prefix first; a lookup asks each length that occurs once. */
type RouteTable = readonly Level[]

interface Candidate {
  readonly block: Cidr
  readonly createdAt: number
  readonly picked: PickedRoute
}

/**
 * Picks the peering that carries a packet: longest prefix wins, then the oldest, then the first in the network's order.
 * @param address - dotted IPv4, no port
 * @returns `undefined` when the queue has no way there, or when `address` is not IPv4
 * @see RFC 1812, 5.2.4.3 (longest match)
 */
export function pickRoute(network: QueueNetwork, address: string): PickedRoute | undefined {
  const wanted = parseIpv4(address)
  if (wanted === undefined) return undefined
  for (const level of tableOf(network)) {
    const picked = level.byBase.get(wanted - (wanted % level.size))
    if (picked !== undefined) return picked
  }
  return undefined
}

const tableOf = perValue(buildRouteTable)

function buildRouteTable(network: QueueNetwork): RouteTable {
  const levels = new Map<number, Map<number, Candidate>>()
  for (const candidate of candidates(network)) {
    const { base, prefix } = candidate.block
    const level = levels.get(prefix) ?? new Map<number, Candidate>()
    levels.set(prefix, level)
    const holder = level.get(base)
    if (holder === undefined || candidate.createdAt < holder.createdAt) level.set(base, candidate)
  }
  return [...levels]
    .toSorted(([one], [other]) => other - one)
    .map(([prefix, level]) => ({
      size: 2 ** (32 - prefix),
      prefix,
      byBase: new Map([...level].map(([base, candidate]) => [base, candidate.picked])),
    }))
}

function* candidates(network: QueueNetwork): Iterable<Candidate> {
  for (const peering of network.peerings) {
    const { subnetCidr, createdAt, connectionName } = peering
    const subnet = parseCidr(subnetCidr)
    if (subnet !== undefined) {
      yield {
        block: subnet,
        createdAt,
        picked: { peering, cidr: subnetCidr, description: say`${subnetCidr}, subnet of ${connectionName}` },
      }
    }
    for (const route of peering.routes) {
      const block = parseCidr(route.cidr)
      if (block === undefined) continue
      const description = say`${route.cidr}, route ${route.name} of ${connectionName}`
      yield { block, createdAt: route.createdAt, picked: { peering, cidr: route.cidr, description } }
    }
  }
}

// From a name and a port to the endpoint that is really dialled: name, route, gateway, final check. Pure; sockets are fabric's.

import { type Endpoint, formatEndpoint, parseEndpoint } from './endpoint.ts'
import { ServiceError } from './errors.ts'
import type { Gateway } from './gateway.ts'
import type { HostEntry } from './host.ts'
import type { ConnectionId, PeerId } from './ids.ts'
import { type Cidr, cidrOf, contains, formatIpv4, parseCidr, parseIpv4 } from './ipv4.ts'
import type { NetworkRelay, QueueNetwork } from './network.ts'
import { perValue } from './per-value.ts'
import { pickRoute } from './route-table.ts'
import { isSameText, joined, say, silence, type Text } from './text.ts'

/** What a packet is carried by: a peering of an enhanced connection, or a relay of a classic one (which has no `peerId`). */
export interface Carrier {
  readonly peerId?: PeerId
  readonly connectionId: ConnectionId
  readonly connectionName: string
  readonly gateway: Gateway
}

/** A gateway that has a resolver. */
export interface Resolver {
  readonly carrier: Carrier
  readonly dns: Endpoint
}

/** Where a name led: addresses inside a VPC in the order they are tried, or resolvers that may know some. */
export type Addresses =
  | { readonly kind: 'address'; readonly addresses: readonly string[]; readonly by: Text }
  /** No table knows the name; these may, in this order. */
  | { readonly kind: 'ask'; readonly name: string; readonly resolvers: readonly Resolver[] }

/** Where a name led; a relay's target is found with {@link resolveRelay}. */
export type Resolution = Addresses | { readonly kind: 'relay'; readonly relay: NetworkRelay }

/**
 * How one dial travels: over a `route`, through the `relay` of a classic connection, or to a gateway's own `resolver`.
 * The carrier says whose sockets die with it.
 */
export interface Path {
  readonly kind: 'route' | 'relay' | 'resolver'
  readonly carrier: Carrier
  /** The endpoint inside the VPC; its host is dotted IPv4. */
  readonly inside: Endpoint
  /** The endpoint after the gateway's map; its host may be a name that is still to be resolved and checked. */
  readonly next: Endpoint
  /** For people: `10.71.0.5 by host record of test1`, `10.71.0.0/24, subnet of test1`. */
  readonly name: Text
  readonly route: Text
}

/** How an address led to itself. */
const byItself = say`address`

/**
 * Looks a name up in the queue's tables: relay names, host records (older connection first), then the gateways' names.
 * @param host - a name in any case, or a dotted address, which stands for itself
 * @throws {ServiceError} `unavailable` `unknown host …` when no table has it and no gateway has a resolver
 */
export function resolveName(network: QueueNetwork, host: string, port: number): Resolution {
  const wanted = host.toLowerCase()
  const relay = network.relays.find((candidate) => candidate.name === wanted && candidate.port === port)
  if (relay !== undefined) return { kind: 'relay', relay }
  if (parseIpv4(host) !== undefined) return { kind: 'address', addresses: [host], by: byItself }
  for (const peering of network.peerings) {
    const addresses = addressesOf(peering.hosts, wanted)
    if (addresses.length > 0) return { kind: 'address', addresses, by: say`host record of ${peering.connectionName}` }
  }
  for (const peering of network.peerings) {
    const addresses = addressesOf(peering.gateway.names, wanted)
    if (addresses.length > 0) return { kind: 'address', addresses, by: say`name table of the gateway of ${peering.connectionName}` }
  }
  return askOf(network, host, network.peerings)
}

/**
 * Looks the target of a relay up: an address stands for itself, a name is asked of its own gateway alone.
 * @throws {ServiceError} `unavailable` when the gateway does not know the name and has no resolver
 */
export function resolveRelay(network: QueueNetwork, relay: NetworkRelay): Addresses {
  const { host } = relay.target
  if (parseIpv4(host) !== undefined) return { kind: 'address', addresses: [host], by: say`classic connection ${relay.connectionName}` }
  const addresses = addressesOf(relay.gateway.names, host.toLowerCase())
  if (addresses.length > 0) return { kind: 'address', addresses, by: say`name table of the gateway of ${relay.connectionName}` }
  return askOf(network, host, [relay])
}

function askOf(network: QueueNetwork, name: string, carriers: readonly Carrier[]): Addresses {
  const resolvers = carriers.flatMap((carrier) => {
    const dns = carrier.gateway.dns === undefined ? undefined : parseEndpoint(carrier.gateway.dns)
    return dns === undefined ? [] : [{ carrier, dns }]
  })
  if (resolvers.length === 0) throw unknownHost(network, name)
  return { kind: 'ask', name, resolvers }
}

/**
 * The error of a name that nothing knows.
 * @param failures - what went wrong with resolvers that might have known it
 */
export function unknownHost(network: QueueNetwork, host: string, failures: readonly Text[] = []): ServiceError {
  const asked = failures.length === 0 ? silence : say` (${joined(failures, '; ')})`
  return new ServiceError(
    'unavailable',
    say`unknown host ${host}: queue ${network.queueName} knows no such name${asked}; add a host record to one of its connections, or use the address`,
  )
}

const namesOf = perValue((entries: readonly HostEntry[]): ReadonlyMap<string, readonly string[]> => {
  const byName = new Map<string, string[]>()
  for (const { name, ip } of entries) {
    if (name === undefined || ip === undefined) continue
    const key = name.toLowerCase()
    const addresses = byName.get(key)
    if (addresses === undefined) byName.set(key, [ip])
    else addresses.push(ip)
  }
  return byName
})

/** Every address that the entries give to a lower-case name, in their order. */
export function addressesOf(entries: readonly HostEntry[], name: string): readonly string[] {
  return namesOf(entries).get(name) ?? []
}

/**
 * Finds the way from a queue to one address inside a VPC.
 * @param inside - dotted IPv4 and port, as a name led to them or as the caller wrote them
 * @param by - what gave the address, for the trace
 * @throws {ServiceError} `unavailable` when no route carries it; `forbidden` when the gateway does not
 */
export function findPath(network: QueueNetwork, inside: Endpoint, by: Text): Path {
  const { carrier, description } = findRoute(network, inside.host)
  return {
    kind: 'route',
    carrier,
    inside,
    next: translate(carrier.gateway, inside),
    name: isSameText(by, byItself) ? say`${inside.host}` : say`${inside.host} by ${by}`,
    route: description,
  }
}

/**
 * Finds what carries a packet to an address.
 * @throws {ServiceError} `unavailable` when the queue has no route there
 */
export function findRoute(network: QueueNetwork, address: string): { readonly carrier: Carrier; readonly description: Text } {
  const picked = pickRoute(network, address)
  if (picked !== undefined) return { carrier: picked.peering, description: picked.description }
  throw new ServiceError(
    'unavailable',
    say`queue ${network.queueName} has no route to ${address}: bind it to an enhanced connection whose subnet or routes contain the address`,
  )
}

/**
 * Finds the way of a relay to one address of its target: its own gateway carries it, no route is needed.
 * @throws {ServiceError} `forbidden` when the gateway may not carry it
 */
export function findRelayPath(relay: NetworkRelay, address: string): Path {
  const inside = { host: address, port: relay.target.port }
  return {
    kind: 'relay',
    carrier: relay,
    inside,
    next: translate(relay.gateway, inside),
    name: say`${formatEndpoint(relay.target)} by classic connection ${relay.connectionName}`,
    route: say`relay of ${relay.connectionName}`,
  }
}

/**
 * Finds the way to a gateway's own resolver, which lies where the owner said; no route is needed.
 * @throws {ServiceError} `forbidden` when the gateway may not carry it
 */
export function findResolverPath({ carrier, dns }: Resolver): Path {
  return {
    kind: 'resolver',
    carrier,
    inside: dns,
    next: translate(carrier.gateway, dns),
    name: describeResolver({ carrier, dns }),
    route: say`resolver of ${carrier.connectionName}`,
  }
}

/** For people: `resolver 10.71.0.2:53 of test1`. */
export function describeResolver({ carrier, dns }: Resolver): Text {
  return say`resolver ${formatEndpoint(dns)} of ${carrier.connectionName}`
}

/** A map line made ready: answers the translated endpoint, or `undefined` where it does not match. */
type Translation = (target: Endpoint) => Endpoint | undefined

/**
 * Applies a gateway's map.
 * @throws {ServiceError} `forbidden` when the gateway carries nothing (`none`) or no line of its map matches
 */
export function translate(gateway: Gateway, target: Endpoint): Endpoint {
  if (gateway.kind === 'direct') return target
  if (gateway.kind === 'map') {
    for (const translation of translationsOf(gateway)) {
      const mapped = translation(target)
      if (mapped !== undefined) return mapped
    }
  }
  throw new ServiceError('forbidden', say`the gateway carries nothing to ${formatEndpoint(target)}: ask the installation owner`)
}

const translationsOf = perValue((gateway: Gateway): readonly Translation[] =>
  gateway.map.map(({ from, to }) => (from.includes('/') ? rangeTranslation(cidrOf(from), cidrOf(to)) : endpointTranslation(from, to))),
)

function endpointTranslation(from: string, to: string): Translation {
  const [fromHost, fromPort] = splitPort(from)
  const [toHost, toPort] = splitPort(to)
  return ({ host, port }) => (host === fromHost && (fromPort ?? port) === port ? { host: toHost, port: toPort ?? port } : undefined)
}

function rangeTranslation(from: Cidr, to: Cidr): Translation {
  return ({ host, port }) => {
    const address = parseIpv4(host)
    return address !== undefined && contains(from, address) ? { host: formatIpv4(to.base + (address - from.base)), port } : undefined
  }
}

function splitPort(text: string): [string, number | undefined] {
  const endpoint = parseEndpoint(text)
  return endpoint === undefined ? [text, undefined] : [endpoint.host, endpoint.port]
}

// This host, link-local, multicast, reserved and broadcast; then the metadata addresses of clouds that lie outside link-local.
const neverDialled = ['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4', '100.100.100.200/32', '192.0.0.192/32'].map(cidrOf)

const rangesOf = perValue((gateway: Gateway) => gateway.ranges.map(cidrOf))

const everywhere = cidrOf('0.0.0.0/0')

const forbiddenOf = perValue((network: QueueNetwork) =>
  network.forbidden.map(({ host, port }) => ({ port, block: host === '0.0.0.0' ? everywhere : (parseCidr(host) ?? everywhere) })),
)

/**
 * The last check before a socket opens, on the address as it will be dialled.
 * @param address - what the operating system would connect to; anything that is not plain IPv4 is refused (v4-mapped forms included)
 * @throws {ServiceError} `forbidden` with one text whatever is there: link-local, metadata, this-host and multicast addresses, the installation's own
 * listeners, or an address outside the gateway's ranges
 */
export function checkFinalAddress(network: QueueNetwork, gateway: Gateway, address: string, port: number): void {
  const wanted = parseIpv4(address)
  const refused =
    wanted === undefined ||
    neverDialled.some((block) => contains(block, wanted)) ||
    forbiddenOf(network).some((own) => own.port === port && contains(own.block, wanted)) ||
    !rangesOf(gateway).some((range) => contains(range, wanted))
  if (refused) {
    throw new ServiceError(
      'forbidden',
      say`queue ${network.queueName} may not reach this address: the gateway's ranges do not allow it; ask the installation owner`,
    )
  }
}

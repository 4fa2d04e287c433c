// Over which connection a queue reaches an endpoint, and what would have to change for it to be another way.

import type { Endpoint } from './endpoint.ts'
import { ServiceError } from './errors.ts'
import type { ConnectionId } from './ids.ts'
import type { QueueNetwork } from './network.ts'
import { type Carrier, findPath, findRelayPath, type Resolution, resolveName, resolveRelay } from './path.ts'
import { pickRoute } from './route-table.ts'

/** A way from a queue to an endpoint, as far as it is known before anything is dialled. */
export interface SourceWay {
  readonly connectionId: ConnectionId
  readonly connectionName: string
  /** Equal for ways that end at the same place through gateways that lead alike: what failed over one says nothing of another. */
  readonly mark: string
}

/**
 * The way to an endpoint; of several addresses, that of the first that is tried. A name that only resolvers know counts for the connection whose resolver is
 * asked first.
 * @returns `undefined` where there is none; {@link reachTable} says why
 */
export function findWay(network: QueueNetwork, endpoint: Endpoint): SourceWay | undefined {
  try {
    return wayOf(network, endpoint, resolveName(network, endpoint.host, endpoint.port))
  } catch (error) {
    if (error instanceof ServiceError) return undefined
    throw error
  }
}

function wayOf(network: QueueNetwork, { port }: Endpoint, resolution: Resolution): SourceWay | undefined {
  if (resolution.kind === 'relay') {
    const { relay } = resolution
    const target = resolveRelay(network, relay)
    return named(relay, target.kind === 'address' ? target.addresses.map((host) => findRelayPath(relay, host).next) : relay.target)
  }
  if (resolution.kind === 'ask') {
    const [first] = resolution.resolvers
    return first === undefined ? undefined : named(first.carrier, [resolution.name, first.dns])
  }
  const paths = resolution.addresses
    .filter((address) => pickRoute(network, address) !== undefined)
    .map((host) => findPath(network, { host, port }, resolution.by))
  const [first] = paths
  return first === undefined
    ? undefined
    : named(
        first.carrier,
        paths.map(({ next }) => next),
      )
}

function named({ connectionId, connectionName, gateway }: Carrier, place: unknown): SourceWay {
  return { connectionId, connectionName, mark: JSON.stringify([gateway.kind, place]) }
}

// What became of an open path when the network changed: it stands, or it is cut and the reason says what went.

import { type Endpoint, formatEndpoint } from './endpoint.ts'
import { ServiceError } from './errors.ts'
import type { QueueNetwork } from './network.ts'
import {
  type Addresses,
  type Carrier,
  checkFinalAddress,
  describeResolver,
  findPath,
  findRelayPath,
  findResolverPath,
  type Path,
  type Resolution,
  resolveName,
  resolveRelay,
} from './path.ts'
import { pickRoute } from './route-table.ts'
import { isSameText, say, silence, type Text } from './text.ts'

/** A dial as it went: what was asked for, how a name led to an address (`by`), and the way from there. */
export interface Travelled {
  readonly target: Endpoint
  readonly by: Text
  readonly path: Path
  /** The address that the operating system was told, once it is known. */
  readonly dialled: string | undefined
}

/** The same way in the newer network, or why there is none. */
export type Retraced = { readonly path: Path } | { readonly cut: Text }

/**
 * Finds an open path again in a newer network. It stands when the same carrier still leads from the same name to the same endpoint;
 * an answer of a resolver stands for as long as that resolver is the one that would be asked.
 */
export function retrace(network: QueueNetwork, travelled: Travelled): Retraced {
  const { carrier: old, inside, kind } = travelled.path
  const { connectionName } = old
  const carrier = findCarrier(network, travelled.path)
  if (carrier === undefined) {
    return {
      cut: say`queue ${network.queueName} is no longer bound to connection ${connectionName}, or no longer carried by it: its err_msg says why`,
    }
  }
  if (kind !== 'resolver' && !nameStands(network, travelled)) {
    return { cut: say`${travelled.target.host} no longer leads to ${inside.host} (${travelled.by})` }
  }
  if (kind === 'route' && pickRoute(network, inside.host)?.peering.peerId !== old.peerId) {
    return { cut: say`no route of connection ${connectionName} leads queue ${network.queueName} to ${inside.host} any more` }
  }
  const path = gatewayStands(network, carrier, travelled)
  return path === undefined ? { cut: say`the gateway of connection ${connectionName} no longer leads there` } : { path }
}

/** The error that a cut socket's reader sees. */
export function cutError(target: Endpoint, reason: Text): ServiceError {
  return new ServiceError('unavailable', say`the path to ${formatEndpoint(target)} was cut: ${reason}`)
}

/** Whether an error is a {@link cutError}, also one that came from another process: what was cut is not dialled again. */
export function isCut(error: ServiceError): boolean {
  return error.text.template === cutTemplate
}

const cutTemplate = cutError({ host: '', port: 0 }, silence).text.template

function findCarrier(network: QueueNetwork, { carrier }: Path): Carrier | undefined {
  if (carrier.peerId !== undefined) return network.peerings.find((peering) => peering.peerId === carrier.peerId)
  return network.relays.find((relay) => relay.connectionId === carrier.connectionId)
}

function nameStands(network: QueueNetwork, { target, by, path }: Travelled): boolean {
  const addresses = orUndefined(() => addressesBehind(network, resolveName(network, target.host, target.port), path))
  if (addresses === undefined) return false
  if (addresses.kind === 'address') return addresses.addresses.includes(path.inside.host)
  return addresses.resolvers.some((resolver) => isSameText(describeResolver(resolver), by))
}

/** What a target leads to today, as long as it is the same kind of way through the same classic connection. */
function addressesBehind(network: QueueNetwork, resolution: Resolution, { kind, carrier, inside }: Path): Addresses | undefined {
  if (resolution.kind !== 'relay') return kind === 'route' ? resolution : undefined
  const { relay } = resolution
  const same = kind === 'relay' && relay.connectionId === carrier.connectionId && relay.target.port === inside.port
  return same ? resolveRelay(network, relay) : undefined
}

function gatewayStands(network: QueueNetwork, carrier: Carrier, { target, by, path, dialled }: Travelled): Path | undefined {
  return orUndefined(() => {
    const again = pathAgain(network, carrier, target, by, path)
    const same =
      again?.next.host === path.next.host && again.next.port === path.next.port && again.carrier.gateway.kind === path.carrier.gateway.kind
    if (!same) return undefined
    if (dialled !== undefined) checkFinalAddress(network, again.carrier.gateway, dialled, again.next.port)
    return again
  })
}

function pathAgain(network: QueueNetwork, carrier: Carrier, target: Endpoint, by: Text, { kind, inside }: Path): Path | undefined {
  if (kind === 'route') return findPath(network, inside, by)
  if (kind === 'resolver') return carrier.gateway.dns === formatEndpoint(inside) ? findResolverPath({ carrier, dns: inside }) : undefined
  const resolution = resolveName(network, target.host, target.port)
  return resolution.kind === 'relay' ? findRelayPath(resolution.relay, inside.host) : undefined
}

function orUndefined<Value>(find: () => Value): Value | undefined {
  try {
    return find()
  } catch (error) {
    if (error instanceof ServiceError) return undefined
    throw error
  }
}

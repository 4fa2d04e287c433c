// Whether a gateway carries an address at all, where nobody has said which port.

import { ServiceError } from './errors.ts'
import { parseEndpoint } from './endpoint.ts'
import type { Gateway, GatewayMapping } from './gateway.ts'
import { cidrOf, contains, formatIpv4, parseIpv4 } from './ipv4.ts'
import type { QueueNetwork } from './network.ts'
import { checkFinalAddress } from './path.ts'
import { say } from './text.ts'

/** No listener has it, so that no check of a port speaks. */
const noPort = 0

/**
 * Checks a gateway for an address without a port: some port of it must be carried. Names that a map leads to are checked when they are dialled.
 * @param address - dotted IPv4 inside the VPC
 * @throws {ServiceError} `forbidden` as a dial would be
 */
export function checkPortless(network: QueueNetwork, gateway: Gateway, address: string): void {
  if (gateway.kind === 'direct') return checkFinalAddress(network, gateway, address, noPort)
  const goals = gateway.kind === 'map' ? gateway.map.flatMap((line) => goalOf(line, address) ?? []) : []
  if (goals.length === 0) {
    throw new ServiceError('forbidden', say`the gateway carries nothing to ${address}: ask the installation owner`)
  }
  const refusals = goals.map(({ host, port }) => refusalOf(() => checkHost(network, gateway, host, port)))
  if (!refusals.includes(undefined)) throw refusals[0]
}

interface Goal {
  readonly host: string
  readonly port: number
}

function goalOf({ from, to }: GatewayMapping, address: string): Goal | undefined {
  if (from.includes('/')) {
    const block = cidrOf(from)
    const number = parseIpv4(address) ?? -1
    return contains(block, number) ? { host: formatIpv4(cidrOf(to).base + number - block.base), port: noPort } : undefined
  }
  const source = parseEndpoint(from)?.host ?? from
  return source === address ? (parseEndpoint(to) ?? { host: to, port: noPort }) : undefined
}

function checkHost(network: QueueNetwork, gateway: Gateway, host: string, port: number): void {
  if (parseIpv4(host) !== undefined) checkFinalAddress(network, gateway, host, port)
}

function refusalOf(check: () => void): unknown {
  try {
    check()
    return undefined
  } catch (error) {
    return error
  }
}

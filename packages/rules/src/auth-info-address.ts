// Where credentials may be used: the addresses that an auth-info is tied to, held against where a source really lies inside the VPC.

import { type Endpoint, formatEndpoint } from './endpoint.ts'
import { ServiceError } from './errors.ts'
import { contains, parseCidr, parseIpv4 } from './ipv4.ts'
import type { QueueNetwork } from './network.ts'
import { type Addresses, resolveName, resolveRelay } from './path.ts'
import { say } from './text.ts'

const mostAddresses = 20
const pattern = /^(\d[\d.]*)(?:\/(\d{1,2}))?(?::(\d{1,5}))?$/

/** The part of an auth-info that says where it may be used. */
export interface TiedAuthInfo {
  readonly name: string
  /** Empty for everywhere. */
  readonly allowedAddresses: readonly string[]
}

/** One entry: a block of addresses, and a port unless every port is meant. */
interface Allowed {
  readonly block: NonNullable<ReturnType<typeof parseCidr>>
  readonly port: number | undefined
}

/**
 * Checks the addresses that an auth-info is to be tied to; none ties it to nothing.
 * @returns each once, in their order
 * @throws {ServiceError} `invalid` for one that is no IPv4 address or block, with a port or without, and for more than 20
 */
export function allowedAddressesOf(texts: readonly string[]): readonly string[] {
  if (texts.length > mostAddresses)
    throw new ServiceError('invalid', say`allowed_addresses has at most ${mostAddresses} entries: send blocks like 10.71.0.0/24`)
  texts.forEach((text, index) => {
    if (parseAllowed(text) !== undefined) return
    throw new ServiceError(
      'invalid',
      say`entry ${index + 1} of allowed_addresses is not an address inside a VPC: write it like 10.71.0.5, 10.71.0.5:5432 or 10.71.0.0/24`,
    )
  })
  return [...new Set(texts)]
}

function parseAllowed(text: string): Allowed | undefined {
  const [, address = '', length = '32', port] = pattern.exec(text) ?? []
  const block = parseIpv4(address) === undefined ? undefined : parseCidr(`${address}/${length}`)
  const number = port === undefined ? undefined : Number(port)
  const isPort = number === undefined || (number >= 1 && number <= 65_535)
  return block === undefined || !isPort ? undefined : { block, port: number }
}

/**
 * Whether an auth-info may be used at an endpoint. Names count as the addresses that the queue’s host records, relays and gateway names give them: whoever
 * may change a record does not thereby get the password.
 * @param endpoint - as the table or the doctor’s caller names it
 * @throws {ServiceError} `forbidden` with the remedy; `unavailable` for a name that nothing knows
 */
export function checkAllowedAddress(network: QueueNetwork, { name, allowedAddresses }: TiedAuthInfo, endpoint: Endpoint): void {
  if (allowedAddresses.length === 0) return
  const allowed = allowedAddresses.map(parseAllowed)
  const isAllowed = ({ host, port }: Endpoint): boolean => {
    const address = parseIpv4(host)
    return address !== undefined && allowed.some((one) => one !== undefined && contains(one.block, address) && (one.port ?? port) === port)
  }
  const insides = insidesOf(network, endpoint)
  if (insides.length > 0 && insides.every(isAllowed)) return
  const shown =
    insides.length === 0 ? `${formatEndpoint(endpoint)}, whose address no host record tells` : insides.map(formatEndpoint).join(', ')
  throw new ServiceError(
    'forbidden',
    say`auth-info ${name} may be used at ${allowedAddresses.join(', ')} alone, not at ${shown}: use another auth-info, or have its owner update allowed_addresses`,
    { subject: { kind: 'authInfo', name } },
  )
}

/** @returns none where a resolver alone may know */
function insidesOf(network: QueueNetwork, { host, port }: Endpoint): readonly Endpoint[] {
  const found = resolveName(network, host, port)
  if (found.kind === 'relay') return addressesOf(resolveRelay(network, found.relay), found.relay.target.port)
  return addressesOf(found, port)
}

function addressesOf(found: Addresses, port: number): readonly Endpoint[] {
  return found.kind === 'ask' ? [] : found.addresses.map((host) => ({ host, port }))
}

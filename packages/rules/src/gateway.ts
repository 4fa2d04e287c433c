// A gateway: how packets of one project's VPC really travel from this installation. The installation owner attaches it.

import { parseEndpoint } from './endpoint.ts'
import { ServiceError } from './errors.ts'
import { type HostEntry, isHostName } from './host.ts'
import { type Cidr, covers, parseCidr, parseIpv4 } from './ipv4.ts'
import { say, type Text } from './text.ts'

/** The ways a gateway can carry a packet; `socks5` and `ssh` are known by name and refused until they exist. */
export type GatewayKind = 'none' | 'direct' | 'map' | 'socks5' | 'ssh'

/** One line of a map: `address[:port]` to `address[:port]`, or range to range of equal length (the host part is kept). */
export interface GatewayMapping {
  readonly from: string
  readonly to: string
}

/** `ranges` are what may finally be dialled, checked after names and maps; an empty list dials nothing. */
export interface Gateway {
  readonly kind: GatewayKind
  readonly ranges: readonly string[]
  readonly map: readonly GatewayMapping[]
  readonly names: readonly HostEntry[]
  /** A resolver, `ip:port`, asked through the gateway itself. */
  readonly dns: string | undefined
  readonly allowCleartextPasswords: boolean
  /** Counts the changes of this gateway, from 1. */
  readonly version: number
}

/** A gateway as its owner sends it; absent members have defaults. */
export interface GatewayDraft {
  readonly kind: string
  readonly ranges?: readonly string[] | undefined
  readonly map?: readonly GatewayMapping[] | undefined
  readonly names?: readonly HostEntry[] | undefined
  readonly dns?: string | undefined
  readonly allowCleartextPasswords?: boolean | undefined
}

/** How much one gateway may hold. */
export const gatewayLimits = { ranges: 1_000, map: 1_000, names: 20_000 } as const

const offered: readonly string[] = ['none', 'direct', 'map'] satisfies readonly GatewayKind[]
const announced: readonly string[] = ['socks5', 'ssh'] satisfies readonly GatewayKind[]

/**
 * Checks a gateway as its owner sends it and fills in what is absent. Without a word on cleartext passwords they are allowed where everything
 * that can be dialled is loopback.
 * @returns the gateway but for its version
 * @throws {ServiceError} `unsupported` for a kind that does not exist yet; `invalid` naming the member, its index and what to write
 */
export function checkGateway(draft: GatewayDraft): Omit<Gateway, 'version'> {
  const { ranges = [], map = [], names = [] } = draft
  const kind = kindOf(draft.kind)
  checkCount('ranges', ranges)
  checkCount('map', map)
  checkCount('names', names)
  ranges.forEach(checkRange)
  map.forEach(checkMapping)
  names.forEach(checkName)
  if (kind !== 'map' && map.length > 0)
    throw invalid(say`map is for gateways of kind "map", this one is "${kind}": change the kind or leave map out`)
  checkDns(draft.dns)
  const allowCleartextPasswords = draft.allowCleartextPasswords ?? reachesLoopbackAlone(kind, ranges, map)
  return { kind, ranges, map, names, dns: draft.dns, allowCleartextPasswords }
}

function kindOf(kind: string): GatewayKind {
  if (offered.includes(kind)) return kind as GatewayKind
  if (announced.includes(kind)) {
    throw new ServiceError('unsupported', say`gateways of kind "${kind}" are not offered yet; there are ${offered.join(', ')}`)
  }
  throw invalid(say`kind "${kind}" is unknown; write one of ${offered.join(', ')}`)
}

function checkCount(member: keyof typeof gatewayLimits, entries: readonly unknown[]): void {
  const most = gatewayLimits[member]
  if (entries.length > most)
    throw invalid(say`${member} has ${entries.length} entries, at most ${most} are possible: join neighbouring ranges or remove some`)
}

function checkRange(range: string, index: number): void {
  if (parseBlock(range) === undefined)
    throw invalid(say`ranges[${index}] "${range}" is not an IPv4 range; write it like 10.71.0.0/24, one address like 10.71.0.5/32`)
}

function checkMapping({ from, to }: GatewayMapping, index: number): void {
  const fromRange = parseBlock(from)
  const toRange = parseBlock(to)
  if (fromRange !== undefined || toRange !== undefined) {
    if (fromRange === undefined || toRange === undefined || fromRange.prefix !== toRange.prefix) {
      throw invalid(
        say`map[${index}] "${from}" to "${to}": a range goes to a range of equal length; write it like 10.71.0.0/24 to 10.99.0.0/24`,
      )
    }
    return
  }
  const source = parsePlace(from)
  const goal = parsePlace(to)
  if (source === undefined || parseIpv4(source.host) === undefined) {
    throw invalid(
      say`map[${index}].from "${from}" is not an IPv4 address with or without a port, nor a range; write it like 10.71.0.5:5432`,
    )
  }
  if (goal === undefined) {
    throw invalid(
      say`map[${index}].to "${to}" is not an IPv4 address or host name with or without a port, nor a range; write it like 127.0.0.1:5432`,
    )
  }
  if ((source.port === undefined) !== (goal.port === undefined)) {
    throw invalid(say`map[${index}] "${from}" to "${to}": write a port on both sides or on neither`)
  }
}

function checkName({ name, ip }: HostEntry, index: number): void {
  if (name === undefined || !isHostName(name)) {
    throw invalid(
      say`names[${index}].name ${quoted(name)} is not a host name; write a letter, then up to 127 letters, digits, "_", "." or "-"`,
    )
  }
  if (ip === undefined || parseIpv4(ip) === undefined) {
    throw invalid(say`names[${index}].ip ${quoted(ip)} is not an IPv4 address; write it like 10.71.0.5`)
  }
}

function checkDns(dns: string | undefined): void {
  if (dns === undefined) return
  const endpoint = parseEndpoint(dns)
  if (endpoint === undefined || parseIpv4(endpoint.host) === undefined) {
    throw invalid(say`dns "${dns}" is not the address and port of a resolver; write it like 10.71.0.2:53`)
  }
}

/** An address, or a name that is checked once it is resolved, and perhaps a port. */
function parsePlace(text: string): { readonly host: string; readonly port: number | undefined } | undefined {
  const place = text.includes(':') ? parseEndpoint(text) : { host: text, port: undefined }
  return place !== undefined && (parseIpv4(place.host) !== undefined || isHostName(place.host)) ? place : undefined
}

/** Unlike parseCidr, takes no bare address: in a map that is a place. */
function parseBlock(text: string): Cidr | undefined {
  return text.includes('/') ? parseCidr(text) : undefined
}

const loopback = parseCidr('127.0.0.0/8') as Cidr

function reachesLoopbackAlone(kind: GatewayKind, ranges: readonly string[], map: readonly GatewayMapping[]): boolean {
  const dialled = ranges.length > 0 && ranges.every(isLoopback)
  if (kind === 'map') return dialled || (map.length > 0 && map.every(({ to }) => isLoopback(to)))
  return kind === 'direct' && dialled
}

function isLoopback(text: string): boolean {
  const block = parseCidr(parseEndpoint(text)?.host ?? text)
  return block !== undefined && covers(loopback, block)
}

function quoted(text: string | undefined): Text {
  return text === undefined ? say`is absent and so` : say`"${text}"`
}

function invalid(message: Text): ServiceError {
  return new ServiceError('invalid', message)
}

// A connectivity test: whether one queue reaches an address, asked now and answered later.

import { ServiceError } from './errors.ts'
import { isHostName } from './host.ts'
import type { ConnectionTestId, ProjectId, QueueId } from './ids.ts'
import { parseIpv4 } from './ipv4.ts'
import type { RungName } from './rung.ts'
import { isSilent, joined, say, silence, type Text, verbatim } from './text.ts'

/** What a test has found: nothing while it runs. */
export type Connectivity = '' | 'REACHABLE' | 'UNREACHABLE'

/** A test, running or ended; times are ms since the epoch. */
export interface ConnectionTest {
  readonly id: ConnectionTestId
  /** What callers know it by, counted over the installation from 1. */
  readonly number: number
  readonly projectId: ProjectId
  readonly queueId: QueueId
  /** As it was sent. */
  readonly address: string
  readonly connectivity: Connectivity
  /** Where it ended and why; silence while it runs, and where there is nothing to add. */
  readonly message: Text
  readonly createdAt: number
  readonly endedAt: number | undefined
}

/** What a test may name. `port` is absent where none was sent: then TCP is not tried. */
export interface TestAddress {
  readonly family: 'ipv4' | 'name' | 'ipv6'
  readonly host: string
  readonly port: number | undefined
}

/** How a test ended. */
export interface TestEnd {
  readonly connectivity: Exclude<Connectivity, ''>
  readonly message: Text
}

/** How long a test may take in all; a name may lead to several addresses, each with a time limit of its own. */
export const longestTestMs = 30_000

/**
 * Reads an address: IPv4, a domain, either with `:port`, IPv6, `[IPv6]:port`. A name without dots is one that a host record may carry.
 * @throws {ServiceError} `invalid`, saying which forms there are
 */
export function parseTestAddress(text: string): TestAddress {
  const bracketed = /^\[([^[\]]*)\]:(\d{1,5})$/.exec(text)
  if (bracketed !== null) return addressOf('ipv6', bracketed[1] as string, bracketed[2], isIpv6)
  if (isIpv6(text)) return { family: 'ipv6', host: text, port: undefined }
  const [, host = '', port] = /^([^:]{1,255})(?::(\d{1,5}))?$/.exec(text) ?? []
  if (/^[0-9.]+$/.test(host)) return addressOf('ipv4', host, port, (candidate) => parseIpv4(candidate) !== undefined)
  return addressOf('name', host, port, isDomain)
}

function addressOf(
  family: TestAddress['family'],
  host: string,
  portText: string | undefined,
  isWellFormed: (host: string) => boolean,
): TestAddress {
  const port = portText === undefined ? undefined : Number(portText)
  if (!isWellFormed(host)) throw badAddress(say`is no address that can be tested`)
  if (port !== undefined && port > 65_535) throw badAddress(say`has a port above 65535`)
  return { family, host, port }
}

function badAddress(problem: Text): ServiceError {
  return new ServiceError(
    'invalid',
    say`address ${problem}: write an IPv4 address or a domain name, with or without a port of 0 to 65535, like 10.71.0.5:5432 or db.example.com:5432; an IPv6 address with a port stands in brackets`,
  )
}

/** Labels of letters, digits, `_` and `-`, the last of at least two letters alone; or a name of a host record. */
function isDomain(text: string): boolean {
  if (!text.includes('.')) return isHostName(text)
  return /^(?:[A-Za-z0-9_-]+\.)+[A-Za-z]{2,}$/.test(text)
}

/** True for an IPv6 address without a zone; one `::` may stand for groups of zeros, the end may be dotted. */
export function isIpv6(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2 || !text.includes(':')) return false
  const groups = halves.map(groupsOf)
  if (groups.some((count) => count === undefined)) return false
  const total = groups.reduce<number>((sum, count) => sum + (count ?? 0), 0)
  // Only the end of the address may be dotted.
  if (halves.length === 2 && (halves[0] as string).includes('.')) return false
  return halves.length === 2 ? total <= 7 : total === 8
}

function groupsOf(part: string): number | undefined {
  if (part === '') return 0
  const groups = part.split(':')
  const last = groups.at(-1) as string
  const isDotted = last.includes('.')
  const plain = isDotted ? groups.slice(0, -1) : groups
  if (isDotted && parseIpv4(last) === undefined) return undefined
  return plain.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group)) ? plain.length + (isDotted ? 2 : 0) : undefined
}

/** What can be said without looking at any network, if anything: neither IPv6 nor port 0 is ever dialled. */
export function judgeTestAddress({ family, port }: TestAddress): TestEnd | undefined {
  if (family === 'ipv6') return unreachable('route', say`the networks of queues carry IPv4 alone; test the IPv4 address or the name`)
  if (port === 0) return unreachable('tcp', say`nothing can listen on port 0; name the port of the service`)
  return undefined
}

/** A test that stopped at a rung. */
export function unreachable(rung: RungName, reason: Text): TestEnd {
  return { connectivity: 'UNREACHABLE', message: say`stopped at ${rung}: ${reason}` }
}

/** A test that passed; without a port it says what was not tried. */
export function reachable({ port }: TestAddress): TestEnd {
  const message = port === undefined ? say`name, route and gateway lead there; TCP was not tried because the address has no port` : silence
  return { connectivity: 'REACHABLE', message }
}

/** Said when a test has begun, in the published words. */
export function testBegun({ host, port }: TestAddress): string {
  return `check connectivity to address:${host}${port === undefined ? '' : ` with port: ${port}`} successfully`
}

/** Said with what a test has found, the published words first and in English. */
export function testFound({ number, message }: ConnectionTest): Text {
  const published = verbatim(`Get node connectivity status successfully for addressId:${number}`)
  return isSilent(message) ? published : joined([published, message], ': ')
}

/** @throws {ServiceError} `invalid` when the text is no task id */
export function testNumberOf(text: string): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(number)) throw new ServiceError('invalid', say`task_id is the whole number that the test was answered with`)
  return number
}

/** The error of a test that is not there. */
export function noConnectionTest(number: number, queueName: string): ServiceError {
  return new ServiceError('notFound', say`There is no connectivity test ${number} on queue ${queueName}: results are kept for a day`)
}

// What a security group lets in and out: its rules, their ports, and whether traffic from a range may enter.

import { ServiceError } from './errors.ts'
import type { ProjectId, SecurityGroupId, SecurityGroupRuleId } from './ids.ts'
import { parseCidr } from './ipv4.ts'
import { say, type Text } from './text.ts'

/** One rule of a group. `undefined` stands for all. */
export interface SecurityGroupRule {
  readonly id: SecurityGroupRuleId
  readonly projectId: ProjectId
  readonly securityGroupId: SecurityGroupId
  readonly direction: 'ingress' | 'egress'
  readonly ethertype: 'IPv4' | 'IPv6'
  /** `tcp`, `udp`, `icmp`, `icmpv6`, or a number from 0 to 255. */
  readonly protocol: string | undefined
  /** As written: `22,3389,80-90`; for ICMP its type, or type and code as `8-0`. */
  readonly ports: string | undefined
  readonly remoteIpPrefix: string | undefined
  readonly remoteGroupId: SecurityGroupId | undefined
  readonly action: 'allow' | 'deny'
  /** 1 to 100; 1 is looked at first. */
  readonly priority: number
  readonly description: string
  /** ms since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
}

/** A rule as a caller asks for it, in either version: `ports` as text, or a lowest and a highest port. */
export interface SecurityGroupRuleDraft {
  readonly direction: string
  readonly ethertype?: string | undefined
  readonly protocol?: string | undefined
  readonly ports?: string | undefined
  readonly lowestPort?: number | undefined
  readonly highestPort?: number | undefined
  readonly remoteIpPrefix?: string | undefined
  readonly remoteGroupId?: string | undefined
  readonly remoteAddressGroupId?: string | undefined
  readonly action?: string | undefined
  readonly priority?: number | undefined
  readonly description?: string | undefined
}

/** The checked parts of a {@link SecurityGroupRuleDraft}. */
export type SecurityGroupRuleParts = Omit<SecurityGroupRule, 'id' | 'projectId' | 'securityGroupId' | 'createdAt' | 'updatedAt'>

/** Ports from `first` to `last`, both included. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

const mostRules = 500
const mostPortRanges = 20
const rulePriority = 1
const defaultPriority = 100
const tcp = ['tcp', '6']
const withPorts = [...tcp, 'udp', '17']
const icmp = ['icmp', '1', 'icmpv6', '58']
const ipv6Prefix = /^(?=.*:)[0-9A-Fa-f:.]{2,45}(\/(\d{1,2}|1[01]\d|12[0-8]))?$/

/** What a new group starts with: everything out, and in from the group itself. @see contract 07, 3 */
export function defaultSecurityGroupRules(id: SecurityGroupId): readonly SecurityGroupRuleParts[] {
  const all = { protocol: undefined, ports: undefined, remoteIpPrefix: undefined, description: '' } as const
  return (['egress', 'ingress'] as const).flatMap((direction) =>
    (['IPv4', 'IPv6'] as const).map((ethertype) => ({
      ...all,
      direction,
      ethertype,
      remoteGroupId: direction === 'ingress' ? id : undefined,
      action: 'allow' as const,
      priority: defaultPriority,
    })),
  )
}

/**
 * Checks a rule and fills in what is absent.
 * @throws {ServiceError} `invalid` naming the member; address groups are not offered
 */
export function checkSecurityGroupRuleDraft(draft: SecurityGroupRuleDraft): SecurityGroupRuleParts {
  const { action = 'allow', priority = rulePriority, description = '' } = draft
  const direction = oneOf('direction', draft.direction, ['ingress', 'egress'] as const)
  const ethertype = oneOf('ethertype', present(draft.ethertype) ?? 'IPv4', ['IPv4', 'IPv6'] as const)
  if (!Number.isInteger(priority) || priority < 1 || priority > 100) throw invalid(say`priority is a whole number from 1 to 100`)
  if (description.length > 255 || /[<>]/.test(description)) throw invalid(say`description has at most 255 characters, none of them < or >`)
  const protocol = checkProtocol(present(draft.protocol)?.toLowerCase())
  const remote = checkRemote(draft, ethertype)
  return {
    direction,
    ethertype,
    protocol,
    ports: checkPorts(draft, protocol),
    ...remote,
    action: oneOf('action', present(action) ?? 'allow', ['allow', 'deny'] as const),
    priority,
    description,
  }
}

/**
 * Checks a rule against those that its group has.
 * @throws {ServiceError} `conflict` carrying the id of the same rule, `exhausted` at 500 rules
 */
export function checkNewSecurityGroupRule(
  id: SecurityGroupId,
  parts: SecurityGroupRuleParts,
  existing: readonly SecurityGroupRule[],
): void {
  const subject = { kind: 'securityGroup', name: id } as const
  const same = existing.find((rule) => contentOf(rule) === contentOf(parts))
  if (same !== undefined) throw new ServiceError('conflict', say`security group ${id} has this rule already: ${same.id}`, { subject })
  if (existing.length >= mostRules) throw new ServiceError('exhausted', say`a security group has at most ${mostRules} rules`, { subject })
}

/** @throws {ServiceError} `conflict` while rules of other groups name the group */
export function checkRemoveSecurityGroup(id: SecurityGroupId, naming: readonly Pick<SecurityGroupRule, 'securityGroupId'>[]): void {
  const other = naming.find(({ securityGroupId }) => securityGroupId !== id)
  if (other === undefined) return
  const message = say`security group ${id} is named by a rule of security group ${other.securityGroupId}: delete that rule first`
  throw new ServiceError('conflict', message, { subject: { kind: 'securityGroup', name: id } })
}

/** The error of a rule that is not there. */
export function noSecurityGroupRule(id: string): ServiceError {
  const name = id.slice(0, 64)
  return new ServiceError('notFound', say`Query resource by id ${name} fail.the security group rule could not be found.`, {
    subject: { kind: 'securityGroup', name },
  })
}

/**
 * The lowest and highest port as the older calls show them: a list of ports shows as the range around all of them, ICMP as type and code.
 * @returns `undefined` where a rule is about every port
 */
export function portSpan({
  ports,
}: Pick<SecurityGroupRule, 'ports'>): { readonly min: number; readonly max: number | undefined } | undefined {
  if (ports === undefined) return undefined
  const numbers = ports.split(/[-,]/).map(Number)
  if (ports.includes(',')) return { min: Math.min(...numbers), max: Math.max(...numbers) }
  return { min: numbers[0] as number, max: numbers.at(-1) }
}

/**
 * Whether a group lets TCP from every address of a range in to a port. Rules are looked at by priority, at the same one `deny` first; an address is
 * in when an `allow` is met before any `deny`. Rules that name groups let nobody in here: the range belongs to none.
 * @param rules - of one group, or of several that stand together
 * @param source - IPv4 block, such as a queue's
 */
export function admits(rules: readonly SecurityGroupRule[], source: string, port: number): boolean {
  const range = parseCidr(source)
  if (range === undefined) return false
  let waiting: readonly Span[] = [range]
  for (const rule of rules.filter((each) => isAbout(each, port)).toSorted(byPriority)) {
    const block = parseCidr(rule.remoteIpPrefix ?? '0.0.0.0/0')
    if (block === undefined) continue
    if (rule.action === 'allow') waiting = waiting.flatMap((span) => without(span, block))
    else if (waiting.some((span) => span.base <= block.last && block.base <= span.last)) return false
    if (waiting.length === 0) return true
  }
  return false
}

interface Span {
  readonly base: number
  readonly last: number
}

function isAbout({ direction, ethertype, protocol, ports, remoteGroupId }: SecurityGroupRule, port: number): boolean {
  if (direction !== 'ingress' || ethertype !== 'IPv4' || remoteGroupId !== undefined) return false
  if (protocol !== undefined && !tcp.includes(protocol)) return false
  return ports === undefined || (parsePorts(ports) ?? []).some(({ first, last }) => port >= first && port <= last)
}

function byPriority(one: SecurityGroupRule, other: SecurityGroupRule): number {
  const order = { deny: 0, allow: 1 }
  return one.priority - other.priority || order[one.action] - order[other.action]
}

function without(span: Span, block: Span): readonly Span[] {
  if (block.last < span.base || block.base > span.last) return [span]
  const left = { base: span.base, last: block.base - 1 }
  const right = { base: block.last + 1, last: span.last }
  return [left, right].filter(({ base, last }) => base <= last)
}

/** `22,3389,80-90` as ranges. @returns `undefined` when the text is not a list of 1 to 20 ports and ranges between 1 and 65535 */
export function parsePorts(text: string): readonly PortRange[] | undefined {
  const parts = text.split(',')
  if (parts.length > mostPortRanges) return undefined
  const ranges = parts.map((part) => {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part)
    const first = Number(match?.[1])
    const last = Number(match?.[2] ?? match?.[1])
    return first >= 1 && last <= 65535 && first <= last ? { first, last } : undefined
  })
  return ranges.every((range) => range !== undefined) ? ranges : undefined
}

function checkProtocol(protocol: string | undefined): string | undefined {
  if (protocol === undefined || ['tcp', 'udp', 'icmp', 'icmpv6'].includes(protocol)) return protocol
  if (/^\d{1,3}$/.test(protocol) && Number(protocol) <= 255) return protocol
  throw invalid(say`protocol is tcp, udp, icmp, icmpv6, a number from 0 to 255, or absent for all`)
}

function checkPorts(draft: SecurityGroupRuleDraft, protocol: string | undefined): string | undefined {
  const { lowestPort, highestPort } = draft
  const text = present(draft.ports)
  if (text === undefined && lowestPort === undefined && highestPort === undefined) return undefined
  if (text !== undefined && lowestPort !== undefined) throw invalid(say`multiport and port_range_min exclude each other: send one`)
  if (text === undefined && lowestPort === undefined) throw invalid(say`port_range_max needs port_range_min`)
  const isOne = highestPort === undefined || (highestPort === lowestPort && !isIcmp(protocol))
  const ports = text ?? (isOne ? String(lowestPort) : `${lowestPort}-${highestPort}`)
  if (isIcmp(protocol)) {
    if (/^\d{1,3}(-\d{1,3})?$/.test(ports) && ports.split('-').every((part) => Number(part) <= 255)) return ports
    throw invalid(say`the ports of an ICMP rule are its type, or type and code, each from 0 to 255`)
  }
  if (protocol === undefined || !withPorts.includes(protocol)) throw invalid(say`ports need the protocol tcp or udp`)
  if (parsePorts(ports) !== undefined) return ports
  throw invalid(say`ports are 1 to ${mostPortRanges} of 1 to 65535 and ranges of them, like 22,3389,80-90`)
}

function isIcmp(protocol: string | undefined): boolean {
  return protocol !== undefined && icmp.includes(protocol)
}

function checkRemote(
  draft: SecurityGroupRuleDraft,
  ethertype: 'IPv4' | 'IPv6',
): Pick<SecurityGroupRule, 'remoteIpPrefix' | 'remoteGroupId'> {
  const remoteIpPrefix = present(draft.remoteIpPrefix)
  const remoteGroupId = present(draft.remoteGroupId) as SecurityGroupId | undefined
  if (present(draft.remoteAddressGroupId) !== undefined) throw invalid(say`address groups are not offered: send remote_ip_prefix`)
  if (remoteIpPrefix !== undefined && remoteGroupId !== undefined) {
    throw invalid(say`remote_ip_prefix and remote_group_id exclude each other: send one`)
  }
  const isFit =
    remoteIpPrefix === undefined || (ethertype === 'IPv4' ? parseCidr(remoteIpPrefix) !== undefined : ipv6Prefix.test(remoteIpPrefix))
  if (!isFit)
    throw invalid(say`remote_ip_prefix is not an ${ethertype} block: write it like ${ethertype === 'IPv4' ? '10.71.0.0/24' : 'fd00::/8'}`)
  return { remoteIpPrefix, remoteGroupId }
}

function contentOf(rule: SecurityGroupRuleParts): string {
  const { direction, ethertype, protocol, ports, remoteIpPrefix, remoteGroupId, action, priority } = rule
  return JSON.stringify([direction, ethertype, protocol, ports, remoteIpPrefix, remoteGroupId, action, priority])
}

function oneOf<Value extends string>(name: string, text: string, values: readonly Value[]): Value {
  const found = values.find((value) => value.toLowerCase() === text.toLowerCase())
  if (found === undefined) throw invalid(say`${name} is one of ${values.join(', ')}`)
  return found
}

/** Clients send an empty text for what they leave open. */
function present(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

function invalid(message: Text): ServiceError {
  return new ServiceError('invalid', message, { subject: { kind: 'securityGroup', name: '' } })
}

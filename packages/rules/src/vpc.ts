// The user's own networks: VPCs, subnets and security groups, as far as connections need them.

import { type Reason, ServiceError, type Subject } from './errors.ts'
import type { ProjectId, SecurityGroupId, SubnetId, VpcId } from './ids.ts'
import { type Cidr, contains, covers, formatCidr, overlaps, parseCidr, parseIpv4 } from './ipv4.ts'
import { say, type Text } from './text.ts'

/** An address range of the user's own network. `cidr` lies inside 10/8, 172.16/12 or 192.168/16 with a mask of /8../24 (see contract 07). */
export interface Vpc {
  readonly id: VpcId
  readonly projectId: ProjectId
  readonly name: string
  readonly cidr: string
  /** Further ranges that subnets may lie in, in the order in which they were added. */
  readonly extendCidrs: readonly string[]
  readonly description: string
  /** Kept and shown; they move no packet. */
  readonly routes: readonly VpcNextHop[]
  readonly enhancedLocalRoute: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

/** A route of a VPC as its v1 calls know it. */
export interface VpcNextHop {
  readonly destination: string
  readonly nexthop: string
}

/** A part of a VPC; `id` is the network id that `dest_network_id` names. */
export interface Subnet {
  readonly id: SubnetId
  readonly projectId: ProjectId
  readonly vpcId: VpcId
  readonly name: string
  readonly cidr: string
  readonly gatewayIp: string
  readonly description: string
  /** At most 4 IPv4 addresses; the first two are the primary and the secondary one. */
  readonly dnsList: readonly string[]
  readonly dhcpEnable: boolean
  readonly dhcpOptions: readonly DhcpOption[]
  readonly availabilityZone: string
  /** `neutron_subnet_id`: another id, never valid as a network id. */
  readonly neutronSubnetId: string
  readonly createdAt: number
  readonly updatedAt: number
}

/** An option that DHCP hands out, `ntp`, `addresstime`, `ipv6_addresstime` or `domainname`; kept and shown. */
export interface DhcpOption {
  readonly name: string
  readonly value: string
}

/** A named set of admissions; see security-group.ts for its rules. */
export interface SecurityGroup {
  readonly id: SecurityGroupId
  readonly projectId: ProjectId
  readonly name: string
  readonly description: string
  readonly createdAt: number
  readonly updatedAt: number
}

/** A VPC as a caller asks for it. */
export interface VpcDraft {
  readonly name?: string | undefined
  readonly cidr?: string | undefined
  readonly description?: string | undefined
  readonly enhancedLocalRoute?: boolean | undefined
}

/** What may change about a VPC; absent members stay as they are. */
export interface VpcChanges extends VpcDraft {
  readonly routes?: readonly VpcNextHop[] | undefined
}

/** A subnet as a caller asks for it. */
export interface SubnetDraft {
  readonly vpcId: string
  readonly name: string
  readonly cidr: string
  /** The first address of the range unless given. */
  readonly gatewayIp?: string | undefined
  readonly description?: string | undefined
  readonly dhcpEnable?: boolean | undefined
  readonly dnsList?: readonly string[] | undefined
  readonly dhcpOptions?: readonly DhcpOptionDraft[] | undefined
  readonly availabilityZone?: string | undefined
}

/** A DHCP option as it is sent; without a value it goes. */
export interface DhcpOptionDraft {
  readonly name: string
  readonly value?: string | undefined
}

/** What may change about a subnet; absent members stay as they are. `dnsList` wins over its two short forms. */
export interface SubnetChanges {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly dhcpEnable?: boolean | undefined
  readonly dnsList?: readonly string[] | undefined
  readonly primaryDns?: string | undefined
  readonly secondaryDns?: string | undefined
  readonly dhcpOptions?: readonly DhcpOptionDraft[] | undefined
}

/** A security group as a caller asks for it. */
export interface SecurityGroupDraft {
  readonly name: string
  readonly description?: string | undefined
}

/** The checked parts of a {@link VpcDraft}. */
export type VpcParts = Pick<Vpc, 'name' | 'cidr' | 'extendCidrs' | 'description' | 'routes' | 'enhancedLocalRoute'>
/** The checked parts of a {@link SubnetDraft}. */
export type SubnetParts = Pick<
  Subnet,
  'name' | 'cidr' | 'gatewayIp' | 'description' | 'dhcpEnable' | 'dnsList' | 'dhcpOptions' | 'availabilityZone'
>

type Noun = 'vpc' | 'subnet' | 'securityGroup'

const namePattern = /^[\p{L}\p{N}_.-]{1,64}$/u
const idPattern = /^[A-Za-z0-9_.-]{1,64}$/
const mostDescription = 255
const smallestSubnet = 28
const mostDns = 4
const mostRoutes = 200
const mostExtendCidrs = 5
const dhcpNames = ['ntp', 'addresstime', 'ipv6_addresstime', 'domainname']
// This machine, link-local, multicast and reserved: nobody's network lies there.
const specialRanges = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3']

/** The ranges that are nobody's on the internet. */
export const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] as const

/**
 * Checks a VPC and fills in what is absent.
 * @throws {ServiceError} `invalid` unless the range is `10.0.0.0/8-24`, `172.16.0.0/12-24` or `192.168.0.0/16-24`
 */
export function checkVpcDraft(draft: VpcDraft): VpcParts {
  const { name = '', cidr = '192.168.0.0/16', description = '', enhancedLocalRoute = false } = draft
  checkText('vpc', name, description, true)
  return { name, cidr: vpcRange(cidr), extendCidrs: [], description, routes: [], enhancedLocalRoute }
}

/** @throws {ServiceError} `invalid` when another VPC of the project has the name; VPCs without one are fine */
export function checkVpcName(name: string, namesake: Pick<Vpc, 'id'> | undefined): void {
  if (name === '' || namesake === undefined) return
  throw invalid('vpc', say`VPC ${namesake.id} has the name ${name} already: choose another one`, 'nameTaken')
}

/**
 * A VPC after changes.
 * @param subnets - all of its subnets
 * @throws {ServiceError} `invalid`: wrong values, or a range that no longer holds every subnet
 */
export function changeVpc(vpc: Vpc, changes: VpcChanges, subnets: readonly Subnet[]): Vpc {
  const { name = vpc.name, description = vpc.description, enhancedLocalRoute = vpc.enhancedLocalRoute } = changes
  const { routes = vpc.routes, cidr } = changes
  checkText('vpc', name, description, true)
  for (const { destination, nexthop } of routes) {
    blockIn('vpc', destination)
    if (nexthop === '' || nexthop.length > 64) throw invalid('vpc', say`the nexthop of a route has 1 to 64 characters`)
  }
  if (routes.length > mostRoutes) throw invalid('vpc', say`a VPC has at most ${mostRoutes} routes`)
  const changed = { ...vpc, name, description, enhancedLocalRoute, routes, cidr: cidr === undefined ? vpc.cidr : vpcRange(cidr) }
  checkHolds(changed, subnets)
  return changed
}

/**
 * A VPC with further ranges; one that it has already stays as it is.
 * @throws {ServiceError} `invalid`: no range, one of the machine's or the internet's special ones, one that overlaps, or more than 5
 */
export function extendVpc(vpc: Vpc, cidrs: readonly string[]): Vpc {
  const extendCidrs = cidrs.reduce<readonly string[]>((all, text) => {
    const block = blockIn('vpc', text)
    const cidr = formatCidr(block)
    if (all.includes(cidr)) return all
    const isSpecial = specialRanges.some((range) => overlaps(parseCidr(range) as Cidr, block))
    if (isSpecial || block.prefix < 3 || block.prefix > smallestSubnet) {
      throw invalid('vpc', say`the range ${text} is not possible here: use one with a mask of /3 to /28 that hosts may have`)
    }
    const clash = [vpc.cidr, ...all].find((other) => overlaps(blockIn('vpc', other), block))
    if (clash !== undefined) throw invalid('vpc', say`the range ${text} overlaps ${clash} of the same VPC: use another one`)
    return [...all, cidr]
  }, vpc.extendCidrs)
  if (extendCidrs.length > mostExtendCidrs) throw invalid('vpc', say`a VPC has at most ${mostExtendCidrs} further ranges`)
  return { ...vpc, extendCidrs }
}

/** A VPC without some of its further ranges; one that it has not is fine. @throws {ServiceError} `invalid` while a subnet lies in it */
export function shrinkVpc(vpc: Vpc, cidrs: readonly string[], subnets: readonly Subnet[]): Vpc {
  const gone = new Set(cidrs.map((text) => formatCidr(blockIn('vpc', text))))
  const shrunk = { ...vpc, extendCidrs: vpc.extendCidrs.filter((cidr) => !gone.has(cidr)) }
  checkHolds(shrunk, subnets)
  return shrunk
}

function checkHolds(vpc: Vpc, subnets: readonly Subnet[]): void {
  const blocks = rangesOf(vpc)
  const outside = subnets.find(({ cidr }) => !blocks.some((block) => covers(block, blockIn('subnet', cidr))))
  if (outside === undefined) return
  throw invalid(
    'vpc',
    say`${outside.cidr}, subnet ${outside.id}, would lie outside the VPC: delete it first, or keep its range`,
    'subnetsOutside',
  )
}

function rangesOf({ cidr, extendCidrs }: Vpc): readonly Cidr[] {
  return [cidr, ...extendCidrs].map((text) => blockIn('vpc', text))
}

function vpcRange(cidr: string): string {
  const block = blockIn('vpc', cidr)
  const isInside = privateRanges.some((range) => covers(parseCidr(range) as Cidr, block))
  if (!isInside || block.prefix > 24) {
    throw invalid(
      'vpc',
      say`the range ${cidr} is not possible for a VPC: use one inside 10.0.0.0/8-24, 172.16.0.0/12-24 or 192.168.0.0/16-24`,
    )
  }
  return formatCidr(block)
}

/**
 * Checks a subnet against its VPC and the other subnets of that VPC.
 * @throws {ServiceError} `invalid`: outside the VPC, smaller than /28, overlapping, or with a gateway outside its range
 */
export function checkSubnetDraft(draft: SubnetDraft, vpc: Vpc, others: readonly Subnet[]): SubnetParts {
  const { name, description = '', dhcpEnable = true, dnsList = [], availabilityZone = '' } = draft
  checkText('subnet', name, description, false)
  const block = blockIn('subnet', draft.cidr)
  if (block.prefix > smallestSubnet) {
    throw invalid('subnet', say`the range ${draft.cidr} is too small for a subnet: use a mask of /28 or shorter`, 'badRange')
  }
  if (!rangesOf(vpc).some((range) => covers(range, block))) {
    const ranges = [vpc.cidr, ...vpc.extendCidrs].join(', ')
    throw invalid(
      'subnet',
      say`the range ${draft.cidr} is not inside ${ranges}, the range of VPC ${vpc.id}: use a part of it`,
      'outsideVpc',
    )
  }
  const clash = others.find((other) => overlaps(blockIn('subnet', other.cidr), block))
  if (clash !== undefined) {
    const message = say`the range ${draft.cidr} overlaps ${clash.cidr}, subnet ${clash.id} of the same VPC: use a free part of ${vpc.cidr}`
    throw invalid('subnet', message, 'overlap')
  }
  if (availabilityZone.length > 64) throw invalid('subnet', say`availability_zone has at most 64 characters`)
  const dhcpOptions = mergeDhcpOptions([], draft.dhcpOptions ?? [])
  const gatewayIp = gatewayIn(block, draft.gatewayIp)
  const kept = { dhcpEnable, dnsList: checkDnsList(dnsList), dhcpOptions, availabilityZone }
  return { name, cidr: formatCidr(block), gatewayIp, description, ...kept }
}

/** A subnet after changes. @throws {ServiceError} `invalid` */
export function changeSubnet(subnet: Subnet, changes: SubnetChanges): Subnet {
  const { name = subnet.name, description = subnet.description, dhcpEnable = subnet.dhcpEnable } = changes
  checkText('subnet', name, description, false)
  const { primaryDns = subnet.dnsList[0], secondaryDns = subnet.dnsList[1] } = changes
  const short = [primaryDns, secondaryDns, ...subnet.dnsList.slice(2)].filter((dns): dns is string => dns !== undefined && dns !== '')
  const dhcpOptions = mergeDhcpOptions(subnet.dhcpOptions, changes.dhcpOptions ?? [])
  return { ...subnet, name, description, dhcpEnable, dnsList: checkDnsList(changes.dnsList ?? short), dhcpOptions }
}

function checkDnsList(dnsList: readonly string[]): readonly string[] {
  if (dnsList.length <= mostDns && dnsList.every((dns) => parseIpv4(dns) !== undefined)) return dnsList
  throw invalid('subnet', say`dnsList holds at most ${mostDns} IPv4 addresses`)
}

function mergeDhcpOptions(before: readonly DhcpOption[], drafts: readonly DhcpOptionDraft[]): readonly DhcpOption[] {
  const merged = new Map(before.map(({ name, value }) => [name, value]))
  for (const { name, value = '' } of drafts) {
    if (!dhcpNames.includes(name)) throw invalid('subnet', say`opt_name is one of ${dhcpNames.join(', ')}`)
    if (value.length > mostDescription) throw invalid('subnet', say`the value of ${name} has at most ${mostDescription} characters`)
    if (value === '') merged.delete(name)
    else merged.set(name, value)
  }
  return [...merged].map(([name, value]) => ({ name, value }))
}

function gatewayIn(block: Cidr, text: string | undefined): string {
  if (text === undefined || text === '') return formatCidr({ ...block, base: block.base + 1 }).split('/')[0] as string
  const address = parseIpv4(text)
  if (address !== undefined && contains(block, address)) return text
  throw invalid('subnet', say`gateway_ip is not an address inside ${formatCidr(block)}: use for instance its first one`)
}

/** @throws {ServiceError} `invalid`: the subnet is not of the VPC that the path names */
export function checkSubnetOf(subnet: Pick<Subnet, 'id' | 'vpcId'>, vpcId: string): void {
  if (subnet.vpcId === vpcId) return
  throw invalid('subnet', say`subnet ${subnet.id} does not belong to VPC ${vpcId.slice(0, 64)}: name its own VPC`, 'otherVpc')
}

/** Checks a security group. @throws {ServiceError} `invalid` */
export function checkSecurityGroupDraft({ name, description = '' }: SecurityGroupDraft): {
  readonly name: string
  readonly description: string
} {
  checkText('securityGroup', name, description, false)
  return { name, description }
}

/** An id that the owner declares. @throws {ServiceError} `invalid` unless it is 1 to 64 letters, digits, `_`, `.` and `-` */
export function checkDeclaredId(kind: Noun | 'project', id: string): string {
  if (idPattern.test(id)) return id
  throw new ServiceError('invalid', say`"${id.slice(0, 80)}" is no id: use 1 to 64 letters, digits, _ . and -`, {
    subject: { kind, name: id.slice(0, 64) },
  })
}

/**
 * Whether something may go.
 * @param users - how many live connections name it
 * @param subnets - how many subnets a VPC still has
 * @param routes - whether a VPC still has route tables beside its default one, or routes in that
 * @throws {ServiceError} `conflict`
 */
export function checkRemoveNetworkPart(kind: Noun, id: string, users: number, subnets = 0, routes = false): void {
  const subject = { kind, name: id } as const
  if (subnets > 0) throw new ServiceError('conflict', say`VPC ${id} still has subnets (${subnets}): delete them first`, { subject })
  if (routes) {
    const message = say`VPC ${id} still has custom route tables or routes: delete them first`
    throw new ServiceError('conflict', message, { subject, reason: 'customRoutes' })
  }
  if (users === 0) return
  const what = users === 1 ? say`1 connection` : say`${users} connections`
  throw new ServiceError('conflict', say`${shown[kind]} ${id} is in use by ${what}: delete them first`, { subject })
}

const shown: Readonly<Record<Noun, Text>> = { vpc: say`VPC`, subnet: say`subnet`, securityGroup: say`security group` }
const missingWords: Readonly<Record<Noun, Text>> = {
  vpc: say`the vpc could not be found.`,
  subnet: say`the subnet could not be found.`,
  securityGroup: say`the security group could not be found.`,
}

/** The error of a VPC, subnet or group that is not there, in the published words. */
export function noNetworkPart(kind: Noun, id: string): ServiceError {
  const name = id.slice(0, 64)
  return new ServiceError('notFound', missingText(kind, name), { subject: { kind, name } })
}

/** `Query resource by id … fail.the subnet could not be found.` @see contract 07, VPC.0202 */
export function missingText(kind: Noun, id: string): Text {
  return say`Query resource by id ${id} fail.${missingWords[kind]}`
}

function checkText(kind: Noun, name: string, description: string, mayBeEmpty: boolean): void {
  if (!(mayBeEmpty && name === '') && !namePattern.test(name)) throw invalid(kind, say`name has 1 to 64 letters, digits, _ . and -`)
  if (description.length > mostDescription || /[<>]/.test(description)) {
    throw invalid(kind, say`description has at most 255 characters, none of them < or >`)
  }
}

function blockIn(kind: Noun, text: string): Cidr {
  const block = text.includes('/') ? parseCidr(text) : undefined
  if (block === undefined)
    throw invalid(kind, say`"${text.slice(0, 64)}" is not a range: write it like 10.71.0.0/24`, kind === 'subnet' ? 'badRange' : undefined)
  return block
}

function invalid(kind: Subject['kind'], message: Text, reason?: Reason): ServiceError {
  return new ServiceError('invalid', message, { subject: { kind, name: '' }, ...(reason === undefined ? {} : { reason }) })
}

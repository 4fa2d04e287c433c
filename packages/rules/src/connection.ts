// An enhanced connection: a promise that bound queues reach one subnet.

import { ServiceError } from './errors.ts'
import { type HostEntry, isHostName } from './host.ts'
import type { ConnectionId, ProjectId, SubnetId, VpcId } from './ids.ts'
import { parseIpv4 } from './ipv4.ts'
import { checkTags, type Tag, type TagDraft } from './tag.ts'
import { say, type Text } from './text.ts'

/** Lives until it is deleted; then it reads as DELETED for seven days. */
export type ConnectionState = 'ACTIVE' | 'DELETED'

/** Times are ms since the epoch. Hosts are kept apart: there may be 20,000 of them. */
export interface Connection {
  readonly id: ConnectionId
  readonly projectId: ProjectId
  readonly name: string
  readonly state: ConnectionState
  /** As given: neither needs to exist. */
  readonly vpcId: VpcId
  readonly subnetId: SubnetId
  readonly routeTableId: string | undefined
  readonly createdAt: number
  readonly deletedAt: number | undefined
}

/** A connection as a caller asks for it. */
export interface ConnectionDraft {
  readonly name: string
  readonly vpcId: string
  readonly subnetId: string
  readonly routeTableId?: string | undefined
  /** Names in any case. */
  readonly queues: readonly string[]
  readonly pools: readonly string[]
  readonly hosts: readonly HostEntry[]
  readonly tags: readonly TagDraft[]
}

/** The parts of a draft that have been checked and are kept. */
export interface ConnectionParts {
  readonly name: string
  readonly vpcId: VpcId
  readonly subnetId: SubnetId
  readonly routeTableId: string | undefined
  readonly hosts: readonly HostEntry[]
  readonly tags: readonly Tag[]
}

/** How many host entries a connection may have. */
export const mostHosts = 20_000

const namePattern = /^[A-Za-z0-9_]{1,64}$/
const idPattern = /^[A-Za-z0-9_.-]{1,64}$/

/**
 * Checks everything of a draft that needs no look at other resources.
 * @throws {ServiceError} `invalid`, naming the member and for hosts the index of the entry
 */
export function checkConnectionDraft(draft: ConnectionDraft): ConnectionParts {
  if (!namePattern.test(draft.name))
    throw invalid(say`"${draft.name.slice(0, 80)}" is no connection name: use 1 to 64 letters, digits and _`)
  const { routeTableId } = draft
  return {
    name: draft.name,
    vpcId: checkId('dest_vpc_id', draft.vpcId, say`the id of a VPC`) as VpcId,
    subnetId: checkId('dest_network_id', draft.subnetId, say`the network id of a subnet`) as SubnetId,
    routeTableId:
      routeTableId === undefined || routeTableId === '' ? undefined : checkId('routetable_id', routeTableId, say`the id of a route table`),
    hosts: checkHosts(draft.hosts),
    tags: checkTags(draft.tags),
  }
}

function checkId(member: string, id: string, what: Text): string {
  if (!idPattern.test(id)) throw invalid(say`${member} is ${what}: 1 to 64 letters, digits, _ . and -`)
  return id
}

/**
 * Checks host entries: a member may be absent, never empty.
 * @returns the entries with nothing but their two members, in their order
 * @throws {ServiceError} `invalid` for more than 20,000, or naming the first bad entry as `hosts[index]`
 */
export function checkHosts(hosts: readonly HostEntry[]): readonly HostEntry[] {
  if (hosts.length > mostHosts) throw invalid(say`hosts has ${hosts.length} entries: send at most ${mostHosts}`)
  return hosts.map((entry, index) => {
    const { name, ip } = entry
    if (name !== undefined && !isHostName(name)) {
      throw invalid(
        say`hosts[${index}].name ${quoted(name)} is not a host name: use 1 to 128 letters, digits, _ - and ., the first a letter, or leave it out`,
      )
    }
    if (ip !== undefined && parseIpv4(ip) === undefined) {
      throw invalid(say`hosts[${index}].ip ${quoted(ip)} is not an IPv4 address: write it like 10.71.0.5, or leave it out`)
    }
    return hasOnly(entry, hostMembers) ? entry : { ...(ip === undefined ? {} : { ip }), ...(name === undefined ? {} : { name }) }
  })
}

const hostMembers: ReadonlySet<string> = new Set(['name', 'ip'])

/** Most entries are as they are kept; 20,000 copies would cost more than all their checks. */
function hasOnly(entry: HostEntry, members: ReadonlySet<string>): boolean {
  for (const member in entry) if (!members.has(member) || entry[member as keyof HostEntry] === undefined) return false
  return true
}

/** @throws {ServiceError} `conflict` carrying the id of the live connection that has the name */
export function checkNewConnection(name: string, existing: { readonly id: string } | undefined): void {
  if (existing === undefined) return
  throw new ServiceError(
    'conflict',
    say`connection ${name} exists already, its id is ${existing.id}: choose another name, or use that one`,
    {
      subject: { kind: 'connection', name },
    },
  )
}

/** The error of a connection that is not there. */
export function noConnection(id: string): ServiceError {
  const shown = id.slice(0, 64)
  return new ServiceError('notFound', say`Connection ${shown} does not exist.`, { subject: { kind: 'connection', name: shown } })
}

/**
 * Reads the state that a list is filtered by, in any case.
 * @returns ACTIVE when none is given
 * @throws {ServiceError} `invalid`
 */
export function connectionStateOf(text: string | undefined): ConnectionState {
  const state = (text ?? 'ACTIVE').toUpperCase()
  if (state === 'ACTIVE' || state === 'DELETED') return state
  throw invalid(say`status is ACTIVE or DELETED`)
}

function quoted(text: string): string {
  return `"${text.slice(0, 140)}"`
}

function invalid(message: Text): ServiceError {
  return new ServiceError('invalid', message)
}

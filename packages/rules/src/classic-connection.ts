// A classic connection: a relay to named addresses of one service.

import { type Endpoint, parseEndpoint } from './endpoint.ts'
import { ServiceError } from './errors.ts'
import type { ConnectionId, PeerId, ProjectId, QueueId, SecurityGroupId, SubnetId } from './ids.ts'
import { checkTags, type Tag, type TagDraft } from './tag.ts'
import { say, type Text } from './text.ts'

/** `CREATING -> ACTIVE | FAILED`, and `DELETED` at the end, from each of them. */
export type ClassicConnectionState = 'CREATING' | 'ACTIVE' | 'FAILED' | 'DELETED'

/** Services in the spelling that is answered. */
export type ClassicService = 'CloudTable' | 'CloudTable.OpenTSDB' | 'MRS.OpenTSDB' | 'DWS' | 'RDS' | 'CSS'

/** One relayed address: the stable name given out, and the target it stands for. */
export interface ClassicAddress {
  /** Lower-cased when compared; `to-rds-1174405119-oLRHAGE7.datasource.com`. */
  readonly name: string
  readonly port: number
  readonly target: Endpoint
}

/** Times are ms since the epoch; `url` is the destination as it was sent. */
export interface ClassicConnection {
  readonly id: ConnectionId
  readonly projectId: ProjectId
  readonly name: string
  readonly service: ClassicService
  readonly securityGroupId: SecurityGroupId
  readonly subnetId: SubnetId
  readonly url: string
  /** The one queue that may use it; absent: every dedicated queue of the project. */
  readonly clusterName: string | undefined
  readonly state: ClassicConnectionState
  /** Why it FAILED, else silence. */
  readonly errMsg: Text
  readonly addresses: readonly ClassicAddress[]
  readonly createdAt: number
  readonly updatedAt: number
}

/** A classic connection x one queue, shown as `available_queue_info`. */
export interface ClassicBinding {
  readonly queueId: QueueId
  readonly queueName: string
  readonly state: 'ACTIVE' | 'FAILED' | 'CREATING'
  readonly errMsg: Text
  readonly peerId: PeerId
  readonly updatedAt: number
}

/** A classic connection as a caller asks for it. */
export interface ClassicConnectionDraft {
  readonly name: string
  /** In any case. */
  readonly service: string
  readonly securityGroupId: string
  readonly subnetId: string
  readonly url: string
  /** In any case. */
  readonly clusterName?: string | undefined
  readonly tags?: readonly TagDraft[] | undefined
}

/** The parts of a draft that have been checked and are kept. */
export interface ClassicConnectionParts {
  readonly name: string
  readonly service: ClassicService
  readonly securityGroupId: SecurityGroupId
  readonly subnetId: SubnetId
  readonly url: string
  /** Lower case. */
  readonly clusterName: string | undefined
  /** In the order of the url, at least one. */
  readonly targets: readonly Endpoint[]
  readonly tags: readonly Tag[]
}

const services: Readonly<Record<string, ClassicService>> = {
  ct: 'CloudTable',
  cloudtable: 'CloudTable',
  'cloudtable.opentsdb': 'CloudTable.OpenTSDB',
  'mrs.opentsdb': 'MRS.OpenTSDB',
  dws: 'DWS',
  rds: 'RDS',
  css: 'CSS',
}

/** What stands behind `to-` in the names that are given out; CloudTable is HBase, as the published samples have it. */
const nameParts: Readonly<Record<ClassicService, string>> = {
  CloudTable: 'hbase',
  'CloudTable.OpenTSDB': 'opentsdb',
  'MRS.OpenTSDB': 'opentsdb',
  DWS: 'dws',
  RDS: 'rds',
  CSS: 'css',
}

const namePattern = /^[A-Za-z0-9_-]{1,64}$/
const idPattern = /^[A-Za-z0-9_.-]{1,64}$/
const mostUrlCharacters = 512

/**
 * Checks everything of a draft that needs no look at other resources.
 * @throws {ServiceError} `invalid`, naming the member
 */
export function checkClassicConnectionDraft(draft: ClassicConnectionDraft): ClassicConnectionParts {
  if (!namePattern.test(draft.name))
    throw invalid(say`"${draft.name.slice(0, 80)}" is no connection name: use 1 to 64 letters, digits, _ and -`)
  if (!idPattern.test(draft.securityGroupId))
    throw invalid(say`security_group_id is the id of a security group: 1 to 64 letters, digits, _ . and -`)
  if (!idPattern.test(draft.subnetId)) throw invalid(say`network_id is the network id of a subnet: 1 to 64 letters, digits, _ . and -`)
  const clusterName = draft.clusterName?.toLowerCase() ?? ''
  return {
    name: draft.name,
    service: classicServiceOf(draft.service),
    securityGroupId: draft.securityGroupId as SecurityGroupId,
    subnetId: draft.subnetId as SubnetId,
    url: draft.url,
    clusterName: clusterName === '' ? undefined : clusterName,
    targets: checkUrl(draft.url),
    tags: checkTags(draft.tags ?? []),
  }
}

/**
 * The service in the spelling that is answered.
 * @param text - in any case; `ct` is CloudTable
 * @throws {ServiceError} `invalid` for another one
 */
export function classicServiceOf(text: string): ClassicService {
  const wanted = text.toLowerCase()
  const found = Object.hasOwn(services, wanted) ? services[wanted] : undefined
  if (found === undefined)
    throw invalid(say`service "${text.slice(0, 64)}" is unknown: send one of ${[...new Set(Object.values(services))].join(', ')}`)
  return found
}

function checkUrl(url: string): readonly Endpoint[] {
  if (url.length > mostUrlCharacters) throw invalid(say`url has ${url.length} characters: send at most ${mostUrlCharacters}`)
  return url.split(',').map((part, index) => {
    const target = parseEndpoint(part.trim())
    if (target !== undefined) return target
    throw invalid(say`address ${index + 1} of url is not host:port: write it like 10.71.0.5:5432, several with commas between them`)
  })
}

/**
 * The name under which a queue knows one address.
 * @param number - of 10 digits
 * @param random - 8 letters and digits
 */
export function classicName(service: ClassicService, number: number, random: string): string {
  return `to-${nameParts[service]}-${number}-${random}.datasource.com`
}

/** @throws {ServiceError} `conflict` carrying the id of the live connection that has the name */
export function checkNewClassicConnection(name: string, existing: { readonly id: string } | undefined): void {
  if (existing === undefined) return
  throw new ServiceError(
    'conflict',
    say`connection ${name} exists already, its id is ${existing.id}: choose another name, or use that one`,
    {
      subject: { kind: 'classicConnection', name },
    },
  )
}

/** The error of a classic connection that is not there. */
export function noClassicConnection(id: string): ServiceError {
  const shown = id.slice(0, 64)
  return new ServiceError('notFound', say`Connection ${shown} does not exist.`, { subject: { kind: 'classicConnection', name: shown } })
}

function invalid(message: Text): ServiceError {
  return new ServiceError('invalid', message)
}

// What would come of an enhanced connection before it is created: every fault at once, each with what to do.

import { checkConnectionDraft, checkHosts, type ConnectionDraft } from './connection.ts'
import { ServiceError } from './errors.ts'
import type { HostEntry } from './host.ts'
import { contains, parseCidr, parseIpv4 } from './ipv4.ts'
import { checkTags } from './tag.ts'
import { say, type Text } from './text.ts'

/** The member of the draft that a finding is about. */
export type ConnectionField = 'name' | 'vpcId' | 'subnetId' | 'routeTableId' | 'queues' | 'pools' | 'hosts' | 'tags'

/**
 * `error`: the create is refused, or a peering would be FAILED; `warning`: it works, and something of it will not.
 * A `message` may hold its own remedy: {@link adviceIn} parts them, and `remedy` is for those that do not.
 */
export interface ConnectionFinding {
  readonly severity: 'error' | 'warning'
  readonly field: ConnectionField
  readonly message: Text
  readonly remedy: Text
}

const spotless: ConnectionDraft = { name: 'x', vpcId: 'x', subnetId: 'x', queues: [], pools: [], hosts: [], tags: [] }

/** Everything that is wrong with a draft by itself, and would have it refused. */
export function findDraftFaults(draft: ConnectionDraft): readonly ConnectionFinding[] {
  const { name, vpcId, subnetId, routeTableId } = draft
  return [
    ...faultOf('name', () => checkConnectionDraft({ ...spotless, name })),
    ...faultOf('vpcId', () => checkConnectionDraft({ ...spotless, vpcId })),
    ...faultOf('subnetId', () => checkConnectionDraft({ ...spotless, subnetId })),
    ...faultOf('routeTableId', () => checkConnectionDraft({ ...spotless, routeTableId })),
    ...faultOf('hosts', () => checkHosts(draft.hosts)),
    ...faultOf('tags', () => checkTags(draft.tags)),
  ]
}

function faultOf(field: ConnectionField, check: () => unknown): readonly ConnectionFinding[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof ServiceError) return [errorFinding(field, error.text, say`correct it`)]
    throw error
  }
}

/** An error as a finding. @param remedy - for a message that does not say what to do */
export function errorFinding(field: ConnectionField, message: Text, remedy: Text): ConnectionFinding {
  return { severity: 'error', field, message, remedy }
}

/**
 * Parts a message that is in words from its advice: refusals and verdicts end with what to do, behind the last colon, in every language.
 * @param remedy - for a message without
 */
export function adviceIn(message: string, remedy: string): { readonly message: string; readonly remedy: string } {
  const last = message.endsWith('.') || message.endsWith('。') ? undefined : [...message.matchAll(/: |：/g)].at(-1)
  if (last === undefined) return { message, remedy }
  return { message: message.slice(0, last.index), remedy: message.slice(last.index + last[0].length) }
}

/**
 * What will not work of host entries that are allowed.
 * @param subnetCidr - where the connection leads
 */
export function findHostWarnings(hosts: readonly HostEntry[], subnetCidr: string): readonly ConnectionFinding[] {
  const subnet = parseCidr(subnetCidr)
  const half = hosts.findIndex(({ name, ip }) => name === undefined || ip === undefined)
  const outside = hosts.flatMap(({ ip = '' }, index) => {
    const address = parseIpv4(ip)
    return subnet === undefined || address === undefined || contains(subnet, address) ? [] : [index]
  })
  const warning = (message: Text, remedy: Text): ConnectionFinding => ({ severity: 'warning', field: 'hosts', message, remedy })
  return [
    ...(half < 0
      ? []
      : [
          warning(
            say`hosts[${half}] lacks its name or its address and will not be resolved`,
            say`send both members, or leave the entry out`,
          ),
        ]),
    ...(outside.length === 0
      ? []
      : [
          warning(
            say`${outside.length} host records lead outside ${subnetCidr}, the first is hosts[${outside[0] ?? 0}], and their dials are refused without a route`,
            say`add a route that contains them once the connection exists`,
          ),
        ]),
  ]
}

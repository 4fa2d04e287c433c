// What is known of a peering's far end: the newest word of tests, the doctor and jobs that went through it.

import type { PeerId } from './ids.ts'
import type { Rung, RungName } from './rung.ts'
import { silence, type Text } from './text.ts'

/** The newest word on one peering. */
export interface Reachability {
  readonly state: 'unknown' | 'reachable' | 'unreachable'
  /** ms since the epoch, 0 when unknown. */
  readonly at: number
  /** The step that failed, or empty. */
  readonly rung: RungName | ''
  readonly message: Text
}

/** What one climb says of the peering that carried it. */
export interface PeeringReach {
  readonly peerId: PeerId
  readonly state: 'reachable' | 'unreachable'
  readonly rung: RungName | ''
  readonly message: Text
}

/** Before anybody has gone there. */
export const unknownReachability: Reachability = { state: 'unknown', at: 0, rung: '', message: silence }

/** What moves over a peering now: sockets that are open, and what has crossed them. */
export interface Traffic {
  readonly openSockets: number
  readonly bytesIn: number
  readonly bytesOut: number
}

/** Where nothing moves. */
export const noTraffic: Traffic = { openSockets: 0, bytesIn: 0, bytesOut: 0 }

/** Adds traffic up. */
export function sumTraffic(parts: readonly Traffic[]): Traffic {
  return parts.reduce(
    (sum, part) => ({
      openSockets: sum.openSockets + part.openSockets,
      bytesIn: sum.bytesIn + part.bytesIn,
      bytesOut: sum.bytesOut + part.bytesOut,
    }),
    noTraffic,
  )
}

/**
 * What climbs say of the peerings that carried them. A peering reaches its far end once TCP stands; what a service then refuses is told beside it.
 * A climb that found no peering says nothing.
 */
export function reachesOf(told: readonly Rung[]): readonly PeeringReach[] {
  const reaches = new Map<PeerId, PeeringReach>()
  let last: PeerId | undefined
  for (const { name, ok, detail, peerId = last } of told) {
    last = peerId
    if (peerId === undefined) continue
    if (name === 'gateway' && ok) continue
    const stands = reaches.get(peerId)?.state === 'reachable'
    const reach = judge(name, ok, detail)
    // Of several addresses behind one peering, one that answers is enough.
    if (reach !== undefined && !(stands && reach.state === 'unreachable')) reaches.set(peerId, { peerId, ...reach })
  }
  return [...reaches.values()]
}

function judge(name: RungName, ok: boolean, message: Text): Omit<PeeringReach, 'peerId'> | undefined {
  switch (name) {
    case 'name':
    case 'route':
      return undefined
    case 'gateway':
    case 'tcp':
      return ok ? { state: 'reachable', rung: '', message: silence } : { state: 'unreachable', rung: name, message }
    case 'tls':
    case 'login':
    case 'object':
      return ok ? { state: 'reachable', rung: '', message: silence } : { state: 'reachable', rung: name, message }
  }
}

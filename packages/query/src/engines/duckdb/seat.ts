// One child as the host keeps it: whose it is, what it may take, who uses it, and how it follows its network.

import { type PeerId, type QueueId, type QueueNetwork, ServiceError } from '@tributary/rules'
import type { EngineProcess } from './engine-process.ts'
import type { EngineLimits, PeeringTraffic } from './messages.ts'

/** Streams for a child that has no network, dialled along its queue's. */
export interface EngineDoor extends AsyncDisposable {
  apply(network: QueueNetwork): void
  /** The streams that are open now; those of relays have no peering. */
  openSockets(): readonly { readonly peerId: PeerId | undefined; readonly bytesIn: number; readonly bytesOut: number }[]
}

/** One child of one queue. */
export interface Seat {
  readonly queueId: QueueId
  readonly process: EngineProcess
  readonly limits: EngineLimits
  /** Resolves when its instance stands and its network is joined. */
  readonly assigned: Promise<void>
  /** Whether it does already. */
  isAssigned: boolean
  door: EngineDoor | undefined
  isBusy: boolean
  /** Questions under way, the job's own included. */
  users: number
  lastUsedAt: number
  /** What it held when it was last left alone. */
  idleBytes: number | undefined
  idleTimer: NodeJS.Timeout | undefined
}

/** A child that has ended answers nothing more, and reaches nothing, which is what any network allows. */
export async function follow({ process, door }: Seat, network: QueueNetwork): Promise<void> {
  door?.apply(network)
  // No race with the end of the child: that promise lives as long as the child does, and would keep what each race leaves on it.
  await process.ask({ kind: 'network', network }).catch((error: unknown) => {
    if (!(error instanceof ServiceError) || error.kind !== 'unavailable') throw error
  })
}

/** Of the door where there is one; otherwise as the child says. */
export async function trafficOf({ process, door }: Seat, signal: AbortSignal): Promise<readonly PeeringTraffic[]> {
  if (door === undefined) return (await process.ask({ kind: 'traffic' }, { signal }).catch(() => [])) as readonly PeeringTraffic[]
  return door
    .openSockets()
    .flatMap(({ peerId, bytesIn, bytesOut }) => (peerId === undefined ? [] : [{ peerId, openSockets: 1, bytesIn, bytesOut }]))
}

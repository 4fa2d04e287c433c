// One connection x one queue: states and what moves them.

import type { ConnectionId, PeerId, PoolId, QueueId } from './ids.ts'
import type { Text } from './text.ts'

/**
 * ```
 * bind ──> CREATING ──applied──> ACTIVE ──refused──> FAILED
 *             │  ^                  │                  │
 *             │  └────changed───────┘<──────changed────┘   (changed: its wanted network differs from what is applied)
 *             └──refused──> FAILED
 * ```
 * Unbinding removes the peering in every state.
 */
export type PeeringState = 'CREATING' | 'ACTIVE' | 'FAILED'

/** What happens to a peering: the driver applied it, a rule or the driver refused it, its cause or content changed. */
export type PeeringEvent = 'applied' | 'refused' | 'changed'

const transitions: Readonly<Record<PeeringState, Readonly<Record<PeeringEvent, PeeringState>>>> = {
  CREATING: { applied: 'ACTIVE', refused: 'FAILED', changed: 'CREATING' },
  ACTIVE: { applied: 'ACTIVE', refused: 'FAILED', changed: 'CREATING' },
  FAILED: { applied: 'ACTIVE', refused: 'FAILED', changed: 'CREATING' },
}

/** The state after an event. */
export function nextPeeringState(state: PeeringState, event: PeeringEvent): PeeringState {
  return transitions[state][event]
}

/** What a peering has come to, whoever is bound. `errMsg` is silence unless FAILED; `updatedAt` is the last change of state or reason. */
export interface PeeringLife {
  readonly id: PeerId
  readonly connectionId: ConnectionId
  readonly state: PeeringState
  readonly errMsg: Text
  readonly createdAt: number
  readonly updatedAt: number
}

/** One connection x one queue. */
export interface Peering extends PeeringLife {
  readonly queueId: QueueId
  readonly queueName: string
  /** Of the pool that the queue is in. */
  readonly poolName?: string | undefined
}

/** One connection x one elastic resource pool: every queue of the pool has the path. */
export interface PoolPeering extends PeeringLife {
  readonly poolId: PoolId
  readonly poolName: string
}

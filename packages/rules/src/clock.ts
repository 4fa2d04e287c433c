// Time as rehearsals have it: how long the published service takes for things, and a clock that an installation may set ahead of its own.

import type { Connection } from './connection.ts'
import { ServiceError } from './errors.ts'
import type { PeeringLife } from './peering.ts'
import { hasNetwork, type Queue } from './queue.ts'
import { say } from './text.ts'

/** `instant`: things take as long as they take; `cloud`: at least as long as is documented for the published service. */
export type Timing = 'instant' | 'cloud'

/** From the moment `from` on the rehearsed clock was `aheadMs` ahead of the real one; both in ms, `from` since the epoch. */
export interface ClockAdvance {
  readonly from: number
  readonly aheadMs: number
}

const minuteMs = 60_000
/** Ten years: every plan has fired by then. */
const mostAheadMs = 315_360_000_000
/** Documented: 6 to 10 minutes until a new queue runs its first job or takes part in a connection. */
const queueMinutes = { least: 6, most: 10 } as const

/** How far the clock is ahead at a moment; 0 before the first advance that is known. @param advances - oldest first */
export function aheadAt(advances: readonly ClockAdvance[], at: number): number {
  return advances.findLast(({ from }) => from <= at)?.aheadMs ?? 0
}

/**
 * Sets the clock ahead of the real one. What is so already is fine.
 * @param aheadMs - in all, not beyond where it is now
 * @param now - ms since the epoch
 * @throws {ServiceError} `invalid` out of range; `conflict` when it would go back
 */
export function checkAdvance(advances: readonly ClockAdvance[], aheadMs: number, now: number): ClockAdvance {
  if (!Number.isInteger(aheadMs) || aheadMs < 0 || aheadMs > mostAheadMs)
    throw new ServiceError('invalid', say`advance_ms is a whole number from 0 to ${mostAheadMs}`)
  const current = aheadAt(advances, now)
  if (aheadMs < current)
    throw new ServiceError('conflict', say`the clock is ${current} ms ahead and goes only forward: send at least as much`)
  return { from: now, aheadMs }
}

/**
 * Whether a connection may be deleted where delays are rehearsed: not while a peering is being created, as published.
 * @throws {ServiceError} `unsupported`
 */
export function checkRemoveConnection(
  { id, name }: Pick<Connection, 'id' | 'name'>,
  peerings: readonly Pick<PeeringLife, 'state'>[],
): void {
  if (peerings.every(({ state }) => state !== 'CREATING')) return
  throw new ServiceError('unsupported', say`connection ${name} is being created: delete it once none of its peerings is CREATING`, {
    subject: { kind: 'connection', name: id },
  })
}

/** How long a queue is being made where delays are rehearsed, in ms: the same for the same queue. What has no compute of its own is there at once. */
export function queueDelayMs(queue: Pick<Queue, 'number' | 'resourceMode' | 'chargingMode' | 'pool'>): number {
  if (queue.pool !== undefined || !hasNetwork(queue)) return 0
  const choices = queueMinutes.most - queueMinutes.least + 1
  return (queueMinutes.least + (queue.number % choices)) * minuteMs
}

/** How long a queue is still being made, in ms; 0 once it is there. Time that the clock was set ahead by since then counts. */
export function queueWaitMs(
  queue: Parameters<typeof queueDelayMs>[0] & Pick<Queue, 'createdAt'>,
  timing: Timing,
  { advances, now }: { readonly advances: readonly ClockAdvance[]; readonly now: number },
): number {
  if (timing === 'instant') return 0
  const passedMs = now + aheadAt(advances, now) - queue.createdAt - aheadAt(advances, queue.createdAt)
  return Math.max(0, queueDelayMs(queue) - passedMs)
}

// What has crossed for one run, put together from what its tasks tell: one entry for each scan of the plan and for the write, however often it is read.

import type { Crossing, CrossingState } from '@tributary/rules'

/** What a task tells of itself; `key` is the handle of its scan, or the same for all writes. */
export interface Crossed {
  readonly key: string
  readonly crossing: Crossing
}

/** The worst of several comes first. */
const states: readonly CrossingState[] = ['failed', 'running', 'stopped', 'done']

/** Asking for a turn takes some milliseconds even where nobody has to wait for it. */
const shortestWaitMs = 20

/**
 * How the crossings of tasks stand, in the order in which they began; a scan that is read again is one crossing.
 * @param waitMs - how long all of them have waited for their turn
 */
export function crossingsOf(tasks: readonly { readonly crossed: () => Crossed | undefined }[], waitMs = 0): readonly Crossing[] {
  const told = tasks.flatMap(({ crossed }) => crossed() ?? [])
  const joined = [...Map.groupBy(told, ({ key }) => key).values()].map((parts) => parts.map(({ crossing }) => crossing).reduce(joinedOf))
  return waitMs < shortestWaitMs ? joined : joined.map((crossing) => ({ ...crossing, waitMs: Math.round(waitMs) }))
}

function joinedOf(one: Crossing, other: Crossing): Crossing {
  return {
    ...one,
    state: states.find((state) => one.state === state || other.state === state) ?? one.state,
    statements: one.statements + other.statements,
    readers: Math.max(one.readers, other.readers),
    rows: one.rows + other.rows,
    bytesIn: one.bytesIn + other.bytesIn,
    bytesOut: one.bytesOut + other.bytesOut,
    totalMs: one.totalMs + other.totalMs,
  }
}

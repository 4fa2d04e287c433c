// When queues are expected to ask again: who needs room ends the idle child that would be missed last.
//
//     last used      every 60 s       now                 expected in
//     |-- 50 s ago ------------------>|--- 10 s --->      10 s
//     |-- 200 s ago (overdue) ------->|                   200 s: who has stayed away for long stays away for longer

import type { QueueId } from '@tributary/rules'

/** Uses that follow each other so soon are one visit: a statement is read, planned, run and looked at. */
const visitMs = 2_000
/** Who comes so much later than usual has other habits now. */
const patience = 1.5
/** Those of the queues that were used last; the others have to be learned again. */
const mostQueues = 10_000

interface Habit {
  readonly lastAt: number
  /** Between two visits, the newest counting half; absent after the first. */
  readonly everyMs: number | undefined
}

/** What is known of each queue; moments are ms, of any clock that does not go back. */
export class QueueHabits {
  readonly #habits = new Map<QueueId, Habit>()

  /** A queue uses a child. */
  note(id: QueueId, now: number): void {
    const known = this.#habits.get(id)
    this.#habits.delete(id)
    this.#habits.set(id, { lastAt: now, everyMs: known === undefined ? undefined : intervalOf(known, now - known.lastAt) })
    const [oldest] = this.#habits.keys()
    if (this.#habits.size > mostQueues && oldest !== undefined) this.#habits.delete(oldest)
  }

  /** @returns ms until a queue is expected to use a child, 0 while it may be about to */
  expectedIn(id: QueueId, now: number): number {
    const habit = this.#habits.get(id)
    if (habit === undefined) return Number.POSITIVE_INFINITY
    const ago = now - habit.lastAt
    if (ago < visitMs) return 0
    const { everyMs } = habit
    return everyMs === undefined || ago > everyMs * patience ? ago : Math.max(0, everyMs - ago)
  }
}

function intervalOf({ everyMs }: Habit, gapMs: number): number | undefined {
  if (gapMs < visitMs) return everyMs
  return everyMs === undefined ? gapMs : (everyMs + gapMs) / 2
}

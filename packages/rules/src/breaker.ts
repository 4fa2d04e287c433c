// When a source that does not answer is left alone for a while: after failures in a row nobody tries, then one does, and its success lets all of them again.
//
//              failure (fewer than enough)
//                 ┌──┐
//                 │  v        the last of enough
//        ┌────> closed ────────────────────────────> open <────────┐
//        │                                            │            │
//        │ success                      its time is up, one enters │ failure of the probe
//        │                                            v            │
//        └─────────────────────────────────────── probing ─────────┘
//                                                     │ the probe goes away without a word: open, and the next one that enters probes

/** When a breaker opens, and for how long. */
export interface BreakerLimits {
  /** Failures in a row that open it; 0: it never does. */
  readonly failures: number
  /** Failures that are further apart than this are not in a row. */
  readonly withinMs: number
  /** How long it stays open. */
  readonly pauseMs: number
}

/** What is known of the tries of one thing; times are ms of any clock that only goes forward. */
export type Breaker =
  | { readonly state: 'closed'; readonly failedAt: readonly number[] }
  | { readonly state: 'open'; readonly failures: number; readonly until: number }
  | { readonly state: 'probing'; readonly failures: number }

/** What may happen to a breaker: somebody enters, a try succeeds or fails, a probe goes away without having tried. */
export type BreakerEvent = 'enter' | 'success' | 'failure' | 'abandon'

/** A breaker of which nothing is known. */
export const closedBreaker: Breaker = { state: 'closed', failedAt: [] }

/** Whether somebody who wants to try may: as one of many, as the one that tries for all, or not. */
export function mayEnter(breaker: Breaker, now: number): 'go' | 'probe' | 'no' {
  if (breaker.state === 'closed') return 'go'
  return breaker.state === 'open' && now >= breaker.until ? 'probe' : 'no'
}

type Step = (breaker: Breaker, now: number, limits: BreakerLimits) => Breaker

const same: Step = (breaker) => breaker
const close: Step = () => closedBreaker

/** A success closes it whoever had it: a try that was let in before the others failed proves as much as a probe. */
const steps: Readonly<Record<Breaker['state'], Readonly<Record<BreakerEvent, Step>>>> = {
  closed: { enter: same, success: close, failure: count, abandon: same },
  // What still fails was let in before: the pause grows no longer by it.
  open: { enter: probe, success: close, failure: same, abandon: same },
  probing: { enter: same, success: close, failure: openAgain, abandon: release },
}

/** The breaker after an event. */
export function stepBreaker(breaker: Breaker, event: BreakerEvent, now: number, limits: BreakerLimits): Breaker {
  return steps[breaker.state][event](breaker, now, limits)
}

function count(breaker: Breaker, now: number, { failures, withinMs, pauseMs }: BreakerLimits): Breaker {
  if (breaker.state !== 'closed' || failures === 0) return breaker
  const failedAt = [...breaker.failedAt.filter((at) => now - at <= withinMs), now]
  return failedAt.length < failures ? { state: 'closed', failedAt } : { state: 'open', failures, until: now + pauseMs }
}

function probe(breaker: Breaker, now: number): Breaker {
  return breaker.state === 'open' && mayEnter(breaker, now) === 'probe' ? { state: 'probing', failures: breaker.failures } : breaker
}

function openAgain(breaker: Breaker, now: number, { pauseMs }: BreakerLimits): Breaker {
  return breaker.state === 'probing' ? { state: 'open', failures: breaker.failures + 1, until: now + pauseMs } : breaker
}

function release(breaker: Breaker, now: number): Breaker {
  return breaker.state === 'probing' ? { state: 'open', failures: breaker.failures, until: now } : breaker
}

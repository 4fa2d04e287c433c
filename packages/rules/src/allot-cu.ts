// Shares the CU of an elastic resource pool among its queues, as their scaling policies say at this hour. Hours are UTC.

import { type Pool, poolStepOf, type ScalingPolicy } from './pool.ts'

/** What a queue of the pool asks for. */
export interface CuClaim {
  /** Unique in the pool. */
  readonly name: string
  /** The size that was asked for when it was made or last resized. */
  readonly cuSpec: number
  /** Jobs on it that have not ended: each can use {@link cuPerJob}. */
  readonly liveJobs: number
  /** One of them for the whole day. */
  readonly policies: readonly ScalingPolicy[]
}

/** What came of it. */
export interface CuShares {
  /** CU by name of the queue. Together never more than `max_cu` of the pool. */
  readonly shares: ReadonlyMap<string, number>
  /** What the pool has to have for that, within its own bounds. */
  readonly actualCu: number
}

/** What one job uses at most. */
const cuPerJob = 16

/** The policy in force at a moment: one for these hours, else the one for the whole day. @param now - ms since the epoch */
export function policyAt(policies: readonly ScalingPolicy[], now: number): ScalingPolicy | undefined {
  const hour = new Date(now).toISOString().slice(11, 16)
  const isTimed = ({ start, stop }: ScalingPolicy): boolean => start !== '00:00' || stop !== '24:00'
  return (
    policies.find((policy) => isTimed(policy) && policy.start <= hour && hour < policy.stop) ?? policies.find((policy) => !isTimed(policy))
  )
}

/**
 * Gives every queue its minimum, and what is left to those that want more: by priority, and among equals in turns of one step.
 * A queue wants the size that was asked for, or what its jobs can use if that is more, within the bounds of its policy.
 * @param now - ms since the epoch
 */
export function allotCu(pool: Pick<Pool, 'minCu' | 'maxCu' | 'label'>, claims: readonly CuClaim[], now: number): CuShares {
  const wishes = claims
    .map((claim) => wishOf(pool, claim, now))
    .toSorted((one, other) => other.priority - one.priority || (one.name < other.name ? -1 : 1))
  const shares = new Map<string, number>()
  let left = pool.maxCu
  for (const { name, least } of wishes) {
    const given = Math.min(least, left)
    shares.set(name, given)
    left -= given
  }
  for (const equals of Map.groupBy(wishes, ({ priority }) => priority).values())
    left -= shareOut(equals, shares, { left, step: poolStepOf(pool) })
  return { shares, actualCu: Math.min(Math.max(pool.maxCu - left, pool.minCu), pool.maxCu) }
}

interface Wish {
  readonly name: string
  readonly priority: number
  readonly least: number
  readonly wanted: number
}

function wishOf(pool: Pick<Pool, 'maxCu'>, { name, cuSpec, liveJobs, policies }: CuClaim, now: number): Wish {
  const policy = policyAt(policies, now)
  const most = policy === undefined || policy.inheritMaxCu ? pool.maxCu : Math.min(policy.maxCu, pool.maxCu)
  const least = Math.min(policy?.minCu ?? 0, most)
  const wanted = Math.min(Math.max(cuSpec, liveJobs * cuPerJob, least), most)
  return { name, priority: policy?.priority ?? 1, least, wanted }
}

/** @returns how much was given */
function shareOut(
  wishes: readonly Wish[],
  shares: Map<string, number>,
  { left, step }: { readonly left: number; readonly step: number },
): number {
  let given = 0
  let isMoved = true
  while (isMoved) {
    isMoved = false
    for (const { name, wanted } of wishes) {
      const has = shares.get(name) ?? 0
      const more = Math.min(step, wanted - has)
      if (more <= 0 || given + more > left) continue
      shares.set(name, has + more)
      given += more
      isMoved = true
    }
  }
  return given
}

/** The policies of a queue that is resized by hand: the one for the whole day makes room for the new size. */
export function policiesForSize(policies: readonly ScalingPolicy[], cuSpec: number): readonly ScalingPolicy[] {
  return policies.map((policy) => {
    if (policy.start !== '00:00' || policy.stop !== '24:00') return policy
    return { ...policy, minCu: Math.min(policy.minCu, cuSpec), maxCu: Math.max(policy.maxCu, cuSpec) }
  })
}

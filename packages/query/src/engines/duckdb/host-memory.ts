// What engine children may take and what they take: the share of each job, and what a child holds that has nothing to do.

import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import type { EngineLimits } from './messages.ts'

const gibibyte = 2 ** 30
const memoryPerCu = 4 * gibibyte
const leastMemory = gibibyte / 4
/** So many children of full size fit into the budget, beside some that answer questions. */
const childrenInBudget = 4
/** What a child is taken to hold that runs no job, as long as nobody has looked. */
const idleMemory = gibibyte / 2
/** Never less than a child is known to need before it has done anything. */
const leastIdleMemory = 48 * 2 ** 20
/** More than two threads of DuckDB take between two looks at what a child holds. */
const growth = gibibyte / 2
/** What planning may take, which is what most questions are. */
const growthOfQuestions = gibibyte / 4
/** The largest part of a queue that one child is given. */
export const cuPerChild = 16

/** What all children may use together, and spill together; bytes. */
export interface HostMemory {
  readonly memoryBytes: number
  readonly spillBytes: number
  readonly allSpillBytes: number
}

/** A child as far as its memory goes. */
export interface Held {
  readonly isBusy: boolean
  /** Questions under way, a job included. */
  readonly users: number
  readonly limits: Pick<EngineLimits, 'memoryBytes'>
  /** What it held when it was last left alone; absent where nobody knows. */
  readonly idleBytes: number | undefined
}

/** What one child of a queue of so many CU may use. */
export function sizeOfChild(
  queueCu: number,
  { memoryBytes: all, spillBytes, allSpillBytes }: HostMemory,
): Omit<EngineLimits, 'scratchDirectory'> {
  // A queue whose pool has nothing left for it still runs one job, with the least there is.
  const cu = Math.max(1, Math.min(queueCu, cuPerChild))
  const forJobs = all - Math.min(all / 8, childrenInBudget * idleMemory)
  const share = Math.max(leastMemory, Math.floor(forJobs / childrenInBudget))
  const memoryBytes = Math.min(cu * memoryPerCu, share)
  return {
    memoryBytes,
    threads: Math.max(1, Math.min(cu, availableParallelism())),
    spillBytes: Math.min(spillBytes, Math.floor(allSpillBytes * Math.min(1, memoryBytes / all))),
  }
}

/** What a child takes until its first job. */
export function memoryOfQuestions({ memoryBytes }: Pick<EngineLimits, 'memoryBytes'>): number {
  return Math.min(idleMemory, memoryBytes)
}

/** What a child counts for: all that it may take while it runs a job, what it was seen to hold while nobody asks it anything. */
export function memoryOf({ isBusy, users, limits, idleBytes }: Held): number {
  if (isBusy) return limits.memoryBytes
  if (users > 0 || idleBytes === undefined) return memoryOfQuestions(limits)
  return Math.min(limits.memoryBytes, Math.max(leastIdleMemory, idleBytes))
}

/**
 * Whether one more child may work: jobs are never promised more than there is, all told. What children without work hold does not count, as they can be ended.
 * @param bytes - what it may take
 */
export function fitsBeside(others: readonly Held[], bytes: number, most: number): boolean {
  const working = others.filter(({ users }) => users > 0)
  return working.reduce((sum, held) => sum + memoryOf(held), bytes) <= most || !working.some(({ isBusy }) => isBusy)
}

/**
 * What a child holds now and may come to hold before anybody looks again: most jobs never take what they may, and nobody without work is ended for what
 * nobody has taken.
 * @param ownBytes - what it holds, `undefined` where the system does not tell: then all that it may
 */
export function reachOf(held: Held, ownBytes: number | undefined): number {
  const most = memoryOf(held)
  if (held.users === 0 || ownBytes === undefined) return most
  return Math.min(most, ownBytes + (held.isBusy ? growth : growthOfQuestions))
}

/** What a child that is about to work is to be counted for until it is looked at. @param bytes - what it may take */
export function firstReach(bytes: number): number {
  return Math.min(bytes, growth)
}

/** The first so many of those without work that have to end for all to stay within the budget. @param reach - of all that stays and all of these */
export function toBeEnded<Idle extends Held>(idle: readonly Idle[], reach: number, most: number): readonly Idle[] {
  let left = reach
  const last = idle.findIndex((held) => {
    if (left <= most) return true
    left -= memoryOf(held)
    return false
  })
  return last === -1 ? idle : idle.slice(0, last)
}

/** Pages of a process that it shares with nobody, in bytes; `undefined` where the system does not tell, or it is gone. */
export function ownBytesOf(pid: number | undefined): number | undefined {
  try {
    const [, kibibytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024
  } catch {
    return undefined
  }
}

/** Of the machine, or of the container where that allows less. */
export function memoryHere(): number {
  const allowed = process.constrainedMemory()
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem()
}

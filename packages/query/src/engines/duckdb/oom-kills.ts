// How often the system has killed a process for want of memory, so that a child that was killed can be told why.

import { readFileSync } from 'node:fs'
import { say, type Text } from '@tributary/rules'

/** Counts every such kill since the machine was started; `undefined` where the system does not tell. */
export function countOomKills(): number | undefined {
  try {
    const [, count] = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8')) ?? []
    return count === undefined ? undefined : Number(count)
  } catch {
    return undefined
  }
}

/**
 * Why a child was killed that nobody here killed.
 * @param before - {@link countOomKills} when it was started
 */
export function tellKill(queue: string, before: number | undefined): Text {
  const now = countOomKills()
  if (before !== undefined && now !== undefined && now > before)
    return say`the system killed the engine of queue ${queue} for want of memory: run the job again when less runs beside it, split the statement, or ask the installation owner for a smaller engine-memory or more memory`
  return say`the engine of queue ${queue} was killed (SIGKILL), as the system does when memory runs out: run the job again, and split the statement if it is killed again`
}

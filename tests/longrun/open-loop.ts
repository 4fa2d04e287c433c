// A clock that calls are due by, whether or not those before them have been answered: a server that stalls is charged for everyone who waited.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Call } from './record.ts'

/** Calls of one kind, due again and again. */
export interface Stream {
  readonly name: string
  readonly perSecond: number
  /** Streams of one rhythm are due at the same moments, each `delayMs` behind it: the steps of one story. */
  readonly rhythm?: string
  readonly delayMs?: number
  /** Makes the call with this number. @throws {Error} when it is not answered as it should be */
  readonly run: (number: number) => Promise<void>
}

/** What is told of each call; `problem` is absent where it was answered as it should be. */
export type Tell = (call: Call, problem: string | undefined) => void

/** How long a loop goes on. */
export interface LoopOptions {
  readonly seed: number
  readonly lastingMs: number
  readonly tell: Tell
  /** Ends the loop early: what is in flight is still waited for. */
  readonly signal: AbortSignal
}

// More at once mean that the server has fallen behind for good, or hangs: the rest of the run would say nothing new.
const mostInFlight = 400

/** When calls of a stream are due, in ms since the loop began, one in each of its periods at a moment that the seed chooses. */
export function dueAt({ name, rhythm, perSecond, delayMs = 0 }: Omit<Stream, 'run'>, number: number, seed: number): number {
  return ((number + moment(`${rhythm ?? name} ${number} ${seed}`)) * 1000) / perSecond + delayMs
}

/** Runs all streams for so long, then waits for what is in flight. @throws {Error} when too many are in flight at once */
export async function runOpenLoop(streams: readonly Stream[], options: LoopOptions): Promise<void> {
  const begun = performance.now()
  const inFlight = new Set<Promise<void>>()
  const follow = async (stream: Stream): Promise<void> => {
    for (let number = 0; !options.signal.aborted; number++) {
      const dueMs = dueAt(stream, number, options.seed)
      if (dueMs >= options.lastingMs) return
      await sleep(Math.max(0, begun + dueMs - performance.now()))
      if (inFlight.size >= mostInFlight) throw new Error(`${mostInFlight} calls are in flight: the server does not keep up with the load`)
      const call = make(stream, number, { begun, dueMs, tell: options.tell }).finally(() => inFlight.delete(call))
      inFlight.add(call)
    }
  }
  await Promise.all(streams.map(follow))
  await Promise.all(inFlight)
}

/** Makes one call and tells how it went; never rejects. */
async function make(
  stream: Stream,
  number: number,
  { begun, dueMs, tell }: Pick<LoopOptions, 'tell'> & { readonly begun: number; readonly dueMs: number },
): Promise<void> {
  let problem: string | undefined
  try {
    await stream.run(number)
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error)
  }
  tell({ kind: stream.name, dueMs, latencyMs: performance.now() - begun - dueMs }, problem)
}

/** 0 to below 1, the same for the same text (FNV-1a). */
function moment(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}

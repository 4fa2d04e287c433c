// Runs a statement on DuckDB's own threads and sleeps meanwhile: the way of `connection.run` keeps one more thread asking for tasks, which burns a
// processor for as long as a scan waits for its source.

import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import type { DuckDBConnection, DuckDBResultReader } from '@duckdb/node-api'
import duckdb, { type PendingResult } from '@duckdb/node-bindings'
import { ownNames } from '../../plan/functions/own-names.ts'
import { scanFunctionName } from './scan-name.ts'

/** A statement that is done within this time is seen at once. */
const eagerMs = 2
/**
 * Each look wakes this thread, which takes a processor from DuckDB for 0.05 to 0.1 ms: looks every millisecond took a tenth of what a query of a second
 * takes. The nap that costs least, what it takes and what it comes late together, grows with the root of the time that has passed.
 */
const napGrowth = 1 / 3
const longestNapMs = 25

/**
 * Runs one statement to its end and reads all that it answers. Asks for an instance whose threads need no help (`external_threads` 0).
 * @throws {Error} what DuckDB throws
 */
export async function runAsleep(connection: DuckDBConnection, sql: string): Promise<DuckDBResultReader> {
  if (wouldBindHere(sql)) return await connection.runAndReadAll(sql)
  const pending = await connection.start(sql)
  // The library offers to run tasks and not to look: a task that runs here would wait for callbacks that run here.
  const { pending_result: looked } = pending as unknown as { readonly pending_result: PendingResult }
  const begunAt = performance.now()
  for (;;) {
    const state = duckdb.pending_execute_check_state(looked)
    // A statement that has run to its end shows as an error without words.
    if (state === duckdb.PendingState.RESULT_READY || state === duckdb.PendingState.ERROR) break
    const passedMs = performance.now() - begunAt
    if (passedMs < eagerMs) await turn()
    else await sleep(napMs(passedMs))
  }
  const failure = duckdb.pending_error(looked)
  if (failure !== '') throw new Error(failure)
  return await pending.readAll()
}

/** How long to sleep before the next look: 1 ms at first, 3 after 100, 10 after a second. @param passedMs - since the statement began */
export function napMs(passedMs: number): number {
  return Math.min(longestNapMs, Math.max(1, Math.sqrt(passedMs) * napGrowth))
}

const calledHere = [scanFunctionName, ...Object.values(ownNames)]

/**
 * A statement that reads files is bound once more when it begins, here, in the middle of a call that waits for it; the scan function is bound, and a
 * function of ours over constants computed, by a callback to this very thread, which would never come. Such a statement begins on another thread, at the
 * price that the header tells.
 */
function wouldBindHere(sql: string): boolean {
  return /\bread_(?:parquet|csv|json)/.test(sql) && calledHere.some((name) => sql.includes(name))
}

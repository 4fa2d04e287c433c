// Runs a statement on DuckDB's own threads and sleeps meanwhile: the way of `connection.run` keeps one more thread asking for tasks, which burns a
// processor for as long as a scan waits for its source.

import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import type { DuckDBConnection, DuckDBResultReader } from '@duckdb/node-api'
import duckdb, { type PendingResult } from '@duckdb/node-bindings'
import { scanFunctionName } from './scan-name.ts'

/** A statement that is done within this time is seen at once, a longer one within a millisecond. */
const eagerMs = 2
const napMs = 1

/**
 * Runs one statement to its end and reads all that it answers. Asks for an instance whose threads need no help (`external_threads` 0).
 * @throws {Error} what DuckDB throws
 */
export async function runAsleep(connection: DuckDBConnection, sql: string): Promise<DuckDBResultReader> {
  if (wouldBindHere(sql)) return await connection.runAndReadAll(sql)
  const pending = await connection.start(sql)
  // The library offers to run tasks and not to look: a task that runs here would wait for callbacks that run here.
  const { pending_result: looked } = pending as unknown as { readonly pending_result: PendingResult }
  const eagerUntil = performance.now() + eagerMs
  for (;;) {
    const state = duckdb.pending_execute_check_state(looked)
    // A statement that has run to its end shows as an error without words.
    if (state === duckdb.PendingState.RESULT_READY || state === duckdb.PendingState.ERROR) break
    if (performance.now() < eagerUntil) await turn()
    else await sleep(napMs)
  }
  const failure = duckdb.pending_error(looked)
  if (failure !== '') throw new Error(failure)
  return await pending.readAll()
}

/**
 * A statement that reads files is bound once more when it begins, here, in the middle of a call that waits for it; the scan function is bound by a
 * callback to this very thread, which would never come. Such a statement begins on another thread, at the price that the header tells.
 */
function wouldBindHere(sql: string): boolean {
  return sql.includes(scanFunctionName) && /\bread_(?:parquet|csv|json)/.test(sql)
}

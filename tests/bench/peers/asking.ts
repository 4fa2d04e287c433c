// A query asked of one system for so long and no longer: what is late is cancelled, and the sources are free again before anybody else is asked.

import { setTimeout as sleep } from 'node:timers/promises'
import { splitDatabase, type SplitServers } from '../../tpc/split.ts'
import type { Peer } from './peer.ts'

/** What came of asking. */
export type Answer =
  | { readonly is: 'rows'; readonly rows: readonly (readonly unknown[])[]; readonly ms: number }
  | { readonly is: 'late'; readonly limitMs: number }
  | { readonly is: 'failed'; readonly why: string }

/** How a query is asked. */
export interface Asking {
  readonly limitMs: number
  /** Where its statements may still run when it is given up. */
  readonly servers: SplitServers
}

/** A cancelled system ends its statements at the sources by itself within this; they are ended for it then. */
const patienceMs = 3_000
/** One that holds on to a query for longer has to be left out. */
const longestStopMs = 30_000
const longestWords = 160

const lost = new WeakSet<Peer>()

/** Asks a system, and waits until it has let go of the query where it is late. Never rejects for what the system does. */
export async function ask(peer: Peer, sql: string, { limitMs, servers }: Asking): Promise<Answer> {
  if (lost.has(peer)) return { is: 'failed', why: 'it has not stopped an earlier query' }
  const stop = new AbortController()
  const answering = answerOf(peer, sql, stop.signal)
  if (await isSettled(answering, limitMs)) return await answering
  stop.abort()
  if (!(await isSettled(answering, patienceMs))) await freeServers(servers)
  if (!(await isSettled(answering, longestStopMs))) lost.add(peer)
  await freeServers(servers)
  return { is: 'late', limitMs }
}

async function answerOf(peer: Peer, sql: string, signal: AbortSignal): Promise<Answer> {
  const begun = performance.now()
  try {
    const rows = await peer.rows(sql, signal)
    return { is: 'rows', rows, ms: performance.now() - begun }
  } catch (error) {
    return { is: 'failed', why: wordsOf(error) }
  }
}

async function isSettled(work: Promise<unknown>, withinMs: number): Promise<boolean> {
  const timer = new AbortController()
  const late = sleep(withinMs, false, { signal: timer.signal }).catch(() => false)
  const settled = await Promise.race([work.then(() => true), late])
  timer.abort()
  return settled
}

/** The first line of what it said, without the texts of statements that some add. */
function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error)
  const [first = ''] = words.trim().split('\n')
  return first.length <= longestWords ? first : `${first.slice(0, longestWords)} …`
}

/** Ends what runs at the sources; nobody but the system that was given up asks anything of them then. */
async function freeServers({ postgres, mariadb }: SplitServers): Promise<void> {
  await postgres.query(
    splitDatabase,
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${splitDatabase}' and state <> 'idle' and pid <> pg_backend_pid()`,
  )
  const busy = await mariadb.query(
    undefined,
    "select id from information_schema.processlist where command <> 'Sleep' and id <> connection_id() and user = substring_index(current_user(), '@', 1)",
  )
  // One that has ended by itself meanwhile is not there to be ended.
  for (const { id } of busy) await mariadb.query(undefined, `kill ${Number(id)}`).catch(() => undefined)
}

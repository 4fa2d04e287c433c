// The scans of a running job: what they are, how far they are, and what went wrong with them.

import { setTimeout as sleep } from 'node:timers/promises'
import { type Crossing, isCut, ServiceError } from '@tributary/rules'
import type { Plan, Scan } from '../../plan/plan.ts'
import type { ImportedFiles, OpenableTable } from '../../source.ts'
import { readSql, type WarehouseScan } from '../../warehouse/read-sql.ts'
import { type Channel, readCounts } from './channel.ts'
import { crossingsOf } from './crossings.ts'
import { errorOf } from './failure.ts'
import type { Progress, RunRequest } from './messages.ts'
import { type Allowance, allowancesOf } from './read-budget.ts'
import { ScanSilence } from './scan-silence.ts'
import type { ScanEnd } from './source-thread.ts'
import type { SourceTask } from './source-threads.ts'

/** A job is done when its rows are kept, and not before. */
const mostBeforeEnd = 0.99

/** How long the other readers of a job that lost one may take to say whether they were cut; the statement's end has ended them. */
const cutPatienceMs = 1_000

/** What one job works with: what it reads, where its files go, and what becomes of its rows. */
export type JobParts = Pick<
  RunRequest,
  'tables' | 'managed' | 'imported' | 'budgets' | 'write' | 'target' | 'resultLimit' | 'directory' | 'timeZone'
>

/** The scans of a running job. */
export interface OpenScans {
  readonly sources: readonly OpenableTable[]
  readonly scans: readonly Scan[]
  /** Those of them that DuckDB reads by itself. */
  readonly own: readonly WarehouseScan[]
  /** What those of them ask for that could take keys or give them, by their handles. */
  readonly asked: Map<string, Scan>
  /** Whether rows may have been read ahead of the statement. */
  isKeyed: boolean
  readonly states: SharedArrayBuffer[]
  readonly tasks: SourceTask[]
  /** Why threads were lost that read for it. */
  readonly losses: unknown[]
  /** The cuts of its readers. */
  readonly cuts: ServiceError[]
  readonly imported: ImportedFiles | undefined
  /** What crossed before it, for the same job. */
  readonly before: readonly Crossing[]
  /** How long it waited for its turn at its sources. */
  waitMs: number
  readonly allowances: readonly Allowance[]
  readonly silence: ScanSilence
  /** Whether it was told to stop, which nothing may follow that it opens. */
  isStopped: boolean
  /** How many of the scans that come down a channel have been read to their end. */
  finished: number
  /** How far DuckDB says that it is, 0 to 1; 0 where it cannot say. */
  measured: number
  /** Whether a source could not be asked what was planned. */
  hasRefused: boolean
}

/** Whether a scan comes down a channel. */
export function isOf(sources: readonly OpenableTable[], { table }: Scan): boolean {
  return sources.some((source) => source.table.id === table.id)
}

/** @param before - what crossed before, for the same job */
export function openScans(plan: Plan, { tables, managed = [], imported, budgets = [] }: JobParts, before: readonly Crossing[]): OpenScans {
  const own = plan.scans.flatMap((scan) => {
    const table = managed.find(({ id }) => id === scan.table.id)
    return table === undefined ? [] : [readSql(scan, table)]
  })
  return {
    sources: tables,
    scans: plan.scans,
    own,
    asked: new Map(),
    isKeyed: false,
    states: [],
    tasks: [],
    losses: [],
    cuts: [],
    imported,
    before,
    waitMs: 0,
    allowances: allowancesOf(budgets),
    silence: new ScanSilence(),
    isStopped: false,
    finished: 0,
    measured: 0,
    hasRefused: false,
  }
}

/** Counts a scan that has begun, and hears of its end. */
export function follow(open: OpenScans, task: SourceTask, { state }: Channel['writer']): void {
  open.states.push(state)
  open.tasks.push(task)
  task.done.then(
    (answer) => {
      const end = answer as ScanEnd
      open.finished += 1
      open.hasRefused ||= end === 'refused'
      if (typeof end === 'object') open.cuts.push(errorOf(end.cut))
    },
    (error: unknown) => open.losses.push(error),
  )
}

/**
 * Of several losses of one job a cut is told, and not what came of it: while one reader is still told why its way was cut, another one finds none.
 */
export async function lossOf({ losses, cuts, tasks }: OpenScans, error: unknown): Promise<unknown> {
  const first = losses[0] ?? error
  if (!(first instanceof ServiceError) || first.kind !== 'unavailable' || isCut(first)) return first
  const patience = new AbortController()
  const waited = sleep(cutPatienceMs, undefined, { signal: patience.signal }).catch(() => undefined)
  await Promise.race([Promise.allSettled(tasks.map(({ done }) => done)), waited])
  patience.abort()
  return cuts[0] ?? first
}

/** Stops all that still read, and waits until they have. */
export async function closeScans({ tasks }: OpenScans): Promise<void> {
  for (const task of tasks) task.stop()
  await Promise.allSettled(tasks.map((task) => task.done))
}

/** What DuckDB reads by itself counts from the start. The run itself is one task more than the scans that come down a channel. */
export function progressOf(open: OpenScans): Progress {
  const { states, own, before } = open
  const crossings = [...before, ...crossingsOf(open.tasks, open.waitMs)]
  const counts = [...states.map(readCounts), ...own]
  const inputRows = counts.reduce((sum, count) => sum + count.rows, 0)
  const inputBytes = counts.reduce((sum, count) => sum + count.bytes, 0)
  const tasks = states.length + 1
  const ofFiles = (open.imported?.settings.files ?? []).reduce((sum, { bytes }) => sum + bytes, 0)
  const ofInput = ofFiles === 0 ? 0 : Math.min(1, inputBytes / ofFiles)
  const fraction = Math.max(open.measured, ofInput, open.finished / tasks)
  return {
    inputRows,
    inputBytes,
    fraction: Math.min(mostBeforeEnd, fraction),
    tasks,
    finishedTasks: open.finished,
    crossings,
    silent: open.silence.look(),
  }
}

// Rows of `jobs` as jobs, and jobs as rows.

import {
  type ExportOrder,
  type ImportOrder,
  type Job,
  type JobId,
  type JobState,
  type JobTag,
  type JobType,
  type ProjectId,
  type QueueId,
  type ResultColumn,
  textFromJson,
  textToJson,
} from '@tributary/rules'
import { toOwned } from './ownership.ts'
import type { JobTable } from './schema/jobs.ts'

/** What is kept of a job's `conf`, and what else its runner has to know, as JSON. */
interface KeptSettings {
  readonly dynamicOverwrite?: boolean
  readonly writesTo?: string
  readonly timeZone?: string
}

/** What only the row of a job that is to run has. */
export interface RowOrder {
  readonly sealedSql: string | null
  readonly timeLimitMs: number | undefined
  readonly dynamicOverwrite: boolean
  readonly timeZone?: string | undefined
}

/** The row that a job begins with. */
export function toRow(job: Job, { sealedSql, timeLimitMs, dynamicOverwrite, timeZone }: RowOrder): JobTable {
  const settings: KeptSettings = {
    ...(dynamicOverwrite ? { dynamicOverwrite } : {}),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(job.writesTo === undefined ? {} : { writesTo: job.writesTo }),
  }
  return {
    id: job.id,
    project_id: job.projectId,
    queue_id: job.queueId,
    queue_name: job.queueName,
    type: job.type,
    mode: job.mode,
    state: job.state,
    statement: job.statement,
    sealed_sql: sealedSql,
    current_database: job.currentDatabase,
    sent_database: job.sentDatabase,
    table_name: job.tableName,
    time_limit_ms: timeLimitMs ?? null,
    tags: JSON.stringify(job.tags),
    owner_name: job.owner,
    owner_id: job.ownerId ?? null,
    owner: null,
    message: textToJson(job.message),
    started_at: job.startedAt,
    ended_at: job.endedAt ?? null,
    columns: JSON.stringify(job.columns),
    result_rows: job.resultRows,
    input_rows: job.inputRows,
    input_bytes: job.inputBytes,
    progress: job.progress,
    settings: JSON.stringify(settings),
    export: job.export === undefined ? null : JSON.stringify(job.export),
    import_order: job.importOrder === undefined ? null : JSON.stringify(job.importOrder),
    output_bytes: job.outputBytes ?? 0,
    cpu_ms: job.cpuMs ?? 0,
    bad_rows: job.badRows ?? 0,
    tasks: job.tasks ?? 0,
    finished_tasks: job.finishedTasks ?? 0,
  }
}

/** What clocks show in the job; UTC where absent. */
export function timeZoneOf({ settings }: Pick<JobTable, 'settings'>): string | undefined {
  return (JSON.parse(settings) as KeptSettings).timeZone
}

/** Whether an overwrite replaces the partitions alone that it writes to. */
export function isDynamicOverwrite({ settings }: Pick<JobTable, 'settings'>): boolean {
  const { dynamicOverwrite = false } = JSON.parse(settings) as KeptSettings
  return dynamicOverwrite
}

/** The job of a row. */
export function toJob(row: JobTable): Job {
  const { writesTo } = JSON.parse(row.settings) as KeptSettings
  return {
    id: row.id as JobId,
    projectId: row.project_id as ProjectId,
    queueId: row.queue_id as QueueId,
    queueName: row.queue_name,
    type: row.type as JobType,
    mode: row.mode as Job['mode'],
    state: row.state as JobState,
    statement: row.statement,
    currentDatabase: row.current_database,
    sentDatabase: row.sent_database,
    tableName: row.table_name,
    ...toOwned(row),
    tags: JSON.parse(row.tags) as readonly JobTag[],
    message: textFromJson(row.message),
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
    columns: JSON.parse(row.columns) as readonly ResultColumn[],
    resultRows: row.result_rows,
    inputRows: row.input_rows,
    inputBytes: row.input_bytes,
    progress: row.progress,
    outputBytes: row.output_bytes,
    cpuMs: row.cpu_ms,
    badRows: row.bad_rows,
    tasks: row.tasks,
    finishedTasks: row.finished_tasks,
    ...(row.export === null ? {} : { export: JSON.parse(row.export) as ExportOrder }),
    ...(row.import_order === null ? {} : { importOrder: JSON.parse(row.import_order) as ImportOrder }),
    ...(writesTo === undefined ? {} : { writesTo }),
  }
}

// SQL jobs and their states; the text as sent is sealed until the job has ended, then it is gone.

import {
  type Job,
  type JobFilter,
  type JobId,
  type JobState,
  noJob,
  type ProjectId,
  type QueueId,
  type ResultColumn,
  type Text,
  textToJson,
} from '@tributary/rules'
import { sql } from 'kysely'
import { compiled } from './compiled.ts'
import type { Database } from './database.ts'
import { isDynamicOverwrite, timeZoneOf, toJob, toRow } from './job-rows.ts'
import { nameHolds } from './databases.ts'
import type { JobTable } from './schema/jobs.ts'
import type { Seal } from './seal.ts'

/** What only the runner of a job needs. */
export interface JobOrder {
  readonly job: Job
  /** As sent; it may hold a password. */
  readonly sql: string
  readonly timeLimitMs: number | undefined
  /** Whether an overwrite replaces the partitions alone that it writes to. */
  readonly dynamicOverwrite: boolean
  /** What clocks show in it; UTC where absent. */
  readonly timeZone?: string | undefined
}

/** How a job ended, or how far it has come. */
export interface JobFigures {
  readonly columns: readonly ResultColumn[]
  readonly resultRows: number
  readonly inputRows: number
  readonly inputBytes: number
  /** None unless told. */
  readonly outputBytes?: number
  readonly cpuMs?: number
  readonly badRows?: number
}

/** How far a job has come. */
export interface JobProgress {
  readonly inputRows: number
  readonly inputBytes: number
  readonly fraction: number
  readonly tasks: number
  readonly finishedTasks: number
}

/** How a job ended. */
export type JobEnd =
  | ({ readonly state: 'FINISHED'; readonly endedAt: number } & JobFigures)
  | { readonly state: 'FAILED' | 'CANCELLED'; readonly endedAt: number; readonly message: Text }

const live: readonly JobState[] = ['LAUNCHING', 'RUNNING']

const findById = compiled<{ projectId: string; id: string }, JobTable>((db, slot) =>
  db.selectFrom('jobs').selectAll().where('id', '=', slot('id')).where('project_id', '=', slot('projectId')),
)

/** Reads and writes jobs. */
export class Jobs {
  readonly #db: Database
  readonly #seal: Seal

  constructor(db: Database, seal: Seal) {
    this.#db = db
    this.#seal = seal
  }

  /** A job of one project. */
  async find(projectId: ProjectId, id: string): Promise<Job | undefined> {
    const [row] = await findById(this.#db, { projectId, id })
    return row === undefined ? undefined : toJob(row)
  }

  /** @throws {ServiceError} `notFound` */
  async get(projectId: ProjectId, id: string): Promise<Job> {
    const found = await this.find(projectId, id)
    if (found === undefined) throw noJob(id)
    return found
  }

  /** `total` counts every match, whatever the page; `now` is the end of jobs that have none. */
  async list(
    projectId: ProjectId,
    filter: JobFilter,
    page: { readonly limit: number; readonly offset: number; readonly now: number },
  ): Promise<{ readonly total: number; readonly jobs: readonly Job[] }> {
    if (filter.types?.length === 0 || filter.states?.length === 0) return { total: 0, jobs: [] }
    const matching = this.#matching(projectId, filter)
    const { total } = await matching.select((of) => of.fn.countAll<number | string>().as('total')).executeTakeFirstOrThrow()
    const isByDuration = filter.order === 'durationAsc' || filter.order === 'durationDesc'
    const direction = filter.order === 'startAsc' || filter.order === 'durationAsc' ? 'asc' : 'desc'
    let rows = matching.selectAll('jobs')
    if (isByDuration) rows = rows.orderBy(sql`coalesce(jobs.ended_at, ${page.now}) - jobs.started_at`, direction)
    const found = await rows
      .orderBy('jobs.started_at', isByDuration ? 'desc' : direction)
      .orderBy('jobs.id', isByDuration ? 'desc' : direction)
      .limit(page.limit)
      .offset(page.offset)
      .execute()
    return { total: Number(total), jobs: found.map(toJob) }
  }

  #matching(projectId: ProjectId, filter: JobFilter) {
    let matching = this.#db.selectFrom('jobs').where('jobs.project_id', '=', projectId)
    if (filter.types !== undefined) matching = matching.where('jobs.type', 'in', filter.types)
    if (filter.states !== undefined) matching = matching.where('jobs.state', 'in', filter.states)
    if (filter.id !== undefined) matching = matching.where('jobs.id', '=', filter.id)
    if (filter.queueName !== undefined) matching = matching.where('jobs.queue_name', '=', filter.queueName)
    if (filter.databaseName !== undefined) matching = matching.where('jobs.current_database', '=', filter.databaseName)
    if (filter.tableName !== undefined) matching = matching.where('jobs.table_name', '=', filter.tableName)
    if (filter.owner !== undefined) matching = matching.where('jobs.owner_name', '=', filter.owner)
    if (filter.from !== undefined) matching = matching.where('jobs.started_at', '>=', filter.from)
    if (filter.until !== undefined) matching = matching.where('jobs.started_at', '<=', filter.until)
    if (filter.statementPart !== undefined) matching = matching.where(nameHolds('jobs.statement', filter.statementPart))
    for (const { key, value } of filter.tags) {
      const tagged = this.#db
        .selectFrom('tags')
        .select('resource_id')
        .where('project_id', '=', projectId)
        .where('resource_kind', '=', 'job')
        .where(nameHolds('tags.key', key))
        .where(nameHolds('tags.value', value))
      matching = matching.where('jobs.id', 'in', tagged)
    }
    return matching
  }

  /** @param sql - the text as sent for a job that is to run, `undefined` for one that has ended already */
  async insert(
    job: Job,
    order:
      | {
          readonly sql: string
          readonly timeLimitMs: number | undefined
          readonly dynamicOverwrite?: boolean
          readonly timeZone?: string | undefined
        }
      | undefined,
  ): Promise<void> {
    const { timeLimitMs, dynamicOverwrite = false, timeZone } = order ?? { timeLimitMs: undefined }
    const sealedSql = order === undefined ? null : this.#seal.seal(order.sql, place(job.id))
    await this.#db.insertInto('jobs').values(toRow(job, { sealedSql, timeLimitMs, dynamicOverwrite, timeZone })).execute()
  }

  /** Every job that waits for a runner, oldest first, at most 1,000. */
  async listLaunching(): Promise<readonly JobId[]> {
    const rows = await this.#db
      .selectFrom('jobs')
      .select('id')
      .where('state', '=', 'LAUNCHING')
      .orderBy('started_at')
      .orderBy('id')
      .limit(1000)
      .execute()
    return rows.map((row) => row.id as JobId)
  }

  /** What a LAUNCHING job is to run; `undefined` in every other state. */
  async findOrder(id: JobId): Promise<JobOrder | undefined> {
    const row = await this.#db.selectFrom('jobs').selectAll().where('id', '=', id).where('state', '=', 'LAUNCHING').executeTakeFirst()
    return row === undefined ? undefined : this.#toOrder(row)
  }

  /** Says what a LAUNCHING job waits for, until it starts. Other states are left alone. */
  async noteWait(id: JobId, message: Text): Promise<void> {
    await this.#db
      .updateTable('jobs')
      .set({ message: textToJson(message) })
      .where('id', '=', id)
      .where('state', '=', 'LAUNCHING')
      .execute()
  }

  /** Notes what a RUNNING job waits for, and with nothing that it goes on; other states are left alone. */
  async noteHold(id: JobId, message: Text): Promise<void> {
    await this.#db
      .updateTable('jobs')
      .set({ message: textToJson(message) })
      .where('id', '=', id)
      .where('state', '=', 'RUNNING')
      .execute()
  }

  /**
   * Moves a LAUNCHING job to RUNNING for one runner.
   * @param owner - the server that runs it
   * @returns `undefined` when the job is not LAUNCHING any more: somebody else has it, or it was cancelled
   */
  async start(id: JobId, owner: string): Promise<JobOrder | undefined> {
    const row = await this.#db
      .updateTable('jobs')
      .set({ state: 'RUNNING', owner, message: '', tasks: 1 })
      .where('id', '=', id)
      .where('state', '=', 'LAUNCHING')
      .returningAll()
      .executeTakeFirst()
    return row === undefined ? undefined : this.#toOrder(row)
  }

  #toOrder(row: JobTable): JobOrder | undefined {
    if (row.sealed_sql === null) return undefined
    const sql = this.#seal.open(row.sealed_sql, place(row.id))
    return {
      job: toJob(row),
      sql,
      timeLimitMs: row.time_limit_ms ?? undefined,
      dynamicOverwrite: isDynamicOverwrite(row),
      timeZone: timeZoneOf(row),
    }
  }

  /** Says of a CANCELLED job what was known too late to stop it. Other states are left alone. */
  async noteAfterCancel(id: JobId, message: Text): Promise<void> {
    await this.#db
      .updateTable('jobs')
      .set({ message: textToJson(message) })
      .where('id', '=', id)
      .where('state', '=', 'CANCELLED')
      .execute()
  }

  /** Writes how far a RUNNING job has come; `fraction` is 0 to 1, and never goes back. Other states are left alone. */
  async progress(id: JobId, at: JobProgress): Promise<void> {
    await this.#db
      .updateTable('jobs')
      .set({
        input_rows: at.inputRows,
        input_bytes: at.inputBytes,
        progress: sql`max(progress, ${at.fraction})`,
        tasks: at.tasks,
        finished_tasks: at.finishedTasks,
      })
      .where('id', '=', id)
      .where('state', '=', 'RUNNING')
      .execute()
  }

  /**
   * Ends a job that has not ended yet, and forgets its text.
   * @returns false when it had ended already: the first end stays
   */
  async end(id: JobId, end: JobEnd): Promise<boolean> {
    const figures =
      end.state === 'FINISHED'
        ? {
            columns: JSON.stringify(end.columns),
            result_rows: end.resultRows,
            input_rows: end.inputRows,
            input_bytes: end.inputBytes,
            output_bytes: end.outputBytes ?? 0,
            cpu_ms: end.cpuMs ?? 0,
            bad_rows: end.badRows ?? 0,
            progress: 1,
            tasks: sql<number>`max(tasks, 1)`,
            finished_tasks: sql<number>`max(tasks, 1)`,
            // Of one that is over before it was written that it began.
            message: sql<string>`case state when 'LAUNCHING' then '' else message end`,
          }
        : { message: textToJson(end.message) }
    const ended = await this.#db
      .updateTable('jobs')
      .set({ state: end.state, ended_at: end.endedAt, sealed_sql: null, owner: null, ...figures })
      .where('id', '=', id)
      .where('state', 'in', live)
      .returning('id')
      .executeTakeFirst()
    return ended !== undefined
  }

  /** RUNNING jobs of other owners: their server is gone, for one server holds a data directory. */
  async listAbandoned(owner: string): Promise<readonly Job[]> {
    const rows = await this.#db
      .selectFrom('jobs')
      .selectAll()
      .where('state', '=', 'RUNNING')
      .where('owner', '!=', owner)
      .orderBy('started_at')
      .execute()
    return rows.map(toJob)
  }

  /** How many jobs have not ended, by state; a state without any is absent. */
  async countLive(): Promise<ReadonlyMap<JobState, number>> {
    const rows = await this.#db
      .selectFrom('jobs')
      .select(['state', (of) => of.fn.countAll<number | string>().as('total')])
      .where('state', 'in', live)
      .groupBy('state')
      .execute()
    return new Map(rows.map(({ state, total }) => [state as JobState, Number(total)]))
  }

  /** How many jobs of a project have not ended. */
  async countLiveOf(projectId: ProjectId): Promise<number> {
    const { total } = await this.#db
      .selectFrom('jobs')
      .where('project_id', '=', projectId)
      .where('state', 'in', live)
      .select((of) => of.fn.countAll<number | string>().as('total'))
      .executeTakeFirstOrThrow()
    return Number(total)
  }

  /** How many jobs of a queue have not ended. */
  async runningOn(queueId: QueueId): Promise<number> {
    const { total } = await this.#db
      .selectFrom('jobs')
      .where('queue_id', '=', queueId)
      .where('state', 'in', live)
      .select((of) => of.fn.countAll<number | string>().as('total'))
      .executeTakeFirstOrThrow()
    return Number(total)
  }

  /** The jobs of a queue that have not ended, oldest first. */
  async listLiveOn(queueId: QueueId): Promise<readonly JobId[]> {
    const rows = await this.#db
      .selectFrom('jobs')
      .select('id')
      .where('queue_id', '=', queueId)
      .where('state', 'in', live)
      .orderBy('started_at')
      .orderBy('id')
      .execute()
    return rows.map((row) => row.id as JobId)
  }

  /**
   * Forgets jobs that ended before a moment, with their tags; those that have not ended stay.
   * @param most - how many at a time
   * @returns how many of each project
   */
  async forget(before: number, most: number): Promise<ReadonlyMap<ProjectId, number>> {
    const old = this.#db.selectFrom('jobs').select('id').where('ended_at', '<', before).orderBy('ended_at').limit(most)
    const rows = await this.#db.deleteFrom('jobs').where('id', 'in', old).returning(['id', 'project_id']).execute()
    const counts = new Map<ProjectId, number>()
    for (const { project_id } of rows) counts.set(project_id as ProjectId, (counts.get(project_id as ProjectId) ?? 0) + 1)
    if (rows.length > 0)
      await this.#db
        .deleteFrom('tags')
        .where('resource_kind', '=', 'job')
        .where(
          'resource_id',
          'in',
          rows.map(({ id }) => id),
        )
        .execute()
    return counts
  }

  /** Of these jobs, the ones whose directory is still wanted: live ones, and FINISHED ones that ended after `since`. */
  async listKept(ids: readonly string[], since: number): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set()
    const rows = await this.#db
      .selectFrom('jobs')
      .select('id')
      .where('id', 'in', ids)
      .where((of) => of.or([of('state', 'in', live), of.and([of('state', '=', 'FINISHED'), of('ended_at', '>=', since)])]))
      .execute()
    return new Set(rows.map((row) => row.id))
  }
}

/** Where a sealed value lives: a row's text opens in that row alone. */
function place(id: string): string {
  return `jobs/${id}/sql`
}

// SQL jobs: wire in, one use case, wire out.

import { operations, type QueryOf, type ResultOf } from '@tributary/contract'
import type { Control, JobListing } from '@tributary/control'
import { type Column, type ColumnType, formatColumnType, isFinal, type Job } from '@tributary/rules'
import { type Door, JsonText } from './door.ts'
import { success } from './envelope.ts'
import type { Words } from './messages/language.ts'
import { tagsOf } from './tag-pairs.ts'

/** Routes of SQL jobs. */
export function jobRoutes(door: Door, control: Control): void {
  door.on(operations.submitJob, async ({ caller, body }) => {
    const { job, schema, rows } = await control.jobs.submit(caller, {
      sql: body.sql,
      currentDatabase: body.currentdb ?? '',
      queueName: body.queue_name ?? '',
      conf: body.conf ?? [],
      engine: body.engine_type ?? '',
      tags: (body.tags ?? []).map(({ key, value = '' }) => ({ key, value })),
    })
    return success({
      job_id: job.id,
      job_type: job.type,
      job_mode: job.mode,
      ...(schema === undefined ? {} : { schema: schema.map(({ name, type }) => ({ [name]: formatColumnType(type) })) }),
      ...(rows === undefined ? {} : { rows: rows.map((row) => [...row]) }),
    })
  })
  door.on(operations.listJobs, async ({ caller, query, words }) => {
    const { total, jobs } = await control.jobs.list(caller, listingOf(query))
    return success({ job_count: total, jobs: jobs.map((job) => listed(job, words)) })
  })
  aboutRoutes(door, control)
  door.on(operations.getJobStatus, async ({ caller, params, words }) => statusOf(await control.jobs.get(caller, params.job_id), words))
  door.on(operations.previewJob, async ({ caller, params, query }) => {
    const pageSize = query['page-size'] ?? 1000
    const { job, body } = await control.jobs.preview(caller, params.job_id, { pageSize })
    const head = success({ job_id: job.id, job_type: job.type, row_count: job.resultRows, input_size: job.inputBytes })
    return new JsonText(`${JSON.stringify(head).slice(0, -1)},${body}}`)
  })
  door.on(operations.cancelJob, async ({ caller, params }) => {
    await control.jobs.cancel(caller, params.job_id)
    return success({})
  })
}

function aboutRoutes(door: Door, control: Control): void {
  door.on(operations.getJobDetail, async ({ caller, params }) => detailOf(await control.jobs.get(caller, params.job_id)))
  door.on(operations.getJobProgress, async ({ caller, params, words }) => {
    const job = await control.jobs.get(caller, params.job_id)
    return success({ job_id: job.id, status: job.state, progress: job.progress, sub_jobs: [] }, words(job.message))
  })
  door.on(operations.getJobProgressWhole, async ({ caller, params, words }) => {
    const job = await control.jobs.get(caller, params.job_id)
    return success({ job_id: job.id, status: job.state, progress: Math.floor(job.progress), sub_jobs: [] }, words(job.message))
  })
  door.on(operations.checkSql, async ({ caller, body }) => {
    const type = await control.jobs.check(caller, { sql: body.sql, currentDatabase: body.currentdb ?? '' })
    return success({ job_type: type }, 'the sql is ok')
  })
}

function listingOf(query: QueryOf<typeof operations.listJobs>): JobListing {
  return {
    pageSize: query['page-size'],
    currentPage: query['current-page'],
    order: query.order,
    from: query.start,
    until: query.end,
    type: query['job-type'],
    types: query.job_types,
    status: query['job-status'],
    id: query['job-id'],
    queueName: query.queue_name,
    statementPart: query.sql_pattern,
    owner: query.owner,
    engine: query['engine-type'] ?? query.engine_type,
    databaseName: query.db_name,
    tableName: query.table_name,
    tags: tagsOf(query.tags),
  }
}

function listed(job: Job, words: Words): ResultOf<typeof operations.listJobs>['jobs'][number] {
  const { is_success: _, job_mode: __, ...shared } = statusOf(job, words)
  return { ...shared, ...(job.endedAt === undefined ? {} : { end_time: job.endedAt }), with_column_header: false, engine_type: 'spark' }
}

function detailOf(job: Job): ResultOf<typeof operations.getJobDetail> {
  return success({
    job_id: job.id,
    owner: job.owner,
    start_time: job.startedAt,
    duration: durationOf(job),
    data_path: '',
    data_type: '',
    database_name: job.sentDatabase,
    table_name: job.tableName,
    with_column_header: false,
    tags: shownTags(job),
  })
}

function shownTags({ tags }: Job): { key: string; value: string }[] {
  return tags.map(({ key, value }) => ({ key, value }))
}

function statusOf(job: Job, words: Words): ResultOf<typeof operations.getJobStatus> {
  return success(
    {
      job_id: job.id,
      job_type: job.type,
      job_mode: job.mode,
      queue_name: job.queueName,
      owner: job.owner,
      start_time: job.startedAt,
      duration: durationOf(job),
      status: job.state,
      input_size: job.inputBytes,
      result_count: job.resultRows,
      input_row_count: job.inputRows,
      bad_row_count: 0,
      database_name: job.currentDatabase,
      table_name: job.tableName,
      detail: JSON.stringify({ type: 'struct', fields: job.columns.map(structField) }),
      statement: job.statement,
      tags: shownTags(job),
    },
    words(job.message),
  )
}

function durationOf({ state, startedAt, endedAt }: Job): number {
  return Math.max(0, (isFinal(state) && endedAt !== undefined ? endedAt : Date.now()) - startedAt)
}

// Spark's JSON of a schema has names of its own for these types.
const sparkNames: Readonly<Partial<Record<ColumnType['kind'], string>>> = {
  int: 'integer',
  bigint: 'long',
  smallint: 'short',
  tinyint: 'byte',
}

function structField({ name, type }: Column): unknown {
  return { name, type: sparkNames[type.kind] ?? formatColumnType(type), nullable: true, metadata: {} }
}

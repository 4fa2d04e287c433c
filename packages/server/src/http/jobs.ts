// SQL jobs: wire in, one use case, wire out.

import { operations, type QueryOf, type ResultOf } from '@tributary/contract'
import type { Control, JobListing } from '@tributary/control'
import {
  type Crossing,
  type ExportOrder,
  formatColumnType,
  type ImportOrder,
  isFinal,
  type Job,
  type ResultColumn,
  type ValueType,
} from '@tributary/rules'
import { type Door, JsonText } from './door.ts'
import { success } from './envelope.ts'
import type { Words } from './messages/language.ts'
import { waitSecondsOf } from './prefer.ts'
import { subJobs } from './sub-jobs.ts'
import { tagsOf } from './tag-pairs.ts'

/** Routes of SQL jobs. */
export function jobRoutes(door: Door, control: Control): void {
  door.on(operations.submitJob, async ({ caller, params, body }) => {
    const { job, schema, rows } = await control.jobs.submit(caller, {
      sql: body.sql,
      currentDatabase: body.currentdb ?? '',
      currentCatalog: body.current_catalog,
      queueName: params.queue_name ?? body.queue_name ?? '',
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
  door.on(operations.getJobStatus, async ({ caller, params, words, header, setHeader }) => {
    const waitSeconds = waitSecondsOf(header('prefer'))
    if (waitSeconds === 0) return statusOf(await control.jobs.get(caller, params.job_id), words)
    setHeader('preference-applied', `wait=${waitSeconds}`)
    return statusOf(await control.jobs.awaitEnd(caller, params.job_id, waitSeconds * 1000), words)
  })
  door.on(operations.previewJob, async ({ caller, params, query }) => {
    const pageSize = query['page-size'] ?? 1000
    const { job, body } = await control.jobs.preview(caller, params.job_id, { pageSize, queueName: query['queue-name'] })
    return rowsOf(job, body)
  })
  resultRoutes(door, control)
  transferRoutes(door, control)
  door.on(operations.cancelJob, async ({ caller, params }) => {
    await control.jobs.cancel(caller, params.job_id, params.queue_name)
    return success({})
  })
}

function resultRoutes(door: Door, control: Control): void {
  door.on(operations.getResultPage, async ({ caller, params, query }) => {
    const { job, body } = await control.resultPages.read(caller, params.job_id, {
      pageSize: query['page-size'],
      currentPage: query['current-page'],
      queueName: params.queue_name ?? query['queue-name'],
    })
    return rowsOf(job, body)
  })
  door.on(operations.exportResult, async ({ caller, params, body }) => {
    const job = await control.exports.start(caller, params.job_id, {
      dataPath: body.data_path,
      dataType: body.data_type,
      compress: body.compress,
      queueName: body.queue_name,
      mode: body.export_mode,
      withHeader: body.with_column_header,
      limit: body.limit_num,
      encoding: body.encoding_type,
      quote: body.quote_char,
      escape: body.escape_char,
    })
    return success({ job_id: job.id, job_mode: job.mode })
  })
}

/** Tables out to files and in from them. */
function transferRoutes(door: Door, control: Control): void {
  door.on(operations.importTable, async ({ caller, body }) => {
    const job = await control.imports.start(caller, {
      dataPath: body.data_path,
      dataType: body.data_type,
      database: body.database_name,
      table: body.table_name,
      withHeader: body.with_column_header,
      delimiter: body.delimiter,
      quote: body.quote_char,
      escape: body.escape_char,
      dateFormat: body.date_format,
      timestampFormat: body.timestamp_format,
      badRecordsPath: body.bad_records_path,
      queueName: body.queue_name,
      overwrite: body.overwrite,
      partition: body.partition_spec,
      conf: body.conf,
    })
    return success({ job_id: job.id, job_mode: job.mode })
  })
  door.on(operations.exportTable, async ({ caller, body }) => {
    const job = await control.exports.startTable(caller, {
      dataPath: body.data_path,
      dataType: body.data_type,
      database: body.database_name,
      table: body.table_name,
      compress: body.compress,
      queueName: body.queue_name,
      mode: body.export_mode,
      withHeader: body.with_column_header,
    })
    return success({ job_id: job.id, job_mode: job.mode })
  })
}

/** @param body - the members `schema` and `rows` as JSON text, numbers with every digit */
function rowsOf(job: Job, body: string): JsonText {
  const head = success({ job_id: job.id, job_type: job.type, row_count: job.resultRows, input_size: job.inputBytes })
  return new JsonText(`${JSON.stringify(head).slice(0, -1)},${body}}`)
}

function aboutRoutes(door: Door, control: Control): void {
  door.on(operations.getJobDetail, async ({ caller, params }) => detailOf(await control.jobs.get(caller, params.job_id)))
  door.on(operations.getJobProgress, async ({ caller, params, words }) => {
    const job = await control.jobs.get(caller, params.job_id)
    return success({ job_id: job.id, status: job.state, progress: job.progress, ...subJobs(job) }, words(job.message))
  })
  door.on(operations.getJobProgressWhole, async ({ caller, params, words }) => {
    const job = await control.jobs.get(caller, params.job_id)
    return success({ job_id: job.id, status: job.state, progress: Math.floor(job.progress), ...subJobs(job) }, words(job.message))
  })
  door.on(operations.getJobCrossings, async ({ caller, params }) => {
    const { job, crossings } = await control.jobs.crossings(caller, params.job_id)
    return success({ job_id: job.id, status: job.state, crossings: crossings.map(crossingOf) })
  })
  door.on(operations.checkSql, async ({ caller, body }) => {
    const type = await control.jobs.check(caller, { sql: body.sql, currentDatabase: body.currentdb ?? '' })
    return success({ job_type: type }, 'the sql is ok')
  })
}

function crossingOf(crossing: Crossing): ResultOf<typeof operations.getJobCrossings>['crossings'][number] {
  const { connectMs, firstRowMs } = crossing
  return {
    kind: crossing.kind,
    state: crossing.state,
    connection_id: crossing.connectionId ?? '',
    connection_name: crossing.connectionName,
    source: crossing.source,
    endpoint: crossing.endpoint,
    tables: [...crossing.tables],
    text: crossing.text,
    statements: crossing.statements,
    readers: crossing.readers,
    rows: crossing.rows,
    bytes_in: crossing.bytesIn,
    bytes_out: crossing.bytesOut,
    ...(connectMs === undefined ? {} : { connect_ms: connectMs }),
    ...(firstRowMs === undefined ? {} : { first_row_ms: firstRowMs }),
    total_ms: crossing.totalMs,
    wait_ms: crossing.waitMs,
    notes: [...crossing.notes],
  }
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
  return {
    ...shared,
    ...(job.endedAt === undefined ? {} : { end_time: job.endedAt }),
    with_column_header: (job.export ?? job.importOrder)?.withHeader ?? false,
    engine_type: 'spark',
    cpu_cost: String(job.cpuMs ?? 0),
    output_byte: String(job.outputBytes ?? 0),
  }
}

function detailOf(job: Job): ResultOf<typeof operations.getJobDetail> {
  return success({
    job_id: job.id,
    owner: job.owner,
    start_time: job.startedAt,
    duration: durationOf(job),
    data_path: (job.export ?? job.importOrder)?.dataPath ?? '',
    data_type: (job.export ?? job.importOrder)?.type ?? '',
    ...(job.export === undefined ? {} : exportMembers(job.export)),
    ...(job.importOrder === undefined ? {} : importMembers(job.importOrder)),
    database_name: job.sentDatabase,
    table_name: job.tableName,
    with_column_header: (job.export ?? job.importOrder)?.withHeader ?? false,
    tags: shownTags(job),
  })
}

function exportMembers({ mode, compress, type, quote, escape }: ExportOrder) {
  return { export_mode: mode, compress, ...(type === 'csv' ? { quote_char: quote, escape_char: escape } : {}) }
}

/** As published, with the defaults where nothing was sent. */
function importMembers({ type, delimiter, quote, escape, dateFormat, timestampFormat }: ImportOrder) {
  const times = { date_format: dateFormat ?? 'yyyy-MM-dd', timestamp_format: timestampFormat ?? 'yyyy-MM-dd HH:mm:ss' }
  return { ...(type === 'csv' ? { delimiter, quote_char: quote, escape_char: escape } : {}), ...(type === 'parquet' ? {} : times) }
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
      bad_row_count: job.badRows ?? 0,
      database_name: job.currentDatabase,
      table_name: job.tableName,
      detail: JSON.stringify({ type: 'struct', fields: job.columns.map(structField) }),
      statement: job.statement,
      tags: shownTags(job),
      ...(job.export === undefined ? {} : { result_path: job.export.dataPath, result_format: job.export.type }),
    },
    words(job.message),
  )
}

function durationOf({ state, startedAt, endedAt }: Job): number {
  return Math.max(0, (isFinal(state) && endedAt !== undefined ? endedAt : Date.now()) - startedAt)
}

// Spark's JSON of a schema has names of its own for these types.
const sparkNames: Readonly<Partial<Record<ValueType['kind'], string>>> = {
  int: 'integer',
  bigint: 'long',
  smallint: 'short',
  tinyint: 'byte',
}

function structField({ name, type }: ResultColumn): unknown {
  return { name, type: sparkType(type), nullable: true, metadata: {} }
}

function sparkType(type: ValueType): unknown {
  switch (type.kind) {
    case 'array':
      return { type: 'array', elementType: sparkType(type.element), containsNull: true }
    case 'map':
      return { type: 'map', keyType: sparkType(type.key), valueType: sparkType(type.value), valueContainsNull: true }
    case 'struct':
      return { type: 'struct', fields: type.fields.map(structField) }
    default:
      return sparkNames[type.kind] ?? formatColumnType(type)
  }
}

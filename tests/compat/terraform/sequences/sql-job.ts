// huaweicloud_dli_sql_job: submitted, watched until it is no longer launching, read over two calls; deleting one that has ended changes nothing.

import { blocksOf, filled, tagMap, tagsOf, textOf } from './attributes.ts'
import type { Resource } from './lifecycle.ts'
import { type Attributes, computed, given } from './plan.ts'
import { inEnglish, isGone, type Provider, Refused } from './provider.ts'

/** The resource. */
export const sqlJob: Resource = {
  schema: {
    sql: given('string'),
    database_name: given('string'),
    queue_name: computed('string'),
    conf: given({ list: { dli_sql_sqlasync_enabled: 'bool', spark_sql_shuffle_partitions: 'int', dli_sql_job_timeout: 'int' } }),
    tags: computed('map'),
    job_type: computed('string'),
    schema: computed({ list: 'map' }),
    rows: computed({ list: 'strings' }),
    owner: computed('string'),
    start_time: computed('string'),
    duration: computed('int'),
    status: computed('string'),
  },
  create,
  read,
  remove,
  importState: (id) => ({ id }),
}

const jobs = 'v1.0/{project_id}/jobs'
const settings: readonly (readonly [attribute: string, key: string])[] = [
  ['spark_sql_shuffle_partitions', 'spark.sql.shuffle.partitions'],
  ['dli_sql_sqlasync_enabled', 'dli.sql.sqlasync.enabled'],
  ['dli_sql_job_timeout', 'dli.sql.job.timeout'],
]
const submittedShape = {
  is_success: 'bool',
  message: 'string',
  job_id: 'string',
  job_type: 'string',
  schema: [{ '*': 'string' }],
  rows: [['string']],
  job_mode: 'string',
} as const
const statusShape = {
  is_success: 'bool',
  message: 'string',
  job_id: 'string',
  job_type: 'string',
  job_mode: 'string',
  queue_name: 'string',
  owner: 'string',
  start_time: 'int',
  duration: 'int',
  status: 'string',
  input_row_count: 'int',
  bad_row_count: 'int',
  input_size: 'int',
  result_count: 'int',
  database_name: 'string',
  table_name: 'string',
  detail: 'string',
  statement: 'string',
  tags: [{ key: 'string', value: 'string' }],
} as const
const detailShape = {
  is_success: 'bool',
  message: 'string',
  job_id: 'string',
  owner: 'string',
  start_time: 'int',
  duration: 'int',
  export_mode: 'string',
  data_path: 'string',
  data_type: 'string',
  database_name: 'string',
  table_name: 'string',
  with_column_header: 'bool',
  delimiter: 'string',
  quote_char: 'string',
  escape_char: 'string',
  date_format: 'string',
  timestamp_format: 'string',
  compress: 'string',
} as const

async function create(provider: Provider, configuration: Attributes): Promise<string> {
  const { sql, database_name: currentdb, queue_name } = configuration
  const [chosen = {}] = blocksOf(configuration, 'conf')
  const conf = settings.flatMap(([attribute, key]) => (chosen[attribute] ? [`${key}=${String(chosen[attribute])}`] : []))
  const body = filled({ sql, currentdb, queue_name, conf, tags: tagsOf(configuration) })
  const call = { method: 'POST', path: `${jobs}/submit-job`, headers: inEnglish, body } as const
  const submitted = await provider.read(call, submittedShape)
  if (!submitted.is_success) throw new Error(submitted.message)
  await provider.poll({ firstMs: 20_000, nextMs: 10_000 }, async () => {
    const { status, message } = await statusOf(provider, submitted.job_id)
    if (status === 'FAILED' || status === 'CANCELLED') throw new Error(`the job is ${status}: ${message}`)
    return status === 'LAUNCHING' ? undefined : status
  })
  return submitted.job_id
}

function statusOf(provider: Provider, id: unknown) {
  return provider.read({ method: 'GET', path: `${jobs}/${String(id)}/status`, headers: inEnglish }, statusShape)
}

async function read(provider: Provider, { id }: Attributes): Promise<Attributes | undefined> {
  const call = { method: 'GET', path: `${jobs}/${String(id)}/detail`, headers: inEnglish } as const
  const detail = await provider.read(call, detailShape).catch((error: unknown) => {
    if (!isGone(error)) throw error
  })
  if (detail === undefined) return undefined
  const { statement: sql, queue_name, job_type, status, tags } = await statusOf(provider, id)
  const { database_name, owner, start_time, duration } = detail
  const shown = { sql, database_name, queue_name, job_type, owner, duration, status }
  return { ...shown, start_time: new Date(start_time).toISOString(), tags: tagMap(tags) }
}

async function remove(provider: Provider, state: Attributes): Promise<void> {
  const id = textOf(state, 'id')
  const isOver = (status: string) => ['FINISHED', 'FAILED', 'CANCELLED'].includes(status)
  if (!isOver((await statusOf(provider, id)).status)) await provider.tell({ method: 'DELETE', path: `${jobs}/${id}`, headers: inEnglish })
  await provider.poll({ firstMs: 20_000, nextMs: 10_000 }, async () => {
    const status = await statusOf(provider, id).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error
      return { status: error.status === 400 ? 'FINISHED' : '' }
    })
    return isOver(status.status) ? true : undefined
  })
}

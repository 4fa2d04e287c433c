// SQL jobs on the wire.

import { Type } from 'typebox'
import { answer, envelope, inProject, members, milliseconds, tags } from './envelope.ts'
import { jobCrossingOperations } from './job-crossings.ts'
import { jobParams, jobsPath as base } from './job-paths.ts'
import { jobTransferOperations } from './job-transfers.ts'
import { operation } from './operation.ts'

// The discarded forms name the queue in the path.
const ofQueue = '/v1.0/{project_id}/queues/{queue_name}/jobs'
const queueOfPath = Type.Optional(Type.String({ description: 'the queue, in the forms that have it in their path' }))
const jobOfQueueParams = Type.Object({ ...inProject, job_id: Type.String(), queue_name: queueOfPath })
const schemaMember = Type.Array(Type.Object({}, { additionalProperties: Type.String() }), {
  description: 'one map of name to type per column, in order',
})
const rowsMember = Type.Array(Type.Array(Type.Unknown()), { description: 'one array of cells per row' })

/** `POST /v1.0/{project_id}/jobs/submit-job` */
const submitJob = operation({
  id: 'submitJob',
  noun: 'jobs',
  method: 'POST',
  path: [`${base}/submit-job`, `${ofQueue}/submit-job`],
  summary: 'Run one SQL statement on a queue.',
  action: 'dli:queue:submitJob',
  needs: 'editor',
  family: 'dli',
  params: Type.Object({ ...inProject, queue_name: queueOfPath }),
  body: Type.Object({
    sql: Type.String({ description: 'one statement of Spark SQL' }),
    currentdb: Type.Optional(Type.String({ description: 'database of unqualified names' })),
    current_catalog: Type.Optional(Type.String({ description: 'dli, which there is alone' })),
    queue_name: Type.Optional(Type.String({ description: 'default: the system queue default, which reaches no source' })),
    conf: Type.Optional(Type.Array(Type.String(), { description: '"key = value"' })),
    engine_type: Type.Optional(Type.String({ description: 'spark (default)' })),
    tags: Type.Optional(tags),
  }),
  response: {
    status: 200,
    schema: answer({
      job_id: Type.String({ description: 'UUID' }),
      job_type: Type.String(),
      job_mode: Type.String({ description: 'async or sync' }),
      schema: Type.Optional(schemaMember),
      rows: Type.Optional(rowsMember),
    }),
  },
  fidelity: {
    state: 'partial',
    note: 'databases, managed tables, views, queries, source tables on PostgreSQL and MySQL, to which no rows are written yet',
    witness: 'a statement is submitted, watched, read and cancelled as published',
  },
})

const resultPlace = {
  result_path: Type.Optional(Type.String({ description: 'of an EXPORT job: its data_path' })),
  result_format: Type.Optional(Type.String({ description: 'of an EXPORT job: csv or json' })),
}

const filter = (description: string) => Type.Optional(Type.String({ description }))

/** `GET /v1.0/{project_id}/jobs` */
const listJobs = operation({
  id: 'listJobs',
  noun: 'jobs',
  method: 'GET',
  path: base,
  summary: 'List jobs, newest first unless told; every filter that is sent must hold.',
  action: 'dli:jobs:list',
  needs: 'reader',
  family: 'dli',
  params: Type.Object(inProject),
  query: Type.Object({
    'page-size': Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'default 50' })),
    'current-page': Type.Optional(Type.Integer({ minimum: 1, description: 'from 1, the default' })),
    order: filter('start_time_desc (default), start_time_asc, duration_desc or duration_asc'),
    start: Type.Optional(milliseconds('earliest start')),
    end: Type.Optional(milliseconds('latest start')),
    'job-type': filter('one type, or ALL'),
    job_types: filter('types with commas between them; both must hold where job-type is sent too'),
    'job-status': filter('LAUNCHING, RUNNING, FINISHED, FAILED or CANCELLED'),
    'job-id': filter('exact'),
    queue_name: filter('exact, in any case'),
    sql_pattern: filter('part of the statement as it is shown, in any case'),
    owner: filter('exact'),
    'engine-type': filter('spark; hetuEngine finds nothing'),
    engine_type: filter('the same as engine-type'),
    db_name: filter('database of unqualified names, in any case'),
    table_name: filter('first table of the statement, in any case'),
    tags: filter('k1=v1,k2=v2; each must be found as part of a key and of its value'),
  }),
  response: {
    status: 200,
    schema: answer({
      job_count: Type.Integer({ description: 'matches before paging' }),
      jobs: Type.Array(
        members({
          job_id: Type.String(),
          job_type: Type.String(),
          queue_name: Type.String(),
          owner: Type.String(),
          start_time: milliseconds('start'),
          end_time: Type.Optional(milliseconds('end')),
          duration: Type.Integer({ description: 'ms' }),
          status: Type.String(),
          message: Type.String(),
          input_row_count: Type.Integer(),
          bad_row_count: Type.Integer(),
          input_size: Type.Integer({ description: 'bytes' }),
          result_count: Type.Integer(),
          database_name: Type.String(),
          table_name: Type.String(),
          with_column_header: Type.Boolean(),
          detail: Type.String(),
          engine_type: Type.String(),
          statement: Type.String({ description: 'secrets as ***' }),
          tags: Type.Array(Type.Object({ key: Type.String(), value: Type.String() })),
          ...resultPlace,
          cpu_cost: Type.String({ description: 'time of the processors in ms, as digits' }),
          output_byte: Type.String({ description: 'bytes of the files that the job made, as digits' }),
        }),
      ),
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'jobs are listed by every published filter and order' },
})

/** `GET /v1.0/{project_id}/jobs/{job_id}/status` */
const getJobStatus = operation({
  id: 'getJobStatus',
  noun: 'jobs',
  method: 'GET',
  path: `${base}/{job_id}/status`,
  summary: 'Read how a job stands; with Prefer: wait=10, once it has ended or so many seconds have passed, at most 20.',
  action: 'dli:jobs:get',
  needs: 'reader',
  family: 'dli',
  params: jobParams,
  headers: ['prefer'],
  response: {
    status: 200,
    headers: { 'preference-applied': 'how long the answer waited at most, where it was asked to' },
    schema: answer({
      job_id: Type.String(),
      job_type: Type.String(),
      job_mode: Type.String(),
      queue_name: Type.String(),
      owner: Type.String(),
      start_time: milliseconds('start'),
      duration: Type.Integer({ description: 'ms' }),
      status: Type.String({ description: 'LAUNCHING, RUNNING, FINISHED, FAILED or CANCELLED' }),
      input_size: Type.Integer({ description: 'bytes' }),
      result_count: Type.Integer(),
      input_row_count: Type.Integer(),
      bad_row_count: Type.Integer(),
      database_name: Type.String(),
      table_name: Type.String(),
      detail: Type.String({ description: 'the result’s schema: JSON text of a Spark struct' }),
      statement: Type.String({ description: 'secrets as ***' }),
      tags: Type.Array(Type.Object({ key: Type.String(), value: Type.String() })),
      ...resultPlace,
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'a statement is submitted, watched, read and cancelled as published' },
})

/** `GET /v1.0/{project_id}/jobs/{job_id}/detail` */
const getJobDetail = operation({
  id: 'getJobDetail',
  noun: 'jobs',
  method: 'GET',
  path: `${base}/{job_id}/detail`,
  summary: 'Read what a job was asked to do.',
  action: 'dli:jobs:get',
  needs: 'reader',
  family: 'dli',
  params: jobParams,
  response: {
    status: 200,
    schema: answer({
      job_id: Type.String(),
      owner: Type.String(),
      start_time: milliseconds('start'),
      duration: Type.Integer({ description: 'ms' }),
      data_path: Type.String({ description: 'of an IMPORT or EXPORT job; empty for any other' }),
      data_type: Type.String({ description: 'as data_path' }),
      export_mode: Type.Optional(Type.String()),
      compress: Type.Optional(Type.String()),
      quote_char: Type.Optional(Type.String()),
      escape_char: Type.Optional(Type.String()),
      delimiter: Type.Optional(Type.String()),
      date_format: Type.Optional(Type.String()),
      timestamp_format: Type.Optional(Type.String()),
      database_name: Type.String({ description: 'currentdb as it was sent, empty where none was' }),
      table_name: Type.String({ description: 'first table of the statement, or empty' }),
      with_column_header: Type.Boolean(),
      tags: Type.Array(Type.Object({ key: Type.String(), value: Type.String() })),
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'a job shows what it was asked to do, byte for byte' },
})

const progressMembers = {
  job_id: Type.String(),
  status: Type.String({ description: 'LAUNCHING, RUNNING, FINISHED, FAILED or CANCELLED' }),
  sub_job_id: Type.Optional(Type.Integer({ description: '0, once an engine has taken the job up' })),
  sub_jobs: Type.Array(
    members({
      id: Type.Integer(),
      name: Type.String(),
      description: Type.String(),
      submission_time: Type.String({ description: 'as Spark writes it: Mon Jul 27 17:24:03 UTC 2020' }),
      completion_time: Type.Optional(Type.String()),
      stage_ids: Type.Array(Type.Integer()),
      job_group: Type.String({ description: 'the id of the job' }),
      status: Type.String({ description: 'RUNNING, SUCCEEDED or FAILED' }),
      num_tasks: Type.Integer({ description: 'scans that are read for the job, and the job itself' }),
      num_active_tasks: Type.Integer(),
      num_completed_tasks: Type.Integer(),
      num_skipped_tasks: Type.Integer(),
      num_failed_tasks: Type.Integer(),
      num_killed_tasks: Type.Integer(),
      num_completed_indices: Type.Integer(),
      num_active_stages: Type.Integer(),
      num_completed_stages: Type.Integer(),
      num_skipped_stages: Type.Integer(),
      num_failed_stages: Type.Integer(),
      killed_tasks_summary: Type.Object({}, { additionalProperties: Type.Integer() }),
    }),
    { description: 'one, once an engine has taken the job up; none for what needs no engine' },
  ),
}
const progressWitness = 'the progress of a job is a fraction under v1, and whole under v1.0'

/** `GET /v1/{project_id}/jobs/{job_id}/progress` */
const getJobProgress = operation({
  id: 'getJobProgress',
  noun: 'jobs',
  method: 'GET',
  path: '/v1/{project_id}/jobs/{job_id}/progress',
  summary: 'Read how far a job has come.',
  action: 'dli:jobs:get',
  needs: 'reader',
  family: 'dli',
  params: jobParams,
  response: { status: 200, schema: answer({ ...progressMembers, progress: Type.Number({ description: '0 to 1' }) }) },
  fidelity: { state: 'real', note: '', witness: progressWitness },
})

/** `GET /v1.0/{project_id}/jobs/{job_id}/progress`: the library that calls it reads an integer and fails on a fraction. */
const getJobProgressWhole = operation({
  id: 'getJobProgressWhole',
  noun: 'jobs',
  method: 'GET',
  path: `${base}/{job_id}/progress`,
  summary: 'Read whether a job is done, by the path of older clients.',
  action: 'dli:jobs:get',
  needs: 'reader',
  family: 'dli',
  params: jobParams,
  response: { status: 200, schema: answer({ ...progressMembers, progress: Type.Integer({ description: '0, or 1 at the end' }) }) },
  fidelity: { state: 'real', note: '', witness: progressWitness },
})

/** `POST /v1.0/{project_id}/jobs/check-sql` */
const checkSql = operation({
  id: 'checkSql',
  noun: 'jobs',
  method: 'POST',
  path: `${base}/check-sql`,
  summary: 'Check a statement without running it.',
  action: 'dli:jobs:checkSql',
  needs: 'editor',
  family: 'dli',
  params: Type.Object(inProject),
  body: Type.Object({
    sql: Type.String({ description: 'one statement of Spark SQL' }),
    currentdb: Type.Optional(Type.String({ description: 'database of unqualified names' })),
  }),
  response: { status: 200, schema: answer({ job_type: Type.String({ description: 'type of the job that would run it' }) }) },
  fidelity: { state: 'real', note: '', witness: 'a statement is checked without a job' },
})

/** `GET /v1.0/{project_id}/jobs/{job_id}/preview` */
const previewJob = operation({
  id: 'previewJob',
  noun: 'jobs',
  method: 'GET',
  path: `${base}/{job_id}/preview`,
  summary: 'Read the first rows of a finished query.',
  action: 'dli:jobs:getResult',
  needs: 'editor',
  family: 'dli',
  params: jobParams,
  query: Type.Object({
    'page-size': Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'default 1000' })),
    'queue-name': Type.Optional(Type.String({ description: 'the queue that the job ran on' })),
  }),
  response: {
    status: 200,
    schema: answer({
      job_id: Type.String(),
      job_type: Type.String(),
      row_count: Type.Integer(),
      input_size: Type.Integer({ description: 'bytes' }),
      schema: schemaMember,
      rows: rowsMember,
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'a statement is submitted, watched, read and cancelled as published' },
})

/** `GET /v1.0/{project_id}/jobs/{job_id}`: discarded in the documents, and what older libraries read results by. */
const getResultPage = operation({
  id: 'getResultPage',
  noun: 'jobs',
  method: 'GET',
  path: [`${base}/{job_id}`, `${ofQueue}/{job_id}`],
  summary: 'Read any page of the whole result of a finished query.',
  action: 'dli:jobs:getResult',
  needs: 'editor',
  family: 'dli',
  params: jobOfQueueParams,
  query: Type.Object({
    'page-size': Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'default 50' })),
    'current-page': Type.Optional(Type.Integer({ minimum: 1, description: 'from 1, the default; one behind the last has no rows' })),
    'queue-name': Type.Optional(Type.String({ description: 'the queue that the job ran on' })),
  }),
  response: {
    status: 200,
    schema: answer({
      job_id: Type.String(),
      job_type: Type.String(),
      row_count: Type.Integer({ description: 'rows of the whole result' }),
      input_size: Type.Integer({ description: 'bytes' }),
      schema: schemaMember,
      rows: rowsMember,
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'every row of a result is read page by page, each with its exact digits' },
})

/** `DELETE /v1.0/{project_id}/jobs/{job_id}`, and the discarded form below a queue. */
const cancelJob = operation({
  id: 'cancelJob',
  noun: 'jobs',
  method: 'DELETE',
  path: [`${base}/{job_id}`, `${ofQueue}/{job_id}`],
  summary: 'Cancel a job; one that has ended answers 400.',
  action: 'dli:queue:cancelJob',
  needs: 'editor',
  family: 'dli',
  params: jobOfQueueParams,
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: 'a statement is submitted, watched, read and cancelled as published' },
})

/** Operations of jobs, by id. */
export const jobOperations = {
  submitJob,
  listJobs,
  getJobStatus,
  getJobDetail,
  getJobProgress,
  getJobProgressWhole,
  checkSql,
  previewJob,
  getResultPage,
  ...jobTransferOperations,
  cancelJob,
  ...jobCrossingOperations,
}

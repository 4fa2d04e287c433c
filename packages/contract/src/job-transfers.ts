// Jobs that move rows between tables and files, on the wire.

import { Type } from 'typebox'
import { answer, inProject } from './envelope.ts'
import { jobParams, jobsPath } from './job-paths.ts'
import { operation } from './operation.ts'

/** `POST /v1.0/{project_id}/jobs/{job_id}/export-result` */
const exportResult = operation({
  id: 'exportResult',
  noun: 'jobs',
  method: 'POST',
  path: `${jobsPath}/{job_id}/export-result`,
  summary: 'Export the result of a finished query to a folder, by a job of its own.',
  action: 'dli:jobs:exportResult',
  needs: 'editor',
  family: 'dli',
  params: jobParams,
  body: Type.Object({
    data_path: Type.String({ description: 'obs://bucket/folder, a folder of the server’s export directory' }),
    data_type: Type.String({ description: 'csv or json' }),
    compress: Type.Optional(Type.String({ description: 'none (default), gzip or deflate; bzip2 is refused' })),
    queue_name: Type.Optional(Type.String({ description: 'where the job runs; default: the system queue default' })),
    export_mode: Type.Optional(Type.String({ description: 'ErrorIfExists (default) or Overwrite' })),
    with_column_header: Type.Optional(
      Type.Boolean({ description: 'whether a CSV file begins with the names of the columns; default false' }),
    ),
    limit_num: Type.Optional(Type.Integer({ minimum: 0, description: 'most rows; 0, the default, for all' })),
    encoding_type: Type.Optional(Type.String({ description: 'utf-8 (default), gb2312 or gbk' })),
    quote_char: Type.Optional(Type.String({ description: 'one sign, CSV alone; default "' })),
    escape_char: Type.Optional(Type.String({ description: 'one sign, CSV alone; default \\' })),
  }),
  response: {
    status: 200,
    schema: answer({ job_id: Type.String({ description: 'of the EXPORT job' }), job_mode: Type.String({ description: 'async' }) }),
  },
  fidelity: {
    state: 'partial',
    note: 'to a folder of the server instead of object storage; compress bzip2 is refused by name',
    witness: 'a result is exported with every published option, and the files hold what the pages show',
  },
})

const transferAnswer = (type: string) => ({
  status: 200 as const,
  schema: answer({ job_id: Type.String({ description: `of the ${type} job` }), job_mode: Type.String({ description: 'async' }) }),
})

/** `POST /v1.0/{project_id}/jobs/import-table` */
const importTable = operation({
  id: 'importTable',
  noun: 'jobs',
  method: 'POST',
  path: `${jobsPath}/import-table`,
  summary: 'Import a file, or the files of a folder, into a managed table, by a job of its own: whole or not at all.',
  action: 'dli:jobs:importTable',
  needs: 'editor',
  family: 'dli',
  params: Type.Object(inProject),
  body: Type.Object({
    data_path: Type.String({
      description: 'obs://bucket/path, a path of the server’s import directory, or of what the project has exported',
    }),
    data_type: Type.String({ description: 'csv, json or parquet; orc, avro and carbon are refused' }),
    database_name: Type.String(),
    table_name: Type.String({ description: 'a managed table' }),
    with_column_header: Type.Optional(
      Type.Boolean({ description: 'whether CSV files begin with the names of the columns; default false' }),
    ),
    delimiter: Type.Optional(Type.String({ description: 'one sign, CSV alone; default ,' })),
    quote_char: Type.Optional(Type.String({ description: 'one sign, CSV alone; default "' })),
    escape_char: Type.Optional(Type.String({ description: 'one sign, CSV alone; default \\' })),
    date_format: Type.Optional(Type.String({ description: 'Spark’s pattern; default yyyy-MM-dd' })),
    timestamp_format: Type.Optional(Type.String({ description: 'Spark’s pattern; default yyyy-MM-dd HH:mm:ss' })),
    bad_records_path: Type.Optional(
      Type.String({
        description: 'a folder of the export directory for the records that cannot be read, which then do not reach the table',
      }),
    ),
    queue_name: Type.Optional(Type.String({ description: 'where the job runs; default: the system queue default' })),
    overwrite: Type.Optional(Type.Boolean({ description: 'whether the rows take the place of those that are there; default false' })),
    partition_spec: Type.Optional(
      Type.Union([Type.String(), Type.Record(Type.String(), Type.String())], {
        description: 'year=2024,month=1, or the same as members: the partition that all rows go to; without it their columns say it',
      }),
    ),
    conf: Type.Optional(
      Type.Array(Type.String(), { description: '"key = value"; dli.sql.dynamicPartitionOverwrite.enabled is what matters' }),
    ),
  }),
  response: transferAnswer('IMPORT'),
  fidelity: {
    state: 'partial',
    note: 'from a folder of the server instead of object storage; orc, avro and carbon are refused by name',
    witness: 'files are imported with every published option, and a bad record is told',
  },
})

/** `POST /v1.0/{project_id}/jobs/export-table` */
const exportTable = operation({
  id: 'exportTable',
  noun: 'jobs',
  method: 'POST',
  path: `${jobsPath}/export-table`,
  summary: 'Export a managed table to a folder, by a job of its own.',
  action: 'dli:jobs:exportTable',
  needs: 'editor',
  family: 'dli',
  params: Type.Object(inProject),
  body: Type.Object({
    data_path: Type.String({ description: 'obs://bucket/folder, a folder of the server’s export directory' }),
    data_type: Type.String({ description: 'csv or json' }),
    database_name: Type.String(),
    table_name: Type.String({ description: 'a managed table' }),
    compress: Type.Optional(Type.String({ description: 'none (default), gzip or deflate; bzip2 is refused' })),
    queue_name: Type.Optional(Type.String({ description: 'where the job runs; default: the system queue default' })),
    export_mode: Type.Optional(Type.String({ description: 'ErrorIfExists (default) or Overwrite' })),
    with_column_header: Type.Optional(
      Type.Boolean({ description: 'whether a CSV file begins with the names of the columns; default false' }),
    ),
  }),
  response: transferAnswer('EXPORT'),
  fidelity: {
    state: 'partial',
    note: 'to a folder of the server instead of object storage; compress bzip2 is refused by name',
    witness: 'a table is exported, and imported again it is the same',
  },
})

/** Operations of jobs that move files, by id. */
export const jobTransferOperations = { exportResult, importTable, exportTable }

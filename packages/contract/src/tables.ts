// Tables of the catalog on the wire.

import { Type } from 'typebox'
import { answer, envelope, inProject, members, milliseconds, offset, tags } from './envelope.ts'
import { operation } from './operation.ts'

const base = '/v1.0/{project_id}/databases/{database_name}/tables'
const databaseParams = Type.Object({ ...inProject, database_name: Type.String() })
const tableParams = Type.Object({ ...inProject, database_name: Type.String(), table_name: Type.String() })
const witness = 'tables are listed, described and deleted as published'

const managedWitness = 'a managed table is created, filled, previewed and taken apart as published'

/** `POST /v1.0/{project_id}/databases/{database_name}/tables` */
const createTable = operation({
  id: 'createTable',
  noun: 'tables',
  method: 'POST',
  path: base,
  summary: 'Create a managed table or a view.',
  action: 'dli:database:createTable',
  needs: 'editor',
  family: 'dli',
  params: databaseParams,
  body: Type.Object({
    table_name: Type.String({ description: '1 to 128 letters, digits, _ and $; compared without case' }),
    data_location: Type.String({ description: 'DLI for a managed table, VIEW for a view' }),
    description: Type.Optional(Type.String()),
    columns: Type.Optional(
      Type.Array(
        members({
          column_name: Type.String(),
          type: Type.String({ description: 'as SQL writes it, for instance decimal(10,2)' }),
          description: Type.Optional(Type.String()),
          is_partition_column: Type.Optional(Type.Boolean({ description: 'default false; partition columns come last' })),
        }),
        { maxItems: 4_096 },
      ),
    ),
    data_type: Type.Optional(Type.String({ description: 'parquet, whatever is sent' })),
    data_path: Type.Optional(Type.String()),
    select_statement: Type.Optional(Type.String({ description: 'of a view: its query' })),
    tags: Type.Optional(tags),
  }),
  response: { status: 200, schema: envelope },
  fidelity: {
    state: 'partial',
    note: 'data_location DLI and VIEW; there is no object storage',
    witness: managedWitness,
  },
})

/** `GET /v1.0/{project_id}/databases/{database_name}/tables` */
const listTables = operation({
  id: 'listTables',
  noun: 'tables',
  method: 'GET',
  path: base,
  summary: 'List the tables of a database.',
  action: 'dli:database:displayAllTables',
  needs: 'reader',
  family: 'dli',
  params: databaseParams,
  query: Type.Object({
    keyword: Type.Optional(Type.String({ description: 'part of the name' })),
    'with-detail': Type.Optional(Type.Boolean({ description: 'the same members either way' })),
    'with-priv': Type.Optional(Type.Boolean()),
    'without-tablemeta': Type.Optional(Type.Boolean()),
    'page-size': Type.Optional(Type.Integer({ minimum: 1, description: 'default: all' })),
    'current-page': Type.Optional(Type.Integer({ minimum: 1, description: 'from 1, the default' })),
    'table-type': Type.Optional(Type.String({ description: 'MANAGED_TABLE, EXTERNAL_TABLE or VIRTUAL_VIEW' })),
    'datasource-type': Type.Optional(Type.String({ description: 'DLI, JDBC and the like' })),
  }),
  response: {
    status: 200,
    schema: answer({
      table_count: Type.Integer({ description: 'matches before paging' }),
      tables: Type.Array(
        members({
          create_time: milliseconds('creation'),
          last_access_time: milliseconds('last use'),
          data_type: Type.String(),
          data_location: Type.String(),
          owner: Type.String(),
          table_name: Type.String(),
          table_size: Type.Integer({ description: 'bytes of a managed table, 0 for others' }),
          table_type: Type.String({ description: 'MANAGED, EXTERNAL or VIEW' }),
          partition_columns: Type.Optional(Type.Array(Type.String())),
        }),
      ),
    }),
  },
  fidelity: { state: 'partial', note: 'with-priv shows no privileges yet', witness },
})

/** `GET /v1.0/{project_id}/databases/{database_name}/tables/{table_name}` */
const getTable = operation({
  id: 'getTable',
  noun: 'tables',
  method: 'GET',
  path: `${base}/{table_name}`,
  summary: 'Describe a table.',
  action: 'dli:table:describeTable',
  needs: 'reader',
  family: 'dli',
  params: tableParams,
  response: {
    status: 200,
    schema: answer({
      column_count: Type.Integer(),
      columns: Type.Array(
        members({ column_name: Type.String(), type: Type.String(), description: Type.String(), is_partition_column: Type.Boolean() }),
      ),
      table_type: Type.String(),
      data_type: Type.String(),
      data_location: Type.String(),
      storage_properties: Type.Array(members({ key: Type.String(), value: Type.String() }), { description: 'the options, secrets as ***' }),
      table_comment: Type.String(),
      create_table_sql: Type.String({ description: 'the statement that makes it again, secrets as ***' }),
    }),
  },
  fidelity: { state: 'real', note: '', witness },
})

/** `DELETE /v1.0/{project_id}/databases/{database_name}/tables/{table_name}` */
const deleteTable = operation({
  id: 'deleteTable',
  noun: 'tables',
  method: 'DELETE',
  path: `${base}/{table_name}`,
  summary: 'Delete a table from the catalog; what lies at the source stays.',
  action: 'dli:table:dropTable',
  needs: 'editor',
  family: 'dli',
  params: tableParams,
  query: Type.Object({ async: Type.Optional(Type.Boolean({ description: 'answered at once all the same' })) }),
  response: { status: 200, schema: answer({ job_mode: Type.String() }) },
  fidelity: { state: 'partial', note: 'always done when it is answered: async=true makes no job', witness },
})

/** `GET /v1.0/{project_id}/databases/{database_name}/tables/{table_name}/preview` */
const previewTable = operation({
  id: 'previewTable',
  noun: 'tables',
  method: 'GET',
  path: `${base}/{table_name}/preview`,
  summary: 'Read the first ten rows of a managed table.',
  action: 'dli:table:select',
  needs: 'editor',
  family: 'dli',
  params: tableParams,
  query: Type.Object({ mode: Type.Optional(Type.String({ description: 'SYNC or ASYNC; read at once all the same' })) }),
  response: {
    status: 200,
    schema: answer({
      schema: Type.Array(Type.Record(Type.String(), Type.String()), { description: 'name to type, one column each' }),
      rows: Type.Array(Type.Array(Type.Union([Type.String(), Type.Null()])), { description: 'every cell as text' }),
    }),
  },
  fidelity: { state: 'partial', note: 'ASYNC is answered as SYNC is', witness: managedWitness },
})

/** `GET /v1.0/{project_id}/databases/{database_name}/tables/{table_name}/partitions` */
const listPartitions = operation({
  id: 'listPartitions',
  noun: 'tables',
  method: 'GET',
  path: `${base}/{table_name}/partitions`,
  summary: 'List the partitions of a managed table, by name.',
  action: 'dli:table:showPartitions',
  needs: 'reader',
  family: 'dli',
  params: tableParams,
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, description: 'default 100' })),
    offset: Type.Optional(offset),
    filter: Type.Optional(Type.String({ description: 'name=value, several with commas between them' })),
  }),
  response: {
    status: 200,
    schema: answer({
      partitions: members({
        total_count: Type.Integer({ description: 'matches before paging' }),
        partition_infos: Type.Array(
          members({
            partition_name: Type.String({ description: 'year=2024/month=1' }),
            create_time: milliseconds('the first write that is still there'),
            last_access_time: milliseconds('the newest write'),
            last_ddl_time: Type.Integer({ description: 'the newest write, in seconds' }),
            num_rows: Type.Integer(),
            num_files: Type.Integer(),
            total_size: Type.Integer({ description: 'bytes' }),
          }),
        ),
      }),
    }),
  },
  fidelity: { state: 'partial', note: 'without locations: where files lie is the service’s own business', witness: managedWitness },
})

/** Operations of tables, by id. */
export const tableOperations = { createTable, listTables, getTable, previewTable, listPartitions, deleteTable }

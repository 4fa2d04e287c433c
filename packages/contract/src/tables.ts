// Tables of the catalog on the wire.

import { Type } from 'typebox'
import { answer, inProject, members, milliseconds } from './envelope.ts'
import { operation } from './operation.ts'

const base = '/v1.0/{project_id}/databases/{database_name}/tables'
const databaseParams = Type.Object({ ...inProject, database_name: Type.String() })
const tableParams = Type.Object({ ...inProject, database_name: Type.String(), table_name: Type.String() })
const witness = 'tables are listed, described and deleted as published'

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
    'table-type': Type.Optional(Type.String({ description: 'not filtered by yet' })),
    'datasource-type': Type.Optional(Type.String({ description: 'not filtered by yet' })),
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
          table_size: Type.Integer(),
          table_type: Type.String(),
        }),
      ),
    }),
  },
  fidelity: { state: 'partial', note: 'source tables; managed tables come with their own issue, filters by kind too', witness },
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
    }),
  },
  fidelity: { state: 'partial', note: 'source tables; without create_table_sql', witness },
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

/** Operations of tables, by id. */
export const tableOperations = { listTables, getTable, deleteTable }

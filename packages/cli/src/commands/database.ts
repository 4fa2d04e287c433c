// Databases and tables of the catalog, and who may use them.

import { resultOf } from '../job.ts'
import { operationVerb } from '../operation-verb.ts'
import { printResult } from '../result.ts'
import { column } from '../show.ts'
import type { Verb } from '../verb.ts'

const userColumns = [column('user_name', 'user'), column('is_admin', 'owner'), column('privileges')]

/** Verbs of `database`. */
export const databaseVerbs: readonly Verb[] = [
  operationVerb('createDatabase', {
    positionals: ['database_name'],
    said: ({ body }) => `database ${String(body['database_name'])} created`,
    examples: [{ line: 'tributary database create shop', brief: 'A place for tables:' }],
  }),
  operationVerb('listDatabases', {
    columns: [column('database_name', 'name'), column('owner'), column('table_number', 'tables'), column('description')],
    examples: [{ line: 'tributary database list', brief: 'All of the project:' }],
  }),
  operationVerb('deleteDatabase', {
    said: ({ params }) => `database ${String(params['database_name'])} deleted`,
    examples: [{ line: 'tributary database delete old --cascade', brief: 'With its tables:' }],
  }),
  operationVerb('listDatabaseUsers', {
    columns: userColumns,
    examples: [{ line: 'tributary database list-users shop', brief: 'Who may use it:' }],
  }),
  operationVerb('updateDatabaseOwner', {
    positionals: ['new_owner'],
    said: ({ body }) => `${String(body['new_owner'])} owns it now`,
    examples: [{ line: 'tributary database change-owner shop ann', brief: 'Hand it over:' }],
  }),
]

/** Verbs of `table`. */
export const tableVerbs: readonly Verb[] = [
  operationVerb('createTable', {
    positionals: ['table_name'],
    assumed: { data_location: 'DLI' },
    hidden: ['data_path', 'select_statement'],
    said: ({ body }) => `table ${String(body['table_name'])} created`,
    examples: [
      {
        line: `tributary table create shop visits --columns '[{"column_name": "n", "type": "int"}, {"column_name": "day", "type": "date", "is_partition_column": true}]'`,
        brief: 'A managed table, partitioned by day:',
      },
    ],
  }),
  operationVerb('listTables', {
    columns: [column('table_name', 'name'), column('table_type', 'type'), column('data_location', 'location'), column('owner')],
    examples: [{ line: 'tributary table list shop', brief: 'Those of one database:' }],
  }),
  operationVerb('previewTable', {
    show: ({ terminal }, answer) => {
      const { schema, rows } = answer as { schema: Readonly<Record<string, string>>[]; rows: unknown[][] }
      printResult(terminal, resultOf(schema, rows, rows.length), 'table')
    },
    examples: [{ line: 'tributary table preview shop visits', brief: 'The first ten rows of a managed table:' }],
  }),
  operationVerb('listPartitions', {
    columns: [
      column('partition_name', 'partition'),
      column('num_rows', 'rows'),
      column('num_files', 'files'),
      column('total_size', 'bytes'),
    ],
    examples: [{ line: 'tributary table list-partitions shop visits', brief: 'What a managed table consists of:' }],
  }),
  operationVerb('getTable', { examples: [{ line: 'tributary table get shop orders', brief: 'With its columns:' }] }),
  operationVerb('deleteTable', {
    said: ({ params }) => `table ${String(params['table_name'])} deleted; a source keeps its rows`,
    examples: [{ line: 'tributary table delete shop old', brief: 'From the catalog alone:' }],
  }),
  operationVerb('listTableUsers', {
    columns: userColumns,
    examples: [{ line: 'tributary table list-users shop orders', brief: 'Who may use it:' }],
  }),
  operationVerb('getTableUser', {
    examples: [{ line: 'tributary table get-user shop orders ann', brief: 'What one user may do with it:' }],
  }),
  operationVerb('updateTableOwner', {
    positionals: ['new_owner'],
    said: ({ body }) => `${String(body['new_owner'])} owns it now`,
    examples: [{ line: 'tributary table change-owner shop orders ann', brief: 'Hand it over:' }],
  }),
]

/** Verbs of `privilege`. */
export const privilegeVerbs: readonly Verb[] = [
  operationVerb('authorizeUser', {
    positionals: ['user_name'],
    flags: { action: { values: ['grant', 'revoke', 'update'] } },
    said: () => 'privileges changed',
    examples: [
      {
        line: `tributary privilege change ann --action grant --privileges '[{"object": "databases.shop.tables.orders", "privileges": ["SELECT"]}]'`,
        brief: 'Let a user read a table:',
      },
    ],
  }),
  operationVerb('listPrivileges', {
    flags: { object: { isRequired: true, brief: 'databases.NAME, databases.NAME.tables.NAME or datasourceauth.NAME' } },
    columns: [column('object'), ...userColumns],
    examples: [{ line: 'tributary privilege list --object databases.shop', brief: 'On one object:' }],
  }),
]

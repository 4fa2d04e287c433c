// huaweicloud_dli_table as it lives: made, described, found in the list with all details, and deleted at once.

import type { Resource } from './lifecycle.ts'
import { type Attributes, computed, given } from './plan.ts'
import { inEnglish, isGone, type Provider } from './provider.ts'
import { textOf } from './attributes.ts'

/** The resource: made by its call, or by SQL and imported. */
export const table: Resource = {
  schema: {
    database_name: given('string'),
    name: given('string'),
    data_location: given('string'),
    select_statement: given('string'),
    columns: given({ list: { name: 'string', type: 'string', description: 'string', is_partition: 'bool' } }),
    description: given('string'),
    data_format: computed('string'),
    bucket_location: computed('string'),
    with_column_header: computed('bool'),
    delimiter: computed('string'),
    quote_char: computed('string'),
    escape_char: computed('string'),
    date_format: computed('string'),
    timestamp_format: computed('string'),
  },
  create,
  read,
  remove,
  importState: (id) => ({ id }),
}

const tablesOf = (database: unknown) => `v1.0/{project_id}/databases/${String(database)}/tables`
const describedShape = {
  is_success: 'bool',
  column_count: 'int',
  columns: [{ column_name: 'string', type: 'string', description: 'string', is_partition_column: 'bool' }],
  table_type: 'string',
  data_type: 'string',
  data_location: 'string',
  storage_properties: [{ key: 'string', value: 'string' }],
  table_comment: 'string',
  create_table_sql: 'string',
} as const
const listedShape = {
  is_success: 'bool',
  table_count: 'int',
  tables: [
    {
      create_time: 'int',
      data_type: 'string',
      data_location: 'string',
      last_access_time: 'int',
      location: 'string',
      owner: 'string',
      table_name: 'string',
      table_size: 'int',
      partition_columns: ['string'],
      'page-size': 'int',
      'current-page': 'int',
      table_type: 'string',
    },
  ],
} as const

async function create(provider: Provider, configuration: Attributes): Promise<string> {
  const { database_name: database, name: table_name, data_location, description } = configuration
  const columns = configuration['columns'] as readonly Attributes[]
  const body = {
    table_name,
    data_location,
    description,
    columns: columns.map(({ name, type, description: about, is_partition }) => ({
      column_name: name,
      type,
      description: about,
      is_partition_column: is_partition,
    })),
  }
  await provider.tell({ method: 'POST', path: tablesOf(database), headers: inEnglish, body })
  return `${String(database)}/${String(table_name)}`
}

async function read(provider: Provider, state: Attributes): Promise<Attributes | undefined> {
  const [database_name = '', name = ''] = textOf(state, 'id').split('/')
  const path = tablesOf(database_name)
  const call = { method: 'GET', path: `${path}/${name}`, headers: inEnglish } as const
  const described = await provider.read(call, describedShape).catch((error: unknown) => {
    if (!isGone(error, 'DLI.0002')) throw error
  })
  if (described === undefined) return undefined
  const query = `keyword=${name}&with-detail=true&with-priv=true`
  const { tables } = await provider.read({ method: 'GET', path: `${path}?${query}`, headers: inEnglish }, listedShape)
  const found = tables.find(({ table_name }) => table_name === name)
  if (found === undefined) return undefined
  const columns = described.columns.map((column) => ({
    name: column.column_name,
    type: column.type,
    description: column.description,
    is_partition: column.is_partition_column,
  }))
  const { data_location, data_type: data_format, location: bucket_location } = found
  return { database_name, name, data_location, columns, description: described.table_comment, data_format, bucket_location }
}

async function remove(provider: Provider, state: Attributes): Promise<void> {
  const [database, name] = textOf(state, 'id').split('/')
  await provider.tell({ method: 'DELETE', path: `${tablesOf(database)}/${String(name)}?async=false`, headers: inEnglish })
}

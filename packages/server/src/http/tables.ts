// Tables of the catalog: wire in, one use case, wire out.

import { operations, type ResultOf } from '@tributary/contract'
import { type Control, createStatement, type SizedTable } from '@tributary/control'
import { declaredType, isManaged, isView, type Table, type TablePartition } from '@tributary/rules'
import { type Door, JsonText } from './door.ts'
import { success } from './envelope.ts'

/** Routes of tables. */
export function tableRoutes(door: Door, control: Control): void {
  door.on(operations.createTable, async ({ caller, params, body }) => {
    const { table_name: name, description: comment = '', select_statement: query = '' } = body
    if (body.data_location.toUpperCase() === 'VIEW') {
      await control.views.create(caller, params.database_name, { name, comment, query })
      return success({})
    }
    await control.tables.create(caller, params.database_name, {
      name,
      location: body.data_location,
      comment,
      columns: (body.columns ?? []).map((column) => ({
        name: column.column_name,
        type: column.type,
        comment: column.description ?? '',
        isPartition: column.is_partition_column ?? false,
      })),
    })
    return success({})
  })
  door.on(operations.previewTable, async ({ caller, params, query }) => {
    const { database_name: database, table_name: name } = params
    const preview = await control.tablePreviews.preview(caller, { database, name, mode: query.mode })
    return new JsonText(`${JSON.stringify(success({})).slice(0, -1)},${inTexts(preview)}}`)
  })
  door.on(operations.listPartitions, async ({ caller, params, query }) => {
    const { total, partitions } = await control.tables.listPartitions(caller, params.database_name, params.table_name, query)
    return success({ partitions: { total_count: total, partition_infos: partitions.map(partition) } }, 'list partitions succeed')
  })
  door.on(operations.listTables, async ({ caller, params, query }) => {
    const { keyword, 'page-size': limit, 'current-page': page = 1, 'table-type': type, 'datasource-type': source } = query
    const offset = limit === undefined ? 0 : (page - 1) * limit
    const { total, tables } = await control.tables.list(caller, params.database_name, { keyword, type, source, limit, offset })
    return success({ table_count: total, tables: tables.map(listed) })
  })
  door.on(operations.getTable, async ({ caller, params }) =>
    described(await control.tables.get(caller, params.database_name, params.table_name)),
  )
  door.on(operations.deleteTable, async ({ caller, params }) => {
    await control.tables.remove(caller, params.database_name, params.table_name)
    return success({ job_mode: 'sync' })
  })
}

function partition(part: TablePartition): ResultOf<typeof operations.listPartitions>['partitions']['partition_infos'][number] {
  return {
    partition_name: part.name,
    create_time: part.createdAt,
    last_access_time: part.changedAt,
    last_ddl_time: Math.floor(part.changedAt / 1000),
    num_rows: part.rows,
    num_files: part.files,
    total_size: part.bytes,
  }
}

/** Cells as texts, as the page shows them, nested ones as JSON: a number keeps the digits of the JSON it came in. */
function inTexts(preview: string): string {
  const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown }
  const told = JSON.parse(`{${preview}}`, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && context?.source !== undefined ? rawJSON(context.source) : value,
  ) as { readonly schema: unknown; readonly rows: readonly (readonly unknown[])[] }
  const rows = told.rows.map((row) => row.map((cell) => (cell === null || typeof cell === 'string' ? cell : JSON.stringify(cell))))
  return `"schema":${JSON.stringify(told.schema)},"rows":${JSON.stringify(rows)}`
}

function listed({ table, bytes }: SizedTable): ResultOf<typeof operations.listTables>['tables'][number] {
  return {
    create_time: table.createdAt,
    last_access_time: table.managed?.changedAt ?? table.createdAt,
    ...kindOf(table),
    owner: table.owner,
    table_name: table.name,
    table_size: bytes,
    ...(isManaged(table) ? { partition_columns: [...table.managed.partitionColumns] } : {}),
  }
}

function kindOf(table: Table): { data_type: string; data_location: string; table_type: string } {
  if (isManaged(table)) return { data_type: table.using, data_location: 'DLI', table_type: 'MANAGED' }
  if (isView(table)) return { data_type: '', data_location: 'VIEW', table_type: 'VIEW' }
  return { data_type: table.using, data_location: table.using.toUpperCase(), table_type: 'EXTERNAL' }
}

function described(table: Table): ResultOf<typeof operations.getTable> {
  return success({
    column_count: table.columns.length,
    columns: table.columns.map((column) => ({
      column_name: column.name,
      type: declaredType(column),
      description: column.comment ?? '',
      is_partition_column: table.managed?.partitionColumns.includes(column.name) === true,
    })),
    ...kindOf(table),
    storage_properties: Object.entries(table.options).map(([key, value]) => ({ key, value })),
    table_comment: table.comment,
    create_table_sql: createStatement(table),
  })
}

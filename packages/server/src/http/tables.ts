// Tables of the catalog: wire in, one use case, wire out.

import { operations, type ResultOf } from '@tributary/contract'
import type { Control } from '@tributary/control'
import { formatColumnType, type Table } from '@tributary/rules'
import type { Door } from './door.ts'
import { success } from './envelope.ts'

/** Routes of tables. */
export function tableRoutes(door: Door, control: Control): void {
  door.on(operations.listTables, async ({ caller, params, query }) => {
    const { keyword, 'page-size': limit, 'current-page': page = 1 } = query
    const offset = limit === undefined ? 0 : (page - 1) * limit
    const { total, tables } = await control.tables.list(caller, params.database_name, { keyword, limit, offset })
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

function listed(table: Table): ResultOf<typeof operations.listTables>['tables'][number] {
  return {
    create_time: table.createdAt,
    last_access_time: table.createdAt,
    data_type: table.using,
    data_location: table.using.toUpperCase(),
    owner: table.owner,
    table_name: table.name,
    table_size: 0,
    table_type: 'EXTERNAL',
  }
}

function described(table: Table): ResultOf<typeof operations.getTable> {
  return success({
    column_count: table.columns.length,
    columns: table.columns.map(({ name, type, comment }) => ({
      column_name: name,
      type: formatColumnType(type),
      description: comment ?? '',
      is_partition_column: false,
    })),
    table_type: 'EXTERNAL',
    data_type: table.using,
    data_location: table.using.toUpperCase(),
    storage_properties: Object.entries(table.options).map(([key, value]) => ({ key, value })),
    table_comment: table.comment,
  })
}

// A scan of a managed table as DuckDB SQL: its own Parquet reader over the files of one version, so that it prunes and filters by itself.
//
//   files of year=2024 and year=2025, filter year = 2024   →   SELECT "id", "year" FROM read_parquet(['…/2024.parquet'])

import type { Column } from '@tributary/rules'
import type { Scan } from '../plan/plan.ts'
import { duckType, quoteName, quoteString } from '../plan/spark-types.ts'
import type { WarehouseTable } from '../source.ts'
import { mayHold } from './prune.ts'

/** What is read for one scan. */
export interface WarehouseScan {
  readonly handle: string
  readonly sql: string
  /** Of the files that are read. */
  readonly rows: number
  readonly bytes: number
}

/** Leaves out files whose partition cannot pass the filters; the filters stay in the query, where DuckDB takes them to row groups. */
export function readSql({ handle, columns, filters }: Scan, table: WarehouseTable): WarehouseScan {
  const files = table.files.filter((file) => filters.every((filter) => mayHold(filter, file, table)))
  const read = columns.map((position) => table.columns[position] as Column)
  return {
    handle,
    sql:
      files.length === 0
        ? emptySql(read)
        : filesSql(
            read,
            files.map(({ path }) => path),
          ),
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
  }
}

function filesSql(columns: readonly Column[], paths: readonly string[]): string {
  const list = columns.map(({ name }) => quoteName(name)).join(', ')
  return `SELECT ${list} FROM read_parquet([${paths.map(quoteString).join(', ')}], hive_partitioning = false)`
}

function emptySql(columns: readonly Column[]): string {
  return `SELECT ${columns.map(({ name, type }) => `CAST(NULL AS ${duckType(type)}) AS ${quoteName(name)}`).join(', ')} WHERE false`
}

// A scan of a managed table as DuckDB SQL: its own Parquet reader over the files of one version, so that it prunes and filters by itself.
//
//   files of year=2024 and year=2025, filter year = 2024   →   SELECT "id", "year" FROM read_parquet(['…/2024.parquet'])

import type { ResultColumn } from '@tributary/rules'
import type { Scan } from '../plan/plan.ts'
import { duckType, quoteName, quoteString } from '../plan/spark-types.ts'
import type { WarehouseFile, WarehouseTable } from '../source.ts'
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
  const read = columns.map((position) => table.columns[position] as ResultColumn)
  return {
    handle,
    sql:
      files.length === 0
        ? emptySql(read)
        : alikeFiles(files)
            .map((some) => filesSql(read, some, table))
            .join(' UNION ALL '),
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
  }
}

/** Files that have the same columns, oldest first. */
function alikeFiles(files: readonly WarehouseFile[]): readonly (readonly WarehouseFile[])[] {
  return [...Map.groupBy(files, ({ columnCount }) => columnCount).values()]
}

/** Columns that were added after the files had been written are NULL in them. */
function filesSql(columns: readonly ResultColumn[], files: readonly WarehouseFile[], table: WarehouseTable): string {
  const held = columnsIn(files[0] as WarehouseFile, table)
  const list = columns.map((column) => (held.has(column) ? readColumnSql(column, table) : nullSql(column)))
  const paths = files.map(({ path }) => quoteString(path))
  return `SELECT ${list.join(', ')} FROM read_parquet([${paths.join(', ')}], hive_partitioning = false)`
}

function readColumnSql({ name, type }: ResultColumn, { isForeign }: WarehouseTable): string {
  return isForeign === true ? `CAST(${quoteName(name)} AS ${duckType(type)}) AS ${quoteName(name)}` : quoteName(name)
}

/** Those that a file has: new columns stand behind all others, and before those of the partitions. */
function columnsIn({ columnCount }: WarehouseFile, { columns, partitionColumns }: WarehouseTable): ReadonlySet<ResultColumn> {
  const missing = columns.length - (columnCount ?? columns.length)
  const firstPartition = columns.length - partitionColumns.length
  return new Set(columns.filter((_column, index) => index < firstPartition - missing || index >= firstPartition))
}

function nullSql({ name, type }: ResultColumn): string {
  return `CAST(NULL AS ${duckType(type)}) AS ${quoteName(name)}`
}

function emptySql(columns: readonly ResultColumn[]): string {
  return `SELECT ${columns.map(nullSql).join(', ')} WHERE false`
}

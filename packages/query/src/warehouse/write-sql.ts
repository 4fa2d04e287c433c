// A planned query as the rows of a table: each column from the query or from the statement, in the order and with the types of the table.

import { type Assigned, type Column, formatColumnType, type ResultColumn, ServiceError, say } from '@tributary/rules'
import type { Plan } from '../plan/plan.ts'
import { quoteName } from '../plan/spark-types.ts'
import { fixedSql, storeSql } from './store-cast.ts'

/** What a query's rows are to become. */
export interface WriteOrder {
  /** Of the table, in its order. */
  readonly columns: readonly Column[]
  /** Names of columns, outermost first. */
  readonly partitionColumns: readonly string[]
  /** Where each column's values come from. */
  readonly assigned: readonly Assigned[]
  /** The query's columns as they were when that was decided. */
  readonly given: readonly ResultColumn[]
  /** The write ends when its files grow beyond that. */
  readonly mostBytes: number
}

/**
 * The rows as DuckDB SQL.
 * @throws {ServiceError} `conflict` when the query gives other columns than it did
 */
export function writeSql(plan: Plan, { columns, partitionColumns, assigned, given }: WriteOrder): string {
  if (shapeOf(plan.columns) !== shapeOf(given))
    throw new ServiceError('conflict', say`a table that the statement reads was made anew meanwhile: run the statement again`)
  const list = columns.map((column, index) => {
    const source = assigned[index] as Assigned
    const value = source.kind === 'fixed' ? fixedSql(source.value, column.type) : givenSql(source.position, given, column)
    return `${isTextPartition(column, partitionColumns) ? `nullif(${value}, '')` : value} AS ${quoteName(column.name)}`
  })
  return `SELECT ${list.join(', ')} FROM (\n${plan.sql}\n) AS given(${given.map((_column, index) => nameOf(index)).join(', ')})`
}

function givenSql(position: number, given: readonly ResultColumn[], { name, type }: Column): string {
  const { type: from } = given[position] as ResultColumn
  return storeSql({ sql: nameOf(position), from, to: type, column: name })
}

function nameOf(position: number): string {
  return `g${position}`
}

/** Spark has no partition of the empty text: it is that of NULL. */
function isTextPartition({ name, type }: Column, partitionColumns: readonly string[]): boolean {
  return type.kind === 'string' && partitionColumns.includes(name)
}

function shapeOf(columns: readonly ResultColumn[]): string {
  return columns.map(({ type }) => formatColumnType(type)).join()
}

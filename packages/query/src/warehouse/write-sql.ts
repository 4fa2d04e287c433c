// A planned query as the rows of a table: each column from the query or from the statement, in the order and with the types of the table.

import { type Assigned, formatColumnType, nullNameRefused, nullPartitionName, type ResultColumn, ServiceError, say } from '@tributary/rules'
import type { Plan } from '../plan/plan.ts'
import { once } from '../plan/functions/arguments.ts'
import { misfitSql } from '../plan/refusal.ts'
import { quoteName, quoteString } from '../plan/spark-types.ts'
import { fixedSql, storeSql } from './store-cast.ts'

/** What a query's rows are to become. */
export interface WriteOrder {
  /** Of the table, in its order. */
  readonly columns: readonly ResultColumn[]
  /** Names of columns, outermost first. */
  readonly partitionColumns: readonly string[]
  /** Where each column's values come from. */
  readonly assigned: readonly Assigned[]
  /** The query's columns as they were when that was decided. */
  readonly given: readonly ResultColumn[]
  /** The position of the query's column that says whether a row is of a bad record; absent: none is. */
  readonly badAt?: number | undefined
  /** The write ends when its files grow beyond that. */
  readonly mostBytes: number
}

/**
 * The rows as DuckDB SQL.
 * @throws {ServiceError} `conflict` when the query gives other columns than it did
 */
export function writeSql(plan: Plan, order: Omit<WriteOrder, 'mostBytes'>): string {
  const { columns, partitionColumns, assigned, given } = order
  if (shapeOf(plan.columns) !== shapeOf(given))
    throw new ServiceError('conflict', say`a table that the statement reads was made anew meanwhile: run the statement again`)
  const values = columns.map((column, index) => {
    const source = assigned[index] as Assigned
    const value = source.kind === 'fixed' ? fixedSql(source.value, column.type) : givenSql(source.position, given, column)
    const kept = column.mostLetters === undefined ? value : sizedSql(value, column.name, column.mostLetters)
    const parted = isTextPartition(column, partitionColumns) ? partitionSql(kept, column.name) : kept
    return column.isRequired === true ? requiredSql(parted, column.name, order.badAt) : parted
  })
  const list = columns.map(({ name }, index) => `${values[index]} AS ${quoteName(name)}`)
  if (order.badAt !== undefined) list.push(...badnessKeys(order, order.badAt, values))
  return `SELECT ${list.join(', ')} FROM (\n${plan.sql}\n) AS given(${given.map((_column, index) => nameOf(index)).join(', ')})`
}

/** Bad rows go to files of their own, beside those of their partition: keys that are written into no file. */
function badnessKeys(
  { columns, partitionColumns }: Pick<WriteOrder, 'columns' | 'partitionColumns'>,
  badAt: number,
  values: readonly string[],
): readonly string[] {
  const partition = partitionColumns.map((column) => values[columns.findIndex(({ name }) => name === column)])
  const keys = keyNames(partitionColumns)
  return [`coalesce(${nameOf(badAt)}, false)`, ...partition].map((value, index) => `${value} AS ${quoteName(keys[index] ?? '')}`)
}

/** What files are parted by where bad rows are told from others: no column is called so. */
export function keyNames(partitionColumns: readonly string[]): readonly string[] {
  return ['~bad', ...partitionColumns.map((_column, index) => `~${index}`)]
}

function givenSql(position: number, given: readonly ResultColumn[], { name, type }: ResultColumn): string {
  const { type: from } = given[position] as ResultColumn
  return storeSql({ sql: nameOf(position), from, to: type, column: name })
}

/** Blanks beyond the length are cut off, anything else there ends the statement. @see Spark 3.3.1, CharVarcharCodegenUtils.varcharTypeWriteSideCheck */
function sizedSql(sql: string, column: string, most: number): string {
  const misfit = misfitSql(
    say`Exceeds char/varchar type length limitation: ${most}, in column ${column}; cut the text with left(…, ${most}), or make the table with a longer column`,
  )
  return once(
    sql,
    'vc_t',
    (text) =>
      `CASE WHEN ${text} IS NULL OR length(${text}) <= ${most} THEN ${text} WHEN length(rtrim(${text}, ' ')) <= ${most} THEN left(${text}, ${most}) ELSE ${misfit} END`,
  )
}

/** A row without a value ends the statement; records that could not be read have none, and are kept apart. */
function requiredSql(sql: string, column: string, badAt: number | undefined): string {
  const misfit = misfitSql(
    say`column ${column} is NOT NULL and a row has no value in it; leave such rows out, or give them a value with coalesce(${column}, …)`,
  )
  const isBad = badAt === undefined ? '' : ` AND NOT coalesce(${nameOf(badAt)}, false)`
  return once(sql, 'rq_v', (value) => `CASE WHEN ${value} IS NULL${isBad} THEN ${misfit} ELSE ${value} END`)
}

function nameOf(position: number): string {
  return `g${position}`
}

/** Spark has no partition of the empty text: it is that of NULL, and would share its folder with the text that names it. */
function partitionSql(value: string, column: string): string {
  const misfit = misfitSql(nullNameRefused(column))
  return `CASE WHEN ${value} = ${quoteString(nullPartitionName)} THEN ${misfit} ELSE nullif(${value}, '') END`
}

function isTextPartition({ name, type }: ResultColumn, partitionColumns: readonly string[]): boolean {
  return type.kind === 'string' && partitionColumns.includes(name)
}

function shapeOf(columns: readonly ResultColumn[]): string {
  return columns.map(({ type }) => formatColumnType(type)).join()
}

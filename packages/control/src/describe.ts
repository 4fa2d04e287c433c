// DESCRIBE: the columns of a table or a view and what else is known of it, a database, a function, in Spark's columns and order.

import type { DescribeStatement } from '@tributary/query'
import { declaredType, partitionName, readPartition, type ResultColumn, ServiceError, say, type Table } from '@tributary/rules'
import { type Answer, getRelation, type Place, textColumns } from './look.ts'
import { detailsOf, isPartitioned } from './table-details.ts'

/** A DESCRIBE of what is in the catalog; of a query, planning tells. */
export type DescribeEntry = Exclude<DescribeStatement, { readonly what: 'query' }>

type Row = readonly (string | null)[]

/** Answers a DESCRIBE. @throws {ServiceError} `notFound` database, `semantic` for a table, a column or a partition that is not there */
export async function describe(place: Place, statement: DescribeEntry): Promise<Answer> {
  if (statement.what === 'function') return { columns: textColumns('function_desc'), rows: statement.lines.map((line) => [line]) }
  if (statement.what === 'database') return describeDatabase(place, statement)
  const table = await getRelation(place, statement.table)
  if (statement.column !== undefined) return describeColumn(table, statement.column, statement.extended)
  if (statement.partition !== undefined) await checkPartition(place, table, statement.partition)
  const rows = [...columnRows(table.columns), ...partitionRows(table)]
  return describedColumns(statement.extended ? [...rows, ...(await detailRows(place, table))] : rows)
}

/** The columns of a query, as DESCRIBE QUERY shows them. */
export function describeColumns(columns: readonly ResultColumn[]): Answer {
  return describedColumns(columnRows(columns))
}

function describedColumns(rows: readonly Row[]): Answer {
  return { columns: textColumns('col_name', 'data_type', 'comment'), rows }
}

function columnRows(columns: readonly ResultColumn[]): readonly Row[] {
  return columns.map((column) => [column.name, declaredType(column), column.comment ?? null])
}

function partitionRows(table: Table): readonly Row[] {
  if (!isPartitioned(table)) return []
  const names = table.managed?.partitionColumns ?? []
  const own = table.columns.filter(({ name }) => names.includes(name))
  return [['# Partition Information', '', ''], ['# col_name', 'data_type', 'comment'], ...columnRows(own)]
}

async function detailRows(place: Place, table: Table): Promise<readonly Row[]> {
  const details = (await detailsOf(place, table)).map(([word, value]) => [word, value, ''])
  return [['', '', ''], ['# Detailed Table Information', '', ''], ...details]
}

async function describeDatabase({ store, projectId }: Place, statement: Extract<DescribeEntry, { what: 'database' }>): Promise<Answer> {
  const { name, description, owner } = await store.databases.get(projectId, statement.database)
  const rows: Row[] = [
    ['Namespace Name', name],
    ['Comment', description],
    ['Owner', owner],
  ]
  if (statement.extended) rows.push(['Properties', ''])
  return { columns: textColumns('info_name', 'info_value'), rows }
}

/** Figures of a column that Spark's ANALYZE would gather. */
const figures = ['min', 'max', 'num_nulls', 'distinct_count', 'avg_col_len', 'max_col_len', 'histogram']

/** The name is shown as it is asked for. */
function describeColumn({ columns, databaseName, name }: Table, column: string, extended: boolean): Answer {
  const found = columns.find((each) => each.name.toLowerCase() === column.toLowerCase())
  if (found === undefined) throw new ServiceError('semantic', say`Column ${column} does not exist in ${databaseName}.${name}`)
  const rows: Row[] = [
    ['col_name', column],
    ['data_type', declaredType(found)],
    ['comment', found.comment ?? 'NULL'],
  ]
  return { columns: textColumns('info_name', 'info_value'), rows: extended ? [...rows, ...figures.map((word) => [word, 'NULL'])] : rows }
}

async function checkPartition(
  { store }: Place,
  table: Table,
  partition: NonNullable<Extract<DescribeEntry, { what: 'table' }>['partition']>,
): Promise<void> {
  const name = `${table.databaseName}.${table.name}`
  const columns = table.managed?.partitionColumns ?? []
  const wanted = readPartition(name, columns, partition)
  const files = await store.tableVersions.listFiles(table.id)
  if (files.some((file) => wanted.every(({ value }, index) => value === (file.partition[index] ?? null)))) return
  const shown = partitionName(
    columns,
    wanted.map(({ value }) => value ?? null),
  )
  throw new ServiceError('semantic', say`Partition not found in table ${name}: ${shown}`)
}

// INSERT: which column of a query goes where, and which types a table takes, by Spark's rules (store assignment ANSI, its default).

import { formatColumnType, type ResultColumn, type StructField, type ValueType } from './column.ts'
import { ServiceError } from './errors.ts'
import { type PartitionValue, partitionText, readPartition } from './partition.ts'
import { say } from './text.ts'

/** The table that is written to. */
export interface InsertTarget {
  /** `database.table`, for messages. */
  readonly name: string
  /** In the order of the table. */
  readonly columns: readonly ResultColumn[]
  readonly partitionColumns: readonly string[]
}

/** How a statement lists what it gives. */
export interface InsertList {
  readonly partition: readonly PartitionValue[]
  /** Names in the order of the query's columns; absent: all, in the order of the table. */
  readonly columns: readonly string[] | undefined
}

/** Where the value of one column of the table comes from: a position in the query, or the statement itself. */
export type Assigned = { readonly kind: 'given'; readonly position: number } | { readonly kind: 'fixed'; readonly value: string | null }

/**
 * Matches the columns of a query with those of a table, by position.
 * @returns one entry for each column of the table, in its order
 * @throws {ServiceError} `semantic` where there are too few or too many, a name is wrong, or a type is not taken
 */
export function assignColumns(target: InsertTarget, list: InsertList, given: readonly ResultColumn[]): readonly Assigned[] {
  const partition = readStatic(target, list.partition)
  const fixed = new Map(partition.flatMap(({ column, value }) => (value === undefined ? [] : [[column, value] as const])))
  const open = target.columns.filter(({ name }) => !fixed.has(name))
  const order = list.columns === undefined ? open : listed(target, list.columns)
  if (order.length !== open.length || given.length !== open.length) throw miscounted(target, given.length, fixed.size)
  return target.columns.map((column): Assigned => {
    const value = fixed.get(column.name)
    if (value !== undefined) return { kind: 'fixed', value: partitionText(column, value) }
    const position = order.indexOf(column)
    if (position < 0) throw new ServiceError('semantic', say`column ${column.name} of table ${target.name} is given no value`)
    checkStored(target, column, given[position] as ResultColumn)
    return { kind: 'given', position }
  })
}

/** The columns of a source's table that a statement gives a value, and where each value comes from. */
export interface SourceInsert {
  readonly columns: readonly ResultColumn[]
  readonly assigned: readonly Assigned[]
}

/**
 * Matches the columns of a query with those of a source's table, by position. Columns that are not named get what the source gives them.
 * @returns the columns in the order of the query's
 * @throws {ServiceError} `semantic` where there are too few or too many, a name is wrong, a type is not taken, or partitions are named
 */
export function assignSourceColumns(
  target: Omit<InsertTarget, 'partitionColumns'>,
  list: InsertList,
  given: readonly ResultColumn[],
): SourceInsert {
  const whole: InsertTarget = { ...target, partitionColumns: [] }
  if (list.partition.length > 0)
    throw new ServiceError('semantic', say`table ${target.name} lives at a source and has no partitions here: leave PARTITION out`)
  const columns = list.columns === undefined ? target.columns : listed(whole, list.columns)
  if (given.length !== columns.length) throw miscounted({ ...whole, columns }, given.length, 0)
  columns.forEach((column, position) => checkStored(whole, column, given[position] as ResultColumn))
  return { columns, assigned: columns.map((_, position) => ({ kind: 'given', position })) }
}

/** Spark reads `PARTITION (a, b = 1)` as a mistake: what is fixed comes before what is open. */
function readStatic({ name, partitionColumns }: InsertTarget, partition: readonly PartitionValue[]): readonly PartitionValue[] {
  const values = readPartition(name, partitionColumns, partition)
  if (partition.length > 0 && partition.length < partitionColumns.length)
    throw new ServiceError(
      'semantic',
      say`PARTITION names ${partition.length} of ${partitionColumns.length} partition columns of ${name}: name all, without a value where the rows say it`,
    )
  const opened = values.findIndex(({ value }) => value === undefined)
  if (opened >= 0 && values.slice(opened).some(({ value }) => value !== undefined))
    throw new ServiceError('semantic', say`in PARTITION, columns with a value come before those without`)
  return values
}

function listed({ columns }: InsertTarget, names: readonly string[]): readonly ResultColumn[] {
  const lower = names.map((name) => name.toLowerCase())
  const twice = names.find((_name, index) => lower.indexOf(lower[index] as string) !== index)
  if (twice !== undefined) throw new ServiceError('semantic', say`Found duplicate column(s) in the column list: ${twice}`)
  return names.map((name) => {
    const found = columns.find((column) => column.name.toLowerCase() === name.toLowerCase())
    if (found === undefined) throw new ServiceError('semantic', say`Cannot resolve column name ${name}`)
    return found
  })
}

function miscounted({ name, columns }: InsertTarget, given: number, fixed: number): ServiceError {
  return new ServiceError(
    'semantic',
    say`${name} requires that the data to be inserted have the same number of columns as the target table: target table has ${columns.length} column(s) but the inserted data has ${given + fixed} column(s), including ${fixed} partition column(s) having constant value(s).`,
  )
}

function checkStored({ name }: InsertTarget, to: ResultColumn, from: ResultColumn): void {
  if (isStored(from.type, to.type)) return
  throw new ServiceError(
    'semantic',
    say`Cannot write incompatible data to table ${name}: Cannot safely cast '${to.name}': ${formatColumnType(from.type)} to ${formatColumnType(to.type)}; cast it in the query`,
  )
}

const numbers: readonly string[] = ['tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal']
const times: readonly string[] = ['date', 'timestamp']
const texts: readonly string[] = [...numbers, ...times, 'boolean', 'string', 'binary']

/** Whether a table's column of type `to` takes values of type `from`; some of them may still be refused when they come. @see Spark 3.3.1, Cast.canANSIStoreAssign */
export function isStored(from: ValueType, to: ValueType): boolean {
  if (from.kind === 'null' || formatColumnType(from) === formatColumnType(to)) return true
  if (from.kind === 'array' && to.kind === 'array') return isStored(from.element, to.element)
  if (from.kind === 'map' && to.kind === 'map') return isStored(from.key, to.key) && isStored(from.value, to.value)
  if (from.kind === 'struct' && to.kind === 'struct') return areStored(from.fields, to.fields)
  if (to.kind === 'string') return texts.includes(from.kind)
  return [numbers, times].some((kinds) => kinds.includes(from.kind) && kinds.includes(to.kind))
}

/** Fields meet by their places, whatever they are called. */
function areStored(from: readonly StructField[], to: readonly StructField[]): boolean {
  return from.length === to.length && from.every(({ type }, index) => isStored(type, (to[index] as StructField).type))
}

// Managed tables: rows in the installation's own warehouse, visible by whole versions; how their columns stand, and what a write replaces.

import { formatColumnType, isSizedText, lettersOf, type ResultColumn, type ValueType } from './column.ts'
import { ServiceError } from './errors.ts'
import type { Id } from './ids.ts'
import { partitionName, type PartitionValue } from './partition.ts'
import type { Managed, Table } from './table.ts'
import { say, type Text } from './text.ts'

/** UUID of one Parquet file of the warehouse, which is also its name there. */
export type TableFileId = Id<'TableFile'>

/** A catalog entry whose rows lie in the warehouse. */
export type ManagedTable = Table & { readonly managed: Managed }

/** One file of a table. It never changes, and belongs to one partition. */
export interface TableFile {
  readonly id: TableFileId
  /** A value for each partition column, as text that its type reads back; `null` for NULL. */
  readonly partition: readonly (string | null)[]
  readonly rows: number
  readonly bytes: number
  /** How many columns the table had when it was written; those that were added later are NULL in it. Absent: all. */
  readonly columnCount?: number | undefined
  /** ms since the epoch. */
  readonly createdAt: number
}

/** The name of a file in the warehouse. */
export function tableFileName(id: string): string {
  return `${id}.parquet`
}

/** True for a table whose rows lie in the warehouse. */
export function isManaged(table: Table): table is ManagedTable {
  return table.managed !== undefined
}

/**
 * @param verb - the statement, for the message: `TRUNCATE TABLE`, `IMPORT`, `ALTER TABLE ... ADD COLUMNS`
 * @throws {ServiceError} `unsupported` for what is no managed table
 */
export function checkManaged(table: Table, verb: string): asserts table is ManagedTable {
  if (isManaged(table)) return
  const name = `${table.databaseName}.${table.name}`
  throw new ServiceError('unsupported', needsManaged(name, verb), { subject: { kind: 'table', name } })
}

function needsManaged(name: string, verb: string): Text {
  if (verb.startsWith('ALTER'))
    return say`${verb} changes managed tables alone, and ${name} is none: change it at its source; where its columns become others, create it here again`
  if (verb === 'IMPORT')
    return say`${verb} writes to managed tables alone, and ${name} is none: import into a managed table, then send its rows on with INSERT INTO ${name}`
  return say`${verb} writes to managed tables alone, and ${name} is none: empty it at its source, or write new rows with INSERT OVERWRITE`
}

/** A query's column as a new table keeps it. @throws {ServiceError} `semantic` for a bare NULL, by itself or inside of arrays, maps and structs */
export function storableColumn(column: ResultColumn): ResultColumn {
  const { name, type } = column
  if (holds(type, 'interval'))
    throw new ServiceError(
      'unsupported',
      say`column ${name} of type ${formatColumnType(type)} is not offered in a table: keep the two times, or cast the interval to STRING`,
    )
  if (!holds(type, 'null')) return column
  throw new ServiceError(
    'semantic',
    say`column ${name} is a bare NULL, which no table can keep: give it a type, for instance CAST(NULL AS STRING)`,
  )
}

/** Whether a type is of a kind, or one of its parts is. */
function holds(type: ValueType, kind: 'null' | 'interval'): boolean {
  switch (type.kind) {
    case 'array':
      return holds(type.element, kind)
    case 'map':
      return holds(type.key, kind) || holds(type.value, kind)
    case 'struct':
      return type.fields.some((field) => holds(field.type, kind))
    default:
      return type.kind === kind
  }
}

/** Nested columns have no text that a partition could be named by. */
const simpleKinds = [
  'boolean',
  'tinyint',
  'smallint',
  'int',
  'bigint',
  'float',
  'double',
  'decimal',
  'string',
  'binary',
  'date',
  'timestamp',
]

/**
 * Puts the columns of a new table in order: those of its partitions come last, as Spark has it.
 * @param table - `database.table`, for messages
 * @param partitionedBy - names in any case
 * @returns the columns, and the partition columns as they are spelled there
 * @throws {ServiceError} `semantic` for a name twice, an unknown one, one of no simple type, a bare NULL, and a table of partition columns alone
 */
export function arrangeColumns(
  table: string,
  columns: readonly ResultColumn[],
  partitionedBy: readonly string[],
): { readonly columns: readonly ResultColumn[]; readonly partitionColumns: readonly string[] } {
  checkOnce(table, columns)
  columns.forEach(storableColumn)
  const last = partitionedBy.map((name) => findPartition(table, columns, name))
  if (new Set(last).size < last.length) throw new ServiceError('semantic', say`a column is listed twice in PARTITIONED BY`)
  const first = columns.filter((column) => !last.includes(column))
  if (first.length === 0) throw new ServiceError('semantic', say`Cannot use all columns for partition columns`)
  return { columns: [...first, ...last], partitionColumns: last.map(({ name }) => name) }
}

/**
 * A text of limited length as a managed table keeps it.
 * @param text - the type as it is written
 * @throws {ServiceError} `unsupported` for `char(n)`, which is filled up and compared in a way of its own, and for a length inside of arrays, maps and structs
 */
export function sizeOfText(column: string, text: string): Pick<ResultColumn, 'mostLetters'> {
  const mostLetters = lettersOf(text)
  if (mostLetters !== undefined) return { mostLetters }
  if (isSizedText(text))
    throw new ServiceError(
      'unsupported',
      say`column ${column}: of texts with a length VARCHAR(n) is offered in managed tables, by itself; use it or STRING`,
    )
  return {}
}

function checkOnce(table: string, columns: readonly ResultColumn[]): void {
  const names = columns.map(({ name }) => name.toLowerCase())
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new ServiceError('semantic', say`Found duplicate column(s) in the table definition of ${table}: ${twice}`)
}

function findPartition(table: string, columns: readonly ResultColumn[], name: string): ResultColumn {
  const found = columns.find((column) => column.name.toLowerCase() === name.toLowerCase())
  if (found === undefined) {
    const known = columns.map((column) => column.name).join(', ')
    throw new ServiceError('semantic', say`partition column ${name} is not defined in table ${table}, defined table columns are: ${known}`)
  }
  if (!simpleKinds.includes(found.type.kind))
    throw new ServiceError('semantic', say`Cannot use ${formatColumnType(found.type)} for partition column`)
  return found
}

/** What a write puts in the place of what. */
export interface Replacement {
  readonly overwrite: boolean
  /** The static values that the statement names. */
  readonly partition: readonly PartitionValue[]
  /** Only partitions that get rows are replaced, where the statement leaves any open. */
  readonly isDynamic: boolean
}

/**
 * Which files of the newest version a write takes the place of. As Spark: an overwrite replaces the whole table or the static partition that it names;
 * a dynamic one, of the partitions below that, those alone that it writes to.
 * @returns none for a write that only adds
 */
export function replacedFiles(
  managed: Managed,
  files: readonly TableFile[],
  { overwrite, partition, isDynamic }: Replacement,
  added: readonly Pick<TableFile, 'partition'>[],
): readonly TableFile[] {
  if (!overwrite) return []
  const named = files.filter((file) => lies(managed, file, partition))
  const fixed = partition.filter(({ value }) => value !== undefined).length
  if (!isDynamic || fixed >= managed.partitionColumns.length) return named
  const written = new Set(added.map((file) => JSON.stringify(file.partition)))
  return named.filter((file) => written.has(JSON.stringify(file.partition)))
}

/** True for a file of a partition that some values name; columns that are left open hold anything. */
export function lies(managed: Managed, file: Pick<TableFile, 'partition'>, partition: readonly PartitionValue[]): boolean {
  return partition.every(({ column, value }) => {
    const at = managed.partitionColumns.findIndex((name) => name.toLowerCase() === column.toLowerCase())
    return value === undefined || (file.partition[at] ?? null) === value
  })
}

/** A partition of a table, and what it holds. */
export interface TablePartition {
  /** `year=2024/month=1`. */
  readonly name: string
  readonly values: readonly (string | null)[]
  readonly files: number
  readonly rows: number
  readonly bytes: number
  /** Of its oldest and its newest file, ms since the epoch. */
  readonly createdAt: number
  readonly changedAt: number
}

/** The partitions that files make up, by name. */
export function partitionsOf({ partitionColumns }: Managed, files: readonly TableFile[]): readonly TablePartition[] {
  if (partitionColumns.length === 0) return []
  const found = new Map<string, TablePartition>()
  for (const file of files) {
    const name = partitionName(partitionColumns, file.partition)
    const held = found.get(name)
    found.set(name, {
      name,
      values: file.partition,
      files: (held?.files ?? 0) + 1,
      rows: (held?.rows ?? 0) + file.rows,
      bytes: (held?.bytes ?? 0) + file.bytes,
      createdAt: Math.min(held?.createdAt ?? file.createdAt, file.createdAt),
      changedAt: Math.max(held?.changedAt ?? 0, file.createdAt),
    })
  }
  return [...found.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

// Partitions of managed tables: how a statement names one, what its values mean, and the name under which Spark shows it.

import type { ResultColumn } from './column.ts'
import { ServiceError } from './errors.ts'
import { say, type Text } from './text.ts'

/** One entry of `PARTITION (…)`: `null` is the partition of NULL, `undefined` stands for whatever the rows hold. */
export interface PartitionValue {
  /** In any case. */
  readonly column: string
  readonly value: string | null | undefined
}

/** The name that Spark gives a partition of NULL: no other partition can be called so. */
export const nullPartitionName = '__HIVE_DEFAULT_PARTITION__'

/** `year=2024/name=a%2Fb`: values outermost first, in the escapes of Hive; NULL is `__HIVE_DEFAULT_PARTITION__`. */
export function partitionName(columns: readonly string[], values: readonly (string | null)[]): string {
  return columns.map((column, index) => `${escaped(column)}=${escapedValue(values[index] ?? null)}`).join('/')
}

function escapedValue(value: string | null): string {
  return value === null || value === '' ? nullPartitionName : escaped(value)
}

/** Why {@link nullPartitionName} is refused where a row or a statement gives it to a partition column. */
export function nullNameRefused(column: string): Text {
  return say`'${nullPartitionName}' stands for NULL and cannot be a value of partition column ${column}; write NULL`
}

/** The characters of Hive's list: control characters, and those that paths and patterns give a meaning. @see Spark, ExternalCatalogUtils.escapePathName */
function escaped(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex -- control characters are what Hive escapes
    /[\u0001-\u001f"#%'*/:=?\\\u007f{[\]^]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

/**
 * Reads what a statement names against a table's partition columns.
 * @param table - `database.table`, for messages
 * @returns one entry for each partition column, in their order and spelling; those that are left out are `undefined`
 * @throws {ServiceError} `semantic` for a name that is no partition column, or twice
 */
export function readPartition(
  table: string,
  partitionColumns: readonly string[],
  partition: readonly PartitionValue[],
): readonly PartitionValue[] {
  const values = new Map<string, string | null | undefined>()
  for (const { column, value } of partition) {
    const known = partitionColumns.find((name) => name.toLowerCase() === column.toLowerCase())
    if (known === undefined) throw new ServiceError('semantic', say`${column} is not a valid partition column in table ${table}.`)
    if (values.has(known)) throw new ServiceError('semantic', say`Found duplicate keys '${column}'`)
    // As Spark keeps it: the empty text is the partition of NULL.
    values.set(known, value === '' ? null : value)
  }
  return partitionColumns.map((column) => ({ column, value: values.get(column) }))
}

const integers: Readonly<Record<string, bigint>> = { tinyint: 7n, smallint: 15n, int: 31n, bigint: 63n }

/**
 * A partition's value in the form in which files are listed under it: `'07'` of an int is `7`.
 * @throws {ServiceError} `semantic` for a text that its column's type does not read or that stands for NULL, `unsupported` for types whose texts are many
 */
export function partitionText(column: ResultColumn, value: string | null): string | null {
  if (value === null) return null
  if (value === nullPartitionName) throw new ServiceError('semantic', nullNameRefused(column.name))
  const text = value.trim()
  const { kind } = column.type
  if (kind === 'string') return value
  if (kind === 'boolean') return /^(?:true|false)$/i.test(text) ? text.toLowerCase() : unread(column, value)
  const bits = integers[kind]
  if (bits !== undefined) return /^[+-]?\d{1,20}$/.test(text) ? integerText(column, text, bits) : unread(column, value)
  if (kind === 'date') return dateText(text) ?? unread(column, value)
  throw new ServiceError(
    'unsupported',
    say`a fixed value for partition column ${column.name} of type ${kind} is not offered: leave it out of PARTITION and let the rows say it`,
  )
}

function integerText(column: ResultColumn, text: string, bits: bigint): string {
  const value = BigInt(text.replace('+', ''))
  const limit = 2n ** bits
  return value >= -limit && value < limit ? String(value) : unread(column, text)
}

/** `2024-1-5` is `2024-01-05`, as Spark's own cast has it. */
function dateText(text: string): string | undefined {
  const [, year, month = '1', day = '1'] = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(text) ?? []
  if (year === undefined) return undefined
  const padded = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return isDate(padded) ? padded : undefined
}

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

function unread(column: ResultColumn, value: string): never {
  throw new ServiceError('semantic', say`'${value.slice(0, 64)}' is no value of partition column ${column.name} (${column.type.kind})`)
}

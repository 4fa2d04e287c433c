// Declared columns beside the source's own, and how a table is called there.

import { type Column, type ColumnType, formatEndpoint, ServiceError, say } from '@tributary/rules'
import type { SourceTable } from '../../source.ts'
import { quoteIdentifier, type SourceColumn } from './types.ts'

/** The source's column of a declared one: exactly so named, or else so named but for case, as Spark finds columns. @param source - `undefined` takes the declared types for the source's own */
export function findSource(declared: Column, source: readonly SourceColumn[] | undefined): SourceColumn | undefined {
  if (source === undefined) return assumed(declared)
  const folded = declared.name.toLowerCase()
  return source.find((column) => column.name === declared.name) ?? source.find((column) => column.name.toLowerCase() === folded)
}

const assumedTypes: Readonly<Record<ColumnType['kind'], string>> = {
  boolean: 'bool',
  tinyint: 'int2',
  smallint: 'int2',
  int: 'int4',
  bigint: 'int8',
  float: 'float4',
  double: 'float8',
  string: 'text',
  binary: 'bytea',
  date: 'date',
  timestamp: 'timestamp',
  decimal: 'numeric',
}

function assumed({ name, type }: Column): SourceColumn {
  return {
    name,
    type: assumedTypes[type.kind],
    isEnum: false,
    shown: '',
    digits: type.kind === 'decimal' ? type : undefined,
    isDeterministic: true,
  }
}

/** As {@link findSource}. @throws {ServiceError} `semantic` for a column that the source has no more */
export function getSource(table: SourceTable, declared: Column, source: readonly SourceColumn[] | undefined): SourceColumn {
  const found = findSource(declared, source)
  if (found === undefined) throw missing(table, declared)
  return found
}

function missing(table: SourceTable, column: Column): ServiceError {
  return new ServiceError(
    'semantic',
    say`${shownName(table)} has no column ${column.name} at ${formatEndpoint(table.settings.endpoint)}; create the table again to read its columns anew`,
  )
}

/** @throws {ServiceError} `internal` for a position that the table has not */
export function columnAt(table: SourceTable, position: number): Column {
  const column = table.columns[position]
  if (column === undefined) throw new ServiceError('internal', say`a scan of ${shownName(table)} asks for column ${position}`)
  return column
}

/** The table in SQL. */
export function relationOf({ settings }: SourceTable): string {
  return settings.schema === undefined
    ? quoteIdentifier(settings.table)
    : `${quoteIdentifier(settings.schema)}.${quoteIdentifier(settings.table)}`
}

/** The table in messages. */
export function shownName({ settings }: SourceTable): string {
  return settings.schema === undefined ? settings.table : `${settings.schema}.${settings.table}`
}

// Declared columns beside the source's own, and how a table is called there.

import type { Column, ColumnType } from '@tributary/rules'
import type { SourceTable } from '../../source.ts'
import { missingColumn } from '../table-names.ts'
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
  if (found === undefined) throw missingColumn(table, declared, shownName(table))
  return found
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

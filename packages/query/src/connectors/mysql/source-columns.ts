// Declared columns beside the source's own, and how a table is called there.

import type { Column } from '@tributary/rules'
import type { SourceTable } from '../../source.ts'
import { missingColumn } from '../table-names.ts'
import { assumedColumn, quoteIdentifier, type SourceColumn } from './types.ts'

/** The source's column of a declared one, in any case, as MySQL and Spark find columns. @param source - `undefined` takes the declared types for the source's own */
export function findSource(declared: Column, source: readonly SourceColumn[] | undefined): SourceColumn | undefined {
  if (source === undefined) return assumedColumn(declared)
  const folded = declared.name.toLowerCase()
  return source.find((column) => column.name.toLowerCase() === folded)
}

/** As {@link findSource}. @throws {ServiceError} `semantic` for a column that the source has no more */
export function getSource(table: SourceTable, declared: Column, source: readonly SourceColumn[] | undefined): SourceColumn {
  const found = findSource(declared, source)
  if (found === undefined) throw missingColumn(table, declared, shownName(table))
  return found
}

/** What MySQL calls a database is the schema of a table name, and that of the url where the name has none. */
export function relationOf({ settings: { schema, database, table } }: SourceTable): string {
  return `${quoteIdentifier(schema ?? database)}.${quoteIdentifier(table)}`
}

/** `database.table`, for messages. */
export function shownName({ settings: { schema, database, table } }: SourceTable): string {
  return `${schema ?? database}.${table}`
}

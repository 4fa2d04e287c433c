// A table and its columns where they are named in messages, and what is said of those that are not there.

import { type Column, formatEndpoint, ServiceError, say } from '@tributary/rules'
import type { SourceTable } from '../source.ts'

/** @throws {ServiceError} `internal` for a position that the table has not */
export function columnAt(table: SourceTable, position: number): Column {
  const column = table.columns[position]
  if (column === undefined) throw new ServiceError('internal', say`a scan of ${table.settings.table} asks for column ${position}`)
  return column
}

/** That a source has a declared column no more. @param shownName - of the table, as its kind of source writes it */
export function missingColumn({ settings }: SourceTable, column: Column, shownName: string): ServiceError {
  return new ServiceError(
    'semantic',
    say`${shownName} has no column ${column.name} at ${formatEndpoint(settings.endpoint)}; create the table again to read its columns anew`,
  )
}

/** That a source has no such table. Where a database may stand in `dbtable`, that is the table's schema. @param cause - what the source said */
export function missingTable({ settings: { endpoint, database, schema, table } }: SourceTable, cause?: unknown): ServiceError {
  return new ServiceError(
    'semantic',
    say`${table} does not exist in database ${schema ?? database} at ${formatEndpoint(endpoint)}, or this user may not see it; check dbtable`,
    { cause },
  )
}

// What a SQL text asks for, once parsed: the kinds of statements on offer, as data.

import type { Column } from '@tributary/rules'
import type { TableName } from './source.ts'

/** Parsed and checked against the list of what is offered; names are lower case, with the current database filled in. */
export type Statement =
  | { readonly kind: 'query'; readonly tables: readonly TableName[] }
  | {
      readonly kind: 'createTable'
      readonly table: TableName
      readonly ifNotExists: boolean
      /** Absent: read from the source. */
      readonly columns: readonly Column[] | undefined
      /** Lower case, for instance `jdbc`. */
      readonly using: string
      /** Keys in lower case. May hold a password: never logged, never kept in clear. */
      readonly options: Readonly<Record<string, string>>
      readonly comment: string
    }
  | { readonly kind: 'dropTable'; readonly table: TableName; readonly ifExists: boolean }
  | { readonly kind: 'createDatabase'; readonly database: string; readonly ifNotExists: boolean; readonly comment: string }
  | { readonly kind: 'dropDatabase'; readonly database: string; readonly ifExists: boolean; readonly cascade: boolean }

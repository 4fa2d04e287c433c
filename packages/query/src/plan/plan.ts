// A planned query as data: what the engine runs, and what each source must deliver.

import type { ColumnType, ResultColumn } from '@tributary/rules'
import type { CatalogTable, SourceTable } from '../source.ts'
import type { PlanNode } from './plan-tree.ts'

/** A typed constant. Decimals, dates (`2024-01-31`) and timestamps (`2024-01-31 10:00:00.123456`) are text; bigint is a bigint. */
export interface Literal {
  readonly type: ColumnType
  readonly value: string | number | bigint | boolean
}

/** A filter on one table; `column` is the position in the table's columns. */
export type Filter =
  | { readonly kind: 'comparison'; readonly op: '=' | '<>' | '<' | '<=' | '>' | '>='; readonly column: number; readonly value: Literal }
  | { readonly kind: 'in'; readonly column: number; readonly values: readonly Literal[] }
  | { readonly kind: 'isNull' | 'isNotNull'; readonly column: number }
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }

/** One reading of one table. The engine filters again what the source sends, so a source may send more, never less. */
export interface Scan<Read extends CatalogTable = CatalogTable> {
  /** Random, unguessable: the engine's SQL names the scan by it. */
  readonly handle: string
  readonly table: Read
  /** Positions in the table's columns, in the order in which they are delivered; never empty (a bare count reads the narrowest column). */
  readonly columns: readonly number[]
  /** All must hold. */
  readonly filters: readonly Filter[]
}

/** A reading of a table behind a connection: what a connector is given. */
export type SourceScan = Scan<SourceTable>

/** A whole query. */
export interface Plan {
  /** DuckDB SQL over the relations named by the scans' handles. */
  readonly sql: string
  readonly scans: readonly Scan[]
  /** What is done, operator by operator, where it was asked for and DuckDB could write it out. */
  readonly tree?: PlanNode | undefined
  /** The result's columns, with Spark's types. */
  readonly columns: readonly ResultColumn[]
}

/** A plan with its words. */
export interface ExplainedPlan extends Plan {
  /** What EXPLAIN shows, where it was asked for. */
  readonly explained?: string | undefined
}

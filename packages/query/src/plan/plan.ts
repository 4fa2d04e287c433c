// A planned query as data: what the engine runs, and what each source must deliver.

import type { ResultColumn, Text } from '@tributary/rules'
import type { CatalogTable, SourceTable } from '../source.ts'
import type { Literal } from './literal.ts'
import type { PlanNode } from './plan-tree.ts'
import type { KeyOrigin, KeySource, RemoteQuery } from './push/remote-query.ts'

export type { Literal } from './literal.ts'

/** A filter on one table; `column` is the position in the table's columns. */
export type Filter =
  | { readonly kind: 'comparison'; readonly op: '=' | '<>' | '<' | '<=' | '>' | '>='; readonly column: number; readonly value: Literal }
  | { readonly kind: 'in'; readonly column: number; readonly values: readonly Literal[] }
  /** The value is one that another reading has. `values` are those, or their least and greatest where the origin says so, or none where the scan is shown. */
  | { readonly kind: 'keys'; readonly column: number; readonly values: readonly Literal[]; readonly from: KeyOrigin }
  | { readonly kind: 'isNull' | 'isNotNull'; readonly column: number }
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }

/** One reading of one table. Whatever is in `filters` is filtered again here, so a source may send more rows, never less; what `offer` says of a filter takes it from nobody's list. */
export interface Scan<Read extends CatalogTable = CatalogTable> {
  /** Random, unguessable: the engine's SQL names the scan by it. */
  readonly handle: string
  readonly table: Read
  /** Positions in the table's columns, in the order in which they are delivered; never empty (a bare count reads the narrowest column). */
  readonly columns: readonly number[]
  /** All must hold. */
  readonly filters: readonly Filter[]
  /** A query that the source answers whole: `table` is then its answer, under the id of its first table, and there are no filters. */
  readonly remote?: RemoteQuery | undefined
  /** Why the source is not asked for more, where a larger part of the query looked like its own. */
  readonly stays?: Text | undefined
  /** Columns over which this side filters by itself, right above the reading: one list for each filter, none where absent. */
  readonly filteredHere?: readonly (readonly number[])[] | undefined
  /** Readings that hold every value that is needed of a column here: once one of them is read, this one could be asked for its values alone. */
  readonly keysFrom?: readonly KeySource[] | undefined
}

/** A reading of a table behind a connection: what a connector is given. */
export type SourceScan = Scan<SourceTable>

/** A whole query. */
export interface Plan {
  /** DuckDB SQL over the relations named by the scans' handles. */
  readonly sql: string
  readonly scans: readonly Scan[]
  /** True where the run may end because a value does not fit 64 bits; the exact plan has to run then. See `quick.ts`. */
  readonly isQuick?: boolean
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

// Which parts of a table several sessions may read side by side: conditions that every row meets exactly one of.

import { formatEndpoint, ServiceError, say } from '@tributary/rules'
import type { SourceTable } from '../../source.ts'
import { columnConditions, mostReaders } from '../column-parts.ts'
import { quoteIdentifier, type SourceColumn } from './types.ts'

/** What the source says of the relation behind a table. */
export interface Heap {
  /** `pg_class.relkind`. */
  readonly kind: string
  /** Blocks of 8 KiB, as of the last ANALYZE or VACUUM. */
  readonly pages: number
  /** Of the server, for instance 150018. */
  readonly version: number
}

/** How a table may be read by more than one session. */
export interface Parts {
  /** `blocks`: where rows lie; `column`: what a column says, as the table's owner asked for. */
  readonly by: 'blocks' | 'column'
  /** SQL, in parentheses where needed. */
  readonly conditions: readonly string[]
  /** Sessions that read them. */
  readonly readers: number
}

/** Sessions that read one table where nobody asked for a number: a second one nearly doubles what a server sends, a third costs it more than it gives. */
const usualReaders = 2
/** A smaller table (32 MiB) is read by one session in less time than another takes to log in and catch up. */
const leastPages = 4096
/** Parts for each reader, so that a slow one does not keep the others waiting for long. */
const partsPerReader = 4
/** First version that finds a range of blocks without reading the others. */
const blockRanges = 140_000
/** Tables and materialised views lie in blocks of their own. */
const heaps: ReadonlySet<string> = new Set(['r', 'm'])

/**
 * @param column - of `partitionColumn`, as the source has it
 * @returns `undefined` where one session reads it all
 */
export function partsOf({ settings }: SourceTable, heap: Heap, column: SourceColumn | undefined): Parts | undefined {
  const { partitions } = settings
  if (partitions !== undefined) {
    if (column === undefined)
      throw new ServiceError(
        'semantic',
        say`partitionColumn ${partitions.column} is no column of ${settings.table} at ${formatEndpoint(settings.endpoint)}; correct the OPTIONS`,
      )
    const conditions = columnConditions(quoteIdentifier(column.name), partitions)
    return conditions.length < 2 ? undefined : { by: 'column', conditions, readers: Math.min(conditions.length, mostReaders) }
  }
  if (!heaps.has(heap.kind) || heap.version < blockRanges || heap.pages < leastPages) return undefined
  return { by: 'blocks', conditions: blockConditions(heap.pages), readers: usualReaders }
}

/** The last part has no end: blocks that came since the pages were counted belong to it. */
function blockConditions(pages: number): readonly string[] {
  const count = usualReaders * partsPerReader
  const starts = Array.from({ length: count }, (_, index) => Math.floor((pages * index) / count))
  return starts.map((start, index) => {
    const next = starts[index + 1]
    return next === undefined ? `ctid >= '(${start},0)'::tid` : `(ctid >= '(${start},0)'::tid AND ctid < '(${next},0)'::tid)`
  })
}

/** The outermost steps of a plan, as `EXPLAIN (FORMAT JSON)` tells them. */
interface PlanNode {
  readonly 'Node Type': string
  readonly 'Total Cost': number
  readonly 'Plan Rows': number
  readonly Plans?: readonly PlanNode[]
}

/** In PostgreSQL's units; reading 32 MiB costs about as much. */
const leastCost = 5_000

/**
 * Whether parts of a filtered scan are worth a session each: not where an index finds the few rows.
 * @param explained - the one cell of `EXPLAIN (FORMAT JSON)` of the whole scan
 */
export function isWorthParts(parts: Parts, explained: unknown): boolean {
  const [{ Plan: plan } = { Plan: undefined }] = explained as readonly { readonly Plan?: PlanNode }[]
  if (plan === undefined) return false
  const scan = plan['Node Type'] === 'Gather' ? plan.Plans?.[0] : plan
  return plan['Total Cost'] >= leastCost && (parts.by === 'column' || scan?.['Node Type'] === 'Seq Scan')
}

/**
 * How many rows a statement would give.
 * @param explained - the one cell of its `EXPLAIN (FORMAT JSON)`
 */
export function rowsOf(explained: unknown): number | undefined {
  const [first] = explained as readonly { readonly Plan?: PlanNode }[]
  return first?.Plan?.['Plan Rows']
}

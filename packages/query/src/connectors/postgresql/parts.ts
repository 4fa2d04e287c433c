// Which parts of a table several sessions may read side by side: conditions that every row meets exactly one of.

import { formatEndpoint, ServiceError, say } from '@tributary/rules'
import type { RemoteQuery, RemoteRelation } from '../../plan/push/remote-query.ts'
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
  if (!hasBlocks(heap)) return undefined
  return { by: 'blocks', conditions: blockConditions('ctid', heap.pages, usualReaders * partsPerReader), readers: usualReaders }
}

function hasBlocks({ kind, version, pages }: Heap): boolean {
  return heaps.has(kind) && version >= blockRanges && pages >= leastPages
}

/**
 * How the answer to a query may be read by more than one session: by the blocks of its largest table, each row of which is in one part and meets the others there.
 * @param heaps - of the query's tables
 * @returns the table, too, by its position; nothing where rows are grouped, ordered or counted off
 */
export function partsOfAnswer(
  query: RemoteQuery,
  heaps: readonly (Heap | undefined)[],
): (Parts & { readonly relation: number }) | undefined {
  const { tables, from, groupBy, orderBy, limit } = query
  if (
    groupBy !== undefined ||
    limit !== undefined ||
    orderBy.length > 0 ||
    tables.some(({ settings }) => settings.partitions !== undefined)
  )
    return undefined
  const [largest] = from
    .flatMap(keptRelations)
    .map((relation) => ({ relation, pages: heaps[relation] !== undefined && hasBlocks(heaps[relation]) ? heaps[relation].pages : 0 }))
    .toSorted((one, other) => other.pages - one.pages)
  if (largest === undefined || largest.pages === 0) return undefined
  const { relation, pages } = largest
  // Whatever the others are made into for meeting them is made again for each part.
  const count = usualReaders * (tables.length > 1 ? 1 : partsPerReader)
  return { by: 'blocks', conditions: blockConditions(`t${relation}.ctid`, pages, count), readers: usualReaders, relation }
}

/** The tables whose rows give a row of the answer each time they are met; not those that an outer join leaves out. */
function keptRelations(relation: RemoteRelation): readonly number[] {
  return relation.kind === 'table' ? [relation.relation] : relation.left.flatMap(keptRelations)
}

/** The last part has no end: blocks that came since the pages were counted belong to it. */
function blockConditions(place: string, pages: number, count: number): readonly string[] {
  const starts = Array.from({ length: count }, (_, index) => Math.floor((pages * index) / count))
  return starts.map((start, index) => {
    const next = starts[index + 1]
    return next === undefined ? `${place} >= '(${start},0)'::tid` : `(${place} >= '(${start},0)'::tid AND ${place} < '(${next},0)'::tid)`
  })
}

/** The outermost steps of a plan, as `EXPLAIN (FORMAT JSON)` tells them. */
interface PlanNode {
  readonly 'Node Type': string
  readonly 'Total Cost': number
  readonly 'Plan Rows': number
  readonly Alias?: string
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

/** Two sessions have fewer rows joined no sooner than one. */
const leastRows = 50_000

/**
 * Whether parts of an answer are worth a session each: not where its largest table is found row by row, nor where few rows come of it.
 * @param explained - the one cell of `EXPLAIN (FORMAT JSON)` of the whole query
 */
export function isWorthAnswerParts({ relation }: { readonly relation: number }, explained: unknown): boolean {
  const [{ Plan: plan } = { Plan: undefined }] = explained as readonly { readonly Plan?: PlanNode }[]
  if (plan === undefined || plan['Total Cost'] < leastCost || plan['Plan Rows'] < leastRows) return false
  const isRead = (node: PlanNode): boolean =>
    (node['Node Type'] === 'Seq Scan' && node.Alias === `t${relation}`) || (node.Plans ?? []).some(isRead)
  return isRead(plan)
}

/** Steps of which PostgreSQL knows no rows: it takes some number for them. */
const unguessed: ReadonlySet<string> = new Set([
  'CTE Scan',
  'Custom Scan',
  'Foreign Scan',
  'Function Scan',
  'Recursive Union',
  'Table Function Scan',
  'WorkTable Scan',
])
/** Steps that make other rows of those of a view: what comes of them hangs on statistics that a view has none of. */
const unguessedInViews: ReadonlySet<string> = new Set([...unguessed, 'Aggregate', 'ProjectSet', 'Group', 'SetOp', 'Unique', 'WindowAgg'])

/**
 * How many rows a statement would give.
 * @param explained - the one cell of its `EXPLAIN (FORMAT JSON)`. @param hasViews - whether a view stands between it and the tables, and it groups nothing itself
 * @returns `undefined` where a step makes rows that cannot be foreseen
 */
export function rowsOf(explained: unknown, hasViews: boolean): number | undefined {
  const [first] = explained as readonly { readonly Plan?: PlanNode }[]
  const steps = hasViews ? unguessedInViews : unguessed
  const isGuessed = (node: PlanNode): boolean => !steps.has(node['Node Type']) && (node.Plans ?? []).every(isGuessed)
  return first?.Plan === undefined || !isGuessed(first.Plan) ? undefined : first.Plan['Plan Rows']
}

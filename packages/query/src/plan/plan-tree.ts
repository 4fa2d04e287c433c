// DuckDB's plan as data to a tree of what is done: operators in Spark's words, scans by their handles. For EXPLAIN alone.
//
//   LOGICAL_PROJECTION over LOGICAL_FILTER over LOGICAL_GET s_…   →   Filter over c3 → Scan s_…

/** One operator of a plan. */
export interface PlanNode {
  /** `Aggregate`, `Join left` .. */
  readonly word: string
  /** The scan that it is, by its handle. */
  readonly handle?: string | undefined
  /** Positions of a table's columns: those that a filter over its scan alone looks at, or a computed filter inside of the scan. */
  readonly over?: readonly number[] | undefined
  readonly children: readonly PlanNode[]
}

type Json = Readonly<Record<string, unknown>>

const words: Readonly<Record<string, string>> = {
  LIMIT: 'Limit',
  TOP_N: 'Sort and limit',
  ORDER_BY: 'Sort',
  FILTER: 'Filter',
  AGGREGATE_AND_GROUP_BY: 'Aggregate',
  DISTINCT: 'Distinct',
  WINDOW: 'Window',
  UNNEST: 'Generate',
  CROSS_PRODUCT: 'Join cross',
  POSITIONAL_JOIN: 'Join',
  UNION: 'Union',
  EXCEPT: 'Except',
  INTERSECT: 'Intersect',
  EXPRESSION_GET: 'Values',
  COLUMN_DATA_GET: 'Values',
  DUMMY_SCAN: 'One row',
  EMPTY_RESULT: 'No rows',
  DELIM_GET: 'Rows of the query around',
  CTE_REF: 'Rows of WITH',
  MATERIALIZED_CTE: 'With',
}

/** Operators that only rename and reorder. */
const silent = new Set(['PROJECTION'])

/**
 * Reads the tree of a plan.
 * @param plan - parsed output of `json_serialize_plan`
 * @returns `undefined` for what is no plan
 */
export function readPlanTree(plan: unknown): PlanNode | undefined {
  const [root] = listOf((plan as Json | undefined)?.['plans'])
  return root === undefined ? undefined : nodeOf(root)
}

function nodeOf(json: Json): PlanNode {
  const type = String(json['type']).replace(/^LOGICAL_/, '')
  const children = listOf(json['children']).map(nodeOf)
  if (silent.has(type) && children.length === 1) return children[0] as PlanNode
  if (type === 'GET')
    return { word: 'Scan', handle: String((json['function_data'] as Json | undefined)?.['table']), over: computedOf(json), children: [] }
  if (type === 'FILTER') return { word: 'Filter', over: overOf(json), children }
  return { word: wordOf(type, json), children }
}

function wordOf(type: string, json: Json): string {
  if (type.endsWith('JOIN') && typeof json['join_type'] === 'string') return `Join ${json['join_type'].toLowerCase()}`
  return words[type] ?? type.charAt(0) + type.slice(1).toLowerCase().replaceAll('_', ' ')
}

/** Filters of a scan that are no comparison with a constant: DuckDB computes them. */
function computedOf(json: Json): readonly number[] {
  const filters = listOf((json['table_filters'] as Json | undefined)?.['filters'])
  return filters.filter(({ value }) => holdsExpression(value)).map(({ key }) => Number(key))
}

function holdsExpression(filter: unknown): boolean {
  if (typeof filter !== 'object' || filter === null) return false
  return (filter as Json)['filter_type'] === 'EXPRESSION_FILTER' || Object.values(filter).some(holdsExpression)
}

/** Columns of stand-ins are called c0, c1 .. by their positions, right above the scan. */
function overOf(json: Json): readonly number[] | undefined {
  let below = listOf(json['children'])[0]
  while (below !== undefined && below['type'] === 'LOGICAL_PROJECTION') below = listOf(below['children'])[0]
  if (below?.['type'] !== 'LOGICAL_GET') return undefined
  const positions = new Set<number>()
  collectPositions(json['expressions'], positions)
  return [...positions].toSorted((one, other) => one - other)
}

function collectPositions(value: unknown, positions: Set<number>): void {
  if (Array.isArray(value)) for (const item of value) collectPositions(item, positions)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  const { expression_class: kind, alias } = value as Json
  const position = kind === 'BOUND_REF' ? /^c(\d+)$/.exec(String(alias))?.[1] : undefined
  if (position !== undefined) positions.add(Number(position))
  for (const part of Object.values(value)) collectPositions(part, positions)
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : []
}

// From SQL text to a plan, step by step; nothing here decides anything, it is the order that this file is about.

import { ServiceError, say } from '@tributary/rules'
import type { CatalogView, CatalogTable } from '../source.ts'
import { isQueryStart, parseQuery, withinStack } from './parse-query.ts'
import type { Plan } from './plan.ts'
import { readPlanTree } from './plan-tree.ts'
import { resolveQuery } from './resolve-query.ts'
import { readScans } from './scans.ts'
import { duckType } from './spark-types.ts'
import { optimise, renderScans, type PlanningDatabase } from './stand-ins.ts'
import { oneStatement } from './tokens.ts'
import { readViews } from './views.ts'

export { explainPlan } from './explain.ts'
export type { PlanningDatabase } from './stand-ins.ts'
export { parseStatement } from './statements/parse-statement.ts'

/** What planning needs to know. `tables` are those the query may name, as `parseStatement` listed them. */
export interface PlanRequest {
  readonly sql: string
  readonly currentDatabase: string
  readonly tables: readonly CatalogTable[]
  /** Those that the query and other views name; none where absent. */
  readonly views?: readonly CatalogView[] | undefined
  /** Whether the result goes into a table, whose columns give a bare NULL its type; without one it is refused. */
  readonly isWritten?: boolean | undefined
  /** Whether the plan has its tree. */
  readonly isExplained?: boolean | undefined
  readonly database: PlanningDatabase
}

/**
 * Plans a query.
 *
 * 1. tokens, then syntax: what is not offered has no form in it, so that nothing below ever sees what is not offered;
 * 2. names and types: they decide what each operator means, so they come before any text for DuckDB exists;
 * 3. the optimised plan over stand-ins: only now it is certain which columns and filters each source must answer;
 * 4. the text once more, reading just those columns.
 * @throws {ServiceError} `syntax`, `semantic`, `unsupported`, `exhausted`
 */
export async function planQuery(request: PlanRequest): Promise<Plan> {
  const { sql, currentDatabase, tables, views = [], isWritten = false, isExplained = false, database } = request
  const tokens = oneStatement(sql)
  if (!isQueryStart(tokens)) throw new ServiceError('unsupported', say`only queries are planned`)
  const syntax = await parseQuery(sql, tokens)
  const readings = await readViews(views)
  const query = withinStack(() => resolveQuery(syntax, { currentDatabase, tables, views: readings }))
  if (!isWritten) for (const { type } of query.columns) duckType(type)
  const optimised = await optimise(renderScans(query.sql, query.occurrences, undefined), query.occurrences, database)
  const scans = readScans(optimised, query.occurrences)
  const used = new Map(
    query.occurrences.map(({ handle }) => [handle, new Set(scans.find((scan) => scan.handle === handle)?.columns ?? [])]),
  )
  return {
    sql: renderScans(query.sql, query.occurrences, used),
    scans,
    tree: isExplained ? readPlanTree(optimised) : undefined,
    columns: query.columns,
  }
}

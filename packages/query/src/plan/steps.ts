// From SQL text to a plan, step by step; nothing here decides anything, it is the order that this file is about.

import { ServiceError, say } from '@tributary/rules'
import type { CatalogView, CatalogTable } from '../source.ts'
import type { Offer } from './push/pushing.ts'
import { isQueryStart, parseQuery, withinStack } from './parse-query.ts'
import type { Plan, Scan } from './plan.ts'
import { type PlanNode, readPlanTree } from './plan-tree.ts'
import { usesErrors } from './quick.ts'
import { resolveQuery, type ResolvedQuery } from './resolve-query.ts'
import { filteredHere } from './scan-words.ts'
import { readScans } from './scans.ts'
import { type ClockConstants, constantsSql, inSessionZone, learnConstants, noConstants } from './session-zone.ts'
import { shownByClocks } from './shown-rows.ts'
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
  /** What clocks show; UTC where absent. */
  readonly timeZone?: string | undefined
  /** Whether the rows are shown to somebody, times by clocks of the zone, rather than written; they are unless told. */
  readonly isShown?: boolean | undefined
  readonly tables: readonly CatalogTable[]
  /** Those that the query and other views name; none where absent. */
  readonly views?: readonly CatalogView[] | undefined
  /** Whether the plan has its tree. */
  readonly isExplained?: boolean | undefined
  /** Whether the plan may compute in 64 bits where exact arithmetic takes more, and fail where those are too few: see `quick.ts`. */
  readonly isQuick?: boolean | undefined
  /** Which queries sources take whole; where absent, every source is asked for rows of its tables alone. */
  readonly offer?: Offer | undefined
  readonly database: PlanningDatabase
}

/**
 * Plans a query.
 *
 * 1. tokens, then syntax: what is not offered has no form in it, so that nothing below ever sees what is not offered;
 * 2. names and types: they decide what each operator means, so they come before any text for DuckDB exists; with them, blocks over one source become
 *    one reading of it (`push/`: joins, then groups, then limits), as only here Spark's types and the user's words are both known;
 * 3. the optimised plan over stand-ins: only now it is certain which columns and filters each source must answer;
 * 4. the text once more, reading just those columns.
 * @throws {ServiceError} `syntax`, `semantic`, `unsupported`, `exhausted`
 */
export async function planQuery(request: PlanRequest): Promise<Plan> {
  const {
    sql,
    currentDatabase,
    tables,
    views = [],
    isExplained = false,
    isQuick = false,
    offer,
    database,
    timeZone,
    isShown = true,
  } = request
  const tokens = oneStatement(sql)
  if (!isQueryStart(tokens)) throw new ServiceError('unsupported', say`only queries are planned`)
  const syntax = await parseQuery(sql, tokens)
  const readings = await readViews(views)
  const clocks = noConstants()
  const resolve = (quick: boolean): ResolvedQuery =>
    withinStack(() =>
      inSessionZone(
        timeZone,
        () => {
          const resolved = resolveQuery(syntax, { currentDatabase, tables, views: readings, isQuick: quick, offer })
          return isShown ? shownByClocks(resolved) : resolved
        },
        clocks,
      ),
    )
  if (timeZone !== undefined) {
    resolve(isQuick)
    await lookUpClocks(timeZone, clocks, database)
  }
  const hoped = resolve(isQuick)
  const staysQuick = isQuick && !usesErrors(hoped.sql)
  const query = staysQuick || !isQuick ? hoped : resolve(false)
  const optimised = await optimise(renderScans(query.sql, query.occurrences, undefined), query.occurrences, database)
  const scans = readScans(optimised, query.occurrences)
  const used = new Map(
    query.occurrences.map(({ handle }) => [handle, new Set(scans.find((scan) => scan.handle === handle)?.columns ?? [])]),
  )
  const asksSources = scans.some(({ table }) => 'connector' in table)
  const tree = isExplained || asksSources ? readPlanTree(optimised) : undefined
  return {
    sql: renderScans(query.sql, query.occurrences, used),
    scans: withFilters(scans, tree),
    isQuick: staysQuick,
    tree: isExplained ? tree : undefined,
    columns: query.columns,
  }
}

/** Has the engine's history of a zone say what constant times mean in it, so that sources can be asked plain questions. */
async function lookUpClocks(zone: string, clocks: ClockConstants, database: PlanningDatabase): Promise<void> {
  if (clocks.asked.size === 0) return
  const rows = await database.rows(constantsSql(zone, clocks))
  learnConstants(
    clocks,
    rows.map(({ moment }) => moment),
  )
}

/** Readings of sources know what is filtered here right above them: the report of a job says it. */
function withFilters(scans: readonly Scan[], tree: PlanNode | undefined): readonly Scan[] {
  const found = tree === undefined ? undefined : filteredHere(tree)
  return scans.map((scan) => {
    const lists = 'connector' in scan.table ? found?.get(scan.handle) : undefined
    return lists === undefined ? scan : { ...scan, filteredHere: lists }
  })
}

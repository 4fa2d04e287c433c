// Plans of late, by what they were made from: a job is planned when it is submitted, and need not be again when it runs.

import type { Plan } from '../../plan/plan.ts'
import type { CatalogTable, SourceTable } from '../../source.ts'
import type { PlanRequest } from './messages.ts'

/** How many plans are kept, those used last; each takes some kilobytes. */
const mostPlans = 32
/** A longer statement is planned each time. */
const longestSql = 32_768

/** What a plan is made from; nothing else goes into it. */
export type PlanInput = Pick<PlanRequest, 'sql' | 'currentDatabase' | 'tables' | 'views' | 'timeZone' | 'isShown'> & {
  readonly isQuick: boolean
  readonly pushes: boolean
}

/** The plans of one planner. What a source is asked is decided by how its table is declared; the source itself is not heard. */
export class RecentPlans {
  readonly #plans = new Map<string, Plan>()

  /** @returns the plan of exactly this input, if it was made lately */
  find(input: PlanInput): Plan | undefined {
    const key = keyOf(input)
    const plan = key === undefined ? undefined : this.#plans.get(key)
    if (key !== undefined && plan !== undefined) this.#put(key, plan)
    return plan
  }

  keep(input: PlanInput, plan: Plan): void {
    const key = keyOf(input)
    if (key !== undefined) this.#put(key, plan)
  }

  #put(key: string, plan: Plan): void {
    this.#plans.delete(key)
    this.#plans.set(key, plan)
    const [oldest] = this.#plans.keys()
    if (this.#plans.size > mostPlans && oldest !== undefined) this.#plans.delete(oldest)
  }
}

/** Files of tables are no part of a plan: it is the columns that it was made for, and where a source is. */
function keyOf({ sql, currentDatabase, tables, views = [], isQuick, pushes, ...zone }: PlanInput): string | undefined {
  if (sql.length > longestSql) return undefined
  const read = tables.map((table) => [
    table.id,
    table.name,
    table.columns,
    isOfSource(table) && [table.connector, table.settings, table.login],
  ])
  const clocks = zone.timeZone === undefined ? [] : [zone.timeZone, zone.isShown]
  return JSON.stringify([sql, currentDatabase, read, views, isQuick, pushes && tables.some(isOfSource), ...clocks], withBounds)
}

/** Bounds of partitions are whole numbers of any size. */
function withBounds(_member: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}

function isOfSource(table: CatalogTable): table is SourceTable {
  return 'connector' in table
}

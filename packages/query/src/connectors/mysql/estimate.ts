// How many rows a statement would give, from what EXPLAIN says of it.

import type { SourceScan } from '../../plan/plan.ts'
import type { Estimate } from '../connector.ts'

/** Ways of reading that look at every row: what conditions leave of them, the server then does not know. */
const reads: ReadonlySet<unknown> = new Set(['ALL', 'index'])

/**
 * @param plan - the rows of `EXPLAIN`: MariaDB and MySQL name the same columns, `filtered` (percent) is MySQL's alone
 * @returns `undefined` where it is no plain reading of one table
 */
export function estimateOf(
  { table, filters, remote }: SourceScan,
  plan: readonly Readonly<Record<string, unknown>>[],
): Estimate | undefined {
  const [step, ...others] = plan
  if (step === undefined || others.length > 0 || remote?.groupBy !== undefined || step['rows'] === null) return undefined
  const filtered = Number(step['filtered'] ?? 100) / 100
  const hasConditions = filters.length + (remote?.filter.length ?? 0) > 0
  // A view is read as the table below it, and what the view leaves out of that is told by MySQL alone.
  const isView = step['table'] !== (remote === undefined ? table.settings.table : 't0')
  const rows = Math.ceil(Number(step['rows']) * filtered)
  if (!Number.isFinite(rows)) return undefined
  return { rows: Math.min(rows, remote?.limit ?? Infinity), isCeiling: isView || (hasConditions && reads.has(step['type'])) }
}

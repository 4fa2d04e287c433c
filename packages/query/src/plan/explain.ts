// A plan as an indented tree for people and for tests: results, then each scan with its columns and filters.

import { formatColumnType } from '@tributary/rules'
import type { Filter, Literal, Plan, Scan } from './plan.ts'
import { keyWords, remoteLines } from './push/remote-text.ts'

/**
 * Prints a plan. Handles are left out: they differ from job to job.
 * @example
 * query: id bigint, total decimal(22,2)
 *   scan db1.orders: id, amount
 *     amount > 100.00
 */
export function explainPlan(plan: Plan): string {
  const columns = plan.columns.map((column) => `${column.name} ${formatColumnType(column.type)}`)
  return [`query: ${columns.join(', ')}`, ...plan.scans.flatMap(scanLines)].join('\n')
}

function scanLines(scan: Scan): readonly string[] {
  const { table, remote } = scan
  if (remote !== undefined)
    return [`  query: ${scan.columns.map((column) => `c${column}`).join(', ')}`, ...remoteLines(remote).map((line) => `    ${line}`)]
  const name = (column: number): string => table.columns[column]?.name ?? `#${column}`
  return [
    `  scan ${table.name.database}.${table.name.name}: ${scan.columns.map(name).join(', ')}`,
    ...scan.filters.map((filter) => `    ${filterText(filter, name)}`),
  ]
}

/** A filter in words. @param name - of a column, by its position */
export function filterText(filter: Filter, name: (column: number) => string): string {
  switch (filter.kind) {
    case 'comparison':
      return `${name(filter.column)} ${filter.op} ${literalText(filter.value)}`
    case 'in':
      return `${name(filter.column)} in (${filter.values.map(literalText).join(', ')})`
    case 'keys':
      return `${name(filter.column)} in (${keyWords(filter.from)})`
    case 'isNull':
      return `${name(filter.column)} is null`
    case 'isNotNull':
      return `${name(filter.column)} is not null`
    case 'and':
    case 'or':
      return `(${filter.filters.map((part) => filterText(part, name)).join(` ${filter.kind} `)})`
  }
}

function literalText(literal: Literal): string {
  return typeof literal.value === 'string' && literal.type.kind !== 'decimal' ? `'${literal.value}'` : String(literal.value)
}

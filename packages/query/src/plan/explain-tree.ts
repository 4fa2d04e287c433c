// EXPLAIN: the plan as an indented tree, and at each scan what is asked of its source, what stays here, and why.
//
//   Query: name string, total decimal(22,2)
//     Aggregate
//       Scan shop.orders: note, amount
//         asked of postgresql at 10.71.0.5:5432: COPY (SELECT …) TO STDOUT (FORMAT binary)
//         filtered by the source: amount > 100.00
//         filtered here, over note: it computes, and a source is asked to compare a column with constants alone
//
// A query that the source answers whole is a scan of its own:
//
//       Scan of one query over shop.orders, shop.customers: customers.region, sum(orders.amount)
//         asked of postgresql at 10.71.0.5:5432: COPY (SELECT … GROUP BY …) TO STDOUT (FORMAT binary)
//         done by the source: join, groups

import { formatColumnType } from '@tributary/rules'
import type { Connector } from '../connectors/connector.ts'
import type { CatalogTable, SourceTable } from '../source.ts'
import type { Plan, Scan } from './plan.ts'
import type { PlanNode } from './plan-tree.ts'
import { keyNotes } from './push/key-list.ts'
import { askedOf, computedHere, nameAt, printFilter, scanNotes, tablesRead } from './scan-words.ts'

/** What a tree is printed from; connectors say what they send. */
export interface Explained {
  readonly plan: Plan
  /** Absent where DuckDB could not write its plan out: the scans are listed alone. */
  readonly tree: PlanNode | undefined
  readonly connectorOf: (kind: string) => Connector
}

/** Prints a plan for people. It holds no secret, and no handle. */
export function explainTree({ plan, tree, connectorOf }: Explained): string {
  const columns = plan.columns.map(({ name, type }) => `${name} ${formatColumnType(type)}`)
  const scans = new Map(plan.scans.map((scan) => [scan.handle, scan]))
  const nodes = tree === undefined ? plan.scans.map(({ handle }): PlanNode => ({ word: 'Scan', handle, children: [] })) : [tree]
  const lines = nodes.flatMap((node) => nodeLines(node, { scans, connectorOf }))
  return [`Query: ${columns.join(', ')}`, ...indented(lines)].join('\n')
}

interface About extends Pick<Explained, 'connectorOf'> {
  readonly scans: ReadonlyMap<string, Scan>
}

function nodeLines(node: PlanNode, about: About): readonly string[] {
  const scan = node.handle === undefined ? undefined : about.scans.get(node.handle)
  if (scan !== undefined) return scanLines(scan, node.over ?? [], about)
  return [headOf(node, about), ...indented(node.children.flatMap((child) => nodeLines(child, about)))]
}

function headOf({ word, over, children }: PlanNode, { scans }: About): string {
  const scan = scans.get(children[0]?.handle ?? '')
  if (word !== 'Filter' || over === undefined || scan === undefined) return word
  return `Filter ${computedHere(scan, over)}`
}

function scanLines(scan: Scan, over: readonly number[], { connectorOf, scans }: About): readonly string[] {
  const { table, columns, filters } = scan
  const names = columns.map((position) => nameAt(scan, position)).join(', ')
  const computed = over.map((position) => [position])
  if (!isSource(table))
    return [
      `Scan ${tablesRead(scan).join('')}: ${names}`,
      ...indented([
        'read from the warehouse',
        ...filters.map((filter) => `filtered in its files: ${printFilter(filter, scan)}`),
        ...computed.map((positions) => `filtered ${computedHere(scan, positions)}`),
      ]),
    ]
  const connector = connectorOf(table.connector)
  const what = scan.remote === undefined ? 'Scan ' : 'Scan of one query over '
  const asked = askedOf({ ...scan, table }, connector)
  return [
    `${what}${tablesRead(scan).join(', ')}: ${names}`,
    ...indented([asked, ...scanNotes({ ...scan, table }, computed, connector), ...keyNotes(scan, scans)]),
  ]
}

function isSource(table: CatalogTable): table is SourceTable {
  return 'connector' in table
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}

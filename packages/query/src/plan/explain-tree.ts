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

import { formatColumnType, formatEndpoint, inWords } from '@tributary/rules'
import type { Connector } from '../connectors/connector.ts'
import type { CatalogTable, SourceTable } from '../source.ts'
import { filterText } from './explain.ts'
import type { Filter, Plan, Scan, SourceScan } from './plan.ts'
import type { PlanNode } from './plan-tree.ts'
import { doneThere, outputText, tableText } from './push/remote-text.ts'
import type { RemoteQuery } from './push/remote-query.ts'

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
  return `Filter ${computed(scan, over)}`
}

/** Why a filter is not asked of the source. */
function computed(scan: Scan, over: readonly number[]): string {
  const names = over.map((position) => nameAt(scan, position)).join(', ')
  if (scan.remote !== undefined) return `here, over ${names}: what the source has done is looked at again`
  return `here, over ${names}: it computes, and a source is asked to compare a column with constants alone`
}

function scanLines(scan: Scan, over: readonly number[], { connectorOf }: About): readonly string[] {
  const { table, columns, filters } = scan
  const head = `Scan ${table.name.database}.${table.name.name}: ${columns.map((position) => nameAt(scan, position)).join(', ')}`
  const local = over.map((position) => `filtered ${computed(scan, [position])}`)
  if (!isSource(table))
    return [
      head,
      ...indented(['read from the warehouse', ...filters.map((filter) => `filtered in its files: ${print(filter, scan)}`), ...local]),
    ]
  const connector = connectorOf(table.connector)
  if (scan.remote !== undefined) return remoteLines({ ...scan, table }, scan.remote, connector)
  const asked = `asked of ${table.connector} at ${formatEndpoint(table.settings.endpoint)}: ${connector.explain({ ...scan, table })}`
  const more = scan.stays === undefined ? [] : [`not asked for more: ${inWords(scan.stays)}`]
  return [
    head,
    ...indented([asked, ...more, ...filters.map((filter) => `${placeOf(filter, table, connector)}: ${print(filter, scan)}`), ...local]),
  ]
}

/** One query over tables of one source. */
function remoteLines(scan: SourceScan, remote: RemoteQuery, connector: Connector): readonly string[] {
  const { table, columns, stays } = scan
  const tables = remote.tables.map((_table, relation) => tableText(remote, relation)).join(', ')
  const more = stays === undefined ? [] : [`not asked for more: ${inWords(stays)}`]
  return [
    `Scan of one query over ${tables}: ${columns.map((position) => nameAt(scan, position)).join(', ')}`,
    ...indented([
      `asked of ${table.connector} at ${formatEndpoint(table.settings.endpoint)}: ${connector.explain(scan)}`,
      `done by the source: ${doneThere(remote).join(', ')}`,
      ...more,
    ]),
  ]
}

/** Whatever a source sends is filtered again here; this says what that changes. */
function placeOf(filter: Filter, table: SourceTable, connector: Connector): string {
  switch (connector.offer(filter, table)) {
    case 'exact':
      return 'filtered by the source'
    case 'inexact':
      return 'filtered by the source, and again here, since it rounds otherwise or takes a part of the filter alone'
    case 'none':
      return 'filtered here, since the source means something else by it'
  }
}

function print(filter: Filter, scan: Scan): string {
  return filterText(filter, (position) => nameAt(scan, position))
}

function nameAt({ table, remote }: Scan, position: number): string {
  if (remote !== undefined) return outputText(remote, position)
  return table.columns[position]?.name ?? `#${position}`
}

function isSource(table: CatalogTable): table is SourceTable {
  return 'connector' in table
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}

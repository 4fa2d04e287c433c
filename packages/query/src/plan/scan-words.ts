// A scan in words, for EXPLAIN and for the report of what crossed: what is asked of its source, what the source does, what stays here, and why.

import { formatEndpoint, inWords } from '@tributary/rules'
import type { Connector } from '../connectors/connector.ts'
import type { SourceTable } from '../source.ts'
import { filterText } from './explain.ts'
import type { Filter, Scan, SourceScan } from './plan.ts'
import type { PlanNode } from './plan-tree.ts'
import { doneThere, outputText, tableText } from './push/remote-text.ts'

/** The tables that a scan of a source reads, as the catalog calls them. */
export function tablesRead({ table, remote }: Scan): readonly string[] {
  if (remote !== undefined) return remote.tables.map((_table, relation) => tableText(remote, relation))
  return [`${table.name.database}.${table.name.name}`]
}

/** Whom a scan asks, and for what. */
export function askedOf(scan: SourceScan, connector: Connector): string {
  const { connector: kind, settings } = scan.table
  return `asked of ${kind} at ${formatEndpoint(settings.endpoint)}: ${connector.explain(scan)}`
}

/**
 * What becomes of a scan's work: what its source does, what is not asked of it, what stays here, and why.
 * @param over - positions of columns by which rows are filtered here, right above the scan, one list for each filter
 */
export function scanNotes(scan: SourceScan, over: readonly (readonly number[])[], connector: Connector): readonly string[] {
  const { table, remote, filters, stays } = scan
  return [
    ...(remote === undefined ? [] : [`done by the source: ${doneThere(remote).join(', ')}`]),
    ...(stays === undefined ? [] : [`not asked for more: ${inWords(stays)}`]),
    ...(remote === undefined ? filters.map((filter) => `${placeOf(filter, table, connector)}: ${printFilter(filter, scan)}`) : []),
    ...over.map((positions) => `filtered ${computedHere(scan, positions)}`),
  ]
}

/** Why a filter over some columns of a scan is not asked of the source. */
export function computedHere(scan: Scan, over: readonly number[]): string {
  const names = over.map((position) => nameAt(scan, position)).join(', ')
  if (scan.remote !== undefined) return `here, over ${names}: what the source has done is looked at again`
  return `here, over ${names}: it computes, and a source is asked to compare a column with constants alone`
}

/** A filter of a scan in words. */
export function printFilter(filter: Filter, scan: Scan): string {
  return filterText(filter, (position) => nameAt(scan, position))
}

/** A column of a scan, by its position. */
export function nameAt({ table, remote }: Scan, position: number): string {
  if (remote !== undefined) return outputText(remote, position)
  return table.columns[position]?.name ?? `#${position}`
}

/** What is filtered here right above each scan of a plan: by its handle, one list of columns for each filter. */
export function filteredHere(tree: PlanNode): ReadonlyMap<string, readonly (readonly number[])[]> {
  const found = new Map<string, readonly (readonly number[])[]>()
  const note = (handle: string, over: readonly number[]): void => {
    if (over.length > 0) found.set(handle, [...(found.get(handle) ?? []), over])
  }
  const look = ({ word, handle, over = [], children }: PlanNode): void => {
    if (handle !== undefined) for (const position of over) note(handle, [position])
    const below = children[0]?.handle
    if (word === 'Filter' && below !== undefined) note(below, over)
    children.forEach(look)
  }
  look(tree)
  return found
}

/** Whatever a source sends is filtered again here; this says what that changes. */
function placeOf(filter: Filter, table: SourceTable, connector: Connector): string {
  switch (connector.offer(filter, table)) {
    case 'exact':
      return 'filtered by the source'
    case 'inexact':
      return 'filtered by the source, and again here, since it rounds otherwise or takes a part of the filter alone'
    case 'none':
      return 'filtered here, since the source does not filter by it, or means something else by it'
  }
}

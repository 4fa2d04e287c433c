// What messages call a value of a scan: its column and table, or what a whole query computes, and of which tables.

import type { Column } from '@tributary/rules'
import type { SourceScan } from '../plan/plan.ts'
import { outputText } from '../plan/push/remote-text.ts'
import type { SourceTable } from '../source.ts'

/** Longest name of an output in a message, in characters: it may hold constants of any length. */
const longestName = 128

/** A column under the name that its reader knows: the answer to a whole query has names that only planning knows. */
export function shownOutput({ remote }: SourceScan, position: number, column: Column): Column {
  return remote === undefined ? column : { ...column, name: outputText(remote, position).slice(0, longestName) }
}

/** The tables that a scan reads, once each. @param shownName - of one */
export function shownTables({ remote, table }: SourceScan, shownName: (table: SourceTable) => string): string {
  return [...new Set((remote?.tables ?? [table]).map(shownName))].join(', ')
}

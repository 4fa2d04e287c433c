// DuckDB's plan as data to scans: for each table the columns that are read and the filters that sit in its scan.
//
//   LOGICAL_GET s_…, column_indexes [0, 2], table_filters { 1: > 100.00 }   →   { columns: [0, 2], filters: [amount > 100.00] }

import { type ColumnType, isColumnType, type ValueType } from '@tributary/rules'
import { readFilter } from './filters.ts'
import type { Filter, Scan } from './plan.ts'
import { narrowed } from './push/narrow-scan.ts'
import type { Occurrence } from './resolving.ts'

type Node = Readonly<Record<string, unknown>>

/**
 * Reads the scans out of a plan.
 * @param plan - parsed output of `json_serialize_plan`; `undefined` reads every column without filters
 * @returns one scan for each occurrence, in order of appearance in the query; one that the plan no longer reads delivers its narrowest column, one that it reads twice keeps no filters
 */
export function readScans(plan: unknown, occurrences: readonly Occurrence[]): readonly Scan[] {
  if (plan === undefined)
    return occurrences.map((occurrence) => ({
      ...occurrence,
      columns: occurrence.table.columns.map((_column, index) => index),
      filters: [],
    }))
  const gets = new Map<string, Node[]>()
  collectGets(plan, gets)
  return occurrences.map((occurrence) => scanOf(occurrence, gets.get(occurrence.handle) ?? []))
}

function collectGets(value: unknown, gets: Map<string, Node[]>): void {
  if (Array.isArray(value)) {
    for (const item of value) collectGets(item, gets)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const node = value as Node
  if (node['type'] === 'LOGICAL_GET') {
    const handle = String((node['function_data'] as Node | undefined)?.['table'])
    gets.set(handle, [...(gets.get(handle) ?? []), node])
  }
  for (const child of Object.values(node)) collectGets(child, gets)
}

function scanOf(occurrence: Occurrence, gets: readonly Node[]): Scan {
  const { table } = occurrence
  const types = table.columns.map((column) => column.type)
  const columns = new Set(gets.flatMap((get) => columnsOf(get, types.length)))
  if (columns.size === 0) columns.add(narrowest(types))
  const filters = gets.length === 1 ? filtersOf(gets[0] as Node, types) : []
  return narrowed({ ...occurrence, columns: [...columns].toSorted((one, other) => one - other), filters })
}

function columnsOf(get: Node, count: number): readonly number[] {
  const indexes = get['column_indexes']
  return Array.isArray(indexes)
    ? indexes.map((entry) => Number((entry as Node)['index'])).filter((index) => index < count)
    : Array.from({ length: count }, (_none, index) => index)
}

function filtersOf(get: Node, types: readonly ValueType[]): readonly Filter[] {
  const filters = (get['table_filters'] as Node | undefined)?.['filters']
  if (!Array.isArray(filters)) return []
  return filters.flatMap((entry: unknown) => {
    const { key, value } = entry as { readonly key: unknown; readonly value: unknown }
    const column = Number(key)
    const type = types[column]
    const filter = type === undefined || !isColumnType(type) ? undefined : readFilter(value, column, type)
    return filter === undefined ? [] : filter.kind === 'and' ? filter.filters : [filter]
  })
}

const widths: Readonly<Record<ColumnType['kind'], number>> = {
  boolean: 1,
  tinyint: 1,
  smallint: 2,
  int: 4,
  date: 4,
  float: 4,
  bigint: 8,
  double: 8,
  timestamp: 8,
  decimal: 16,
  string: 32,
  binary: 64,
}

function narrowest(types: readonly ValueType[]): number {
  let best = 0
  types.forEach((type, index) => {
    if (widthOf(type) < widthOf(types[best] as ValueType)) best = index
  })
  return best
}

/** Nested values are read last of all. */
function widthOf(type: ValueType): number {
  return isColumnType(type) ? widths[type.kind] : 1024
}

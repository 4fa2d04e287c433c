// Filters of a managed table as DuckDB SQL: the keys of a table of ours are looked up while the files are read for nothing else yet.

import type { Literal } from '../../plan/literal.ts'
import type { Filter, Scan } from '../../plan/plan.ts'
import { duckType, quoteName, quoteString } from '../../plan/spark-types.ts'

/** A scan of files with its filters. @param sql - what gives its columns under their own names */
export function filteredSql({ table, filters }: Scan, sql: string): string {
  const nameOf = (column: number): string => quoteName(table.columns[column]?.name ?? '')
  const conditions = filters.map((filter) => conditionSql(filter, nameOf))
  return `(SELECT * FROM (${sql}) AS f${conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`})`
}

function conditionSql(filter: Filter, nameOf: (column: number) => string): string {
  switch (filter.kind) {
    case 'comparison':
      return `${nameOf(filter.column)} ${filter.op} ${literalSql(filter.value)}`
    case 'in':
    case 'keys':
      return `${nameOf(filter.column)} IN (${filter.values.map(literalSql).join(', ')})`
    case 'isNull':
      return `${nameOf(filter.column)} IS NULL`
    case 'isNotNull':
      return `${nameOf(filter.column)} IS NOT NULL`
    case 'and':
    case 'or':
      return `(${filter.filters.map((part) => conditionSql(part, nameOf)).join(filter.kind === 'and' ? ' AND ' : ' OR ')})`
  }
}

function literalSql({ type, value }: Literal): string {
  return `CAST(${quoteString(String(value))} AS ${duckType(type)})`
}

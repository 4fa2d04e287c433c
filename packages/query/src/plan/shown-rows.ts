// The rows of a result as its reader sees them: moments become what clocks of the session's zone show, after the query has sorted and compared them.

import { castSql } from './casts.ts'
import { nestedCast } from './nested-casts.ts'
import { type ResolvedQuery, uniqueTitles } from './resolve-query.ts'
import { isUtc, localOf } from './session-zone.ts'
import { isNested, type SparkType } from './spark-types.ts'

/** The query with its moments shown by clocks of the session, under the same titles and in the same order. */
export function shownByClocks(query: ResolvedQuery): ResolvedQuery {
  if (isUtc() || !query.columns.some(({ type }) => holdsMoments(type))) return query
  const titles = uniqueTitles(query.columns)
  const names = query.columns.map((_column, index) => `c${index}`)
  const items = query.columns.map(({ type }, index) => `${shown(`z.c${index}`, type)} AS ${titles[index]}`)
  return { ...query, sql: `SELECT ${items.join(', ')} FROM (${query.sql}) AS z(${names.join(', ')})` }
}

function holdsMoments(type: SparkType): boolean {
  switch (type.kind) {
    case 'array':
      return holdsMoments(type.element)
    case 'map':
      return holdsMoments(type.key) || holdsMoments(type.value)
    case 'struct':
      return type.fields.some((field) => holdsMoments(field.type))
    default:
      return type.kind === 'timestamp'
  }
}

function shown(sql: string, type: SparkType): string {
  if (!holdsMoments(type)) return sql
  if (!isNested(type)) return localOf(sql)
  return nestedCast(sql, type, type, (part, from) => shown(part, from)) ?? castSql(sql, type, type)
}

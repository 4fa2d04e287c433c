// `(a, b) IN …`: several values looked up together.
//
//   (a, b) IN (SELECT x, y FROM t)   →   true where a = x AND b = y is true for any row of t, else NULL where it is NULL for any, else false

import { ServiceError, say } from '@tributary/rules'
import { compose, type Bound } from './bound.ts'
import { comparison } from './operators.ts'
import type { OutputColumn } from './resolving.ts'

/** A subquery that rows are looked up in. */
export interface RowQuery {
  readonly sql: string
  readonly columns: readonly OutputColumn[]
  readonly loose: Bound['loose']
}

/** Rows in a subquery: a pair that may be equal, but for a NULL, leaves the answer open. @throws {ServiceError} `semantic` when the numbers of columns differ */
export function rowInQuery(values: readonly Bound[], query: RowQuery): Bound {
  if (query.columns.length !== values.length)
    throw new ServiceError('semantic', say`IN looks up ${values.length} values in a subquery of ${query.columns.length} columns`)
  const pairs = query.columns.map(
    ({ type, name }, index) => comparison('=', values[index] as Bound, { ...nothing, sql: `q.c${index}`, type, name }).sql,
  )
  const answer = 'CASE WHEN bool_or(m) THEN true WHEN bool_or(m IS NULL) THEN NULL ELSE false END'
  const sql = `(SELECT ${answer} FROM (SELECT (${pairs.join(' AND ')}) AS m FROM (${query.sql}) AS q) AS p)`
  const bound = compose({ sql, type: { kind: 'boolean' } }, `(${rowName(values)} IN (listquery()))`, values)
  return { ...bound, loose: [...bound.loose, ...query.loose] }
}

const nothing: Bound = {
  sql: '',
  type: { kind: 'null' },
  name: '',
  constant: undefined,
  loose: [],
  hasAggregate: false,
  columnName: undefined,
}

/** Rows in a list of rows: Spark compares them as wholes, where NULL equals NULL. */
export function rowInList(values: readonly Bound[], rows: readonly (readonly Bound[])[]): Bound {
  const wrong = rows.find((row) => row.length !== values.length)
  if (wrong !== undefined) throw new ServiceError('semantic', say`IN looks up ${values.length} values in a row of ${wrong.length}`)
  const same = rows.map((row) => `(${values.map((value, index) => comparison('<=>', value, row[index] as Bound).sql).join(' AND ')})`)
  const name = `(${rowName(values)} IN (${rows.map(rowName).join(', ')}))`
  return compose({ sql: `(${same.join(' OR ')})`, type: { kind: 'boolean' } }, name, [...values, ...rows.flat()], true)
}

/** As Spark names a row: its fields are called as their columns are, or by their places. */
function rowName(values: readonly Bound[]): string {
  const parts = values.map((value, index) => `${value.columnName === undefined ? `col${index + 1}` : value.name}, ${value.name}`)
  return `named_struct(${parts.join(', ')})`
}

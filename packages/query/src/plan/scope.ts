// Which names an expression may use, and what each stands for.

import { ServiceError, say } from '@tributary/rules'
import type { Bound } from './bound.ts'
import { quickColumn } from './quick.ts'
import type { SparkType } from './spark-types.ts'

/** A column that a relation offers to expressions. */
export interface Field {
  /** In its own case. */
  readonly name: string
  readonly sql: string
  readonly type: SparkType
  /** Lower-case names in front of the dot that reach it: an alias, or a table with and without its database. */
  readonly qualifiers: readonly string[]
  /** Of the table's column that it is, handed on by any number of queries. */
  readonly comment?: string
  /** What names of results call it, where that is not its name. */
  readonly shown?: string
  /** Of a quick plan. */
  readonly isQuick?: boolean
  /** Reached by qualifier only: the other side of USING. */
  readonly isHidden?: boolean
}

/** The columns of one select, and those of the select around it. */
export interface Scope {
  readonly fields: readonly Field[]
  readonly outer: Scope | undefined
  /** Texts of the grouping expressions: what equals one of them is not loose. */
  readonly groups: ReadonlySet<string>
  /** The same in order, under ROLLUP, CUBE or GROUPING SETS. */
  readonly groupingKeys?: readonly string[]
}

/** @returns the expression that a name stands for, and whose column it is; `undefined` when no column has the name */
export function findColumn(scope: Scope, parts: readonly string[]): { readonly field: Field; readonly scope: Scope } | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
    const found = at.fields.filter((field) => reaches(field, parts))
    if (found.length > 1) {
      const candidates = found.map((field) => [field.qualifiers[0], field.name].filter((part) => part !== undefined).join('.'))
      throw new ServiceError('semantic', say`Reference '${parts.join('.')}' is ambiguous, could be: ${candidates.join(', ')}`)
    }
    if (found[0] !== undefined) return { field: found[0], scope: at }
  }
  return undefined
}

function reaches(field: Field, parts: readonly string[]): boolean {
  const name = parts.at(-1) as string
  if (field.name.toLowerCase() !== name.toLowerCase()) return false
  if (parts.length === 1) return field.isHidden !== true
  return field.qualifiers.includes(parts.slice(0, -1).join('.').toLowerCase())
}

/** A column as an expression, called as the query writes it. */
export function columnOf(field: Field, scope: Scope, written: string = field.name): Bound {
  const loose = scope.groups.has(field.sql)
    ? []
    : [{ scope: scope.fields, name: [field.qualifiers[0], field.name].filter((part) => part !== undefined).join('.') }]
  const name = field.shown ?? written
  const quick = field.isQuick === true ? quickColumn(field.sql, field.type) : undefined
  return { sql: field.sql, type: field.type, name, constant: undefined, loose, hasAggregate: false, columnName: name, quick }
}

/** The error of a name that nothing carries. */
export function unknownColumn(scope: Scope, parts: readonly string[]): ServiceError {
  const known = scope.fields
    .filter((field) => field.isHidden !== true)
    .map((field) => [field.qualifiers[0], field.name].filter((part) => part !== undefined).join('.'))
  return new ServiceError(
    'semantic',
    say`Column '${parts.join('.')}' does not exist. Did you mean one of the following? [${known.slice(0, 20).join(', ')}]`,
  )
}

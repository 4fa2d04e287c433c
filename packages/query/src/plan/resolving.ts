// What the files that resolve a query hand to each other: resolved queries and relations, and what holds around them.

import { ServiceError, say, type Text } from '@tributary/rules'
import type { CatalogTable, TableName } from '../source.ts'
import type { Bound } from './bound.ts'
import type { HandedOn, Inside, Pushing, RemotePart } from './push/remote-part.ts'
import type { KeySource, RemoteQuery } from './push/remote-query.ts'
import type { Built } from './push/stays.ts'
import type { Field, Scope } from './scope.ts'
import type { SparkType } from './spark-types.ts'
import type { CommonTable, ExpressionSyntax, QuerySyntax } from './syntax.ts'
import type { ReadView } from './views.ts'

/** One use of a table in the query. */
export interface Occurrence {
  readonly handle: string
  readonly table: CatalogTable
  /** A query that the source answers whole, whose answer `table` is. */
  readonly remote?: RemoteQuery
  /** Why the source is not asked for more. */
  readonly stays?: Text
  /** Columns of which no other values are needed than those that another reading has. */
  readonly keysFrom?: readonly KeySource[]
}

/** A column of a query's result. */
export interface OutputColumn {
  readonly name: string
  readonly type: SparkType
  /** Of the table's column that it is, where it is one as it stands. */
  readonly comment?: string
}

/** A resolved query inside another one. */
export interface Fragment {
  readonly sql: string
  readonly columns: readonly OutputColumn[]
  /** Columns of the query around it that it depends on. */
  readonly loose: Bound['loose']
  /** What it is at the one source that it reads. */
  readonly handed?: HandedOn | undefined
  /** The rows that it is made of, each by itself unless they are grouped. */
  readonly rows?: { readonly relation: Relation; readonly where: ExpressionSyntax | undefined; readonly isGrouped: boolean } | undefined
  /** What it is there as a subquery of an expression. */
  readonly inside?: Built<Inside> | undefined
}

/** A resolved part of FROM. */
export interface Relation {
  readonly sql: string
  readonly fields: readonly Field[]
  /** What the one source that it reads could be asked in its place. */
  readonly remote?: RemotePart | undefined
  /** Relations that stand side by side in it, without a condition between them. */
  readonly parts?: readonly Relation[]
}

/** A query of WITH, and the names that were visible where it stands. */
export interface NamedQuery {
  readonly table: CommonTable
  readonly names: Names
}

/** Queries of WITH by their names, in lower case. */
export type Names = ReadonlyMap<string, NamedQuery>

/** What holds around a query. */
export interface Frame {
  readonly names: Names
  /** The select around it, of a subquery that may look there. */
  readonly outer: Scope | undefined
  /** A LATERAL subquery looks there from its select list, too. */
  readonly isLateral: boolean
  /** How its outputs are called. */
  readonly titles: (columns: readonly OutputColumn[]) => readonly string[]
  /** In lower case. */
  readonly currentDatabase: string
  /** The views that it stands in, outermost first. */
  readonly openViews: readonly ReadView[]
}

/** What all parts of one query share. */
export interface Resolving {
  /** Whether columns may be computed with in 64 bits: see `quick.ts`. */
  readonly isQuick: boolean
  /** Of the statement, in lower case: a view asks for it, too. */
  readonly currentDatabase: string
  readonly query: (syntax: QuerySyntax, frame: Frame) => Fragment
  /** Resolves a query of WITH that nothing reads, for its errors. */
  readonly checkUnused: (table: CommonTable, frame: Frame) => void
  /** A name for a relation that nothing else has: `r0`, `r1` .. */
  readonly newAlias: () => string
  readonly findView: (name: TableName) => ReadView | undefined
  readonly findTable: (name: TableName) => CatalogTable | undefined
  /** Counts one reading of a table. @returns what stands for it in the text @throws {ServiceError} `exhausted` */
  readonly occurrenceOf: (table: CatalogTable) => string
  /** Remembers the readings so far. @returns what forgets those that were counted since */
  readonly mark: () => () => void
  /** Absent where every source is asked for rows of its tables alone. */
  readonly pushing?: Pushing
}

/** The frame of a query that stands in FROM, or beside others: it sees the names of WITH and no other column. */
export function innerFrame(frame: Frame, outer?: Scope): Frame {
  return { ...frame, outer, isLateral: false, titles: plainTitles }
}

/** Titles of everything but the result: `c0`, `c1` .. */
export function plainTitles(columns: readonly OutputColumn[]): readonly string[] {
  return columns.map((_column, index) => `c${index}`)
}

/** The columns of a relation as fields: `r1.c0`, `r1.c1` .. */
export function fieldsOf(columns: readonly OutputColumn[], relation: string, qualifiers: readonly string[]): readonly Field[] {
  return columns.map(({ name, type, comment }, index) => ({
    name,
    type,
    sql: `${relation}.c${index}`,
    qualifiers,
    ...(comment === undefined ? {} : { comment }),
  }))
}

/** Columns under the names that an alias gives them. @throws {ServiceError} `semantic` when their numbers differ */
export function renamed<Column extends { readonly name: string }>(
  columns: readonly Column[],
  aliases: readonly string[],
): readonly Column[] {
  if (aliases.length === 0) return columns
  if (aliases.length !== columns.length)
    throw new ServiceError(
      'semantic',
      say`Number of column aliases does not match number of columns. Number of column aliases: ${aliases.length}; number of columns: ${columns.length}.`,
    )
  return columns.map((column, index) => ({ ...column, name: aliases[index] as string }))
}

/** A scope of these columns alone. */
export function scopeOf(fields: readonly Field[]): Scope {
  return { fields, outer: undefined, groups: new Set() }
}

/** A clause where it is needed: ` WHERE …`, or nothing. */
export function clause(word: string, sql: string | undefined): string {
  return sql === undefined || sql === '' ? '' : ` ${word} ${sql}`
}

/** Most columns of one select: a job takes two seconds for each thousand of them, and stars over stars must not grow without end. */
const maxColumns = 2_000

/** @throws {ServiceError} `exhausted` for more columns than a query may have */
export function checkWidth(count: number): void {
  if (count > maxColumns)
    throw new ServiceError('exhausted', say`a query gives ${maxColumns} columns at most, and this one ${count}; name fewer`)
}

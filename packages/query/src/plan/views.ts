// Views inside queries: each use is its text, read in its own database, and gives the columns it had when it was made.
//
//   CREATE VIEW v (k) AS SELECT id FROM t;   SELECT k FROM v   →   SELECT k FROM (SELECT id FROM t) AS v, where id is called k

import { recursiveView, ServiceError, say, type RelationName } from '@tributary/rules'
import type { CatalogView } from '../source.ts'
import { parseQuery } from './parse-query.ts'
import type { Field } from './scope.ts'
import { inViewZone } from './session-zone.ts'
import { sameType, typeName } from './spark-types.ts'
import type { QuerySyntax } from './syntax.ts'
import { oneStatement } from './tokens.ts'

/** A view with its text as a tree. */
export interface ReadView extends CatalogView {
  readonly syntax: QuerySyntax
}

/** Reads the texts of views, once each. @throws {ServiceError} as reading a query does: what was on offer when a view was made may not be any more */
export async function readViews(views: readonly CatalogView[]): Promise<readonly ReadView[]> {
  return Promise.all(views.map(async (view) => ({ ...view, syntax: await parseQuery(view.query, oneStatement(view.query)) })))
}

/** Does something inside a view, in the zone that it was made in, which is UTC; its errors say whose they are. @param around - the views that are open already, outermost first */
export function insideView<Done>(view: ReadView, around: readonly ReadView[], work: () => Done): Done {
  if (around.includes(view)) throw recursiveView(around.slice(around.indexOf(view)).map(({ name }) => name))
  try {
    return inViewZone(work)
  } catch (error) {
    if (!(error instanceof ServiceError) || around.length > 0) throw error
    throw new ServiceError(error.kind, say`in view ${nameOf(view.name)}: ${error.text}`, error.details)
  }
}

/**
 * The columns that a view gives, out of those that its query gives now.
 * @param given - in the order of the query
 * @throws {ServiceError} `semantic` for a column that is gone or has become of another type
 */
export function columnsOfView(view: CatalogView, given: readonly Field[]): readonly Field[] {
  const left = [...given]
  return view.columns.map((column, index) => {
    const name = view.queryColumns[index] ?? column.name
    const at = left.findIndex((field) => field.name.toLowerCase() === name.toLowerCase())
    const [field] = at < 0 ? [] : left.splice(at, 1)
    if (field === undefined)
      throw new ServiceError(
        'semantic',
        say`view ${nameOf(view.name)} gives column ${name} no more: what it reads has changed, create it again`,
      )
    if (!sameType(field.type, column.type))
      throw new ServiceError(
        'semantic',
        say`column ${column.name} of view ${nameOf(view.name)} was ${typeName(column.type)} and is ${typeName(field.type)}: what it reads has changed, create it again`,
      )
    const { comment: _, ...plain } = field
    return { ...plain, name: column.name, ...(column.comment === undefined ? {} : { comment: column.comment }) }
  })
}

function nameOf({ database, name }: RelationName): string {
  return `${database}.${name}`
}

// Query syntax to DuckDB text: names of WITH, the body, and what orders and limits it.
//
//   (SELECT 1 AS x) UNION ALL (SELECT 2) ORDER BY x   →   SELECT r2.c0 AS "x" FROM ((…) UNION ALL (…)) AS r2 ORDER BY 1 ASC NULLS FIRST
//
// No name of the user reaches DuckDB but the columns of stand-ins and the titles of the result, both quoted; relations and columns in between are r0, c0 ..

import { randomBytes } from 'node:crypto'
import { ServiceError, say } from '@tributary/rules'
import type { CatalogTable } from '../source.ts'
import { placeholder } from './placeholder.ts'
import { namedIn, type Offer, pushingOver } from './push/pushing.ts'
import { orderTail, orderTarget, orderText } from './resolve-order.ts'
import { resolveSelect } from './resolve-select.ts'
import { resolveSetOperation, resolveValues } from './resolve-sets.ts'
import { resolveExpression, type Surroundings } from './resolve-expression.ts'
import {
  fieldsOf,
  innerFrame,
  scopeOf,
  type Fragment,
  type Frame,
  type Names,
  type Occurrence,
  type OutputColumn,
  type Resolving,
} from './resolving.ts'
import { columnOf } from './scope.ts'
import { quoteName } from './spark-types.ts'
import type { CommonTable, QueryBody, QuerySyntax } from './syntax.ts'
import type { ReadView } from './views.ts'

export type { Occurrence } from './resolving.ts'

/** A resolved query; `sql` names each table by `placeholder(handle)`. */
export interface ResolvedQuery {
  readonly sql: string
  readonly columns: readonly OutputColumn[]
  readonly occurrences: readonly Occurrence[]
}

/** Most uses of tables in one query: a WITH that names itself twice, again and again, must not grow without end. */
const maxOccurrences = 200

/** What a query may name. */
export interface Known {
  /** In any case. */
  readonly currentDatabase: string
  readonly tables: readonly CatalogTable[]
  readonly views: readonly ReadView[]
  /** Whether it may be computed in 64 bits: see `quick.ts`. */
  readonly isQuick: boolean
  /** Which queries sources take whole; where absent, every source is asked for rows of its tables alone. */
  readonly offer?: Offer | undefined
}

/**
 * Resolves a whole query.
 * @throws {ServiceError} `semantic`, `unsupported`, `exhausted`
 */
export function resolveQuery(syntax: QuerySyntax, known: Known): ResolvedQuery {
  const occurrences: Occurrence[] = []
  const resolving = resolvingOver(known, occurrences)
  const currentDatabase = known.currentDatabase.toLowerCase()
  const { sql, columns } = resolving.query(syntax, {
    names: new Map(),
    outer: undefined,
    isLateral: false,
    titles: uniqueTitles,
    currentDatabase,
    openViews: [],
  })
  if (columns.some(({ name }) => name.includes('\0')))
    throw new ServiceError('unsupported', say`a name of a result column with a NUL character is not offered; give the column an alias`)
  return { sql, columns, occurrences: namedIn(sql, occurrences) }
}

function resolvingOver({ currentDatabase, tables, views, isQuick, offer }: Known, occurrences: Occurrence[]): Resolving {
  let relations = 0
  const read = new Set<QuerySyntax>()
  const resolving: Resolving = {
    isQuick,
    currentDatabase: currentDatabase.toLowerCase(),
    query: (syntax, frame) => {
      read.add(syntax)
      return resolveFragment(syntax, frame, resolving)
    },
    checkUnused: (table, frame) => {
      if (read.has(table.query)) return
      const forget = resolving.mark()
      resolving.query(table.query, { ...innerFrame(frame), names: frame.names.get(table.name.toLowerCase())?.names ?? frame.names })
      forget()
    },
    mark: () => {
      const kept = occurrences.length
      return () => {
        occurrences.length = kept
      }
    },
    newAlias: () => `r${(relations += 1) - 1}`,
    findView: ({ database, name }) => views.find((view) => view.name.database === database && view.name.name === name),
    findTable: ({ database, name }) => tables.find((table) => table.name.database === database && table.name.name === name),
    occurrenceOf: (table) => {
      if (occurrences.length >= maxOccurrences)
        throw new ServiceError('exhausted', say`the query names tables more than ${maxOccurrences} times; split it`)
      const handle = newHandle()
      occurrences.push({ handle, table })
      return placeholder(handle)
    },
    ...(offer === undefined ? {} : { pushing: pushingOver(occurrences, offer, newHandle) }),
  }
  return resolving
}

function newHandle(): string {
  return `s_${randomBytes(8).toString('hex')}`
}

function resolveFragment(syntax: QuerySyntax, around: Frame, resolving: Resolving): Fragment {
  const frame = { ...around, names: withNames(syntax.with, around.names) }
  const fragment = resolveOrganised(syntax, frame, resolving)
  for (const table of syntax.with) resolving.checkUnused(table, frame)
  return fragment
}

function resolveOrganised(syntax: QuerySyntax, frame: Frame, resolving: Resolving): Fragment {
  const { body } = syntax
  if (body.kind === 'select') return resolveSelect(syntax, { body, frame, resolving }, frame.titles === uniqueTitles)
  const inner = resolveBody(body, frame, resolving)
  const relation = resolving.newAlias()
  const fields = fieldsOf(inner.columns, relation, [])
  const scope = scopeOf(fields)
  const titles = frame.titles(inner.columns)
  const items = fields.map((field, index) => `${field.sql} AS ${titles[index]}`)
  const at: Surroundings = { scope, clause: 'ORDER BY', aggregates: 'forbidden', aliases: undefined, subquery: undefined }
  const outputs = fields.map((field) => columnOf(field, scope))
  const order = syntax.orderBy.map((item) => orderText(item, orderTarget(item, outputs, at)))
  for (const part of syntax.distributeBy) resolveExpression(part, { ...at, clause: 'DISTRIBUTE BY' })
  return {
    sql: `SELECT ${items.join(', ')} FROM (${inner.sql}) AS ${relation}${orderTail(order, syntax.limit)}`,
    columns: inner.columns,
    loose: inner.loose,
  }
}

function resolveBody(body: Exclude<QueryBody, { kind: 'select' }>, frame: Frame, resolving: Resolving): Fragment {
  switch (body.kind) {
    case 'setOperation':
      return resolveSetOperation(body, frame, resolving)
    case 'values':
      return resolveValues(body.rows)
    case 'nested':
      return resolving.query(body.query, innerFrame(frame, frame.outer))
  }
}

function withNames(tables: readonly CommonTable[], around: Names): Names {
  const names = new Map(around)
  for (const table of tables) {
    const name = table.name.toLowerCase()
    if (tables.some((other) => other !== table && other.name.toLowerCase() === name))
      throw new ServiceError('semantic', say`WITH names ${table.name} twice`)
    const inner = table.query.with.find((one) => names.has(one.name.toLowerCase()))
    if (inner !== undefined)
      throw new ServiceError(
        'semantic',
        say`Name ${inner.name} is ambiguous in nested CTE: WITH around it gives the name, too; take another`,
      )
    names.set(name, { table, names: new Map(names) })
  }
  return names
}

/** The user's names, made different where two are alike, since files of results need that. */
export function uniqueTitles(columns: readonly OutputColumn[]): readonly string[] {
  const taken = new Set<string>()
  return columns.map(({ name }) => {
    let title = name
    for (let count = 1; taken.has(title.toLowerCase()); count += 1) title = `${name}_${count}`
    taken.add(title.toLowerCase())
    return quoteName(title.replaceAll('\0', ''))
  })
}

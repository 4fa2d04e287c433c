// Views: queries that are kept under a name; what a new one needs, and which statements take a view and which a table.

import type { ResultColumn } from './column.ts'
import { ServiceError } from './errors.ts'
import type { RelationName, Table, ViewDefinition } from './table.ts'
import { say, silence, type Text } from './text.ts'

/** A catalog entry that is a view. */
export type View = Table & { readonly view: ViewDefinition }

/** `using` of a view in the catalog. */
export const viewKind = 'view'

/** How many views may stand upon each other. */
export const deepestView = 32

/** True for a view, false for a table. */
export function isView(table: Table): table is View {
  return table.view !== undefined
}

/** @param verb - the statement, for the message. @throws {ServiceError} `semantic` for a table */
export function checkIsView(table: Table, verb: string): asserts table is View {
  if (!isView(table)) throw wrongKind(table, verb, { is: say`a table`, wanted: say`a view` })
}

/** @param verb - the statement, for the message. @throws {ServiceError} `semantic` for a view */
export function checkIsTable(table: Table, verb: string): void {
  if (isView(table)) throw wrongKind(table, verb, { is: say`a view`, wanted: say`a table` })
}

function wrongKind(
  { databaseName, name }: Table,
  verb: string,
  { is, wanted }: { readonly is: Text; readonly wanted: Text },
): ServiceError {
  const other = { 'DROP TABLE': 'DROP VIEW', 'DROP VIEW': 'DROP TABLE' }[verb]
  const hint = other === undefined ? silence : say` Please use ${other} instead.`
  return new ServiceError('semantic', say`${databaseName}.${name} is ${is}. '${verb}' expects ${wanted}.${hint}`, {
    subject: { kind: 'table', name },
  })
}

/** How a statement makes a view where something of its name may be. */
export interface ViewDraft {
  readonly orReplace: boolean
  readonly ifNotExists: boolean
}

/**
 * Whether a new view takes the place of what has its name.
 * @returns `make`, `replace`, or `keep` where it is there and the statement says that this is fine
 * @throws {ServiceError} `conflict` when the name is taken
 */
export function placeOfView(name: string, existing: Table | undefined, draft: ViewDraft): 'make' | 'replace' | 'keep' {
  if (existing === undefined) return 'make'
  if (draft.ifNotExists) return 'keep'
  const subject = { kind: 'table', name } as const
  if (!isView(existing))
    throw new ServiceError('conflict', say`${name} is not a view: choose another name, or drop the table first`, { subject })
  if (draft.orReplace) return 'replace'
  throw new ServiceError(
    'conflict',
    say`View ${name} already exists. If you want to update the view definition, please use ALTER VIEW AS or CREATE OR REPLACE VIEW AS`,
    { subject },
  )
}

/**
 * Names the columns of a new view.
 * @param given - what its query gives
 * @param named - as the statement names them; absent: as the query does
 * @throws {ServiceError} `semantic` where their numbers differ or a name comes twice
 */
export function viewColumns(
  view: string,
  given: readonly ResultColumn[],
  named: readonly { readonly name: string; readonly comment?: string }[] | undefined,
): readonly ResultColumn[] {
  if (named !== undefined && named.length !== given.length)
    throw new ServiceError(
      'semantic',
      say`The number of columns produced by the SELECT clause (num: ${given.length}) does not match the number of column names specified by CREATE VIEW (num: ${named.length}): view ${view}`,
    )
  const columns = given.map((column, index): ResultColumn => ({ ...column, ...named?.[index] }))
  const names = columns.map(({ name }) => name.toLowerCase())
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new ServiceError('semantic', say`Found duplicate column(s) in the view definition: ${twice}`)
  return columns
}

/** The error of a view that would stand upon itself. @param cycle - from the view down to the one that names it again */
export function recursiveView(cycle: readonly RelationName[]): ServiceError {
  const [first, ...others] = cycle.map(({ database, name }) => `${database}.${name}`)
  return new ServiceError('semantic', say`Recursive view ${first ?? ''} detected (cycle: ${[first, ...others, first].join(' -> ')})`)
}

/** The error of views upon views without end. */
export function tooDeepView({ database, name }: RelationName): ServiceError {
  return new ServiceError('semantic', say`The depth of view ${database}.${name} exceeds the maximum view resolution depth (${deepestView})`)
}

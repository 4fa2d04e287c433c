// What a statement names: the tables and views that it reads, and the one that it changes.

import type { Statement, TableName } from '@tributary/query'

/** A statement that tells of the catalog or of a plan, and changes nothing. */
export type Look = Extract<Statement, { readonly kind: 'show' | 'describe' | 'explain' | 'upkeep' }>

/** A statement that changes the catalog or the rows of a managed table. */
export type Ddl = Exclude<Statement, Look | { readonly kind: 'query' }>

/** A statement that writes rows, which a background job does. */
export type Write = Extract<Statement, { readonly kind: 'insert' | 'createTableAs' }>

/** Whether a statement tells and changes nothing. */
export function isLook(statement: Statement): statement is Look {
  return ['show', 'describe', 'explain', 'upkeep'].includes(statement.kind)
}

/** Whether a statement writes rows. */
export function isWrite(statement: Statement): statement is Write {
  return statement.kind === 'insert' || statement.kind === 'createTableAs'
}

/** Whether a statement changes something. */
export function isDdl(statement: Statement): statement is Ddl {
  return statement.kind !== 'query' && !isLook(statement)
}

/** The tables and views whose rows a statement reads, or whose plan it shows. */
export function namesRead(statement: Statement): readonly TableName[] {
  if (statement.kind === 'explain') return namesRead(statement.statement)
  return 'tables' in statement ? statement.tables : []
}

/** The table or view that a statement changes; `undefined` where it changes a database. */
export function nameWritten(ddl: Ddl): TableName | undefined {
  switch (ddl.kind) {
    case 'createDatabase':
    case 'dropDatabase':
      return undefined
    case 'createView':
    case 'alterView':
    case 'dropView':
      return ddl.view
    default:
      return ddl.table
  }
}

/** The table that a job shows as its own: the one it changes or tells of, or else the first that it reads. */
export function mainTable(statement: Statement): TableName | undefined {
  if (isDdl(statement)) return nameWritten(statement)
  if (statement.kind === 'explain') return mainTable(statement.statement)
  return 'table' in statement ? statement.table : namesRead(statement)[0]
}

// CREATE VIEW and ALTER VIEW: a query that is kept under a name.

import type { Statement, ViewColumn } from '../../statement.ts'
import { readViewChange } from './alter-table.ts'
import { type Properties, readProperties } from './properties.ts'
import { readViewQuery } from './query-part.ts'
import { ServiceError, say } from '@tributary/rules'
import type { StatementReader } from './statement-reader.ts'

/** Reads what follows CREATE [OR REPLACE] VIEW. @throws {ServiceError} `syntax`, `semantic`, `invalid`, `unsupported` */
export async function readCreateView(reader: StatementReader, orReplace: boolean): Promise<Statement> {
  const ifNotExists = reader.acceptPhrase('IF', 'NOT', 'EXISTS')
  if (ifNotExists && orReplace) throw reader.expected(say`a view name, since CREATE OR REPLACE VIEW takes no IF NOT EXISTS`)
  const view = reader.tableName()
  const columns = reader.isSymbol('(') ? readViewColumns(reader) : undefined
  let comment: string | undefined
  let properties: Properties | undefined
  for (;;) {
    if (comment === undefined && reader.isWord('COMMENT')) comment = reader.comment()
    else if (properties === undefined && reader.accept('TBLPROPERTIES')) properties = readProperties(reader)
    else break
  }
  reader.refuse(['PARTITIONED', 'USING'], 'CREATE VIEW')
  reader.expect('AS')
  const made = { view, orReplace, ifNotExists, columns, comment: comment ?? '', properties: properties ?? {} }
  return { kind: 'createView', ...made, ...(await readViewQuery(reader)) }
}

/** Reads what follows ALTER VIEW. @throws {ServiceError} `syntax`, `unsupported` for anything but another query, name or properties */
export async function readAlterView(reader: StatementReader): Promise<Statement> {
  const view = reader.tableName()
  const change = readViewChange(reader, view)
  if (change !== undefined) return change
  reader.refuse(['RENAME', 'SET', 'UNSET'], 'ALTER VIEW')
  reader.accept('AS')
  return { kind: 'alterView', view, ...(await readViewQuery(reader)) }
}

function readViewColumns(reader: StatementReader): readonly ViewColumn[] {
  const columns = reader.list((): ViewColumn => {
    const name = reader.name(say`a column name`)
    const comment = reader.comment()
    return comment === undefined ? { name } : { name, comment }
  })
  const names = columns.map(({ name }) => name.toLowerCase())
  const twice = columns.find((_column, index) => names.indexOf(names[index] as string) !== index)
  if (twice !== undefined) throw new ServiceError('semantic', say`column ${twice.name} is listed twice`)
  return columns
}

// CREATE DATABASE and DROP DATABASE.

import type { Statement } from '../../statement.ts'
import type { StatementReader } from './statement-reader.ts'

/** Reads what follows CREATE DATABASE. @throws {ServiceError} `syntax`, `unsupported` */
export function readCreateDatabase(reader: StatementReader): Statement {
  const ifNotExists = reader.acceptPhrase('IF', 'NOT', 'EXISTS')
  const database = reader.databaseName()
  const comment = reader.comment() ?? ''
  reader.refuse(['LOCATION', 'WITH', 'MANAGEDLOCATION'], 'CREATE DATABASE')
  return { kind: 'createDatabase', database, ifNotExists, comment }
}

/** Reads what follows DROP DATABASE. @throws {ServiceError} `syntax` */
export function readDropDatabase(reader: StatementReader): Statement {
  const ifExists = reader.acceptPhrase('IF', 'EXISTS')
  const database = reader.databaseName()
  return { kind: 'dropDatabase', database, ifExists, cascade: reader.acceptAny('CASCADE', 'RESTRICT') === 'CASCADE' }
}

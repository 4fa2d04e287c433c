// Statements that bring up to date what is always up to date here, and the refusals of those that Spark has and that are not on offer.

import { ServiceError, say, type Text } from '@tributary/rules'
import type { Statement } from '../../statement.ts'
import { readPartition } from './columns.ts'
import type { StatementReader } from './statement-reader.ts'

/** Reads what follows REFRESH. @throws {ServiceError} `syntax`; `unsupported` for functions and paths */
export function readRefresh(reader: StatementReader): Statement {
  if (!reader.accept('TABLE')) throw reader.notOffered('REFRESH', ['TABLE'])
  return { kind: 'upkeep', verb: 'REFRESH TABLE', table: reader.tableName() }
}

/** Reads what follows ANALYZE: figures are read from the files themselves, so that there is nothing to compute. @throws {ServiceError} `syntax`, `unsupported` */
export function readAnalyze(reader: StatementReader): Statement {
  if (!reader.accept('TABLE')) throw reader.notOffered('ANALYZE', ['TABLE'])
  const table = reader.tableName()
  if (reader.accept('PARTITION')) readPartition(reader)
  reader.acceptPhrase('COMPUTE', 'STATISTICS')
  if (reader.accept('FOR')) {
    if (reader.accept('ALL')) reader.expect('COLUMNS')
    else {
      reader.expect('COLUMNS')
      do reader.name(say`a column name`)
      while (reader.acceptSymbol(','))
    }
  } else reader.accept('NOSCAN')
  return { kind: 'upkeep', verb: 'ANALYZE TABLE', table }
}

/** Why a statement that Spark knows is refused, by its first word. */
const reasons: Readonly<Record<string, Text>> = {
  USE: say`a job has a database of its own: submit the statement with currentdb`,
  SET: say`a job has settings of its own: submit the statement with conf`,
  RESET: say`a job has settings of its own: submit the statement with conf`,
  MSCK: say`the partitions of a managed table are those that were written, and a source table has none: there is nothing to repair`,
  REPAIR: say`the partitions of a managed table are those that were written, and a source table has none: there is nothing to repair`,
  CACHE: say`the engine keeps by itself what it needs again`,
  UNCACHE: say`the engine keeps by itself what it needs again`,
  CLEAR: say`the engine keeps by itself what it needs again`,
  MERGE: say`rows are added by INSERT INTO and replaced by INSERT OVERWRITE`,
  UPDATE: say`rows are added by INSERT INTO and replaced by INSERT OVERWRITE`,
  DELETE: say`rows are added by INSERT INTO and replaced by INSERT OVERWRITE`,
  GRANT: say`rights are granted by PUT /v1.0/{project_id}/user-authorization`,
  REVOKE: say`rights are granted by PUT /v1.0/{project_id}/user-authorization`,
}

/** The error of a statement by its verb, with what to do instead where there is something. */
export function refusedStatement(name: string, verb: string): ServiceError {
  const reason = Object.hasOwn(reasons, verb) ? reasons[verb] : undefined
  return new ServiceError(
    'unsupported',
    reason === undefined
      ? say`${name} is not offered; use SELECT, INSERT, CREATE, DROP, TRUNCATE, SHOW, DESCRIBE or EXPLAIN`
      : say`${name} is not offered: ${reason}`,
  )
}

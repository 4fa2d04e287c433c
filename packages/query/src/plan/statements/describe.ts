// DESCRIBE: of a table, one of its columns, a database, a function or a query.

import { say } from '@tributary/rules'
import type { DescribeStatement } from '../../statement.ts'
import { readPartition } from './columns.ts'
import { functionLines } from './function-lines.ts'
import { isQueryAhead, readQueryPart } from './query-part.ts'
import type { StatementReader } from './statement-reader.ts'

/** Reads what follows DESCRIBE or DESC. @throws {ServiceError} `syntax`, `semantic`, `unsupported` */
export async function readDescribe(reader: StatementReader): Promise<DescribeStatement> {
  if (reader.accept('FUNCTION')) return describeFunction(reader)
  if (reader.acceptAny('DATABASE', 'SCHEMA', 'NAMESPACE') !== undefined) {
    const extended = reader.accept('EXTENDED')
    return { kind: 'describe', what: 'database', extended, database: reader.databaseName() }
  }
  if (reader.accept('QUERY') || isQuery(reader)) return { kind: 'describe', what: 'query', ...(await readQueryPart(reader)) }
  reader.accept('TABLE')
  return describeTable(reader)
}

/** `DESCRIBE TABLE t` and `DESCRIBE values` tell of tables. */
function isQuery(reader: StatementReader): boolean {
  return isQueryAhead(reader) && reader.peekAt(1).kind !== 'end' && !reader.isWord('TABLE')
}

function describeFunction(reader: StatementReader): DescribeStatement {
  const extended = reader.accept('EXTENDED')
  const isText = reader.peek().kind === 'string' || reader.peek().kind === 'symbol'
  const name = isText ? reader.next().value : reader.name(say`the name of a function`)
  return { kind: 'describe', what: 'function', lines: functionLines(name.toLowerCase(), extended) }
}

function describeTable(reader: StatementReader): DescribeStatement {
  // A table may be called so: `DESCRIBE extended` alone tells of it.
  const hasOption = reader.peekAt(1).kind === 'word' || reader.peekAt(1).kind === 'quotedName'
  const extended = hasOption && reader.acceptAny('EXTENDED', 'FORMATTED') !== undefined
  const table = reader.tableName()
  const described = { kind: 'describe', what: 'table', extended, table } as const
  if (reader.accept('PARTITION')) return { ...described, partition: readPartition(reader) }
  if (reader.peek().kind === 'end') return described
  return { ...described, column: reader.name(say`a column name`) }
}

// INSERT and TRUNCATE: what changes the rows of a managed table.
//
//   INSERT OVERWRITE t PARTITION (day='2024-01-01', hour) SELECT …   →   { overwrite, partition: [day = 2024-01-01, hour as the rows say], query: 'SELECT …' }

import { ServiceError, say } from '@tributary/rules'
import type { PartitionValue, Statement } from '../../statement.ts'
import type { Token } from '../tokens.ts'
import { readPartition } from './columns.ts'
import { readQueryPart } from './query-part.ts'
import type { StatementReader } from './statement-reader.ts'

/**
 * Reads what follows INSERT.
 * @param before - the WITH in front of it: it belongs to the query
 * @throws {ServiceError} `syntax`, `semantic`, `unsupported`
 */
export async function readInsert(reader: StatementReader, before: readonly Token[] = []): Promise<Statement> {
  const overwrite = reader.acceptAny('INTO', 'OVERWRITE') === 'OVERWRITE'
  if (!overwrite && !reader.isWord('INTO', -1)) throw reader.expected(say`${'INTO'} or ${'OVERWRITE'}`)
  if (overwrite && reader.isWord('DIRECTORY', reader.isWord('LOCAL') ? 1 : 0)) reader.refuse(['DIRECTORY', 'LOCAL'], 'INSERT OVERWRITE')
  reader.accept('TABLE')
  const table = reader.tableName()
  const partition = reader.accept('PARTITION') ? readPartition(reader) : []
  const ifNotExists = reader.acceptPhrase('IF', 'NOT', 'EXISTS')
  if (ifNotExists) checkIfNotExists(overwrite, partition)
  const columns = isNameList(reader) ? readNames(reader) : undefined
  return { kind: 'insert', table, overwrite, partition, ifNotExists, columns, ...(await readQueryPart(reader, before)) }
}

/** Reads what follows TRUNCATE. @throws {ServiceError} `syntax`; `semantic` for a partition without values */
export function readTruncate(reader: StatementReader): Statement {
  reader.expect('TABLE')
  const table = reader.tableName()
  const partition = reader.accept('PARTITION') ? readPartition(reader) : []
  const bare = partition.find(({ value }) => value === undefined)
  if (bare !== undefined) throw new ServiceError('semantic', say`TRUNCATE TABLE needs a value for partition column ${bare.column}`)
  return { kind: 'truncate', table, partition }
}

/** As Spark has it: without a value for every column it is not certain which partition is meant. */
function checkIfNotExists(overwrite: boolean, partition: readonly PartitionValue[]): void {
  if (!overwrite)
    throw new ServiceError('syntax', say`INSERT INTO … IF NOT EXISTS is not allowed; it goes with INSERT OVERWRITE … PARTITION`)
  const bare = partition.find(({ value }) => value === undefined)
  if (bare !== undefined)
    throw new ServiceError('syntax', say`IF NOT EXISTS needs a value for every partition column, and ${bare.column} has none`)
}

/** True for `(name, name …)`, false for a query in parentheses. */
function isNameList(reader: StatementReader): boolean {
  if (!reader.isSymbol('(')) return false
  for (let ahead = 1; ; ahead += 2) {
    const { kind } = reader.peekAt(ahead)
    if (kind !== 'word' && kind !== 'quotedName') return false
    if (reader.isSymbol(')', ahead + 1)) return true
    if (!reader.isSymbol(',', ahead + 1)) return false
  }
}

function readNames(reader: StatementReader): readonly string[] {
  const names = reader.list(() => reader.name(say`a column name`))
  const lower = names.map((name) => name.toLowerCase())
  const twice = names.find((_name, index) => lower.indexOf(lower[index] as string) !== index)
  if (twice !== undefined) throw new ServiceError('semantic', say`column ${twice} is listed twice`)
  return names
}

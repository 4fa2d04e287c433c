// Functions that DuckDB lacks, given to it: hashes of columns, and members of JSON, as Spark has them. Every instance that plans or runs a query has them.

import {
  BIGINT,
  BLOB,
  type DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  HUGEINT,
  INTEGER,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api'
import { type ResultColumn, say, textToJson } from '@tributary/rules'
import { JsonMembers } from '../../files/json-members.ts'
import { refusalMark } from '../refusal.ts'
import { type Carrier, ownNames } from './own-names.ts'
import { murmur3, sha2, xxh64 } from './spark-hashes.ts'

const carriers: Readonly<Record<Carrier, { readonly type: DuckDBType; readonly bytes: (value: DuckDBValue) => Buffer }>> = {
  int: { type: INTEGER, bytes: (value) => littleEndian(BigInt(value as number), 4) },
  long: { type: BIGINT, bytes: (value) => littleEndian(value as bigint, 8) },
  whole: { type: HUGEINT, bytes: (value) => bigEndian(value as bigint) },
  bytes: { type: BLOB, bytes: bytesOf },
}

/** Makes the functions known. Takes less than a millisecond. */
export function registerOwnFunctions(connection: DuckDBConnection): void {
  for (const [name, { type, bytes }] of Object.entries(carriers)) {
    // What is NULL adds nothing to a hash: the seed goes on.
    connection.registerScalarFunction(
      rowByRow({ name: `${ownNames.murmur3}_${name}`, takes: [type, INTEGER], gives: INTEGER }, (value, seed) =>
        value === null ? seed : murmur3(bytes(value), seed as number),
      ),
    )
    connection.registerScalarFunction(
      rowByRow({ name: `${ownNames.xxh64}_${name}`, takes: [type, BIGINT], gives: BIGINT }, (value, seed) =>
        value === null ? seed : xxh64(bytes(value), seed as bigint),
      ),
    )
  }
  connection.registerScalarFunction(
    rowByRow({ name: ownNames.sha2, takes: [BLOB, INTEGER], gives: VARCHAR }, (value, bits) =>
      value === null || bits === null ? null : sha2(bytesOf(value), bits as number),
    ),
  )
  connection.registerScalarFunction(
    rowByRow({ name: ownNames.fromJson, takes: [VARCHAR, VARCHAR], gives: LIST(VARCHAR) }, (text, schema) =>
      text === null ? null : jsonMembers(text as string, schema as string),
    ),
  )
}

/** Readers of members by the schema they are asked with: a statement has few. */
const readers = new Map<string, JsonMembers>()
const mostReaders = 100

function readerOf(schema: string): JsonMembers {
  const known = readers.get(schema)
  if (known !== undefined) return known
  if (readers.size >= mostReaders) readers.clear()
  const made = new JsonMembers(JSON.parse(schema) as readonly ResultColumn[])
  readers.set(schema, made)
  return made
}

/** Jackson takes these beyond JSON, and a reader of JSON cannot tell what it would make of them. */
const lenient = /'|\b(?:NaN|INF|Infinity)\b/

/**
 * The members of an object as texts that its columns can read; all NULL where a text is no object.
 * @param schema - JSON of the columns
 * @throws {Error} marked as a refusal, for what Spark reads and JSON has not
 */
function jsonMembers(text: string, schema: string): DuckDBValue {
  if (/^[\0- ]*$/.test(text)) return null
  const reader = readerOf(schema)
  const members = reader.readOne(text)
  if (members === undefined && text.trimStart().startsWith('{') && lenient.test(text))
    throw new Error(
      refusalMark +
        textToJson(say`from_json of text with single quotation marks, or with NaN or Infinity outside of quotes, is not offered`),
    )
  return listValue(
    (members ?? Array.from({ length: (JSON.parse(schema) as readonly unknown[]).length }, () => null)).map((member) => member ?? null),
  )
}

interface Declared {
  readonly name: string
  readonly takes: readonly [DuckDBType, DuckDBType]
  readonly gives: DuckDBType
}

/** A function of two values, NULL among them. Callbacks are synchronous and must not throw. */
function rowByRow({ name, takes, gives }: Declared, work: (value: DuckDBValue, other: DuckDBValue) => DuckDBValue): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    parameterTypes: takes,
    returnType: gives,
    specialHandling: true,
    mainFunction: (info, chunk, output) => {
      try {
        const [values, others] = [chunk.getColumnVector(0), chunk.getColumnVector(1)]
        for (let row = 0; row < chunk.rowCount; row += 1) output.setItem(row, work(values.getItem(row), others.getItem(row)))
        output.flush()
      } catch (error) {
        info.setError(error instanceof Error ? error.message : String(error))
      }
    },
  })
}

function bytesOf(value: DuckDBValue): Buffer {
  return Buffer.from((value as DuckDBBlobValue).bytes)
}

function littleEndian(value: bigint, size: 4 | 8): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(value)
  return bytes.subarray(0, size)
}

/** As Java's BigInteger has its bytes: the fewest that keep the sign. */
function bigEndian(value: bigint): Buffer {
  let size = 1
  while (BigInt.asIntN(size * 8, value) !== value) size += 1
  return Buffer.from(
    BigInt.asUintN(size * 8, value)
      .toString(16)
      .padStart(size * 2, '0'),
    'hex',
  )
}

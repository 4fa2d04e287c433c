// The columns of imported Parquet files, with the types that tables have for what is in them.

import { type DuckDBConnection, type DuckDBStructType, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api'
import { type ResultColumn, ServiceError, say, type ValueType } from '@tributary/rules'
import { quoteString } from '../plan/spark-types.ts'

/** What a Parquet file holds. */
export interface ParquetShape {
  readonly columns: readonly ResultColumn[]
  readonly rows: number
}

/**
 * Reads the end of a file, where its columns are told.
 * @throws {ServiceError} `semantic` for what is no Parquet file, `unsupported` for a column whose type no table has
 */
export async function readParquetShape(connection: DuckDBConnection, path: string, name: string): Promise<ParquetShape> {
  try {
    const prepared = await connection.prepare(`SELECT * FROM read_parquet(${quoteString(path)}, hive_partitioning = false)`)
    const columns = Array.from({ length: prepared.columnCount }, (_each, index) => ({
      name: prepared.columnName(index),
      type: typeOf(prepared.columnType(index)) ?? notOffered(prepared.columnName(index), prepared.columnType(index), name),
    }))
    prepared.destroySync()
    const counted = await connection.runAndReadAll(`SELECT num_rows FROM parquet_file_metadata(${quoteString(path)})`)
    return { columns, rows: Number(counted.getRows()[0]?.[0] ?? 0) }
  } catch (error) {
    if (error instanceof ServiceError) throw error
    throw new ServiceError('semantic', say`${name} is no Parquet file, or is damaged`, { cause: error })
  }
}

function notOffered(column: string, type: DuckDBType, file: string): never {
  throw new ServiceError(
    'unsupported',
    say`column ${column} of ${file} has a type that no table has (${type.toString()}): leave it out of the file`,
  )
}

/** Whole numbers without a sign take the next larger type; times of any precision are timestamps. */
const simple: ReadonlyMap<DuckDBTypeId, ValueType> = new Map<DuckDBTypeId, ValueType>([
  [DuckDBTypeId.BOOLEAN, { kind: 'boolean' }],
  [DuckDBTypeId.TINYINT, { kind: 'tinyint' }],
  [DuckDBTypeId.UTINYINT, { kind: 'smallint' }],
  [DuckDBTypeId.SMALLINT, { kind: 'smallint' }],
  [DuckDBTypeId.USMALLINT, { kind: 'int' }],
  [DuckDBTypeId.INTEGER, { kind: 'int' }],
  [DuckDBTypeId.UINTEGER, { kind: 'bigint' }],
  [DuckDBTypeId.BIGINT, { kind: 'bigint' }],
  [DuckDBTypeId.UBIGINT, { kind: 'decimal', precision: 20, scale: 0 }],
  [DuckDBTypeId.FLOAT, { kind: 'float' }],
  [DuckDBTypeId.DOUBLE, { kind: 'double' }],
  [DuckDBTypeId.VARCHAR, { kind: 'string' }],
  [DuckDBTypeId.ENUM, { kind: 'string' }],
  [DuckDBTypeId.BLOB, { kind: 'binary' }],
  [DuckDBTypeId.DATE, { kind: 'date' }],
  [DuckDBTypeId.TIMESTAMP, { kind: 'timestamp' }],
  [DuckDBTypeId.TIMESTAMP_S, { kind: 'timestamp' }],
  [DuckDBTypeId.TIMESTAMP_MS, { kind: 'timestamp' }],
  [DuckDBTypeId.TIMESTAMP_NS, { kind: 'timestamp' }],
  [DuckDBTypeId.TIMESTAMP_TZ, { kind: 'timestamp' }],
])

function typeOf(type: DuckDBType): ValueType | undefined {
  switch (type.typeId) {
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type
      return { kind: 'decimal', precision: width, scale }
    }
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY: {
      const element = typeOf(type.valueType)
      return element && { kind: 'array', element }
    }
    case DuckDBTypeId.MAP: {
      const [key, value] = [type.keyType, type.valueType].map(typeOf)
      return key && value && { kind: 'map', key, value }
    }
    case DuckDBTypeId.STRUCT:
      return structOf(type)
    default:
      return simple.get(type.typeId)
  }
}

function structOf({ entryNames, entryTypes }: DuckDBStructType): ValueType | undefined {
  const fields = entryTypes.flatMap((entry, index) => {
    const type = typeOf(entry)
    return type === undefined ? [] : [{ name: entryNames[index] ?? '', type }]
  })
  return fields.length === entryTypes.length ? { kind: 'struct', fields } : undefined
}

// Rows that leave for a source: DuckDB's thread runs the query and hands each chunk on, no faster than the source takes them.

import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api'
import { type Column, formatColumnType, ServiceError, say } from '@tributary/rules'
import { sizeOf } from '../../batch.ts'
import { BatchWriter, type ChannelEnd } from './channel.ts'
import { batchOfChunk } from './chunk-batch.ts'
import { failureOf } from './failure.ts'
import { duckTypeOf } from './vectors.ts'

/** What is run, and where its rows go. */
export interface RowStream {
  readonly sql: string
  /** Of the rows, in the order and with the types of what takes them. */
  readonly columns: readonly Column[]
  readonly channel: ChannelEnd
}

/**
 * Runs a query once and sends its rows in order; whoever takes them hears of their end. Of an error, {@link failRows} tells them.
 * @returns the number of rows
 * @throws whatever DuckDB throws; {@link ServiceError} `unavailable` when nobody takes the rows any more
 */
export async function streamRows(connection: DuckDBConnection, { sql, columns, channel }: RowStream): Promise<number> {
  using writer = new BatchWriter(channel)
  const rowCount = await sendAll(await connection.stream(sql), columns, writer)
  writer.finish()
  return rowCount
}

/** Says why there are no more rows: whoever takes them must not take what came for all. */
export function failRows({ port }: ChannelEnd, error: unknown): void {
  port.postMessage({ failure: failureOf(error) })
}

async function sendAll(result: DuckDBResult, columns: readonly Column[], writer: BatchWriter): Promise<number> {
  const types = columns.map(({ type }) => type)
  checkTypes(result, columns)
  for (let rowCount = 0; ; ) {
    writer.signal.throwIfAborted()
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return rowCount
    const batch = batchOfChunk(chunk.chunk, chunk.rowCount, types)
    await writer.send(batch, sizeOf(batch, types))
    rowCount += batch.rowCount
  }
}

/** What came as another type would be written as something else without a word. */
function checkTypes(result: DuckDBResult, columns: readonly Column[]): void {
  for (const [index, { name, type }] of columns.entries()) {
    const actual = result.columnType(index).toString()
    if (duckTypeOf(type).toString() !== actual)
      throw new ServiceError('internal', say`column ${name} was planned as ${formatColumnType(type)} and came as ${actual}`)
  }
}

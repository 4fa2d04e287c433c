// The one table function behind every source table: DuckDB asks for chunks, a channel delivers batches.

import {
  DuckDBTableFunction,
  type DuckDBDataChunk,
  type DuckDBTableFunctionInfo,
  type DuckDBTableFunctionInitInfo,
  VARCHAR,
} from '@duckdb/node-api'
import { type Column, ServiceError, say } from '@tributary/rules'
import type { RecordBatch } from '../../batch.ts'
import { BatchReader, type ChannelEnd } from './channel.ts'
import { chunkRows, duckTypeOf, fillChunk } from './vectors.ts'

/** One reading of a source as the DuckDB thread knows it. */
export interface Reading {
  readonly handle: string
  /** In the order in which batches carry them. */
  readonly columns: readonly Column[]
  readonly channel: ChannelEnd
}

/** The name under which DuckDB knows the function. */
export const scanFunctionName = 'tributary_scan'

/** The scans of the running job, and what went wrong with them. One job at a time. */
export class Scans {
  readonly #openAgain: (handle: string) => ChannelEnd
  readonly #readings = new Map<string, Reading>()
  readonly #started = new Set<string>()
  readonly #readers = new Set<BatchReader>()
  #failure: unknown

  /** @param openAgain - opens another channel for a scan that DuckDB decided to read twice */
  constructor(openAgain: (handle: string) => ChannelEnd) {
    this.#openAgain = openAgain
  }

  /** The first thing a source failed with: DuckDB only keeps its text. */
  get failure(): unknown {
    return this.#failure
  }

  begin(readings: readonly Reading[]): void {
    for (const reading of readings) this.#readings.set(reading.handle, reading)
  }

  /** Tells every source to stop. */
  end(): void {
    for (const reader of this.#readers) reader[Symbol.dispose]()
    for (const { handle, channel } of this.#readings.values()) if (!this.#started.has(handle)) channel.port.close()
    this.#readings.clear()
    this.#started.clear()
    this.#readers.clear()
    this.#failure = undefined
  }

  columnsOf(handle: string): readonly Column[] {
    const reading = this.#readings.get(handle)
    if (reading === undefined) throw new ServiceError('internal', say`a scan was asked for that belongs to no running job`)
    return reading.columns
  }

  start(handle: string): BatchReader {
    const reading = this.#readings.get(handle)
    if (reading === undefined) throw new ServiceError('internal', say`a scan was started that belongs to no running job`)
    const channel = this.#started.has(handle) ? this.#openAgain(handle) : reading.channel
    this.#started.add(handle)
    const reader = new BatchReader(channel)
    this.#readers.add(reader)
    return reader
  }

  finish(reader: BatchReader): void {
    reader[Symbol.dispose]()
    this.#readers.delete(reader)
  }

  fail(error: unknown): string {
    this.#failure ??= error
    return error instanceof Error ? error.message : String(error)
  }
}

/** Where one run of a scan stands. */
interface Progress {
  readonly reader: BatchReader
  readonly columns: readonly Column[]
  readonly positions: readonly number[]
  batch: RecordBatch | undefined
  row: number
}

/** Callbacks are synchronous and must not throw: an error is recorded and told by `setError`. */
export function createScanFunction(scans: Scans): DuckDBTableFunction {
  return DuckDBTableFunction.create({
    name: scanFunctionName,
    parameterTypes: [VARCHAR],
    supportsProjectionPushdown: true,
    bindFunction: (info) =>
      guard(scans, info, () => {
        const handle = String(info.getParameter(0))
        for (const column of scans.columnsOf(handle)) info.addResultColumn(column.name, duckTypeOf(column.type))
        info.setBindData({ handle })
      }),
    initFunction: (info) => guard(scans, info, () => info.setInitData(startProgress(scans, info))),
    mainFunction: (info, chunk) => {
      if (!guard(scans, info, () => deliver(scans, info, chunk))) chunk.rowCount = 0
    },
  })
}

function guard(scans: Scans, info: { setError(message: string): void }, work: () => void): boolean {
  try {
    work()
    return true
  } catch (error) {
    info.setError(scans.fail(error))
    return false
  }
}

function startProgress(scans: Scans, info: DuckDBTableFunctionInitInfo): Progress {
  const { handle } = info.bindData as { handle: string }
  const columns = scans.columnsOf(handle)
  info.setMaxThreads(1)
  return { reader: scans.start(handle), columns, positions: info.getColumnIndexes(), batch: undefined, row: 0 }
}

function deliver(scans: Scans, info: DuckDBTableFunctionInfo, chunk: DuckDBDataChunk): void {
  const progress = info.initData as Progress
  if (progress.batch === undefined || progress.row >= progress.batch.rowCount) {
    progress.batch = progress.reader.next()
    progress.row = 0
  }
  const { batch, row, columns, positions } = progress
  if (batch === undefined) {
    scans.finish(progress.reader)
    chunk.rowCount = 0
    return
  }
  const count = Math.min(chunkRows, batch.rowCount - row)
  const types = columns.map((column) => column.type)
  fillChunk(chunk.chunk, batch, types, positions, row, count)
  chunk.rowCount = count
  progress.row = row + count
}

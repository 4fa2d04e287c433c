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
import { type Batches, Gathered, type GatherLimits } from './key-gather.ts'
import { scanFunctionName } from './scan-name.ts'
import { chunkRows, duckTypeOf, fillChunk } from './vectors.ts'

/** One reading of a source as the DuckDB thread knows it. */
export interface Reading {
  readonly handle: string
  /** In the order in which batches carry them. */
  readonly columns: readonly Column[]
  readonly channel: ChannelEnd
  /** How many rows are expected, where anybody knows: DuckDB keeps the smaller side of a join in memory. */
  readonly expectedRows?: number | undefined
}

/** The scans of the running job, and what went wrong with them. One job at a time. */
export class Scans {
  readonly #openAgain: (handle: string) => ChannelEnd
  readonly #readings = new Map<string, Reading>()
  readonly #started = new Set<string>()
  readonly #readers = new Set<Batches>()
  readonly #gathered = new Map<string, Gathered>()
  #failure: unknown

  /** @param openAgain - opens another channel for a scan that DuckDB decided to read twice */
  constructor(openAgain: (handle: string) => ChannelEnd) {
    this.#openAgain = openAgain
  }

  /** The first thing a source failed with: DuckDB only keeps its text. */
  get failure(): unknown {
    return this.#failure
  }

  /** Those of the running job. */
  get handles(): readonly string[] {
    return [...this.#readings.keys()]
  }

  begin(readings: readonly Reading[]): void {
    for (const reading of readings) this.#readings.set(reading.handle, reading)
  }

  /** Reads rows of a scan ahead; they stand in for it. @throws {ServiceError} what its source failed with */
  gather(reading: Reading, limits: GatherLimits): Gathered {
    this.begin([reading])
    const gathered = new Gathered(new BatchReader(reading.channel))
    this.#gathered.set(reading.handle, gathered)
    gathered.read(
      reading.columns.map(({ type }) => type),
      limits,
    )
    return gathered
  }

  /** Tells every source to stop. */
  end(): void {
    for (const reader of [...this.#readers, ...this.#gathered.values()]) reader[Symbol.dispose]()
    for (const { handle, channel } of this.#readings.values()) if (!this.#started.has(handle)) channel.port.close()
    this.#readings.clear()
    this.#started.clear()
    this.#readers.clear()
    this.#gathered.clear()
    this.#failure = undefined
  }

  columnsOf(handle: string): readonly Column[] {
    const reading = this.#readings.get(handle)
    if (reading === undefined) throw new ServiceError('internal', say`a scan was asked for that belongs to no running job`)
    return reading.columns
  }

  /** @returns how many rows a scan has, and whether that is certain; `undefined` where nobody knows */
  rowsOf(handle: string): { readonly count: number; readonly isExact: boolean } | undefined {
    const gathered = this.#gathered.get(handle)
    if (gathered?.isWhole === true) return { count: gathered.rows, isExact: true }
    const count = this.#readings.get(handle)?.expectedRows
    return count === undefined ? undefined : { count, isExact: false }
  }

  start(handle: string): Batches {
    const batches = this.#open(handle)
    this.#started.add(handle)
    this.#readers.add(batches)
    return batches
  }

  #open(handle: string): Batches {
    const reading = this.#readings.get(handle)
    if (reading === undefined) throw new ServiceError('internal', say`a scan was started that belongs to no running job`)
    const isAgain = this.#started.has(handle)
    const gathered = this.#gathered.get(handle)
    if (gathered !== undefined && (gathered.isWhole || !isAgain)) return gathered.batches()
    return new BatchReader(isAgain ? this.#openAgain(handle) : reading.channel)
  }

  finish(reader: Batches): void {
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
  readonly reader: Batches
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
        const rows = scans.rowsOf(handle)
        if (rows !== undefined) info.setCardinality(rows.count, rows.isExact)
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

// Rows that are read before the statement runs, and the keys in them. Whatever was read ahead stands in for its scan, so that nothing is read twice.

import type { DuckDBConnection } from '@duckdb/node-api'
import { type RecordBatch, sizeOf } from '../../batch.ts'
import type { Keys } from '../../plan/push/key-list.ts'
import type { ColumnType } from '@tributary/rules'
import type { BatchReader } from './channel.ts'
import { runAsleep } from './statement-run.ts'

/** Batches of one scan, in their order. */
export interface Batches extends Disposable {
  /** @returns `undefined` after the last @throws {ServiceError} what the source failed with */
  next(): RecordBatch | undefined
}

/** How much may be read ahead. */
export interface GatherLimits {
  readonly mostRows: number
  readonly mostBytes: number
}

/** What was read ahead of one scan. */
export class Gathered {
  readonly #batches: RecordBatch[] = []
  readonly #rest: BatchReader
  #rows = 0
  #isWhole = false

  /** @param reader - of its channel, at its start */
  constructor(reader: BatchReader) {
    this.#rest = reader
  }

  get rows(): number {
    return this.#rows
  }

  /** Whether these are all rows of the scan. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Waits for rows until they end or are too many; its thread sleeps meanwhile. @throws {ServiceError} what the source failed with */
  read(types: readonly ColumnType[], { mostRows, mostBytes }: GatherLimits): void {
    let bytes = 0
    while (this.#rows <= mostRows && bytes <= mostBytes) {
      const batch = this.#rest.next()
      if (batch === undefined) {
        this.#isWhole = true
        this.#rest[Symbol.dispose]()
        return
      }
      // Its buffers stay here, and are not filled again.
      this.#rest.keep()
      this.#batches.push(batch)
      this.#rows += batch.rowCount
      bytes += sizeOf(batch, types)
    }
  }

  /** The rows once more, and then those that still come: those only once. */
  batches(): Batches {
    const kept = this.#batches.values()
    const rest = this.#isWhole ? undefined : this.#rest
    return {
      next: () => kept.next().value ?? rest?.next(),
      [Symbol.dispose]: () => rest?.[Symbol.dispose](),
    }
  }

  [Symbol.dispose](): void {
    this.#rest[Symbol.dispose]()
  }
}

/** Where keys are looked for. */
export interface KeyQuestion {
  /** DuckDB SQL of a relation. */
  readonly relation: string
  /** A column of it, quoted. */
  readonly column: string
  readonly mostKeys: number
}

/** Longer lists of texts are not worth their way. */
const mostKeyBytes = 2 ** 20

/** The values of a column, each once. @throws {Error} what DuckDB throws */
export async function readKeys(connection: DuckDBConnection, { relation, column, mostKeys }: KeyQuestion): Promise<Keys> {
  const distinct = `SELECT DISTINCT ${column} AS k FROM ${relation} WHERE ${column} IS NOT NULL`
  const listed = await runAsleep(connection, `SELECT CAST(k AS VARCHAR) FROM (${distinct} LIMIT ${mostKeys + 1}) AS t ORDER BY t.k`)
  const values = listed.getRows().map(([value]) => String(value))
  const bytes = values.reduce((sum, value) => sum + Buffer.byteLength(value), 0)
  if (values.length <= mostKeys && bytes <= mostKeyBytes) return { values, ends: undefined, count: values.length }
  const summed = await runAsleep(connection, `SELECT count(*), CAST(min(k) AS VARCHAR), CAST(max(k) AS VARCHAR) FROM (${distinct}) AS t`)
  const [count, least, greatest] = summed.getRows()[0] ?? []
  return { values: undefined, ends: [String(least), String(greatest)], count: Number(count) }
}

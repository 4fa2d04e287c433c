// For tests of writing to sources: an engine with a network to real servers, and hand-written plans whose rows leave for one of them.

import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServiceError } from '@tributary/rules'
import { columnsOf, networkTo } from '../../../../../tests/servers/sources.ts'
import type { Plan, Scan } from '../../plan/plan.ts'
import type { OpenableTable } from '../../source.ts'
import { Engine } from './engine.ts'
import type { Ran, SourceWrite } from './messages.ts'
import { duckTypeOf } from './vectors.ts'

/** How a test writes; the rest has defaults. */
export interface WriteOptions {
  readonly overwrite?: boolean
  readonly signal?: AbortSignal
  /** What the query reads, and what opens it. */
  readonly scans?: readonly Scan[]
  readonly tables?: readonly OpenableTable[]
  readonly timeLimitMs?: number
}

/** An engine and the servers it reaches. Disposing it removes its directories; its threads go with the process. */
export class WriteStage implements AsyncDisposable {
  readonly #servers: readonly { readonly port: number }[]
  readonly #scratch = mkdtempSync(join(tmpdir(), 'tributary-write-'))
  readonly #directory = mkdtempSync(join(tmpdir(), 'tributary-write-job-'))
  readonly #engine = new Engine()
  #version = 1

  private constructor(servers: readonly { readonly port: number }[]) {
    this.#servers = servers
  }

  /** @param servers - the first is at 10.71.0.5:5432, the second at 10.72.0.5:5432 */
  static async open(servers: readonly { readonly port: number }[]): Promise<WriteStage> {
    const stage = new WriteStage(servers)
    await stage.#engine.warm()
    const limits = { memoryBytes: 2 ** 29, threads: 2, spillBytes: 2 ** 30, scratchDirectory: stage.#scratch }
    await stage.#engine.assign({ kind: 'assign', network: networkTo(servers), limits })
    return stage
  }

  /** Gives the engine a newer network. @param bound - which of the servers it leads to, all unless told */
  async bind(bound?: (index: number) => boolean): Promise<void> {
    this.#version += 1
    await this.#engine.applyNetwork(networkTo(this.#servers, this.#version, bound))
  }

  /** Writes what a DuckDB query gives into every column that the table names. */
  async write(source: OpenableTable, sql: string, options: WriteOptions = {}): Promise<Ran> {
    const { columns } = source.table
    const assigned = columns.map((_, position) => ({ kind: 'given', position }) as const)
    const { overwrite = false, timeLimitMs, scans = [], tables = [] } = options
    const target: SourceWrite = { source, rows: { columns, assigned, given: columns }, overwrite, timeLimitMs }
    const signal = options.signal ?? new AbortController().signal
    return await this.#engine.execute({ sql, columns, scans }, { tables, directory: this.#directory, target }, signal, () => undefined)
  }

  /** The rows of a query whose columns are all text. */
  async texts(plan: Plan, tables: readonly OpenableTable[]): Promise<readonly (readonly unknown[])[]> {
    await this.#engine.execute(plan, { tables, directory: this.#directory }, new AbortController().signal, () => undefined)
    return (JSON.parse(readFileSync(join(this.#directory, 'preview.json'), 'utf8')) as { rows: readonly (readonly unknown[])[] }).rows
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#scratch, this.#directory].map((path) => rm(path, { recursive: true, force: true })))
  }
}

/** What a work that has to fail failed with. @throws {Error} when it did not, or with something else than a ServiceError */
export async function rejection(work: Promise<unknown>): Promise<ServiceError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ServiceError) return error
  throw new Error(`not a refusal: ${error instanceof Error ? (error.stack ?? error.message) : typeof error}`)
}

/** A query of one row. @param values - as text, each cast to its column's type; binary ones in hexadecimal digits; absent ones are NULL */
export function rowSql(columns: Readonly<Record<string, string>>, values: readonly (string | null)[]): string {
  const list = columnsOf(columns).map(({ type }, index) => {
    const value = values[index] ?? null
    if (value === null) return `CAST(NULL AS ${duckTypeOf(type).toString()})`
    return type.kind === 'binary' ? `unhex('${value}')` : `CAST('${value.replaceAll("'", "''")}' AS ${duckTypeOf(type).toString()})`
  })
  return `SELECT ${list.join(', ')}`
}

/** Waits at most 10 s. @throws {Error} when it did not become so */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('it did not become so in 10 s')
    await sleep(20)
  }
}

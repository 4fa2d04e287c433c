// Several sessions that read the parts of a table which its owner asked for. MySQL shares no snapshot between them: each part is as of its own moment.

import { formatEndpoint, ServiceError, say } from '@tributary/rules'
import type { RecordBatch } from '../../batch.ts'
import type { SourceTable } from '../../source.ts'
import { columnConditions, mostReaders } from '../column-parts.ts'
import type { ScanSurroundings } from '../connector.ts'
import { merge } from '../merge.ts'
import type { Login } from './login.ts'
import { findSource } from './source-columns.ts'
import { quoteIdentifier, type SourceColumn } from './types.ts'

/** What is read, and by whom. */
export interface SideBySide {
  /** SQL; every row meets exactly one. */
  readonly conditions: readonly string[]
  readonly leader: Login
  /** Opens another session like the leader's. */
  readonly open: () => Promise<Login>
  /** Reads the rows of one part. */
  readonly read: (login: Login, condition: string) => AsyncGenerator<RecordBatch>
  /** Asks for sessions besides the leader's; absent: there are as many as it likes. */
  readonly more?: ScanSurroundings['more']
}

/** The parts that partitionColumn asks for; none where one session reads it all. @throws {ServiceError} `semantic` where there is no such column */
export function partConditions({ settings }: SourceTable, columns: readonly SourceColumn[]): readonly string[] {
  const { partitions, table, endpoint } = settings
  if (partitions === undefined) return []
  const column = findSource({ name: partitions.column, type: { kind: 'bigint' } }, columns)
  if (column === undefined)
    throw new ServiceError(
      'semantic',
      say`partitionColumn ${partitions.column} is no column of ${table} at ${formatEndpoint(endpoint)}; correct the OPTIONS`,
    )
  const conditions = columnConditions(quoteIdentifier(column.name), partitions)
  return conditions.length < 2 ? [] : conditions
}

/** The rows of all parts, in no order. A source that has no session left is read by those that are there. */
export async function* readSideBySide({ conditions, leader, open, read, more }: SideBySide): AsyncGenerator<RecordBatch> {
  const others: Login[] = []
  const waiting = conditions.values()
  let isOver = false
  async function* readParts(login: Login): AsyncGenerator<RecordBatch> {
    for (const condition of waiting) yield* read(login, condition)
  }
  async function* follow(): AsyncGenerator<RecordBatch> {
    const login = await open().catch(() => undefined)
    if (login === undefined) return
    others.push(login)
    // Whoever read the rest was faster, or wants no more.
    if (isOver) await login[Symbol.asyncDispose]()
    else yield* readParts(login)
  }
  const wanted = Math.min(conditions.length, mostReaders) - 1
  const followers = Array.from({ length: more === undefined ? wanted : await more(wanted) }, follow)
  try {
    yield* merge([readParts(leader), ...followers])
  } finally {
    isOver = true
    await Promise.all(others.map((login) => login[Symbol.asyncDispose]()))
  }
}

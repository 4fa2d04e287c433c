// Several sessions that read parts of a table as of one moment: the first exports its snapshot, the others take it over.

import type { RecordBatch } from '../../batch.ts'
import { merge } from '../merge.ts'
import { lastRow, type Login } from './login.ts'
import type { Parts } from './parts.ts'
import { quoteText } from './types.ts'

/** What is read, and by whom. */
export interface SideBySide {
  readonly parts: Parts
  /** An open session outside of any transaction. */
  readonly leader: Login
  /** Opens another. */
  readonly open: () => Promise<Login>
  /** Reads the rows of one part. */
  readonly read: (login: Login, condition: string) => AsyncGenerator<RecordBatch>
}

const begin = 'begin isolation level repeatable read read only'

/** @returns the name of a snapshot that others may take over until the leader's transaction ends; `undefined` where the server gives none */
export async function exportSnapshot({ client }: Login): Promise<string | undefined> {
  try {
    const text = `${begin}; select pg_catalog.pg_export_snapshot() as snapshot`
    return (await lastRow<{ snapshot: string }>(client, text))?.snapshot
  } catch (error) {
    // What the server refuses (behind a pooler, on some standbys) is not needed; a lost connection fails again with the next question.
    await client.query('rollback').catch(() => undefined)
    if (typeof (error as { code?: unknown }).code !== 'string') throw error
    return undefined
  }
}

/** The rows of all parts, in no order. Ends the leader's transaction when all are read; its other sessions end in any case. */
export async function* readSideBySide(work: SideBySide, snapshot: string): AsyncGenerator<RecordBatch> {
  const { parts, leader, read } = work
  const others: Login[] = []
  const conditions = parts.conditions.values()
  let isOver = false
  async function* readParts(login: Login): AsyncGenerator<RecordBatch> {
    for (const condition of conditions) yield* read(login, condition)
  }
  async function* follow(): AsyncGenerator<RecordBatch> {
    const login = await join(work, snapshot)
    if (login === undefined) return
    others.push(login)
    // Whoever read the rest was faster, or wants no more.
    if (isOver) await login[Symbol.asyncDispose]()
    else yield* readParts(login)
  }
  const followers = Array.from({ length: parts.readers - 1 }, follow)
  try {
    yield* merge([readParts(leader), ...followers])
    await leader.client.query('commit')
  } finally {
    isOver = true
    await Promise.all(others.map((login) => login[Symbol.asyncDispose]()))
  }
}

/** A source that has no session left for it is read by those that are there. */
async function join({ open }: SideBySide, snapshot: string): Promise<Login | undefined> {
  let login: Login | undefined
  try {
    login = await open()
    await login.client.query(`${begin}; set transaction snapshot ${quoteText(snapshot)}`)
    return login
  } catch {
    await login?.[Symbol.asyncDispose]()
    return undefined
  }
}

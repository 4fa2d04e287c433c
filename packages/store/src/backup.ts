// Copies of the database: taken while a server writes, and looked over before anything is restored from one.

import { chmodSync, closeSync, fsyncSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { readMigrations } from './migrate.ts'

/** A database that cannot be copied or used; the message says why and what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
}

/** What is known of a copied database. */
export interface DatabaseCopy {
  /** Number of its newest migration. */
  readonly schema: number
  /** Jobs whose results belong to it. */
  readonly finishedJobs: readonly string[]
  /** Files of the newest versions of managed tables, which belong to it too. */
  readonly tableFiles: readonly CopiedFile[]
}

/** A file of a managed table, as a copied database remembers it. */
export interface CopiedFile {
  readonly projectId: string
  readonly tableId: string
  readonly id: string
  readonly bytes: number
}

/** The schema that brought managed tables. */
const firstWithTables = 17

/**
 * Copies a database as it is at one moment into one new file, without what was deleted from it, and waits until that is on disk. Writers go on.
 * @param to - must not exist
 * @throws {BackupError} when the database or the place of the copy cannot be opened
 */
export function copyDatabase(from: string, to: string): DatabaseCopy {
  using database = openDatabase(from)
  attempt(from, () => database.prepare('vacuum into ?').run(to))
  chmodSync(to, 0o600)
  syncFile(to)
  return inspectDatabase(to)
}

/**
 * Looks over a database that is to be used: it is whole, and this code knows its schema. It is not changed.
 * @throws {BackupError} when it is damaged, or newer than this code
 */
export function inspectDatabase(path: string): DatabaseCopy {
  using database = openDatabase(path)
  return attempt(path, () => {
    const schema = Number(database.prepare('pragma user_version').get()?.['user_version'])
    const newest = readMigrations().at(-1)?.number ?? 0
    if (schema > newest)
      throw new BackupError(
        `${path} has schema ${schema}, this version of Tributary knows up to ${newest}: use the version that wrote it, or a newer one`,
      )
    checkWhole(path, database)
    const finished = database.prepare(`select id from jobs where state = 'FINISHED'`).all()
    return { schema, finishedJobs: finished.map(({ id }) => String(id)), tableFiles: schema < firstWithTables ? [] : listFiles(database) }
  })
}

/** What was dropped without being noted as removed yet is not worth a copy. */
function listFiles(database: DatabaseSync): readonly CopiedFile[] {
  const rows = database
    .prepare(
      `select table_files.project_id, table_files.table_id, table_files.id, size_bytes from table_files
       join managed_tables on managed_tables.table_id = table_files.table_id where removed_in is null order by table_files.id`,
    )
    .all()
  return rows.map((row) => ({
    projectId: String(row['project_id']),
    tableId: String(row['table_id']),
    id: String(row['id']),
    bytes: Number(row['size_bytes']),
  }))
}

function checkWhole(path: string, database: DatabaseSync): void {
  const answers = database.prepare('pragma integrity_check').all()
  if (answers.length !== 1 || answers[0]?.['integrity_check'] !== 'ok')
    throw new BackupError(`${path} is damaged (${String(answers[0]?.['integrity_check'])}): use another backup`)
  if (database.prepare('pragma foreign_key_check').all().length > 0)
    throw new BackupError(`${path} is damaged (rows point at others that are missing): use another backup`)
}

function openDatabase(path: string): DatabaseSync {
  return attempt(path, () => new DatabaseSync(path, { readOnly: true, timeout: 5_000 }))
}

function attempt<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (error instanceof BackupError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new BackupError(`the database ${path} cannot be copied or used (${why})`, { cause: error })
  }
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

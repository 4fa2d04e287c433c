// Brings a database to the newest schema: numbered SQL files, each applied once, all in one transaction.

import { readdirSync, readFileSync } from 'node:fs'
import { DataDirectoryError } from './data-directory.ts'
import type { SqliteFile } from './sqlite.ts'

/** One numbered file of SQL. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
}

/** The migrations of this version of the code, in order. */
export function readMigrations(): readonly Migration[] {
  const folder = new URL('./migrations/', import.meta.url)
  return readdirSync(folder)
    .filter((name) => /^\d{4}-.*[.]sql$/.test(name))
    .toSorted()
    .map((name) => ({ number: Number(name.slice(0, 4)), name, sql: readFileSync(new URL(name, folder), 'utf8') }))
}

/**
 * Applies what is missing.
 * @throws {DataDirectoryError} when the database was written by newer code; nothing is changed then
 */
export function migrate(file: SqliteFile, migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.number ?? 0
  const current = file.schemaVersion
  if (current > newest) {
    throw new DataDirectoryError(
      `the database has schema ${current}, this version of Tributary knows up to ${newest}: start the version that wrote it, or a newer one`,
    )
  }
  const missing = migrations.filter((migration) => migration.number > current)
  if (missing.length === 0) return
  file.run('begin immediate')
  try {
    for (const migration of missing) file.run(migration.sql)
    file.schemaVersion = newest
    file.run('commit')
  } catch (error) {
    file.run('rollback')
    throw error
  }
}

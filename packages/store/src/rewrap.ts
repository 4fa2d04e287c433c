// A new sealing key: everything sealed under the old one is opened and sealed again, all of it in one transaction.

import { DatabaseSync } from 'node:sqlite'
import { BackupError } from './backup.ts'
import { Seal } from './seal.ts'

/** A column of sealed values. The place of a value is `table/key/part`, as the repository of the table says it. */
export interface SealedColumn {
  readonly table: string
  readonly key: string
  readonly column: string
  readonly part: string
}

/** Every column that holds sealed values. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'access_keys', key: 'access_key', column: 'sealed_secret', part: 'secret' },
  { table: 'auth_infos', key: 'id', column: 'sealed_secrets', part: 'secrets' },
  { table: 'source_tables', key: 'id', column: 'sealed_credentials', part: 'credentials' },
  { table: 'jobs', key: 'id', column: 'sealed_sql', part: 'sql' },
]

interface SealedValue {
  readonly key: string
  readonly sealed: string
}

/**
 * Whether a key is the one that a database was written with.
 * @param path - of a database that this code knows
 * @returns true where it opens the first value of each kind, and where nothing is sealed
 */
export function opensWith(path: string, key: Buffer): boolean {
  using database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  const seal = new Seal(key)
  return sealedColumns.every((column) => readValues(database, column, 1).every((value) => opens(seal, column, value)))
}

/**
 * Seals everything under another key. No server may have the database open. When this resolves, all of it is under the new key and on disk, and
 * nothing of what was sealed under the old one is left in the file; when it throws, all of it is as before.
 * @returns how many values were sealed again
 * @throws {BackupError} when the old key does not open a value
 */
export function rewrap(path: string, from: Buffer, to: Buffer): number {
  using database = new DatabaseSync(path, { timeout: 5_000 })
  database.exec('pragma synchronous = full; pragma secure_delete = on; begin immediate')
  const count = sealedColumns.reduce((total, column) => total + rewrapColumn(database, column, new Seal(from), new Seal(to)), 0)
  database.exec('commit')
  // What was written before lies in the write-ahead log and in free pages still.
  database.exec('pragma wal_checkpoint(truncate); vacuum; pragma wal_checkpoint(truncate)')
  return count
}

function rewrapColumn(database: DatabaseSync, sealed: SealedColumn, from: Seal, to: Seal): number {
  const { table, key, column } = sealed
  const update = database.prepare(`update ${table} set ${column} = ? where ${key} = ?`)
  const values = readValues(database, sealed, -1)
  for (const value of values) {
    if (!opens(from, sealed, value))
      throw new BackupError(`${placeOf(sealed, value)} does not open: is it the sealing key that this database was written with?`)
    const place = placeOf(sealed, value)
    update.run(to.seal(from.open(value.sealed, place), place), value.key)
  }
  return values.length
}

/** @param limit - -1 for all */
function readValues(database: DatabaseSync, { table, key, column }: SealedColumn, limit: number): readonly SealedValue[] {
  const sql = `select ${key} as key, ${column} as sealed from ${table} where ${column} is not null limit ?`
  return database
    .prepare(sql)
    .all(limit)
    .map((row) => ({ key: String(row['key']), sealed: String(row['sealed']) }))
}

function opens(seal: Seal, column: SealedColumn, value: SealedValue): boolean {
  try {
    seal.open(value.sealed, placeOf(column, value))
    return true
  } catch {
    return false
  }
}

function placeOf({ table, part }: SealedColumn, { key }: SealedValue): string {
  return `${table}/${key}/${part}`
}

// `tributary backup`: copies an installation into a directory of its own while the server may go on writing.

import { chmodSync, constants, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { copyDatabase } from '@tributary/store'
import { keyName, readSealingKey, writePrivate } from './sealing-key.ts'
import { databaseName, manifestName, resultsName, syncTree, tableFilePath } from './backup-files.ts'
import { UsageError } from './settings.ts'
import { version } from './version.ts'

/** What is copied, and whereto. */
export interface BackupOptions {
  readonly dataDir: string
  /** A directory that is missing or empty. */
  readonly to: string
  /** The setting `sealing-key`, where the key is not in the data directory. */
  readonly sealingKey: string | undefined
  /** Puts the sealing key beside the database: whoever has the backup can then read every secret in it. */
  readonly withKey: boolean
}

/** What was copied. */
export interface BackupReport {
  readonly path: string
  readonly schema: number
  /** Results of queries. */
  readonly results: number
  /** Files of managed tables. */
  readonly tableFiles: number
  readonly hasKey: boolean
}

/**
 * Takes a backup: the database as it is at one moment, the rows that managed tables had then, and the results of the jobs that had finished. It appears under its name only when all of
 * it is on disk; one that is broken off leaves nothing under that name.
 * @throws {UsageError} for a data directory without a database, or a place that is taken
 * @throws {BackupError} when the database cannot be read
 */
export function backUp({ dataDir, to, sealingKey, withKey }: BackupOptions): BackupReport {
  const database = join(dataDir, databaseName)
  if (!existsSync(database)) throw new UsageError(`${dataDir} has no ${databaseName}: name the directory of a server with --data-dir`)
  const key = withKey ? readSealingKey(dataDir, sealingKey) : undefined
  const path = resolve(to)
  requireFree(path)
  const partial = join(dirname(path), `.${basename(path)}.partial`)
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(partial, { recursive: true, mode: 0o700 })
  try {
    const { schema, finishedJobs, tableFiles } = copyDatabase(database, join(partial, databaseName))
    // First: what is replaced meanwhile is kept for a while, and no longer.
    for (const file of tableFiles) copyTableFile(join(dataDir, tableFilePath(file)), join(partial, tableFilePath(file)))
    const results = finishedJobs.filter((id) => copyResult(join(dataDir, resultsName, id), join(partial, resultsName, id))).length
    if (key !== undefined) writePrivate(join(partial, keyName), `${key.toString('base64')}\n`)
    const manifest = {
      format: 1,
      version,
      schema,
      taken_at: new Date().toISOString(),
      results,
      table_files: tableFiles.length,
      has_key: withKey,
    }
    writeFileSync(join(partial, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600 })
    syncTree(partial)
    renameSync(partial, path)
    return { path, schema, results, tableFiles: tableFiles.length, hasKey: withKey }
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    throw error
  }
}

function requireFree(path: string): void {
  if (existsSync(path) && readdirSync(path).length > 0)
    throw new UsageError(`${path} is not empty: a backup goes into a directory of its own, name a new one with --to`)
}

/** A file of a table never changes. @throws {UsageError} when it has gone since the database was copied */
function copyTableFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
  try {
    copyFileSync(from, to, constants.COPYFILE_FICLONE)
    chmodSync(to, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new UsageError(
      `a managed table was rewritten while its files were copied, and ${from} is gone: take the backup again, with a server whose --old-versions is longer than that takes`,
    )
  }
}

/** A result never changes once its job has finished. @returns false where it has expired meanwhile, and reads as expired after a restore too */
function copyResult(from: string, to: string): boolean {
  try {
    const names = readdirSync(from)
    mkdirSync(to, { recursive: true, mode: 0o700 })
    for (const name of names) copyFileSync(join(from, name), join(to, name), constants.COPYFILE_FICLONE)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    rmSync(to, { recursive: true, force: true })
    return false
  }
}

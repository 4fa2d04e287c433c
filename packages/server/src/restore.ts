// `tributary restore`: makes a data directory from a backup, after looking the backup over.

import { constants, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { BackupError, type CopiedFile, type DatabaseCopy, inspectDatabase, opensWith } from '@tributary/store'
import { databaseName, readManifest, resultsName, syncTree, tableFilePath } from './backup-files.ts'
import { keyName, parseSealingKey, writePrivate } from './sealing-key.ts'
import { UsageError } from './settings.ts'

/** What is restored, and whereto. */
export interface RestoreOptions {
  readonly from: string
  /** A directory that is missing or empty. */
  readonly dataDir: string
  /** File with the sealing key, for a backup that holds none. */
  readonly keyFile: string | undefined
  /** The setting `sealing-key`, where the key is kept in the environment. */
  readonly sealingKey: string | undefined
}

/** What was restored. */
export interface RestoreReport {
  readonly path: string
  readonly takenAt: string
  /** False where the key has still to be put there before the server can start. */
  readonly hasKey: boolean
}

interface GivenKey {
  readonly key: Buffer
  /** Where it came from, for messages. */
  readonly place: string
  /** True where it goes into the data directory. */
  readonly isFile: boolean
}

/**
 * Restores a backup. The data directory appears only when all of it is on disk.
 * @throws {UsageError} for a place that is taken, a directory that is no backup, or a key that is not the backup's
 * @throws {BackupError} for a database that is damaged or newer than this version
 */
export function restore(options: RestoreOptions): RestoreReport {
  const from = resolve(options.from)
  const path = resolve(options.dataDir)
  if (existsSync(path) && readdirSync(path).length > 0)
    throw new UsageError(`${path} is not empty: a backup is restored into a new directory, name one with --data-dir`)
  const { taken_at: takenAt } = readManifest(from)
  const given = findKey(from, options)
  const partial = join(dirname(path), `.${basename(path)}.partial`)
  rmSync(partial, { recursive: true, force: true })
  try {
    copyBackup(from, partial, given)
    const { tableFiles } = lookOver(join(partial, databaseName), given)
    for (const file of tableFiles) copyTableFile(from, partial, file)
    syncTree(partial)
    renameSync(partial, path)
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    throw error
  }
  return { path, takenAt, hasKey: given !== undefined }
}

function findKey(from: string, { keyFile, sealingKey }: RestoreOptions): GivenKey | undefined {
  if (keyFile !== undefined) return { key: readKeyFile(keyFile), place: keyFile, isFile: true }
  const place = 'TRIBUTARY_SEALING_KEY'
  if (sealingKey !== undefined) return { key: parseSealingKey(sealingKey, place), place, isFile: false }
  const inside = join(from, keyName)
  return existsSync(inside) ? { key: readKeyFile(inside), place: inside, isFile: true } : undefined
}

function readKeyFile(path: string): Buffer {
  try {
    return parseSealingKey(readFileSync(path, 'utf8').trim(), path)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`the sealing key ${path} cannot be read: ${(error as Error).message}`)
  }
}

function copyBackup(from: string, to: string, given: GivenKey | undefined): void {
  mkdirSync(to, { recursive: true, mode: 0o700 })
  for (const name of [databaseName, resultsName])
    if (existsSync(join(from, name))) cpSync(join(from, name), join(to, name), { recursive: true })
  if (given?.isFile === true) writePrivate(join(to, keyName), `${given.key.toString('base64')}\n`)
}

/** What was copied is looked at, not what it was copied from. */
function lookOver(database: string, given: GivenKey | undefined): DatabaseCopy {
  const copy = inspectDatabase(database)
  if (given !== undefined && !opensWith(database, given.key))
    throw new UsageError(`${given.place} is not the sealing key of this backup: give the key that its server used when it was taken`)
  return copy
}

/** @throws {BackupError} for a file that the backup should hold and does not, or not whole */
function copyTableFile(from: string, to: string, file: CopiedFile): void {
  const [source, target] = [join(from, tableFilePath(file)), join(to, tableFilePath(file))]
  if (!existsSync(source) || statSync(source).size !== file.bytes)
    throw new BackupError(`${source} is damaged or missing: rows of a managed table would be lost; use another backup`)
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
  copyFileSync(source, target, constants.COPYFILE_FICLONE)
}

// `tributary rewrap-key`: a new sealing key for everything that is sealed, and what a start does when that was broken off.

import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { opensWith, rewrap } from '@tributary/store'
import { databaseName, syncPath } from './backup-files.ts'
import { keyName, parseSealingKey, readSealingKey, writePrivate } from './sealing-key.ts'
import { UsageError } from './settings.ts'
import { takeDirectory } from './take-directory.ts'

/** The new key lies here while the database is sealed again; whichever key opens the database is then the one that counts. */
const nextName = 'sealing.key.next'

/** Which keys: each is kept where the one before was. */
export interface RewrapOptions {
  readonly dataDir: string
  /** The setting `sealing-key`: set where the key is kept in the environment. */
  readonly sealingKey: string | undefined
  /** The key that takes its place there; a file gets a new random one. */
  readonly newKey: string | undefined
}

/**
 * Seals everything under a new key. No server may run on the directory meanwhile.
 *
 *     key in a file:   write sealing.key.next ─ seal again, one commit ─ sealing.key.next becomes sealing.key
 *
 * Killed before the commit the old key counts, after it the new one: both files are there, and {@link settleRewrap} keeps the one that opens.
 * @returns how many values were sealed again
 * @throws {UsageError} where a key is missing or malformed; {@link InUseError} where a server runs
 */
export async function rewrapKey({ dataDir, sealingKey, newKey }: RewrapOptions): Promise<number> {
  if (!existsSync(join(dataDir, databaseName)))
    throw new UsageError(`${dataDir} has no ${databaseName}: name the directory of a server with --data-dir`)
  await using directory = takeDirectory(dataDir)
  settleRewrap(directory.path, directory.database)
  const from = readSealingKey(dataDir, sealingKey)
  if (sealingKey !== undefined) return rewrap(directory.database, from, givenKey(newKey))
  if (newKey !== undefined)
    throw new UsageError('TRIBUTARY_NEW_SEALING_KEY is for keys that are kept in TRIBUTARY_SEALING_KEY; this one is a file')
  const to = randomBytes(32)
  const next = join(dataDir, nextName)
  writePrivate(next, `${to.toString('base64')}\n`)
  syncPath(dataDir)
  const count = rewrap(directory.database, from, to)
  adopt(dataDir)
  return count
}

function givenKey(newKey: string | undefined): Buffer {
  if (newKey !== undefined) return parseSealingKey(newKey, 'TRIBUTARY_NEW_SEALING_KEY')
  throw new UsageError('the sealing key is kept in TRIBUTARY_SEALING_KEY: set the one that takes its place as TRIBUTARY_NEW_SEALING_KEY')
}

/** Ends a change of keys that was broken off. The directory must be taken: nobody else may be changing it. */
export function settleRewrap(dataDir: string, databasePath: string): void {
  const next = join(dataDir, nextName)
  if (!existsSync(next)) return
  if (opensNext(next, databasePath)) adopt(dataDir)
  else rmSync(next)
}

function opensNext(next: string, databasePath: string): boolean {
  try {
    return opensWith(databasePath, parseSealingKey(readFileSync(next, 'utf8').trim(), next))
  } catch (error) {
    // Killed while the file was written: nothing was sealed under it yet.
    if (error instanceof UsageError) return false
    throw error
  }
}

function adopt(dataDir: string): void {
  renameSync(join(dataDir, nextName), join(dataDir, keyName))
  syncPath(dataDir)
}

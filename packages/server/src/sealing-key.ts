// The key under which stored secrets are sealed: from the environment, or a file beside the database and outside its backups.

import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from './settings.ts'

const keyBytes = 32
/** Where the key lies in a data directory, unless the environment has it. */
export const keyName = 'sealing.key'

/**
 * Finds the sealing key of a data directory; makes one where nothing has been stored yet.
 * @param given - the setting `sealing-key`: base64 or hex of 32 bytes
 * @throws {UsageError} when it is malformed, readable by others, or missing although secrets may be stored
 */
export function ensureSealingKey(dataDir: string, databasePath: string, given: string | undefined): Buffer {
  if (given !== undefined) return parseSealingKey(given, 'TRIBUTARY_SEALING_KEY')
  const path = join(dataDir, keyName)
  if (existsSync(path)) return readKey(path)
  if (existsSync(databasePath)) {
    throw new UsageError(
      `${path} is missing, and what ${databasePath} keeps secret cannot be read without it: put the file back, or set TRIBUTARY_SEALING_KEY`,
    )
  }
  const key = randomBytes(keyBytes)
  writePrivate(path, `${key.toString('base64')}\n`)
  return key
}

/**
 * The sealing key of a data directory that has one.
 * @param given - the setting `sealing-key`
 * @throws {UsageError} when it is malformed, readable by others, or missing
 */
export function readSealingKey(dataDir: string, given: string | undefined): Buffer {
  if (given !== undefined) return parseSealingKey(given, 'TRIBUTARY_SEALING_KEY')
  const path = join(dataDir, keyName)
  if (!existsSync(path)) throw new UsageError(`${path} is missing: put the file back, or set TRIBUTARY_SEALING_KEY`)
  return readKey(path)
}

function readKey(path: string): Buffer {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new UsageError(`${path} can be read by others: run chmod 600 ${path}`)
  }
  return parseSealingKey(readFileSync(path, 'utf8').trim(), path)
}

/** @param place - names the key in the message. @throws {UsageError} when it is not 32 bytes in base64 or hex */
export function parseSealingKey(text: string, place: string): Buffer {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')
  if (key.length !== keyBytes)
    throw new UsageError(`${place} must be ${keyBytes} bytes in base64 or hex; openssl rand -base64 32 makes one`)
  return key
}

/** Writes a new file that its owner alone can read, and waits until it is on disk. @throws {Error} when it exists */
export function writePrivate(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

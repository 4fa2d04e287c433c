// The key under which stored secrets are sealed: from the environment, or a file beside the database and outside its backups.

import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from './settings.ts'

const keyBytes = 32

/**
 * Finds the sealing key of a data directory; makes one where nothing has been stored yet.
 * @param given - the setting `sealing-key`: base64 or hex of 32 bytes
 * @throws {UsageError} when it is malformed, readable by others, or missing although secrets may be stored
 */
export function ensureSealingKey(dataDir: string, databasePath: string, given: string | undefined): Buffer {
  if (given !== undefined) return parseKey(given, 'TRIBUTARY_SEALING_KEY')
  const path = join(dataDir, 'sealing.key')
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

function readKey(path: string): Buffer {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new UsageError(`${path} can be read by others: run chmod 600 ${path}`)
  }
  return parseKey(readFileSync(path, 'utf8').trim(), path)
}

function parseKey(text: string, place: string): Buffer {
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

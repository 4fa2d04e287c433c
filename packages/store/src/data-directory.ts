// One data directory, one server: a lock of the operating system that dies with the process that holds it.

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A path that cannot be a data directory; the message says why and what to do. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError'
}

/** A data directory that this process alone may use until it is disposed. */
export class DataDirectory implements AsyncDisposable {
  /** Absolute, however it was given: engine children stand elsewhere. */
  readonly path: string
  readonly #lock: DatabaseSync

  private constructor(path: string, lock: DatabaseSync) {
    this.path = path
    this.#lock = lock
  }

  /**
   * Takes a directory, making it (mode 0700) when it is missing.
   * @throws {DataDirectoryError} when it cannot be made or written to
   * @throws {Error} when another server holds it, naming its process
   */
  static take(path: string): DataDirectory {
    makeDirectory(path)
    const lock = lockFile(path)
    try {
      writeFileSync(pidFile(path), `${process.pid}\n`)
    } catch (error) {
      lock.close()
      throw unusable(path, error)
    }
    return new DataDirectory(resolve(path), lock)
  }

  /** Where the store keeps its database. */
  get database(): string {
    return join(this.path, 'tributary.db')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#lock.isOpen) return
    rmSync(pidFile(this.path), { force: true })
    this.#lock.close()
  }
}

/** Level by level: the recursive call of Node never returns where a file system such as /proc refuses new entries as if the parent were missing. */
function makeDirectory(path: string): void {
  const missing: string[] = []
  let level = resolve(path)
  try {
    while (statSync(level, { throwIfNoEntry: false }) === undefined && dirname(level) !== level) {
      missing.unshift(level)
      level = dirname(level)
    }
    if (!statSync(level).isDirectory()) throw new Error(`${level} is not a directory`)
    for (const directory of missing) mkdirSynced(directory)
  } catch (error) {
    throw unusable(path, error)
  }
}

/** A new directory's name is on disk once the directory above it is: SQLite sees to the files inside, nobody else to this one. */
function mkdirSynced(directory: string): void {
  mkdirSync(directory, { mode: 0o700 })
  const above = openSync(dirname(directory), 'r')
  try {
    fsyncSync(above)
  } finally {
    closeSync(above)
  }
}

function unusable(path: string, error: unknown): DataDirectoryError {
  const why = error instanceof Error ? error.message : String(error)
  return new DataDirectoryError(`${path} cannot be made or used as data directory (${why}): choose another --data-dir`, { cause: error })
}

function pidFile(path: string): string {
  return join(path, 'server.pid')
}

/** The lock is SQLite's own on a file that nothing else opens: it works alike on every system, and no crash leaves it behind. */
function lockFile(path: string): DatabaseSync {
  const lock = openLock(path)
  try {
    lock.exec('pragma journal_mode = memory; pragma locking_mode = exclusive')
    lock.exec('begin exclusive; create table if not exists held (pid integer); commit')
    return lock
  } catch (error) {
    lock.close()
    if (!/locked|busy/i.test(String(error))) throw unusable(path, error)
    throw new Error(`${path} is in use by another server (process ${holder(path)}): stop it, or choose another data directory`, {
      cause: error,
    })
  }
}

function openLock(path: string): DatabaseSync {
  try {
    return new DatabaseSync(join(path, 'server.lock'), { timeout: 0 })
  } catch (error) {
    throw unusable(path, error)
  }
}

function holder(path: string): string {
  try {
    return readFileSync(pidFile(path), 'utf8').trim()
  } catch {
    return 'unknown'
  }
}

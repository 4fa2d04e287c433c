// The place of one engine child on disk: directories that it may write to, a user that owns them, and what it hands over when a job is done.

import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { chmod, chown, lstat, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ServiceError, say } from '@tributary/rules'
import type { Confinement } from './confinement.ts'
import { LentFiles } from './lent-files.ts'

/** How the directory of a child is called in the scratch directory; what is left of dead ones goes by it. */
export const berthPrefix = 'engine-'

/** Where a berth's door is; all of them have paths of one length. */
export function doorIn(scratchDirectory: string, name = `${berthPrefix}${'0'.repeat(12)}`): string {
  return join(scratchDirectory, name, 'door')
}

/** A small file that a child left; its bytes are not on disk. */
export interface LeftFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Below its directory a child owns `output` and `spill` and one directory for each job; the directory itself stays the server's. */
export class Berth {
  readonly directory: string
  /** The child's own user; `undefined` where it runs as the server's. */
  readonly user: number | undefined
  readonly #confinement: Confinement
  readonly #lent: LentFiles
  #lastJob = 0

  /** @param user - the child's own, which the berth gives back in the end; `undefined` for the server's */
  constructor(scratchDirectory: string, confinement: Confinement, user: number | undefined) {
    this.#confinement = confinement
    this.user = user
    this.directory = join(scratchDirectory, `${berthPrefix}${randomBytes(6).toString('hex')}`)
    mkdirSync(this.directory, { mode: 0o700 })
    if (this.user !== undefined && confinement.group !== undefined) {
      chownSync(this.directory, -1, confinement.group)
      chmodSync(this.directory, 0o710)
    }
    for (const name of ['output', 'spill', 'tables']) this.#give(name)
    this.#lent = new LentFiles(join(this.directory, 'tables'), (path) => this.#admit(path))
  }

  /** Where the child may ask for streams, when it has no network. */
  get door(): string {
    return doorIn(dirname(this.directory), basename(this.directory))
  }

  /** An empty directory for one job, in which the child leaves its files. */
  openJob(): string {
    this.#lastJob += 1
    return this.#give(`job-${this.#lastJob}`)
  }

  /**
   * Moves what the child left in a job's directory to where it is kept, as the server's own.
   * @param to - a directory of the server on the same file system
   * @param smallBytes - files that take no more together are not brought to disk, which whoever asks for it does by their bytes
   * @returns those files; none where they take more, or nothing was said of it
   * @throws {ServiceError} `internal` for anything that is not a plain file of the child: links would lead the server's own reads astray
   */
  async handOver(job: string, to: string, smallBytes = 0): Promise<readonly LeftFile[]> {
    const names = await readdir(job)
    const moved = names.map(async (name) => {
      const path = join(to, name)
      // Moved first: out of the child's reach, what is looked at stays what it is.
      await rename(join(job, name), path)
      return await this.#adopt(path)
    })
    await Promise.allSettled(moved)
    const sizes = await Promise.all(moved)
    if (smallBytes > 0 && sizes.reduce((sum, size) => sum + size, 0) <= smallBytes)
      return await Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(to, name)) })))
    await using directory = await open(to, 'r')
    await directory.sync()
    return []
  }

  /**
   * Puts files of the server where the child, and nobody else, may read them, for one job.
   * @param paths - on the file system of the scratch directory; who lends keeps them from changing
   * @returns their paths for the child, in the same order, and what takes them back
   */
  async lend(paths: readonly string[]): Promise<{ readonly paths: readonly string[]; readonly takeBack: () => Promise<void> }> {
    const lending = await Promise.allSettled(paths.map((path) => this.#lent.lend(path)))
    const lent = lending.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const takeBack = async (): Promise<void> => void (await Promise.all(lent.map((link) => this.#lent.giveBack(link))))
    const failed = lending.find((one) => one.status === 'rejected')
    if (failed === undefined) return { paths: lent, takeBack }
    await takeBack()
    const cause: unknown = failed.reason
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw new ServiceError('unavailable', say`a table was changed while the job waited to read it: run the job again`, { cause })
  }

  /** Removes a job's directory with all that is in it. */
  async closeJob(job: string): Promise<void> {
    await rm(job, { recursive: true, force: true })
  }

  /** Gives the user back and removes everything; the child is gone by then. What cannot be removed now is removed with the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true, force: true }).catch(() => undefined)
    this.#confinement.releaseUser(this.user)
  }

  /** @returns its size */
  async #adopt(path: string): Promise<number> {
    const found = await lstat(path)
    const owner = this.user ?? process.getuid?.()
    if (!found.isFile() || found.nlink !== 1 || found.uid !== owner) {
      await rm(path, { recursive: true, force: true })
      throw new ServiceError('internal', say`the engine left something else than files; run the job again`)
    }
    await using file = await open(path, 'r')
    if (this.user !== undefined) await file.chown(process.getuid?.() ?? 0, process.getgid?.() ?? 0)
    await file.chmod(0o600)
    return found.size
  }

  /** A link has the mode of its file; where the file itself lies, no child passes. */
  async #admit(path: string): Promise<void> {
    if (this.user === undefined || this.#confinement.group === undefined) return
    await chown(path, process.getuid?.() ?? 0, this.#confinement.group)
    await chmod(path, 0o640)
  }

  #give(name: string): string {
    const path = join(this.directory, name)
    mkdirSync(path, { mode: 0o700 })
    if (this.user !== undefined && this.#confinement.group !== undefined) chownSync(path, this.user, this.#confinement.group)
    return path
  }
}

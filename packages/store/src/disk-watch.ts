// Whether the disk takes writes: nobody asks it while they succeed, and once one has failed it is asked by writing.

import { open, rm } from 'node:fs/promises'
import { type Soon, ServiceError } from '@tributary/rules'
import { isDiskError } from './disk-errors.ts'
import type { GroupCommit } from './group-commit.ts'
import type { SqliteFile } from './sqlite.ts'

/** More than any page or journal takes at once: where this finds no room, a write does not either. */
const probeBytes = 64 * 1024

/** The commits of a store, and what the disk said of the last of them. */
export class DiskWatch implements Pick<GroupCommit, 'run'> {
  readonly #groups: Pick<GroupCommit, 'run'>
  readonly #file: Pick<SqliteFile, 'totalChanges'>
  readonly #probePath: string
  #failure: { readonly error: ServiceError; readonly changes: number } | undefined
  #probing: Promise<void> | undefined

  /** @param probePath - of a file beside the database, written and removed again */
  constructor(groups: Pick<GroupCommit, 'run'>, file: Pick<SqliteFile, 'totalChanges'>, probePath: string) {
    this.#groups = groups
    this.#file = file
    this.#probePath = probePath
  }

  /** As {@link GroupCommit.run}. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await this.#groups.run(work)
      // A transaction that changed nothing proves nothing.
      if (this.#failure !== undefined && this.#file.totalChanges !== this.#failure.changes) this.#failure = undefined
      return result
    } catch (error) {
      if (isDiskError(error)) this.#failure = { error, changes: this.#file.totalChanges }
      throw error
    }
  }

  /** Nothing is asked while writes succeed; after one that failed, the disk is, once for all who ask meanwhile. @throws {ServiceError} `unavailable`, why that write failed */
  check(): Soon<void> {
    if (this.#failure === undefined) return
    this.#probing ??= this.#probe(this.#failure.error).finally(() => {
      this.#probing = undefined
    })
    return this.#probing
  }

  async #probe(failure: ServiceError): Promise<void> {
    try {
      await using file = await open(this.#probePath, 'w', 0o600)
      await file.writeFile(Buffer.alloc(probeBytes))
      await file.datasync()
    } catch (cause) {
      throw new ServiceError('unavailable', failure.text, { cause })
    } finally {
      await rm(this.#probePath, { force: true })
    }
    this.#failure = undefined
  }
}

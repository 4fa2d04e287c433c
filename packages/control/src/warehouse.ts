// Where the rows of managed tables lie: Parquet files below the data directory, each moved in once, never changed, removed when no version needs it.
//
//   <data-dir>/warehouse/<project>/<table>/<file>.parquet        nobody but the server walks in there
//   <child's directory>/tables/<random>.parquet                  the same file while a job reads it: a link, so that it outlives its removal

import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { WarehouseTable } from '@tributary/query'
import { type ManagedTable, type ProjectId, type TableFile, tableFileName, type TableId } from '@tributary/rules'
import type { DeadFile, Store } from '@tributary/store'

/** A managed table and the files of the version that a job reads. */
export interface PinnedTable {
  readonly table: ManagedTable
  readonly files: readonly TableFile[]
}

/** Files that have been moved in and belong to no version yet; disposing it removes those that still do not. */
export interface Delivery extends AsyncDisposable {
  /** They are part of a version from now on. */
  keep(): void
}

/** Where a table's files lie. */
interface Place {
  readonly projectId: ProjectId
  readonly tableId: TableId
}

const idPattern = /^[A-Za-z0-9_-]{1,64}$/
/** How many files are compared with the store, or removed, at a time. */
const sweepChunk = 500

/** The files of all managed tables. */
export class Warehouse {
  readonly #root: string
  /** Directories into which something is being moved, and how many do so: no sweep looks there. */
  readonly #incoming = new Map<string, number>()

  /** @param dataDir - of the installation; nothing is made before the first write */
  constructor(dataDir: string) {
    this.#root = join(dataDir, 'warehouse')
  }

  /** A table as an engine is told of it, with the paths of its files. */
  tableOf({ table, files }: PinnedTable): WarehouseTable {
    const place = { projectId: table.projectId, tableId: table.id }
    return {
      id: table.id,
      name: { database: table.databaseName, name: table.name },
      columns: table.columns,
      partitionColumns: table.managed.partitionColumns,
      files: files.map(({ id, partition, rows, bytes, columnCount }) => ({
        path: this.#path(place, id),
        partition,
        rows,
        bytes,
        columnCount,
      })),
    }
  }

  /**
   * Moves what a write left in its job's directory to its table. On disk when this resolves.
   * @param from - of the job, on the same file system
   */
  async take(table: Place, from: string, ids: readonly string[]): Promise<Delivery> {
    const directory = this.#directory(table)
    this.#incoming.set(directory, (this.#incoming.get(directory) ?? 0) + 1)
    let isKept = false
    const end = async (): Promise<void> => {
      if (!isKept) await Promise.all(ids.map((id) => rm(this.#path(table, id), { force: true })))
      const others = (this.#incoming.get(directory) ?? 1) - 1
      if (others > 0) this.#incoming.set(directory, others)
      else this.#incoming.delete(directory)
    }
    try {
      await this.#moveIn(table, from, ids)
    } catch (error) {
      await end()
      throw error
    }
    const keep = (): void => {
      isKept = true
    }
    return { keep, [Symbol.asyncDispose]: end }
  }

  /**
   * Removes what no version has needed for a while, and what belongs to none: a crash between moving in and committing leaves that.
   * @param before - versions replaced since then keep their files, ms since the epoch
   */
  async sweep(store: Store, { now, before }: { readonly now: number; readonly before: number }): Promise<void> {
    await store.tableVersions.retireDropped(now)
    let dead = await store.tableVersions.listDead(before, sweepChunk)
    while (dead.length > 0) {
      await this.#remove(store, dead)
      dead = await store.tableVersions.listDead(before, sweepChunk)
    }
    for await (const directory of this.#directories()) await this.#sweepOrphans(store, directory)
  }

  async #remove(store: Store, dead: readonly DeadFile[]): Promise<void> {
    for (const { id, ...place } of dead) await rm(this.#path(place, id), { force: true })
    await store.tableVersions.forget(dead.map(({ id }) => id))
  }

  async #sweepOrphans(store: Store, directory: string): Promise<void> {
    const names = await readdir(directory)
    // Asked at once: what has been moved in by now and is no longer on its way is committed, and so is known.
    if (this.#incoming.has(directory)) return
    for (let at = 0; at < names.length; at += sweepChunk) {
      const chunk = names.slice(at, at + sweepChunk)
      const known = await store.tableVersions.listKnown(chunk.map(idOf))
      for (const name of chunk) if (!known.has(idOf(name))) await rm(join(directory, name), { recursive: true, force: true })
    }
    if (!this.#incoming.has(directory)) await rmdir(directory).catch(() => undefined)
  }

  async *#directories(): AsyncIterable<string> {
    for (const project of await namesIn(this.#root))
      for (const table of await namesIn(join(this.#root, project))) yield join(this.#root, project, table)
  }

  async #moveIn(table: Place, from: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    const directory = this.#directory(table)
    await mkdir(directory, { recursive: true, mode: 0o700 })
    for (const id of ids) await rename(join(from, tableFileName(id)), this.#path(table, id))
    // A name is on disk once its directory is, which has a name of its own, and so on up to what was there before.
    for (const path of [directory, join(directory, '..'), this.#root, join(this.#root, '..')]) await syncDirectory(path)
  }

  #directory({ projectId, tableId }: Place): string {
    if (!idPattern.test(projectId) || !idPattern.test(tableId)) throw new Error('a table directory is named by ids')
    return join(this.#root, projectId, tableId)
  }

  #path(place: Place, id: string): string {
    if (!idPattern.test(id)) throw new Error('a file of the warehouse is named by its id')
    return join(this.#directory(place), tableFileName(id))
  }
}

function idOf(name: string): string {
  return name.replace(/[.]parquet$/, '')
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  })
}

async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r')
  await directory.sync()
}

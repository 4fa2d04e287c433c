// Where exports lie: obs://bucket/folder is a folder of the export directory, which appears there whole, by a rename, or does not.
//
//   <export-dir>/.pending/<job>/order.json      where it goes, written before anything moves
//   <export-dir>/.pending/<job>/new             what becomes the folder
//   <export-dir>/.pending/<job>/old             what was there, until the end of the job is on disk
//   <export-dir>/.pending/<job>/undone          what is taken back
//   <export-dir>/<bucket>/<folder>              part-00000-<job>-c000.csv and _SUCCESS, as Spark leaves them

import { copyFile, lstat, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { exportExists, exportFileName, type ExportOrder, type JobId, parseExportPlace, ServiceError, say } from '@tributary/rules'

/** A folder that has been put in its place; disposing it takes it back unless it was kept. */
export interface DeliveredExport extends AsyncDisposable {
  /** The job has ended: what was there before is removed. */
  keep(): Promise<void>
}

type Target = Pick<ExportOrder, 'dataPath' | 'type' | 'compress'>

// Names of job ids alone; a bucket begins with a letter or a digit, so none is called like the pending ones.
const pendingName = '.pending'
const directoryMode = 0o750
const fileMode = 0o640

/** The folders of all exports. */
export class ExportFolders {
  readonly #root: string
  readonly #mostBytes: number

  /**
   * @param root - the export directory; it is made with the first export
   * @param mostBytes - what all that is in it may take
   */
  constructor(root: string, mostBytes = Number.POSITIVE_INFINITY) {
    this.#root = root
    this.#mostBytes = mostBytes
  }

  /**
   * Whether an export may take so many bytes more; what it overwrites does not count. Looks at every file there.
   * @throws {ServiceError} `exhausted`
   */
  async requireRoom(order: Pick<ExportOrder, 'dataPath' | 'mode'>, bytes: number): Promise<void> {
    if (!Number.isFinite(this.#mostBytes)) return
    const replaced = order.mode === 'Overwrite' ? await sizeOfTree(this.#pathOf(order.dataPath)) : 0
    if ((await sizeOfTree(this.#root)) - replaced + bytes <= this.#mostBytes) return
    throw new ServiceError(
      'exhausted',
      say`exports of this installation take at most ${Math.floor(this.#mostBytes / 2 ** 20)} MiB together: overwrite one, or ask the installation owner to remove some or for a larger export-size`,
    )
  }

  /** Whether something is at a path already. @throws {ServiceError} `invalid`, `conflict` for a way that leads elsewhere */
  async isThere(dataPath: string): Promise<boolean> {
    await this.#checkWay(dataPath)
    return (await lstat(this.#pathOf(dataPath)).catch(unlessMissing)) !== undefined
  }

  /** Bytes of the file that a job has put in its place; `undefined` where it has not. */
  async sizeOf(id: JobId, target: Target): Promise<number | undefined> {
    return (await lstat(join(this.#pathOf(target.dataPath), exportFileName(id, target))).catch(unlessMissing))?.size
  }

  /**
   * Puts the file of an export in its place; on disk when this resolves.
   * @param from - the directory with the file
   * @throws {ServiceError} `conflict` for a folder that is there and is not to be overwritten, and for a way that leads elsewhere
   */
  async deliver(id: JobId, order: ExportOrder, from: string): Promise<DeliveredExport> {
    const pending = this.#pendingOf(id)
    let isKept = false
    const keep = async (): Promise<void> => {
      isKept = true
      await this.settle(id, true)
    }
    const takeBack = async (): Promise<void> => {
      if (!isKept) await this.settle(id, false)
    }
    try {
      await mkdir(join(pending, 'new'), { recursive: true, mode: directoryMode })
      await this.#prepare(pending, order, { id, from })
      await this.#moveIn(pending, order)
    } catch (error) {
      await takeBack()
      throw error
    }
    return { keep, [Symbol.asyncDispose]: takeBack }
  }

  /** The jobs whose deliveries have not come to their end. */
  async listPending(): Promise<readonly string[]> {
    return (await readdir(join(this.#root, pendingName)).catch(unlessMissing)) ?? []
  }

  /** Brings a delivery to its end, or undoes it; one that is over is left alone. */
  async settle(id: string, isKept: boolean): Promise<void> {
    const pending = this.#pendingOf(id)
    if (!isKept) await this.#undo(id as JobId, pending)
    await rm(pending, { recursive: true, force: true })
  }

  async #prepare(pending: string, order: ExportOrder, { id, from }: { readonly id: JobId; readonly from: string }): Promise<void> {
    const { dataPath, type, compress } = order
    const name = exportFileName(id, order)
    const file = join(pending, 'new', name)
    await moveFile(join(from, name), file)
    await using handle = await open(file, 'r+')
    await handle.chmod(fileMode)
    await handle.sync()
    await writeFile(join(pending, 'new', '_SUCCESS'), '', { mode: fileMode, flush: true })
    await writeFile(join(pending, 'order.json'), JSON.stringify({ dataPath, type, compress } satisfies Target), {
      mode: 0o600,
      flush: true,
    })
    for (const path of [join(pending, 'new'), pending, dirname(pending), this.#root, dirname(this.#root)]) await syncDirectory(path)
  }

  async #moveIn(pending: string, { dataPath, mode }: ExportOrder): Promise<void> {
    await this.#checkWay(dataPath)
    const path = this.#pathOf(dataPath)
    await mkdir(dirname(path), { recursive: true, mode: directoryMode })
    if ((await lstat(path).catch(unlessMissing)) !== undefined) {
      if (mode !== 'Overwrite') throw exportExists(dataPath)
      await rename(path, join(pending, 'old'))
      await syncDirectory(pending)
    }
    await rename(join(pending, 'new'), path).catch((error: NodeJS.ErrnoException) => {
      // Somebody else's export came to the same folder first.
      throw error.code === 'ENOTEMPTY' || error.code === 'EEXIST' ? exportExists(dataPath) : error
    })
    // A name is on disk once its directory is, which may be new itself.
    for (let level = dirname(path); level.length >= this.#root.length; level = dirname(level)) await syncDirectory(level)
  }

  async #undo(id: JobId, pending: string): Promise<void> {
    const target = await readTarget(pending)
    if (target === undefined) return
    const path = this.#pathOf(target.dataPath)
    // Moved first: what a crash leaves of it is never taken for somebody else's folder.
    if ((await this.sizeOf(id, target)) !== undefined) await rename(path, join(pending, 'undone'))
    const isFree = (await lstat(path).catch(unlessMissing)) === undefined
    if (isFree) await rename(join(pending, 'old'), path).catch(unlessMissing)
    await syncDirectory(dirname(path)).catch(unlessMissing)
  }

  /** Nothing on the way may be a link, which would lead out of the export directory. @throws {ServiceError} `conflict` */
  async #checkWay(dataPath: string): Promise<void> {
    const { bucket, folders } = parseExportPlace(dataPath)
    let path = this.#root
    for (const name of [bucket, ...folders]) {
      path = join(path, name)
      const found = await lstat(path).catch(unlessMissing)
      if (found === undefined) return
      if (!found.isDirectory())
        throw new ServiceError('conflict', say`${dataPath} leads through ${name}, which is no folder: export to another`)
    }
  }

  #pathOf(dataPath: string): string {
    const { bucket, folders } = parseExportPlace(dataPath)
    return join(this.#root, bucket, ...folders)
  }

  #pendingOf(id: string): string {
    if (!/^[A-Za-z0-9-]{1,64}$/.test(id)) throw new Error('a pending export is named by a job id')
    return join(this.#root, pendingName, id)
  }
}

/** `undefined` where nothing has moved yet. */
async function readTarget(pending: string): Promise<Target | undefined> {
  const text = await readFile(join(pending, 'order.json'), 'utf8').catch(unlessMissing)
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Target)
  } catch {
    // Cut off by a crash: it is written before anything moves.
    return undefined
  }
}

/** The export directory may be on another file system than the data directory. */
async function moveFile(from: string, to: string): Promise<void> {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error
    await copyFile(from, to)
  })
}

/** Links count for nothing, and what vanishes meanwhile does too. */
async function sizeOfTree(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries)
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0
  return bytes
}

async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r')
  await directory.sync()
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
  throw error
}

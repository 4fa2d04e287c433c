// Where the files of imports lie, and how they are taken: obs://bucket/path is a path of the project's own folder in the import directory, or of what the
// project has exported. Nothing but plain files is read, and nothing outside of these folders, whatever links, devices or sockets lie in them.
//
//   <import-dir>/<project>/<bucket>/<path>      put there by the installation owner
//   <export-dir>/<bucket>/<path>                where the bucket is the project's
//   <data-dir>/jobs/<job>/input-<n>             a copy of each, which nobody changes while it is read

import { constants, createWriteStream } from 'node:fs'
import { lstat, open, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ImportOrder, noImportFiles, parseExportPlace, type ProjectId, ServiceError, say } from '@tributary/rules'

/** A file that has been taken. */
export interface TakenFile {
  /** Of the copy. */
  readonly path: string
  /** As its owner knows it. */
  readonly name: string
  readonly compress: 'none' | 'gzip' | 'deflate'
  readonly bytes: number
}

/** What is taken, and for whom. */
export interface TakeOrder {
  readonly projectId: ProjectId
  readonly order: Pick<ImportOrder, 'dataPath' | 'type'>
  /** Whether the bucket of the path is one that the project exports to. */
  readonly isOwnBucket: boolean
  /** Of the job; the copies go there. */
  readonly directory: string
  readonly signal: AbortSignal
}

/** Where imports come from. */
export interface ImportPlaces {
  readonly importDir: string
  readonly exportDir: string
  /** What the files of one import may be together. */
  readonly mostBytes: number
}

/** Most files of one folder. */
const mostFiles = 10_000

/** The folders of all imports. */
export class ImportFolders {
  readonly #places: ImportPlaces

  constructor(places: ImportPlaces) {
    this.#places = places
  }

  /**
   * Looks for the files of an import, and opens none.
   * @throws {ServiceError} `invalid` where there are none, `conflict` for what is no plain file, `unsupported` for a compression that is not read
   */
  async check(wanted: Pick<TakeOrder, 'projectId' | 'order' | 'isOwnBucket'>): Promise<void> {
    await this.#find(wanted)
  }

  /**
   * Copies the files of an import.
   * @throws {ServiceError} as {@link check}; `exhausted` when they are too large, or the disk is full
   * @throws the signal's reason
   */
  async take(wanted: TakeOrder): Promise<readonly TakenFile[]> {
    const { root, names } = await this.#find(wanted)
    const taken: TakenFile[] = []
    let left = this.#places.mostBytes
    for (const [index, name] of names.entries()) {
      wanted.signal.throwIfAborted()
      const to = join(wanted.directory, `input-${index}`)
      const bytes = await this.#copy({ root, name, to, left, signal: wanted.signal })
      left -= bytes
      taken.push({ path: to, name: name.at(-1) ?? '', compress: compressOf(name.at(-1) ?? '', wanted.order), bytes })
    }
    return taken
  }

  /** @returns the folder that holds them, without any link on the way to it, and their names below it */
  async #find({ projectId, order, isOwnBucket }: Pick<TakeOrder, 'projectId' | 'order' | 'isOwnBucket'>): Promise<{
    readonly root: string
    readonly names: readonly (readonly string[])[]
  }> {
    const { bucket, folders } = parseExportPlace(order.dataPath)
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(projectId)) throw new Error('a folder of imports is named by a project id')
    const { importDir, exportDir } = this.#places
    const ways = [{ root: importDir, names: [projectId, bucket, ...folders] }]
    if (isOwnBucket) ways.push({ root: exportDir, names: [bucket, ...folders] })
    for (const { root, names } of ways) {
      const found = await filesAt(root, names, order.dataPath)
      if (found.length === 0) continue
      for (const name of found) compressOf(name.at(-1) ?? '', order)
      return { root, names: found }
    }
    throw noImportFiles(order.dataPath, [projectId, bucket, ...folders].join('/'))
  }

  async #copy({ root, name, to, left, signal }: CopyOrder): Promise<number> {
    const path = join(root, ...name)
    // A pipe would keep whoever opens it waiting, and a link would lead elsewhere.
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const found = await file.stat()
    const there = await lstat(path)
    const isSame = there.ino === found.ino && there.dev === found.dev
    // What was looked at may have been moved since: the way to what is open now must be the one that was looked at.
    if (!found.isFile() || !isSame || (await realpath(path)) !== join(await realpath(root), ...name)) throw noFile(name.at(-1) ?? '')
    let bytes = 0
    const bound = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length
        if (bytes > left) done(tooMuch(this.#places.mostBytes))
        else done(null, chunk)
      },
    })
    if (found.size > left) throw tooMuch(this.#places.mostBytes)
    await pipeline([file.createReadStream({ autoClose: false }), bound, createWriteStream(to, { mode: 0o600 })], { signal }).catch(
      (error: unknown) => {
        signal.throwIfAborted()
        throw tellFull(error)
      },
    )
    return bytes
  }
}

interface CopyOrder {
  readonly root: string
  readonly name: readonly string[]
  readonly to: string
  readonly left: number
  readonly signal: AbortSignal
}

/** The plain files at a path, which is one of them or their folder; empty where nothing is. Names that Spark passes over are passed over. */
async function filesAt(root: string, names: readonly string[], dataPath: string): Promise<readonly (readonly string[])[]> {
  let path = root
  for (const [index, name] of names.entries()) {
    path = join(path, name)
    const found = await lstat(path).catch(unlessMissing)
    if (found === undefined) return []
    if (found.isFile() && index === names.length - 1) return [names]
    if (!found.isDirectory()) throw noFile(name)
  }
  const entries = (await readdir(path, { withFileTypes: true })).filter(({ name }) => !/^[._]/.test(name))
  const odd = entries.find((entry) => !entry.isFile())
  if (odd !== undefined) throw noFile(odd.name)
  if (entries.length > mostFiles)
    throw new ServiceError(
      'exhausted',
      say`${dataPath} has more than ${mostFiles} files: import them in parts, or as fewer and larger ones`,
    )
  return entries.map(({ name }) => [...names, name]).toSorted((one, other) => ((one.at(-1) ?? '') < (other.at(-1) ?? '') ? -1 : 1))
}

/** By the ending of its name, as Spark tells it. @throws {ServiceError} `unsupported` */
function compressOf(name: string, { type }: Pick<ImportOrder, 'type'>): TakenFile['compress'] {
  if (type === 'parquet') return 'none'
  const ending = /[.](gz|deflate|bz2|lz4|snappy|zst|zip)$/i.exec(name)?.[1]?.toLowerCase()
  if (ending === undefined) return 'none'
  if (ending === 'gz') return 'gzip'
  if (ending === 'deflate') return 'deflate'
  throw new ServiceError('unsupported', say`files that end in .${ending} are not read: compress them with gzip, or not at all`)
}

function noFile(name: string): ServiceError {
  return new ServiceError(
    'conflict',
    say`${name.slice(0, 128)} is no plain file: put plain files alone, and no links or folders, where they are imported from`,
  )
}

function tooMuch(mostBytes: number): ServiceError {
  return new ServiceError(
    'exhausted',
    say`the files are larger than the ${Math.floor(mostBytes / 2 ** 20)} MiB that one import may read: import them in parts, or ask the installation owner for a larger max-import`,
  )
}

function tellFull(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new ServiceError('exhausted', say`the disk of the installation is full, nothing was imported: try again when there is room`, {
    cause: error,
  })
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
  throw error
}

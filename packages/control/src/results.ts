// Where results lie: one directory per job below the data directory, written by its engine, read for previews, removed when it has expired.

import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type JobId, ServiceError, say } from '@tributary/rules'
import type { SmallFile } from '@tributary/store'

/** Which rows of a result: how many are skipped, and how many are read. */
export interface RowRange {
  readonly offset: number
  readonly limit: number
}

const rowsFile = 'result.parquet'
const previewFile = 'preview.json'

/** The directories of all jobs. */
export class Results {
  /** How many rows can be read without an engine. */
  readonly previewRows = 1000
  readonly #root: string

  /** @param dataDir - of the installation; nothing is made before the first job */
  constructor(dataDir: string) {
    this.#root = join(dataDir, 'jobs')
  }

  /** Makes the directory of one job, readable by this user alone, empty. */
  async create(id: JobId): Promise<string> {
    const directory = this.#directory(id)
    try {
      await mkdir(directory, { mode: 0o700 })
    } catch {
      // The first of all, or what an earlier run of it left.
      await mkdir(this.#root, { recursive: true, mode: 0o700 })
      await rm(directory, { recursive: true, force: true })
      await mkdir(directory, { mode: 0o700 })
    }
    return directory
  }

  /** Removes a job's result; one that is not there is fine. */
  async remove(id: string): Promise<void> {
    await rm(this.#directory(id), { recursive: true, force: true })
  }

  /** The ids of all jobs that have a directory, in no order. */
  async list(): Promise<readonly string[]> {
    try {
      return await readdir(this.#root)
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
  }

  /**
   * The first rows of a result, as JSON text: `"schema":[…],"rows":[…]`, digits exactly as the engine wrote them.
   * @param pageSize - at most so many rows
   * @throws {ServiceError} `absent` when the result has expired
   */
  async readPreview(id: JobId, pageSize: number): Promise<string> {
    return this.readRows(id, { offset: 0, limit: pageSize })
  }

  /** Like {@link readPreview}, for any of the first {@link previewRows} rows. */
  async readRows(id: JobId, range: RowRange): Promise<string> {
    return this.#unlessExpired(id, async (directory) => pageOf(await readFile(join(directory, previewFile), 'utf8'), range))
  }

  /** The file with every row of a result, for an engine to read. @throws {ServiceError} `absent` when the result has expired */
  async fileOf(id: JobId): Promise<string> {
    return this.#unlessExpired(id, async (directory) => {
      const path = join(directory, rowsFile)
      await stat(path)
      return path
    })
  }

  /** Bytes of {@link fileOf}; 0 where there is none. */
  async sizeOf(id: JobId): Promise<number> {
    return stat(join(this.#directory(id), rowsFile)).then(
      ({ size }) => size,
      () => 0,
    )
  }

  /** Writes files of a job that are not there as they are given; others are left alone. Nothing is synced. */
  async restore(id: JobId, files: readonly SmallFile[]): Promise<void> {
    const directory = this.#directory(id)
    await mkdir(directory, { recursive: true, mode: 0o700 })
    for (const { name, bytes } of files) {
      const path = join(directory, name)
      const found = await readFile(path).catch(() => undefined)
      if (found === undefined || Buffer.compare(found, bytes) !== 0) await writeFile(path, bytes, { mode: 0o600 })
    }
  }

  /** Brings the files of a job to disk; one whose directory is gone has none. */
  async sync(id: JobId): Promise<void> {
    const directory = this.#directory(id)
    try {
      const names = await readdir(directory)
      await Promise.all([...names.map((name) => join(directory, name)), directory].map(syncPath))
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }

  /** Brings to disk which jobs have a directory. */
  async syncRoot(): Promise<void> {
    await syncPath(this.#root)
  }

  async #unlessExpired<Answer>(id: JobId, read: (directory: string) => Promise<Answer>): Promise<Answer> {
    try {
      return await read(this.#directory(id))
    } catch (error) {
      if (!isMissing(error)) throw error
      throw new ServiceError('absent', say`the result of job ${id} has expired: run the query again`, {
        subject: { kind: 'job', name: id },
      })
    }
  }

  #directory(id: string): string {
    if (!/^[A-Za-z0-9-]{1,64}$/.test(id)) throw new Error('a job directory is named by a job id')
    return join(this.#root, id)
  }
}

/** Bytes of the rows among the files of a result; `undefined` where they are not among them. */
export function sizeOfRows(files: readonly SmallFile[]): number | undefined {
  return files.find(({ name }) => name === rowsFile)?.bytes.length
}

async function syncPath(path: string): Promise<void> {
  await using file = await open(path, 'r')
  await file.sync()
}

const rowsStart = '"rows":['

/**
 * Cuts rows out of a preview without reading a value: a number keeps every digit.
 * @param preview - a JSON object with the members `schema` and, last, `rows`
 * @returns its members without the braces around them
 */
export function pageOf(preview: string, { offset, limit }: RowRange): string {
  const start = preview.indexOf(rowsStart)
  if (start < 0) throw new Error('the preview holds no rows')
  const open = preview.indexOf('{') + 1
  const inside = start + rowsStart.length
  const skipped = offset === 0 ? inside : endOfElements(preview, inside, offset)
  const from = preview[skipped] === ',' ? skipped + 1 : skipped
  const end = endOfElements(preview, from, limit)
  return `${preview.slice(open, inside)}${preview.slice(from, end)}]`
}

/** Position behind the first `count` elements of the array whose inside begins at `from`, or of its closing bracket when there are fewer. */
function endOfElements(text: string, from: number, count: number): number {
  let depth = 0
  let seen = 0
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') {
      if (depth === 0) return at
      depth--
      if (depth === 0 && ++seen === count) return at + 1
    }
  }
  throw new Error('the preview ends inside its rows')
}

function endOfString(text: string, from: number): number {
  let at = from + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

// Copies the audit into a file of JSON lines beside the database, for whoever collects such files; the database is what counts.

import { appendFileSync, closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import type { KeptAuditEntry } from '@tributary/rules'
import type { Logger } from 'pino'

/** Where acts come from: those after one, oldest first. */
type ListAfter = (id: number, limit: number) => Promise<readonly KeptAuditEntry[]>

/** How the file is kept. */
export interface AuditFileOptions {
  readonly path: string
  readonly listAfter: ListAfter
  /** Largest file; a larger one becomes `.1`, that becomes `.2` and so on. */
  readonly mostBytes: number
  /** Of those that became old. */
  readonly mostFiles: number
  readonly log: Logger
}

const copyEveryMs = 1_000
const chunk = 500
// A line is shorter: each of its texts is.
const longestLine = 8_192

/**
 * Follows the audit, a second behind: after a crash it goes on behind the last whole line that is there, so that no act is missing and none is there twice.
 * Disposing it copies what is left.
 */
export class AuditFile implements AsyncDisposable {
  readonly #options: AuditFileOptions
  readonly #timer: NodeJS.Timeout
  #lastId: number
  #copying: Promise<void> | undefined

  constructor(options: AuditFileOptions) {
    this.#options = options
    this.#lastId = lastIdIn(options.path) ?? lastIdIn(`${options.path}.1`) ?? 0
    this.#timer = setInterval(() => void this.copy(), copyEveryMs).unref()
  }

  /** Copies what is new; never rejects. */
  copy(): Promise<void> {
    this.#copying ??= this.#copy()
      .catch((error: unknown) => this.#options.log.error({ err: error }, 'the audit was not copied to its file; it will be tried again'))
      .finally(() => {
        this.#copying = undefined
      })
    return this.#copying
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#copying
    await this.copy()
  }

  async #copy(): Promise<void> {
    const { path, listAfter } = this.#options
    for (let entries = await listAfter(this.#lastId, chunk); entries.length > 0; entries = await listAfter(this.#lastId, chunk)) {
      const text = entries.map((entry) => `${JSON.stringify({ ...entry, at: new Date(entry.at).toISOString() })}\n`).join('')
      appendFileSync(path, `${endsInLine(path) ? '' : '\n'}${text}`, { mode: 0o600 })
      this.#lastId = entries.at(-1)?.id ?? this.#lastId
      this.#rotate()
    }
  }

  #rotate(): void {
    const { path, mostBytes, mostFiles } = this.#options
    if (statSync(path).size < mostBytes) return
    rmSync(`${path}.${mostFiles}`, { force: true })
    for (let age = mostFiles - 1; age > 0; age--) if (existsSync(`${path}.${age}`)) renameSync(`${path}.${age}`, `${path}.${age + 1}`)
    renameSync(path, `${path}.1`)
  }
}

/** The id in the last whole line. */
function lastIdIn(path: string): number | undefined {
  const lines = tailOf(path).split('\n').slice(0, -1).reverse()
  for (const line of lines) {
    const id = /^\{"id":(\d+),.*\}$/.exec(line)?.[1]
    if (id !== undefined) return Number(id)
  }
  return undefined
}

/** A crash may have left half a line. */
function endsInLine(path: string): boolean {
  const tail = tailOf(path)
  return tail === '' || tail.endsWith('\n')
}

function tailOf(path: string): string {
  if (!existsSync(path)) return ''
  const size = statSync(path).size
  const buffer = Buffer.alloc(Math.min(size, 2 * longestLine))
  const file = openSync(path, 'r')
  try {
    readSync(file, buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8')
  } finally {
    closeSync(file)
  }
}

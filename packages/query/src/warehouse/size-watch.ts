// Watches how large the files of a write grow, so that one that outgrows its quota ends early and not when the disk is full.

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** How often is looked. */
const everyMs = 300

/** Calls `onExceeded` once, when the files below a directory take more than so many bytes; disposing it ends the watch. */
export class SizeWatch implements Disposable {
  readonly #timer: NodeJS.Timeout
  #isLooking = false

  constructor(directory: string, mostBytes: number, onExceeded: () => void) {
    this.#timer = setInterval(() => {
      if (this.#isLooking) return
      this.#isLooking = true
      void sizeOfTree(directory)
        .then((bytes) => {
          if (bytes <= mostBytes) return
          this[Symbol.dispose]()
          onExceeded()
        })
        .finally(() => {
          this.#isLooking = false
        })
    }, everyMs).unref()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

/** Bytes of all files below a directory; what vanishes meanwhile counts for nothing. */
async function sizeOfTree(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries)
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0
  return bytes
}

// Files of the server that a child reads: linked where it may, for as long as somebody reads them, always under the same name.
//
// The name stays the same from one job to the next, because DuckDB keeps what it has read of a file by its name.

import { createHash } from 'node:crypto'
import { link as linkFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** One link. What happens to it happens in turn. */
interface Loan {
  readers: number
  isLinked: boolean
  turn: Promise<void>
}

/** The links of one directory. */
export class LentFiles {
  readonly #directory: string
  readonly #admit: (path: string) => Promise<void>
  readonly #loans = new Map<string, Loan>()

  /** @param admit - lets the child read a file before it is linked */
  constructor(directory: string, admit: (path: string) => Promise<void>) {
    this.#directory = directory
    this.#admit = admit
  }

  /** @returns where the child reads the file until {@link giveBack}. @throws {Error} `ENOENT` when it is gone; nothing is lent then */
  async lend(path: string): Promise<string> {
    const link = join(this.#directory, `${createHash('sha256').update(path).digest('hex').slice(0, 24)}.parquet`)
    const loan = this.#loans.get(link) ?? { readers: 0, isLinked: false, turn: Promise.resolve() }
    this.#loans.set(link, loan)
    loan.readers += 1
    const linked = loan.turn.then(async () => {
      if (loan.isLinked) return
      await this.#admit(path)
      await linkFile(path, link)
      loan.isLinked = true
    })
    loan.turn = linked.catch(() => undefined)
    await linked.catch(async (error: unknown) => {
      await this.giveBack(link)
      throw error
    })
    return link
  }

  /** Takes a link back; it goes with its last reader. */
  async giveBack(link: string): Promise<void> {
    const loan = this.#loans.get(link)
    if (loan === undefined) return
    loan.readers -= 1
    loan.turn = loan.turn.then(async () => {
      if (loan.readers > 0) return
      if (loan.isLinked) await rm(link, { force: true }).catch(() => undefined)
      loan.isLinked = false
      if (loan.readers === 0) this.#loans.delete(link)
    })
    await loan.turn
  }
}

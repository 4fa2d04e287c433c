// Small results whose files nobody has synced: the store has their bytes until the disk has the files.

import type { JobId } from '@tributary/rules'
import type { Deps } from '../deps.ts'

/** So many jobs may have left files before they are brought to disk. */
const mostUnsynced = 100
/** How many are looked up and forgotten at a time. */
const pageSize = 100

/** The small results of this data directory. */
export class UnsyncedResults {
  readonly #deps: Pick<Deps, 'store' | 'results' | 'log'>
  #count = 0
  #settling: Promise<void> | undefined

  constructor(deps: Pick<Deps, 'store' | 'results' | 'log'>) {
    this.#deps = deps
  }

  /** Writes the files again that are not as they were: the machine fell before they were on disk. */
  async restore(): Promise<void> {
    const { store, results } = this.#deps
    for await (const page of this.#pages()) for (const id of page) await results.restore(id, await store.smallResults.list(id))
  }

  /** A job may have left one more; when there are many, all are brought to disk. */
  note(): void {
    this.#count += 1
    if (this.#count >= mostUnsynced) this.settleSoon()
  }

  /** As {@link settle}; nobody waits for it. */
  settleSoon(): void {
    this.settle().catch((error: unknown) => this.#deps.log.error({ err: error }, 'small results were not brought to disk'))
  }

  /** Resolves when nothing is brought to disk any more; never rejects. */
  async idle(): Promise<void> {
    await this.#settling?.catch(() => undefined)
  }

  /** Brings the files to disk, and has the store forget them. Those of a job that has expired are not missed. */
  settle(): Promise<void> {
    this.#settling ??= this.#settle().finally(() => {
      this.#settling = undefined
    })
    return this.#settling
  }

  async #settle(): Promise<void> {
    const { store, results } = this.#deps
    this.#count = 0
    for await (const page of this.#pages()) {
      for (const id of page) await results.sync(id)
      await results.syncRoot()
      await store.smallResults.forget(page)
    }
  }

  async *#pages(): AsyncGenerator<readonly JobId[]> {
    const { smallResults } = this.#deps.store
    let page = await smallResults.listJobs({ most: pageSize })
    while (page.length > 0) {
      yield page
      page = await smallResults.listJobs({ after: page.at(-1), most: pageSize })
    }
  }
}

// Kept results as a child's main thread sees them: a thread of their own, started with the first one that is asked for.

import type { ParquetShape } from '../../files/parquet-columns.ts'
import type { Exported, ExportRequest, PageRequest, Progress, ShapesRequest } from './messages.ts'
import type { ExportProgress } from './export-file.ts'
import type { ResultThreadRequest } from './result-thread.ts'
import { Thread } from './thread.ts'

/** Reads results that other jobs left. */
export class ResultReader {
  /** Of the child; set before anything is read. */
  scratchDirectory = ''
  #thread: Promise<Thread> | undefined
  #onProgress: (progress: ExportProgress) => void = () => undefined

  /** @returns JSON text as a preview has it */
  async page(request: PageRequest): Promise<string> {
    return (await this.#ask(request)) as string
  }

  async shapes(request: ShapesRequest): Promise<readonly ParquetShape[]> {
    return (await this.#ask(request)) as readonly ParquetShape[]
  }

  /** @throws the signal's reason when it is aborted */
  async export(request: ExportRequest, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Omit<Exported, 'cpuMs'>> {
    signal.throwIfAborted()
    const most = request.format.limit === 0 ? request.rowCount : Math.min(request.rowCount, request.format.limit)
    this.#onProgress = ({ rows }) =>
      onProgress({ inputRows: rows, inputBytes: 0, fraction: most === 0 ? 0 : Math.min(0.99, rows / most), tasks: 1, finishedTasks: 0 })
    const stop = (): void => void this.#ask({ kind: 'stop' }).catch(() => undefined)
    signal.addEventListener('abort', stop)
    try {
      return (await this.#ask(request)) as Omit<Exported, 'cpuMs'>
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  async #ask(request: ResultThreadRequest): Promise<unknown> {
    this.#thread ??= this.#start()
    return (await this.#thread).call(request)
  }

  async #start(): Promise<Thread> {
    try {
      const thread = new Thread(new URL('./result-thread.ts', import.meta.url), (news) => this.#onProgress(news as ExportProgress & object))
      // One that fell over is replaced when it is asked for again.
      void thread.ended.then(() => (this.#thread = undefined))
      await thread.ready
      await thread.call({ kind: 'open', scratchDirectory: this.scratchDirectory } satisfies ResultThreadRequest)
      return thread
    } catch (error) {
      this.#thread = undefined
      throw error
    }
  }
}

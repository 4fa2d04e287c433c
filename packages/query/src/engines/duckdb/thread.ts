// A worker thread seen from the main thread: questions and answers, news, and an end that nobody misses.

import { type Transferable, Worker, type WorkerOptions } from 'node:worker_threads'
import { ServiceError, say } from '@tributary/rules'
import { Caller } from './calls.ts'

/**
 * What a thread is given that makes little garbage, and waits most of its time. V8 would leave it 8 MiB for objects that live short, which it fills once,
 * while it loads; of 3 none were missed, and a child that waits for a job weighs 8 MiB less.
 */
export const littleGarbage = { maxYoungGenerationSizeMb: 3 } as const

/** A running worker. Disposing it terminates it; do so only while no DuckDB query runs in it. */
export class Thread implements AsyncDisposable {
  readonly #worker: Worker
  readonly #caller: Caller
  readonly #ready = Promise.withResolvers<void>()
  readonly #ended = Promise.withResolvers<void>()
  #isReady = false
  #isEnded = false

  /** @param onNews - what the worker says without being asked, `ready` aside; @param options - what it is given, and what it may take */
  constructor(
    script: URL,
    onNews: (news: object) => void = () => undefined,
    options: Pick<WorkerOptions, 'workerData' | 'resourceLimits'> = {},
  ) {
    this.#worker = new Worker(script, options)
    this.#caller = new Caller((message, transfer) => this.#worker.postMessage(message, transfer))
    this.#ready.promise.catch(() => undefined)
    this.#worker.on('message', (message: object) => {
      if ('kind' in message && message.kind === 'ready') this.#begin()
      else if (!this.#caller.receive(message)) onNews(message)
    })
    this.#worker.on('error', (error) => this.#end(error))
    this.#worker.on('exit', () => this.#end(undefined))
  }

  /** Resolves when the worker's modules are loaded. */
  get ready(): Promise<void> {
    return this.#ready.promise
  }

  /** Whether the worker's modules are loaded by now. */
  get isReady(): boolean {
    return this.#isReady
  }

  /** Whether the worker is gone. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** Resolves when the worker is gone. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** @throws {ServiceError} what the worker threw; `internal` when it is gone */
  call(question: object, transfer?: readonly Transferable[]): Promise<unknown> {
    return this.#caller.call(question, transfer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate()
  }

  #begin(): void {
    this.#isReady = true
    this.#ready.resolve()
  }

  #end(cause: unknown): void {
    if (cause !== undefined) console.error(cause)
    this.#isEnded = true
    const error = new ServiceError('internal', say`a thread of the engine ended unexpectedly; run the job again`, { cause })
    this.#ready.reject(error)
    this.#caller.end(error)
    this.#ended.resolve()
  }
}

// Batches from a source thread to the DuckDB thread: bounded, waited for without an event loop, stopped from either side.
//
//   source thread:  BatchWriter ──batch──> port ──> BatchReader  :DuckDB thread, inside a synchronous callback
//                               <──taken, then its buffers for another batch──
//   shared memory:  posted (wakes the reader) · stopped (ends both) · rows and bytes so far, held back (read by the main thread)

import { MessageChannel, type MessagePort, receiveMessageOnPort, type Transferable } from 'node:worker_threads'
import { ServiceError, say } from '@tributary/rules'
import { buffersOf, type RecordBatch, Spares } from '../../batch.ts'
import { errorOf, type Failure, failureOf } from './failure.ts'

/** One end of a channel; it can be posted to another thread when its port is transferred. */
export interface ChannelEnd {
  readonly port: MessagePort
  readonly state: SharedArrayBuffer
}

/** Both ends of a channel. */
export interface Channel {
  readonly reader: ChannelEnd
  readonly writer: ChannelEnd
}

/** Batches that may be under way: enough to keep both sides busy, few enough to bound memory (a batch has up to about 4 MB). */
const window = 6
/** How long the reader sleeps before it looks again whether it was stopped. */
const napMs = 500

const posted = 0
const stopped = 1
const rows = 1
const bytes = 2
/** In 32 bits: whether the writer waits for room. */
const heldBack = 6

/** Buffers that were read: they go back to be filled again. */
interface Returned {
  readonly spare: readonly ArrayBuffer[]
}

type Message = { readonly batch: RecordBatch } | { readonly end: true } | { readonly failure: Failure }

/** Makes a channel. */
export function createChannel(): Channel {
  const { port1, port2 } = new MessageChannel()
  const state = new SharedArrayBuffer(32)
  return { reader: { port: port1, state }, writer: { port: port2, state } }
}

/** Ends a channel from outside: a reader that waits wakes up. */
export function stopChannel(state: SharedArrayBuffer): void {
  const flags = new Int32Array(state)
  Atomics.store(flags, stopped, 1)
  Atomics.notify(flags, posted)
}

/** What has crossed a channel so far, and whether the reader is who is waited for. */
export function readCounts(state: SharedArrayBuffer): { readonly rows: number; readonly bytes: number; readonly isHeldBack: boolean } {
  const counts = new BigInt64Array(state)
  const isHeldBack = Atomics.load(new Int32Array(state), heldBack) !== 0
  return { rows: Number(Atomics.load(counts, rows)), bytes: Number(Atomics.load(counts, bytes)), isHeldBack }
}

/** The synchronous end. Its thread may sleep in {@link next}. */
export class BatchReader implements Disposable {
  readonly #end: ChannelEnd
  readonly #flags: Int32Array<SharedArrayBuffer>
  #batch: RecordBatch | undefined

  constructor(end: ChannelEnd) {
    this.#end = end
    this.#flags = new Int32Array(end.state)
  }

  /**
   * Waits for the next batch. The one before is done with: its buffers go back.
   * @returns `undefined` after the last
   * @throws {ServiceError} what the source failed with, or `unavailable` when the channel was stopped
   */
  next(): RecordBatch | undefined {
    this.#giveBack()
    for (;;) {
      const seen = Atomics.load(this.#flags, posted)
      if (Atomics.load(this.#flags, stopped) !== 0) throw new ServiceError('unavailable', say`the scan was stopped`)
      const received: { readonly message: Message } | undefined = receiveMessageOnPort(this.#end.port)
      if (received !== undefined) return this.#take(received.message)
      Atomics.wait(this.#flags, posted, seen, napMs)
    }
  }

  /** The batch that was given last stays with whoever has it: its buffers do not go back. */
  keep(): void {
    this.#batch = undefined
  }

  /** The source is told to stop; batches under way are dropped. */
  [Symbol.dispose](): void {
    this.#end.port.close()
  }

  #take(message: Message): RecordBatch | undefined {
    if ('failure' in message) throw errorOf(message.failure)
    if ('end' in message) return undefined
    this.#end.port.postMessage('taken', [])
    this.#batch = message.batch
    return message.batch
  }

  #giveBack(): void {
    if (this.#batch === undefined) return
    const spare = buffersOf(this.#batch)
    this.#batch = undefined
    this.#end.port.postMessage({ spare } satisfies Returned, spare)
  }
}

/** The asynchronous end. */
export class BatchWriter implements Disposable {
  readonly #end: ChannelEnd
  readonly #flags: Int32Array<SharedArrayBuffer>
  readonly #counts: BigInt64Array<SharedArrayBuffer>
  readonly #closed = new AbortController()
  readonly #spares = new Spares()
  #underWay = 0
  #room: PromiseWithResolvers<void> | undefined

  constructor(end: ChannelEnd) {
    this.#end = end
    this.#flags = new Int32Array(end.state)
    this.#counts = new BigInt64Array(end.state)
    end.port.on('message', (message: 'taken' | Returned) => {
      if (message === 'taken') this.#free()
      else this.#spares.give(message.spare)
    })
    end.port.on('close', () => this.#close())
  }

  /** Aborted when the reader wants no more. */
  get signal(): AbortSignal {
    return this.#closed.signal
  }

  /** Whether a batch has been handed over. */
  get hasSent(): boolean {
    return Atomics.load(this.#counts, rows) > 0n
  }

  /** Buffers for batches to come. */
  get spares(): Spares {
    return this.#spares
  }

  /** Hands a batch over; resolves when there is room for another. */
  async send(batch: RecordBatch, sizeBytes: number): Promise<void> {
    this.#underWay += 1
    this.#post({ batch }, buffersOf(batch))
    Atomics.add(this.#counts, rows, BigInt(batch.rowCount))
    Atomics.add(this.#counts, bytes, BigInt(sizeBytes))
    if (this.#underWay < window || this.#closed.signal.aborted) return
    this.#room = Promise.withResolvers()
    Atomics.store(this.#flags, heldBack, 1)
    await this.#room.promise
    Atomics.store(this.#flags, heldBack, 0)
  }

  /** Says that there are no more rows. */
  finish(): void {
    this.#post({ end: true })
  }

  /** Says why there are no more rows. */
  fail(error: unknown): void {
    this.#post({ failure: failureOf(error) })
  }

  [Symbol.dispose](): void {
    this.#end.port.unref()
  }

  #post(message: Message, transfer: readonly Transferable[] = []): void {
    this.#end.port.postMessage(message, transfer)
    Atomics.add(this.#flags, posted, 1)
    Atomics.notify(this.#flags, posted)
  }

  #free(): void {
    this.#underWay -= 1
    this.#room?.resolve()
  }

  #close(): void {
    this.#closed.abort(new ServiceError('unavailable', say`the scan was stopped`))
    this.#room?.resolve()
  }
}

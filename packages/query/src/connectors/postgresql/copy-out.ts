// One COPY TO STDOUT over a connection of pg: takes the socket over while rows come, and gives it back for the rest of the conversation.

import { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'
import { isLender } from '@tributary/fabric/through-door'
import { type Column, ServiceError, say } from '@tributary/rules'
import type pg from 'pg'
import { type RecordBatch, Spares } from '../../batch.ts'
import { copyData, frameBytes, RowReader, viewOf } from './decode.ts'

/** What is read, and as what. */
export interface CopyRequest {
  readonly text: string
  /** As messages name it. */
  readonly table: string
  /** What the text delivers, each in the binary form of its declared type. */
  readonly columns: readonly Column[]
  /** Buffers for its batches; new ones without. */
  readonly spares?: Spares | undefined
}

/** Batches that may wait for whoever takes them; then the socket is left alone, and the source feels it. */
const mostWaiting = 2

// Messages of a server, https://www.postgresql.org/docs/current/protocol-message-formats.html
const copyOutResponse = 0x48
const copyDone = 0x63
const notice = 0x4e
const parameterStatus = 0x53
const notification = 0x41
/** What may stand between rows; it is of no use here. */
const skipped: ReadonlySet<number> = new Set([copyOutResponse, notice, parameterStatus, notification])
/** What pg makes something of: errors (E), ends (C, Z, I), and answers to another question (T, D). */
const forPg: ReadonlySet<number> = new Set(Buffer.from('ECZITD'))
/** Of a message that carries no row; whoever says that more comes would be waited for until the job ends. */
const longestMessage = 1024 * 1024

type Listener = (chunk: Buffer) => void

/** The part of pg's connection that is used. */
interface Connection {
  readonly stream: Duplex
  query(text: string): void
}

/**
 * Something to give to `client.query`, which then runs it; its rows are in {@link batches}. pg hears everything but the rows: errors, the end of the
 * statement, and that the connection is free again.
 */
export class CopyOut {
  readonly #request: CopyRequest
  readonly #rows: RowReader
  readonly #waiting: RecordBatch[] = []
  #stream: Duplex | undefined
  #giveBack: Listener | undefined
  /** Code and length of a message, as far as they have come. */
  readonly #frame = Buffer.alloc(frameBytes)
  #framed = 0
  /** What is still to come of the message under way. */
  #left = 0
  #isCopyDone = false
  #isReady = false
  #failure: Error | undefined
  #news: PromiseWithResolvers<void> | undefined

  constructor(request: CopyRequest) {
    this.#request = request
    const { table, columns, spares = new Spares() } = request
    this.#rows = new RowReader({ table, columns, spares, onBatch: (batch) => void this.#waiting.push(batch) })
  }

  /** True once the source has said that the statement is over and that it waits for another. */
  get isReady(): boolean {
    return this.#isReady
  }

  /**
   * The rows; the socket is read while they are wanted.
   * @throws {ServiceError} what reading made of them, or what pg threw: the source's own words, or a lost connection
   */
  async *batches(): AsyncGenerator<RecordBatch> {
    for (;;) {
      const batch = this.#waiting.shift()
      if (batch !== undefined) {
        yield batch
        continue
      }
      if (this.#failure !== undefined) throw this.#failure
      if (this.#isReady) return
      this.#news = Promise.withResolvers()
      this.#stream?.resume()
      await this.#news.promise
    }
  }

  /** For pg: the connection is ours. */
  submit(connection: Connection): void {
    const { stream } = connection
    const [listener] = stream.listeners('data') as Listener[]
    if (listener === undefined) throw new Error('pg does not listen to its own socket')
    stream.off('data', listener)
    listen(stream, this.#read)
    this.#stream = stream
    this.#giveBack = listener
    connection.query(this.#request.text)
  }

  /** For pg: the source refused, or the connection is lost. */
  handleError(error: Error): void {
    this.#fail(error)
  }

  /** For pg: `COPY` and how many rows the source says that it sent. */
  handleCommandComplete({ text }: { readonly text?: string }): void {
    const told = /^COPY (\d+)$/.exec(text ?? '')?.[1]
    const { total } = this.#rows
    if (told !== undefined && Number(told) !== total)
      this.#fail(new ServiceError('unavailable', say`the source sent ${total} rows and says that it sent ${told}; run the job again`))
  }

  /** For pg: the statement is over. */
  handleReadyForQuery(): void {
    if (!this.#isCopyDone) this.#fail(new ServiceError('unavailable', say`the source ended its answer in the middle of a row`))
    this.#isReady = true
    this.#tell()
  }

  /** For pg: rows of no COPY would be an answer to something else. */
  handleDataRow(): void {
    this.#fail(new ServiceError('internal', say`the source answered COPY in a form that is not the binary one`))
  }

  /** For pg. */
  handleRowDescription(): void {}

  readonly #read = (chunk: Buffer): void => {
    try {
      this.#take(chunk)
    } catch (error) {
      this.#fail(error as Error)
      // Whatever else it sends is of no use.
      this.#stream?.destroy()
    }
    if (this.#waiting.length > 0) this.#tell()
    // Once pg listens again it waits for the end of the statement: nobody would wake it.
    if (this.#waiting.length >= mostWaiting && this.#giveBack !== undefined) this.#stream?.pause()
  }

  #take(chunk: Buffer): void {
    const view = viewOf(chunk)
    for (let at = 0; at < chunk.length && this.#giveBack !== undefined; ) {
      if (this.#left > 0) at = this.#takePart(chunk, at)
      else {
        if (this.#framed === 0) at = this.#rows.takeMessages({ bytes: chunk, view }, at)
        at = this.#takeFrame(chunk, at)
      }
    }
  }

  #takePart(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#left)
    if (this.#frame[0] === copyData) this.#rows.takePart(chunk.subarray(at, end))
    this.#left -= end - at
    return end
  }

  #takeFrame(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + frameBytes - this.#framed)
    this.#framed += chunk.copy(this.#frame, this.#framed, at, end)
    if (this.#framed < frameBytes) return end
    this.#framed = 0
    const length = this.#frame.readInt32BE(1) - 4
    const code = this.#frame[0] as number
    if (!isMessage(code, length)) throw new ServiceError('unavailable', say`the source does not speak PostgreSQL's protocol`)
    if (code === copyData || skipped.has(code)) this.#left = length
    else this.#leave(code === copyDone, chunk.subarray(end))
    return end
  }

  /** From here on pg listens again: to what ends the statement, or to an error. */
  #leave(isCopyDone: boolean, rest: Buffer): void {
    const listener = this.#giveBack as Listener
    this.#giveBack = undefined
    const stream = this.#stream as Duplex
    unlisten(stream, this.#read)
    stream.on('data', listener).resume()
    if (isCopyDone) {
      this.#isCopyDone = true
      this.#rows.finish()
      // pg keeps what it is given; what was lent is gone with this call.
      if (rest.length > 0) listener(Buffer.from(rest))
    } else listener(Buffer.concat([this.#frame, rest]))
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#tell()
  }

  #tell(): void {
    this.#news?.resolve()
    this.#news = undefined
  }
}

function isMessage(code: number, length: number): boolean {
  if (code === copyData) return length >= 0
  return length >= 0 && length <= longestMessage && (code === copyDone || skipped.has(code) || forPg.has(code))
}

/** Rows are copied out of what is read before the call is over, so a lent buffer will do. */
function listen(stream: Duplex, read: Listener): void {
  if (!isLender(stream)) stream.on('data', read)
  else
    stream.lend((chunk) => {
      read(chunk)
      return false
    })
}

function unlisten(stream: Duplex, read: Listener): void {
  if (isLender(stream)) stream.lend(undefined)
  else stream.off('data', read)
}

/** @returns the rows of a COPY that runs on `client` */
export function copyOut(client: pg.Client, request: CopyRequest): CopyOut {
  return client.query(new CopyOut(request) as unknown as pg.Submittable) as unknown as CopyOut
}

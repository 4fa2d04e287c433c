// One statement run at the source, its rows pulled batch by batch: while nobody asks for the next, the source waits.

import { ServiceError, say } from '@tributary/rules'
import type { RecordBatch } from '../../batch.ts'
import type { RowDecoder } from './decode.ts'
import type { Login, RowPacket, Statement } from './login.ts'
import type { ColumnDefinition } from './types.ts'

/** Batches that may lie ready before the source has to wait: one is on its way while the next is read. */
const mostReady = 2

/**
 * Runs a statement and gives its rows. Left early, or at an error of ours, the statement stays under way for the login to end.
 * @throws what the source answered, what was lost, or what the decoder refused
 */
export async function* streamRows(login: Login, statement: Statement, decoder: RowDecoder): AsyncGenerator<RecordBatch> {
  const rows = new Rows(login, decoder, statement.columns)
  const end = login.begin()
  const deafen = login.onLost((error) => rows.finish(login.lossOf(error)))
  const answered = (error?: unknown): void => {
    end()
    deafen()
    rows.finish(error)
  }
  const execution = statement.execute([])
  execution.buildParserFromFields = (columns) => rows.parser(columns)
  execution.once('error', answered).once('end', () => answered(rows.isAnnounced ? undefined : changed()))
  yield* rows.batches()
}

/** Rows between the socket that brings them and the generator that gives them. */
class Rows {
  readonly #login: Login
  readonly #decoder: RowDecoder
  /** What the rows are to be of. */
  readonly #columns: readonly ColumnDefinition[]
  readonly #ready: RecordBatch[] = []
  #wake = Promise.withResolvers<void>()
  /** Whether the source has said of which columns its rows are. */
  isAnnounced = false
  #end: { readonly error: Error | undefined } | undefined

  constructor(login: Login, decoder: RowDecoder, columns: readonly ColumnDefinition[]) {
    this.#login = login
    this.#decoder = decoder
    this.#columns = columns
  }

  finish(error?: unknown): void {
    this.#end ??= { error: error === undefined || error instanceof Error ? error : new Error('the driver failed', { cause: error }) }
    this.#wake.resolve()
  }

  /** In the form in which the driver makes one for each answer. A table may have changed since the source looked at the statement. */
  parser(columns: readonly ColumnDefinition[]): new () => { next(packet: RowPacket): undefined } {
    if (this.isAnnounced || shapeOf(columns) !== shapeOf(this.#columns)) this.#fail(changed())
    this.isAnnounced = true
    const take = (packet: RowPacket): undefined => this.#take(packet)
    return class {
      next(packet: RowPacket): undefined {
        return take(packet)
      }
    }
  }

  #take({ buffer, offset, end }: RowPacket): undefined {
    if (this.#end !== undefined) return
    try {
      if (!this.#decoder.append(buffer, offset, end)) return
      const batch = this.#decoder.take()
      if (batch !== undefined) this.#ready.push(batch)
      if (this.#ready.length >= mostReady) this.#login.stream.pause()
      this.#wake.resolve()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Rows that follow are of no use. */
  #fail(error: unknown): void {
    this.finish(error)
    this.#login.stream.destroy()
  }

  async *batches(): AsyncGenerator<RecordBatch> {
    while (true) {
      const batch = this.#ready.shift()
      if (batch !== undefined) {
        yield batch
        continue
      }
      if (this.#end !== undefined) break
      this.#wake = Promise.withResolvers()
      this.#login.stream.resume()
      await this.#wake.promise
    }
    if (this.#end.error !== undefined) throw this.#end.error
    // Whatever is asked next is answered on the same stream.
    this.#login.stream.resume()
    const last = this.#decoder.take()
    if (last !== undefined) yield last
  }
}

/** TINY, SHORT, LONG, LONGLONG and INT24: types whose bytes mean something else when they are unsigned. */
const wholeNumbers: ReadonlySet<number> = new Set([1, 2, 3, 8, 9])
const unsigned = 0x20

/** VARCHAR, the BLOBs, VAR_STRING and STRING: a length and bytes, all of them. */
const texts: ReadonlySet<number> = new Set([15, 249, 250, 251, 252, 253, 254])

/** What the bytes of a row depend on. MariaDB calls a grouped timestamp unsigned in one answer and not in the next, and the type of an enum in an expression, too. */
function shapeOf(columns: readonly ColumnDefinition[]): string {
  const shape = ({ columnType, flags, decimals, characterSet }: ColumnDefinition): string =>
    texts.has(columnType)
      ? `text ${characterSet}`
      : [columnType, wholeNumbers.has(columnType) ? flags & unsigned : 0, decimals, characterSet].join(' ')
  return columns.map(shape).join()
}

function changed(): ServiceError {
  return new ServiceError('unavailable', say`the table changed while it was about to be read: run the job again`)
}

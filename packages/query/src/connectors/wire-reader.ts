// What a source says, taken as it is asked for: lines and counted bytes, for protocols that are spoken without a driver.

import type { Duplex } from 'node:stream'
import { ServiceError, say } from '@tributary/rules'

/** Longest line that a source may say. */
const mostLineBytes = 1024 * 1024

/** Reads a stream. What nobody asks for stays where it is, so that the source waits. */
export class WireReader {
  readonly #chunks: AsyncIterator<Buffer>
  /** What has come and was not asked for yet. */
  #rest: Buffer = Buffer.alloc(0)

  /** @param stream - read by nobody else; destroying it ends whoever waits */
  constructor(stream: Duplex) {
    this.#chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  }

  /**
   * The next line, without the `\n` or `\r\n` that ends it. Whoever asks for one is owed it: where an answer ends, its own words say.
   * @throws {ServiceError} `unavailable` for a line of more than 1 MiB, and where the stream ends before the line does
   * @throws what the stream was destroyed with
   */
  async line(): Promise<string> {
    const line = await this.#until((size) => {
      const end = this.#rest.indexOf('\n')
      if (end < 0 && size > mostLineBytes)
        throw new ServiceError('unavailable', say`the source said a line of more than ${mostLineBytes} bytes: ask what listens there`)
      return end < 0 ? undefined : end + 1
    })
    return line.toString('utf8').replace(/\r?\n$/, '')
  }

  /**
   * So many bytes; the caller bounds what a source may announce. They lie in memory that others of them share: copy what is to stay.
   * @throws {ServiceError} `unavailable` where the stream ends before that
   * @throws what the stream was destroyed with
   */
  async bytes(length: number): Promise<Buffer> {
    return await this.#until((size) => (size >= length ? length - (size - this.#rest.length) : undefined))
  }

  /**
   * Takes what comes up to an end: a part of its chunk, and copied only where it lies in several.
   * @param endOf - where the end is in the rest, once it is there; is told how many bytes there are with that
   */
  async #until(endOf: (size: number) => number | undefined): Promise<Buffer> {
    const parts: Buffer[] = []
    for (let size = this.#rest.length; ; size += this.#rest.length) {
      const end = endOf(size)
      if (this.#rest.length > 0) parts.push(this.#rest.subarray(0, end))
      this.#rest = this.#rest.subarray(end ?? this.#rest.length)
      if (end !== undefined) return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
      this.#rest = await this.#next()
    }
  }

  async #next(): Promise<Buffer> {
    const { done, value } = await this.#chunks.next()
    if (done === true) throw new ServiceError('unavailable', say`the source ended the connection in the middle of what it said`)
    return value
  }
}

// Sockets that are read in place: their bytes are looked at where the system put them, and no buffer is made for each read and left to collect.

import type { OnReadOpts } from 'node:net'
import type { Duplex } from 'node:stream'

/** Bytes of one read: as much as Node asks the system for. */
const readBytes = 64 * 1024

/**
 * Looks at a chunk, which is the socket's again when the call is over.
 * @returns whether it is needed for longer: then it is left alone, and the next read goes elsewhere
 */
export type Borrow = (chunk: Buffer) => boolean

/** A stream that lends its bytes. What has been read before is still told by 'data'; pausing, resuming and the end work as ever. */
export interface Lender extends Duplex {
  /** Gives every chunk to `borrow` from now on instead of to 'data'; `undefined` gives them to 'data' again. */
  lend(borrow: Borrow | undefined): void
}

/** Whether a stream lends its bytes. */
export function isLender(stream: Duplex): stream is Lender {
  return 'lend' in stream
}

/** The reads of one lending socket, which is made with {@link onread}. */
export class Reads {
  /** What to do with a chunk that nobody borrows; whether to go on reading. Set right after the socket is made. */
  push: (chunk: Buffer) => boolean = () => true
  borrow: Borrow | undefined
  #buffer = Buffer.allocUnsafeSlow(readBytes)

  /** For the socket's constructor. */
  get onread(): OnReadOpts {
    return { buffer: () => this.#buffer, callback: (size) => this.#take(this.#buffer.subarray(0, size)) }
  }

  #take(chunk: Buffer): boolean {
    if (this.borrow === undefined) return this.push(Buffer.from(chunk))
    if (this.borrow(chunk)) this.#buffer = Buffer.allocUnsafeSlow(readBytes)
    return true
  }
}

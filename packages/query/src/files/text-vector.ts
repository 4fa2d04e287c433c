// One column of text being filled, in the layout in which columns of text cross to the engine.

import type { BytesVector } from '../batch.ts'

/** Short texts are copied byte by byte, which is faster than a call for each. */
const shortText = 32

/** Takes texts in the order of their rows; they are valid UTF-8, each on its own. */
export class TextVector {
  readonly #capacity: number
  #bytes: Uint8Array<ArrayBuffer>
  #ends: Uint32Array<ArrayBuffer>
  #validity: Uint8Array<ArrayBuffer> | undefined
  #length = 0

  /** @param capacity - rows of the longest batch */
  constructor(capacity: number) {
    this.#capacity = capacity
    this.#bytes = new Uint8Array(capacity * 8)
    this.#ends = new Uint32Array(capacity)
  }

  /** Bytes of the texts so far. */
  get size(): number {
    return this.#length
  }

  /** Takes `bytes[from .. to]`. */
  append(row: number, bytes: Uint8Array, from: number, to: number): void {
    const start = this.#length
    const end = start + to - from
    if (end > this.#bytes.length) this.#grow(end)
    if (to - from <= shortText) for (let at = from; at < to; at += 1) this.#bytes[start + at - from] = bytes[at] as number
    else this.#bytes.set(bytes.subarray(from, to), start)
    this.#length = end
    this.#ends[row] = end
  }

  appendText(row: number, text: string): void {
    const bytes = Buffer.from(text, 'utf8')
    this.append(row, bytes, 0, bytes.length)
  }

  appendNull(row: number): void {
    this.#ends[row] = this.#length
    this.#validity ??= new Uint8Array(Math.ceil(this.#capacity / 64) * 8).fill(0xff)
    this.#validity[row >> 3] = (this.#validity[row >> 3] as number) & ~(1 << (row & 7))
  }

  /** Hands the column over and starts an empty one. */
  take(): BytesVector {
    const vector: BytesVector = {
      kind: 'bytes',
      bytes: this.#bytes.buffer,
      ends: this.#ends.buffer,
      validity: this.#validity?.buffer,
    }
    this.#bytes = new Uint8Array(Math.max(1024, Math.min(this.#length * 2, this.#bytes.length)))
    this.#ends = new Uint32Array(this.#capacity)
    this.#validity = undefined
    this.#length = 0
    return vector
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

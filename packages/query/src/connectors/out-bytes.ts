// Bytes on their way out: one buffer that grows, written front to back, numbers in network order.

const firstBytes = 64 * 1024
/** A buffer that one long value made large is not made as large again. */
const mostKept = 2 * 1024 * 1024
/** Short strings are copied faster byte by byte than by a call. */
const shortString = 24

/** A growing buffer, handed over when it is full enough. */
export class OutBytes {
  #bytes = Buffer.allocUnsafeSlow(firstBytes)
  #length = 0

  /** How many bytes wait to be taken. */
  get size(): number {
    return this.#length
  }

  /** Hands over what was written, and starts anew. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length)
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(firstBytes, Math.min(this.#length * 2, mostKept)))
    this.#length = 0
    return taken
  }

  byte(value: number): void {
    const at = this.#take(1)
    this.#bytes[at] = value
  }

  int16(value: number): void {
    const at = this.#take(2)
    this.#bytes[at] = value >> 8
    this.#bytes[at + 1] = value
  }

  int32(value: number): void {
    const at = this.#take(4)
    const bytes = this.#bytes
    bytes[at] = value >> 24
    bytes[at + 1] = value >> 16
    bytes[at + 2] = value >> 8
    bytes[at + 3] = value
  }

  bytes(source: Uint8Array, start: number, end: number): void {
    const size = end - start
    const at = this.#take(size)
    const bytes = this.#bytes
    if (size <= shortString) for (let i = 0; i < size; i += 1) bytes[at + i] = source[start + i] as number
    else bytes.set(source.subarray(start, end), at)
  }

  /** Text of ASCII letters alone. */
  ascii(text: string): void {
    const at = this.#take(text.length)
    const bytes = this.#bytes
    for (let i = 0; i < text.length; i += 1) bytes[at + i] = text.charCodeAt(i)
  }

  /** Writes what `write` writes, its size in 4 bytes before it. */
  sized(write: () => void): void {
    const at = this.#take(4)
    write()
    const size = this.#length - at - 4
    const bytes = this.#bytes
    bytes[at] = size >> 24
    bytes[at + 1] = size >> 16
    bytes[at + 2] = size >> 8
    bytes[at + 3] = size
  }

  /** @returns where the next `size` bytes begin */
  #take(size: number): number {
    const at = this.#length
    const end = at + size
    if (end > this.#bytes.length) this.#grow(end)
    this.#length = end
    return at
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

/** Whether a row's bit is set; without bits every value is valid. */
export function isValid(bits: Uint8Array | undefined, row: number): boolean {
  return bits === undefined || ((bits[row >> 3] as number) & (1 << (row & 7))) !== 0
}

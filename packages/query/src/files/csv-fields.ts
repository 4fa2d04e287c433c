// The fields of one line of CSV, as Spark 3.3.1 cuts them: a line is a record, and what no writer would leave is taken as it stands.

import type { ImportFormat } from '@tributary/rules'

/** Hears of a field: `bytes[from .. to]` is its value; nothing of it is NULL. */
export type TakeField = (index: number, bytes: Uint8Array, from: number, to: number) => void

/** Cuts lines. */
export class CsvFields {
  readonly #delimiter: number
  readonly #quote: number
  readonly #escape: number
  #unescaped = Buffer.alloc(256)

  constructor({ delimiter, quote, escape }: Pick<ImportFormat, 'delimiter' | 'quote' | 'escape'>) {
    this.#delimiter = delimiter.charCodeAt(0)
    this.#quote = quote.charCodeAt(0)
    this.#escape = escape.charCodeAt(0)
  }

  /** Tells of each field in turn. @returns how many there are, at least one */
  read(line: Buffer, take: TakeField): number {
    let count = 0
    let at = 0
    for (;;) {
      const end = line[at] === this.#quote ? this.#quoted(line, at, count, take) : this.#plain(line, at, count, take)
      count += 1
      if (end >= line.length) return count
      at = end + 1
    }
  }

  /** @returns where the delimiter is, or the end of the line */
  #plain(line: Buffer, from: number, index: number, take: TakeField): number {
    let end = from
    while (end < line.length && line[end] !== this.#delimiter) end += 1
    take(index, line, from, end)
    return end
  }

  #quoted(line: Buffer, from: number, index: number, take: TakeField): number {
    if (this.#unescaped.length < line.length) this.#unescaped = Buffer.alloc(line.length * 2)
    const value = this.#unescaped
    let length = 0
    for (let at = from + 1; at < line.length; at += 1) {
      const byte = line[at] as number
      const next = line[at + 1]
      const isPair = byte === this.#escape && (next === this.#quote || next === this.#escape)
      if (isPair) at += 1
      else if (byte === this.#quote) return this.#closed(line, { from, at, index }, { value, length }, take)
      value[length] = isPair ? next : byte
      length += 1
    }
    // Without its other quotation mark, it goes as far as the line does.
    take(index, value, 0, length)
    return line.length
  }

  /** Behind the other quotation mark only blanks may stand; else the field is what it looks like, marks and all. */
  #closed(
    line: Buffer,
    { from, at, index }: { readonly from: number; readonly at: number; readonly index: number },
    { value, length }: { readonly value: Buffer; readonly length: number },
    take: TakeField,
  ): number {
    let end = at + 1
    while (end < line.length && (line[end] as number) <= 32 && line[end] !== this.#delimiter) end += 1
    if (end >= line.length || line[end] === this.#delimiter) {
      take(index, value, 0, length)
      return end
    }
    while (end < line.length && line[end] !== this.#delimiter) end += 1
    take(index, line, from, end)
    return end
  }
}

/** Whether a line has nothing but blanks, which is no record. */
export function isBlank(line: Uint8Array): boolean {
  for (const byte of line) if (byte > 32) return false
  return true
}

// The lines of a file of text, compressed or not: blocks of whole lines, so that a file of any size takes little memory and a line of any length too.
//
//   chunks of bytes   →   "a,b\nc,"  "d\r\ne"   →   block "a,b"   block "c,d", "e"

import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { createGunzip, createInflate } from 'node:zlib'
import { maxRecordBytes, ServiceError, say } from '@tributary/rules'
import type { ImportFile } from '../source.ts'

/** One line. `bytes` are those of the file, without the line end; `isUtf8` says whether they are text; one that is too long is cut. */
export interface Line {
  readonly bytes: Buffer
  readonly isUtf8: boolean
  readonly isTooLong: boolean
}

/** Lines that were read together, and how much of the file has been read with them. */
export interface LineBlock {
  readonly lines: readonly Line[]
  readonly readBytes: number
}

const chunkBytes = 1 << 20
/** What is kept of a line that is too long. */
const keptOfLong = 1 << 12
const lineFeed = 10
const carriageReturn = 13
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * Reads a file in blocks of lines; lines end in LF, CR LF or CR, and a byte order mark at the start is left out.
 * @throws {ServiceError} `semantic` for a file that is not compressed as its name says
 * @throws the signal's reason
 */
export async function* readLines(file: ImportFile, signal: AbortSignal): AsyncIterable<LineBlock> {
  const source = createReadStream(file.path, { highWaterMark: chunkBytes, signal })
  const stream =
    file.compress === 'none'
      ? source
      : source.pipe(file.compress === 'gzip' ? createGunzip({ chunkSize: chunkBytes }) : createInflate({ chunkSize: chunkBytes }))
  if (stream !== source) source.on('error', (error) => stream.destroy(error))
  const splitter = new LineSplitter()
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const lines = splitter.push(chunk)
      if (lines.length > 0) yield { lines, readBytes: source.bytesRead }
    }
    yield { lines: splitter.end(), readBytes: source.bytesRead }
  } catch (error) {
    signal.throwIfAborted()
    throw tellUnreadable(error, file.name)
  } finally {
    source.destroy()
  }
}

function tellUnreadable(error: unknown, name: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!/^(?:Z_|ERR_ZLIB)/.test(code)) return error
  return new ServiceError('semantic', say`${name} cannot be uncompressed as its name says: it is damaged, or compressed in another way`, {
    cause: error,
  })
}

/** Cuts chunks into lines. */
class LineSplitter {
  /** What came since the last line end. */
  #rest: Buffer[] = []
  #restBytes = 0
  #isFirst = true
  /** A line that is too long: what is kept of it, while its end is looked for. */
  #long: Buffer | undefined

  push(sent: Buffer): readonly Line[] {
    const chunk = this.#isFirst ? this.#withoutMark(sent) : sent
    const end = endOfLines(chunk)
    if (end === 0) {
      this.#keep(chunk)
      return []
    }
    const lines = this.#linesOf(Buffer.concat([...this.#rest, chunk.subarray(0, end)]))
    this.#rest = []
    this.#restBytes = 0
    this.#keep(chunk.subarray(end))
    return lines
  }

  end(): readonly Line[] {
    const lines = this.#linesOf(Buffer.concat(this.#rest))
    return this.#long === undefined ? lines : [...lines, this.#takeLong(this.#long)]
  }

  /** Holds what may be the start of a line; of one that is too long, no more than its start. */
  #keep(chunk: Buffer): void {
    if (this.#long !== undefined || chunk.length === 0) return
    this.#rest.push(chunk)
    this.#restBytes += chunk.length
    if (this.#restBytes <= maxRecordBytes) return
    this.#long = Buffer.concat(this.#rest).subarray(0, keptOfLong)
    this.#rest = []
    this.#restBytes = 0
  }

  #withoutMark(chunk: Buffer): Buffer {
    this.#isFirst = false
    return chunk.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? chunk.subarray(byteOrderMark.length) : chunk
  }

  #linesOf(block: Buffer): readonly Line[] {
    if (block.length === 0) return []
    const data = block.includes(carriageReturn) ? withoutReturns(block) : block
    const isText = isUtf8(data)
    const lines: Line[] = []
    for (let at = 0; at < data.length; ) {
      const found = data.indexOf(lineFeed, at)
      const end = found < 0 ? data.length : found
      lines.push(this.#long === undefined ? lineOf(data.subarray(at, end), isText) : this.#takeLong(this.#long))
      at = end + 1
    }
    return lines
  }

  #takeLong(bytes: Buffer): Line {
    this.#long = undefined
    return { bytes, isUtf8: true, isTooLong: true }
  }
}

function lineOf(bytes: Buffer, isText: boolean): Line {
  if (bytes.length > maxRecordBytes) return { bytes: bytes.subarray(0, keptOfLong), isUtf8: true, isTooLong: true }
  return { bytes, isUtf8: isText || isUtf8(bytes), isTooLong: false }
}

/** Behind the last line end; a CR at the very end may be half of one. */
function endOfLines(data: Buffer): number {
  const feed = data.lastIndexOf(lineFeed)
  if (feed >= 0) return feed + 1
  return data.lastIndexOf(carriageReturn, data.length - 2) + 1
}

function withoutReturns(block: Buffer): Buffer {
  return Buffer.from(block.toString('latin1').replaceAll(/\r\n?/g, '\n'), 'latin1')
}

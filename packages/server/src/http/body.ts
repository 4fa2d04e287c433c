// Reads request bodies: the raw bytes first, which signatures cover, and their JSON when the call is known to take any.

import type { IncomingMessage } from 'node:http'
import { ServiceError, say } from '@tributary/rules'

/** The body was larger than it may be; answered with 413. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
  readonly limitBytes: number

  constructor(limitBytes: number) {
    super('the body is too large')
    this.limitBytes = limitBytes
  }
}

/** Of a request that has none. */
export const emptyBody = Buffer.alloc(0)

/** Whether there is anything to read. A body may come with every method. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length']
  return (length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined
}

/**
 * Reads a request to its end, whatever its method and content type say.
 * @param reserve - is told of bytes before they are kept, those that are announced at once; what it throws ends the reading
 * @throws {BodyTooLarge} as soon as the limit is passed; the rest is not read
 */
export async function readBody(request: IncomingMessage, limitBytes: number, reserve: (bytes: number) => void): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limitBytes) throw new BodyTooLarge(limitBytes)
  if (announced === 0 && request.headers['transfer-encoding'] === undefined) return emptyBody
  if (request.destroyed) throw cutShort()
  reserve(announced)
  const gathered = announced === 0 ? new Pieces() : new Announced(announced)
  let size = 0
  // not iterated: leaving a loop early would destroy the socket that the answer needs
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      try {
        if (size > limitBytes) throw new BodyTooLarge(limitBytes)
        // A body in pieces announces nothing.
        if (announced === 0) reserve(chunk.length)
        gathered.add(chunk)
      } catch (error) {
        request.removeAllListeners('data')
        request.resume()
        reject(error)
      }
    })
    request.once('end', () => resolve(gathered.whole))
    request.once('error', reject)
    request.once('close', () => {
      if (!request.complete) reject(cutShort())
    })
  })
}

/** A body of known size, put in its place as it comes: pieces that wait to be joined would take its memory twice. */
class Announced {
  readonly #bytes: number
  #whole: Buffer = emptyBody
  #size = 0

  constructor(bytes: number) {
    this.#bytes = bytes
  }

  add(chunk: Buffer): void {
    // Most come in one piece.
    if (chunk.length === this.#bytes) this.#whole = chunk
    else this.#place(chunk)
  }

  get whole(): Buffer {
    return this.#whole
  }

  #place(chunk: Buffer): void {
    if (this.#size === 0) this.#whole = Buffer.allocUnsafe(this.#bytes)
    this.#size += chunk.copy(this.#whole, this.#size)
  }
}

/** A body whose size nobody knows before its end. */
class Pieces {
  readonly #chunks: Buffer[] = []

  add(chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  get whole(): Buffer {
    return Buffer.concat(this.#chunks)
  }
}

function cutShort(): ServiceError {
  return new ServiceError('invalid', say`the request ended before its body did`)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads JSON whatever the content type says; an empty body and `null` are `{}`.
 * @throws {ServiceError} `invalid` when it is not UTF-8 or not JSON
 */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return {}
  try {
    const text = utf8.decode(bytes)
    return text.trim() === '' ? {} : (JSON.parse(text) ?? {})
  } catch (cause) {
    throw new ServiceError('invalid', say`the body is not JSON in UTF-8`, { cause })
  }
}

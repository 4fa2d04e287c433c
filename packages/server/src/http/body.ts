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
  const chunks: Buffer[] = []
  let size = 0
  // not iterated: leaving a loop early would destroy the socket that the answer needs
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      try {
        if (size > limitBytes) throw new BodyTooLarge(limitBytes)
        // A body in pieces announces nothing.
        if (announced === 0) reserve(chunk.length)
        chunks.push(chunk)
      } catch (error) {
        request.removeAllListeners('data')
        request.resume()
        reject(error)
      }
    })
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)))
    request.once('error', reject)
    request.once('close', () => {
      if (!request.complete) reject(cutShort())
    })
  })
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

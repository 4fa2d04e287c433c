// Reads request bodies: the raw bytes first, which signatures cover, and their JSON when the call is known to take any.

import type { IncomingMessage } from 'node:http'
import { ServiceError } from '@tributary/rules'

/** 12 MB: what a signed request may carry, and so every request. */
export const bodyLimitBytes = 12 * 1024 * 1024

/** The body was larger than {@link bodyLimitBytes}; answered with 413. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

const nothing = Buffer.alloc(0)

/**
 * Reads a request to its end, whatever its method and content type say.
 * @throws {BodyTooLarge} as soon as the limit is passed; the rest is not read
 */
export async function readBody(request: IncomingMessage, limitBytes = bodyLimitBytes): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limitBytes) throw new BodyTooLarge()
  if (announced === 0 && request.headers['transfer-encoding'] === undefined) return nothing
  if (request.destroyed) throw cutShort()
  const chunks: Buffer[] = []
  let size = 0
  // not iterated: leaving a loop early would destroy the socket that the answer needs
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limitBytes) {
        request.removeAllListeners('data')
        request.resume()
        reject(new BodyTooLarge())
        return
      }
      chunks.push(chunk)
    })
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)))
    request.once('error', reject)
    request.once('close', () => {
      if (!request.complete) reject(cutShort())
    })
  })
}

function cutShort(): ServiceError {
  return new ServiceError('invalid', 'the request ended before its body did')
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
    throw new ServiceError('invalid', 'the body is not JSON in UTF-8', { cause })
  }
}

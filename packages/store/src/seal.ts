// Secrets at rest: AES-256-GCM under a key that lies outside the database, bound to the row they belong to.

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'

const format = 'v1'
const nonceBytes = 12
const tagBytes = 16

/** Seals and opens values. A value opens in its own place alone: swapped rows fail. */
export class Seal {
  readonly #key: KeyObject

  /** @param key - 32 bytes */
  constructor(key: Buffer) {
    if (key.length !== 32) throw new Error('a sealing key has 32 bytes')
    this.#key = createSecretKey(key)
  }

  /** @param place - the row and column, for instance `auth_infos/<id>/secrets`; @returns text, about 4/3 of the value's length */
  seal(text: string, place: string): string {
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    cipher.setAAD(Buffer.from(place))
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return `${format}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`
  }

  /** @throws {Error} when the value was sealed in another place, under another key, or was changed; the error holds nothing of it */
  open(sealed: string, place: string): string {
    const [version, text] = sealed.split('.')
    const bytes = Buffer.from(text ?? '', 'base64url')
    if (version !== format || bytes.length < nonceBytes + tagBytes) throw new Error(`the sealed value at ${place} is damaged`)
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, nonceBytes))
    decipher.setAAD(Buffer.from(place))
    decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
    try {
      return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
    } catch {
      throw new Error(`the sealed value at ${place} does not open: is it the sealing key that this database was written with?`)
    }
  }
}

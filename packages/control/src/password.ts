// Passwords: hashed with argon2id, so that a stolen database does not give them away; few at a time, because each needs memory and time.

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { ServiceError, say } from '@tributary/rules'

// 19 MiB, 2 passes: about 40 ms on a small machine. See OWASP's password storage recommendations.
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const
const mostRunning = 2
const mostWaiting = 200

let running = 0
const waiting: (() => void)[] = []

/** @returns text with everything that {@link verifyPassword} needs */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await derive(password, nonce)
  return `argon2id.${cost.memory}.${cost.passes}.${nonce.toString('base64url')}.${tag.toString('base64url')}`
}

/**
 * Compares in constant time.
 * @param hash - as made by {@link hashPassword}; `undefined` for a user who does not exist, which takes as long
 * @throws {ServiceError} `throttled` when too many wait
 */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, , , nonce = '', tag = ''] = (hash ?? `argon2id.${cost.memory}.${cost.passes}.AAAAAAAAAAAAAAAAAAAAAA.`).split('.')
  const found = await derive(password, Buffer.from(nonce, 'base64url'))
  const wanted = Buffer.from(tag, 'base64url')
  return wanted.length === found.length && timingSafeEqual(wanted, found)
}

async function derive(password: string, nonce: Buffer): Promise<Buffer> {
  await enter()
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      argon2('argon2id', { message: password, nonce, ...cost }, (error, tag) => (error === null ? resolve(tag) : reject(error)))
    })
  } finally {
    leave()
  }
}

async function enter(): Promise<void> {
  if (running < mostRunning) {
    running += 1
    return
  }
  if (waiting.length >= mostWaiting)
    throw new ServiceError('throttled', say`too many sign-ins at once: try again in a few seconds`, { retryAfterSeconds: 5 })
  await new Promise<void>((resolve) => waiting.push(resolve))
}

/** Hands its place on, or gives it back. */
function leave(): void {
  const next = waiting.shift()
  if (next === undefined) running -= 1
  else next()
}

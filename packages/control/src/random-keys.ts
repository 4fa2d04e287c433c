// Keys and ids that nobody can guess.

import { randomInt } from 'node:crypto'

/** 20 characters, as published access keys have. */
export function randomAccessKey(): string {
  return randomText('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 20)
}

/** 40 characters. */
export function randomSecretKey(): string {
  return randomText('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 40)
}

/** 32 hex characters, as accounts, users and projects have in practice. */
export function compactId(uuid: string): string {
  return uuid.replaceAll('-', '')
}

function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('')
}

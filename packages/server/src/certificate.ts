// A certificate and its private key, read from files and judged before anybody is served under them.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { UsageError } from './settings.ts'

/** A certificate with its chain and its private key, both PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  /** ms since the epoch. */
  readonly expiresAt: number
}

/** Reads a certificate and its key. @throws {UsageError} when they cannot be read, are over, or do not belong together */
export function readCertificate(certPath: string, keyPath: string): Certificate {
  const cert = readText(certPath, '--tls-cert')
  const key = readText(keyPath, '--tls-key')
  const leaf = parsed(() => new X509Certificate(cert), `--tls-cert: ${certPath} holds no certificate in PEM`)
  const secret = parsed(() => createPrivateKey(key), `--tls-key: ${keyPath} holds no private key in PEM without a passphrase`)
  if (!leaf.checkPrivateKey(secret)) throw new UsageError(`--tls-key: ${keyPath} is not the key of ${certPath}`)
  const expiresAt = leaf.validToDate.getTime()
  if (expiresAt <= Date.now()) throw new UsageError(`--tls-cert: ${certPath} was valid until ${leaf.validToDate.toISOString()}: renew it`)
  return { cert, key, expiresAt }
}

function readText(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`${flag}: ${path} cannot be read: ${(error as Error).message}`)
  }
}

/** @throws {UsageError} with the message alone: what a parser says may quote the file */
function parsed<Value>(parse: () => Value, message: string): Value {
  try {
    return parse()
  } catch {
    throw new UsageError(message)
  }
}

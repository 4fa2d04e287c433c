// Signs requests with an access key: SDK-HMAC-SHA256 over method, path, query, host, date and body.

import { createHash, createHmac } from 'node:crypto'

/** An access key and its secret. */
export interface KeyPair {
  readonly accessKey: string
  readonly secretKey: string
}

/** What is signed; the body exactly as it is sent. */
export interface Signable {
  readonly method: string
  readonly url: URL
  readonly body: string
}

const algorithm = 'SDK-HMAC-SHA256'
const signedHeaders = 'host;x-sdk-date'

/**
 * The headers that a signed request carries.
 * @param now - the server takes it for 15 minutes before and after
 */
export function signatureHeaders({ accessKey, secretKey }: KeyPair, { method, url, body }: Signable, now: Date): Record<string, string> {
  const date = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const path = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`
  const headers = `host:${url.host}\nx-sdk-date:${date}\n`
  const canonical = [method, encodePath(path), canonicalQuery(url), headers, signedHeaders, sha256(body)].join('\n')
  const signature = createHmac('sha256', secretKey)
    .update([algorithm, date, sha256(canonical)].join('\n'))
    .digest('hex')
  return { 'x-sdk-date': date, authorization: `${algorithm} Access=${accessKey}, SignedHeaders=${signedHeaders}, Signature=${signature}` }
}

function encodePath(path: string): string {
  return path
    .split('/')
    .map((segment) => encode(decodeURIComponent(segment)))
    .join('/')
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

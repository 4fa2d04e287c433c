// SDK-HMAC-SHA256: parses and verifies AK/SK signatures of requests, with what the official signers are known to do differently.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** Requests are taken for `toleranceMs` before and after the time they were signed at. */
export const skewMs = 15 * 60 * 1000

/** A request as it came over the wire, before anything is parsed. */
export interface SignedRequest {
  readonly method: string
  /** Path and query exactly as received. */
  readonly url: string
  /** Name and value in turn, as received, repeated names included. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** True when the call reads its body: then the signature must cover it. */
  readonly takesBody: boolean
}

/** The parts of an `Authorization` header of this scheme. */
export interface Authorization {
  readonly accessKey: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const algorithm = 'SDK-HMAC-SHA256'

/** True when the header belongs to a signature scheme, supported or not. */
export function isSignature(authorization: string | undefined): authorization is string {
  return authorization !== undefined && /^(SDK|V11)-[A-Z0-9-]+\s/.test(authorization)
}

/** @returns the parts, or `undefined` for another algorithm or a malformed header; blanks around commas do not matter */
export function parseAuthorization(header: string): Authorization | undefined {
  if (!header.startsWith(`${algorithm} `)) return undefined
  const parts = new Map(
    header
      .slice(algorithm.length)
      .split(',')
      .map((part) => {
        const at = part.indexOf('=')
        return [part.slice(0, at).trim(), part.slice(at + 1).trim()]
      }),
  )
  const accessKey = parts.get('Access')
  const signature = parts.get('Signature')
  const signedHeaders = parts.get('SignedHeaders')?.split(';')
  if (!accessKey || !signedHeaders || signature === undefined || !/^[0-9a-f]{64}$/.test(signature)) return undefined
  return { accessKey, signedHeaders, signature }
}

/**
 * Says when a request was signed.
 * @returns ms since the epoch, or `undefined` without a well-formed `X-Sdk-Date`
 */
export function signedAt(headers: Readonly<Record<string, string | string[] | undefined>>): number | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(String(headers['x-sdk-date'] ?? ''))
  if (parts === null) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [number, number, number, number, number, number]
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/**
 * Verifies a signature in constant time. Two encodings of the path and two orders of the query are in use among official signers; any match is valid.
 * Whether the date lies within {@link skewMs} is the caller's to check.
 */
export function verifySignature(request: SignedRequest, authorization: Authorization, secretKey: string): boolean {
  if (!authorization.signedHeaders.includes('x-sdk-date')) return false
  const hashes = payloadHashes(request)
  const given = Buffer.from(authorization.signature, 'hex')
  const [path, query] = splitUrl(request.url)
  const headers = canonicalHeaders(request.rawHeaders, authorization.signedHeaders)
  const date = lastHeader(request.rawHeaders, 'x-sdk-date')
  let valid = false
  for (const uri of new Set([canonicalPath(path, decode), canonicalPath(path, asIs)])) {
    for (const search of new Set(canonicalQueries(query))) {
      for (const hash of hashes) {
        const canonical = [request.method, uri, search, headers, authorization.signedHeaders.join(';'), hash].join('\n')
        const signature = hmac(secretKey, [algorithm, date, sha256(canonical)].join('\n'))
        valid = timingSafeEqual(signature, given) || valid
      }
    }
  }
  return valid
}

/**
 * What may stand for the body in a signature. A hash that the caller sent must be the true one; `UNSIGNED-PAYLOAD` counts only where nothing is read
 * from the body. Some signers sign the true hash although they sent the other, so it always counts.
 */
function payloadHashes(request: SignedRequest): readonly string[] {
  const sent = lastHeader(request.rawHeaders, 'x-sdk-content-sha256')
  const actual = sha256(request.body)
  if (sent === undefined || sent === actual) return [actual]
  if (sent === 'UNSIGNED-PAYLOAD') return request.takesBody ? [] : [sent, actual]
  return []
}

function splitUrl(url: string): [string, string] {
  const at = url.indexOf('?')
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)]
}

function canonicalPath(path: string, read: (segment: string) => string): string {
  const encoded = path
    .split('/')
    .map((segment) => encode(read(segment)))
    .join('/')
  return encoded.endsWith('/') ? encoded : `${encoded}/`
}

/** Sorted by what names and values mean, and by what they look like when encoded: the signers differ. */
function canonicalQueries(query: string): readonly string[] {
  if (query === '') return ['']
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=')
      const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
      return [decodeForm(name), decodeForm(value)] as const
    })
  const encoded = pairs.map(([name, value]) => [encode(name), encode(value)] as const)
  const print = (list: readonly (readonly [string, string])[]) => list.map(([name, value]) => `${name}=${value}`).join('&')
  return [
    print([...pairs].sort(byNameThenValue).map(([name, value]) => [encode(name), encode(value)] as const)),
    print([...encoded].sort(byNameThenValue)),
  ]
}

function byNameThenValue(one: readonly [string, string], other: readonly [string, string]): number {
  return compare(one[0], other[0]) || compare(one[1], other[1])
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** Several lines of one name give several lines, sorted by value. */
function canonicalHeaders(rawHeaders: readonly string[], names: readonly string[]): string {
  return names.flatMap((name) => [...headerValues(rawHeaders, name)].sort(compare).map((value) => `${name}:${value.trim()}\n`)).join('')
}

function headerValues(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) values.push(rawHeaders[index + 1] as string)
  }
  // Node reads header bytes as latin1; signers hash UTF-8
  return (values.length === 0 ? [''] : values).map((value) => Buffer.from(value, 'latin1').toString('utf8'))
}

function lastHeader(rawHeaders: readonly string[], name: string): string | undefined {
  const value = headerValues(rawHeaders, name).at(-1)?.trim()
  return value === '' ? undefined : value
}

function asIs(segment: string): string {
  return segment
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function decodeForm(text: string): string {
  return decode(text.replaceAll('+', ' '))
}

/** Percent-encodes everything but `A-Z a-z 0-9 - _ . ~`; lone surrogates become U+FFFD as they do on the wire. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(secretKey: string, text: string): Buffer {
  return createHmac('sha256', secretKey).update(text).digest()
}

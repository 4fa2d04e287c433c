// SDK-HMAC-SHA256: parses and verifies AK/SK signatures of requests, with what the official signers are known to do differently.

import { hash, timingSafeEqual } from 'node:crypto'

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
  const parts: Record<string, string> = {}
  for (const part of header.slice(algorithm.length).split(',')) {
    const at = part.indexOf('=')
    const name = part.slice(0, at).trim()
    if (name === 'Access' || name === 'SignedHeaders' || name === 'Signature') parts[name] = part.slice(at + 1).trim()
  }
  const { Access: accessKey, SignedHeaders: signedHeaders, Signature: signature } = parts
  if (!accessKey || signedHeaders === undefined || signature === undefined || !/^[0-9a-f]{64}$/.test(signature)) return undefined
  return { accessKey, signedHeaders: signedHeaders.split(';'), signature }
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
 * Where they come to the same, as they mostly do, there is one to compute. Whether the date lies within {@link skewMs} is the caller's to check.
 */
export function verifySignature(request: SignedRequest, authorization: Authorization, secretKey: string): boolean {
  if (!authorization.signedHeaders.includes('x-sdk-date')) return false
  const sent = new SentHeaders(request.rawHeaders)
  const given = Buffer.from(authorization.signature, 'hex')
  const [path, query] = splitUrl(request.url)
  const headers = `${canonicalHeaders(sent, authorization.signedHeaders)}\n${authorization.signedHeaders.join(';')}`
  const date = sent.last('x-sdk-date')
  let valid = false
  for (const uri of canonicalPaths(path)) {
    for (const search of canonicalQueries(query)) {
      for (const payload of payloadHashes(request, sent)) {
        const canonical = `${request.method}\n${uri}\n${search}\n${headers}\n${payload}`
        const signature = hmac(secretKey, `${algorithm}\n${date}\n${sha256(canonical)}`)
        valid = timingSafeEqual(signature, given) || valid
      }
    }
  }
  return valid
}

const hashOfNothing = sha256('')

/**
 * What may stand for the body in a signature. A hash that the caller sent must be the true one; `UNSIGNED-PAYLOAD` counts only where nothing is read
 * from the body. Some signers sign the true hash although they sent the other, so it always counts.
 */
function payloadHashes(request: SignedRequest, headers: SentHeaders): readonly string[] {
  const sent = headers.last('x-sdk-content-sha256')
  const actual = request.body.length === 0 ? hashOfNothing : sha256(request.body)
  if (sent === undefined || sent === actual) return [actual]
  if (sent === 'UNSIGNED-PAYLOAD') return request.takesBody ? [] : [sent, actual]
  return []
}

function splitUrl(url: string): [string, string] {
  const at = url.indexOf('?')
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)]
}

const plainPath = /^[A-Za-z0-9\-._~/]*$/

/** Each once. A path of plain characters is its own encoding. */
function canonicalPaths(path: string): readonly string[] {
  if (plainPath.test(path)) return [path.endsWith('/') ? path : `${path}/`]
  return distinct([canonicalPath(path, decode), canonicalPath(path, asIs)])
}

function canonicalPath(path: string, read: (segment: string) => string): string {
  const encoded = path
    .split('/')
    .map((segment) => encode(read(segment)))
    .join('/')
  return encoded.endsWith('/') ? encoded : `${encoded}/`
}

const noQuery: readonly string[] = ['']

/** Each once: sorted by what names and values mean, and by what they look like when encoded: the signers differ. */
function canonicalQueries(query: string): readonly string[] {
  if (query === '') return noQuery
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
  return distinct([
    print([...pairs].sort(byNameThenValue).map(([name, value]) => [encode(name), encode(value)] as const)),
    print([...encoded].sort(byNameThenValue)),
  ])
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}

function byNameThenValue(one: readonly [string, string], other: readonly [string, string]): number {
  return compare(one[0], other[0]) || compare(one[1], other[1])
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** Several lines of one name give several lines, sorted by value. */
function canonicalHeaders(sent: SentHeaders, names: readonly string[]): string {
  let lines = ''
  for (const name of names) {
    for (const value of sent.values(name)) lines += `${name}:${value.trim()}\n`
  }
  return lines
}

/** Headers as they came over the wire, found by their names in lower case. */
class SentHeaders {
  readonly #raw: readonly string[]
  readonly #names: readonly string[]

  constructor(raw: readonly string[]) {
    this.#raw = raw
    const names: string[] = []
    for (let index = 0; index + 1 < raw.length; index += 2) names.push((raw[index] as string).toLowerCase())
    this.#names = names
  }

  /** Sorted; one empty value for a name that was not sent. */
  values(name: string): readonly string[] {
    const first = this.#names.indexOf(name)
    if (first < 0) return ['']
    const values = [this.#value(first)]
    for (let index = this.#names.indexOf(name, first + 1); index >= 0; index = this.#names.indexOf(name, index + 1)) {
      values.push(this.#value(index))
    }
    return values.length === 1 ? values : values.sort(compare)
  }

  /** The last one of a name that was sent and is not empty. */
  last(name: string): string | undefined {
    const index = this.#names.lastIndexOf(name)
    const value = index < 0 ? '' : this.#value(index).trim()
    return value === '' ? undefined : value
  }

  /** Node reads header bytes as latin1; signers hash UTF-8. */
  #value(index: number): string {
    const value = this.#raw[2 * index + 1] as string
    return isAscii.test(value) ? value : Buffer.from(value, 'latin1').toString('utf8')
  }
}

// Unlike the range itself, this needs no control character in the source.
const isAscii = /^[^\u0080-\u{10ffff}]*$/u

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
  return hash('sha256', data)
}

const blockBytes = 64

/**
 * HMAC-SHA-256 as RFC 2104 builds it from the hash. Node's own makes an object outside the heap each time, as does a digest that is given as bytes, and
 * those cost more to collect than the hashing; the tests hold this against it.
 */
export function hmac(secretKey: string, text: string): Buffer {
  const sent = Buffer.from(secretKey)
  const key = sent.length > blockBytes ? Buffer.from(digest(sent), 'latin1') : sent
  const inner = Buffer.allocUnsafe(blockBytes + Buffer.byteLength(text))
  const outer = Buffer.allocUnsafe(blockBytes + 32)
  for (let index = 0; index < blockBytes; index++) {
    const byte = key[index] ?? 0
    inner[index] = byte ^ 0x36
    outer[index] = byte ^ 0x5c
  }
  inner.write(text, blockBytes)
  outer.write(digest(inner), blockBytes, 'latin1')
  return Buffer.from(digest(outer), 'latin1')
}

/** One character per byte. */
function digest(data: Buffer): string {
  return hash('sha256', data, 'binary')
}

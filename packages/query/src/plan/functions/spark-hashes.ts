// Spark's own hashes of bytes, worked out in JavaScript: SQL has no arithmetic that overflows.

import { createHash } from 'node:crypto'

/**
 * Murmur3 of 32 bits as Spark has it: bytes behind the last whole word are mixed in one by one, each with its sign, which is not as the inventor's.
 * @param seed - a signed number of 32 bits
 * @returns a signed number of 32 bits
 * @see Spark 3.3.1, Murmur3_x86_32.hashUnsafeBytes
 */
export function murmur3(bytes: Buffer, seed: number): number {
  const aligned = bytes.length - (bytes.length % 4)
  let hash = seed
  for (let at = 0; at < aligned; at += 4) hash = mixed(hash, bytes.readInt32LE(at))
  for (let at = aligned; at < bytes.length; at += 1) hash = mixed(hash, bytes.readInt8(at))
  hash ^= bytes.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

function mixed(hash: number, word: number): number {
  const scrambled = Math.imul(rotated(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593)
  return (Math.imul(rotated(hash ^ scrambled, 13), 5) + 0xe6546b64) | 0
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}

const primes = [0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n, 0x85ebca77c2b2ae63n, 0x27d4eb2f165667c5n] as const
const [prime1, prime2, prime3, prime4, prime5] = primes
const stripe = 32

/**
 * XXH64.
 * @param seed - a signed number of 64 bits
 * @returns a signed number of 64 bits
 * @see https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */
export function xxh64(bytes: Buffer, seed: bigint): bigint {
  const start = low(seed)
  let at = bytes.length - (bytes.length % stripe)
  let hash = at === 0 ? low(start + prime5) : stripes(bytes.subarray(0, at), start)
  hash = low(hash + BigInt(bytes.length))
  for (; at + 8 <= bytes.length; at += 8) hash = low(turned(hash ^ round(0n, bytes.readBigUInt64LE(at)), 27n) * prime1 + prime4)
  if (at + 4 <= bytes.length) {
    hash = low(turned(hash ^ low(BigInt(bytes.readUInt32LE(at)) * prime1), 23n) * prime2 + prime3)
    at += 4
  }
  for (; at < bytes.length; at += 1) hash = low(turned(hash ^ low(BigInt(bytes[at] ?? 0) * prime5), 11n) * prime1)
  hash = low((hash ^ (hash >> 33n)) * prime2)
  hash = low((hash ^ (hash >> 29n)) * prime3)
  return BigInt.asIntN(64, hash ^ (hash >> 32n))
}

/** Four lanes, each over every fourth word. */
function stripes(bytes: Buffer, seed: bigint): bigint {
  const lanes = [low(seed + prime1 + prime2), low(seed + prime2), seed, low(seed - prime1)]
  for (let at = 0; at < bytes.length; at += stripe)
    lanes.forEach((lane, index) => (lanes[index] = round(lane, bytes.readBigUInt64LE(at + index * 8))))
  const turns = [1n, 7n, 12n, 18n]
  const joined = low(lanes.reduce((sum, lane, index) => sum + turned(lane, turns[index] ?? 0n), 0n))
  return lanes.reduce((hash, lane) => low((hash ^ round(0n, lane)) * prime1 + prime4), joined)
}

function round(lane: bigint, word: bigint): bigint {
  return low(turned(low(lane + word * prime2), 31n) * prime1)
}

function turned(word: bigint, bits: bigint): bigint {
  return low(word << bits) | (word >> (64n - bits))
}

function low(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}

/** SHA-2 as hexadecimal digits; 0 bits are 256. @returns `null` for a length that SHA-2 has not */
export function sha2(bytes: Buffer, bits: number): string | null {
  const length = bits === 0 ? 256 : bits
  return [224, 256, 384, 512].includes(length) ? createHash(`sha${length}`).update(bytes).digest('hex') : null
}

// Functions that turn bytes into digests and other letters.

import { ServiceError, say } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { refusalSql } from '../refusal.ts'
import { argument, once, typed, wholeConstant } from './arguments.ts'
import type { Named, SparkFunction } from './function.ts'

const stringType = { kind: 'string' } as const

/** SHA-2 of 0 or 256 bits; DuckDB has no other length, and one that SHA-2 has not is NULL. */
function sha2(args: readonly Bound[]): Rewritten {
  const bits = wholeConstant(args[1] as Bound, say`the bits of sha2`)
  const bytes = argument(args[0] as Bound, 'binary').sql
  if (bits === 0 || bits === 256) return { sql: `sha256(${bytes})`, type: stringType }
  if ([224, 384, 512].includes(bits)) throw new ServiceError('unsupported', say`sha2 of ${bits} bits is not offered; use 256`)
  return { sql: 'CAST(NULL AS VARCHAR)', type: stringType }
}

/** The table of CRC-32, polynomial 0xEDB88320. */
const checks = Array.from({ length: 256 }, (_none, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value >>> 0
})

/** CRC-32, byte by byte over the hexadecimal digits. */
function crc32(bytes: string): string {
  return once(bytes, 'crc_b', (value) => {
    const codes = `list_transform(regexp_extract_all(hex(${value}), '..'), lambda crc_h: CAST('0x' || crc_h AS BIGINT))`
    const step = `xor(crc_s >> 8, ([${checks.join(',')}]::BIGINT[])[(xor(crc_s, crc_c) & 255) + 1])`
    const folded = `list_reduce(list_prepend(CAST(4294967295 AS BIGINT), ${codes}), lambda crc_s, crc_c: ${step})`
    return `CASE WHEN ${value} IS NOT NULL THEN xor(${folded}, CAST(4294967295 AS BIGINT)) END`
  })
}

/** Base64 as it should be; other letters, which Java skips, are refused. */
function unbase64(text: string): string {
  return once(text, 'b64_t', (letters) => {
    const refusal = refusalSql(say`unbase64 of text that is not whole base64 is not offered`)
    return `CASE WHEN regexp_full_match(${letters}, '(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?') THEN from_base64(${letters}) WHEN ${letters} IS NOT NULL THEN CAST(${refusal} AS BLOB) END`
  })
}

const digest = (name: string): SparkFunction => typed({ takes: ['binary'], gives: 'string' }, (bytes) => `${name}(${bytes})`)

/** Functions of digests, by name. */
export const hashFunctions: Named<SparkFunction> = {
  base64: typed({ takes: ['binary'], gives: 'string' }, (bytes) => `to_base64(${bytes})`),
  crc32: typed({ takes: ['binary'], gives: 'bigint' }, (bytes = '') => crc32(bytes)),
  md5: digest('md5'),
  sha: digest('sha1'),
  sha1: digest('sha1'),
  sha2: { arity: [2, 2], rewrite: sha2 },
  unbase64: typed({ takes: ['string'], gives: 'binary' }, (text = '') => unbase64(text)),
}

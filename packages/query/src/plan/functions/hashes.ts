// Functions that turn bytes into digests and other letters.

import { type ColumnType, countsMonths, ServiceError, say } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { unscaled } from '../decimal-digits.ts'
import { refusalSql } from '../refusal.ts'
import { duckType, quoteName, typeName } from '../spark-types.ts'
import { argument, once, typed } from './arguments.ts'
import { anyCount, type Named, type SparkFunction } from './function.ts'
import { type Carrier, ownNames } from './own-names.ts'

const stringType = { kind: 'string' } as const

/** SHA-2 of 224, 256, 384 or 512 bits; 0 is 256, and a length that SHA-2 has not is NULL. DuckDB has that of 256 itself. */
function sha2(args: readonly Bound[]): Rewritten {
  const [bytes, bits] = [argument(args[0] as Bound, 'binary').sql, argument(args[1] as Bound, 'int')]
  const isOwn = bits.constant === '0' || bits.constant === '256'
  return { sql: isOwn ? `sha256(${bytes})` : `${ownNames.sha2}(${bytes}, ${bits.sql})`, type: stringType }
}

/** A value as its hash reads it. */
interface Carried {
  readonly carrier: Carrier
  readonly sql: string
}

/**
 * What a hash reads of a value: its fields one by one where it is a struct, nothing where it is a bare NULL.
 * @throws {ServiceError} `semantic` for a map, as in Spark; `unsupported` for an array
 */
function carried(name: string, { sql, type }: Rewritten): readonly Carried[] {
  switch (type.kind) {
    case 'null':
      return []
    case 'struct':
      return type.fields.flatMap((field) => carried(name, { sql: `${sql}.${quoteName(field.name)}`, type: field.type }))
    case 'map':
      throw new ServiceError('semantic', say`input to function ${name} cannot contain elements of MapType`)
    case 'array':
      throw new ServiceError('unsupported', say`${name} over ${typeName(type)} is not offered; hash its elements or its text`)
    case 'interval':
      return [{ carrier: countsMonths(type) ? 'int' : 'long', sql }]
    default:
      return [carriedSingle(sql, type)]
  }
}

function carriedSingle(sql: string, type: ColumnType): Carried {
  switch (type.kind) {
    case 'string':
      return { carrier: 'bytes', sql: `encode(${sql})` }
    case 'binary':
      return { carrier: 'bytes', sql }
    case 'bigint':
      return { carrier: 'long', sql }
    case 'timestamp':
      return { carrier: 'long', sql: `epoch_us(${sql})` }
    case 'date':
      return { carrier: 'int', sql: `CAST(${sql} - DATE '1970-01-01' AS INTEGER)` }
    case 'float':
      return { carrier: 'int', sql: bitsOf(sql, { type: 'INTEGER', notANumber: '2143289344' }) }
    case 'double':
      return { carrier: 'long', sql: bitsOf(sql, { type: 'BIGINT', notANumber: '9221120237041090560' }) }
    case 'decimal':
      return type.precision > 18
        ? { carrier: 'whole', sql: unscaled({ sql, type }, 0) }
        : { carrier: 'long', sql: `CAST(${unscaled({ sql, type }, 0)} AS BIGINT)` }
    default:
      return { carrier: 'int', sql: `CAST(${sql} AS INTEGER)` }
  }
}

/** The bits of a fraction as a whole number; both zeros have the same, and so has all that is not a number. */
function bitsOf(sql: string, { type, notANumber }: { readonly type: string; readonly notANumber: string }): string {
  return once(
    sql,
    'hb_f',
    (value) => `CASE WHEN isnan(${value}) THEN ${notANumber} WHEN ${value} = 0 THEN 0 ELSE CAST(CAST(${value} AS BIT) AS ${type}) END`,
  )
}

/** A hash over any number of values: that of each is the seed of the next. */
function hashOf(name: string, own: string, type: { readonly kind: 'int' | 'bigint' }): SparkFunction {
  const rewrite = (args: readonly Bound[]): Rewritten => {
    const values = args.flatMap((arg) => carried(name, arg))
    return { sql: values.reduce((seed, { carrier, sql }) => `${own}_${carrier}(${sql}, ${seed})`, `CAST(42 AS ${duckType(type)})`), type }
  }
  return { arity: [1, anyCount], rewrite }
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
  hash: hashOf('hash', ownNames.murmur3, { kind: 'int' }),
  md5: digest('md5'),
  sha: digest('sha1'),
  sha1: digest('sha1'),
  sha2: { arity: [2, 2], rewrite: sha2 },
  unbase64: typed({ takes: ['string'], gives: 'binary' }, (text = '') => unbase64(text)),
  xxhash64: hashOf('xxhash64', ownNames.xxh64, { kind: 'bigint' }),
}

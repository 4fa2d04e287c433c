// Text as bytes in the encodings that an export may ask for; a character that the encoding has not ends it, for a "?" would be another value.

import { type ExportEncoding, ServiceError, say } from '@tributary/rules'
import iconv from 'iconv-lite'

/** @returns what encodes text. @throws {ServiceError} `unsupported` from there, naming the character */
export function encoderOf(encoding: ExportEncoding): (text: string) => Buffer {
  if (encoding === 'utf-8') return (text) => Buffer.from(text, 'utf8')
  const isKnown = encoding === 'gbk' ? isGbk : isGb2312
  return (text) => {
    const bytes = iconv.encode(text, 'gbk')
    if (!isFaithful(bytes, text, isKnown)) throw lacks(encoding, text, isKnown)
    return bytes
  }
}

// Code pages have places for characters of one's own, which mean something else to everybody else.
const ownCharacters = /\p{Co}/u

/** In GBK a character takes one byte, below 128, or two. */
function isFaithful(bytes: Buffer, text: string, isKnown: (lead: number, trail: number) => boolean): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at] ?? 0
    if (lead < 0x80) continue
    at += 1
    if (!isKnown(lead, bytes[at] ?? 0)) return false
  }
  return iconv.decode(bytes, 'gbk') === text && !ownCharacters.test(text)
}

function isGbk(lead: number, trail: number): boolean {
  return lead >= 0x81 && lead <= 0xfe && trail >= 0x40 && trail <= 0xfe
}

/** The 94 x 94 characters of the standard of 1980, without what later code pages put into its gaps. */
function isGb2312(lead: number, trail: number): boolean {
  if (trail < 0xa1 || trail > 0xfe) return false
  if (lead >= 0xb0) return lead <= 0xf7 && !(lead === 0xd7 && trail > 0xf9)
  const rows = gb2312Rows[lead]
  return rows !== undefined && rows.some(([from, until]) => trail >= from && trail <= until)
}

// Lead byte to ranges of trail bytes, of the rows that are not full. @see GB/T 2312-1980
const gb2312Rows: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  0xa1: [[0xa1, 0xfe]],
  0xa2: [
    [0xb1, 0xe2],
    [0xe5, 0xee],
    [0xf1, 0xfc],
  ],
  0xa3: [[0xa1, 0xfe]],
  0xa4: [[0xa1, 0xf3]],
  0xa5: [[0xa1, 0xf6]],
  0xa6: [
    [0xa1, 0xb8],
    [0xc1, 0xd8],
  ],
  0xa7: [
    [0xa1, 0xc1],
    [0xd1, 0xf1],
  ],
  0xa8: [
    [0xa1, 0xba],
    [0xc5, 0xe9],
  ],
  0xa9: [[0xa4, 0xef]],
}

function lacks(encoding: ExportEncoding, text: string, isKnown: (lead: number, trail: number) => boolean): ServiceError {
  const found = Array.from(text).find((character) => !isFaithful(iconv.encode(character, 'gbk'), character, isKnown)) ?? ''
  const code = `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  return new ServiceError(
    'unsupported',
    say`a value holds the character ${code}, which ${encoding} has not: export with encoding_type utf-8, or replace it in the query`,
  )
}

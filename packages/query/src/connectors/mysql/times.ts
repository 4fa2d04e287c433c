// Dates and times of MySQL's binary protocol, as days and microseconds since 1970.

import { say } from '@tributary/rules'
import type { ReadValue, Refuse } from './value.ts'

/** A length (0, 4, 7 or 11), then year in two bytes, month, day, hour, minute, second, and microseconds in four; what is missing at the end is 0. */
export const dateReader: ReadValue = (target, row, bytes, at) => {
  const next = at + 1 + (bytes[at] as number)
  if (isZero(bytes, at)) return -1 - next
  target.int32[row] = daysAt(bytes, at)
  return next
}

/** As {@link dateReader}, with the time of day. */
export const datetimeReader: ReadValue = (target, row, bytes, at) => {
  const size = bytes[at] as number
  const next = at + 1 + size
  if (isZero(bytes, at)) return -1 - next
  const ofDay = size < 7 ? 0 : secondsAt(bytes, at + 5)
  writeMicros(target.int32, row, daysAt(bytes, at) * 86_400 + ofDay, size < 11 ? 0 : readInt32(bytes, at + 8))
  return next
}

/** A time of one day, on the first of January 1970, as drivers have it. A length (0, 8 or 12), a sign, days in four bytes, then as in a date. */
export function timeReader(refuse: Refuse): ReadValue {
  return (target, row, bytes, at) => {
    const size = bytes[at] as number
    if (size > 0 && (bytes[at + 1] !== 0 || readInt32(bytes, at + 2) !== 0))
      refuse(say`holds a time that is before 00:00:00 or after 23:59:59; declare the column as string`)
    writeMicros(target.int32, row, size === 0 ? 0 : secondsAt(bytes, at + 6), size < 12 ? 0 : readInt32(bytes, at + 9))
    return at + 1 + size
  }
}

/** `0000-00-00` and dates without a month or a day are no dates. */
function isZero(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0 || bytes[at + 3] === 0 || bytes[at + 4] === 0
}

function secondsAt(bytes: Buffer, at: number): number {
  return (bytes[at] as number) * 3600 + (bytes[at + 1] as number) * 60 + (bytes[at + 2] as number)
}

/** Days since 1970-01-01 in the calendar that goes on backwards; years begin in March here, so that a leap day is the last. */
function daysAt(bytes: Buffer, at: number): number {
  const month = bytes[at + 3] as number
  const year = ((bytes[at + 1] as number) | ((bytes[at + 2] as number) << 8)) - (month <= 2 ? 1 : 0)
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + (bytes[at + 4] as number) - 1
  return year * 365 + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400) + dayOfYear - 719_468
}

const largestExact = Math.floor(Number.MAX_SAFE_INTEGER / 1_000_000) - 1

function writeMicros(words: Int32Array, row: number, seconds: number, micros: number): void {
  if (Math.abs(seconds) <= largestExact) {
    const value = seconds * 1_000_000 + micros
    words[2 * row] = value | 0
    words[2 * row + 1] = Math.floor(value / 2 ** 32)
  } else {
    const value = BigInt(seconds) * 1_000_000n + BigInt(micros)
    words[2 * row] = Number(BigInt.asIntN(32, value))
    words[2 * row + 1] = Number(value >> 32n)
  }
}

function readInt32(bytes: Buffer, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24)
}

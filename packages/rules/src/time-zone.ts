// Time zones of a job's session: which names and offsets are on offer, and what they mean.

import { ServiceError } from './errors.ts'
import { say } from './text.ts'

/** A zone of clocks. */
export interface TimeZone {
  /** As it was sent: `Asia/Shanghai`, `+05:30`. */
  readonly name: string
  /** Minutes that its clocks are ahead of UTC, always; absent where a region decides it by its history. */
  readonly offsetMinutes?: number
}

/** The zone of every session that names none. */
export const utc: TimeZone = { name: 'UTC', offsetMinutes: 0 }

const universal = /^(?:Z|UTC|GMT|UT|Etc\/(?:UTC|GMT))$/
const offset = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?$/

/** Names of regions that are read besides those that `Intl` lists: the other spellings of some of them. */
const others = `Asia/Kolkata Asia/Calcutta Asia/Kathmandu Asia/Katmandu Asia/Ho_Chi_Minh Asia/Saigon Asia/Chongqing Europe/Kyiv Europe/Kiev
  Japan PRC Hongkong Singapore US/Eastern US/Pacific`

/** Regions whose clocks Java 17 and the engine remember differently, each at one change or more; all others have the same changes from the first to 2100. */
const disputed = new Set(['Asia/Tehran', 'Europe/Chisinau', 'America/Coyhaique'])

const regions: ReadonlySet<string> = new Set([
  ...Intl.supportedValuesOf('timeZone').filter((name) => name.includes('/')),
  ...others.split(/\s+/),
])

/**
 * Reads a zone as Spark takes it: a region, an offset such as `+08:00` or `GMT+8`, or a word for UTC. Abbreviations mean different places and are not read.
 * @throws {ServiceError} `unsupported` for any other text
 */
export function readTimeZone(text: string): TimeZone {
  if (universal.test(text)) return { name: text, offsetMinutes: 0 }
  const parts = offset.exec(text)
  const minutes = Number(parts?.[2] ?? 0) * 60 + Number(parts?.[3] ?? 0)
  if (parts !== null && Number(parts[3] ?? 0) < 60 && minutes <= 18 * 60)
    return { name: text, offsetMinutes: parts[1] === '-' ? -minutes : minutes }
  if (disputed.has(text))
    throw new ServiceError(
      'unsupported',
      say`the time zone ${text} is not offered: sources of its history disagree; use an offset like +03:30`,
    )
  if (regions.has(text)) return { name: text }
  throw new ServiceError(
    'unsupported',
    say`the time zone ${text.slice(0, 64)} is not offered; use a name like Asia/Shanghai or an offset like +08:00`,
  )
}

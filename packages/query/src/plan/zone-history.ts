// Clocks of a region at one moment, and the moment of a clock, looked up while planning: for constants that name their own zone.
//
//   2024-11-03 01:30:00 in America/New_York   →   2024-11-03 05:30:00 of UTC

import { ServiceError, say, type TimeZone } from '@tributary/rules'

const hourMs = 3_600_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** Node has a history of its own, of a later date than the engine's: these regions have changed their clocks in between. */
const changedSince = new Set([
  'Africa/Casablanca',
  'Africa/El_Aaiun',
  'America/Edmonton',
  'America/Vancouver',
  'America/Yellowknife',
  'Canada/Mountain',
  'Canada/Pacific',
])

/** @throws {ServiceError} `unsupported` for a region whose clocks the engine knows otherwise: what is looked up here must be what rows are computed by */
export function requireOneHistory({ name }: TimeZone): void {
  if (changedSince.has(name))
    throw new ServiceError(
      'unsupported',
      say`the time zone ${name} is not offered: sources of its history disagree; use an offset like +03:30`,
    )
}

function formatOf(name: string): Intl.DateTimeFormat {
  const made = formats.get(name)
  if (made !== undefined) return made
  const numeric = 'numeric'
  const parts = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric } as const
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, calendar: 'gregory', hourCycle: 'h23', ...parts })
  formats.set(name, format)
  return format
}

/** Milliseconds that clocks are ahead of UTC at a moment of whole seconds. */
function offsetAt(momentMs: number, { name, offsetMinutes }: TimeZone): number {
  if (offsetMinutes !== undefined) return offsetMinutes * 60_000
  const parts = Object.fromEntries(
    formatOf(name)
      .formatToParts(momentMs)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - momentMs
}

/** A text `yyyy-MM-dd HH:mm:ss[.f]` moved; `undefined` where the year would leave 1000 to 9999. */
function moved(text: string, byOf: (ms: number) => number): string | undefined {
  const [, seconds = '', fraction = ''] = /^([^.]*)(\..*)?$/.exec(text) ?? []
  const ms = Date.parse(`${seconds.replace(' ', 'T')}Z`)
  if (!(ms >= Date.UTC(1000, 0, 2) && ms < Date.UTC(9999, 11, 30))) return undefined
  return `${new Date(ms + byOf(ms)).toISOString().slice(0, 19).replace('T', ' ')}${fraction}`
}

/**
 * What clocks of a zone show at a moment.
 * @param moment - `yyyy-MM-dd HH:mm:ss[.ffffff]` of UTC
 * @returns the same form; `undefined` before the year 1000, and in the last days of 9999
 */
export function clockAt(moment: string, zone: TimeZone): string | undefined {
  return moved(moment, (ms) => offsetAt(ms, zone))
}

/**
 * The moment at which clocks of a zone show a time: the earlier one where they show it twice; where they show it never, by the offset that held before.
 * @param clock - `yyyy-MM-dd HH:mm:ss[.ffffff]`
 * @returns the same form, of UTC; `undefined` before the year 1000, and in the last days of 9999
 */
export function momentOn(clock: string, zone: TimeZone): string | undefined {
  return moved(clock, (ms) => {
    const [before, after] = [offsetAt(ms - 26 * hourMs, zone), offsetAt(ms + 26 * hourMs, zone)]
    const shown = [before, after].filter((offset) => offsetAt(ms - offset, zone) === offset)
    return shown.length === 0 ? -before : -Math.max(...shown)
  })
}

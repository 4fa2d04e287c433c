// Intervals as values: a count of months, or of microseconds, and the fields that show it, as Spark's two interval types have them.

/** Fields of an interval from large to small: months count as the first two, microseconds as the others. */
export type IntervalField = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'

/** The type of an interval. Both fields are of one family: years and months, or days to seconds; `from` is not smaller than `to`. */
export interface IntervalType {
  readonly kind: 'interval'
  readonly from: IntervalField
  readonly to: IntervalField
}

/** Every field, from large to small. */
export const intervalFields: readonly IntervalField[] = ['year', 'month', 'day', 'hour', 'minute', 'second']

/** How many of a family's smallest unit each field counts: months, or microseconds. */
export const intervalUnits: Readonly<Record<IntervalField, bigint>> = {
  year: 12n,
  month: 1n,
  day: 86_400_000_000n,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
}

/** True for years and months, false for days to seconds. */
export function countsMonths({ from }: IntervalType): boolean {
  return from === 'year' || from === 'month'
}

/** Spark's spelling: `interval day`, `interval year to month`. */
export function formatIntervalType({ from, to }: IntervalType): string {
  return from === to ? `interval ${from}` : `interval ${from} to ${to}`
}

/** Reads a type as {@link formatIntervalType} writes it, in any case; `undefined` for every other text. */
export function parseIntervalType(text: string): IntervalType | undefined {
  const parts = /^\s*interval\s+([a-z]+)(?:\s+to\s+([a-z]+))?\s*$/i.exec(text)
  const [from, to] = [parts?.[1], parts?.[2] ?? parts?.[1]].map((word) => intervalFields.find((field) => field === word?.toLowerCase()))
  if (from === undefined || to === undefined) return undefined
  const isRange = parts?.[2] === undefined || intervalFields.indexOf(from) < intervalFields.indexOf(to)
  const type: IntervalType = { kind: 'interval', from, to }
  return isRange && countsMonths(type) === countsMonths({ ...type, from: to }) ? type : undefined
}

/** The type that holds both; `undefined` where one counts months and the other does not. */
export function commonInterval(one: IntervalType, other: IntervalType): IntervalType | undefined {
  if (countsMonths(one) !== countsMonths(other)) return undefined
  const places = [one.from, one.to, other.from, other.to].map((field) => intervalFields.indexOf(field))
  return {
    kind: 'interval',
    from: intervalFields[Math.min(...places)] as IntervalField,
    to: intervalFields[Math.max(...places)] as IntervalField,
  }
}

/** The fields of a type, from large to small. */
export function fieldsOfInterval({ from, to }: IntervalType): readonly IntervalField[] {
  return intervalFields.slice(intervalFields.indexOf(from), intervalFields.indexOf(to) + 1)
}

/** What stands before each field behind the first. */
export const intervalMarks: Readonly<Partial<Record<IntervalField, string>>> = { month: '-', hour: ' ', minute: ':', second: ':' }

/**
 * An interval as Spark shows it: `INTERVAL '1 02:03:04.5' DAY TO SECOND`, `INTERVAL '-1-2' YEAR TO MONTH`.
 * @param value - months, or microseconds
 */
export function formatInterval(value: bigint, type: IntervalType): string {
  const { from, to } = type
  const size = value < 0n ? -value : value
  const shown = fieldsOfInterval(type).map((field, at) => {
    const above = intervalFields[intervalFields.indexOf(field) - 1] as IntervalField
    const rest = at === 0 ? size : size % intervalUnits[above]
    return `${at === 0 ? '' : intervalMarks[field]}${formatField(field, rest)}`
  })
  const words = from === to ? from : `${from} to ${to}`
  return `INTERVAL '${value < 0n ? '-' : ''}${shown.join('')}' ${words.toUpperCase()}`
}

/** Hours, minutes and seconds have two digits at least; a fraction ends with its last digit that is none of zero. */
function formatField(field: IntervalField, rest: bigint): string {
  const whole = String(rest / intervalUnits[field])
  if (field === 'year' || field === 'month' || field === 'day') return whole
  const fraction =
    field === 'second'
      ? String(rest % intervalUnits.second)
          .padStart(6, '0')
          .replace(/0+$/, '')
      : ''
  return `${whole.padStart(2, '0')}${fraction === '' ? '' : `.${fraction}`}`
}

// Types and texts of intervals, as Spark 3.3.1 writes them.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatInterval, formatIntervalType, type IntervalType, parseIntervalType } from './interval.ts'

const second = 1_000_000n
const type = (text: string): IntervalType => {
  const parsed = parseIntervalType(text)
  if (parsed === undefined) throw new Error(`${text} is no type`)
  return parsed
}

describe('intervals', () => {
  it.each(['year', 'month', 'year to month', 'day', 'hour to second', 'day to second', 'minute to second', 'second'])(
    'reads and writes the type interval %s',
    (fields) => {
      expect(formatIntervalType(type(`INTERVAL  ${fields.toUpperCase().replaceAll(' ', '  ')} `))).toBe(`interval ${fields}`)
    },
  )

  it.each(['interval', 'interval week', 'interval month to year', 'interval month to day', 'interval day to day', 'array<interval day>'])(
    'reads no type from %s',
    (text) => {
      expect(parseIntervalType(text)).toBeUndefined()
    },
  )

  it.each([
    [14n, 'interval year to month', `INTERVAL '1-2' YEAR TO MONTH`],
    [-14n, 'interval year to month', `INTERVAL '-1-2' YEAR TO MONTH`],
    [-14n, 'interval month', `INTERVAL '-14' MONTH`],
    [30n, 'interval year', `INTERVAL '2' YEAR`],
    [86_400n * second, 'interval day', `INTERVAL '1' DAY`],
    [90_061n * second + 500_000n, 'interval day to second', `INTERVAL '1 01:01:01.5' DAY TO SECOND`],
    [-1n, 'interval day to second', `INTERVAL '-0 00:00:00.000001' DAY TO SECOND`],
    [7_200n * second, 'interval hour', `INTERVAL '02' HOUR`],
    [360_000n * second, 'interval hour to minute', `INTERVAL '100:00' HOUR TO MINUTE`],
    [100n * second, 'interval second', `INTERVAL '100' SECOND`],
    [0n, 'interval second', `INTERVAL '00' SECOND`],
  ])('shows %s as %s', (value, name, text) => {
    expect(formatInterval(value, type(name))).toBe(text)
  })

  it('shows every value of its smallest field by another text', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        (one, other) => {
          const texts = [one, other].map((value) => formatInterval(value, type('interval day to second')))
          expect(texts[0] === texts[1]).toBe(one === other)
        },
      ),
    )
  })
})

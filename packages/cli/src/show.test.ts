// Values as people read them: times in the zone of the machine, lists, nothing.

import { afterEach, describe, expect, it } from 'vitest'
import { cellOf, localTime } from './show.ts'

const { TZ: zone } = process.env
afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

describe('a time', () => {
  it.each([
    ['UTC', '2026-11-21 16:25:35Z'],
    ['Asia/Shanghai', '2026-11-22 00:25:35+08:00'],
    ['Asia/Kolkata', '2026-11-21 21:55:35+05:30'],
    ['America/St_Johns', '2026-11-21 12:55:35-03:30'],
  ])('in %s is %s', (name, shown) => {
    process.env['TZ'] = name
    const at = Date.parse('2026-11-21T16:25:35Z')
    expect(localTime(at)).toBe(shown)
    expect(Date.parse(shown.replace(' ', 'T'))).toBe(at)
    expect(cellOf(at, 'start time')).toBe(shown)
  })
})

describe('a cell', () => {
  it.each([
    [undefined, '-'],
    ['', '-'],
    [[], '-'],
    [['a', 'b'], 'a, b'],
    [12, '12'],
    [false, 'false'],
  ])('of %j is %s', (value, shown) => {
    expect(cellOf(value, 'size')).toBe(shown)
  })
})

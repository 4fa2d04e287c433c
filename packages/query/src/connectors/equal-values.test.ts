// Values read off filters: every row that passes the filters has one of them, whatever the filters are.

import type { ColumnType } from '@tributary/rules'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tableOf } from '../../../../tests/servers/sources.ts'
import type { Filter, Literal } from '../plan/plan.ts'
import { checkKey, equalValues, explainEqualValues, offerOfEqualValues } from './equal-values.ts'

const table = tableOf('people', { id: 'int', name: 'string' })
const textual = tableOf('people', { id: 'string' })

const int: ColumnType = { kind: 'int' }
const valuesOf = (...filters: readonly Filter[]): readonly string[] | undefined => equalValues({ table, filters }, 'id')
const of = (value: number): Literal => ({ type: int, value })
const compare = (op: Extract<Filter, { kind: 'comparison' }>['op'], value: number, column = 0): Filter => ({
  kind: 'comparison',
  op,
  column,
  value: of(value),
})
const keys = (values: readonly number[], isRange?: true): Filter => ({
  kind: 'keys',
  column: 0,
  values: values.map(of),
  from: { table: 'shop.people', count: 3, ...(isRange ? { isRange } : {}) },
})

function passes(filter: Filter, value: number): boolean {
  switch (filter.kind) {
    case 'comparison': {
      const other = Number(filter.value.value)
      return {
        '=': value === other,
        '<>': value !== other,
        '<': value < other,
        '<=': value <= other,
        '>': value > other,
        '>=': value >= other,
      }[filter.op]
    }
    case 'in':
      return filter.values.some((one) => one.value === value)
    case 'keys': {
      const [least, greatest] = filter.values.map((one) => Number(one.value))
      return filter.from.isRange === true
        ? value >= (least as number) && value <= (greatest as number)
        : filter.values.some((one) => one.value === value)
    }
    case 'and':
      return filter.filters.every((part) => passes(part, value))
    case 'or':
      return filter.filters.some((part) => passes(part, value))
    default:
      return true
  }
}

const few = fc.integer({ min: -4, max: 4 })
const simple: fc.Arbitrary<Filter> = fc.oneof(
  fc.tuple(fc.constantFrom('=', '<>', '<', '<=', '>', '>='), few).map(([op, value]) => compare(op, value)),
  fc.array(few, { minLength: 1, maxLength: 4 }).map((values): Filter => ({ kind: 'in', column: 0, values: values.map(of) })),
  fc.array(few, { minLength: 1, maxLength: 4 }).map((values) => keys(values)),
  fc.tuple(few, few).map(([one, other]) => keys([Math.min(one, other), Math.max(one, other)], true)),
)
const anyFilter = fc.oneof(
  simple,
  fc
    .tuple(fc.constantFrom('and', 'or'), fc.array(simple, { minLength: 1, maxLength: 3 }))
    .map(([kind, parts]): Filter => ({ kind, filters: parts })),
)

describe('equal values', () => {
  it('leave out no value that passes, however filters are put together', () => {
    let listed = 0
    fc.assert(
      fc.property(fc.array(anyFilter, { maxLength: 3 }), (filters) => {
        const values = valuesOf(...filters)
        if (values === undefined) return
        listed += 1
        expect(new Set(values).size).toBe(values.length)
        const passing = Array.from({ length: 13 }, (_, index) => index - 6).filter((value) =>
          filters.every((filter) => passes(filter, value)),
        )
        expect(values).toEqual(expect.arrayContaining(passing.map(String)))
      }),
      { numRuns: 500 },
    )
    expect(listed).toBeGreaterThan(100)
  })

  it('are those of a range without a gap, which the planner makes of a list', () => {
    expect(valuesOf(compare('>=', 5), compare('<=', 6))).toEqual(['5', '6'])
    expect(valuesOf(compare('>', 4), compare('<', 7), compare('=', 6))).toEqual(['6'])
    expect(valuesOf(keys([3, 5], true))).toEqual(['3', '4', '5'])
    expect(valuesOf(compare('>=', 5), compare('<=', 60_000))).toBeUndefined()
    expect(valuesOf(compare('=', 5), compare('=', 6))).toEqual([])
  })

  it('are told of one column, of a type whose values are written in one way', () => {
    expect(valuesOf(compare('=', 5, 1))).toBeUndefined()
    expect(equalValues({ table: tableOf('people', { id: 'double' }), filters: [compare('=', 5)] }, 'id')).toBeUndefined()
    expect(equalValues({ table, filters: [compare('=', 5)] }, 'nowhere')).toBeUndefined()
    expect(offerOfEqualValues(compare('=', 5), table, 'id')).toBe('exact')
    expect(offerOfEqualValues(compare('<', 5), table, 'id')).toBe('none')
    expect(offerOfEqualValues({ kind: 'and', filters: [compare('=', 5), { kind: 'isNull', column: 1 }] }, table, 'id')).toBe('inexact')
  })

  it.each([
    [[], undefined],
    [[compare('<', 5)], undefined],
    [[compare('=', 5)], '5'],
    [[compare('=', 5), compare('=', 6)], 'no value'],
    [[compare('>=', 1), compare('<=', 1_000)], `${Array.from({ length: 20 }, (_, index) => index + 1).join(', ')} .. (1,000)`],
    [[keys([8_123, 8_456])], 'keys from shop.people (3)'],
    [[keys([8_123, 8_125], true)], 'least to greatest of keys from shop.people (3)'],
    [[keys([8_000_000, 8_123_456], true)], undefined],
    [[keys([8_123]), compare('=', 5)], '5 among keys from shop.people (3)'],
  ])('are shown without keys of another table: %j', (filters, shown) => {
    expect(explainEqualValues({ table, filters }, 'id')).toBe(shown)
    expect(shown ?? '').not.toMatch(/8\d{3}/)
  })

  it.each(['0', '7', '-7', '2147483647'])('may be written %s', (value) =>
    expect(() => checkKey(table, 'id', Buffer.from(value))).not.toThrow(),
  )

  it.each(['07', '+7', '-0', '7 ', ' 7', '7.0', ''])(
    'may not be written %j where they are whole numbers, as a lookup would miss it',
    (value) => {
      expect(() => checkKey(table, 'id', Buffer.from(value))).toThrow('column id of people holds a value that is not written as int values')
      expect(() => checkKey(textual, 'id', Buffer.from(value))).not.toThrow()
      expect(() => checkKey(table, 'nowhere', Buffer.from(value))).not.toThrow()
    },
  )
})

// Values read off filters: every row that passes the filters has one of them, whatever the filters are.

import type { ColumnType } from '@tributary/rules'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Filter, Literal } from '../plan/plan.ts'
import { equalValues, offerOfEqualValues } from './equal-values.ts'

const int: ColumnType = { kind: 'int' }
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
        const values = equalValues(filters, 0, int)
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
    expect(equalValues([compare('>=', 5), compare('<=', 6)], 0, int)).toEqual(['5', '6'])
    expect(equalValues([compare('>', 4), compare('<', 7), compare('=', 6)], 0, int)).toEqual(['6'])
    expect(equalValues([keys([3, 5], true)], 0, int)).toEqual(['3', '4', '5'])
    expect(equalValues([compare('>=', 5), compare('<=', 60_000)], 0, int)).toBeUndefined()
    expect(equalValues([compare('=', 5), compare('=', 6)], 0, int)).toEqual([])
  })

  it('are told of one column, of a type whose values are written in one way', () => {
    expect(equalValues([compare('=', 5, 1)], 0, int)).toBeUndefined()
    expect(equalValues([compare('=', 5)], 0, { kind: 'double' })).toBeUndefined()
    expect(offerOfEqualValues(compare('=', 5), 0, int)).toBe('exact')
    expect(offerOfEqualValues(compare('<', 5), 0, int)).toBe('none')
    expect(offerOfEqualValues({ kind: 'and', filters: [compare('=', 5), { kind: 'isNull', column: 1 }] }, 0, int)).toBe('inexact')
  })
})

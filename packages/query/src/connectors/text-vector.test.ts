// Texts as columns: what is written comes back as its type, and what the type cannot hold is refused.

import { type ColumnType, parseColumnType } from '@tributary/rules'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SampleValue } from './sample-values.ts'
import { valuesIn } from './sample-values.ts'
import { vectorOfTexts } from './text-vector.ts'

function read(type: ColumnType, texts: readonly (string | null)[]): readonly SampleValue[] {
  const vector = vectorOfTexts(
    'people',
    { name: 'c', type },
    texts.map((text) => (text === null ? null : Buffer.from(text))),
  )
  return valuesIn([{ rowCount: texts.length, vectors: [vector] }], 0, type)
}

const bits = { tinyint: 8, smallint: 16, int: 32, bigint: 64 } as const

describe('columns of texts', () => {
  it.each(Object.entries(bits))('hold every %s and none beyond', (kind, size) => {
    const type = { kind: kind as keyof typeof bits }
    const most = 2n ** BigInt(size - 1)
    const whole = fc.bigInt({ min: -most, max: most - 1n })
    fc.assert(
      fc.property(fc.array(fc.option(whole), { minLength: 1 }), (values) => {
        expect(
          read(
            type,
            values.map((value) => value?.toString() ?? null),
          ),
        ).toEqual(values)
      }),
    )
    for (const text of [`${most}`, `${-most - 1n}`, '1.5', '', ' 1', '1e3', '0x1'])
      expect(() => read(type, ['1', text])).toThrow(/column c of people holds a value that is no/)
  })

  it('hold strings, bytes, numbers with a point and booleans, with nulls between', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ unit: 'grapheme' })), { minLength: 1 }), (values) => {
        expect(read({ kind: 'string' }, values)).toEqual(values)
      }),
    )
    expect(read({ kind: 'binary' }, ['é', null, ''])).toEqual(['c3a9', null, ''])
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(read({ kind: 'double' }, [Object.is(value, -0) ? '-0' : String(value), null])).toEqual([value, null])
      }),
    )
    expect(read({ kind: 'boolean' }, ['true', 'FALSE', '1', '0', null])).toEqual([true, false, true, false, null])
  })

  it('refuse what no value of the type is, and say no value', () => {
    const torn = () => vectorOfTexts('people', { name: 'c', type: { kind: 'string' } }, [Buffer.from([0xff])])
    expect(torn).toThrow(/not UTF-8/)
    expect(() => read(parseColumnType('decimal(5,2)'), ['1.5'])).toThrow(/is declared as decimal\(5,2\), which is not read from text/)
    for (const kind of ['double', 'float', 'boolean'] as const) expect(() => read({ kind }, ['canary'])).toThrow(/^(?!.*canary)/)
    expect(() => read({ kind: 'float' }, ['1e300'])).toThrow(/no float/)
  })
})

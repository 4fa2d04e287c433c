// Which column types DDL may write, how they are understood, and how they read back.

import { describe, expect, it } from 'vitest'
import { formatColumnType, isColumnType, parseColumnType, parseValueType } from './column.ts'

describe('a column type', () => {
  it.each([
    ['boolean', 'boolean'],
    ['byte', 'tinyint'],
    ['tinyint', 'tinyint'],
    ['short', 'smallint'],
    ['smallint', 'smallint'],
    ['int', 'int'],
    ['integer', 'int'],
    ['long', 'bigint'],
    ['bigint', 'bigint'],
    ['real', 'float'],
    ['float', 'float'],
    ['double', 'double'],
    ['string', 'string'],
    ['varchar(20)', 'string'],
    ['char(3)', 'string'],
    ['binary', 'binary'],
    ['date', 'date'],
    ['timestamp', 'timestamp'],
  ])('%s is %s, in any case', (written, kind) => {
    expect(parseColumnType(written)).toEqual({ kind })
    expect(parseColumnType(written.toUpperCase())).toEqual({ kind })
    expect(formatColumnType(parseColumnType(written))).toBe(kind)
  })

  it.each([
    ['decimal', 10, 0],
    ['DEC', 10, 0],
    ['numeric', 10, 0],
    ['decimal(5)', 5, 0],
    ['decimal(1,0)', 1, 0],
    ['decimal(1,1)', 1, 1],
    ['numeric(12,2)', 12, 2],
    ['Dec(38,38)', 38, 38],
    ['decimal(20,11)', 20, 11],
  ])('%j has %d digits, %d of them behind the point', (written, precision, scale) => {
    expect(parseColumnType(written)).toEqual({ kind: 'decimal', precision, scale })
  })

  it('may have room between its parts', () => {
    expect(parseColumnType('\t decimal  (  12  ,  10  )  ')).toEqual({ kind: 'decimal', precision: 12, scale: 10 })
    expect(parseColumnType('decimal( 12 )')).toEqual({ kind: 'decimal', precision: 12, scale: 0 })
    expect(parseColumnType('  int  ')).toEqual({ kind: 'int' })
  })

  it('reads back in the spelling of Spark', () => {
    expect(formatColumnType(parseColumnType('NUMERIC( 10 , 2 )'))).toBe('decimal(10,2)')
    expect(formatColumnType(parseColumnType('dec'))).toBe('decimal(10,0)')
  })

  it.each(['decimal(0)', 'decimal(0,0)', 'decimal(39)', 'decimal(39,2)', 'decimal(2,3)', 'decimal(38,39)'])(
    '%s is refused for its digits',
    (written) => {
      expect(() => parseColumnType(written)).toThrow(
        expect.objectContaining({
          kind: 'invalid',
          message: `type "${written}": decimal has 1 to 38 digits, and no more of them behind the point`,
        }),
      )
    },
  )

  it.each([
    '',
    '   ',
    'json',
    '1 int',
    '(int',
    '1int',
    'int x',
    'int1',
    'int;',
    'decimal(',
    'decimal()',
    'decimal(a)',
    'decimal(a5)',
    'decimal(5a)',
    'decimal(5,)',
    'decimal(5,a)',
    'decimal(5,a2)',
    'decimal(5,2a)',
    'decimal(5,2)a',
    'decimala(5,2)',
    'decimal1(5,2)',
    'decimal(5;2)',
    'decimal(5,2,1)',
    'decimal(-5)',
    'constructor',
    'toString',
  ])('%j is not offered, and the refusal lists what is', (written) => {
    expect(() => parseColumnType(written)).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        message:
          `type "${written}" is not offered; use one of boolean, byte, tinyint, short, smallint, int, integer, long, bigint, ` +
          'real, float, double, string, varchar, char, binary, date, timestamp, dec, numeric, decimal',
      }),
    )
  })
})

describe('the type of a value', () => {
  it.each([
    ['array<int>', { kind: 'array', element: { kind: 'int' } }],
    ['ARRAY < decimal(10, 2) >', { kind: 'array', element: { kind: 'decimal', precision: 10, scale: 2 } }],
    ['map<string,array<void>>', { kind: 'map', key: { kind: 'string' }, value: { kind: 'array', element: { kind: 'null' } } }],
    [
      'struct<a: int, `b ``c,`: map<string, decimal(5,1)>>',
      {
        kind: 'struct',
        fields: [
          { name: 'a', type: { kind: 'int' } },
          { name: 'b `c,', type: { kind: 'map', key: { kind: 'string' }, value: { kind: 'decimal', precision: 5, scale: 1 } } },
        ],
      },
    ],
    ['int', { kind: 'int' }],
    ['void', { kind: 'null' }],
  ])('%s', (written, type) => {
    expect(parseValueType(written)).toEqual(type)
  })

  it('reads back in the spelling of Spark', () => {
    expect(formatColumnType(parseValueType('STRUCT<a INT, b: ARRAY<STRING>>'))).toBe('struct<a:int,b:array<string>>')
  })

  it('is that of a column unless it holds others', () => {
    expect(
      ['int', 'decimal(3,1)', 'void', 'array<int>', 'map<int,int>', 'struct<a:int>'].filter((text) => isColumnType(parseValueType(text))),
    ).toEqual(['int', 'decimal(3,1)'])
  })

  it.each(['array<>', 'array<int,int>', 'map<int>', 'array<int', 'array<int>>', 'struct<a>', 'struct<:int>', 'array<json>', 'array<int>x'])(
    '%s is refused',
    (written) => {
      expect(() => parseValueType(written)).toThrow(expect.objectContaining({ kind: 'invalid' }))
    },
  )

  it('is nested 16 deep at most', () => {
    const nested = (depth: number): string => `${'array<'.repeat(depth)}int${'>'.repeat(depth)}`
    expect(parseValueType(nested(16)).kind).toBe('array')
    expect(() => parseValueType(nested(17))).toThrow(expect.objectContaining({ kind: 'invalid' }))
  })
})

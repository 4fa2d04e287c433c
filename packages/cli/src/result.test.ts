// Rows as CSV and JSON, read back by rules that are not ours to choose.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExactly } from './exact-numbers.ts'
import { csvOf, objectsOf, wholeText } from './result.ts'

/** Reads CSV by RFC 4180: fields with what is between their quotes. */
function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (quoted === undefined && plain === '' && end === '') break
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

const columnsOf = (...names: readonly string[]) => names.map((name) => ({ name, type: 'string' }))

describe('csvOf', () => {
  it('quotes what has to be, and tells nothing from an empty text', () => {
    const rows = [
      ['a,b', 'say "x"', null],
      ['', 'two\nlines', 7],
    ]
    expect(csvOf({ columns: columnsOf('a', 'b', '列'), rows })).toBe('a,b,列\r\n"a,b","say ""x""",\r\n"","two\nlines",7\r\n')
  })

  it('reads back', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', '中', ' '), maxLength: 6 })
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), (rows) => {
        expect(readCsv(csvOf({ columns: columnsOf('x', 'y'), rows }))).toEqual([['x', 'y'], ...rows])
      }),
    )
  })
})

describe('wholeText', () => {
  it('is a single text of several lines, with nothing in it that moves a cursor', () => {
    const text = 'CREATE TABLE t (\n  a INT)\u001b[2J\n'
    expect(wholeText({ columns: columnsOf('plan'), rows: [[text]] })).toBe('CREATE TABLE t (\n  a INT)\\x1b[2J\n')
  })

  it('is nothing else', () => {
    expect(wholeText({ columns: columnsOf('a'), rows: [['one line']] })).toBeUndefined()
    expect(wholeText({ columns: columnsOf('a'), rows: [['a\nb'], ['c']] })).toBeUndefined()
    expect(wholeText({ columns: columnsOf('a', 'b'), rows: [['a\nb', 'c']] })).toBeUndefined()
    expect(wholeText({ columns: columnsOf('a'), rows: [[7]] })).toBeUndefined()
  })
})

describe('objectsOf', () => {
  it('keeps both of two columns of one name', () => {
    expect(objectsOf({ columns: columnsOf('id', 'id', 'n'), rows: [[1, 2, null]] })).toEqual([{ id: 1, id_2: 2, n: null }])
  })
})

describe('parseExactly', () => {
  it('keeps every digit of integers that numbers cannot hold', () => {
    expect(parseExactly('[9007199254740993, -9223372036854775808, 9007199254740991, 1.5, "x"]')).toEqual([
      '9007199254740993',
      '-9223372036854775808',
      9007199254740991,
      1.5,
      'x',
    ])
  })
})

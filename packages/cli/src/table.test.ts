// Tables line up whatever is in them: Chinese, emoji, control characters.

import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { drawTable, pad } from './table.ts'

describe('drawTable', () => {
  it('gives a Chinese character two columns', () => {
    const table = drawTable(
      ['NAME', 'CITY'],
      [
        ['张三', 'Guiyang'],
        ['Ann', '上海市'],
        ['李', '-'],
      ],
    )
    expect(table).toBe('NAME  CITY\n张三  Guiyang\nAnn   上海市\n李    -\n')
  })

  it('puts numbers to the right', () => {
    const table = drawTable(
      ['n', 'who'],
      [
        ['1', 'a'],
        ['100', '王'],
      ],
      { right: (at) => at === 0 },
    )
    expect(table).toBe('  n  who\n  1  a\n100  王\n')
  })

  it('lets no cell move the cursor', () => {
    expect(drawTable(['x'], [['a\nb\t\u001b[2J']])).toBe('X\na\\nb\\t\\x1b[2J\n'.replace('X', 'x'))
  })

  it('begins every cell of a column in the same column of the terminal', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'Z', '中', '文', '🙂', 'é', ' ', '0'), maxLength: 8 })
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }), (rows) => {
        const lines = drawTable(
          ['first', 'second'],
          rows.map(([one, two]) => [one, `|${two}`]),
        ).split('\n')
        const starts = lines.slice(1, -1).map((line) => stringWidth(line.slice(0, line.indexOf('|'))))
        expect(starts.length).toBe(rows.length)
        expect(new Set(starts).size).toBe(1)
      }),
    )
  })
})

describe('pad', () => {
  it('fills to a width and never cuts', () => {
    expect(pad('中', 4)).toBe('中  ')
    expect(pad('中', 4, true)).toBe('  中')
    expect(pad('long', 2)).toBe('long')
  })
})

// What crossed for a job, as people read it: sizes, columns that hold with Chinese names, and nothing that moves the cursor.

import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { type Crossing, printCrossings, sizeOf } from './crossings.ts'
import type { Terminal } from './terminal.ts'

const crossing: Crossing = {
  kind: 'scan',
  state: 'done',
  connection_id: 'c1',
  connection_name: 'sales',
  source: 'postgresql',
  endpoint: 'orders-db:5432',
  tables: ['default.orders'],
  text: 'COPY (SELECT "id" FROM "public"."orders") TO STDOUT (FORMAT binary)',
  statements: 1,
  readers: 1,
  rows: 1200,
  bytes_in: 12_345,
  bytes_out: 812,
  connect_ms: 4.2,
  first_row_ms: 6.1,
  total_ms: 1234.5,
  wait_ms: 0,
  notes: ['filtered by the source: id > 5'],
}

function printed(crossings: readonly Crossing[]): string {
  let text = ''
  const terminal = { out: (chunk: string) => void (text += chunk), isTTY: { stdout: false }, env: {} } as unknown as Terminal
  printCrossings(terminal, crossings)
  return text
}

describe('what crossed', () => {
  it('is a line for each reading, with what was asked below it', () => {
    expect(printed([crossing])).toBe(
      [
        'KIND  TABLES          CONNECTION  STATE  ROWS  IN       OUT    CONNECT  FIRST ROW  TOTAL',
        'scan  default.orders  sales       done   1200  12.3 kB  812 B  4.2 ms   6.1 ms     1235 ms',
        '',
        'default.orders',
        '  asked of postgresql at orders-db:5432: COPY (SELECT "id" FROM "public"."orders") TO STDOUT (FORMAT binary)',
        '  filtered by the source: id > 5',
        '',
      ].join('\n'),
    )
  })

  it('tells parts, waits and writes, and what has not come yet', () => {
    const { connect_ms: _, first_row_ms: __, ...begun } = crossing
    expect(printed([{ ...crossing, statements: 8, readers: 2, wait_ms: 250 }])).toContain(
      '  8 such statements, 2 readers side by side\n  waited 250 ms for its turn over the connection\n',
    )
    const shown = printed([{ ...begun, kind: 'write', state: 'running', statements: 0, text: '', notes: [] }])
    expect(shown).toContain('  written to postgresql at orders-db:5432: nothing so far\n')
    expect(shown).toContain('812 B  -        -          1235 ms')
    expect(printed([{ ...crossing, text: '', notes: [] }])).toContain('orders-db:5432: what, is told to those who may read its result\n')
    expect(printed([])).toBe('nothing is known to have crossed to or from a source\n')
  })

  it('keeps its columns where names are Chinese, and lets no name move the cursor', () => {
    const chinese: Crossing = { ...crossing, tables: ['default.订单'], connection_name: '销售', text: 'SELECT \u001b[2J' }
    const lines = printed([chinese, crossing]).split('\n')
    const columnOf = (line: string, word: string): number => stringWidth(line.slice(0, line.indexOf(word)))
    const [header = '', first = '', second = ''] = lines
    expect(columnOf(first, '销售')).toBe(columnOf(header, 'CONNECTION'))
    expect(columnOf(second, 'sales')).toBe(columnOf(header, 'CONNECTION'))
    expect(columnOf(first, 'done')).toBe(columnOf(header, 'STATE'))
    expect(lines.join('')).toContain('SELECT \\x1b[2J')
  })

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [99_949, '99.9 kB'],
    [99_950, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [2_500_000_000, '2.5 GB'],
    [7_000_000_000_000_000, '7000 TB'],
  ])('has sizes that are read at a glance: %s bytes', (bytes, shown) => {
    expect(sizeOf(bytes)).toBe(shown)
  })
})

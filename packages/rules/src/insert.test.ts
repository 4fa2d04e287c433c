// Which columns of a source's table an INSERT gives, and what is refused before a row is sent.

import { describe, expect, it } from 'vitest'
import { parseColumnType, type ResultColumn } from './column.ts'
import { assignSourceColumns } from './insert.ts'

const column = (name: string, type: string): ResultColumn => ({ name, type: parseColumnType(type) })
const target = { name: 'shop.orders', columns: [column('id', 'bigint'), column('Amount', 'decimal(12,2)'), column('note', 'string')] }
const list = (columns?: readonly string[]) => ({ partition: [], columns })

describe('columns of a source that an INSERT gives', () => {
  it('are all of them, in the order of the table, unless some are named', () => {
    const given = [column('a', 'int'), column('b', 'double'), column('c', 'date')]
    expect(assignSourceColumns(target, list(), given)).toEqual({
      columns: target.columns,
      assigned: [0, 1, 2].map((position) => ({ kind: 'given', position })),
    })
  })

  it('are those that are named, in that order: the source knows the rest', () => {
    const { columns, assigned } = assignSourceColumns(target, list(['AMOUNT', 'id']), [column('a', 'int'), column('b', 'int')])
    expect(columns.map(({ name }) => name)).toEqual(['Amount', 'id'])
    expect(assigned).toEqual([
      { kind: 'given', position: 0 },
      { kind: 'given', position: 1 },
    ])
  })

  it.each([
    ['too few', list(), [column('a', 'int')], 'target table has 3 column(s) but the inserted data has 1'],
    [
      'too many for those that are named',
      list(['id']),
      [column('a', 'int'), column('b', 'int')],
      'target table has 1 column(s) but the inserted data has 2',
    ],
    ['one that is not there', list(['nothing']), [column('a', 'int')], 'Cannot resolve column name nothing'],
    ['one twice', list(['id', 'ID']), [column('a', 'int'), column('b', 'int')], 'Found duplicate column(s) in the column list: ID'],
    ['another type', list(['id']), [column('a', 'string')], "Cannot safely cast 'id': string to bigint"],
    ['partitions', { partition: [{ column: 'id', value: '1' }], columns: undefined }, [column('a', 'int')], 'leave PARTITION out'],
  ])('are refused: %s', (_what, given, query, says) => {
    expect(() => assignSourceColumns(target, given, query)).toThrow(
      expect.objectContaining({ kind: 'semantic', message: expect.stringContaining(says) }),
    )
  })
})

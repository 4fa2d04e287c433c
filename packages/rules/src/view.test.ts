// Views: what a new one takes the place of, the columns it gives, and which statements it is good for.

import { describe, expect, it } from 'vitest'
import { ServiceError } from './errors.ts'
import type { DatabaseId, ProjectId, TableId } from './ids.ts'
import type { Table } from './table.ts'
import { checkIsTable, checkIsView, deepestView, isView, placeOfView, recursiveView, tooDeepView, viewColumns } from './view.ts'

const table: Table = {
  id: 't1' as TableId,
  projectId: 'p1' as ProjectId,
  databaseId: 'd1' as DatabaseId,
  databaseName: 'shop',
  name: 'orders',
  using: 'jdbc',
  options: {},
  columns: [],
  comment: '',
  owner: 'ann',
  createdAt: 1,
}
const view: Table = { ...table, using: 'view', view: { query: 'SELECT 1 AS a', currentDatabase: 'shop', tables: [], queryColumns: ['a'] } }

function refusal(work: () => void): readonly [string, string] {
  try {
    work()
  } catch (error) {
    if (error instanceof ServiceError) return [error.kind, error.message]
    throw error
  }
  throw new Error('was not refused')
}

describe('a view among tables', () => {
  it('is told from a table', () => {
    expect([isView(view), isView(table)]).toEqual([true, false])
    expect(() => checkIsView(view, 'DROP VIEW')).not.toThrow()
    expect(() => checkIsTable(table, 'DROP TABLE')).not.toThrow()
  })

  it.each([
    [() => checkIsView(table, 'DROP VIEW'), "shop.orders is a table. 'DROP VIEW' expects a view. Please use DROP TABLE instead."],
    [() => checkIsTable(view, 'DROP TABLE'), "shop.orders is a view. 'DROP TABLE' expects a table. Please use DROP VIEW instead."],
    [() => checkIsTable(view, 'INSERT'), "shop.orders is a view. 'INSERT' expects a table."],
  ])('is refused where the other is meant, case %#', (work, message) => expect(refusal(work)).toEqual(['semantic', message]))
})

describe('placeOfView', () => {
  const plain = { orReplace: false, ifNotExists: false }
  it.each([
    [undefined, plain, 'make'],
    [undefined, { ...plain, ifNotExists: true }, 'make'],
    [view, { ...plain, ifNotExists: true }, 'keep'],
    [table, { ...plain, ifNotExists: true }, 'keep'],
    [view, { ...plain, orReplace: true }, 'replace'],
  ] as const)('case %#', (existing, draft, place) => expect(placeOfView('shop.orders', existing, draft)).toBe(place))

  it('refuses a name that is taken, and never replaces a table', () => {
    expect(refusal(() => placeOfView('shop.orders', view, plain))).toEqual([
      'conflict',
      expect.stringContaining('View shop.orders already exists'),
    ])
    for (const draft of [plain, { ...plain, orReplace: true }])
      expect(refusal(() => placeOfView('shop.orders', table, draft))).toEqual([
        'conflict',
        expect.stringContaining('shop.orders is not a view'),
      ])
  })
})

describe('viewColumns', () => {
  const given = [
    { name: 'id', type: { kind: 'bigint' } },
    { name: 'Note', type: { kind: 'string' } },
  ] as const
  it('keeps the query’s names, or gives new ones with comments', () => {
    expect(viewColumns('v', given, undefined)).toEqual(given)
    expect(viewColumns('v', given, [{ name: 'K', comment: 'key' }, { name: 'w' }])).toEqual([
      { ...given[0], name: 'K', comment: 'key' },
      { ...given[1], name: 'w' },
    ])
  })

  it('keeps nested columns', () => {
    const nested = { name: 'a', type: { kind: 'array', element: { kind: 'int' } } } as const
    expect(viewColumns('v', [nested], [{ name: 'b', comment: 'some' }])).toEqual([{ ...nested, name: 'b', comment: 'some' }])
  })

  it('refuses what does not fit', () => {
    expect(refusal(() => viewColumns('v', given, [{ name: 'k' }]))).toEqual([
      'semantic',
      expect.stringContaining('(num: 2) does not match'),
    ])
    expect(refusal(() => viewColumns('v', [given[0], { ...given[1], name: 'ID' }], undefined))).toEqual([
      'semantic',
      'Found duplicate column(s) in the view definition: id',
    ])
  })
})

describe('views upon views', () => {
  it('are named from the first one round to it again', () => {
    const names = [
      { database: 'a', name: 'v' },
      { database: 'b', name: 'w' },
    ]
    expect(recursiveView(names).message).toBe('Recursive view a.v detected (cycle: a.v -> b.w -> a.v)')
    expect(tooDeepView({ database: 'a', name: 'v' }).message).toContain(`(${deepestView})`)
  })
})

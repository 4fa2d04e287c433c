// Scans that are asked for keys: which keys they can have, in which form they are asked for, and how they are shown.

import type { ColumnType } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { tableOf } from '../../../../../tests/servers/sources.ts'
import { getConnector } from '../../connectors/loaded.ts'
import type { Scan, SourceScan } from '../plan.ts'
import { hidingKeys, type Keys, withKeys } from './key-list.ts'
import type { RemoteQuery } from './remote-query.ts'

const types = {
  b: 'tinyint',
  s: 'smallint',
  i: 'int',
  l: 'bigint',
  d: 'decimal(6,2)',
  t: 'string',
  day: 'date',
  f: 'double',
  ts: 'timestamp',
}
const table = tableOf('orders', types)
const names = Object.keys(types)
const scan: Scan = { handle: 'h', table, columns: [0], filters: [] }
const listed = (...values: readonly string[]): Keys => ({ values, ends: undefined, count: values.length })
const tooMany = (least: string, greatest: string): Keys => ({ values: undefined, ends: [least, greatest], count: 99_999 })

/** What is asked for, as `list` or `range` and the values. */
function asked(name: string, keys: Keys): unknown {
  const keyed = withKeys(scan, names.indexOf(name), keys, 'db1.people')
  if (keyed === undefined || keyed === 'nothing') return keyed
  const [filter] = keyed.filters
  if (filter?.kind !== 'keys') throw new Error('no keys are asked for')
  return [filter.from.isRange === true ? 'range' : 'list', ...filter.values.map(({ value }) => value)]
}

describe('a list of keys', () => {
  it.each([
    ['i', ['1', '5'], ['list', 1, 5]],
    ['l', ['-9223372036854775808', '9007199254740993'], ['list', -(2n ** 63n), 9007199254740993n]],
    ['d', ['1.00', '2.5', '3.125'], ['list', '1', '2.5']],
    ['t', ['a', 'a '], ['list', 'a', 'a ']],
    ['day', ['2024-02-29', '2024-03-01'], ['list', '2024-02-29', '2024-03-01']],
    // Values that the column cannot have meet nothing in it.
    ['b', ['-129', '-128', '127', '128'], ['list', -128, 127]],
    ['s', ['1.50', '2.00', '40000'], ['list', 2]],
    ['i', ['2147483648', '1.5'], 'nothing'],
    ['d', ['0.001'], 'nothing'],
    ['i', [], 'nothing'],
    // Without a gap they are a range.
    ['i', ['7', '8', '9'], ['range', 7, 9]],
    ['l', ['9223372036854775805', '9223372036854775806', '9223372036854775807'], ['range', 2n ** 63n - 3n, 2n ** 63n - 1n]],
  ])('of %s %j', (name, values, expected) => expect(asked(name, listed(...values))).toEqual(expected))

  it.each([
    ['i', tooMany('1', '100000'), ['range', 1, 100_000]],
    ['d', tooMany('-1.50', '7'), ['range', '-1.5', '7']],
    ['day', tooMany('2024-01-01', '2024-12-31'), ['range', '2024-01-01', '2024-12-31']],
    ['t', tooMany('a', 'z'), undefined],
    ['s', tooMany('1', '100000'), undefined],
    ['f', listed('1', '2'), undefined],
    ['ts', listed('2024-01-01 00:00:00'), undefined],
  ])('too long, or of a type that is compared otherwise elsewhere: %s', (name, keys, expected) =>
    expect(asked(name, keys)).toEqual(expected),
  )

  it('stands beside the filters that are there', () => {
    const filters = [{ kind: 'isNotNull', column: 2 }] as const
    expect(withKeys({ ...scan, filters }, 2, listed('1', '5'), 'db1.people')).toMatchObject({ filters: [...filters, { kind: 'keys' }] })
  })
})

describe('a query that the source answers whole', () => {
  const int: ColumnType = { kind: 'int' }
  const column = { kind: 'column', relation: 0, column: 2, type: int } as const
  const count = { kind: 'aggregate', name: 'count', operand: undefined, isDistinct: false, type: { kind: 'bigint' } } as const
  const remote: RemoteQuery = {
    tables: [table],
    from: [{ kind: 'table', relation: 0 }],
    filter: [],
    groupBy: [column],
    having: [],
    outputs: [
      { name: 'c0', expression: column },
      { name: 'c1', expression: count },
    ],
    orderBy: [],
    limit: undefined,
  }
  const answer = (query: RemoteQuery): SourceScan => ({
    handle: 'h',
    table: {
      ...table,
      columns: [
        { name: 'c0', type: int },
        { name: 'c1', type: { kind: 'bigint' } },
      ],
    },
    columns: [0, 1],
    filters: [],
    remote: query,
  })

  it('leaves whole groups out before it makes them', () => {
    expect(withKeys(answer(remote), 0, listed('1', '5'), 'db1.people')).toMatchObject({
      remote: { filter: [{ kind: 'keys', operand: column }] },
    })
  })

  it('is not asked for keys of what it computes of groups, nor before it counts rows off', () => {
    expect(withKeys(answer(remote), 1, listed('1', '5'), 'db1.people')).toBeUndefined()
    expect(withKeys(answer({ ...remote, limit: 3 }), 0, listed('1', '5'), 'db1.people')).toBeUndefined()
    expect(withKeys(answer({ ...remote, groupBy: [] }), 0, listed('1', '5'), 'db1.people')).toBeUndefined()
  })
})

describe('a scan with keys', () => {
  const keyed = withKeys(scan, names.indexOf('t'), listed('Canary-1', 'Canary-2'), 'db1.people') as SourceScan

  it.each(['postgresql', 'mysql'])('is shown with where its keys come from, and without them: %s', (kind) => {
    const explain = (scan: SourceScan): string => getConnector(kind).explain(scan)
    expect(explain(keyed)).toContain('Canary-1')
    expect(explain(hidingKeys(keyed))).not.toContain('Canary')
    expect(explain(hidingKeys(keyed))).toMatch(/IN \(keys from db1\.people \(2\)\)/)
  })
})

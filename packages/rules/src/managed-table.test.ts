// What a new managed table looks like, and which files a write takes the place of.

import { describe, expect, it } from 'vitest'
import { type Column, parseColumnType, parseValueType } from './column.ts'
import { arrangeColumns, lies, partitionsOf, replacedFiles, storableColumn, type TableFile, type TableFileId } from './managed-table.ts'
import type { Managed } from './table.ts'

const columnsOf = (...names: readonly string[]): readonly Column[] => names.map((name) => ({ name, type: parseColumnType('int') }))
const managed: Managed = { partitionColumns: ['p', 'q'], version: 3, changedAt: 1 }

function file(id: string, ...partition: readonly (string | null)[]): TableFile {
  return { id: id as TableFileId, partition, rows: 10, bytes: 100, createdAt: Number(id) }
}

const files = [file('1', '1', '1'), file('2', '1', '2'), file('3', '2', null), file('4', null, '1')]
const ids = (found: readonly TableFile[]): string => found.map(({ id }) => id).join('')

describe('the columns of a table', () => {
  it('end with those of its partitions, spelled as they were declared', () => {
    const { columns, partitionColumns } = arrangeColumns('d.t', columnsOf('Q', 'a', 'p'), ['P', 'q'])
    expect([columns.map(({ name }) => name), partitionColumns]).toEqual([
      ['a', 'p', 'Q'],
      ['p', 'Q'],
    ])
  })

  it.each([
    [['a', 'A'], [], 'Found duplicate column(s) in the table definition of d.t: a'],
    [['a'], ['z'], 'partition column z is not defined in table d.t, defined table columns are: a'],
    [['a'], ['a'], 'Cannot use all columns for partition columns'],
    [['a', 'b'], ['b', 'B'], 'a column is listed twice in PARTITIONED BY'],
  ])('%j by %j are refused', (names, by, words) => {
    expect(() => arrangeColumns('d.t', columnsOf(...names), by)).toThrow(expect.objectContaining({ kind: 'semantic', message: words }))
  })

  it('of a query are kept unless they are bare NULLs, or hold some', () => {
    const type = parseColumnType('int')
    expect(storableColumn({ name: 'a', type })).toEqual({ name: 'a', type })
    expect(() => storableColumn({ name: 'a', type: { kind: 'null' } })).toThrow(expect.objectContaining({ kind: 'semantic' }))
    const nested = parseValueType('map<string,struct<a:array<int>,b:date>>')
    expect(storableColumn({ name: 'a', type: nested })).toEqual({ name: 'a', type: nested })
    for (const hidden of ['array<void>', 'map<string,void>', 'map<void,int>', 'struct<a:int,b:array<void>>'])
      expect(() => storableColumn({ name: 'a', type: parseValueType(hidden) })).toThrow(expect.objectContaining({ kind: 'semantic' }))
  })
})

describe('a write takes the place of', () => {
  const one = { column: 'p', value: '1' }

  it.each([
    ['nothing where it adds', false, [], false, ['1', '1'], ''],
    ['everything where it overwrites', true, [], false, ['9', '9'], '1234'],
    ['the static partition that it names', true, [one], false, ['1', '9'], '12'],
    ['the partition of NULL', true, [{ column: 'p', value: null }], false, [null, '1'], '4'],
    ['what it writes to where that is dynamic', true, [], true, ['1', '2'], '2'],
    ['what it writes to below the static partition', true, [one], true, ['1', '1'], '1'],
    ['the whole partition where every column is static, dynamic or not', true, [one, { column: 'Q', value: '2' }], true, ['1', '2'], '2'],
  ] as const)('%s', (_what, overwrite, partition, isDynamic, written, replaced) => {
    expect(ids(replacedFiles(managed, files, { overwrite, partition, isDynamic }, [{ partition: written }]))).toBe(replaced)
  })

  it('a static partition without rows too', () => {
    expect(ids(replacedFiles(managed, files, { overwrite: true, partition: [one], isDynamic: false }, []))).toBe('12')
    expect(ids(replacedFiles(managed, files, { overwrite: true, partition: [], isDynamic: true }, []))).toBe('')
  })
})

describe('partitions', () => {
  it('add up what their files hold, by name', () => {
    const more = [...files, file('9', '1', '2')]
    expect(
      partitionsOf(managed, more).map((part) => [part.name, part.files, part.rows, part.bytes, part.createdAt, part.changedAt]),
    ).toEqual([
      ['p=1/q=1', 1, 10, 100, 1, 1],
      ['p=1/q=2', 2, 20, 200, 2, 9],
      ['p=2/q=__HIVE_DEFAULT_PARTITION__', 1, 10, 100, 3, 3],
      ['p=__HIVE_DEFAULT_PARTITION__/q=1', 1, 10, 100, 4, 4],
    ])
    expect(partitionsOf({ ...managed, partitionColumns: [] }, [file('1')])).toEqual([])
  })

  it('are found by some of their values', () => {
    expect(ids(files.filter((one) => lies(managed, one, [{ column: 'q', value: '1' }])))).toBe('14')
    expect(ids(files.filter((one) => lies(managed, one, [{ column: 'q', value: undefined }])))).toBe('1234')
  })
})

// Names of partitions as Spark shows them, and what statements may say of them.

import { describe, expect, it } from 'vitest'
import { parseColumnType } from './column.ts'
import { partitionName, partitionText, readPartition } from './partition.ts'

const column = (type: string) => ({ name: 'p', type: parseColumnType(type) })

describe('the name of a partition', () => {
  // Recorded from Spark 3.3.1, see packages/query/src/warehouse/spark-inserts.json.
  it.each([
    [['p', 'd'], [null, null], 'p=__HIVE_DEFAULT_PARTITION__/d=__HIVE_DEFAULT_PARTITION__'],
    [['p', 'd'], ['a b/c=d%', '2024-02-29'], 'p=a b%2Fc%3Dd%25/d=2024-02-29'],
    [['p', 'd'], ['é:*?', '1970-01-01'], 'p=é%3A%2A%3F/d=1970-01-01'],
    [['p'], [''], 'p=__HIVE_DEFAULT_PARTITION__'],
    [['p'], ['\u0001"#\'\\\u007f{[]^'], 'p=%01%22%23%27%5C%7F%7B%5B%5D%5E'],
  ])('of %j and %j is %s', (columns, values, name) => {
    expect(partitionName(columns, values)).toBe(name)
  })
})

describe('a value that a statement names', () => {
  it.each([
    ['int', '07', '7'],
    ['int', ' +7 ', '7'],
    ['int', '-2147483648', '-2147483648'],
    ['tinyint', '127', '127'],
    ['bigint', '9223372036854775807', '9223372036854775807'],
    ['boolean', 'TRUE', 'true'],
    ['date', '2024-02-29', '2024-02-29'],
    ['string', ' x ', ' x '],
    ['int', null, null],
  ])('of %s: %j is kept as %j', (type, text, kept) => {
    expect(partitionText(column(type), text)).toBe(kept)
  })

  it.each([
    ['int', '2147483648'],
    ['int', '1.0'],
    ['int', ''],
    ['tinyint', '-129'],
    ['boolean', '1'],
    ['date', '2024-02-30'],
    ['date', '2024-2-30'],
    ['string', '__HIVE_DEFAULT_PARTITION__'],
  ])('of %s cannot be %j', (type, text) => {
    expect(() => partitionText(column(type), text)).toThrow(expect.objectContaining({ kind: 'semantic' }))
  })

  it('of a type with several texts for one value is refused by name', () => {
    expect(() => partitionText(column('double'), '1.0')).toThrow(expect.objectContaining({ kind: 'unsupported' }))
  })
})

describe('PARTITION', () => {
  it('is read in the order and spelling of the table', () => {
    expect(readPartition('d.t', ['Year', 'm'], [{ column: 'M', value: '2' }])).toEqual([
      { column: 'Year', value: undefined },
      { column: 'm', value: '2' },
    ])
    expect(readPartition('d.t', ['m'], [{ column: 'm', value: '' }])).toEqual([{ column: 'm', value: null }])
  })

  it('names partition columns alone, each once', () => {
    expect(() => readPartition('d.t', ['m'], [{ column: 'z', value: '1' }])).toThrow('z is not a valid partition column in table d.t.')
    const twice = [
      { column: 'm', value: '1' },
      { column: 'M', value: '2' },
    ]
    expect(() => readPartition('d.t', ['m'], twice)).toThrow(expect.objectContaining({ kind: 'semantic' }))
  })
})

// INSERT and TRUNCATE in every spelling that is offered, and messages for those that are not.

import { describe, expect, it } from 'vitest'
import { parseStatement } from './parse-statement.ts'

const t = { database: 'now', name: 't' }
const s = { database: 'now', name: 's' }
const plain = { kind: 'insert', table: t, overwrite: false, partition: [], ifNotExists: false, columns: undefined }

describe('INSERT', () => {
  it.each([
    ['INSERT INTO t SELECT * FROM s', { ...plain, query: 'SELECT * FROM s', tables: [s] }],
    ['insert into table T select 1 as a;', { ...plain, query: 'select 1 as a', tables: [] }],
    [
      'INSERT INTO t SELECT * FROM Spark_Catalog.x.s',
      { ...plain, query: 'SELECT * FROM Spark_Catalog.x.s', tables: [{ database: 'x', name: 's' }] },
    ],
    ['INSERT INTO t TABLE s', { ...plain, query: 'TABLE s', tables: [s] }],
    [
      "INSERT INTO dli.x.t VALUES (1, 'a'), (2, 'b')",
      { ...plain, table: { database: 'x', name: 't' }, query: "VALUES (1, 'a'), (2, 'b')", tables: [] },
    ],
    ['INSERT INTO t (B, `a`) SELECT 1, 2', { ...plain, columns: ['B', 'a'], query: 'SELECT 1, 2', tables: [] }],
    ['INSERT INTO t (SELECT 1)', { ...plain, query: '(SELECT 1)', tables: [] }],
    ['INSERT INTO t (a) (SELECT 1)', { ...plain, columns: ['a'], query: '(SELECT 1)', tables: [] }],
    ['INSERT OVERWRITE t SELECT 1', { ...plain, overwrite: true, query: 'SELECT 1', tables: [] }],
    ['INSERT OVERWRITE TABLE t SELECT 1', { ...plain, overwrite: true, query: 'SELECT 1', tables: [] }],
    [
      'WITH x AS (SELECT a FROM s), y AS (SELECT 1 AS insert) INSERT INTO t SELECT * FROM x, y, z.u',
      {
        ...plain,
        query: 'WITH x AS (SELECT a FROM s), y AS (SELECT 1 AS insert) SELECT * FROM x, y, z.u',
        tables: [s, { database: 'z', name: 'u' }],
      },
    ],
    [
      'INSERT INTO t WITH x AS (SELECT 1 AS a) SELECT a FROM x',
      { ...plain, query: 'WITH x AS (SELECT 1 AS a) SELECT a FROM x', tables: [] },
    ],
  ])('%s', async (sql, statement) => expect(await parseStatement(sql, 'Now')).toEqual(statement))

  it('reads partitions: fixed, dynamic, NULL, and every kind of constant', async () => {
    const sql =
      "INSERT OVERWRITE t PARTITION (A = 1, b='x', c = NULL, d = DATE '2024-02-29', e = -2L, f = true, g == 1.5BD, h) IF NOT EXISTS SELECT 1"
    const partition = [
      { column: 'a', value: '1' },
      { column: 'b', value: 'x' },
      { column: 'c', value: null },
      { column: 'd', value: '2024-02-29' },
      { column: 'e', value: '-2' },
      { column: 'f', value: 'true' },
      { column: 'g', value: '1.5' },
    ]
    expect(await parseStatement(sql.replace(', h)', ')'), 'now')).toEqual({
      ...plain,
      overwrite: true,
      partition,
      ifNotExists: true,
      query: 'SELECT 1',
      tables: [],
    })
    expect(await parseStatement(sql.replace(' IF NOT EXISTS', ''), 'now')).toMatchObject({
      partition: [...partition, { column: 'h', value: undefined }],
      ifNotExists: false,
    })
    await expect(parseStatement(sql, 'now')).rejects.toMatchObject({ kind: 'syntax', message: expect.stringContaining('and h has none') })
  })

  it.each([
    ['INSERT t SELECT 1', 'syntax', 'line 1, column 8: "t" stands where INTO or OVERWRITE is expected'],
    ['INSERT INTO t', 'syntax', 'line 1, column 14: the statement ends where a query is expected'],
    ['INSERT INTO t (a, A) SELECT 1, 2', 'semantic', 'column A is listed twice'],
    ['INSERT INTO t PARTITION (a=1, A=2) SELECT 1', 'semantic', 'column a is listed twice'],
    ['INSERT INTO t PARTITION (a=b) SELECT 1', 'syntax', '"b" stands where a constant is expected'],
    ['INSERT INTO t PARTITION (a=1) IF NOT EXISTS SELECT 1', 'syntax', 'INSERT INTO … IF NOT EXISTS is not allowed'],
    ["INSERT OVERWRITE DIRECTORY '/tmp/x' SELECT 1", 'unsupported', 'DIRECTORY in INSERT OVERWRITE is not offered'],
    ["INSERT OVERWRITE LOCAL DIRECTORY '/tmp/x' SELECT 1", 'unsupported', 'LOCAL in INSERT OVERWRITE is not offered'],
    ['FROM s INSERT INTO t SELECT a INSERT INTO u SELECT b', 'unsupported', 'FROM … INSERT is not offered'],
    ['INSERT INTO t SELECT a,\n  FROM FROM s', 'syntax', 'line 2,'],
  ])('%s', async (sql, kind, message) => {
    const error = await parseStatement(sql, 'now').catch((reason: unknown) => reason)
    expect([(error as { kind: string }).kind, (error as Error).message]).toEqual([kind, expect.stringContaining(message)])
  })
})

describe('TRUNCATE', () => {
  it.each([
    ['TRUNCATE TABLE t', { kind: 'truncate', table: t, partition: [] }],
    ['truncate table t partition (day = 5)', { kind: 'truncate', table: t, partition: [{ column: 'day', value: '5' }] }],
  ])('%s', async (sql, statement) => expect(await parseStatement(sql, 'now')).toEqual(statement))

  it('needs a value for each partition column', async () => {
    await expect(parseStatement('TRUNCATE TABLE t PARTITION (day)', 'now')).rejects.toMatchObject({ kind: 'semantic' })
    await expect(parseStatement('TRUNCATE t', 'now')).rejects.toMatchObject({ kind: 'syntax' })
  })
})

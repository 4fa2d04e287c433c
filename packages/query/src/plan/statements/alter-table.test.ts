// ALTER TABLE and CREATE TABLE … LIKE as statements: what is read, and what is refused by name.

import { ServiceError } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { parseStatement } from './parse-statement.ts'

const parse = async (sql: string) => parseStatement(sql, 'db')
const t = { database: 'db', name: 't' }

async function refusal(sql: string): Promise<readonly [string, string]> {
  const error: unknown = await parse(sql).catch((thrown: unknown) => thrown)
  if (!(error instanceof ServiceError)) throw new Error(`${sql} was not refused`)
  return [error.kind, error.message]
}

describe('ALTER TABLE', () => {
  it.each([
    ['ALTER TABLE t RENAME TO u', { kind: 'rename', to: { database: 'db', name: 'u' } }],
    ['ALTER TABLE T RENAME TO Other.U', { kind: 'rename', to: { database: 'other', name: 'u' } }],
    ["ALTER TABLE t SET TBLPROPERTIES ('a.b' = 'C', d = 1)", { kind: 'setProperties', properties: { 'a.b': 'C', d: '1' } }],
    ["ALTER TABLE t UNSET TBLPROPERTIES IF EXISTS (a.b, 'c')", { kind: 'unsetProperties', ifExists: true, keys: ['a.b', 'c'] }],
    [
      "ALTER TABLE t ADD COLUMNS (a int COMMENT 'x', b array<string>)",
      {
        kind: 'addColumns',
        columns: [
          { name: 'a', type: { kind: 'int' }, comment: 'x' },
          { name: 'b', type: { kind: 'array', element: { kind: 'string' } } },
        ],
      },
    ],
    ['ALTER TABLE t ADD COLUMN a int', { kind: 'addColumns', columns: [{ name: 'a', type: { kind: 'int' } }] }],
    ["ALTER TABLE t ALTER COLUMN a COMMENT 'x'", { kind: 'commentColumn', column: 'a', comment: 'x' }],
    [
      "ALTER TABLE t DROP IF EXISTS PARTITION (p = 1), PARTITION (p = 'b')",
      { kind: 'dropPartitions', ifExists: true, partitions: [[{ column: 'p', value: '1' }], [{ column: 'p', value: 'b' }]] },
    ],
  ])('%s', async (sql, change) => {
    expect(await parse(sql)).toEqual({ kind: 'alterTable', of: 'table', table: t, change })
  })

  it('of a view changes its name and properties', async () => {
    expect(await parse('ALTER VIEW t RENAME TO u')).toEqual({
      kind: 'alterTable',
      of: 'view',
      table: t,
      change: { kind: 'rename', to: { database: 'db', name: 'u' } },
    })
  })

  it.each([
    ['ALTER TABLE t DROP COLUMN a', 'DROP COLUMN'],
    ['ALTER TABLE t RENAME COLUMN a TO b', 'RENAME COLUMN'],
    ['ALTER TABLE t ALTER COLUMN a TYPE bigint', 'ALTER COLUMN'],
    ["ALTER TABLE t SET LOCATION 's3://x'", 'SET LOCATION'],
    ['ALTER TABLE t ADD PARTITION (p = 1)', 'ADD PARTITION'],
    ['ALTER TABLE t REPLACE COLUMNS (a int)', 'REPLACE COLUMNS'],
  ])('%s is refused by name', async (sql, named) => {
    expect(await refusal(sql)).toEqual(['unsupported', expect.stringContaining(`ALTER TABLE … ${named}`)])
  })

  it('needs values for the partitions that it drops', async () => {
    expect(await refusal('ALTER TABLE t DROP PARTITION (p)')).toEqual(['semantic', 'DROP PARTITION needs a value for partition column p'])
    expect((await refusal('ALTER TABLE t'))[0]).toBe('syntax')
  })
})

describe('CREATE TABLE … LIKE', () => {
  it('names the table whose columns are taken', async () => {
    expect(await parse("CREATE TABLE IF NOT EXISTS t LIKE o.s USING parquet TBLPROPERTIES ('a' = 'b')")).toEqual({
      kind: 'createTableLike',
      table: t,
      source: { database: 'o', name: 's' },
      ifNotExists: true,
      properties: { a: 'b' },
    })
  })

  it('takes no place and no other format', async () => {
    expect(await refusal("CREATE TABLE t LIKE s COMMENT 'x'")).toEqual([
      'unsupported',
      expect.stringContaining('LIKE makes a managed table'),
    ])
  })
})

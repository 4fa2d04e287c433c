// CREATE VIEW and ALTER VIEW in every spelling that is offered, and messages for those that are not.

import { ServiceError } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { parseStatement } from './parse-statement.ts'

const v = { database: 'now', name: 'v' }
const s = { database: 'now', name: 's' }
const plain = {
  kind: 'createView',
  view: v,
  orReplace: false,
  ifNotExists: false,
  columns: undefined,
  comment: '',
  properties: {},
  query: 'SELECT a FROM s',
  tables: [s],
}

describe('CREATE VIEW', () => {
  it.each([
    ['CREATE VIEW v AS SELECT a FROM s', plain],
    ['create or replace view V as SELECT a FROM s ;', { ...plain, orReplace: true }],
    ['CREATE VIEW IF NOT EXISTS v AS SELECT a FROM s', { ...plain, ifNotExists: true }],
    [
      "CREATE VIEW v (K COMMENT 'key', w) TBLPROPERTIES ('b' = 1, c.d = true) COMMENT 'text' AS SELECT a, b FROM s",
      {
        ...plain,
        columns: [{ name: 'K', comment: 'key' }, { name: 'w' }],
        comment: 'text',
        properties: { b: '1', 'c.d': 'true' },
        query: 'SELECT a, b FROM s',
      },
    ],
    ['CREATE VIEW v AS (SELECT a FROM s)', { ...plain, query: '(SELECT a FROM s)' }],
    [
      'CREATE VIEW v AS -- first\nWITH x AS (SELECT a FROM s)\nSELECT a /* all */ FROM x -- last',
      { ...plain, query: 'WITH x AS (SELECT a FROM s)\nSELECT a /* all */ FROM x' },
    ],
    [
      'CREATE VIEW v AS SELECT a + 1 AS b, s.* FROM s UNION SELECT a + 1, 2 FROM s',
      { ...plain, query: 'SELECT a + 1 AS b, s.* FROM s UNION SELECT a + 1, 2 FROM s' },
    ],
  ])('%s', async (sql, statement) => expect(await parseStatement(sql, 'now')).toEqual(statement))

  it.each([
    ['CREATE VIEW v', 'syntax', 'line 1, column 14: the statement ends where AS is expected'],
    ['CREATE VIEW v AS', 'syntax', 'the statement ends where a query is expected'],
    ['CREATE VIEW v AS DROP TABLE t', 'syntax', '"DROP" stands where a query is expected'],
    ['CREATE OR REPLACE VIEW IF NOT EXISTS v AS SELECT 1', 'syntax', 'CREATE OR REPLACE VIEW takes no IF NOT EXISTS'],
    ['CREATE VIEW v (a, A) AS SELECT 1, 2', 'semantic', 'column A is listed twice'],
    ['CREATE VIEW v AS SELECT a, a + 1 FROM s', 'semantic', 'column 2 of its query has none: give it an alias'],
    ['CREATE VIEW v AS SELECT count(*) FROM s UNION SELECT 1 AS n', 'semantic', 'column 1 of its query has none'],
    ['CREATE VIEW v PARTITIONED ON (a) AS SELECT 1 AS a', 'unsupported', 'PARTITIONED in CREATE VIEW is not offered'],
    ['CREATE TEMPORARY VIEW v AS SELECT 1', 'unsupported', 'CREATE TEMPORARY VIEW is not offered'],
    ['CREATE OR REPLACE GLOBAL TEMP VIEW v AS SELECT 1', 'unsupported', 'CREATE OR REPLACE GLOBAL TEMP VIEW is not offered'],
    ["CREATE VIEW v TBLPROPERTIES ('password' s3cret) AS SELECT 1 AS a", 'syntax', 'something else stands'],
  ])('%s', async (sql, kind, message) => {
    const error = await parseStatement(sql, 'now').catch((reason: unknown) => reason)
    expect([(error as { kind: string }).kind, (error as Error).message]).toEqual([kind, expect.stringContaining(message)])
    expect((error as Error).message).not.toContain('s3cret')
  })
})

describe('ALTER VIEW', () => {
  it('gives a view another query', async () => {
    const statement = { kind: 'alterView', view: v, query: 'SELECT a FROM s', tables: [s] }
    expect(await parseStatement('ALTER VIEW v AS SELECT a FROM s', 'now')).toEqual(statement)
    expect(await parseStatement('ALTER VIEW v SELECT a FROM s', 'now')).toEqual(statement)
  })

  it('does nothing else', async () => {
    for (const sql of ['ALTER VIEW v ADD COLUMNS (a int)', 'ALTER VIEW v DROP PARTITION (a = 1)', "ALTER VIEW v SET SERDE 'x'"])
      await expect(parseStatement(sql, 'now')).rejects.toBeInstanceOf(ServiceError)
  })
})

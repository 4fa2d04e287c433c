// SHOW in every spelling that is offered, and messages for those that are not.

import { describe, expect, it } from 'vitest'
import { parseStatement } from './parse-statement.ts'

const t = { database: 'now', name: 't' }
const xt = { database: 'x', name: 't' }

describe('SHOW', () => {
  it.each([
    ['SHOW DATABASES', { what: 'databases' }],
    ["show schemas like 'a*'", { what: 'databases', pattern: 'a*' }],
    ["SHOW NAMESPACES IN spark_catalog 'b'", { what: 'databases', pattern: 'b' }],
    ['SHOW TABLES', { what: 'tables', database: 'now' }],
    ["SHOW TABLES FROM `X` LIKE 'a|b'", { what: 'tables', database: 'x', pattern: 'a|b' }],
    ["SHOW TABLES IN dli.x 'a'", { what: 'tables', database: 'x', pattern: 'a' }],
    ['SHOW VIEWS IN x', { what: 'views', database: 'x' }],
    ["SHOW TABLE EXTENDED IN x LIKE 't*'", { what: 'tableExtended', database: 'x', pattern: 't*' }],
    [
      "SHOW TABLE EXTENDED LIKE 't' PARTITION (a=1)",
      { what: 'tableExtended', database: 'now', pattern: 't', partition: [{ column: 'a', value: '1' }] },
    ],
    ['SHOW COLUMNS FROM t', { what: 'columns', table: t }],
    ['SHOW COLUMNS IN t FROM x', { what: 'columns', table: xt }],
    ['SHOW COLUMNS IN x.t IN x', { what: 'columns', table: xt }],
    ['SHOW PARTITIONS x.t', { what: 'partitions', table: xt }],
    ['SHOW PARTITIONS t PARTITION (a=1)', { what: 'partitions', table: t, partition: [{ column: 'a', value: '1' }] }],
    ['SHOW CREATE TABLE t', { what: 'createTable', table: t }],
    ['SHOW TBLPROPERTIES t', { what: 'tableProperties', table: t }],
    ["SHOW TBLPROPERTIES t ('a.b')", { what: 'tableProperties', table: t, key: 'a.b' }],
    ['SHOW TBLPROPERTIES t (a.b)', { what: 'tableProperties', table: t, key: 'a.b' }],
    ['SHOW CURRENT SCHEMA', { what: 'currentDatabase' }],
    ['SHOW CATALOGS', { what: 'catalogs' }],
    ['SHOW USER FUNCTIONS', { what: 'functions', names: [] }],
  ])('%s', async (sql, shown) => expect(await parseStatement(sql, 'Now')).toEqual({ kind: 'show', ...shown }))

  it('knows the functions that are on offer', async () => {
    const statement = await parseStatement("SHOW FUNCTIONS LIKE 'u*'", 'now')
    expect(statement).toMatchObject({
      kind: 'show',
      what: 'functions',
      pattern: 'u*',
      names: expect.arrayContaining(['upper', 'count', 'sum']),
    })
  })

  it.each([
    ['SHOW', 'syntax', 'the statement ends where DATABASES or TABLES or'],
    ['SHOW TABELS', 'syntax', '"TABELS" stands where'],
    ['SHOW TABLES IN', 'syntax', 'the statement ends where a database name is expected'],
    ['SHOW TABLES LIKE a', 'syntax', '"a" stands where a pattern as a string'],
    ['SHOW TABLES x', 'syntax', '"x" stands where the end of the statement is expected'],
    ['SHOW TABLES IN other.x', 'unsupported', 'there is no catalog other'],
    ['SHOW TABLE EXTENDED', 'syntax', 'the statement ends where LIKE is expected'],
    ['SHOW COLUMNS t', 'syntax', '"t" stands where FROM or IN is expected'],
    ['SHOW COLUMNS IN x.t IN y', 'semantic', "SHOW COLUMNS with conflicting databases: 'y' != 'x'"],
    ['SHOW CREATE TABLE t AS SERDE', 'unsupported', 'AS in SHOW CREATE TABLE is not offered'],
    ['SHOW GRANTS', 'unsupported', 'SHOW GRANTS is not offered'],
  ])('%s', async (sql, kind, message) => {
    const error = await parseStatement(sql, 'now').catch((reason: unknown) => reason)
    expect([(error as { kind: string }).kind, (error as Error).message]).toEqual([kind, expect.stringContaining(message)])
  })
})

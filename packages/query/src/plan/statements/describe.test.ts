// DESCRIBE, EXPLAIN and the statements that keep things up to date, in every spelling that is offered.

import { describe, expect, it } from 'vitest'
import { functionNames } from './function-lines.ts'
import { parseStatement } from './parse-statement.ts'

const t = { database: 'now', name: 't' }
const table = { kind: 'describe', what: 'table', extended: false, table: t }
const query = { kind: 'describe', what: 'query', query: 'SELECT a FROM t', tables: [t] }

describe('DESCRIBE', () => {
  it.each([
    ['DESCRIBE t', table],
    ['desc table t;', table],
    ['DESC EXTENDED t', { ...table, extended: true }],
    ['DESCRIBE TABLE FORMATTED x.t', { ...table, extended: true, table: { database: 'x', name: 't' } }],
    ['DESCRIBE extended', { ...table, table: { database: 'now', name: 'extended' } }],
    ['DESCRIBE t Amount', { ...table, column: 'Amount' }],
    ['DESCRIBE EXTENDED t `a b`', { ...table, extended: true, column: 'a b' }],
    ["DESCRIBE t PARTITION (day='x')", { ...table, partition: [{ column: 'day', value: 'x' }] }],
    ['DESCRIBE DATABASE X', { kind: 'describe', what: 'database', extended: false, database: 'x' }],
    ['DESC SCHEMA EXTENDED x', { kind: 'describe', what: 'database', extended: true, database: 'x' }],
    ['DESCRIBE QUERY SELECT a FROM t', query],
    ['DESCRIBE SELECT a FROM t', query],
    ['DESC (SELECT a FROM t)', { ...query, query: '(SELECT a FROM t)' }],
    [
      'DESCRIBE FUNCTION Upper',
      { kind: 'describe', what: 'function', lines: ['Function: upper', 'Class: function', 'Usage: upper(a1) takes 1 argument'] },
    ],
  ])('%s', async (sql, statement) => expect(await parseStatement(sql, 'now')).toEqual(statement))

  it('tells of every function what it takes, and of most of them a call that Spark has answered', async () => {
    const told: string[] = []
    for (const name of functionNames()) {
      const statement = await parseStatement(`DESCRIBE FUNCTION EXTENDED \`${name}\``, 'now')
      const { lines } = statement as { readonly lines: readonly string[] }
      expect(lines[2]).toContain(`Usage: ${name}(`)
      if (lines.some((line) => line.startsWith('      > SELECT '))) told.push(name)
    }
    expect(told.length).toBeGreaterThan(functionNames().length * 0.9)
    const { lines } = (await parseStatement('DESC FUNCTION EXTENDED sha2', 'now')) as { readonly lines: readonly string[] }
    expect(lines).toEqual(expect.arrayContaining(['Returns: string, in the example', 'Extended Usage:', '    Examples:']))
  })

  it('refuses what there is not', async () => {
    await expect(parseStatement('DESCRIBE FUNCTION nope', 'now')).rejects.toMatchObject({ kind: 'semantic' })
    await expect(parseStatement('DESCRIBE', 'now')).rejects.toMatchObject({ kind: 'syntax' })
    await expect(parseStatement('DESCRIBE t a b', 'now')).rejects.toMatchObject({ kind: 'syntax' })
  })
})

describe('EXPLAIN', () => {
  it.each([
    ['EXPLAIN SELECT a FROM t', { mode: 'simple', sql: 'SELECT a FROM t', statement: { kind: 'query', tables: [t] } }],
    ['explain extended DROP TABLE t;', { mode: 'extended', statement: { kind: 'dropTable', table: t, ifExists: false } }],
    ['EXPLAIN FORMATTED INSERT INTO t SELECT 1', { mode: 'formatted', statement: { kind: 'insert', table: t } }],
    ['EXPLAIN COST WITH x AS (SELECT 1 AS a) INSERT INTO t SELECT a FROM x', { mode: 'cost', statement: { kind: 'insert' } }],
  ])('%s', async (sql, statement) => expect(await parseStatement(sql, 'now')).toMatchObject({ kind: 'explain', ...statement }))

  it('says where the statement in it is wrong, in the whole text', async () => {
    await expect(parseStatement('EXPLAIN\n  SELEC 1', 'now')).rejects.toMatchObject({
      kind: 'syntax',
      message: expect.stringContaining('line 2, column 3'),
    })
    await expect(parseStatement('EXPLAIN EXPLAIN SELECT 1', 'now')).rejects.toMatchObject({ kind: 'unsupported' })
    await expect(parseStatement('EXPLAIN', 'now')).rejects.toMatchObject({ kind: 'syntax' })
    await expect(parseStatement('EXPLAIN CODEGEN SELECT 1', 'now')).rejects.toMatchObject({ kind: 'unsupported' })
    await expect(parseStatement('EXPLAIN LOGICAL SELECT 1', 'now')).rejects.toMatchObject({ kind: 'unsupported' })
  })
})

describe('what is always up to date', () => {
  it.each([
    ['REFRESH TABLE t', 'REFRESH TABLE'],
    ['ANALYZE TABLE t COMPUTE STATISTICS', 'ANALYZE TABLE'],
    ['ANALYZE TABLE t PARTITION (a=1) COMPUTE STATISTICS NOSCAN', 'ANALYZE TABLE'],
    ['ANALYZE TABLE t COMPUTE STATISTICS FOR COLUMNS a, b', 'ANALYZE TABLE'],
    ['ANALYZE TABLE t COMPUTE STATISTICS FOR ALL COLUMNS', 'ANALYZE TABLE'],
  ])('%s', async (sql, verb) => expect(await parseStatement(sql, 'now')).toEqual({ kind: 'upkeep', verb, table: t }))

  it.each([
    ['USE shop', 'USE is not offered: a job has a database of its own: submit the statement with currentdb'],
    ['SET a = b', 'submit the statement with conf'],
    ['MSCK REPAIR TABLE t', 'MSCK REPAIR is not offered: the partitions of a managed table are those that were written'],
    ['CACHE TABLE t', 'CACHE TABLE is not offered: the engine keeps by itself'],
    ['MERGE INTO t USING s ON a WHEN MATCHED THEN DELETE', 'MERGE INTO is not offered: rows are added by INSERT INTO'],
    ['GRANT SELECT ON t TO u', 'rights are granted by PUT'],
    ['LOAD DATA INPATH x INTO TABLE t', 'LOAD DATA is not offered; use SELECT, INSERT'],
    ['REFRESH FUNCTION f', 'REFRESH FUNCTION is not offered'],
  ])('refuses %s, and says what to do', async (sql, message) => {
    const error = await parseStatement(sql, 'now').catch((reason: unknown) => reason)
    expect([(error as { kind: string }).kind, (error as Error).message]).toEqual(['unsupported', expect.stringContaining(message)])
  })
})

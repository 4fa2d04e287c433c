// DDL in every spelling that is offered, and messages for those that are not.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStatement } from './parse-statement.ts'

const published = `CREATE TABLE IF NOT EXISTS dli_to_rds USING JDBC OPTIONS (
  'url'='jdbc:postgresql://192.168.0.193:5432/postgres', 'driver'='org.postgresql.Driver',
  'dbtable'='pg_schema.test1', 'passwdauth'='test', 'encryption'='true')`

describe('CREATE TABLE', () => {
  it('reads the published statement', async () => {
    expect(await parseStatement(published, 'Default')).toEqual({
      kind: 'createTable',
      table: { database: 'default', name: 'dli_to_rds' },
      ifNotExists: true,
      columns: undefined,
      using: 'jdbc',
      options: {
        url: 'jdbc:postgresql://192.168.0.193:5432/postgres',
        driver: 'org.postgresql.Driver',
        dbtable: 'pg_schema.test1',
        passwdauth: 'test',
        encryption: 'true',
      },
      properties: {},
      partitionedBy: [],
      comment: '',
    })
  })

  it('reads columns, comments and every form of an option', async () => {
    const sql = `create table \`My Db\`.T1 (a int, B decimal(10, 2) comment 'money', c varchar(20)) using jdbc
      comment 'two''
      words' options (URL 'x', "PassWd"="a b ", dbTable = 't\\'s', 'k' 'v', es.nodes '1' -- end
      ) ;`
    expect(await parseStatement(sql.replace("two''", 'two'), 'db1')).toEqual({
      kind: 'createTable',
      table: { database: 'my db', name: 't1' },
      ifNotExists: false,
      columns: [
        { name: 'a', type: { kind: 'int' } },
        { name: 'B', type: { kind: 'decimal', precision: 10, scale: 2 }, comment: 'money' },
        { name: 'c', type: { kind: 'string' } },
      ],
      using: 'jdbc',
      options: { url: 'x', passwd: 'a b ', dbtable: "t's", k: 'v', 'es.nodes': '1' },
      properties: {},
      partitionedBy: [],
      comment: 'two\n      words',
    })
  })

  it('reads managed tables, with or without USING, their partition columns last', async () => {
    const managed = { kind: 'createTable', using: 'parquet', options: {}, ifNotExists: false, comment: '' }
    const [day, a] = [
      { name: 'Day', type: { kind: 'date' } },
      { name: 'a', type: { kind: 'int' } },
    ]
    const sql = "CREATE TABLE t (Day date, a int) USING parquet PARTITIONED BY (DAY) TBLPROPERTIES (x.y = 1, 'z' 'w')"
    expect(await parseStatement(sql, 'db1')).toEqual({
      ...managed,
      table: { database: 'db1', name: 't' },
      columns: [a, day],
      partitionedBy: ['Day'],
      properties: { 'x.y': '1', z: 'w' },
    })
    expect(await parseStatement('CREATE TABLE t (a int) PARTITIONED BY (Day date)', 'db1')).toMatchObject({
      columns: [a, day],
      partitionedBy: ['Day'],
    })
    expect(await parseStatement('CREATE TABLE t (a int) STORED AS PARQUET', 'db1')).toMatchObject({ ...managed, columns: [a] })
    expect(await parseStatement('CREATE TABLE t (table int, values int)', 'db1')).toMatchObject({
      columns: [{ name: 'table' }, { name: 'values' }],
    })
  })

  it('reads a query behind AS, or without it', async () => {
    const made = {
      kind: 'createTableAs',
      using: 'parquet',
      ifNotExists: true,
      partitionedBy: ['b'],
      query: 'SELECT a, b FROM s',
      comment: 'c',
    }
    const head = "CREATE TABLE IF NOT EXISTS t COMMENT 'c' PARTITIONED BY (b)"
    for (const sql of [`${head} AS SELECT a, b FROM s`, `${head} USING parquet SELECT a, b FROM s;`])
      expect(await parseStatement(sql, 'db1')).toMatchObject({ ...made, tables: [{ database: 'db1', name: 's' }] })
    expect(await parseStatement('CREATE TABLE t (SELECT 1 AS a)', 'db1')).toMatchObject({ kind: 'createTableAs', query: '(SELECT 1 AS a)' })
  })

  it('keeps any value of an option verbatim', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), async (value) => {
        const quoted = `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
        const statement = await parseStatement(`CREATE TABLE t USING JDBC OPTIONS ('password' = ${quoted})`, 'db1')
        expect(statement).toMatchObject({ options: { password: value } })
      }),
    )
  })

  it.each([
    ["CREATE TABLE t USING JDBC OPTIONS ('url'=1)", 'syntax', 'line 1, column 42: "1" stands where the value of option url as a string'],
    ["CREATE TABLE t USING JDBC OPTIONS (url 'x', s3cret)", 'syntax', '")" stands where the value of an option as a string'],
    ["CREATE TABLE t USING JDBC OPTIONS (s3cret 'x', s3cret 'y')", 'invalid', 'an option is given twice'],
    ["CREATE TABLE t USING JDBC OPTIONS ('driver'=true)", 'syntax', 'the value of option driver as a string'],
    ["CREATE TABLE t USING JDBC OPTIONS ('a'='b' 'c'='d'", 'syntax', '"=" stands where "," or ")" is expected'],
    ["CREATE TABLE t USING JDBC OPTIONS ('url'='b', 'URL'='c')", 'invalid', 'option url is given twice'],
    ["CREATE TABLE t USING JDBC OPTIONS ('password'='s3cret' junk)", 'syntax', 'something else stands where "," or ")" is expected'],
    ['CREATE TABLE t USING JDBC OPTIONS (password s3cret-x)', 'syntax', 'something else stands where the value of option password'],
    ["CREATE TABLE t USING JDBC OPTIONS ('a'='b', es.pass.token = s3cret)", 'syntax', 'something else stands where the value'],
    ['CREATE TABLE t USING JDBC OPTIONS (`password` `s3cret`)', 'syntax', 'something else stands where the value of option password'],
    ['CREATE TABLE t USING JDBC OPTIONS (user s3cret)', 'syntax', 'something else stands where the value of option user'],
    ["CREATE TABLE t USING JDBC OPTIONS (password 'x', url junk)", 'syntax', '"junk" stands where the value of option url'],
    ['CREATE TABLE t (a int', 'syntax', 'the statement ends where "," or ")" is expected'],
    ['CREATE TABLE t', 'syntax', 'the statement ends where the column list or USING is expected'],
    ['CREATE TABLE t (a int, A string) USING JDBC', 'semantic', 'column A is listed twice'],
    ['CREATE TABLE t (a array<int>) USING JDBC', 'unsupported', 'column a of type array<int> is not offered in a source table'],
    ['CREATE TABLE t USING redis OPTIONS ()', 'unsupported', 'USING REDIS is not offered; offered: JDBC, PARQUET'],
    ['CREATE TABLE a.b.c USING JDBC', 'unsupported', 'there is no catalog a'],
    ['CREATE EXTERNAL TABLE t (a int)', 'unsupported', 'CREATE EXTERNAL TABLE is not offered'],
    ['CREATE', 'syntax', 'the statement ends where DATABASE or SCHEMA or TABLE or VIEW is expected'],
    ["CREATE TABLE t USING JDBC OPTIONS ('a'='b') PARTITIONED BY (a)", 'unsupported', 'PARTITIONED'],
    ['CREATE TABLE t (a int) AS SELECT 1', 'syntax', "takes the query's columns"],
    ['CREATE TABLE t PARTITIONED BY (a int) AS SELECT 1 AS a', 'syntax', 'names its partition columns without types'],
    ['CREATE TABLE t USING parquet', 'semantic', 'a managed table needs a column list'],
    ['CREATE TABLE t USING JDBC AS SELECT 1', 'unsupported', 'CREATE TABLE … USING JDBC AS is not offered'],
    ['CREATE TABLE t (a int) PARTITIONED BY (a)', 'semantic', 'Cannot use all columns for partition columns'],
    ['CREATE TABLE t (a int, b int) PARTITIONED BY (c)', 'semantic', 'partition column c is not defined in table db1.t'],
    ['CREATE TABLE t (a int) PARTITIONED BY (bucket(4, a))', 'unsupported', 'partitioning by an expression is not offered'],
    ['CREATE TABLE t (a int, b int) PARTITIONED BY (a, c int)', 'syntax', 'names of columns, or columns with their types'],
    ["CREATE TABLE t (a int) LOCATION '/tmp'", 'unsupported', 'LOCATION in CREATE TABLE is not offered'],
    [
      'CREATE TABLE t (a int) USING parquet CLUSTERED BY (a) INTO 4 BUCKETS',
      'unsupported',
      'CLUSTERED in CREATE TABLE … USING is not offered',
    ],
    ['CREATE TABLE t (a map<int)', 'syntax', 'the statement ends where ")" or ">" is expected'],
    ["CREATE TABLE t USING JDBC OPTIONS ('a'='b') extra", 'syntax', '"extra" stands where the end of the statement is expected'],
  ])('%s', async (sql, kind, message) => {
    const error = await parseStatement(sql, 'db1').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ kind })
    expect((error as Error).message).toContain(message)
    expect((error as Error).message).not.toContain('s3cret')
  })
})

describe('databases and DROP', () => {
  it.each([
    ['CREATE DATABASE Db1', { kind: 'createDatabase', database: 'db1', ifNotExists: false, comment: '' }],
    ["create schema if not exists `d 1` comment 'x'", { kind: 'createDatabase', database: 'd 1', ifNotExists: true, comment: 'x' }],
    ['DROP DATABASE IF EXISTS a CASCADE', { kind: 'dropDatabase', database: 'a', ifExists: true, cascade: true }],
    ['drop schema a restrict;', { kind: 'dropDatabase', database: 'a', ifExists: false, cascade: false }],
    ['DROP TABLE T', { kind: 'dropTable', table: { database: 'now', name: 't' }, ifExists: false }],
    ['/* x */ DROP TABLE IF EXISTS `A`.`B` -- y', { kind: 'dropTable', table: { database: 'a', name: 'b' }, ifExists: true }],
  ])('%s', async (sql, statement) => expect(await parseStatement(sql, 'Now')).toEqual(statement))

  it('refuses what follows and is not offered', async () => {
    await expect(parseStatement("CREATE DATABASE a LOCATION '/x'", 'd')).rejects.toMatchObject({ kind: 'unsupported' })
    await expect(parseStatement('DROP TABLE a PURGE', 'd')).rejects.toMatchObject({ kind: 'unsupported' })
    await expect(parseStatement('DROP TABLE', 'd')).rejects.toMatchObject({ kind: 'syntax' })
  })
})

// Nothing that is not on the list gets past the reading: files, settings, the engine's own catalog, unknown functions, tricks of quoting and comments.

import { afterAll, describe, expect, it } from 'vitest'
import { planningDatabase, sampleTable } from './sample-planning.ts'
import { parseStatement, planQuery } from './steps.ts'

const planning = await planningDatabase()
afterAll(() => planning.close())
const tables = [
  sampleTable('db1', 't', { a: 'int', b: 'string', d: 'date', x: 'binary', ok: 'boolean' }),
  sampleTable('db1', 'u', { a: 'int', c: 'double' }),
]

/** Statement by statement: what the refusal has to name. */
const refused: readonly (readonly [string, RegExp])[] = [
  // Files and addresses as tables
  ['SELECT * FROM parquet.`/etc/passwd`', /not found: parquet\.\/etc\/passwd/],
  ['SELECT * FROM csv.`s3://bucket/x.csv`', /not found/],
  ["SELECT * FROM '/etc/passwd'", /^the string '\/etc\/passwd' as a table is not offered/],
  ['SELECT * FROM `/etc/passwd`', /not found: db1\.\/etc\/passwd/],
  ['SELECT * FROM "t"', /^the string 't' as a table is not offered/],
  ['SELECT * FROM `#0`', /not found: db1\.#0/],
  ["SELECT * FROM db1.'t'", /not offered|not expected/],
  ['SELECT * FROM `https://evil/x.parquet`', /not found/],
  ['SELECT * FROM `t.parquet`', /not found: db1\.t\.parquet/],
  ['SELECT * FROM cat.db1.t', /not found: cat\.db1\.t/],
  ['SELECT * FROM memory.main.t', /not found/],
  // Table functions
  ["SELECT * FROM read_parquet('/etc/passwd')", /table function read_parquet is not offered/],
  ["SELECT * FROM read_csv('/etc/passwd')", /read_csv is not offered/],
  ["SELECT * FROM read_text('/etc/passwd')", /read_text is not offered/],
  ["SELECT * FROM read_blob('/etc/passwd') AS f", /read_blob is not offered/],
  ["SELECT * FROM glob('*')", /glob is not offered/],
  ["SELECT * FROM query('SELECT 1')", /query is not offered/],
  ["SELECT * FROM query_table('t')", /query_table is not offered/],
  ['SELECT * FROM duckdb_settings()', /duckdb_settings is not offered/],
  ['SELECT * FROM duckdb_secrets()', /duckdb_secrets is not offered/],
  ["SELECT * FROM pragma_table_info('t')", /pragma_table_info is not offered/],
  ["SELECT * FROM range('x')", /range takes whole numbers written out/],
  ['SELECT * FROM main.range(10)', /range is not offered/],
  ['SELECT * FROM t, LATERAL u', /not found|not expected/],
  ["SELECT * FROM t LATERAL VIEW getenv('HOME') v AS e", /function getenv is not offered/],
  ['SELECT * FROM t LATERAL VIEW unnest(array(1)) v AS e', /function unnest is not offered/],
  ['SELECT * FROM explode(array(1))', /table function explode is not offered/],
  ["SELECT * FROM postgres_scan('host=1.2.3.4', 'public', 't')", /postgres_scan is not offered/],
  ["SELECT * FROM sniff_csv('/etc/passwd')", /sniff_csv is not offered/],
  // The engine's catalog
  ['SELECT * FROM duckdb_tables', /not found/],
  ['SELECT * FROM information_schema.tables', /not found: information_schema\.tables/],
  ['SELECT * FROM pg_catalog.pg_class', /not found/],
  ['SELECT * FROM sqlite_master', /not found/],
  ['SELECT * FROM system.main.duckdb_settings', /not found/],
  ['SELECT * FROM s_0123456789abcdef', /not found/],
  // Functions
  ["SELECT getenv('HOME')", /function getenv is not offered/],
  ["SELECT current_setting('temp_directory')", /function current_setting is not offered/],
  ["SELECT read_text('/etc/passwd')", /function read_text is not offered/],
  ["SELECT getvariable('x')", /function getvariable is not offered/],
  ['SELECT version()', /function version is not offered/],
  ["SELECT `getenv`('HOME')", /function getenv is not offered/],
  ["SELECT GetEnv ('HOME')", /function getenv is not offered/],
  ["SELECT main.getenv('HOME')", /function main\.getenv is not offered/],
  ["SELECT java_method('java.lang.System', 'exit', 1)", /function java_method is not offered/],
  ["SELECT reflect('java.lang.System', 'getenv')", /function reflect is not offered/],
  ["SELECT query('x')", /function query is not offered/],
  ['SELECT rand()', /function rand is not offered/],
  ['SELECT uuid()', /function uuid is not offered/],
  ['SELECT constructor(1)', /function constructor is not offered/],
  ['SELECT __proto__(1)', /function __proto__ is not offered/],
  ["SELECT nextval('s')", /function nextval is not offered/],
  ["SELECT error('x')", /function error is not offered/],
  ["SELECT getenv('HOME') OVER (PARTITION BY b) FROM t", /function getenv is not offered/],
  ['SELECT getenv() OVER w FROM t WINDOW w AS (ORDER BY a)', /function getenv is not offered/],
  ['SELECT sum(a) OVER (ORDER BY getenv(1)) FROM t', /function getenv is not offered/],
  ['SELECT sum(a) OVER (ORDER BY a ROWS getenv(1) PRECEDING) FROM t', /ROWS frame takes whole numbers/],
  ['SELECT sum(a) OVER (ORDER BY a GROUPS 1 PRECEDING) FROM t', /^GROUPS is not offered/],
  ['SELECT a FROM t WHERE sum(a) OVER () > 1', /window functions inside WHERE/],
  ['SELECT sum(a) FILTER (WHERE getenv(1)) FROM t', /function getenv is not offered/],
  ['SELECT abs(a) FILTER (WHERE a > 1) FROM t', /abs is no aggregate function/],
  ['SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM t', /^WITHIN GROUP is not offered/],
  ['SELECT transform(a, q -> q + 1) FROM t', /an argument of type array is required/],
  ['SELECT fn__getenv(1)', /function fn__getenv is not offered/],
  // Statements
  ["COPY t TO '/tmp/x'", /COPY is not offered/],
  ["ATTACH '/tmp/x.db'", /ATTACH is not offered/],
  ['SET threads = 1', /SET is not offered/],
  ['PRAGMA database_list', /PRAGMA is not offered/],
  ['INSTALL httpfs', /INSTALL is not offered/],
  ["LOAD '/tmp/x.so'", /LOAD is not offered/],
  ['UPDATE t SET a = 1', /UPDATE is not offered/],
  ['DELETE FROM t', /DELETE FROM is not offered/],
  ["ADD JAR '/tmp/x.jar'", /ADD JAR is not offered/],
  ['CALL pragma_version()', /CALL is not offered/],
  ['CREATE OR REPLACE TEMPORARY VIEW v USING parquet', /CREATE OR REPLACE TEMPORARY VIEW is not offered/],
  ["CREATE FUNCTION f AS 'x'", /CREATE FUNCTION is not offered/],
  ['CREATE MACRO m(a) AS a', /CREATE MACRO is not offered/],
  ["CREATE SECRET s (TYPE s3, KEY_ID 'x')", /CREATE SECRET is not offered/],
  ["CREATE TABLE x USING parquet OPTIONS ('path'='/etc')", /OPTIONS of a managed table are not offered/],
  ["CREATE TABLE x USING org.evil.Source OPTIONS ('a'='b')", /USING ORG is not offered/],
  ['ALTER TABLE t DROP COLUMN z', /ALTER TABLE … DROP COLUMN is not offered/],
  ["ALTER TABLE t SET LOCATION '/tmp'", /ALTER TABLE … SET LOCATION is not offered/],
  ['SELECT 1; DROP TABLE t', /several statements/],
  ['SELECT 1;;SELECT 2', /several statements/],
  // Constructs
  ['SELECT TOP 5 a FROM t', /top/i],
  ['SELECT DISTINCT ON (a) a FROM t', /distinct on/i],
  ['SELECT * EXCLUDE (a) FROM t', /not offered|not expected/],
  ['SELECT * EXCEPT (a) FROM t', /not offered|not expected/],
  ['SELECT * REPLACE (1 AS a) FROM t', /not offered|not expected/],
  ["SELECT COLUMNS('a') FROM t", /function columns is not offered/],
  ['SELECT a FROM t QUALIFY 1 = 1', /qualify/i],
  ['SELECT a INTO z FROM t', /into/i],
  ['SELECT a FROM t TABLESAMPLE (BUCKET 1 OUT OF 10)', /sample/i],
  ['SELECT a FROM t VERSION AS OF 1', /version|not offered/i],
  ['SELECT a FROM t PIVOT (getenv(a) FOR b IN (1))', /function getenv is not offered|PIVOT is of type/],
  ['SELECT * FROM t UNPIVOT (v FOR n IN (a))', /^UNPIVOT is not offered/],
  ['SELECT a FROM t ASOF JOIN u ON true', /^ASOF is not offered/],
  ['SELECT a FROM t GROUP BY ALL', /all in GROUP BY/i],
  ['SELECT a FROM t GROUP BY ROLLUP (getenv(a))', /function getenv is not offered/],
  ['WITH RECURSIVE r AS (SELECT 1) SELECT * FROM r', /recursive/i],
  ['SELECT a FROM t LIMIT 1 OFFSET 1', /offset/i],
  ['SELECT a FROM t LIMIT a', /LIMIT/],
  ['SELECT a::int FROM t', /operator :: is not offered/],
  ['SELECT a[0] FROM t', /an argument of type array is required/],
  ['SELECT $1', /\$/],
  ['SELECT ? FROM t', /\?/],
  ['SELECT {fn abs(1)}', /operator \{ is not offered/],
  ["SELECT avg(INTERVAL '1' DAY)", /^avg of intervals is not offered$/],
  ["SELECT abs(INTERVAL '1' DAY)", /^abs of intervals is not offered$/],
  ["SELECT signum(INTERVAL '1' MONTH)", /^sign of intervals is not offered$/],
  ["SELECT TIMESTAMP'2024-11-03 01:30:00 CST'", /^the time zone CST is not offered/],
  ["SELECT INTERVAL '1' DAY + 'x'", /interval day \+ string .* is not offered/],
  ['SELECT CAST(a AS ARRAY<INT>) FROM t', /converting int to array<int> is not offered/],
  ['SELECT CAST(a AS TIMESTAMP_NTZ) FROM t', /CAST to/],
  ["SELECT TRY_CAST(array('1') AS ARRAY<INT>)", /TRY_CAST of array<string> to array<int> is not offered/],
  ['SELECT b RLIKE a FROM t', /the pattern of rlike has to be a string written out/],
  ["SELECT b RLIKE '(?=a)' FROM t", /\(\? in the regular expression '\(\?=a\)' is not offered/],
  ["SELECT b RLIKE 'a\\\\b' FROM t", /\\b in the regular expression/],
  ["SELECT b RLIKE '[a&&b]' FROM t", /& in brackets/],
  ["SELECT b RLIKE 'a++' FROM t", /possessive/],
  ["SELECT split(b, '\\0') FROM t", /NUL character/],
  ["SELECT NOT getenv('a') LIKE 'b'", /function getenv is not offered/],
  ['SELECT b ILIKE a FROM t', /LIKE takes a string constant/],
  ['SELECT b LIKE a FROM t', /LIKE takes a string constant/],
  ['SELECT b & 1 FROM t', /an argument of type int is required/],
  ['SELECT 1.5D DIV 2', /DIV takes whole numbers and decimals/],
  ["SELECT 'a\\0b'", /name of a result column with a NUL character is not offered; give the column an alias/],
  ['SELECT b COLLATE nocase FROM t', /"nocase" is not expected/],
  ["SELECT b ILIKE ANY ('a', 'b') FROM t", /^ILIKE ANY is not offered/],
  ["SELECT b LIKE ANY (getenv('a')) FROM t", /function getenv is not offered/],
  ['SELECT x = x FROM t', /binary/],
  ['SELECT a FROM t ORDER BY array(a)', /ordering by array<int> is not offered/],
  ['SELECT rank() OVER (ORDER BY array(a)) FROM t', /ordering by array<int> is not offered/],
  ['SELECT greatest(array(a), array(1)) FROM t', /greatest of array<int> is not offered/],
  ['SELECT max(struct(a, map(1, 2))) FROM t', /max of struct<a:int,col2:map<int,int>> is not offered/],
  ['SELECT hash(array(a)) FROM t', /hash over array<int> is not offered/],
  ['SELECT rand()', /function rand is not offered/],
  ['SELECT uuid()', /function uuid is not offered/],
  ['SELECT java_method(b, b) FROM t', /function java_method is not offered/],
  ['SELECT input_file_name()', /function input_file_name is not offered/],
  ['SELECT list_transform(array(a), x -> x) FROM t', /function list_transform is not offered/],
  ["SELECT date_format(d, 'YYYY') FROM t", /YYYY in the date pattern 'YYYY' is not offered/],
  ["SELECT to_utc_timestamp(d, 'EST5') FROM t", /the time zone EST5 is not offered/],
  ["SELECT get_json_object(b, '$.*') FROM t", /a wildcard or a quote in the path/],
  ['SELECT struct(a, a) FROM t', /a struct with two fields called a is not offered/],
  ['SELECT map(1, 2) = map(1, 2)', /such values have no order here/],
  // Quotes and comments
  ["SELECT * FROM t -- \n, read_csv('/etc/passwd')", /read_csv is not offered/],
  ['SELECT /* nested /* deeper */ */ getenv(1)', /getenv is not offered/],
  ['SELECT /* open', /comment is not closed/],
  ["SELECT 'open", /string is not closed/],
  ['SELECT `open', /name is not closed/],
  ['SELECT * FROM `t"; DROP TABLE x; --`', /not found/],
  ['SELECT a AS `x" FROM read_csv(1) --`, getenv(1) FROM t', /getenv is not offered/],
]

describe('what is not on the list is refused by name', () => {
  it('has a long list', () => expect(refused.length).toBeGreaterThan(100))

  it.each(refused)('%s', async (sql, named) => {
    const attempt = parseStatement(sql, 'db1').then(() => planQuery({ sql, currentDatabase: 'db1', tables, database: planning.database }))
    const error = (await attempt.catch((reason: unknown) => reason)) as Error & { kind?: string }
    expect(error.name, String(error)).toBe('ServiceError')
    expect(['unsupported', 'syntax', 'semantic']).toContain(error.kind)
    expect(error.message).toMatch(named)
    expect(error.message).not.toMatch(/duckdb(?!_)|polyglot/i)
  })

  it('keeps a string with quotes a string', async () => {
    const plan = await planQuery({ sql: "SELECT 'a\\' , getenv(1) , '", currentDatabase: 'db1', tables, database: planning.database })
    expect(plan.sql).toContain("'a'' , getenv(1) , '")
    expect(plan.columns).toHaveLength(1)
  })

  it('keeps a name with quotes a name', async () => {
    const plan = await planQuery({ sql: 'SELECT a AS `x" FROM y --` FROM t', currentDatabase: 'db1', tables, database: planning.database })
    expect(plan.columns.map((column) => column.name)).toEqual(['x" FROM y --'])
    expect(plan.sql).toContain('AS "x"" FROM y --"')
  })

  it('bounds what a short text can grow to', async () => {
    const doubling = Array.from(
      { length: 40 },
      (_none, index) => `q${index + 1} AS (SELECT x.a FROM q${index} x JOIN q${index} y ON x.a = y.a)`,
    )
    const sql = `WITH q0 AS (SELECT a FROM t), ${doubling.join(', ')} SELECT count(*) FROM q40`
    await expect(planQuery({ sql, currentDatabase: 'db1', tables, database: planning.database })).rejects.toMatchObject({
      kind: 'exhausted',
    })
    const casts = `SELECT ${'CAST(CAST('.repeat(14)}b${' AS INT) AS STRING)'.repeat(14)} FROM t`
    await expect(planQuery({ sql: casts, currentDatabase: 'db1', tables, database: planning.database })).rejects.toMatchObject({
      kind: 'exhausted',
    })
    const deep = `SELECT ${'('.repeat(3000)}1${')'.repeat(3000)}`
    await expect(parseStatement(deep, 'db1')).rejects.toMatchObject({ name: 'ServiceError' })
  })
})

// Rows on their way to a real MariaDB: as they were, or none of them.

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServiceError, say } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MariadbServer, mariadbAbsence, startMariadb } from '../../../../../tests/servers/mariadb.ts'
import { openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import type { Ran } from './messages.ts'
import { rejection, rowSql, type WriteOptions, WriteStage } from './sample-writes.ts'

const setup = `
create table kinds (id int primary key, a tinyint(1), b smallint, c int unsigned, d bigint, e float, f double, g decimal(38,10), h varchar(200) character set utf8mb4, i blob, j date, k datetime(6), l timestamp(6) null,
  m json, n enum('sad','glad'), o bit(1), p bigint unsigned, q text character set gbk, r time(6), s char(4), t year);
create table strict (id int primary key, name varchar(5) not null, amount decimal(6,2) check (amount < 100));
create table plain (id int, name text);
create table picky (e enum('x','y','Z','it''s','a\\\\b'), s set('a','b'), t time, w decimal(65,30), y year, g geometry);
create table tight (v varchar(3), s set('a','b','c'));
create table old (id int) engine=MyISAM;
create view seen as select id from plain;
create table made (id int auto_increment primary key, name varchar(20) default 'nobody', twice varchar(40) generated always as (concat(name, name)) stored);
create table beside (d decimal(38,10), dt varchar(60), j date, jt varchar(20), k datetime(6), kt varchar(40), f double, ft varchar(40), p decimal(9,2), pt varchar(20));
create table long_texts (name longtext character set utf8mb4);
create table many (id int, name longtext character set utf8mb4, part int);
`
const absence = mariadbAbsence()

/** A server that logs statements takes no bulk executions: rows go as literals then, as they do to MySQL. */
const manners = [
  { manner: 'in bulk', settings: {}, prepared: true },
  { manner: 'as literals', settings: { 'binlog-format': 'STATEMENT' }, prepared: false },
] as const

// Skipped where no mariadb-server is installed.
describe.skipIf(absence !== undefined && process.env['CI'] !== 'true').each(manners)(
  'writing to MariaDB $manner',
  ({ settings, prepared }) => {
    let server: MariadbServer
    let stage: WriteStage

    beforeAll(async () => {
      server = await startMariadb({ databases: { shop: setup }, settings: { 'max-allowed-packet': '64M', ...settings } })
      stage = await WriteStage.open([server])
    }, 120_000)
    afterAll(async () => {
      await server[Symbol.asyncDispose]()
      await stage[Symbol.asyncDispose]()
    })

    function write(name: string, columns: Record<string, string>, sql: string, options: WriteOptions = {}): Promise<Ran> {
      return stage.write(openableOf(tableOf(name, columns, { connector: 'mysql', schema: 'shop' }), server), sql, options)
    }

    async function rowsOf(name: string): Promise<number> {
      const [row] = await server.query('shop', `select count(*) as n from ${name}`)
      return Number(row?.['n'])
    }

    it('empties a table, and keeps a zero, however the server is set up', async () => {
      const set = (name: string, value: string) => server.query(undefined, `set global ${name} = ${value}`)
      await set('sql_safe_updates', '1')
      await set('tx_isolation', "'READ-COMMITTED'")
      await server.query('shop', "insert into made (id, name) values (7, 'old')")
      await write('made', { id: 'int' }, 'SELECT 0 UNION ALL SELECT 3', { overwrite: true })
      expect(await server.query('shop', 'select id from made order by id')).toEqual([{ id: 0 }, { id: 3 }])
      await server.query('shop', 'truncate made')
      await set('sql_safe_updates', '0')
      await set('tx_isolation', "'REPEATABLE-READ'")
    })

    it('refuses what MySQL would cut off or put in another order without a word', async () => {
      const columns = { v: 'string', s: 'string' }
      await write('tight', columns, "SELECT 'ab ', 'a,c' UNION ALL SELECT 'äöü', '' UNION ALL SELECT NULL, 'b'")
      expect(await server.query('shop', 'select v, s from tight order by v desc')).toEqual([
        { v: 'äöü', s: '' },
        { v: 'ab ', s: 'a,c' },
        { v: null, s: 'b' },
      ])
      for (const [v, set, why] of [
        ['abc ', 'a', 'column v: MySQL would cut off spaces behind 3 characters'],
        ['äöü  ', 'a', 'column v: MySQL would cut off spaces behind 3 characters'],
        ['abcd', 'a', 'Data too long'],
        ['abc', 'c,a', 'column s: a set gives its members in its own order and each once'],
        ['abc', 'a,a', 'column s: a set gives its members in its own order and each once'],
      ] as const)
        expect((await rejection(write('tight', columns, `SELECT '${v}', '${set}'`))).message).toContain(why)
      expect(await rowsOf('tight')).toBe(3)
    })

    it('keeps every value, at both edges of every type, in any script', async () => {
      const columns = {
        id: 'int',
        a: 'boolean',
        b: 'smallint',
        c: 'bigint',
        d: 'bigint',
        e: 'float',
        f: 'double',
        g: 'decimal(38,10)',
        h: 'string',
        i: 'binary',
        j: 'date',
        k: 'timestamp',
        l: 'timestamp',
        m: 'string',
        n: 'string',
        o: 'boolean',
        p: 'decimal(20,0)',
        q: 'string',
        r: 'string',
        s: 'string',
        t: 'int',
      }
      const one = [
        '1',
        'true',
        '32767',
        '4294967295',
        '9223372036854775807',
        '1.5',
        '1.7976931348623157e308',
        '9999999999999999999999999999.9999999999',
        "it's \\ a 'quote', 汉字 🦆",
        '00FF275C',
        '9999-12-31',
        '9999-12-31 23:59:59.999999',
        '2038-01-19 03:14:07.999999',
        '{"a": [1, "é"]}',
        'glad',
        'true',
        '18446744073709551615',
        '汉字',
        '-12:30:00.5',
        'ab',
        '2155',
      ]
      const two = [
        '2',
        'false',
        '-32768',
        '0',
        '-9223372036854775808',
        '-0',
        '-0',
        '-9999999999999999999999999999.9999999999',
        '',
        '',
        '0001-01-01',
        '0001-01-01 00:00:00',
        '1970-01-01 00:00:01',
        'null',
        'sad',
        'false',
        '0',
        '',
        '838:59:59',
        '',
        '1901',
      ]
      const sql = [one, two, ['3']].map((values) => rowSql(columns, values)).join(' UNION ALL ')
      expect((await write('kinds', columns, sql)).rowCount).toBe(3)
      const rows = await server.query(
        'shop',
        `select a, b, c, cast(d as char) d, e, f, concat(f, '') as shown, cast(g as char) g, h, hex(i) i, cast(j as char) j, cast(k as char) k, concat(m, '') m, n, o + 0 as o, cast(p as char) p, q, cast(r as char) r, s, t
      from kinds order by id`,
      )
      expect(rows[0]).toMatchObject({
        a: 1,
        b: 32767,
        d: one[4],
        e: 1.5,
        f: Number.MAX_VALUE,
        g: one[7],
        h: one[8],
        i: one[9],
        j: one[10],
        k: one[11],
        m: one[13],
        n: 'glad',
        p: one[16],
        q: '汉字',
        r: '-12:30:00.500000',
        s: 'ab',
      })
      expect(String(rows[0]?.['c'])).toBe('4294967295')
      expect(String(rows[0]?.['t'])).toBe('2155')
      expect(rows[1]).toMatchObject({
        a: 0,
        b: -32768,
        d: two[4],
        g: two[7],
        h: '',
        i: '',
        j: '0001-01-01',
        k: '0001-01-01 00:00:00.000000',
        p: '0',
        q: '',
        r: '838:59:59.000000',
      })
      // MariaDB itself keeps no negative zero.
      expect(rows[1]?.['shown']).toBe('0')
      expect(/Prepare\t.*INSERT INTO .shop.\..kinds. .* VALUES \(\?, /.test(readFileSync(server.logPath, 'utf8'))).toBe(prepared)
      expect(Object.values(rows[2] ?? {}).every((value) => value === null)).toBe(true)
    })

    it('sends many rows in statements that the server takes, and counts them', async () => {
      const columns = { id: 'int', name: 'string', part: 'int' }
      const sql = `SELECT CAST(i AS INTEGER), 'name ' || (i % 777) || repeat('it''s', CAST(i % 40 AS INTEGER)) || CASE WHEN i % 9999 = 0 THEN repeat('é', 700000) ELSE '' END,
      CASE WHEN i % 7 = 0 THEN NULL ELSE CAST(i % 1000 AS INTEGER) END FROM range(30000) AS t(i) WHERE i % 3 <> 1`
      expect((await write('many', columns, sql)).rowCount).toBe(20_000)
      const [row] = await server.query(
        'shop',
        `select count(*) as n, count(distinct id) as ids, sum(name = concat('name ', id % 777, repeat('it''s', id % 40), if(id % 9999 = 0, repeat('é', 700000), ''))) as same,
      sum(part <=> if(id % 7 = 0, null, id % 1000)) as parted from many`,
      )
      expect(Object.values(row ?? {}).map(Number)).toEqual([20_000, 20_000, 20_000, 20_000])
    })

    it('writes numbers, dates and times of ten thousand years as their texts say', async () => {
      const columns = {
        d: 'decimal(38,10)',
        dt: 'string',
        j: 'date',
        jt: 'string',
        k: 'timestamp',
        kt: 'string',
        f: 'double',
        ft: 'string',
        p: 'decimal(9,2)',
        pt: 'string',
      }
      const sql = `SELECT d, CAST(d AS VARCHAR), j, CAST(j AS VARCHAR), k, CAST(k AS VARCHAR), f, CAST(f AS VARCHAR), p, CAST(p AS VARCHAR) FROM (SELECT
      CAST((CASE WHEN i % 2 = 0 THEN '-' ELSE '' END) || CAST(hash(i) >> CAST(i % 60 AS INTEGER) AS VARCHAR) || '.' || CAST(hash(-i) % 10000000000 AS VARCHAR) AS DECIMAL(38,10)) d,
      DATE '0001-01-01' + CAST((i * 365) % 3652059 AS INTEGER) j, TIMESTAMP '0001-01-01' + to_microseconds(i * 15778800000017) k,
      CAST(hash(i) AS DOUBLE) / (i + 1) f, CAST((i - 9000) / 7 AS DECIMAL(9,2)) p FROM range(19990) AS t(i))`
      expect((await write('beside', columns, sql)).rowCount).toBe(19_990)
      const [row] = await server.query(
        'shop',
        `select count(*) as n, sum(d = cast(dt as decimal(38,10))), sum(j = cast(jt as date)), sum(k = cast(kt as datetime(6))), sum(f = ft), sum(p = cast(pt as decimal(9,2))),
      min(year(k)), max(year(k)) from beside`,
      )
      expect(Object.values(row ?? {}).map(Number)).toEqual([...Array.from({ length: 6 }, () => 19_990), 1, 9995])
    })

    it('writes texts whose lengths are at the edges of what the protocol counts in one, two and three bytes, and packets that are full', async () => {
      const lengths = [250, 251, 65_535, 65_536, 16_777_201, 16_777_216]
      for (const length of lengths) await write('long_texts', { name: 'string' }, `SELECT repeat('x', ${length})`)
      const rows = await server.query(
        'shop',
        "select length(name) as n, name = repeat('x', length(name)) as same from long_texts order by n",
      )
      expect(rows.map(({ n, same }) => [Number(n), Number(same)])).toEqual(lengths.map((length) => [length, 1]))
    }, 60_000)

    it.each([
      [
        'NULL',
        "SELECT 1, 'a', CAST(1 AS DECIMAL(6,2)) UNION ALL SELECT 2, NULL, CAST(1 AS DECIMAL(6,2))",
        /Column 'name' cannot be null .*1048/,
      ],
      [
        'a key twice',
        "SELECT 1, 'a', CAST(1 AS DECIMAL(6,2)) UNION ALL SELECT 1, 'b', CAST(1 AS DECIMAL(6,2))",
        /Duplicate entry '1' for key 'PRIMARY' .*1062/,
      ],
      ['what a check refuses', "SELECT 1, 'a', CAST(100 AS DECIMAL(6,2))", /CONSTRAINT .*amount.* failed .*4025/],
      [
        'what is too long',
        "SELECT 1, 'a', CAST(1 AS DECIMAL(6,2)) UNION ALL SELECT 2, 'sixsix', CAST(1 AS DECIMAL(6,2))",
        /Data too long for column 'name' at row 2 .*1406/,
      ],
    ])('ends the job whole where the source refuses %s', async (_what, sql, says) => {
      const error = await rejection(write('strict', { id: 'int', name: 'string', amount: 'decimal(6,2)' }, sql))
      expect(error).toMatchObject({ kind: 'semantic', message: expect.stringMatching(says) as string })
      expect(error.message).toMatch(/nothing was written$/)
      expect(await rowsOf('strict')).toBe(0)
    })

    it('refuses what could not be taken back, and values that MySQL has not', async () => {
      expect((await rejection(write('old', { id: 'int' }, 'SELECT 1'))).message).toMatch(/^shop\.old is kept by engine MyISAM/)
      expect((await rejection(write('seen', { id: 'int' }, 'SELECT 1'))).message).toMatch(/is no plain table/)
      expect((await rejection(write('kinds', { f: 'double' }, "SELECT CAST('nan' AS DOUBLE)"))).message).toMatch(
        /column f: MySQL has no NaN/,
      )
      expect((await rejection(write('kinds', { a: 'string' }, "SELECT 'x'"))).message).toMatch(/declare it as boolean/)
      expect((await rejection(write('made', { twice: 'string' }, "SELECT 'x'"))).message).toMatch(/generated at the source/)
      expect((await rejection(write('kinds', { id: 'int', b: 'int' }, 'SELECT 70, 40000'))).message).toMatch(
        /Out of range value for column 'b' at row 1/,
      )
      expect(await rowsOf('old')).toBe(0)
    })

    it('keeps texts of enums, sets, times and long decimals, and refuses what the source would make another value of', async () => {
      const columns = { e: 'string', s: 'string', t: 'string', w: 'string', y: 'int' }
      const wide = '12345678901234567890123456789012345.123456789012345678901234567891'
      const kept = [
        ['Z', 'a,b', '-00:00:25', wide, '2024'],
        ["it's", '', '838:59:59', '-7', '1999'],
        ['a\\b', 'b', '1:02:03.5', '0.5', '2000'],
      ]
      await write('picky', columns, kept.map((values) => rowSql(columns, values)).join(' UNION ALL '))
      const rows = await server.query('shop', 'select e, s, cast(t as char) t, cast(w as char) w from picky order by y')
      const fraction = '0'.repeat(29)
      expect(rows.map((row) => Object.values(row))).toEqual([
        ["it's", '', '838:59:59', `-7.0${fraction}`],
        ['a\\b', 'b', '01:02:03', `0.5${fraction}`],
        ['Z', 'a,b', '-00:00:25', wide],
      ])
      const refused = {
        e: ['1', '0', 'X', 'z', 'x ', ''],
        s: ['3', '0', 'a,c', 'A', 'a,', 'a, b'],
        t: ['25', '2024-01-01 10:00:00', '10:00', '1 10:00:00', '10:00:60', '900:00:00', ''],
        w: ['1e3', ' 1', `0.1${fraction}1`, '.5', ''],
      }
      for (const [column, texts] of Object.entries(refused))
        for (const text of texts) {
          const error = await rejection(write('picky', { [column]: 'string' }, `SELECT '${text}'`))
          expect({ text, kind: error.kind, message: error.message }).toEqual({
            text,
            kind: 'semantic',
            message: expect.stringMatching(
              text === '900:00:00'
                ? /Incorrect time value.* at row 1/
                : new RegExp(`^column ${column}: a text is no .*nothing was written$`),
            ) as string,
          })
        }
      for (const year of ['1', '70', '99']) {
        const error = await rejection(write('picky', { y: 'int' }, `SELECT CAST(${year} AS INTEGER)`))
        expect(error.message).toMatch(/^column y: a number from 1 to 99 is no year.*nothing was written$/)
      }
      expect(await rowsOf('picky')).toBe(3)
    })

    it.each([
      ['t', 'timestamp', 'string'],
      ['y', 'date', 'int'],
      ['w', 'double', 'string'],
      ['s', 'int', 'string'],
    ])('advises a type that it then takes: %s as %s', async (column, type, advised) => {
      const attempt = (as: string): Promise<Ran> =>
        write('picky', { [column]: as }, `SELECT CAST(NULL AS ${as === 'string' ? 'VARCHAR' : as})`)
      expect((await rejection(attempt(type))).message).toMatch(new RegExp(`; declare it as ${advised}$`))
      expect((await attempt(advised)).rowCount).toBe(1)
    })

    it('advises to leave out what it does not write', async () => {
      expect((await rejection(write('picky', { g: 'string' }, "SELECT 'x'"))).message).toBe(
        'column g of shop.picky is geometry at the source, which is not written: leave it out',
      )
    })

    it('gives columns that are not named their defaults, and replaces all rows at once', async () => {
      await write('made', { name: 'string' }, "SELECT 'ab'")
      await write('made', { id: 'int' }, 'SELECT 9')
      expect(await server.query('shop', 'select id, name, twice from made order by id')).toEqual([
        { id: 1, name: 'ab', twice: 'abab' },
        { id: 9, name: 'nobody', twice: 'nobodynobody' },
      ])
      expect((await write('made', { id: 'int' }, 'SELECT 4 UNION ALL SELECT 5', { overwrite: true })).rowCount).toBe(2)
      await rejection(write('made', { id: 'int' }, 'SELECT 6 UNION ALL SELECT 6', { overwrite: true }))
      expect(await server.query('shop', 'select id from made order by id')).toEqual([{ id: 4 }, { id: 5 }])
    })

    it('rolls back when it is stopped, and leaves nothing that runs', async () => {
      await server.query('shop', 'delete from plain')
      const controller = new AbortController()
      const endless = "SELECT CAST(i % 1000 AS INTEGER), 'x' FROM range(2000000000) AS t(i)"
      const work = rejection(write('plain', { id: 'int', name: 'string' }, endless, { signal: controller.signal }))
      for (let asked = 0; asked < 500; asked += 1) {
        const [row] = await server.query(
          'shop',
          'select trx_rows_modified as n from information_schema.INNODB_TRX where trx_rows_modified > 10000',
        )
        if (row !== undefined) break
        await sleep(20)
      }
      controller.abort(new ServiceError('conflict', say`stopped by the test`))
      const error = await work
      expect(error.kind).toBe('conflict')
      expect(error.details.outcome).toBeUndefined()
      const ours = "select id from information_schema.PROCESSLIST where info like '%tributary%' and id <> connection_id()"
      for (let asked = 0; asked < 500 && (await server.query('shop', ours)).length > 0; asked += 1) await sleep(20)
      expect(await rowsOf('plain')).toBe(0)
      expect(readFileSync(server.logPath, 'utf8')).toContain('START TRANSACTION READ WRITE')
      expect((await write('plain', { id: 'int' }, 'SELECT 1')).rowCount).toBe(1)
    })
  },
)

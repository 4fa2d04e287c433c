// The MySQL connector against a real MariaDB: types, filters, the end of a statement, and what the server says of it all.

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { QueueDialer } from '@tributary/fabric/dial'
import { formatColumnType, parseColumnType, ServiceError } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MariadbServer, mariadbAbsence, startMariadb } from '../../../../../tests/servers/mariadb.ts'
import { networkTo, openableOf, tableOf, type TableOptions } from '../../../../../tests/servers/sources.ts'
import type { RecordBatch } from '../../batch.ts'
import type { Filter } from '../../plan/plan.ts'
import type { OpenableTable, SourceTable } from '../../source.ts'
import type { Session } from '../connector.ts'
import { largestOf } from '../sample-remote.ts'
import { type SampleValue, valuesIn } from '../sample-values.ts'
import { createBuilder } from './builders.ts'
import { batchRows, RowDecoder } from './decode.ts'
import { mysqlConnector } from './index.ts'
import { login } from './login.ts'
import { streamRows } from './stream.ts'
import { sourceColumnOf } from './types.ts'

const setup = `
create table kinds (
  a tinyint(1), b tinyint, c tinyint unsigned, d smallint, e smallint unsigned, f mediumint, g mediumint unsigned, h int, i int unsigned, j bigint, k bigint unsigned,
  l float, m double, n decimal(10,2), o decimal(38,10), p year, q bit(1), r bit(8), s bit(64), t date, u timestamp null, v datetime(6), w time, x char(5), y varchar(20),
  z text, ba blob, bb varbinary(10), bc binary(4), bd json, be enum('a','b'), bf set('x','y'), bg uuid);
create table wide (a decimal(65,30)); insert into wide values (1.5);
create table shapes (g geometry);
create table people (id int primary key, name varchar(20), code char(4), born date, seen datetime, score double, balance decimal(10,2));
insert into people select seq, char(64 + seq), concat('c', seq), date '2000-01-01' + interval seq day, timestamp '2024-01-01 00:00:00' + interval seq hour, seq / 2.0, seq * 1.5 from seq_1_to_26;
insert into people (id) values (99);
create table edges (id int primary key, l bigint, u bigint unsigned, b8 bit(8), b64 bit(64), d date, dt datetime(6), t time, y year, dec38 decimal(38,10), f float, ok tinyint(1));
set sql_mode = '';
insert into edges values
  (1, -9223372036854775808, 18446744073709551615, b'10101010', b'1111111111111111111111111111111111111111111111111111111111111111', '9999-12-31', '9999-12-31 23:59:59.999999', '23:59:59', 2155, 9999999999999999999999999999.9999999999, 0.1, 2),
  (2, 9223372036854775807, 0, 0, 0, '1582-10-15', '0001-01-01 00:00:00', '00:00:00', 1901, -0.0000000001, -0.0, -1),
  (3, -1, 1, 1, 1, '0000-00-00', '0000-00-00 00:00:00', null, 0, 1, 1e30, -5),
  (4, null, null, null, null, '2024-02-00', '2024-00-10 10:00:00', null, null, null, null, null),
  (5, 0, 9223372036854775808, 255, 9223372036854775808, '1969-12-31', '1969-12-31 23:59:59.999999', '12:34:56', 1970, -12345678901234567890.5, 16777216, 0);
create table long_time (t time); insert into long_time values ('100:00:00');
create table narrow (small bigint, u bigint unsigned); insert into narrow values (5, 5), (3000000000, 18446744073709551615);
create table latin (name varchar(20)) character set latin1; insert into latin values ('é'), ('naïve');
create table chinese (name varchar(20)) character set gbk; insert into chinese values ('中文'), ('上海');
create table faces (name varchar(20)) character set utf8mb4; insert into faces values ('😀'), ('a\\\\b''c');
create table many (id bigint primary key, text varchar(100)); insert into many select seq, repeat('x', 100) from seq_1_to_200000;
create table hits (n int);
create function hit() returns int modifies sql data begin insert into hits values (1); return 1; end;
create view writing as select hit() as h;
create view named as select id as \`odd \`\`name\`, name as \`select\` from people;
create user 'locked'@'%' identified by 'Locked-1'; grant select on shop.people to 'locked'@'%';
`

const absence = mariadbAbsence()
let server: MariadbServer

async function openAt(source: OpenableTable, at: { readonly port: number }, work: (session: Session) => Promise<unknown>): Promise<void> {
  await using dialer = new QueueDialer(networkTo([at]))
  await using session = await mysqlConnector.open(source, dialer.dial, new AbortController().signal)
  await work(session)
}

const mysqlTable = (name: string, columns: Record<string, string> = {}, options: TableOptions = {}) =>
  tableOf(name, columns, { connector: 'mysql', schema: 'shop', ...options })

async function describeTable(name: string): Promise<Record<string, string>> {
  let types: Record<string, string> = {}
  await openAt(openableOf(mysqlTable(name), server), server, async (session) => {
    types = Object.fromEntries((await session.describe()).map((column) => [column.name, formatColumnType(column.type)]))
  })
  return types
}

async function batchesOf(name: string, columns: Record<string, string>, filters: readonly Filter[] = []): Promise<readonly RecordBatch[]> {
  const table = mysqlTable(name, columns)
  const batches: RecordBatch[] = []
  await openAt(openableOf(table, server), server, async (session) => {
    for await (const batch of session.scan({ handle: 'h', table, columns: table.columns.map((_, index) => index), filters }))
      batches.push(batch)
  })
  return batches
}

/** Scans and answers how many rows came. */
async function count(name: string, columns: Record<string, string>, filters: readonly Filter[] = []): Promise<number> {
  return (await batchesOf(name, columns, filters)).reduce((rows, batch) => rows + batch.rowCount, 0)
}

/** Has the source find the largest value of a table's only column. */
async function largest(table: SourceTable): Promise<void> {
  await openAt(openableOf(table, server), server, async (session) => {
    for await (const batch of session.scan(largestOf(table))) expect(batch.rowCount).toBe(1)
  })
}

/** The values of one column of a table of few rows. */
async function valuesOf(name: string, column: string, type: string): Promise<readonly SampleValue[]> {
  return valuesIn(await batchesOf(name, { [column]: type }), 0, parseColumnType(type))
}

const daysOf = (date: string): bigint => BigInt(Date.parse(date) / 86_400_000)

/** What the server was asked last that was not asked by us. */
function lastSelect(): string {
  const statements = readFileSync(server.logPath, 'utf8')
    .split('\n')
    .filter((line) => line.includes('Execute'))
  return (statements.at(-1) ?? '').replace(/^.*Execute\t/, '').replace(/\/\* tributary [0-9a-f]{16} \*\/ /, '')
}

const rejects = async (work: Promise<unknown>): Promise<ServiceError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ServiceError)
  return error as ServiceError
}

// Skipped where no mariadb-server is installed.
describe.skipIf(absence !== undefined)('the MySQL connector', () => {
  beforeAll(async () => {
    server = await startMariadb({ databases: { shop: setup } })
  }, 60_000)
  afterAll(() => server[Symbol.asyncDispose]())

  describe('describing a table', () => {
    // As PySpark 3.3.1 has them through Connector/J 8.0.33, but for `float` (there a double with the float's text), and `bit` of several bits (there a boolean).
    it('maps every type that is on offer', async () => {
      expect(Object.values(await describeTable('kinds')).join(' ')).toBe(
        'boolean int int int int int bigint int bigint bigint decimal(20,0) float double decimal(10,2) decimal(38,10) date boolean bigint decimal(20,0) date timestamp timestamp timestamp string string string binary binary binary string string string string',
      )
    })

    it('names the column and the type it cannot map, which reads as a string', async () => {
      const error = await rejects(describeTable('wide'))
      expect([error.kind, error.message]).toEqual(['unsupported', expect.stringContaining('column a of shop.wide has type decimal(65,30)')])
      expect(await valuesOf('wide', 'a', 'string')).toEqual(['1.500000000000000000000000000000'])
      expect((await rejects(describeTable('shapes'))).message).toContain('column g of shop.shapes has type geometry')
    })

    it('says that a table or a database is missing, or may not be seen', async () => {
      const error = await rejects(describeTable('nowhere'))
      expect([error.kind, error.message]).toEqual([
        'semantic',
        expect.stringContaining('nowhere does not exist in database shop at 10.71.0.5:5432'),
      ])
      const lost = openAt(openableOf(mysqlTable('t', {}, { schema: 'gone' }), server), server, (session) => session.describe())
      expect((await rejects(lost)).kind).toBe('semantic')
      const locked = { user: 'locked', password: 'Locked-1' }
      const unseen = openAt(openableOf(mysqlTable('kinds'), locked), server, (session) => session.describe())
      expect((await rejects(unseen)).kind).toBe('forbidden')
      await openAt(openableOf(mysqlTable('people'), locked), server, (session) => session.describe())
    })

    it('reads views, and names of any kind', async () => {
      expect(await describeTable('named')).toEqual({ 'odd `name': 'int', select: 'string' })
      expect(await count('named', { 'odd `name': 'int', select: 'string' })).toBe(27)
    })
  })

  describe('values', () => {
    it('are the source’s at every edge', async () => {
      expect(await valuesOf('edges', 'l', 'bigint')).toEqual([-(2n ** 63n), 2n ** 63n - 1n, -1n, null, 0n])
      expect(await valuesOf('edges', 'u', 'decimal(20,0)')).toEqual([2n ** 64n - 1n, 0n, 1n, null, 2n ** 63n])
      expect(await valuesOf('edges', 'b8', 'bigint')).toEqual([170n, 0n, 1n, null, 255n])
      expect(await valuesOf('edges', 'b64', 'decimal(20,0)')).toEqual([2n ** 64n - 1n, 0n, 1n, null, 2n ** 63n])
      expect(await valuesOf('edges', 'dec38', 'decimal(38,10)')).toEqual([
        10n ** 38n - 1n,
        -1n,
        10n ** 10n,
        null,
        -123456789012345678905000000000n,
      ])
      expect(await valuesOf('edges', 'f', 'float')).toEqual([Math.fround(0.1), 0, Math.fround(1e30), null, 16777216])
      expect(await valuesOf('edges', 'ok', 'boolean')).toEqual([true, true, false, null, false])
    })

    it('are null where a date is none, and text where they are asked for as such', async () => {
      expect(await valuesOf('edges', 'd', 'date')).toEqual([daysOf('9999-12-31'), daysOf('1582-10-15'), null, null, -1n])
      expect(await valuesOf('edges', 'd', 'string')).toEqual(['9999-12-31', '1582-10-15', '0000-00-00', '2024-02-00', '1969-12-31'])
      const micros = [253_402_300_799_999_999n, -62_135_596_800_000_000n, null, null, -1n]
      expect(await valuesOf('edges', 'dt', 'timestamp')).toEqual(micros)
      expect(await valuesOf('edges', 't', 'timestamp')).toEqual([86_399_000_000n, 0n, null, null, 45_296_000_000n])
      expect(await valuesOf('edges', 't', 'string')).toEqual(['23:59:59', '00:00:00', null, null, '12:34:56'])
      expect(await valuesOf('edges', 'y', 'int')).toEqual([2155n, 1901n, 0n, null, 1970n])
      expect((await valuesOf('edges', 'y', 'date')).slice(0, 2)).toEqual([daysOf('2155-01-01'), daysOf('1901-01-01')])
    })

    it('come in UTF-8 from any character set', async () => {
      expect(await valuesOf('latin', 'name', 'string')).toEqual(['é', 'naïve'])
      expect(await valuesOf('chinese', 'name', 'string')).toEqual(['中文', '上海'])
      expect(await valuesOf('faces', 'name', 'string')).toEqual(['😀', "a\\b'c"])
    })

    it('fail where they do not fit, and name the column', async () => {
      const error = await rejects(count('narrow', { small: 'int' }))
      expect([error.kind, error.message]).toEqual([
        'semantic',
        expect.stringContaining('column small of shop.narrow holds a value that does not fit'),
      ])
      expect((await rejects(count('narrow', { u: 'bigint' }))).message).toContain('column u of shop.narrow')
      expect((await rejects(count('narrow', { small: 'decimal(5,0)' }))).message).toContain('column small of shop.narrow')
      expect((await rejects(largest(mysqlTable('narrow', { small: 'int' })))).message).toContain('column max(small) of shop.narrow holds')
      expect((await rejects(count('long_time', { t: 'timestamp' }))).message).toContain('declare the column as string')
      expect(await valuesOf('long_time', 't', 'string')).toEqual(['100:00:00'])
    })

    it.each([
      ['people', { name: 'int' }, 'column name of shop.people is declared int and is varchar at the source; declare it as string'],
      ['people', { balance: 'decimal(10,1)' }, 'declare it as decimal(10,2)'],
      ['people', { score: 'string' }, 'declare it as double'],
      ['people', { nowhere: 'int' }, 'shop.people has no column nowhere at 10.71.0.5:5432'],
    ])('are not read as what they are not: %s %o', async (name, columns, message) => {
      const error = await rejects(count(name, columns))
      expect([error.kind, error.message]).toEqual(['semantic', expect.stringContaining(message)])
    })
  })

  describe('filters', () => {
    const people = { id: 'int', name: 'string', code: 'string', born: 'date', seen: 'timestamp', score: 'double', balance: 'decimal(10,2)' }
    const compare = (op: '=' | '<' | '>=', column: number, type: string, value: string | number | bigint | boolean): Filter => ({
      kind: 'comparison',
      op,
      column,
      value: { type: tableOf('t', { c: type }).columns[0]!.type, value },
    })
    const text = 'CAST(CONVERT(`name` USING utf8mb4) AS BINARY)'
    const real = (name: string) => `(DAYOFMONTH(\`${name}\`) > 0 AND MONTH(\`${name}\`) > 0)`
    const sent: readonly (readonly [name: string, filter: Filter, rows: number, text: string])[] = [
      ['id >= 20', compare('>=', 0, 'int', 20), 8, '`id` >= 20'],
      ['a text', compare('=', 1, 'string', 'C'), 1, `(\`name\` = 'C' AND ${text} = _binary'C')`],
      ['a text in another case', compare('=', 1, 'string', 'c'), 0, `(\`name\` = 'c' AND ${text} = _binary'c')`],
      ['a text with quotes', compare('=', 1, 'string', "O'\\"), 0, `(\`name\` = 'O''\\' AND ${text} = _binary'O''\\')`],
      ['byte order', compare('<', 1, 'string', 'C'), 2, `${text} < _binary'C'`],
      ['born', compare('<', 3, 'date', '2000-01-11'), 9, `(\`born\` < DATE '2000-01-11' AND ${real('born')})`],
      [
        'seen',
        compare('>=', 4, 'timestamp', '2024-01-01 20:00:00'),
        7,
        `(\`seen\` >= TIMESTAMP '2024-01-01 20:00:00' AND ${real('seen')})`,
      ],
      ['score', compare('>=', 5, 'double', 12.5), 2, '`score` >= 1.25e+1'],
      ['balance', compare('=', 6, 'decimal(10,2)', '3.00'), 1, '`balance` = 3.00'],
      ['null', { kind: 'isNull', column: 1 }, 1, '`name` IS NULL'],
      ['in', { kind: 'in', column: 0, values: [1, 2].map((value) => ({ type: { kind: 'int' as const }, value })) }, 2, '`id` IN (1, 2)'],
      ['or', { kind: 'or', filters: [compare('=', 0, 'int', 1), { kind: 'isNull', column: 1 }] }, 2, '(`id` = 1 OR `name` IS NULL)'],
    ]

    it.each(sent)('sends %s', async (_, filter, rows, text) => {
      expect(mysqlConnector.offer(filter, mysqlTable('people', people))).not.toBe('none')
      expect(await count('people', people, [filter])).toBe(rows)
      expect(lastSelect()).toMatch(new RegExp(`WHERE ${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`))
    })

    it('prints what it would send', () => {
      const table = mysqlTable('people', people)
      expect(mysqlConnector.explain({ handle: 'h', table, columns: [0, 1], filters: [compare('>=', 0, 'int', 20)] })).toBe(
        'SELECT `id`, `name` FROM `shop`.`people` WHERE `id` >= 20',
      )
    })
  })

  describe('sessions', () => {
    it('cannot write, even where a view would', async () => {
      const error = await rejects(count('writing', { h: 'int' }))
      expect(error.message).toMatch(/READ ONLY transaction/)
      expect(await server.query('shop', 'select * from hits')).toEqual([])
    })

    it('say who they are, and how long a statement may run', async () => {
      await using other = await startMariadb({ databases: { shop: 'create table t (id int)' }, settings: { 'performance-schema': '1' } })
      let attributes: readonly Record<string, unknown>[] = []
      await openAt(openableOf(mysqlTable('t'), other), other, async () => {
        attributes = await other.query(
          'performance_schema',
          "select ATTR_VALUE from session_connect_attrs where ATTR_NAME = 'program_name' and ATTR_VALUE = 'tributary'",
        )
      })
      expect(attributes).toHaveLength(1)
      expect(readFileSync(other.logPath, 'utf8')).toContain('max_statement_time = 3600')
    }, 60_000)

    it('leave nothing behind', async () => {
      await count('people', { id: 'int' })
      expect(
        await server.query('shop', "select ID from information_schema.PROCESSLIST where INFO like '%/* trib%' and ID <> connection_id()"),
      ).toEqual([])
    })

    it.each([
      [undefined, 'asks for a login, and the table has none; add passwdauth (the name of an auth-info) to the OPTIONS'],
      [{ user: 'a\0b', password: 'Canary-9' }, 'holds a NUL character'],
      [{ user: 'tributary', password: 'Canary-9' }, 'Access denied'],
    ])('tell a login that cannot be one: %o', async (credentials, message) => {
      const source = { ...openableOf(mysqlTable('people', { id: 'int' }), server), credentials }
      const error = await rejects(openAt(source, server, async () => undefined))
      expect(error.message).toContain(message)
      expect(JSON.stringify([error.message, error.details])).not.toContain('Canary')
    })

    it('tell nobody listening', async () => {
      expect((await rejects(openAt(openableOf(mysqlTable('people'), server), { port: 1 }, async () => undefined))).kind).toBe('unavailable')
    })
  })

  it('tells a table that changed between the question and its answer', async () => {
    await server.query('shop', 'create or replace table changing as select 1 as id')
    const source = openableOf(mysqlTable('changing', { id: 'int' }), server)
    await using dialer = new QueueDialer(networkTo([server]))
    await using session = await login(source, dialer.dial, new AbortController().signal)
    const statement = await session.prepare('SELECT `id` FROM `shop`.`changing`')
    await server.query('shop', "create or replace table changing as select 'text' as id")
    const builder = createBuilder({
      table: 'changing',
      source: sourceColumnOf(statement.columns[0]!),
      declared: source.table.columns[0]!,
      capacity: batchRows,
    })
    const error = await rejects(Array.fromAsync(streamRows(session, statement, new RowDecoder([builder]))))
    expect([error.kind, error.message]).toEqual(['unavailable', expect.stringContaining('the table changed')])
  })

  it('reads the parts that partitionColumn asks for, each by a session of its own', async () => {
    const table = mysqlTable('people', { id: 'int', name: 'string' })
    const partitions = { column: 'ID', lower: 0n, upper: 40n, count: 4 }
    const parted = { ...table, settings: { ...table.settings, partitions } }
    let rows: readonly SampleValue[] = []
    await openAt(openableOf(parted, server), server, async (session) => {
      const scan = session.scan({ handle: 'h', table: parted, columns: [0], filters: [{ kind: 'isNotNull', column: 1 }] })
      rows = valuesIn(await Array.fromAsync(scan), 0, { kind: 'int' })
    })
    expect(rows.toSorted((one, other) => Number(one) - Number(other))).toEqual(Array.from({ length: 26 }, (_, index) => BigInt(index + 1)))
    const log = readFileSync(server.logPath, 'utf8')
    for (const part of ['(`id` < 10 OR `id` IS NULL)', '(`id` >= 10 AND `id` < 20)', '(`id` >= 20 AND `id` < 30)', '`id` >= 30'])
      expect(log).toContain(`WHERE \`name\` IS NOT NULL AND ${part}`)
    const nowhere = { ...table, settings: { ...table.settings, partitions: { ...partitions, column: 'nope' } } }
    const scan = openAt(openableOf(nowhere, server), server, (session) =>
      Array.fromAsync(session.scan({ handle: 'h', table: nowhere, columns: [0], filters: [] })),
    )
    expect((await rejects(scan)).message).toContain('partitionColumn nope is no column of people')
  })

  describe('a scan that nobody waits for', () => {
    const many = { id: 'bigint', text: 'string' }

    it('is ended at the source when it is stopped, while rows come and while none do', async () => {
      // A condition that no row meets keeps the server busy without a word to us: the closed socket alone would not be noticed.
      await server.query('shop', 'create or replace view slow as select id from many where sleep(0.001) = 1')
      for (const [name, columns] of [
        ['many', many],
        ['slow', { id: 'bigint' }],
      ] as const) {
        const stop = new AbortController()
        const table = mysqlTable(name, columns)
        await using dialer = new QueueDialer(networkTo([server]))
        const session = await mysqlConnector.open(openableOf(table, server), dialer.dial, stop.signal)
        const scan = session.scan({ handle: 'h', table, columns: [0], filters: [] })[Symbol.asyncIterator]()
        const first = scan.next()
        if (name === 'many') await first
        else await waitFor(async () => (await running()) === 1)
        stop.abort(new ServiceError('unavailable', { template: 'stopped on purpose', values: [] }))
        const ended = name === 'many' ? drain(scan) : first
        expect((await rejects(ended)).message).toContain('stopped on purpose')
        await session[Symbol.asyncDispose]()
        await waitFor(async () => (await running()) === 0)
        expect(dialer.openSockets()).toEqual([])
      }
    }, 30_000)

    it('is ended when the rest is not wanted', async () => {
      const table = mysqlTable('many', many)
      await openAt(openableOf(table, server), server, async (session) => {
        for await (const batch of session.scan({ handle: 'h', table, columns: [0, 1], filters: [] })) {
          expect(batch.rowCount).toBeGreaterThan(0)
          break
        }
      })
      await waitFor(async () => (await running()) === 0)
    })
  })
})

/** Statements of ours that run at the source now. */
async function running(): Promise<number> {
  const rows = await server.query(
    'shop',
    "select INFO from information_schema.PROCESSLIST where INFO like '%/* tributary ________________ */%' and ID <> connection_id()",
  )
  return rows.length
}

async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 5_000
  while (!(await isSo())) {
    expect(Date.now()).toBeLessThan(until)
    await sleep(20)
  }
}

async function drain(scan: AsyncIterator<RecordBatch>): Promise<number> {
  let rows = 0
  for (let next = await scan.next(); next.done !== true; next = await scan.next()) rows += next.value.rowCount
  return rows
}

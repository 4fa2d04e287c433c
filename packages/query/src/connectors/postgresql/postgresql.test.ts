// The PostgreSQL connector against a real server: types, filters, logins, and what the server says of it all.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QueueDialer } from '@tributary/fabric/dial'
import { formatColumnType, ServiceError } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type PostgresOptions, type PostgresServer, startPostgres } from '../../../../../tests/servers/postgres.ts'
import { networkTo, openableOf, tableOf, type TableOptions } from '../../../../../tests/servers/sources.ts'
import type { Filter } from '../../plan/plan.ts'
import type { OpenableTable, SourceTable } from '../../source.ts'
import type { Session } from '../connector.ts'
import { largestOf } from '../sample-remote.ts'
import { valuesIn } from '../sample-values.ts'
import { postgresqlConnector } from './index.ts'

const setup = `
create type mood as enum ('sad', 'glad');
create domain price as numeric(12,2);
create table kinds (
  a bool, b int2, c int4, d int8, e float4, f float8, g numeric(38,10), h numeric, i text, j varchar(20), k char(5), l name, m uuid, n json, o jsonb, p mood, q bytea,
  r date, s timestamp, t timestamptz, u price);
create table odd (id int, span interval);
create table people (id int primary key, name text, code char(4), born date, seen timestamptz, score float8, balance numeric(10,2));
insert into people select i, chr(64 + i), 'c' || i, date '2000-01-01' + i, timestamptz '2024-01-01 00:00:00+00' + i * interval '1 hour', i / 2.0, i * 1.5 from generate_series(1, 26) i;
insert into people (id) values (99);
create collation loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create table loose (name text collate loose);
insert into loose values ('abc'), ('ABC');
create table special (f float8, d date, t timestamp, n numeric);
create table addresses (at inet);
insert into addresses values ('10.0.0.1'), ('10.0.0.0/8'), ('9.1.1.1'), ('::1');
create table folded ("Name" text, id int4, "name" text);
create table narrow (small int8);
insert into narrow values (5), (3000000000);
`

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres({ databases: { shop: setup } })
})
afterAll(() => server[Symbol.asyncDispose]())

async function openAt(source: OpenableTable, at: { readonly port: number }, work: (session: Session) => Promise<unknown>): Promise<void> {
  await using dialer = new QueueDialer(networkTo([at]))
  await using session = await postgresqlConnector.open(source, dialer.dial, new AbortController().signal)
  await work(session)
}

async function describeTable(name: string): Promise<Record<string, string>> {
  let types: Record<string, string> = {}
  await openAt(openableOf(tableOf(name, {}), server), server, async (session) => {
    types = Object.fromEntries((await session.describe()).map((column) => [column.name, formatColumnType(column.type)]))
  })
  return types
}

/** Scans and answers how many rows came. */
async function count(name: string, columns: Record<string, string>, filters: readonly Filter[] = []): Promise<number> {
  const table = tableOf(name, columns)
  let rows = 0
  await openAt(openableOf(table, server), server, async (session) => {
    for await (const batch of session.scan({ handle: 'h', table, columns: table.columns.map((_, index) => index), filters }))
      rows += batch.rowCount
  })
  return rows
}

/** Has the source find the largest value of a table's only column. */
async function largest(table: SourceTable): Promise<void> {
  await openAt(openableOf(table, server), server, async (session) => {
    for await (const batch of session.scan(largestOf(table))) expect(batch.rowCount).toBe(1)
  })
}

/** What the server says it was asked last. */
function lastCopy(): string {
  const statements = readFileSync(server.logPath, 'utf8')
    .split('\n')
    .filter((line) => line.includes('statement: COPY'))
  return (statements.at(-1) ?? '').replace(/^.*statement: /, '')
}

const rejects = async (work: Promise<unknown>): Promise<ServiceError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ServiceError)
  return error as ServiceError
}

describe('describing a table', () => {
  it('maps every type that is on offer', async () => {
    expect(await describeTable('kinds')).toEqual({
      a: 'boolean',
      b: 'smallint',
      c: 'int',
      d: 'bigint',
      e: 'float',
      f: 'double',
      g: 'decimal(38,10)',
      h: 'decimal(38,18)',
      i: 'string',
      j: 'string',
      k: 'string',
      l: 'string',
      m: 'string',
      n: 'string',
      o: 'string',
      p: 'string',
      q: 'binary',
      r: 'date',
      s: 'timestamp',
      t: 'timestamp',
      u: 'decimal(12,2)',
    })
  })

  it('names the column and the type it cannot map', async () => {
    const error = await rejects(describeTable('odd'))
    expect(error.kind).toBe('unsupported')
    expect(error.message).toContain('column span of public.odd has type interval')
  })

  it('says that a table is missing', async () => {
    const error = await rejects(describeTable('nowhere'))
    expect([error.kind, error.message]).toEqual([
      'semantic',
      expect.stringContaining('public.nowhere does not exist in database shop at 10.71.0.5:5432'),
    ])
  })
})

describe('filters', () => {
  const people = { id: 'int', name: 'string', code: 'string', born: 'date', seen: 'timestamp', score: 'double', balance: 'decimal(10,2)' }
  const compare = (op: '=' | '<' | '>=' | '<>', column: number, type: string, value: string | number | bigint | boolean): Filter => ({
    kind: 'comparison',
    op,
    column,
    value: { type: tableOf('t', { c: type }).columns[0]!.type, value },
  })

  const sent: readonly (readonly [name: string, filter: Filter, rows: number, text: string])[] = [
    ['id >= 20', compare('>=', 0, 'int', 20), 8, '"id" >= 20'],
    ['id against a bigint', compare('<', 0, 'bigint', 3_000_000_000n), 27, '"id" < 3000000000'],
    ["name = 'C'", compare('=', 1, 'string', 'C'), 1, `"name" = 'C'`],
    ['a name with a quote', compare('=', 1, 'string', "O'\\"), 0, `"name" = 'O''\\'`],
    ["name < 'C' in byte order", compare('<', 1, 'string', 'C'), 2, `"name" COLLATE "C" < 'C'`],
    ['born', compare('<', 3, 'date', '2000-01-11'), 9, `"born" < '2000-01-11'::date`],
    ['seen', compare('>=', 4, 'timestamp', '2024-01-01 20:00:00'), 7, `"seen" >= '2024-01-01 20:00:00+00'::timestamptz`],
    ['score', compare('>=', 5, 'double', 12.5), 2, `"score" >= '12.5'::float8`],
    ['balance', compare('=', 6, 'decimal(10,2)', '3.00'), 1, '"balance" = 3.00'],
    ['null', { kind: 'isNull', column: 1 }, 1, '"name" IS NULL'],
    [
      'in',
      { kind: 'in', column: 0, values: [1, 2, 3].map((value) => ({ type: { kind: 'int' as const }, value })) },
      3,
      '"id" IN (1, 2, 3)',
    ],
    ['or', { kind: 'or', filters: [compare('=', 0, 'int', 1), compare('=', 1, 'string', 'B')] }, 2, `("id" = 1 OR "name" = 'B')`],
  ]

  it.each(sent)('sends %s', async (_, filter, rows, text) => {
    expect(postgresqlConnector.offer(filter, tableOf('people', people))).not.toBe('none')
    expect(await count('people', people, [filter])).toBe(rows)
    expect(lastCopy()).toContain(`WHERE ${text})`)
  })

  it('compares an address by the text that is read', async () => {
    const columns = { at: 'string' }
    expect(await count('addresses', columns, [compare('=', 0, 'string', '10.0.0.1')])).toBe(1)
    expect(await count('addresses', columns, [compare('=', 0, 'string', '10.0.0.1/32')])).toBe(0)
    expect(lastCopy()).toContain('inet_out("at")) COLLATE "C" = \'10.0.0.1/32\'')
    await openAt(openableOf(tableOf('addresses', columns), server), server, async (session) => {
      const batches = await Array.fromAsync(session.scan(largestOf(tableOf('addresses', columns))))
      expect(valuesIn(batches, 0, { kind: 'string' })).toEqual(['::1'])
    })
  })

  it('keeps to itself what the source would mean otherwise', async () => {
    const padded = compare('=', 2, 'string', 'c1')
    const either: Filter = { kind: 'or', filters: [compare('=', 0, 'int', 1), padded] }
    const both: Filter = { kind: 'and', filters: [compare('=', 0, 'int', 1), padded] }
    expect(await count('people', people, [padded])).toBe(27)
    expect(await count('people', people, [either])).toBe(27)
    expect(await count('people', people, [both])).toBe(1)
    expect(await count('people', people, [compare('>=', 5, 'double', Number.NaN)])).toBe(27)
    expect(postgresqlConnector.offer(compare('=', 0, 'double', 1), tableOf('people', people))).toBe('none')
  })

  it('compares bytes where the collation would not', async () => {
    expect(await count('loose', { name: 'string' }, [compare('=', 0, 'string', 'abc')])).toBe(1)
    expect(lastCopy()).toContain(`"name" COLLATE "C" = 'abc'`)
  })

  it('prints what it would send', () => {
    const table = tableOf('people', people)
    expect(postgresqlConnector.explain({ handle: 'h', table, columns: [0, 1], filters: [compare('>=', 0, 'int', 20)] })).toBe(
      'COPY (SELECT "id", "name" FROM "public"."people" WHERE "id" >= 20) TO STDOUT (FORMAT binary)',
    )
  })
})

describe('columns that differ in case alone', () => {
  it('are refused when a table is created, and can be left out', async () => {
    const error = await rejects(describeTable('folded'))
    expect([error.kind, error.message]).toEqual([
      'unsupported',
      expect.stringContaining('public.folded has columns whose names differ in case alone (Name and name)'),
    ])
    const declared = { Name: 'string', id: 'int' }
    expect(await count('folded', declared)).toBe(0)
    await openAt(openableOf(tableOf('folded', declared), server), server, async (session) => {
      expect(await session.describe()).toHaveLength(3)
    })
  })
})

describe('declared types that differ', () => {
  it('casts at the source where every value is kept', async () => {
    expect(await count('people', { id: 'bigint' })).toBe(27)
    expect(lastCopy()).toContain('"id"::int8')
    expect(await count('people', { id: 'string', balance: 'double' })).toBe(27)
    expect(await count('odd', { span: 'string' })).toBe(0)
  })

  it('fails on a value that does not fit rather than change it', async () => {
    const error = await rejects(count('narrow', { small: 'int' }))
    expect([error.kind, error.message]).toEqual(['semantic', expect.stringContaining('integer out of range')])
    expect(error.message).toContain('a value does not fit its declared type any more (small int): create the table again')
  })

  it.each([
    ['people', { name: 'int' }, 'column name of public.people is declared int and is text at the source; declare it as string'],
    ['people', { balance: 'decimal(10,1)' }, 'declare it as decimal(10,2)'],
    ['people', { score: 'string' }, 'declare it as double'],
    ['people', { nowhere: 'int' }, 'public.people has no column nowhere at 10.71.0.5:5432'],
  ])('refuses %s %o', async (name, columns, message) => {
    const error = await rejects(count(name, columns))
    expect([error.kind, error.message]).toEqual(['semantic', expect.stringContaining(message)])
  })

  it.each([
    ["(d) values ('infinity')", { d: 'date' }, 'column d of public.special'],
    ["(d) values ('-infinity')", { d: 'date' }, 'column d of public.special'],
    ["(t) values ('infinity')", { t: 'timestamp' }, 'column t of public.special'],
    ["(t) values ('-infinity')", { t: 'timestamp' }, 'column t of public.special'],
    ["(t) values ('294276-12-31')", { t: 'timestamp' }, 'column t of public.special'],
    ["(n) values ('NaN')", { n: 'decimal(38,18)' }, 'column n of public.special'],
    ['(n) values (1e30)', { n: 'decimal(38,18)' }, 'numeric field overflow'],
  ])('tells a value it cannot hold: %s', async (row, columns, message) => {
    await server.query('shop', `truncate special; insert into special ${row}`)
    const counted = count('special', columns)
    expect((await rejects(counted)).message).toContain(message)
  })

  it('tells it of what the source computes by what that is', async () => {
    await server.query('shop', "truncate special; insert into special (d) values ('infinity')")
    expect((await rejects(largest(tableOf('special', { d: 'date' })))).message).toContain('column max(d) of public.special holds')
  })
})

describe('sessions', () => {
  it('introduces itself and cannot write', async () => {
    expect(await count('people', { id: 'int' })).toBe(27)
    const log = readFileSync(server.logPath, 'utf8')
    expect(log).toMatch(/\] tributary LOG: {2}statement: COPY/)
    expect(log).toContain(`set_config('default_transaction_read_only', 'on', false)`)
  })

  it('waits a minute for a lock, or as long as the database owner lets this user wait', async () => {
    const waits = (limit: string): Promise<unknown> =>
      server.query('shop', `create or replace view waits as select 1 as id where current_setting('lock_timeout') = '${limit}'`)
    await waits('1min')
    expect(await count('waits', { id: 'int' })).toBe(1)
    await server.query('shop', `alter role ${server.user} set lock_timeout = '7s'`)
    expect(await count('waits', { id: 'int' })).toBe(0)
    await waits('7s')
    expect(await count('waits', { id: 'int' })).toBe(1)
    await server.query('shop', `alter role ${server.user} reset lock_timeout`)
  })

  it('tells a wrong password without telling it', async () => {
    const source = { ...openableOf(tableOf('people', { id: 'int' }), server), credentials: { user: server.user, password: 'Canary-9' } }
    const error = await rejects(openAt(source, server, async () => undefined))
    expect([error.kind, error.message]).toEqual(['forbidden', expect.stringContaining('password authentication failed')])
    expect(JSON.stringify([error.message, error.details])).not.toContain('Canary')
  })

  it.each([
    [undefined, 'asks for a login, and the table has none; add passwdauth (the name of an auth-info) to the OPTIONS'],
    [{ user: 'a\0b', password: 'Canary-9' }, 'holds a NUL character'],
    [{ user: 'a', password: 'Canary-9\0' }, 'holds a NUL character'],
  ])('tells a login that cannot be one: %o', async (credentials, message) => {
    const source = { ...openableOf(tableOf('people', { id: 'int' }), server), credentials }
    const error = await rejects(openAt(source, server, async () => undefined))
    expect([error.kind, error.message]).toEqual(['invalid', expect.stringContaining(message)])
    expect(error.message).not.toContain('Canary')
  })

  it('tells a missing database, and nobody listening', async () => {
    const lost = openAt(openableOf(tableOf('people', {}, { database: 'nowhere' }), server), server, async () => undefined)
    expect((await rejects(lost)).message).toContain('database "nowhere" does not exist')
    const nobody = openAt(openableOf(tableOf('people', {}), server), { port: 1 }, async () => undefined)
    expect((await rejects(nobody)).kind).toBe('unavailable')
  })

  it('leaves nothing behind', async () => {
    await count('people', { id: 'int' })
    const left = await server.query('postgres', "select 1 from pg_stat_activity where application_name = 'tributary'")
    expect(left).toEqual([])
  })
})

describe('logins', () => {
  const loginTo = async (options: PostgresOptions, table: TableOptions, allowCleartextPasswords = false): Promise<string> => {
    await using other = await startPostgres({ ...options, databases: { shop: 'create table t (id int)' } })
    let said = ''
    const source = { ...openableOf(tableOf('t', { id: 'int' }, table), other), allowCleartextPasswords }
    await openAt(source, other, async (session) => {
      said = (await session.describe()).map((column) => column.name).join()
    }).catch((error: unknown) => {
      said = (error as ServiceError).message
    })
    const lines = readFileSync(other.logPath, 'utf8').split('\n')
    return `${said} ${lines.some((line) => line.includes('SSL enabled')) ? 'encrypted' : 'plain'}`
  }

  it('keeps a bare password to itself unless the gateway allows it', async () => {
    expect(await loginTo({ auth: 'password' }, {})).toMatch(/asks for the password in clear text; let it use scram-sha-256/)
    expect(await loginTo({ auth: 'password' }, {}, true)).toBe('id plain')
    expect(await loginTo({ auth: 'md5' }, {})).toBe('id plain')
  })

  it('follows sslmode', async () => {
    expect(await loginTo({}, { tls: 'require' })).toMatch(/offers no TLS/)
    expect(await loginTo({}, { tls: 'prefer' })).toBe('id plain')
    const tls = selfSigned()
    if (tls === undefined) return
    expect(await loginTo({ tls, auth: 'password' }, { tls: 'require' })).toBe('id encrypted')
    expect(await loginTo({ tls }, { tls: 'prefer' })).toBe('id encrypted')
    expect(await loginTo({ tls }, { tls: 'verify-full' })).toMatch(/self-signed certificate/)
  })
})

const program = 'openssl'

/** @returns `undefined` where there is no openssl to make one */
function selfSigned(): { certFile: string; keyFile: string } | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'tributary-tls-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const files = { certFile: join(directory, 'cert.pem'), keyFile: join(directory, 'key.pem') }
  try {
    execFileSync(
      program,
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=source',
        '-keyout',
        files.keyFile,
        '-out',
        files.certFile,
      ],
      { stdio: 'ignore' },
    )
    return files
  } catch {
    return undefined
  }
}

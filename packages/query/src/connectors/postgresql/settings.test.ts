// Rows and values of a PostgreSQL whose user is set up wrongly for us in every way: they are the same as of any other.

import { QueueDialer } from '@tributary/fabric/dial'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../../../tests/servers/postgres.ts'
import { networkTo, openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import { type SampleValue, valuesIn } from '../sample-values.ts'
import { postgresqlConnector } from './index.ts'
import { login } from './login.ts'

const setup = `
create table shapes (id int, span interval, parts float8[], bits bytea[], days date[], seen timestamptz[], words text[], box inet, at point);
insert into shapes values
  (1, '1 year 2 mons -3 days 04:05:06.5', '{0.1,1e300,0.30000000000000004}', '{"\\\\xdead"}', '{2024-02-01}', '{"2024-01-01 12:00:00+00"}', '{"a\\\\\\\\b",NULL,c}', '10.0.0.1', '(0.1,2)'),
  (2, null, null, null, null, null, null, '10.0.0.0/8', null);
create table words (id int, list int[]);
insert into words select i, array[i % 2] from generate_series(1, 2000) i;
create index on words using gin (list);
create view found as select id from words where list @> array[1];
`

/** What ALTER ROLE sets; what each server starts with is another. */
const wrong: Readonly<Record<string, string>> = {
  extra_float_digits: '-15',
  intervalstyle: 'iso_8601',
  bytea_output: 'escape',
  datestyle: 'German, DMY',
  timezone: 'Asia/Shanghai',
  array_nulls: 'off',
  transform_null_equals: 'on',
  gin_fuzzy_search_limit: '1',
  quote_all_identifiers: 'on',
  standard_conforming_strings: 'off',
  default_transaction_read_only: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  backslash_quote: 'on',
  xmlbinary: 'hex',
  lc_time: 'C',
  enable_seqscan: 'off',
  client_encoding: 'LATIN1',
}

/** Words of a list, each in quotes. */
const quoted = (value: string): string =>
  value
    .split(', ')
    .map((word) => `'${word}'`)
    .join(', ')

/** Nothing of ours depends on these. */
const free = ['default_transaction_isolation', 'default_transaction_deferrable', 'backslash_quote', 'xmlbinary', 'enable_seqscan']

const shapes = tableOf('shapes', {
  id: 'int',
  ...Object.fromEntries(['span', 'parts', 'bits', 'days', 'seen', 'words', 'box', 'at'].map((name) => [name, 'string'])),
})
const found = tableOf('found', { id: 'int' })

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres({ databases: { shop: setup } })
})
afterAll(() => server[Symbol.asyncDispose]())

async function rowsOf(table: typeof shapes): Promise<readonly (readonly SampleValue[])[]> {
  await using dialer = new QueueDialer(networkTo([server]))
  await using session = await postgresqlConnector.open(openableOf(table, server), dialer.dial, new AbortController().signal)
  const columns = table.columns.map((_, index) => index)
  const batches = await Array.fromAsync(session.scan({ handle: 'h', table, columns, filters: [] }))
  return columns.map((column) => valuesIn(batches, column, table.columns[column]!.type))
}

async function settings(): Promise<Readonly<Record<string, string>>> {
  await using dialer = new QueueDialer(networkTo([server]))
  await using session = await login(openableOf(shapes, server), dialer.dial, new AbortController().signal)
  const list = Object.keys(wrong).map((name) => `current_setting('${name}') as "${name}"`)
  return (await session.client.query(`select ${list.join(', ')}`)).rows[0]
}

it('gives the rows and values that any other gives', async () => {
  const [before, beforeFound, settingsBefore] = [await rowsOf(shapes), await rowsOf(found), await settings()]
  expect(beforeFound[0]).toHaveLength(1000)
  expect(before.slice(1).map(([first]) => first)).toEqual([
    '1 year 2 mons -3 days +04:05:06.5',
    '{0.1,1e+300,0.30000000000000004}',
    '{"\\\\xdead"}',
    '{2024-02-01}',
    '{"2024-01-01 12:00:00+00"}',
    '{"a\\\\\\\\b",NULL,c}',
    '10.0.0.1',
    '(0.1,2)',
  ])
  for (const [name, value] of Object.entries(wrong))
    await server.query('shop', `alter role "${server.user}" set ${name} = ${quoted(value)}`)
  expect(await rowsOf(shapes)).toEqual(before)
  expect((await rowsOf(found))[0]).toHaveLength(1000)
  const after = await settings()
  // Were these as before, the server would not have taken what it was told.
  expect(free.map((name) => after[name])).toEqual(free.map((name) => wrong[name]))
  const pinned = Object.keys(wrong).filter((name) => !free.includes(name) && name !== 'datestyle' && name !== 'lc_time')
  expect(pinned.map((name) => [name, after[name]])).toEqual(pinned.map((name) => [name, settingsBefore[name]]))
})

// The suite of every connector, each against its real source; and the suite itself, which finds a socket that went past the dialler.

import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { QueueDialer } from '@tributary/fabric/dial'
import { describe, expect, it } from 'vitest'
import { mariadbAbsence, startMariadb } from '../../../../tests/servers/mariadb.ts'
import { startPostgres } from '../../../../tests/servers/postgres.ts'
import { startSampleSource } from '../../../../tests/servers/sample-source.ts'
import { networkTo, tableOf } from '../../../../tests/servers/sources.ts'
import { watchSockets } from '../../../../tests/servers/watch-sockets.ts'
import { type ConnectorStage, connectorSuite } from './connector-suite.ts'
import { sourceKinds } from './index.ts'
import { connectors } from './loaded.ts'
import { mysqlConnector } from './mysql/index.ts'
import { postgresqlConnector } from './postgresql/index.ts'
import { sampleConnector } from './sample-connector.ts'

const account = { user: 'tributary', password: 'Tributary-1' }

async function startPostgresql(): Promise<ConnectorStage> {
  const setup = `
    create table people (id int, name text);
    insert into people select i, chr(64 + i) from generate_series(1, 26) i; insert into people values (99, null);
    create table many as select i as id, repeat('x', 100) as name from generate_series(1, 200000) i;
    create view slow as select 1 as id, 'x'::text as name from pg_sleep(30);`
  const server = await startPostgres({ ...account, databases: { shop: setup } })
  return {
    connector: postgresqlConnector,
    port: server.port,
    account,
    table: (name) => tableOf(name, {}),
    running: async () =>
      (await server.query('postgres', "select 1 from pg_stat_activity where application_name = 'tributary' and state = 'active'")).length,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function startMysql(): Promise<ConnectorStage> {
  const setup = `
    create table people (id int, name varchar(20));
    insert into people select seq, char(64 + seq) from seq_1_to_26; insert into people values (99, null);
    create table many (id int, name varchar(100)); insert into many select seq, repeat('x', 100) from seq_1_to_200000;
    create view slow as select id, name from many where sleep(0.001) = 1;`
  const server = await startMariadb({ ...account, databases: { shop: setup } })
  const marked = "select 1 as n from information_schema.PROCESSLIST where INFO like '/* tributary ________________ */ %'"
  return {
    connector: mysqlConnector,
    port: server.port,
    account,
    table: (name) => tableOf(name, {}, { connector: 'mysql', schema: 'shop' }),
    running: async () => (await server.query(undefined, marked)).length,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function startSample(): Promise<ConnectorStage> {
  const letters = Array.from({ length: 26 }, (_, index) => ({ id: String(index + 1), name: String.fromCodePoint(65 + index) }))
  const many = function* () {
    for (let id = 1; id <= 200_000; id += 1) yield { id: String(id), name: 'x'.repeat(100) }
  }
  const padded = () => ['07', '8'].map((id) => ({ id, name: id }))
  const source = await startSampleSource({ people: () => [...letters, { id: '99', other: 'x' }], many, padded }, account)
  return {
    connector: sampleConnector,
    secrets: 'clear',
    slowness: 'none',
    types: 'none',
    rows: 'fields',
    port: source.port,
    account,
    table: (name) => tableOf(name, {}, { connector: 'sample' }),
    running: () => Promise.resolve(source.running()),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  }
}

connectorSuite('postgresql', startPostgresql)
connectorSuite('mysql', startMysql, { absence: mariadbAbsence() })
connectorSuite('sample', startSample)

describe('the suite', () => {
  it.each(sourceKinds)('is run for $kind, under the name that everybody knows it by', ({ kind }) => {
    const inFolder = readdirSync(new URL(`${kind}/`, import.meta.url)).filter((name) => name.endsWith('.test.ts'))
    const tests = [import.meta.filename, ...inFolder.map((name) => join(import.meta.dirname, kind, name))]
    const isRun = tests.some((path) => readFileSync(path, 'utf8').includes(`connectorSuite('${kind}'`))
    expect(isRun, `no test in connectors/${kind}/ calls connectorSuite('${kind}', …): see "Add a connector" in CONTRIBUTING.md`).toBe(true)
    expect(connectors.filter((connector) => connector.kind === kind)).toHaveLength(1)
  })

  it.each(sourceKinds)('is not all that tells of $kind: its owners read how its urls are written', ({ kind, dialect: { schemes } }) => {
    const guide = readFileSync(new URL('../../../../docs/guides/sources.md', import.meta.url), 'utf8')
    expect(guide, `docs/guides/sources.md says nothing of jdbc:${schemes[0]}://: give ${kind} a column`).toContain(`jdbc:${schemes[0]}://`)
  })

  it('finds a socket that went past the dialler, and no other', async () => {
    const source = await startSampleSource({}, account)
    await using dialer = new QueueDialer(networkTo([source]))
    const { dial, strangers } = watchSockets(dialer)
    const dialled = await dial({ host: '10.71.0.5', port: 5432 }, { signal: new AbortController().signal })
    dialled.destroy()
    expect(strangers()).toBe(0)
    const stranger = connect(source.port, '127.0.0.1')
    await once(stranger, 'connect')
    stranger.destroy()
    expect(strangers()).toBe(1)
    await source[Symbol.asyncDispose]()
  })
})

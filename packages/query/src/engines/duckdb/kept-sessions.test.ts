// Sessions at a real PostgreSQL that outlive their scan: all that holds for every source, and what this one is asked besides.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../../../tests/servers/postgres.ts'
import { tableOf } from '../../../../../tests/servers/sources.ts'
import { keptSessionsSuite } from './kept-sessions-suite.ts'

const setup = `
create table goods as select i as id from generate_series(1, 1000) i;
create table more as select i as id from generate_series(1, 10) i;
create role guest login password 'Guest-1';
grant select on all tables in schema public to guest;
`

const mentions = (server: PostgresServer, words: string): number => readFileSync(server.logPath, 'utf8').split(words).length - 1
const sessions = (server: PostgresServer) =>
  server.query('postgres', "select pid, state, backend_xmin from pg_stat_activity where application_name = 'tributary'")

describe('a session at PostgreSQL', () => {
  const { server, countOf } = keptSessionsSuite<PostgresServer>({
    start: () => startPostgres({ databases: { shop: setup } }),
    table: (name) => tableOf(name, { id: 'int' }),
    goods: 1000,
    logins: (at) => mentions(at, 'application_name=tributary'),
    sessions: async (at) => (await sessions(at)).length,
    end: (at) => at.query('postgres', "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tributary'"),
    change: [
      'alter table more alter column id type bigint; insert into more values (11)',
      'delete from more where id = 11; alter table more alter column id type int',
    ],
  })

  it('runs nothing while it is kept, and holds no old rows back from VACUUM', async () => {
    await countOf('goods')
    expect(await sessions(server())).toMatchObject([{ state: 'idle', backend_xmin: null }])
  })

  it('remembers how to look at the columns of a table', async () => {
    for (let scan = 0; scan < 3; scan += 1) expect(await countOf('goods')).toBe(1000)
    expect(mentions(server(), 'execute tributary_columns_1: ')).toBeGreaterThanOrEqual(3)
  })
})

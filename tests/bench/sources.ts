// The tables of `query` and `start`: facts in one PostgreSQL server, people in another, and how a baseline reads them.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'

// More than its default for tests: a table of 1,000,000 rows stays in memory, so that no disk is measured.
const settings = { shared_buffers: '512MB', log_statement: 'none' }
const people = 100_000
const psql = 'psql'

/** The facts: one column of each common type. */
export function factsSql(rows: number): string {
  return `
    create table public.facts as
      select g as id, ('customer ' || g * 7919 % 100003)::varchar(40) as name, g * 0.37::float8 as score,
        timestamp '2026-01-01' + g * interval '1 second' as seen, (g * 37 % 1000000 / 100.0)::numeric(12,2) as amount
      from generate_series(1::bigint, ${rows}) as g;
    alter table public.facts add primary key (id);
    analyze public.facts;`
}

const peopleSql = `
  create table public.people as
    select g * 7 as fact_id, (array['Guiyang', 'Beijing', 'Shanghai', 'Shenzhen', 'Ulanqab'])[(1 + g % 5)::int]::varchar(20) as city
    from generate_series(1::bigint, ${people}) as g;
  analyze public.people;`

/** Starts a server with database `sales` and the facts. */
export function startFacts(rows: number): Promise<PostgresServer> {
  return startPostgres({ settings, databases: { sales: factsSql(rows) } })
}

/** Starts a server with database `crm` and the people: 100,000, each of one fact. */
export function startPeople(): Promise<PostgresServer> {
  return startPostgres({ settings, databases: { crm: peopleSql } })
}

/** Reads a query's rows in PostgreSQL's binary form, as fast as they come, and looks at none. @returns bytes */
export async function drainCopy(server: PostgresServer, database: string, select: string): Promise<number> {
  const client = new pg.Client({ connectionString: `${server.url}/${database}` })
  await client.connect()
  try {
    let bytes = 0
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        bytes += chunk.length
        done()
      },
    })
    await pipeline(client.query(copyTo(`copy (${select}) to stdout (format binary)`)), sink)
    return bytes
  } finally {
    await client.end()
  }
}

/** True where `psql` is on PATH. */
export function hasPsql(): boolean {
  return spawnSync(psql, ['--version']).status === 0
}

/** The same by PostgreSQL's own client, into nothing. @throws {Error} when it fails */
export async function psqlCopy(server: PostgresServer, database: string, select: string): Promise<void> {
  const target = ['-X', '-q', '-h', '127.0.0.1', '-p', String(server.port), '-U', server.user, '-d', database]
  const child = spawn(psql, [...target, '-c', `copy (${select}) to stdout (format binary)`], {
    env: { PATH: process.env['PATH'] ?? '', PGPASSWORD: server.password },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`psql ended with ${code}`)
}

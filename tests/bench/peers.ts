// How fast jobs over PostgreSQL and MariaDB are beside other systems that read both: the same rows, the same SQL, in turns, warm.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { sites } from '../../examples/quickstart/procedure.ts'
import { startMariadb } from '../servers/mariadb.ts'
import { startPostgres } from '../servers/postgres.ts'
import { fillSplit, split, splitDatabase, type SplitServers } from '../tpc/split.ts'
import { type Bench, type Figure, inTurn, type SystemName, timed } from './harness.ts'
import { attach, type Installation, mariadbTableSql, startInstallation } from './installation.ts'
import { startForeignDataWrapper } from './peers/foreign-data-wrapper.ts'
import type { Peer, PeerSource } from './peers/peer.ts'
import { startPython } from './peers/python.ts'
import { type Contest, figuresOf, race } from './peers/race.ts'
import { besideTpch } from './peers/tpch.ts'
import { startTrino } from './peers/trino.ts'
import { canWeigh, childrenOf, peakMiB, resetPeak } from './processes.ts'
import { factsSql, hasPsql, psqlCopy } from './sources.ts'

/** Rows of the join's smaller side, of which its filter keeps one in a hundred. */
const people = 1_000_000
const longestQueryMs = 600_000

const scanSql =
  'SELECT count(*) AS n, sum(id) AS ids, max(reverse(name)) AS last, sum(score * 2) AS score, max(seen) AS seen, sum(amount) AS amount FROM facts'
const aggregateSql = 'SELECT count(*) AS n, max(total) AS most FROM (SELECT name, sum(amount) AS total FROM facts GROUP BY name) AS totals'
const joinSql =
  'SELECT people.city, count(*) AS n, sum(facts.amount) AS amount FROM facts JOIN people ON facts.id = people.fact_id WHERE people.segment = 7 GROUP BY people.city ORDER BY people.city'

const peopleSql = `
  create table people (fact_id bigint primary key, city varchar(20) character set utf8mb4 collate utf8mb4_bin not null, segment int not null);
  insert into people select seq, elt(1 + seq % 5, 'Guiyang', 'Beijing', 'Shanghai', 'Shenzhen', 'Ulanqab'), seq % 100 from seq_1_to_${people};
  analyze table people;`

/** Ours beside every system whose place was given; without any, ours alone. */
export async function benchPeers(bench: Bench): Promise<readonly Figure[]> {
  const { say, lifetimes, rows, scale } = bench
  say(`peers: filling ${rows.toLocaleString('en-US')} facts, ${people.toLocaleString('en-US')} people, and TPC-H at scale ${scale}`)
  const servers = await startServers(bench)
  const installation = await startInstallation(bench, 'peers')
  const ours = await lifetimes.start(() => ourselves(installation, servers))
  const { all, bothServers } = await startPeers(bench, sourcesOf(servers))
  const contest: Contest = { bench, ours, asking: { limitMs: bench.peers.queryLimitMs, servers } }
  const fastest = async (what: string, sql: string): Promise<readonly Figure[]> =>
    figuresOf({ what, unit: 'ms' }, contest, await race(contest, { what, sql: () => sql, peers: all }))
  const figures = [
    ...(await fastest('scan', scanSql)),
    ...(await besideCopy(contest, servers)),
    ...(await fastest('aggregate by name', aggregateSql)),
    ...(await lookup(contest, all)),
    ...(await joinInMemory(contest, bothServers, installation)),
    ...(await besideTpch(contest, bothServers)),
  ]
  await installation.server.stop()
  return figures
}

async function startServers({ lifetimes, directory, rows, scale }: Bench): Promise<SplitServers> {
  const postgres = await lifetimes.start(() =>
    startPostgres({ settings: { shared_buffers: '2GB', log_statement: 'none' }, databases: { [splitDatabase]: factsSql(rows) } }),
  )
  const mariadb = await lifetimes.start(() =>
    startMariadb({ settings: { 'general-log': '0', 'innodb-buffer-pool-size': '2G' }, databases: { [splitDatabase]: peopleSql } }),
  )
  const folder = join(directory, 'tpch')
  await mkdir(folder)
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await fillSplit(connection, { postgres, mariadb }, { folder, scale })
  connection.closeSync()
  instance.closeSync()
  return { postgres, mariadb }
}

const tables = { postgresql: ['facts', ...Object.keys(split.postgresql)], mariadb: ['people', ...Object.keys(split.mariadb)] } as const

function sourcesOf({ postgres, mariadb }: SplitServers): readonly PeerSource[] {
  const source = (kind: PeerSource['kind'], name: string, { port, user, password }: SplitServers['postgres' | 'mariadb']): PeerSource => ({
    kind,
    name,
    port,
    user,
    password,
    database: splitDatabase,
    tables: tables[kind],
  })
  return [source('postgresql', 'pg', postgres), source('mariadb', 'maria', mariadb)]
}

/** Jobs on one queue, through the service, as everybody's. */
async function ourselves(installation: Installation, { postgres, mariadb }: SplitServers): Promise<Peer> {
  const named = (names: readonly string[]) => Object.fromEntries(names.map((name) => [`shop.${name}`, name]))
  const jobs = await attach(installation, 'bench', [
    { site: { ...sites.sales, name: splitDatabase }, server: postgres, tables: named(tables.postgresql) },
    { site: sites.crm, server: mariadb, tables: named(tables.mariadb), tableSql: mariadbTableSql(splitDatabase) },
  ])
  return {
    name: 'job',
    rows: (sql, signal) => jobs.rows(sql, { database: 'shop', limitMs: longestQueryMs, signal }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** Systems that cannot read MariaDB take no part where its tables are named. */
interface Peers {
  readonly all: readonly Peer[]
  readonly bothServers: readonly Peer[]
}

async function startPeers({ say, lifetimes, directory, peers }: Bench, sources: readonly PeerSource[]): Promise<Peers> {
  const { trino, python, jars, fdw, chosen } = peers
  const start = async (name: SystemName, begin: () => Promise<Peer>): Promise<readonly Peer[]> => {
    if (!chosen.has(name)) return []
    say(`peers: starting ${name}`)
    return [await lifetimes.start(() => begin().catch((error: unknown) => absent(name, error)))]
  }
  const own = join(directory, 'trino')
  await mkdir(own)
  const bothServers = [
    ...(trino === undefined ? [] : await start('trino', () => startTrino(trino, sources, own))),
    ...(python === undefined || jars === undefined ? [] : await start('spark', () => startPython('spark', { python, jars }, sources))),
    ...(fdw === undefined ? [] : await start('fdw', () => startForeignDataWrapper(fdw, sources))),
  ]
  const ofPostgres = python === undefined ? [] : await start('duckdb', () => startPython('duckdb', { python }, sources))
  const all = [...bothServers, ...ofPostgres]
  say(`peers: ${all.length === 0 ? 'none takes part' : all.map(({ name }) => name).join(', ')}`)
  return { all, bothServers }
}

/** One that did not start: its rows say so, and the others go on. */
function absent(name: SystemName, error: unknown): Peer {
  const why = error instanceof Error ? error.message : String(error)
  return { name, rows: () => Promise.reject(new Error(why)), [Symbol.asyncDispose]: () => Promise.resolve() }
}

/** Another row each round. */
async function lookup(contest: Contest, peers: readonly Peer[]): Promise<readonly Figure[]> {
  const what = 'one row by its key'
  const sql = (): string => `SELECT id, name, amount FROM facts WHERE id = ${1 + Math.floor(Math.random() * contest.bench.rows)}`
  const figures = figuresOf({ what, unit: 'ms' }, contest, await race(contest, { what, sql, peers }))
  return figures.map((figure) => ({ ...figure, goal: { value: 20 } }))
}

/** A scan beside PostgreSQL's own client that throws the same bytes away. */
async function besideCopy({ bench: { say, rounds, rows }, ours }: Contest, { postgres }: SplitServers): Promise<readonly Figure[]> {
  if (!hasPsql()) return []
  const select = 'select id, name, score, seen, amount from facts'
  const millions = async (act: () => Promise<unknown>): Promise<number> => rows / 1000 / (await timed(act))
  const values = await inTurn(say, 'peers: scan beside COPY', rounds, {
    job: () => millions(() => ours.rows(scanSql)),
    psql: () => millions(() => psqlCopy(postgres, splitDatabase, select)),
  })
  const baseline = { what: 'psql COPY BINARY to nothing', values: values.psql }
  return [{ what: `scan ${rows.toLocaleString('en-US')} rows`, unit: 'M rows/s', ours: values.job, baseline, goal: { ratio: 0.8 } }]
}

/** The join of two servers, and the most memory that a child of ours took for it. */
async function joinInMemory(contest: Contest, peers: readonly Peer[], { server }: Installation): Promise<readonly Figure[]> {
  if (canWeigh) for (const pid of childrenOf(server.pid)) resetPeak(pid)
  const what = `join ${contest.bench.rows.toLocaleString('en-US')} x 1,000,000 filtered to 1 %`
  const figures = figuresOf({ what, unit: 'ms' }, contest, await race(contest, { what, sql: () => joinSql, peers }))
  if (!canWeigh) return figures
  const peak = Math.max(...childrenOf(server.pid).map(peakMiB))
  return [...figures, { what: 'most memory of the engine at the join', unit: 'MiB', ours: [peak], goal: { value: 512 } }]
}

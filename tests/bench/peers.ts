// How fast jobs over PostgreSQL and MariaDB are beside other systems that read both: the same rows, the same SQL, in turns, warm.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { sites } from '../../examples/quickstart/procedure.ts'
import { startMariadb } from '../servers/mariadb.ts'
import { startPostgres } from '../servers/postgres.ts'
import { fillSplit, split, splitDatabase, type SplitServers } from '../tpc/split.ts'
import { queriesOf } from '../tpc/tables.ts'
import { type Bench, type Figure, inTurn, timed } from './harness.ts'
import { attach, type Installation, mariadbTableSql, startInstallation } from './installation.ts'
import { startForeignDataWrapper } from './peers/foreign-data-wrapper.ts'
import type { Peer, PeerSource } from './peers/peer.ts'
import { startPython } from './peers/python.ts'
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

/** Systems that cannot read MariaDB take no part where its tables are named. */
interface Contest {
  readonly bench: Bench
  readonly ours: Peer
  readonly all: readonly Peer[]
  readonly bothServers: readonly Peer[]
}

/** Ours beside every system whose place was given; without any, ours alone. */
export async function benchPeers(bench: Bench): Promise<readonly Figure[]> {
  const { say, lifetimes, rows, scale } = bench
  say(`peers: filling ${rows.toLocaleString('en-US')} facts, ${people.toLocaleString('en-US')} people, and TPC-H at scale ${scale}`)
  const servers = await startServers(bench)
  const installation = await startInstallation(bench, 'peers')
  const ours = await lifetimes.start(() => ourselves(installation, servers))
  const { all, bothServers } = await startPeers(bench, sourcesOf(servers))
  const contest: Contest = { bench, ours, all, bothServers }
  const figures = [
    ...(await beside(contest, 'scan', { sql: () => scanSql, peers: all })),
    ...(await besideCopy(contest, servers)),
    ...(await beside(contest, 'aggregate by name', { sql: () => aggregateSql, peers: all })),
    ...(await beside(contest, 'one row by its key', { sql: () => lookupSql(rows), peers: all, goalMs: 20 })),
    ...(await besideInMemory(contest, installation)),
    ...(await besideTpch(contest)),
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
    rows: (sql) => jobs.rows(sql, { database: 'shop', limitMs: longestQueryMs }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

async function startPeers(
  { say, lifetimes, directory, peers }: Bench,
  sources: readonly PeerSource[],
): Promise<Pick<Contest, 'all' | 'bothServers'>> {
  const { trino, python, jars, fdw } = peers
  const bothServers: Peer[] = []
  if (trino !== undefined) {
    const own = join(directory, 'trino')
    await mkdir(own)
    bothServers.push(await lifetimes.start(() => startTrino(trino, sources, own)))
  }
  if (python !== undefined && jars !== undefined)
    bothServers.push(await lifetimes.start(() => startPython('spark', { python, jars }, sources)))
  if (fdw !== undefined) bothServers.push(await lifetimes.start(() => startForeignDataWrapper(fdw, sources)))
  const ofPostgres = python === undefined ? [] : [await lifetimes.start(() => startPython('duckdb', { python }, sources))]
  const all = [...bothServers, ...ofPostgres]
  say(`peers: ${all.length === 0 ? 'none was given a place' : all.map(({ name }) => name).join(', ')}`)
  return { all, bothServers }
}

function lookupSql(rows: number): string {
  return `SELECT id, name, amount FROM facts WHERE id = ${1 + Math.floor(Math.random() * rows)}`
}

interface Race {
  /** Asked for every run. */
  readonly sql: () => string
  readonly peers: readonly Peer[]
  readonly goalMs?: number
}

/** One figure for each peer, ours in turn with all of them; the goal is to be the fastest. */
async function beside({ bench: { say, rounds }, ours }: Contest, what: string, { sql, peers, goalMs }: Race): Promise<readonly Figure[]> {
  const contestants = [ours, ...peers]
  if (goalMs === undefined) await checkAnswers(contestants, sql())
  const measures = Object.fromEntries(contestants.map((peer) => [peer.name, () => timed(() => peer.rows(sql()))]))
  await inTurn(say, `peers: ${what}: warming up`, 1, measures)
  const values = await inTurn(say, `peers: ${what}`, rounds, measures)
  const figure = { what, unit: 'ms', ours: values[ours.name] ?? [] } as const
  if (goalMs !== undefined || peers.length === 0)
    return [{ ...figure, ...(goalMs === undefined ? {} : { goal: { value: goalMs } }) }, ...against(figure, peers, values)]
  return against(figure, peers, values)
}

function against(figure: Figure, peers: readonly Peer[], values: Readonly<Record<string, readonly number[]>>): readonly Figure[] {
  return peers.map(({ name }) => ({ ...figure, baseline: { what: name, values: values[name] ?? [] }, goal: { ratio: 1 } }))
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
async function besideInMemory(contest: Contest, { server }: Installation): Promise<readonly Figure[]> {
  if (canWeigh) for (const pid of childrenOf(server.pid)) resetPeak(pid)
  const race = { sql: () => joinSql, peers: contest.bothServers }
  const figures = await beside(contest, `join ${contest.bench.rows.toLocaleString('en-US')} x 1,000,000 filtered to 1 %`, race)
  if (!canWeigh) return figures
  const peak = Math.max(...childrenOf(server.pid).map(peakMiB))
  return [...figures, { what: 'most memory of the engine at the join', unit: 'MiB', ours: [peak], goal: { value: 512 } }]
}

/** The 22 queries of TPC-H one after the other: a round's time is the sum over those that both sides answer. */
async function besideTpch({ bench: { say, rounds, scale }, ours, bothServers }: Contest): Promise<readonly Figure[]> {
  const times = new Map<string, (readonly (number | undefined)[])[]>()
  for (let round = 0; round <= rounds; round++) {
    for (const peer of [ours, ...bothServers]) {
      const taken = await timesOf(peer, say)
      say(
        `peers: TPC-H: round ${round} of ${rounds}: ${peer.name} ${taken.map((ms) => (ms === undefined ? '-' : ms.toFixed(0))).join(' ')}`,
      )
      if (round > 0) times.set(peer.name, [...(times.get(peer.name) ?? []), taken])
    }
  }
  const what = `TPC-H at scale ${scale} over both servers`
  const mine = times.get(ours.name) ?? []
  const sum = (round: readonly (number | undefined)[], others: readonly (number | undefined)[] = round): number =>
    round.reduce<number>((total, ms, query) => total + (others[query] === undefined ? 0 : (ms ?? 0)), 0)
  if (bothServers.length === 0) return [{ what, unit: 'ms', ours: mine.map((round) => sum(round)) }]
  return bothServers.map(({ name }) => {
    const theirs = times.get(name) ?? []
    const answered = (theirs[0] ?? []).filter((ms) => ms !== undefined).length
    const baseline = { what: `${name}, ${answered} of 22`, values: theirs.map((round, at) => sum(round, mine[at])) }
    return { what, unit: 'ms', ours: mine.map((round, at) => sum(round, theirs[at])), baseline, goal: { ratio: 1 } }
  })
}

async function timesOf(peer: Peer, say: Bench['say']): Promise<readonly (number | undefined)[]> {
  const times: (number | undefined)[] = []
  for (const { number, sql } of queriesOf('tpch')) {
    try {
      times.push(await timed(() => peer.rows(sql)))
    } catch (error) {
      say(`peers: ${peer.name} does not answer query ${number}: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`)
      times.push(undefined)
    }
  }
  return times
}

/** A fast wrong answer is no figure: all give as many rows, with the same digits up to the ninth. @throws {Error} */
async function checkAnswers(peers: readonly Peer[], sql: string): Promise<void> {
  const answers = await Promise.all(peers.map(async (peer) => ({ name: peer.name, text: comparable(await peer.rows(sql)) })))
  const other = answers.find(({ text }) => text !== answers[0]?.text)
  if (other !== undefined) throw new Error(`${sql} is answered ${answers[0]?.text} by a job and ${other.text} by ${other.name}`)
}

function comparable(rows: readonly (readonly unknown[])[]): string {
  return JSON.stringify(rows.map((row) => row.map(comparableCell)))
}

/** Times are compared by their digits, for each system writes them in its own way. */
function comparableCell(cell: unknown): string {
  const text = cell instanceof Date ? cell.toISOString() : String(cell)
  const instant = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)/.exec(text)
  if (instant !== null) return `${instant[1]} ${instant[2]}`
  return text !== '' && Number.isFinite(Number(text)) ? Number(text).toPrecision(9) : text
}
